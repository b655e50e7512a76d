"""The journal, as the officer reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from essaim.desk.forms import JournalFilters
from essaim.foundation.exports import Column, Format, Kind, respond
from essaim.foundation.models import JournalEntry
from essaim.foundation.pagination import keyset, query_without
from essaim.foundation.queries import journal_entries, journal_verbs
from essaim.people.access import officer_required

COLUMNS = (
    Column("id", "Numéro", Kind.INTEGER),
    Column("at", "Quand", Kind.MOMENT),
    Column("by", "Par"),
    Column("verb", "Quoi"),
    Column("object", "Objet"),
    Column("reason", "Pourquoi"),
    Column("before", "Avant"),
    Column("after", "Après"),
    Column("group", "Groupe"),
)


def _filters(request: HttpRequest) -> tuple[JournalFilters, dict[str, Any]]:
    """Return the form and what is valid in it: a wrong date is told, the other filters still work."""
    form = JournalFilters(request.GET or None, verbs=journal_verbs())
    form.is_valid()
    return form, {key: value for key, value in getattr(form, "cleaned_data", {}).items() if value}


@require_safe
@officer_required
def journal(request: HttpRequest) -> HttpResponse:
    """Show the journal, newest first."""
    form, wanted = _filters(request)
    part = keyset(journal_entries(**wanted), request.GET)
    context = {
        "form": form,
        "part": part,
        "entries": [_Line(entry) for entry in part.items],
        "export_query": query_without(request.GET, "avant"),
        "is_filtered": bool(wanted),
    }
    return render(request, "desk/journal.html", context)


class _Line:
    """One entry with its changes side by side."""

    def __init__(self, entry: JournalEntry) -> None:
        self.entry = entry
        before = entry.before if isinstance(entry.before, dict) else {}
        after = entry.after if isinstance(entry.after, dict) else {}
        self.changes = [(key, _told(before.get(key)), _told(after.get(key))) for key in {**before, **after}]


def _told(value: object) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@require_safe
@officer_required
def journal_csv(request: HttpRequest) -> HttpResponseBase:
    """Download what the journal's page lists, whole."""
    _form, wanted = _filters(request)
    entries = journal_entries(**wanted)

    def rows() -> Iterator[dict[str, Any]]:
        for entry in entries.iterator(chunk_size=500):
            yield {
                "id": entry.pk,
                "at": entry.at,
                "by": entry.by_label,
                "verb": entry.verb,
                "object": entry.object_label,
                "reason": entry.reason,
                "before": json.dumps(entry.before, ensure_ascii=False) if entry.before else "",
                "after": json.dumps(entry.after, ensure_ascii=False) if entry.after else "",
                "group": entry.group,
            }

    return respond(Format.CSV, COLUMNS, rows(), f"journal-{timezone.localdate():%Y-%m-%d}")
