// The name and the value of the hexagon under the pointer or the focus, written under the map.
export function watchSwarms() {
  for (const event of ["pointerover", "focusin"]) {
    document.addEventListener(event, ({ target }) => {
      const cell = target instanceof Element ? target.closest(".swarm__link, .swarm__spot") : null;
      if (!cell) return;
      const tip = cell.closest(".swarm").querySelector(".swarm__tip");
      if (tip) tip.textContent = cell.getAttribute("aria-label");
    });
  }
}
