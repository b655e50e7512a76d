// « Au fil des heures »: the nearest commune found in the browser, and the hour under one's eyes told in the list.
// The position never leaves the device: the form sends a commune, as if it had been chosen by hand.
const REFUSED = 1;
const FARTHEST_KM = 40;

function nearest(options, { latitude, longitude }) {
  const narrow = Math.cos((latitude * Math.PI) / 180);
  return options
    .map((option) => {
      const [north, east] = option.dataset.at.split(",").map(Number);
      return { option, km: 111.2 * Math.hypot(north - latitude, (east - longitude) * narrow) };
    })
    .reduce((best, one) => (one.km < best.km ? one : best));
}

function watchPosition(form) {
  const button = form.querySelector("[data-day-locate]");
  if (!("geolocation" in navigator)) {
    button.hidden = true;
    return;
  }
  const said = form.querySelector("[role=status]");
  const options = [...form.querySelectorAll("option[data-at]")];
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    said.textContent = "";
    const stop = (words) => {
      button.removeAttribute("aria-busy");
      said.textContent = words;
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const { option, km } = nearest(options, coords);
        if (km > FARTHEST_KM) {
          stop("Vous semblez loin de ce territoire. Choisissez une commune dans la liste.");
          return;
        }
        option.selected = true;
        form.requestSubmit();
      },
      (error) =>
        stop(
          error.code === REFUSED
            ? "Votre navigateur n’a pas donné votre position. Choisissez votre commune dans la liste."
            : "Votre position n’a pas pu être trouvée. Choisissez votre commune dans la liste.",
        ),
      { maximumAge: 300000, timeout: 10000 },
    );
  });
}

function watchHours(day) {
  const list = day.querySelector(".day__list");
  const links = new Map([...(list?.querySelectorAll("a") ?? [])].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      const here = entries.find((entry) => entry.isIntersecting);
      if (!here) return;
      links.forEach((link) => link.removeAttribute("aria-current"));
      const link = links.get(here.target.id);
      link.setAttribute("aria-current", "true");
      const { offsetLeft, offsetTop } = link.parentElement;
      list.scrollTo({ left: offsetLeft - list.clientWidth / 2, top: offsetTop - list.clientHeight / 2 });
    },
    { rootMargin: "-45% 0px -50%" },
  );
  links.forEach((_, id) => seen.observe(document.getElementById(id)));
}

export function mount(day) {
  const form = day.querySelector("form");
  if (form) watchPosition(form);
  watchHours(day);
}
