// Marks of the map: the family's own shape and hue (cloned from the legend), or a honey hexagon with a number.
import L from "leaflet";
import { FAMILY_WORDS, structures } from "./words.js";

/** A div icon whose element says its name to assistive technologies. */
const NamedIcon = L.DivIcon.extend({
  createIcon(old) {
    const element = L.DivIcon.prototype.createIcon.call(this, old);
    element.setAttribute("aria-label", this.options.label);
    return element;
  },
});

const HEXAGON = '<svg viewBox="0 0 40 44" aria-hidden="true" focusable="false"><path d="m20 2 17.3 10v20L20 42 2.7 32V12z"/></svg>';

/** The legend's shapes by family. */
export function marksOf(frame) {
  const marks = {};
  for (const item of frame.querySelectorAll(".map__legend [data-family]")) {
    marks[item.dataset.family] = item.querySelector("svg").outerHTML;
  }
  return marks;
}

/** The icon of one place: a shape when it holds one structure, a number when it holds several. */
export function placeIcon(place, marks) {
  const number = place.families.length;
  if (number > 1) return numberIcon(number, `${structures(number)} à cette adresse, ouvrir`, "map-mark map-mark--several");
  const family = place.families[0];
  return new NamedIcon({
    className: "map-mark",
    html: `<span class="map-mark__disc family--${family}">${marks[family] ?? ""}</span>`,
    iconSize: [34, 34],
    popupAnchor: [0, -12],
    label: `${FAMILY_WORDS[family] ?? "Structure"}, ouvrir`,
  });
}

/** The icon of a cluster: how many structures, whatever the number of doors. */
export function clusterIcon(cluster) {
  const number = cluster.getAllChildMarkers().reduce((sum, marker) => sum + marker.options.structures, 0);
  return numberIcon(number, `${structures(number)}, voir de plus près`, "map-mark map-mark--cluster");
}

function numberIcon(number, label, className) {
  const size = number < 10 ? 38 : number < 100 ? 44 : number < 1000 ? 52 : 60;
  return new NamedIcon({
    className: `${className} map-mark--${size}`,
    html: `${HEXAGON}<span aria-hidden="true">${number < 10_000 ? number : `${Math.round(number / 1000)}k`}</span>`,
    iconSize: [size, size],
    popupAnchor: [0, -size / 3],
    label,
  });
}
