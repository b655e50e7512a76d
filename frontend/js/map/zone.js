// « Chercher dans cette zone »: the zone is part of the address (zone=south,west,north,east); the list follows.

/** The zone seen on the map, as the address writes it. */
export function zoneOf(map) {
  const bounds = map.getBounds();
  const short = (degrees) => String(Number(degrees.toFixed(5)));
  return [bounds.getSouth(), bounds.getWest(), bounds.getNorth(), bounds.getEast()].map(short).join(",");
}

/** « 46.3,0,46.7,0.7 » → Leaflet bounds, or null. */
export function boundsOf(zone) {
  const [south, west, north, east] = (zone ?? "").split(",").map(Number);
  if (![south, west, north, east].every(Number.isFinite) || !zone) return null;
  return [[south, west], [north, east]];
}

/** The address of the search with this zone (none when empty) and the map open. */
export function address(query, zone) {
  const params = new URLSearchParams(query);
  if (zone) params.set("zone", zone);
  params.set("carte", "1");
  return `${location.pathname}?${params}`;
}

/** Keep the map open when a filter is changed or a page turned: forms and links of the same search say `carte=1`. */
export function keepOpen(open, zone) {
  for (const form of document.forms) {
    if (form.method !== "get" || new URL(form.action, location.href).pathname !== location.pathname) continue;
    setHidden(form, "carte", open ? "1" : "");
    setHidden(form, "zone", zone);
  }
  for (const link of document.querySelectorAll("main a[href]")) {
    if (link.origin !== location.origin || link.pathname !== location.pathname || link.hash) continue;
    const params = new URLSearchParams(link.search);
    if (open) params.set("carte", "1");
    else params.delete("carte");
    link.search = params.toString();
  }
}

function setHidden(form, name, value) {
  const present = form.querySelector(`input[type="hidden"][name="${name}"]`);
  if (!value) {
    present?.remove();
  } else if (present) {
    present.value = value;
  } else {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
}

let asked = null;

/**
 * Bring the results of another address into the page, without leaving the map: the content of each of these elements,
 * the first one being the list. Goes there when the page has no such list, or when it cannot be read.
 */
export async function refreshResults(ids, url) {
  const [list, ...others] = ids.map((id) => document.getElementById(id));
  if (!list) {
    location.assign(url);
    return;
  }
  asked?.abort();
  asked = new AbortController();
  list.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal: asked.signal });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of [list, ...others]) {
      const fresh = place && page.getElementById(place.id);
      if (fresh) place.replaceChildren(...fresh.childNodes);
    }
    history.replaceState(history.state, "", url);
    list.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(url);
  }
}
