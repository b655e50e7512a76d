// Reads what `directory.map.points.encode` wrote: varint differences along a Morton curve, one family per point.
const HALF = 2 ** 26;

/** Keep every other bit of a 26-bit number: 13 bits. */
function every_other(bits) {
  let kept = bits & 0x55555555;
  kept = (kept | (kept >> 1)) & 0x33333333;
  kept = (kept | (kept >> 2)) & 0x0f0f0f0f;
  kept = (kept | (kept >> 4)) & 0x00ff00ff;
  return (kept | (kept >> 8)) & 0x0000ffff;
}

/** Number of the curve (below 2**52) → [row, column]. */
function uncurve(number) {
  const low = number % HALF;
  const high = Math.floor(number / HALF);
  return [every_other(high >> 1) * 8192 + every_other(low >> 1), every_other(high) * 8192 + every_other(low)];
}

/**
 * The cells of the map: [{row, column, latitude, longitude, families: ["association", …]}], one per distinct place.
 * Latitude and longitude are those of the cell's middle.
 */
export function decode({ grid, row: top, column: left, families, cells, kinds }) {
  const bytes = atob(cells);
  const places = [];
  let curve = 0;
  let at = 0;
  for (let index = 0; index < kinds.length; index += 1) {
    let difference = 0;
    let weight = 1;
    for (;;) {
      const byte = bytes.charCodeAt(at);
      at += 1;
      difference += (byte & 127) * weight;
      if (byte < 128) break;
      weight *= 128;
    }
    const family = families[kinds.charCodeAt(index) - 48];
    if (difference === 0 && places.length > 0) {
      places.at(-1).families.push(family);
      continue;
    }
    curve += difference;
    const [rows, columns] = uncurve(curve);
    const [row, column] = [top + rows, left + columns];
    places.push({
      row,
      column,
      latitude: (row + 0.5) * grid - 90,
      longitude: (column + 0.5) * grid - 180,
      families: [family],
    });
  }
  return places;
}
