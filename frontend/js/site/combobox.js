// Suggestions under a search box, by the ARIA combobox pattern. The server answers a fragment of <li role="option">;
// without script, or when it does not answer, the box stays an ordinary search form.
const WAIT = 160;
let count = 0;

function attach(input) {
  const box = input.closest("[data-combobox]");
  const list = document.createElement("ul");
  list.id = `suggestions-${(count += 1)}`;
  list.className = "search__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  box.append(list);
  const status = document.createElement("p");
  status.className = "sr-only";
  status.setAttribute("role", "status");
  box.append(status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("autocomplete", "off");

  let timer = 0;
  let asked = null;
  let active = -1;
  const options = () => [...list.querySelectorAll('[role="option"]')];

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function mark(index) {
    const all = options();
    active = index;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    if (index < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", all[index].id);
      all[index].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(option) {
    if (option.dataset.href) {
      window.location.assign(option.dataset.href);
      return;
    }
    input.value = option.dataset.value ?? option.textContent.trim();
    close();
    input.form?.requestSubmit();
  }

  async function ask() {
    const q = input.value.trim();
    asked?.abort();
    if (q.length < 2) {
      close();
      return;
    }
    asked = new AbortController();
    const url = new URL(input.dataset.suggest, window.location.origin);
    url.searchParams.set("q", q.slice(0, 200));
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(`suggestions: ${answer.status}`);
      list.innerHTML = await answer.text();
    } catch (error) {
      if (error.name !== "AbortError") close();
      return;
    }
    const all = options();
    all.forEach((option, i) => {
      option.id = `${list.id}-${i}`;
      option.setAttribute("aria-selected", "false");
    });
    if (all.length === 0 || document.activeElement !== input) {
      close();
      return;
    }
    active = -1;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = all.length > 1 ? `${all.length} suggestions` : "1 suggestion";
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    if (list.hidden || all.length === 0) {
      if (event.key === "ArrowDown" && input.value.trim().length > 1) ask();
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const places = all.length + 1;
      mark(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(all[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 120));
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) choose(option);
  });
}

export function watchComboboxes() {
  document.querySelectorAll("input[data-suggest]").forEach(attach);
}
