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

// htmx weighs more than all the rest: it comes only where a page asks for it. It starts itself on DOMContentLoaded or when
// the page is complete: imported between both it would sleep for ever (and never read its settings), so we wait.
const htmxSource = document.querySelector('meta[name="essaim-htmx"]');
if (htmxSource && document.querySelector("[hx-get], [hx-post], [hx-boost]")) {
  const wake = () => import(htmxSource.content);
  if (document.readyState === "complete") wake();
  else window.addEventListener("load", wake, { once: true });
}
