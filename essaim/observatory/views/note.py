"""The yearly note for everybody: the page and the PDF say the same, from the same frozen content."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from essaim.foundation.pagecache import cache_anonymous
from essaim.observatory.models import Note
from essaim.observatory.note.content import UnreadableNote, from_json
from essaim.observatory.note.links import file_name, page_url, pdf_url
from essaim.observatory.queries import notes_of_territory
from essaim.observatory.rules import may_issue_notes
from essaim.observatory.territory import Territory
from essaim.observatory.views.home import epci_asked_by


@require_safe
@cache_anonymous(seconds=60, params=("territoire",))
def latest(request: HttpRequest) -> HttpResponse:
    """The last note of a served EPCI; 404 in words before the first."""
    epci = epci_asked_by(request)
    note = notes_of_territory(epci).first()
    return _none(request, epci) if note is None else _page(request, epci, note)


@require_safe
@cache_anonymous(seconds=60, params=("territoire",))
def yearly(request: HttpRequest, year: int) -> HttpResponse:
    """The note of one year."""
    epci = epci_asked_by(request)
    note = notes_of_territory(epci).filter(year=year).first()
    return _none(request, epci, year) if note is None else _page(request, epci, note)


@require_safe
def pdf(request: HttpRequest, year: int) -> HttpResponseBase:
    """The PDF of one year, opened in the browser, kept under a name that says what it is."""
    epci = epci_asked_by(request)
    note = notes_of_territory(epci).filter(year=year).first()
    if note is None:
        return _none(request, epci, year)
    try:
        opened = note.pdf.open("rb")
    except FileNotFoundError:
        return _none(request, epci, year, lost=True)
    content = None
    with suppress(UnreadableNote):  # the PDF is whole all the same
        content = from_json(note.content)
    response = FileResponse(opened, content_type="application/pdf", filename=file_name(note, content))
    # Issued again, the note has the same address: a browser asks each time.
    response["Cache-Control"] = "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _page(request: HttpRequest, epci: Territory, note: Note) -> HttpResponse:
    try:
        content = from_json(note.content)
    except UnreadableNote as error:
        return _none(request, epci, note.year, unreadable=(str(error), pdf_url(note)))
    context = {
        "epci": epci,
        "note": note,
        "content": content,
        "issued": date.fromisoformat(content.issued_on),
        "page_url": page_url(note),
        "pdf_url": pdf_url(note),
        "others": [(other.year, page_url(other)) for other in _listed(epci) if other.year != note.year],
        "invented": content.fictitious,
    }
    return render(request, "observatory/note/page.html", context)


def _listed(epci: Territory) -> QuerySet[Note]:
    """The notes of a territory without what they say, which is long."""
    return notes_of_territory(epci).defer("content")


def _none(
    request: HttpRequest,
    epci: Territory,
    year: int | None = None,
    *,
    lost: bool = False,
    unreadable: tuple[str, str] | None = None,
) -> HttpResponse:
    """Why there is no note to show; `unreadable`: the reason and the address of the PDF."""
    last = next((row for row in _listed(epci) if unreadable is None or row.year != year), None)
    context = {
        "epci": epci,
        "year": year,
        "lost": lost,
        "unreadable": unreadable,
        "last": last,
        "last_url": "" if last is None else page_url(last),
        "may_issue": may_issue_notes(request.user),
    }
    return render(request, "observatory/note/none.html", context, status=404)
