"""Reads of the observatory: which vintages one may see, the book of some territories, the territories themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from essaim.foundation.kept import Kept
from essaim.foundation.territories import home, served_territories
from essaim.geography.models import Commune, Epci
from essaim.geography.queries import commune_of_today
from essaim.nomenclature.departments import departments, regions
from essaim.observatory.book import Book, CellRow, CommentNote, FactNote, FileNote, VintageNote
from essaim.observatory.enums import Field, Level, Measure, Population, Source
from essaim.observatory.models import Cell, Comment, Note, PublishedFact, SourceFile, Vintage
from essaim.observatory.territory import FRANCE, Territory, is_code
from essaim.people.rules import is_officer

_CELL = tuple(name if name not in ("vintage", "file") else f"{name}_id" for name in CellRow._fields)


def vintages_visible_to(person: Any) -> QuerySet[Vintage]:
    """The vintages that this person may see: the published ones; an officer also sees what waits or was withdrawn."""
    if person is not None and is_officer(person):
        return Vintage.objects.all()
    return Vintage.objects.filter(published_at__isnull=False)


def notes_of(vintages: QuerySet[Vintage]) -> list[VintageNote]:
    """Vintages with their files, without a database behind: one query. A vintage has a file, or says nothing."""
    found = SourceFile.objects.filter(vintage__in=vintages).select_related("vintage").defer("report")
    return _noted(found.order_by("vintage__source", "-vintage__year", "-vintage__period", "table", "pk"))


def _noted(found: Iterable[SourceFile]) -> list[VintageNote]:
    """The vintages of these files, in their order."""
    files: dict[int, list[SourceFile]] = {}
    for file in found:
        files.setdefault(file.vintage_id, []).append(file)
    return [
        VintageNote(
            row.pk,
            Source(row.source),
            Field(row.field),
            row.period,
            row.year,
            row.perimeter_version,
            row.fictitious,
            tuple(FileNote(file.pk, file.table, file.name, file.sheet, file.sha256) for file in held),
        )
        for held in files.values()
        for row in (held[0].vintage,)
    ]


def told_book(territory: Territory) -> Book:
    """The book of what tables and citations tell of one territory: two queries.

    Enough for whoever shows figures that are one number (see `evaluation.EXACT`): nothing in it calibrates an estimate,
    and vintages that are silent about the territory are not in it.
    """
    cells = Cell.objects.filter(level=territory.level, code=territory.code, vintage__in=vintages_visible_to(None))
    rows = list(cells.select_related("file__vintage").defer("file__report").order_by("pk"))
    files = sorted({row.file_id: row.file for row in rows}.values(), key=lambda file: (file.table, file.pk))
    files.sort(key=lambda file: (file.vintage.year, file.vintage.period), reverse=True)
    files.sort(key=lambda file: file.vintage.source)
    facts = PublishedFact.objects.filter(level=territory.level, code=territory.code)
    told = [CellRow(*(getattr(row, name) for name in _CELL)) for row in rows]
    return Book(_noted(files), told, [fact_note(fact) for fact in facts], [territory])


def _read_yardsticks(_: None) -> tuple[Territory, ...]:
    told = Cell.objects.filter(
        vintage__in=vintages_visible_to(None),
        vintage__source=Source.FLORES_ESS,
        vintage__field=Field.ALL_POSTS,
        level=Level.EPCI,
        population=Population.ESS,
        measure=Measure.JOBS,
        family="",
        sector="",
        size="",
        workers="",
        value__isnull=False,
    )
    names = Epci.objects.filter(siren=OuterRef("code"))
    largest = told.annotate(
        name=Subquery(names.values("name")[:1]), invented=Subquery(names.values("fictitious")[:1])
    ).order_by("-value", "code")[:1]
    return tuple(
        Territory(Level.EPCI, row.code, _served_name(row.code) or row.name or row.code, bool(row.invented))
        for row in largest
    )


_yardsticks = Kept(_read_yardsticks)


def calibrators() -> tuple[Territory, ...]:
    """Whose observed jobs scale estimates: the home territory, else the largest EPCI that an official table tells.

    One query at most, kept by the process until something is written.
    """
    home_one = home_territory()
    return (home_one, *(one for one in _yardsticks.of(None) if one.code != home_one.code))


def book_of(territories: Sequence[Territory], *, every_year: bool = False) -> Book:
    """The book of what is published for these territories: four queries at most, whatever their number.

    Those whose observed jobs calibrate the estimates of the others are always in it. Of Sirene, which comes every
    month, the newest extract only; with `every_year`, for who asks for a year, the newest of each.
    """
    wanted: dict[Level, set[str]] = {}
    yardsticks = calibrators()
    for territory in (*territories, *yardsticks):
        for level, code in territory.parts:
            wanted.setdefault(level, set()).add(code)
    parts = [(territory.level, territory.code) for territory in territories]
    notes = _newest(notes_of(vintages_visible_to(None)), every_year)
    return _book(notes, wanted, parts, yardsticks)


def _newest(notes: Sequence[VintageNote], every_year: bool) -> list[VintageNote]:
    """All but the extracts of Sirene that a newer one of the same world (and year) replaces."""
    newest: dict[tuple[bool, int | None], VintageNote] = {}
    for note in notes:
        if note.source == Source.SIRENE:
            about = (note.fictitious, note.year if every_year else None)
            newest[about] = max(newest.get(about, note), note, key=lambda one: one.period)
    return [note for note in notes if note.source != Source.SIRENE or note in newest.values()]


def book_from(
    vintages: QuerySet[Vintage],
    wanted: dict[Level, set[str]],
    about: Sequence[tuple[Level, str]],
    calibrators: Sequence[Territory],
) -> Book:
    """The book of any vintages: cells of the `wanted` codes by level, facts `about` these territories."""
    return _book(notes_of(vintages), wanted, about, calibrators)


def _book(
    notes: Sequence[VintageNote],
    wanted: dict[Level, set[str]],
    about: Sequence[tuple[Level, str]],
    calibrators: Sequence[Territory],
) -> Book:
    where, facts_where = Q(pk__in=[]), Q(pk__in=[])
    for level, codes in wanted.items():
        where |= Q(level=level, code__in=codes)
    for level, code in about:
        facts_where |= Q(level=level, code=code)
    cells = Cell.objects.filter(where, vintage__in=[note.pk for note in notes]).values_list(*_CELL)
    facts, comments = _said(facts_where)
    return Book(notes, [CellRow(*row) for row in cells], facts, calibrators, comments)


def _said(where: Q) -> tuple[list[FactNote], list[CommentNote]]:
    """What is published of some territories, and what the ESS service says of it: one query."""
    facts = (
        PublishedFact.objects.filter(where)
        .annotate(b_text=Cast(Value(""), TextField()), b_written=Cast(Value(None), DateTimeField()), b_fact=_flag(True))
        .order_by()
        .values_list(*_FACT, "b_text", "b_written", "b_fact")
    )
    empty = Cast(Value(""), TextField())
    comments = (
        Comment.objects.filter(where)
        .annotate(
            **{f"b_{name}": empty for name in ("role", "field", "wording", "title", "url", "file")},
            b_year=Cast(Value(0), IntegerField()),
            b_value=Cast(Value(None), DecimalField(max_digits=18, decimal_places=2)),
            b_said=Cast(Value(None), DateField()),
            b_fact=_flag(False),
        )
        .order_by()
        .values_list(
            *("pk", "b_role", "indicator", "level", "code", "b_year", "b_field", "b_value", "b_wording", "b_title"),
            *("b_url", "b_said", "b_file", "text", "written_at", "b_fact"),
        )
    )
    rows = sorted(facts.union(comments, all=True), key=lambda row: (row[2], -row[5], row[0]))
    return (
        [_fact(row[:13]) for row in rows if row[15]],
        [CommentNote(row[2], row[3], row[4], row[13], row[14]) for row in rows if not row[15]],
    )


def _flag(value: bool) -> Cast:
    return Cast(Value(value), BooleanField())


_FACT = (
    *("pk", "role", "indicator", "level", "code", "year", "field", "value", "wording", "source_title", "source_url"),
    *("said_on", "file_to_load"),
)


def fact_note(row: PublishedFact) -> FactNote:
    """A fact without a database behind."""
    return _fact([getattr(row, name) for name in _FACT])


def _fact(values: Sequence[Any]) -> FactNote:
    """A fact from its columns, in the order of `_FACT`."""
    read: list[Any] = [*values]
    read[6] = Field(values[6]) if values[6] else None
    return FactNote(*read)


def comments_on(territory: Territory) -> dict[str, Comment]:
    """What the ESS service says of each indicator here, by indicator."""
    return {row.indicator: row for row in Comment.objects.filter(level=territory.level, code=territory.code)}


def notes_of_territory(territory: Territory) -> QuerySet[Note]:
    """The yearly notes issued of a territory, the last one first. Whoever issues a note shows it to everybody."""
    return Note.objects.filter(level=territory.level, code=territory.code).order_by("-year")


# --- territories ----------------------------------------------------------------------------------------------------


def home_territory() -> Territory:
    """The EPCI whose identity the site wears, as a territory (no query of its own: its identity is kept)."""
    served = home()
    return Territory(Level.EPCI, served.siren, served.name or served.short_name)


def of_commune(commune: Commune) -> Territory:
    """A commune as a territory."""
    return Territory(Level.COMMUNE, commune.code, commune.name, commune.fictitious)


def of_epci(epci: Epci) -> Territory:
    """An EPCI as a territory; a served one has the name that its site gives it, as everywhere else."""
    return Territory(Level.EPCI, epci.siren, _served_name(epci.siren) or epci.name, epci.fictitious)


def _served_name(siren: str) -> str:
    """« Grand Poitiers Communauté urbaine », where the official code says « CU du Grand Poitiers »; else empty."""
    return next((row.name or row.short_name for row in served_territories() if row.siren == siren), "")


def find_territory(level: str, code: str) -> Territory | None:
    """The territory of this level and code, or None: at most one query, two for a commune.

    A commune that has merged, or a district of Paris, Lyon or Marseille, means that of today. A code that is none of
    its level asks nothing.
    """
    if not is_code(level, code):
        return None
    match level:
        case Level.COMMUNE:
            commune = commune_of_today(code)
            return None if commune is None else of_commune(commune)
        case Level.EPCI:
            epci = Epci.objects.filter(siren=code).first()
            return None if epci is None else of_epci(epci)
        case Level.DEPARTMENT:
            department = departments().get(code)
            return None if department is None else Territory(Level.DEPARTMENT, code, department.name)
        case Level.REGION:
            name = regions().get(code)
            return None if name is None else Territory(Level.REGION, code, name)
        case Level.COUNTRY:
            return FRANCE if code == FRANCE.code else None
    return None


def find_by_code(code: str) -> Territory | None:
    """The territory that a code alone means: nine digits an EPCI, five signs a commune, two or three a département.

    « FR » is France; « R75 » the region 75 (its two digits alone mean the département).
    """
    if code.upper() == FRANCE.code:
        return FRANCE
    if code[:1] in "Rr" and code[1:].isdigit():
        return find_territory(Level.REGION, code[1:])
    level = {9: Level.EPCI, 5: Level.COMMUNE, 2: Level.DEPARTMENT, 3: Level.DEPARTMENT}.get(len(code))
    return None if level is None else find_territory(level, code.upper())


def urban_and_rural(communes: Sequence[Commune], around: Territory) -> tuple[Territory, Territory] | None:
    """The urban part and the rural part of a territory, by the density grid; None until the grid is known of all."""
    if not communes or any(commune.density is None for commune in communes):
        return None
    urban = tuple(sorted(commune.code for commune in communes if commune.is_urban))
    rural = tuple(sorted(commune.code for commune in communes if not commune.is_urban))
    return (
        Territory(Level.EPCI, f"{around.code}-urbain", "Communes urbaines", around.fictitious, urban),
        Territory(Level.EPCI, f"{around.code}-rural", "Communes rurales", around.fictitious, rural),
    )
