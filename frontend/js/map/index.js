// The directory's map. Loaded by js/site/lazy.js when the map is opened; without it the list is the full equivalent.
import L from "leaflet";
import "leaflet.markercluster";
import "../../css/map.css";
import { drawBase, drawTiles } from "./base.js";
import { clusterIcon, marksOf, placeIcon } from "./icons.js";
import { decode } from "./points.js";
import { armWindow } from "./window.js";
import { onTheMap } from "./words.js";
import { address, boundsOf, keepOpen, refreshResults, zoneOf } from "./zone.js";

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

async function readJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? "");
  return body;
}

/** An element from its tag, its properties and its children. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function furnish(frame) {
  const follow = make("input", { type: "checkbox", id: "map-follow" });
  const parts = {
    follow,
    here: make("button", { type: "button", className: "btn btn--s", textContent: "Chercher dans cette zone" }),
    everywhere: make("button", { type: "button", className: "btn btn--s btn--quiet", textContent: "Enlever la zone" }),
    close: make("button", { type: "button", className: "btn btn--s btn--quiet", textContent: "Fermer la carte" }),
    status: make("p", { className: "map__status", textContent: "Chargement des points…" }),
    note: make("p", { className: "map__note" }),
    canvas: make("div", { className: "map__canvas" }),
  };
  parts.status.setAttribute("role", "status");
  parts.canvas.setAttribute("role", "region");
  parts.canvas.setAttribute("aria-label", "Carte : flèches pour se déplacer, plus et moins pour zoomer");
  const label = make("label", { className: "map__follow" }, follow, " La liste suit la carte");
  // In a page of texts the map stands alone: no list follows it, the address is the page's.
  const zoning = frame.dataset.results ? [parts.here, parts.everywhere, label] : [];
  frame.prepend(make("div", { className: "map__tools" }, ...zoning, parts.close), parts.canvas);
  frame.append(parts.status, parts.note);
  return parts;
}

function openMap(frame, canvas) {
  const map = L.map(canvas, {
    zoomControl: false,
    attributionControl: false,
    // Without tiles nothing bounds the zoom: clusters would never end.
    maxZoom: frame.dataset.tiles ? 19 : 18,
    minZoom: 4,
    zoomSnap: 0.5,
    scrollWheelZoom: false,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    inertia: !still,
  });
  if (still) {
    const panBy = map.panBy.bind(map);
    map.panBy = (offset, options) => panBy(offset, { ...options, animate: false });
  }
  L.control.zoom({ zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer" }).addTo(map);
  if (frame.dataset.tiles) L.control.attribution({ prefix: false }).addTo(map);
  map.createPane("names").classList.add("map__names");
  // The wheel scrolls the page until one has entered the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  return map;
}

function drawPoints(map, frame, body) {
  const marks = marksOf(frame);
  const { query, point } = frame.dataset;
  const clusters = L.markerClusterGroup({
    iconCreateFunction: clusterIcon,
    showCoverageOnHover: false,
    maxClusterRadius: 56,
    chunkedLoading: true,
    animate: !still,
    spiderfyOnMaxZoom: true,
  });
  const markers = decode(body).map((place) => {
    const marker = L.marker([place.latitude, place.longitude], {
      icon: placeIcon(place, marks),
      structures: place.families.length,
    });
    armWindow(marker, `${point}?${query ? `${query}&` : ""}cell=${place.row}.${place.column}`);
    return marker;
  });
  clusters.addLayers(markers);
  map.addLayer(clusters);
  return clusters;
}

function watchZone(map, frame, parts, body) {
  const { query, results } = frame.dataset;
  const tell = (zone) => {
    parts.everywhere.hidden = !zone;
    parts.status.textContent = onTheMap(body.matches, body.without_point, zone);
  };
  if (!results) {
    tell("");
    return;
  }
  const apply = async (zone) => {
    frame.dataset.zone = zone;
    tell(zone);
    await refreshResults(results.split(" "), address(query, zone));
    keepOpen(true, zone);
  };
  tell(frame.dataset.zone);
  parts.here.addEventListener("click", () => apply(zoneOf(map)));
  parts.everywhere.addEventListener("click", () => {
    parts.follow.checked = false;
    apply("");
    parts.here.focus();
  });
  parts.follow.addEventListener("change", () => parts.follow.checked && apply(zoneOf(map)));
  let waiting = 0;
  map.on("moveend", () => {
    clearTimeout(waiting);
    // A window that opens moves the map by itself: the list must not change under the reader.
    if (parts.follow.checked && !map._popup?.isOpen()) waiting = setTimeout(() => apply(zoneOf(map)), 350);
  });
}

function watchOpening(map, frame, parts) {
  const button = document.getElementById(frame.dataset.moduleButton);
  const tell = (open) => {
    button.hidden = open;
    button.setAttribute("aria-expanded", String(open));
    if (!frame.dataset.results) return;
    const url = new URL(location.href);
    if (open) url.searchParams.set("carte", "1");
    else url.searchParams.delete("carte");
    history.replaceState(history.state, "", url);
    keepOpen(open, frame.dataset.zone);
  };
  parts.close.addEventListener("click", () => {
    frame.hidden = true;
    tell(false);
    button.focus();
  });
  button.addEventListener("click", () => {
    tell(true);
    map.invalidateSize();
    parts.canvas.focus();
  });
  const byKeyboard = document.activeElement === button;
  tell(true);
  if (byKeyboard) parts.canvas.focus();
}

export async function mount(frame) {
  const parts = furnish(frame);
  const map = openMap(frame, parts.canvas);
  watchOpening(map, frame, parts);
  try {
    const { points, base, query } = frame.dataset;
    const [shapes, body] = await Promise.all([readJson(base), readJson(query ? `${points}?${query}` : points)]);
    const territory = L.geoJSON(shapes).getBounds();
    const seen = body.count > 0 ? L.latLngBounds(decode(body).map((place) => [place.latitude, place.longitude])) : territory;
    const wanted = boundsOf(frame.dataset.zone);
    if (wanted) map.fitBounds(wanted);
    else if (seen.isValid()) map.fitBounds(seen, { padding: [24, 24], maxZoom: 15 });
    else map.setView([46.6, 2.5], 6);
    drawTiles(map, frame.dataset);
    drawBase(map, shapes);
    drawPoints(map, frame, body);
    watchZone(map, frame, parts, body);
    parts.note.textContent = [shapes.note, "Points justes à 5\u00a0mètres près."].filter(Boolean).join(" · ");
    frame.dataset.ready = "true";
  } catch (error) {
    parts.status.textContent = `La carte n’a pas pu être dessinée : la liste donne les mêmes résultats. ${error.message}`;
  }
}
