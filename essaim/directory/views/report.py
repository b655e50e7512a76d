"""« Signaler une erreur »: a form without account, kept from robots without any third party."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory.actions.reports import ReportRefused, report_error
from essaim.directory.forms.officer import ReportForm
from essaim.directory.naming import shown_name
from essaim.directory.views.doors import structure_or_404
from essaim.foundation.origin import sent_from_here
from essaim.foundation.ratelimit import Limit, TooMany, hit

PER_ADDRESS = Limit("report", count=10, seconds=600)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show the form, keep the report, then say thank you on a page of its own.

    No token against forgeries, so no cookie: who sends is not read, and where it comes from is looked at.
    """
    structure = structure_or_404(request, key)
    form = ReportForm(request.POST if request.method == "POST" else None)
    trap = request.POST.get("site", "")
    status = 200
    if request.method == "POST" and form.is_valid():
        if not sent_from_here(request):
            form.add_error(None, "Ce signalement a été préparé sur un autre site. S’il est de vous, envoyez-le d’ici.")
            status = 403
        elif trap:
            form.add_error(None, "Le dernier champ doit rester vide : videz-le, puis envoyez de nouveau.")
        else:
            try:
                hit(request, PER_ADDRESS)
                data = form.cleaned_data
                report_error(structure=structure, topic=data["topic"], message=data["message"], email=data["email"])
                return HttpResponseRedirect(f"{structure.get_absolute_url()}signaler/merci/")
            except TooMany as refusal:
                form.add_error(None, str(refusal))
                status = 429
            except ReportRefused as refusal:
                form.add_error(None, str(refusal))
    context = {
        "structure": structure,
        "name": shown_name(structure),
        "form": form,
        "trap": trap,
        "shows_structures": structure.fictitious,
    }
    return render(request, "directory/report.html", context, status=status)


@never_cache
@require_safe
def report_thanks(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Say that the report has arrived, and what happens next."""
    structure = structure_or_404(request, key)
    context = {"structure": structure, "name": shown_name(structure), "shows_structures": structure.fictitious}
    return render(request, "directory/report_thanks.html", context)
