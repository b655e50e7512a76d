// One-line helpers: print the page, copy a text.
import { toast } from "./toasts.js";

export function watchSmallActions() {
  document.addEventListener("click", async (event) => {
    if (event.target.closest("[data-print]")) {
      window.print();
      return;
    }
    const copier = event.target.closest("[data-copy]");
    if (!copier) return;
    try {
      await navigator.clipboard.writeText(copier.dataset.copy || window.location.href);
      toast("Copié.", "success");
    } catch {
      toast("Le navigateur a refusé la copie : sélectionnez le texte à la main.", "error");
    }
  });
}
