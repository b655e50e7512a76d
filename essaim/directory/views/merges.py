"""Like sheets, two by two; merges done, which can be undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.directory import rules
from essaim.directory.actions.locks import DirectoryBusy
from essaim.directory.actions.merging import MergeRefused
from essaim.directory.actions.twins import tell_apart
from essaim.directory.actions.undoing import undo_merge, why_not
from essaim.directory.forms.proposals import UndoMergeForm
from essaim.directory.models import Merge, Structure
from essaim.directory.queries import with_card_data
from essaim.directory.ties import counts_of
from essaim.directory.twins import likely_pairs
from essaim.directory.views.doors import allowed, structure_or_404
from essaim.foundation.pagination import numbered
from essaim.foundation.territories import current_scope
from essaim.people.access import kept_form, signed_in

PER_PAGE = 20
STATES = {"": "Toutes", "en-cours": "En vigueur", "defaites": "Défaites"}


@require_safe
@allowed(rules.may_merge)
def doubles(request: HttpRequest) -> HttpResponse:
    """Pairs of sheets that are likely one structure, the likeliest first."""
    scope = current_scope()
    page = numbered(likely_pairs(scope), request.GET, PER_PAGE)
    ids = {pk for pair in page.object_list for pk in (pair.one, pair.other)}
    found = with_card_data(Structure.objects.all(), scope).in_bulk(ids)
    rows = [
        (pair, *sorted((found[pair.one], found[pair.other]), key=_kept_first))
        for pair in page.object_list
        if pair.one in found and pair.other in found
    ]
    return render(request, "directory/officer/doubles.html", {"page": page, "rows": rows})


def _kept_first(structure: Structure) -> tuple[bool, bool, int]:
    """The sheet to keep comes first: the one that the files name, the oldest."""
    return (structure.siren is None, structure.rna is None, structure.pk)


@require_POST
@allowed(rules.may_merge)
def apart(request: HttpRequest) -> HttpResponse:
    """Remember that two sheets are two structures."""
    pair = [structure_or_404(request, request.POST.get(name, "")) for name in ("une", "autre")]
    try:
        tell_apart(one=pair[0], other=pair[1], by=signed_in(request))
    except (MergeRefused, DirectoryBusy) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Noté : « {pair[0]} » et « {pair[1]} » sont deux structures.")
    return redirect("officer:doubles")


@require_safe
@allowed(rules.may_merge)
def merges(request: HttpRequest) -> HttpResponse:
    """Every merge, the newest first."""
    state = request.GET.get("etat", "")
    rows = Merge.objects.select_related("source", "target").order_by("-pk")
    if state in ("en-cours", "defaites"):
        rows = rows.filter(undone_at__isnull=state == "en-cours")
    page = numbered(rows, request.GET, PER_PAGE)
    context = {
        "page": page,
        "rows": [(row, counts_of(row)) for row in page.object_list],
        "state": state,
        "states": STATES,
    }
    return render(request, "directory/officer/merges.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_merge)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what will come back, ask for the reason, then part the two sheets."""
    row = Merge.objects.select_related("source", "target").filter(pk=pk).first()
    if row is None:
        raise Http404("Cette réunion n’existe plus.")
    kept = kept_form(request)
    form = UndoMergeForm(request.POST or None, initial=kept.dict() if kept else None)
    if request.method == "POST" and form.is_valid():
        try:
            told = undo_merge(merge=row, by=signed_in(request), reason=form.cleaned_data["reason"])
        except (MergeRefused, DirectoryBusy) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"« {row.source} » et « {row.target} » sont de nouveau deux fiches.")
            for line in told.stayed:
                messages.warning(request, line)
            return redirect("officer:structure", key=row.source.key)
    context = {"merge": row, "form": form, "refusal": why_not(row, row.source, row.target), "counts": counts_of(row)}
    return render(request, "directory/officer/merge_undo.html", context)
