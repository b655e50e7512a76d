// What stands under the points: contours of the communes, their names, tiles when the territory set some.
import L from "leaflet";

/** Draw the base; returns its layer. Colours come from the style sheet. */
export function drawBase(map, geojson) {
  const layer = L.geoJSON(geojson, { interactive: false, style: { className: "map__commune" } }).addTo(map);
  nameCommunes(map, layer);
  return layer;
}

/** Write the names that fit, the most populated communes first; again at each zoom. */
function nameCommunes(map, layer) {
  const names = [];
  layer.eachLayer((shape) => {
    const { name, population } = shape.feature.properties;
    names.push({ name, population: population ?? 0, at: shape.getBounds().getCenter(), width: name.length * 7.5 + 10 });
  });
  names.sort((one, other) => other.population - one.population || one.name.localeCompare(other.name));
  const written = L.layerGroup().addTo(map);
  const write = () => {
    written.clearLayers();
    const taken = [];
    for (const { name, at, width } of names) {
      const { x, y } = map.latLngToLayerPoint(at);
      const free = taken.every((other) => Math.abs(other.x - x) > (other.width + width) / 2 || Math.abs(other.y - y) > 24);
      if (!free) continue;
      taken.push({ x, y, width });
      const label = document.createElement("span");
      label.textContent = name;
      const icon = L.divIcon({ className: "map__name", html: label, iconSize: [width, 20] });
      L.marker(at, { icon, interactive: false, keyboard: false, pane: "names" }).addTo(written);
    }
    for (const element of map.getPane("names").children) element.setAttribute("aria-hidden", "true");
  };
  map.on("zoomend", write);
  map.whenReady(write);
}

/** Add the tiles named by the page, if any. */
export function drawTiles(map, { tiles, tilesAttribution }) {
  if (!tiles) return;
  L.tileLayer(tiles, { maxZoom: 19, attribution: tilesAttribution ?? "", className: "map__tiles" }).addTo(map);
}
