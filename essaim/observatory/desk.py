"""What the officer's screens show: the state of each vintage, what it tells, what waits, what has aged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, Prefetch
from django.utils import timezone

from essaim.foundation import registries
from essaim.foundation.models import JournalEntry
from essaim.observatory import rules
from essaim.observatory.actions.publishing import WITHDRAWN
from essaim.observatory.announced import AGED_AFTER, Announced, announced_beside
from essaim.observatory.choosing import around_home
from essaim.observatory.enums import FactRole, Level, Source, Status
from essaim.observatory.evaluation import Figure, estimate, evaluate, from_table, history
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.models import Cell, Comment, Note, PublishedFact, SourceFile, Vintage
from essaim.observatory.queries import (
    book_from,
    book_of,
    fact_note,
    home_territory,
    vintages_visible_to,
)
from essaim.observatory.serving import served_epci
from essaim.observatory.territory import Territory
from essaim.ui.typography import counted


@dataclass(frozen=True, slots=True)
class Told:
    """A vintage with what happened to it last, by the journal; `withdrawal` when it was taken back."""

    vintage: Vintage
    last: JournalEntry | None
    withdrawal: JournalEntry | None
    files: Sequence[SourceFile]

    @property
    def is_published(self) -> bool:
        """Whether visitors see it."""
        return self.vintage.published_at is not None

    @property
    def state(self) -> str:
        """« publié », « retiré » or « en attente »."""
        if self.is_published:
            return "publié"
        return "en attente" if self.withdrawal is None else "retiré"

    @property
    def name(self) -> str:
        """« Insee, Flores × ESS 2018 »."""
        return str(self.vintage)


def vintages_told(person: Any, *, reports: bool = False) -> list[Told]:
    """Every vintage that this person may see, with its files and its last entry of the journal: three queries."""
    return _told(vintages_visible_to(person), reports)


def vintage_told(person: Any, pk: int) -> Told | None:
    """One vintage with the reports of its files, or None."""
    found = _told(vintages_visible_to(person).filter(pk=pk), reports=True)
    return found[0] if found else None


def _told(vintages: Any, reports: bool) -> list[Told]:
    files = SourceFile.objects.all() if reports else SourceFile.objects.defer("report")
    rows = list(vintages.prefetch_related(Prefetch("files", files)))
    entries: dict[str, list[JournalEntry]] = {}
    found = JournalEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Vintage), object_id__in=[str(row.pk) for row in rows]
    )
    for entry in found.order_by("pk"):
        entries.setdefault(entry.object_id, []).append(entry)
    told = []
    for row in rows:
        mine = entries.get(str(row.pk), [])
        withdrawal = next((entry for entry in reversed(mine) if entry.verb == WITHDRAWN), None)
        told.append(
            Told(row, mine[-1] if mine else None, None if row.published_at else withdrawal, list(row.files.all()))
        )
    return told


# --- what a file holds ----------------------------------------------------------------------------------------------

_COUNTS = {
    "rows_read": ("ligne lue", "lignes lues"),
    "rows_kept": ("gardée", "gardées"),
    "ignored": ("laissée de côté", "laissées de côté"),
    "refused": ("refusée", "refusées"),
    "cells": ("chiffre gardé", "chiffres gardés"),
    "secret": ("secret", "secrets"),
    "missing": ("case vide", "cases vides"),
    "outside": ("chiffre de communes non servies laissé", "chiffres de communes non servies laissés"),
    "odd": ("bizarrerie", "bizarreries"),
}
_TABLES = {
    "families": "Par famille",
    "sectors-1": "Par secteur",
    "sectors-2": "Par secteur, en détail",
    "open_establishments": "Établissements, par commune",
    "open_jobs": "Emplois, par commune",
    "regions": "Par région",
    "ess": "L’ESS, par famille, secteur et taille",
    "everyone": "Toute l’économie, par taille",
}
_ALWAYS = ("rows_kept", "refused", "secret", "missing")
"""Told also when there is none: their absence is what she looks for."""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """The report of one table: totals by which one recognises it, counts, remarks with their line.

    `unquoted`: oddities that were counted and not quoted.
    """

    title: str
    label: str
    sheet: str
    totals: tuple[tuple[str, str], ...]
    counts: str
    remarks: tuple[tuple[int | None, str], ...]
    unquoted: int


def report_shown(report: Mapping[str, Any]) -> ReportShown:
    """A report as it is kept with its file, or as a preview has it; whatever an older one lacks is left out."""
    counts = report.get("counts", {})
    remarks = tuple((one["line"], one["text"]) for one in report.get("remarks", ()))
    return ReportShown(
        _table_words(report.get("name") or report.get("table", "")),
        report.get("layout_label", ""),
        report.get("sheet", ""),
        tuple((words[:1].upper() + words[1:], value) for words, value in report.get("totals", {}).items()),
        ", ".join(
            counted(counts.get(key, 0), *words) for key, words in _COUNTS.items() if counts.get(key) or key in _ALWAYS
        ),
        remarks,
        max(0, sum(counts.get(key, 0) for key in ("refused", "odd", "remarks")) - len(remarks)),
    )


def _table_words(name: str) -> str:
    """« sectors-2 T4 » → « Par secteur, en détail (T4) »; a table that has no words keeps its name."""
    kind, _, rest = name.partition(" ")
    words = _TABLES.get(kind)
    return name if words is None else f"{words} ({rest})" if rest else words


# --- what a vintage tells -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """What one vintage lets say of one territory, and how many territories of each level it knows."""

    territory: Territory | None
    figures: tuple[Figure, ...]
    coverage: tuple[tuple[str, int], ...]


def shown_by(vintage: Vintage) -> Shown:
    """What the public reads in this vintage alone: of the home territory, else of its region, else of France."""
    candidates = _around_home()
    wanted: dict[Level, set[str]] = {}
    for territory in candidates:
        wanted.setdefault(territory.level, set()).add(territory.code)
    book = book_from(Vintage.objects.filter(pk=vintage.pk), wanted, [], [])
    note = book.vintages[0]
    levels = dict(
        Cell.objects.filter(vintage=vintage)
        .values_list("level")
        .annotate(number=Count("code", distinct=True))
        .order_by("level")
    )
    coverage = tuple((level.value, levels[level.value]) for level in Level if levels.get(level.value))
    for territory in candidates:
        if not book.knows(note, territory):
            continue
        figures = [
            estimate(indicator, territory, book)
            if note.source == Source.SIRENE
            else from_table(indicator, territory, book, note)
            for indicator in CATALOGUE.values()
        ]
        return Shown(territory, tuple(one for one in figures if one.status != Status.MISSING), coverage)
    return Shown(None, (), coverage)


def _around_home() -> list[Territory]:
    """Home, its region and France."""
    return [home_territory(), *(one for one in around_home() if one.level != Level.DEPARTMENT)]


# --- words said of figures ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactTold:
    """A figure said by others, with its comparison when it is an announced one."""

    fact: PublishedFact
    label: str
    place: str
    announced: Announced | None


@dataclass(frozen=True, slots=True)
class CommentTold:
    """A comment, with the words of what it is about."""

    comment: Comment
    label: str
    place: str


def facts_told() -> list[FactTold]:
    """Figures said of the territories served; the announced ones beside what is worked out. No figure: no book."""
    places = {territory.code: territory for territory in served_epci()}
    rows = list(PublishedFact.objects.filter(level=Level.EPCI, code__in=places))
    announced = _announced([row for row in rows if row.role == FactRole.ANNOUNCED], places)
    return [FactTold(row, label_of(row.indicator), places[row.code].name, announced.get(row.pk)) for row in rows]


def _announced(rows: Iterable[PublishedFact], places: Mapping[str, Territory]) -> dict[int, Announced]:
    """Each announced figure, old years included, compared: four queries whatever their number, none without any."""
    known = [row for row in rows if row.indicator in CATALOGUE]
    if not known:
        return {}
    book = book_of([places[code] for code in sorted({row.code for row in known})])
    told: dict[int, Announced] = {}
    for row in known:
        indicator, territory = CATALOGUE[row.indicator], places[row.code]
        figures = {row.indicator: evaluate(indicator, territory, book)}
        past = {row.indicator: history(indicator, territory, book)}
        told[row.pk] = announced_beside(figures, [fact_note(row)], past)[row.indicator]
    return told


def comments_told() -> list[CommentTold]:
    """What the service says of the figures of the territories served; one query."""
    places = {territory.code: territory.name for territory in served_epci()}
    rows = Comment.objects.filter(level=Level.EPCI, code__in=places).select_related("written_by")
    return [CommentTold(row, label_of(row.indicator), places[row.code]) for row in rows]


def last_notes() -> list[Note]:
    """The last note of each territory served, without its content, the newest first; one query."""
    codes = [territory.code for territory in served_epci()]
    last: dict[str, Note] = {}
    for row in Note.objects.defer("content").filter(level=Level.EPCI, code__in=codes).order_by("-year", "code"):
        last.setdefault(row.code, row)
    return list(last.values())


def label_of(key: str) -> str:
    """The words of an indicator, or its key when the catalogue has lost it."""
    return CATALOGUE[key].label if key in CATALOGUE else key


# --- on her desk ----------------------------------------------------------------------------------------------------


def panel(person: Any) -> Mapping[str, Any]:
    """What is published, what waits, what has aged."""
    told = vintages_told(person)
    return {
        "newest": _newest(told),
        "waiting": [one for one in told if one.state == "en attente"],
        "withdrawn": [one for one in told if one.state == "retiré"],
        "aged": [one for one in facts_told() if one.announced is not None and one.announced.is_aged],
        "old": [one for one in _newest(told) if timezone.localdate().year - one.vintage.year > AGED_AFTER],
        "may_load": rules.may_load_sources(person),
    }


def _newest(told: Sequence[Told]) -> list[Told]:
    """The newest published vintage of each source."""
    newest: dict[str, Told] = {}
    for one in told:
        known = newest.get(one.vintage.source)
        if one.is_published and (known is None or one.vintage.period > known.vintage.period):
            newest[one.vintage.source] = one
    return list(newest.values())


LINK = registries.DeskLink(
    "observatoire",
    "Observatoire",
    "observatory_officer:home",
    "Charger un fichier, publier un millésime, commenter ou annoncer un chiffre.",
    order=40,
)
PANEL = registries.DeskPanel("observatoire", "Observatoire", 20, "observatory/desk/panel.html", panel)
