// The window of a point: fetched when it is opened, with its names and its links.
const LOADING = '<p class="map-window__wait">Chargement…</p>';
const FAILED = '<p role="alert">Cette adresse n’a pas pu être lue. Fermez, puis réessayez.</p>';
const kept = new Map();

async function read(url) {
  if (!kept.has(url)) {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    kept.set(url, await answer.text());
  }
  return kept.get(url);
}

/** Say the names of a marker as soon as it has the focus, before it is opened. */
async function nameMarker(marker, url) {
  const holder = document.createElement("template");
  holder.innerHTML = await read(url);
  const names = [...holder.content.querySelectorAll("li > a")].map((link) => link.textContent.trim());
  const element = marker.getElement();
  if (element && names.length > 0) element.setAttribute("aria-label", names.slice(0, 5).join(", "));
}

/** Give a marker its window. `url` is the address of what stands there. */
export function armWindow(marker, url) {
  const box = document.createElement("div");
  box.innerHTML = LOADING;
  // Leaflet hears Escape only while the map itself has the focus.
  box.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") marker.closePopup();
  });
  marker.bindPopup(box, { maxWidth: 320, minWidth: 220, maxHeight: 300, autoPanPaddingTopLeft: [64, 16], autoPanPaddingBottomRight: [16, 16] });
  marker.on("popupopen", async ({ popup }) => {
    const close = popup.getElement()?.querySelector(".leaflet-popup-close-button");
    close?.setAttribute("aria-label", "Fermer");
    const byKeyboard = document.activeElement === marker.getElement();
    try {
      box.innerHTML = await read(url);
    } catch {
      box.innerHTML = FAILED;
    }
    popup.update();
    if (byKeyboard) box.querySelector("a")?.focus();
  });
  marker.on("popupclose", ({ popup }) => {
    if (popup.getElement()?.contains(document.activeElement)) marker.getElement()?.focus();
  });
  marker.on("add", () => {
    marker.getElement()?.addEventListener("focus", () => nameMarker(marker, url).catch(() => {}), { once: true });
  });
}
