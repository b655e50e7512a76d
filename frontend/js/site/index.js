// The site's small script. Every page works without it; it only makes things quicker or softer.
import { watchBusyForms } from "./busy.js";
import { watchComboboxes } from "./combobox.js";
import { watchDialogs } from "./dialogs.js";
import { watchLazyModules } from "./lazy.js";
import { watchLocate } from "./locate.js";
import { watchMenus } from "./menu.js";
import { watchSmallActions } from "./actions.js";
import { watchSwarms } from "./swarm.js";
import { watchToasts } from "./toasts.js";

document.documentElement.classList.add("js");

watchMenus();
watchDialogs();
watchToasts();
watchComboboxes();
watchBusyForms();
watchLocate();
watchSmallActions();
watchSwarms();
watchLazyModules();

// htmx weighs more than all the rest: it comes when somebody is about to use what asks for it, never for a first look.
// It starts itself on DOMContentLoaded or when the page is complete: imported between both it would sleep for ever.
const htmxSource = document.querySelector('meta[name="essaim-htmx"]');
if (htmxSource && document.querySelector("[hx-get], [hx-post], [hx-boost]")) {
  const signs = ["pointerover", "pointerdown", "focusin", "keydown"];
  let late = null;
  const note = (event) => {
    late = event.target;
  };
  const wake = async (event) => {
    if (!event.target.closest?.("main :is(label, input, select, textarea, button)")) return;
    signs.forEach((sign) => document.removeEventListener(sign, wake));
    document.addEventListener("change", note);
    if (document.readyState !== "complete") await new Promise((done) => window.addEventListener("load", done, { once: true }));
    await import(htmxSource.content);
    document.removeEventListener("change", note);
    // A box ticked while it was on its way: said again, now that somebody listens.
    if (late?.isConnected) late.dispatchEvent(new Event("change", { bubbles: true }));
  };
  signs.forEach((sign) => document.addEventListener(sign, wake));
}
