// Messages: the server renders them; the script adds those of partial answers (event « essaim:toast ») and removes them.
// A message of success goes away by itself, never while it is hovered or focused; an error waits to be read.
const LIFE = 8000;

function leave(toast) {
  toast.classList.add("toast--leaving");
  setTimeout(() => toast.remove(), 200);
}

function arm(toast) {
  if (toast.classList.contains("toast--error") || toast.classList.contains("toast--warning")) return;
  let timer = setTimeout(() => leave(toast), LIFE);
  const hold = () => clearTimeout(timer);
  const resume = () => {
    hold();
    timer = setTimeout(() => leave(toast), LIFE / 2);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("pointerleave", resume);
  toast.addEventListener("focusout", resume);
}

export function toast(text, tone = "info") {
  const region = document.querySelector("[data-toasts]");
  const model = document.querySelector("#toast-model");
  if (!region || !model) return;
  const node = model.content.firstElementChild.cloneNode(true);
  node.classList.add(`toast--${tone}`);
  node.querySelector("[data-toast-text]").textContent = text;
  region.append(node);
  arm(node);
}

export function watchToasts() {
  document.querySelectorAll(".toast").forEach(arm);
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-toast-close]");
    if (closer) leave(closer.closest(".toast"));
  });
  document.addEventListener("essaim:toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.tone));
}
