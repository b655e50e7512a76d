// What stands under the points: contours of the communes, their names, tiles when the territory set some.
import L from "leaflet";

/** Draw the base; returns its layer. Colours come from the style sheet. */
export function drawBase(map, geojson) {
  const layer = L.geoJSON(geojson, { interactive: false, style: { className: "map__commune" } }).addTo(map);
  nameCommunes(map, layer);
  return layer;
}

const HIGH = 22; // of a name, in pixels
const LETTER = 7.5; // mean width of a letter, in pixels
const SHIFTS = [0, 30, -30]; // where a name is tried, below and above the middle of its commune

/** Whether a place is inside a commune: the ring's crossings of a ray, holes included. */
function holds(geometry, { lat, lng }) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  let inside = false;
  for (const ring of polygons.flat()) {
    for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
      const [x, y] = ring[at];
      const [lastX, lastY] = ring[before];
      if (y > lat !== lastY > lat && lng < ((lastX - x) * (lat - y)) / (lastY - y) + x) inside = !inside;
    }
  }
  return inside;
}

/** Write the names that fit beside the points, the most populated communes first; again after each move. */
function nameCommunes(map, layer) {
  const communes = [];
  layer.eachLayer((shape) => {
    const { name, population } = shape.feature.properties;
    communes.push({ name, population: population ?? 0, shape, middle: shape.getBounds().getCenter() });
  });
  communes.sort((one, other) => other.population - one.population || one.name.localeCompare(other.name));
  const written = L.layerGroup().addTo(map);
  const marks = () => {
    const frame = map.getContainer().getBoundingClientRect();
    return [...map.getPane("markerPane").querySelectorAll(".map-mark")].map((mark) => {
      const { left, top, width, height } = mark.getBoundingClientRect();
      return { x: left - frame.left + width / 2, y: top - frame.top + height / 2, width, height };
    });
  };
  const write = () => {
    written.clearLayers();
    const taken = marks();
    const view = map.getBounds();
    const { x: wide, y: high } = map.getSize();
    for (const { name, shape, middle } of communes) {
      if (!view.intersects(shape.getBounds())) continue;
      // From close by, the commune that one looks at may have its middle elsewhere: its name comes into view.
      const close = !view.contains(middle) && holds(shape.feature.geometry, view.getCenter());
      const { x, y: from } = map.latLngToContainerPoint(close ? view.getCenter() : middle);
      const width = name.length * LETTER + 10;
      const free = (y) =>
        taken.every((other) => Math.abs(other.x - x) > (other.width + width) / 2 || Math.abs(other.y - y) > (other.height + HIGH) / 2);
      const shift = SHIFTS.find((down) => free(from + down));
      if (shift === undefined || x < 0 || x > wide || from < 0 || from > high) continue;
      const y = from + shift;
      taken.push({ x, y, width, height: HIGH });
      const label = document.createElement("span");
      label.textContent = name;
      const icon = L.divIcon({ className: "map__name", html: label, iconSize: [width, 20] });
      L.marker(map.containerPointToLatLng([x, y]), { icon, interactive: false, keyboard: false, pane: "names" }).addTo(written);
    }
    for (const element of map.getPane("names").children) element.setAttribute("aria-hidden", "true");
  };
  let waiting = 0;
  // Clusters take their place once the move is over.
  map.on("moveend zoomend layeradd", ({ type, layer: added }) => {
    if (type === "layeradd" && !added.options?.structures && !added.getChildCount) return;
    clearTimeout(waiting);
    waiting = setTimeout(write, 120);
  });
  map.on("zoomstart", () => written.clearLayers());
}

/** Add the tiles named by the page, if any. */
export function drawTiles(map, { tiles, tilesAttribution }) {
  if (!tiles) return;
  L.tileLayer(tiles, { maxZoom: 19, attribution: tilesAttribution ?? "", className: "map__tiles" }).addTo(map);
}
