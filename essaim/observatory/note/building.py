"""From a portrait and its communes to the content of a note: what is known is said, the rest is said to be unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from textwrap import shorten
from typing import Any

from essaim.foundation.models import Territory as Identity
from essaim.geography.shapes import hexagons
from essaim.observatory.announced import announced_beside, precision
from essaim.observatory.book import FactNote, VintageNote
from essaim.observatory.choropleth import MapChoice, choropleth
from essaim.observatory.communes import Line, weight
from essaim.observatory.enums import FactRole, Field, Status
from essaim.observatory.evaluation import HUNDRED, Figure
from essaim.observatory.findings.phrases import guess
from essaim.observatory.indicators import CATALOGUE
from essaim.observatory.note import tables, words
from essaim.observatory.note.citing import cited as cited_as
from essaim.observatory.note.content import (
    Announced,
    BigFigure,
    Map,
    MapCell,
    NoteContent,
    NothingToSay,
    Remark,
    from_json,
)
from essaim.observatory.places import of_place
from essaim.observatory.portrait import Portrait, headline_of, portrait_from
from essaim.observatory.profile import Profile
from essaim.observatory.wording import amount, calibration_text, noun, value_text
from essaim.ui.theme import DEFAULT_HONEY, DEFAULT_LEAF
from essaim.ui.typography import counted, french, number, phone

ORDER = (
    "ess-job-share", "ess-jobs", "ess-employer-establishments", "ess-private-job-share",
    "ess-establishment-share", "ess-women-share", "ess-fte", "all-jobs",
)  # fmt: skip
PARTS = {"ess-job-share": ("ess-jobs", "all-jobs"), "ess-private-job-share": ("ess-jobs", "private-jobs")}
"""What each published share was divided from: other facts of the same table."""
MOST_ANNOUNCED = 2
MOST_REMARKS, LONGEST_REMARK = 3, 240
"""Comments, and letters of each: more would make a third page."""
MOST_SOURCES = 8


def content_of(
    portrait: Portrait, *, identity: Identity, year: int, issued_on: date, comments: Mapping[str, str] | None = None
) -> NoteContent:
    """The note of a territory, from figures already worked out. No query. `comments`: texts by indicator.

    Raises NothingToSay when no headline figure is known.
    """
    # All jobs of the year and source of the share, as on the home: the note sets one beside the other.
    profile = replace(portrait.profile, headline=headline_of(portrait.profile))
    communes = portrait.lines
    known = [profile.headline[key] for key in ORDER if profile.headline[key].is_known]
    if not known:
        raise NothingToSay(
            f"Aucun chiffre {of_place(profile.territory)} n’est publié pour {year} ou avant : il n’y a rien à mettre "
            "dans la note. Chargez puis publiez un fichier source, ou citez un chiffre publié."
        )
    finding, finding_source = finding_of(profile)
    compared = announced_beside(profile.headline, portrait.book.facts, profile.history)
    told = [compared[key] for key in ORDER if key in compared][:MOST_ANNOUNCED]
    fictitious = portrait.fictitious or profile.territory.fictitious
    content = NoteContent(
        title="L’économie sociale et solidaire en chiffres",
        territory=profile.territory.name,
        short_name=identity.short_name,
        site_name=identity.site_name,
        year=year,
        issued_on=issued_on.isoformat(),
        fictitious=fictitious,
        invented=words.INVENTED if fictitious else "",
        finding=finding,
        finding_source=finding_source,
        figures=tuple(_big(figure, portrait.book.facts) for figure in known),
        announced=tuple(Announced(CATALOGUE[one.fact.indicator].label, one.sentence) for one in told),
        remarks=_remarks(known, comments or {}),
        history=tables.history(profile),
        families=tables.families(profile.families),
        sectors=tables.sectors(profile.sectors),
        sizes=tables.sizes(profile.sizes),
        sides=tables.sides(portrait.sides),
        counts=tables.counts(profile.side_by_side),
        map=_map(communes),
        method=_method(profile),
        glossary=words.GLOSSARY,
        unknown=_unknown(profile, communes),
        sources=_sources(profile, [one.fact for one in told]),
        contact=_contact(identity),
        honey=identity.honey or DEFAULT_HONEY,
        leaf=identity.leaf or DEFAULT_LEAF,
    )
    return from_json(_typeset(content.as_json()))


def as_of(portrait: Portrait, year: int) -> Portrait:
    """The same portrait as if nothing later than this year were known. No query."""
    book = portrait.book.until(year)
    if len(book.vintages) == len(portrait.book.vintages) and len(book.facts) == len(portrait.book.facts):
        return portrait
    return portrait_from(portrait.territory, [line.commune for line in portrait.lines], book)


def finding_of(profile: Profile) -> tuple[str, str]:
    """The finding of the note in one sentence, and its sources. Figures of two years or fields never share it."""
    share, jobs, places = (
        profile.headline[key] for key in ("ess-job-share", "ess-jobs", "ess-employer-establishments")
    )
    first = next((figure for figure in (share, jobs, places) if figure.is_known), None)
    if first is None:
        other = next(figure for key in ORDER if (figure := profile.headline[key]).is_known)
        return f"{other.indicator.label} : {value_text(other)}.", tables.source_of(other)
    together = [
        figure
        for figure in (share, jobs, places)
        if figure.is_known
        and (figure is first or (figure.status, figure.year, figure.field) == (first.status, first.year, first.field))
    ]
    counts = [f"{value_text(figure)} {noun(figure.indicator, figure.value)}" for figure in together if figure is jobs]
    counts += [f"{value_text(figure)} établissements employeurs" for figure in together if figure is places]
    if first is share:
        said = f"l’ESS fait {value_text(share)} des emplois salariés"
        said += f" : {', dans '.join(counts)}" if counts else ""
    else:
        said = f"l’ESS compte {', dans '.join(counts)}"
    if first.status == Status.ESTIMATED and any(figure.low != figure.high for figure in together):
        said = f"selon une estimation, {said}"
    sources = dict.fromkeys(tables.source_of(figure) for figure in together)
    return f"{said[0].upper()}{said[1:]}.", " ; ".join(sources)


def _remarks(known: Sequence[Figure], comments: Mapping[str, str]) -> tuple[Remark, ...]:
    """What the service says of the figures shown, each in one paragraph; the page of the observatory has the rest."""
    said = [(figure.indicator.label, comments[key]) for figure in known if (key := figure.indicator.key) in comments]
    return tuple(
        Remark(label, shorten(" ".join(text.split()), LONGEST_REMARK, placeholder=" […]"))
        for label, text in said[:MOST_REMARKS]
    )


def _big(figure: Figure, facts: Iterable[FactNote]) -> BigFigure:
    return BigFigure(value_text(figure), figure.indicator.label, _detail(figure, facts), tables.source_of(figure))


def _detail(figure: Figure, facts: Iterable[FactNote]) -> str:
    """What a value was made from, or why it is not one value."""
    said: list[str] = []
    match figure.status:
        case Status.PUBLISHED:
            parts = None if figure.fact is None else _published_parts(figure.fact, facts)
            if parts is not None:
                said.append(f"{number(parts[0], 0)} sur {number(parts[1], 0)}")
            said.append("fait publié, non recalculé ici")
        case Status.ESTIMATED if figure.low != figure.high:
            said.append("estimation")
            if figure.value is not None and figure.calibration is not None:
                centre = amount(figure.value, figure.indicator.unit)
                said.append(f"valeur centrale {centre}, {calibration_text(figure.calibration)}")
        case Status.OBSERVED if figure.numerator is not None and figure.denominator is not None:
            top, bottom = figure.numerator.value, figure.denominator.value
            if top is not None and bottom is not None:
                said.append(f"{number(top, 0)} sur {number(bottom, 0)}")
    if figure.field == Field.NON_ANNEX_POSTS:
        said.append("postes non annexes seulement")
    return ", ".join(said)


def _published_parts(share: FactNote, facts: Iterable[FactNote]) -> tuple[Decimal, Decimal] | None:
    """Both terms of a published share, when its own table publishes them and they do give that share."""

    def where(fact: FactNote) -> tuple[object, ...]:
        return (fact.role, fact.level, fact.code, fact.year, fact.field, fact.source_title)

    same = {fact.indicator: fact.value for fact in facts if where(fact) == where(share)}
    top, bottom = (same.get(key) for key in PARTS.get(share.indicator, ("", "")))
    if share.role != FactRole.CITED or top is None or not bottom:
        return None
    step = precision(share.value, CATALOGUE[share.indicator].unit)
    return (top, bottom) if abs(HUNDRED * top / bottom - share.value) <= step else None


def _map(lines: Sequence[Line]) -> Map | None:
    if not lines:
        return None
    drawn = choropleth(lines, MapChoice.ESTABLISHMENTS)
    if not drawn.known:
        return None
    grid = hexagons([line.commune for line in lines])
    by_code = {line.commune.code: line for line in lines}
    cells = tuple(
        MapCell(place.points, place.name, value_text(by_code[place.code].establishments), cell.level)
        for place, cell in zip(grid.cells, drawn.cells, strict=True)
    )
    known = [(value, line) for line in lines if (value := weight(line.establishments)) is not None]
    present = sum(value > 0 for value, _ in known)
    least = "" if len(known) == len(lines) else "au moins "
    ranked = sorted(known, key=lambda pair: (-pair[0], pair[1].name))
    rest = [line for line in lines if weight(line.establishments) is None]
    return Map(
        title=guess(
            f"Des employeurs de l’ESS dans {least}{counted(present, 'commune')} sur {len(lines)}",
            any(line.establishments.status == Status.ESTIMATED for _, line in known),
        ),
        width=grid.width,
        height=grid.height,
        cells=cells,
        legend=drawn.legend,
        ranked=tuple((line.name, value_text(line.establishments)) for line in (*(line for _, line in ranked), *rest)),
        source=f"{drawn.source} (inventé)" if any(line.establishments.fictitious for line in lines) else drawn.source,
    )


def _every(profile: Profile) -> Iterable[Figure]:
    """Every figure that the note shows or would show, but for the communes'."""
    yield from profile.headline.values()
    for series in profile.history.values():
        yield from series
    for breakdown in (profile.families, profile.sectors, profile.sizes):
        for part in breakdown.slices:
            yield from (part.establishments, part.jobs)
    yield from (figure for figure in (profile.side_by_side.official, profile.side_by_side.sirene) if figure is not None)


def _method(profile: Profile) -> tuple[str, ...]:
    estimated = [f for f in _every(profile) if f.status == Status.ESTIMATED and f.low != f.high]
    if not estimated:
        return words.METHOD
    calibration = next((figure.calibration for figure in estimated if figure.calibration is not None), None)
    centre = words.WITHOUT_CENTRE if calibration is None else f"La valeur centrale est {calibration_text(calibration)}."
    return (*words.METHOD, f"{words.ESTIMATES} {centre}")


def _unknown(profile: Profile, communes: Sequence[Line]) -> tuple[str, ...]:
    said = []
    for status, beginning in (
        (Status.SECRET, "Tenu secret par la source"),
        (Status.MISSING, "Dans aucun fichier publié"),
    ):
        labels = [f.indicator.label for key in ORDER if (f := profile.headline[key]).status == status]
        if labels:
            said.append(f"{beginning} : {', '.join(f'{label[0].lower()}{label[1:]}' for label in labels)}.")
    empty = [
        name
        for name, breakdown in (
            ("par famille", profile.families),
            ("par secteur", profile.sectors),
            ("par taille", profile.sizes),
        )
        if not breakdown.slices
    ]
    if empty:
        said.append(f"Aucun fichier publié ne donne le détail {', ni '.join(empty)}.")
    missing = sum(not line.establishments.is_known for line in communes)
    if missing:
        said.append(f"{counted(missing, 'commune')} sur {len(communes)} : rien n’est publié.")
    return (*said, *words.ALWAYS_UNKNOWN)


def _sources(profile: Profile, facts: Sequence[FactNote]) -> tuple[str, ...]:
    """Each vintage once with its files, each published figure once with its address; the first ones."""
    files: dict[VintageNote, dict[str, None]] = {}
    cited: dict[str, None] = {}
    for figure in _every(profile):
        for part in (figure.numerator, figure.denominator):
            if part is not None and figure.is_known:
                used = {cell.file for cell in part.cells}
                names = (file.name for file in part.vintage.files if file.pk in used)
                files.setdefault(part.vintage, {}).update(dict.fromkeys(names))
        if figure.fact is not None:
            cited[_cited(figure.fact)] = None
    loaded = [
        cited_as(vintage.source, vintage.period) + (f" (fichier {', '.join(names)})" if names else "")
        for vintage, names in files.items()
    ]
    return (*loaded, *dict.fromkeys((*cited, *map(_cited, facts))))[:MOST_SOURCES]


def _cited(fact: FactNote) -> str:
    said = fact.source_title if str(fact.year) in fact.source_title else f"{fact.source_title}, {fact.year}"
    return f"{said} (lu à {fact.source_url})" if fact.source_url else said


def _contact(identity: Identity) -> tuple[str, ...]:
    said = (
        identity.name,
        identity.address,
        phone(identity.phone) if identity.phone else "",
        identity.email,
        identity.website,
    )
    return tuple(part for part in said if part)


def _typeset(value: Any) -> Any:
    """French spaces and apostrophes in every text, so that paper and screen break their lines at the same places."""
    if isinstance(value, str):
        return french(value)
    if isinstance(value, dict):
        return {key: _typeset(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_typeset(item) for item in value)
    return value
