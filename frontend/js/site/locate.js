// « Près de moi »: <button type="button" data-locate> in a form that has inputs named lat, lon and pres. The position takes
// the place of the commune that was typed (which would win), and is rounded to about 100 m before it goes into an address;
// a refusal is said in plain words.
import { toast } from "./toasts.js";

const REFUSED = 1;

export function watchLocate() {
  if (!("geolocation" in navigator)) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button?.form) return;
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const { lat, lon, pres } = button.form.elements;
        lat.value = coords.latitude.toFixed(3);
        lon.value = coords.longitude.toFixed(3);
        pres.value = "";
        button.form.requestSubmit();
      },
      (error) => {
        button.removeAttribute("aria-busy");
        const refused = "Votre navigateur n’a pas donné votre position. Indiquez plutôt une commune ou un code postal.";
        const lost = "Votre position n’a pas pu être trouvée. Indiquez plutôt une commune ou un code postal.";
        toast(error.code === REFUSED ? refused : lost, "error");
      },
      { maximumAge: 300000, timeout: 10000 },
    );
  });
}
