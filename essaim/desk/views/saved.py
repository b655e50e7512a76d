"""The views of the inbox that officers keep."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from essaim.desk.actions import ViewRefused, delete_view, save_view
from essaim.desk.forms_inbox import ViewForm
from essaim.desk.models import SavedView
from essaim.people.access import officer_required, signed_in
from essaim.people.models import Person

KEPT_PARAMS = ("etat", "nature", "confie", "structure")
"""What an address of the inbox may say: nothing else is ever kept in a view."""


def views_of(person: Person) -> list[SavedView]:
    """Their own views, and those that colleagues share; one query."""
    mine = Q(person=person) | Q(is_shared=True, person__is_active=True)
    return list(SavedView.objects.filter(mine).select_related("person").order_by("name", "pk"))


@require_POST
@officer_required
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the moment under a name."""
    form = ViewForm(request.POST)
    given = QueryDict(request.POST.get("query", "")[:500])
    query = urlencode([(name, given[name]) for name in KEPT_PARAMS if given.get(name)])
    if not form.is_valid():
        messages.error(request, " ".join(str(text) for texts in form.errors.values() for text in texts))
    else:
        try:
            view = save_view(
                by=signed_in(request),
                name=form.cleaned_data["name"],
                query=query,
                is_shared=form.cleaned_data["is_shared"],
            )
        except ViewRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"La vue « {view} » est enregistrée.")
    return redirect(f"{reverse('desk:inbox')}?{query}")


@require_http_methods(["GET", "HEAD", "POST"])
@officer_required
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then forget one's own view."""
    view = SavedView.objects.filter(pk=pk, person=signed_in(request)).first()
    if view is None:
        raise Http404("Cette vue n’existe plus, ou elle est à quelqu’un d’autre.")
    if request.method == "POST":
        try:
            delete_view(view=view, by=signed_in(request))
        except ViewRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"La vue « {view.name} » est effacée.")
        return redirect("desk:inbox")
    return render(request, "desk/view_delete.html", {"view": view})
