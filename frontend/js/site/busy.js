// A form being sent says so and cannot be sent twice. Filters marked data-autosubmit send themselves.
export function watchBusyForms() {
  // A form that came back with errors: the reader starts at their summary.
  document.querySelector('form[method="post"] [data-error-summary]')?.focus();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sending) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // Coming back by the browser's own cache finds the form ready again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
    for (const busy of document.querySelectorAll('button[aria-busy="true"]')) busy.removeAttribute("aria-busy");
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.matches("form[data-autosubmit]") && !form.hasAttribute("hx-get")) form.requestSubmit();
  });
}
