// Code that few pages need: data-module="/static/…js" (and data-module-css) on an element, loaded
// - at once (data-module-on="load"), - when the element comes into view ("visible", by default),
// - when the button named by data-module-button is pressed ("click").
// The module exports `mount(element)`, called once.
const loaded = new WeakSet();

async function load(element) {
  if (loaded.has(element)) return;
  loaded.add(element);
  element.setAttribute("aria-busy", "true");
  const css = element.dataset.moduleCss;
  if (css && !document.querySelector(`link[href="${CSS.escape(css)}"]`)) {
    await new Promise((done) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = css;
      link.onload = link.onerror = done;
      document.head.append(link);
    });
  }
  try {
    const module = await import(element.dataset.module);
    await module.mount(element);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

function arm(element) {
  const when = element.dataset.moduleOn ?? "visible";
  if (when === "load") {
    load(element);
  } else if (when === "click") {
    const button = document.getElementById(element.dataset.moduleButton);
    button?.addEventListener("click", () => {
      element.hidden = false;
      button.setAttribute("aria-expanded", "true");
      load(element);
    });
  } else {
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      load(element);
    });
    seen.observe(element);
  }
}

export function watchLazyModules() {
  document.querySelectorAll("[data-module]").forEach(arm);
  document.addEventListener("htmx:afterSwap", (event) => event.target.querySelectorAll("[data-module]").forEach(arm));
}
