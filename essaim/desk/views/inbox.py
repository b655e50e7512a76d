"""The inbox: its list and the page of one item."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from essaim.desk import inbox as reads
from essaim.desk.actions import AssignmentRefused, assign
from essaim.desk.forms_inbox import AssignForm, ViewForm
from essaim.desk.views.saved import views_of
from essaim.foundation import journal
from essaim.foundation.pagination import numbered
from essaim.foundation.registries import InboxKind, inbox_kinds
from essaim.people.access import kept_form, officer_required, signed_in


@require_safe
@officer_required
def inbox(request: HttpRequest) -> HttpResponse:
    """List what waits; the filters are in the address, and one that does not exist is ignored."""
    person = signed_in(request)
    filters = reads.Filters.read(request.GET)
    page = numbered(reads.rows(person, filters), request.GET)
    params = request.GET.copy()
    params.pop("page", None)
    colleagues = reads.colleagues()
    context = {
        "page": page,
        "lines": reads.lines(person, list(page.object_list)),
        "filters": filters,
        "kind": filters.kind,
        "kinds": list(inbox_kinds),
        "states": reads.STATES,
        "colleagues": [(str(each.pk), each) for each in colleagues if each.pk != person.pk],
        "team": colleagues,
        "views": views_of(person),
        "view_form": ViewForm(initial={"query": params.urlencode()}),
        "query": params.urlencode(),
    }
    return render(request, "desk/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
def item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show one item with its form, then what was done of it."""
    found, row = _found(request, kind, pk)
    is_pending = found.is_pending(row)
    kept = kept_form(request)
    form = None
    if is_pending:
        form = found.form(request.POST or None, item=row, initial=kept.dict() if kept else None)
    if request.method == "POST":
        if form is None:
            messages.info(request, "Cet élément a déjà été traité : rien n’a été changé.")
            return redirect("desk:item", kind=kind, pk=pk)
        if form.is_valid():
            try:
                found.handle(row, form, signed_in(request))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "C’est fait.")
                return redirect(f"{reverse('desk:inbox')}?nature={found.key}")
    owner = reads.assignees([(found.key, row.pk)]).get((found.key, row.pk))
    context = {
        "kind": found,
        "item": row,
        "form": form,
        "is_kept": kept is not None,
        "is_pending": is_pending,
        "history": list(journal.history_of(row)[:50]),
        "assigned_to": owner,
        "assign_form": AssignForm(initial={"to": owner}),
        "structure_pk": getattr(row, found.structure_id) if found.structure_id else None,
    }
    return render(request, found.item_template, context, status=200)


@require_POST
@officer_required
def entrust(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Entrust one item to a colleague, or to nobody."""
    found, row = _found(request, kind, pk)
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["to"])))
    else:
        try:
            assign(kind=found.key, item=row, to=form.cleaned_data["to"], by=signed_in(request))
        except AssignmentRefused as error:
            messages.error(request, str(error))
        else:
            owner = form.cleaned_data["to"]
            messages.success(request, f"Confié à {owner}." if owner else "Remis à toute l’équipe.")
    return redirect("desk:item", kind=kind, pk=pk)


def _found(request: HttpRequest, kind: str, pk: int) -> tuple[InboxKind, Any]:
    """The kind and the item that this person may see. Raises Http404."""
    found = inbox_kinds.get(kind)
    row = found.items(request.user).filter(pk=pk).first() if found is not None else None
    if found is None or row is None:
        raise Http404("Cet élément n’est plus dans la boîte.")
    return found, row
