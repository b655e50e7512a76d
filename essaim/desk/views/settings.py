"""The site's identity, as the officer sets it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.desk.colours import ENOUGH, ColourReport, report
from essaim.desk.forms import TerritoryForm
from essaim.desk.installation import with_territory
from essaim.foundation.actions import save_territory
from essaim.foundation.territories import home
from essaim.people.access import kept_form, officer_required, signed_in


def _report(honey: str, leaf: str) -> ColourReport | None:
    """Return the report, or None when one of both is no colour."""
    try:
        return report(honey, leaf)
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
@with_territory
def settings(request: HttpRequest) -> HttpResponse:
    """Show and save the identity. « Voir les couleurs » computes the contrasts of what is typed, without saving."""
    territory = home()
    # The form must not write on the copy that this process shows to everybody.
    territory = type(territory).objects.get(pk=territory.pk)
    kept = kept_form(request)
    is_preview = "preview" in request.POST
    form = TerritoryForm(
        request.POST or None, request.FILES or None, instance=territory, initial=kept.dict() if kept else None
    )
    if request.method == "POST" and form.is_valid() and not is_preview:
        try:
            save_territory(
                by=signed_in(request),
                territory=territory,
                changes=form.changes(),
                logo=form.cleaned_data.get("new_logo"),
                remove_logo=bool(form.cleaned_data.get("remove_logo")),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "Les réglages sont enregistrés. Le site les porte déjà.")
            return redirect("desk:settings")
    honey, leaf = (str(form[name].value() or "") for name in ("honey", "leaf"))
    context = {
        "form": form,
        "is_kept": kept is not None,
        "report": _report(honey, leaf),
        "enough": ENOUGH,
        "current": territory,
    }
    return render(request, "desk/settings.html", context)


@require_safe
@officer_required
def colours(request: HttpRequest) -> HttpResponse:
    """Give the contrasts of two colours: the part of the page that follows what is being chosen."""
    context = {"report": _report(request.GET.get("honey", ""), request.GET.get("leaf", "")), "enough": ENOUGH}
    return render(request, "desk/parts/colours.html", context)
