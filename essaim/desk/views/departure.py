"""« Préparer un départ »."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from essaim.desk import departure as reads
from essaim.desk.actions.departure import DepartureRefused, hand_everything
from essaim.desk.forms_inbox import DepartureForm
from essaim.people.access import kept_form, officer_required, signed_in
from essaim.people.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
def departure(request: HttpRequest) -> HttpResponse:
    """Show what a colleague carries (`?de=<id>`), then hand it all to another."""
    kept = kept_form(request)
    source = _asked(request)
    initial = kept.dict() if kept else {"source": source}
    form = DepartureForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            number = hand_everything(by=signed_in(request), **data)
        except DepartureRefused as error:
            form.add_error(None, str(error))
        else:
            if number:
                messages.success(request, f"{data['target']} porte maintenant tout ce que portait {data['source']}.")
            else:
                messages.info(request, f"{data['source']} ne portait rien : rien n’a été transmis.")
            return redirect("desk:departure")
    if form.is_bound and source is None:
        source = form.cleaned_data.get("source") if hasattr(form, "cleaned_data") else None
    context = {
        "form": form,
        "source": source,
        "carried": reads.carried_by(source) if source is not None else [],
        "carriers": reads.carriers(),
    }
    return render(request, "desk/departure.html", context)


def _asked(request: HttpRequest) -> Person | None:
    """Whom the address names, when they may leave something."""
    asked = request.GET.get("de", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 19):
        return None
    return reads.carriers().filter(pk=int(asked)).first()
