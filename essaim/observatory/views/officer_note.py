"""The officer's button of the yearly note: what it will be, one click, then the links and the message to send."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from essaim.observatory import rules
from essaim.observatory.actions.notes import NoteRefused, issue_note
from essaim.observatory.models import Note
from essaim.observatory.note.content import NothingToSay, UnreadableNote, from_json
from essaim.observatory.note.forms import NoteForm
from essaim.observatory.note.links import message, page_url, pdf_url
from essaim.observatory.queries import notes_of_territory
from essaim.observatory.serving import served_epci
from essaim.observatory.views.home import epci_asked_by
from essaim.observatory.views.officer import allowed
from essaim.people.access import kept_form, signed_in
from essaim.ui.printing import CannotPrint


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(rules.may_issue_notes)
def note(request: HttpRequest) -> HttpResponse:
    """Ask for the year, then issue; the note of `?annee=`, else the last one, with its links and its message."""
    epci = epci_asked_by(request)
    kept = kept_form(request)
    asked = request.GET.get("annee", "")
    year = asked if asked.isdecimal() else timezone.localdate().year
    form = NoteForm(request.POST or None, initial=kept.dict() if kept else {"year": year})
    if request.method == "POST" and form.is_valid():
        try:
            done = issue_note(territory=epci, year=form.cleaned_data["year"], by=signed_in(request))
        except (NoteRefused, NothingToSay, CannotPrint) as refusal:
            form.add_error("year" if isinstance(refusal, NoteRefused) else None, str(refusal))
        else:
            messages.success(request, f"La note {done.year} est produite, et tout le monde peut la lire.")
            return redirect(
                f"{reverse('observatory_officer:note')}?territoire={epci.key}&annee={done.year}#note-{done.year}"
            )
    listed = list(notes_of_territory(epci).defer("content"))
    shown = next((row for row in listed if str(row.year) == asked), listed[0] if listed else None)
    context = {
        "epci": epci,
        "others": [other for other in served_epci() if other.key != epci.key],
        "form": form,
        "one": None if shown is None else _told(request, shown),
        "years": [row.year for row in listed if row is not shown],
    }
    return render(request, "observatory/officer/note.html", context)


def _told(request: HttpRequest, row: Note) -> dict[str, Any]:
    """What is shown of one note; one that cannot be read any more says so, and keeps neither form nor years back."""
    told: dict[str, Any] = {"note": row, "page_url": page_url(row), "pdf_url": pdf_url(row)}
    try:
        content = from_json(row.content)
    except UnreadableNote as error:
        return told | {"said": str(error), "fictitious": False, "message": None}
    origin = f"{request.scheme}://{request.get_host()}"
    said = {"said": content.finding, "fictitious": content.fictitious}
    return told | said | {"message": message(row, content, origin)}
