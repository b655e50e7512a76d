"""The inbox: its list and the page of one item."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from essaim.desk import inbox as reads
from essaim.foundation import journal
from essaim.foundation.pagination import numbered
from essaim.foundation.registries import inbox_kinds
from essaim.people.access import kept_form, officer_required, signed_in


@require_safe
@officer_required
def inbox(request: HttpRequest) -> HttpResponse:
    """List what waits; the filters are in the address, and one that does not exist is ignored."""
    kind = inbox_kinds.get(request.GET.get("nature", ""))
    state = request.GET.get("etat", "")
    if state not in reads.STATES:
        state = reads.WAITING
    page = numbered(reads.rows(request.user, kind=kind, state=state), request.GET)
    context = {
        "page": page,
        "lines": reads.lines(request.user, list(page.object_list)),
        "kind": kind,
        "kinds": list(inbox_kinds),
        "state": state,
        "states": reads.STATES,
    }
    return render(request, "desk/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
def item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show one item with its form, then what was done of it."""
    found = inbox_kinds.get(kind)
    row = found.items(request.user).filter(pk=pk).first() if found is not None else None
    if found is None or row is None:
        raise Http404("Cet élément n’est plus dans la boîte.")
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
    context = {
        "kind": found,
        "item": row,
        "form": form,
        "is_kept": kept is not None,
        "is_pending": is_pending,
        "history": list(journal.history_of(row)[:50]),
    }
    return render(request, found.item_template, context, status=200)
