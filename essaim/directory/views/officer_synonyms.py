"""Plain words of the search: the officer's own, and a box to try what they find."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from essaim.directory import rules
from essaim.directory.actions.synonyms import SynonymRefused, delete_synonym, save_synonym
from essaim.directory.forms.officer import SynonymForm
from essaim.directory.models import Structure, Synonym
from essaim.directory.naming import shown_name
from essaim.directory.search.query import SearchError, SearchParams, search
from essaim.directory.views.doors import allowed
from essaim.foundation.territories import current_scope
from essaim.nomenclature.synonyms import base_synonyms
from essaim.people.access import kept_form, signed_in

TRIED = 10


@require_safe
@allowed(rules.may_edit_synonyms)
def synonyms(request: HttpRequest) -> HttpResponse:
    """The officer's list, the number of the project's own, and « essayer »."""
    text = request.GET.get("essai", "").strip()[:200]
    context = {
        "rows": Synonym.objects.order_by("pk"),
        "base_count": len(base_synonyms()),
        "text": text,
        **(_tried(text) if text else {}),
    }
    return render(request, "directory/officer/synonyms.html", context)


def _tried(text: str) -> dict[str, object]:
    """What the directory's search finds for a text, as any visitor would see it."""
    try:
        results = search(SearchParams.from_querydict({"q": text}), current_scope(), page_size=TRIED)
    except SearchError as error:
        return {"trouble": str(error)}
    found = Structure.objects.select_related("card").in_bulk(results.structure_ids)
    names = [
        (shown_name(found[pk]), found[pk].get_absolute_url()) for pk in results.structure_ids if pk in found
    ]  # fmt: skip
    return {"total": results.total, "names": names, "notes": results.notes}


def _synonym(pk: int) -> Synonym:
    row = Synonym.objects.filter(pk=pk).first()
    if row is None:
        raise Http404("Ce synonyme n’existe plus.")
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_edit_synonyms)
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add a synonym, or change one."""
    row = _synonym(pk) if pk is not None else None
    kept = kept_form(request)
    initial = kept.dict() if kept else (SynonymForm.initial_of(row) if row else None)
    form = SynonymForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_synonym(synonym=row, by=signed_in(request), **form.values())
        except SynonymRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Le synonyme est enregistré : la recherche s’en sert déjà.")
            return redirect("officer:synonyms")
    return render(request, "directory/officer/synonym.html", {"form": form, "row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_edit_synonyms)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete."""
    row = _synonym(pk)
    if request.method == "POST":
        delete_synonym(synonym=row, by=signed_in(request))
        messages.success(request, "Le synonyme est supprimé.")
        return redirect("officer:synonyms")
    return render(request, "directory/officer/synonym_delete.html", {"row": row})
