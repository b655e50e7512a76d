"""The page « au fil des heures » as its template reads it: bands of the sky, moments, the nearest structures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from essaim.directory.nearby import WITHIN_KM, Answer, Found, nearest, totals
from essaim.directory.search.params import SearchParams
from essaim.editorial.day.choice import FAMILIES, Choice, located_communes
from essaim.editorial.day.moments import Band, Moment, band_of, now_among
from essaim.foundation.geo import Near
from essaim.nomenclature.perimeter import Family
from essaim.ui import typography

SHOWN = 2
"""Structures told by moment."""


@dataclass(frozen=True, slots=True)
class FoundView:
    """One structure near the visitor; `family` (« none » for no family) draws its mark, `label` says it."""

    name: str
    url: str
    family: str
    label: str
    commune: str
    distance: str
    why: str


@dataclass(frozen=True, slots=True)
class MomentView:
    """One moment with what makes it possible near the visitor; `after` is the next one on the page."""

    moment: Moment
    found: tuple[FoundView, ...]
    total: int
    is_now: bool
    after: Moment | None
    search_url: str


@dataclass(frozen=True, slots=True)
class BandView:
    """Moments that follow each other under one sky."""

    band: Band
    anchor: str
    moments: tuple[MomentView, ...]


@dataclass(frozen=True, slots=True)
class FamilyChoice:
    """One choice of the filter: `family` empty for all."""

    family: str
    label: str
    count: int
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class CommuneChoice:
    """One commune of the list; `at` (« 46.43,0.34 ») lets the browser find the nearest one by itself."""

    code: str
    name: str
    at: str
    selected: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """Everything that `editorial/day.html` writes."""

    choice: Choice
    bands: tuple[BandView, ...]
    families: tuple[FamilyChoice, ...]
    communes: tuple[CommuneChoice, ...]
    query: str
    now: Moment | None
    without: bool
    radius_km: int = int(WITHIN_KM)


def day_view(
    moments: Sequence[Moment], choice: Choice, scope: frozenset[str], now: datetime, *, without: bool = False
) -> DayView:
    """The day as seen from the chosen commune. No query when the data have not changed (see `nearby.nearest`)."""
    kept = [moment for moment in moments if choice.family in (None, moment.family)]
    current = now_among(kept, now)
    views = [
        _view(moment, answer, choice, is_now=rank == current, after=kept[rank + 1] if rank + 1 < len(kept) else None)
        for rank, (moment, answer) in enumerate(zip(kept, _answers(moments, kept, choice, scope), strict=True))
    ]
    return DayView(
        choice=choice,
        bands=_bands(views),
        families=_families(moments, choice),
        communes=_communes(scope, choice),
        query=choice.query(choice.family),
        now=None if current is None else kept[current],
        without=without,
    )


def _answers(moments: Sequence[Moment], kept: Sequence[Moment], choice: Choice, scope: frozenset[str]) -> list[Answer]:
    """What the directory answers to the moments kept; always asked for all, so that they share one working out."""
    wanted = [moment.wanted for moment in moments]
    here = choice.commune
    if here is None or here.latitude is None or here.longitude is None:
        answers = [Answer((), total) for total in totals(wanted, scope)]
    else:
        answers = nearest(wanted, scope, Near(here.latitude, here.longitude), limit=SHOWN)
    by_anchor = {moment.anchor: answer for moment, answer in zip(moments, answers, strict=True)}
    return [by_anchor[moment.anchor] for moment in kept]


def _view(moment: Moment, answer: Answer, choice: Choice, *, is_now: bool, after: Moment | None) -> MomentView:
    here = choice.commune
    place = here.name if here and choice.chosen else ""
    asked = SearchParams(text=moment.search, place=place)
    return MomentView(
        moment=moment,
        found=tuple(_found(one, here.code if here else "") for one in answer.found),
        total=answer.total,
        is_now=is_now,
        after=after,
        search_url=f"/annuaire/?{asked.urlencode()}" if moment.search else "",
    )


def _found(one: Found, here: str) -> FoundView:
    if one.exact:
        distance = typography.distance(one.metres)
    elif one.commune_code == here:
        distance = "dans la commune, sans adresse publiée"
    else:
        distance = f"{typography.distance(one.metres)} environ, sans adresse publiée"
    return FoundView(one.name, one.url, one.family or "none", one.label, one.commune, distance, one.why)


def _bands(views: Sequence[MomentView]) -> tuple[BandView, ...]:
    grouped = [(band, tuple(some)) for band, some in groupby(views, key=lambda view: band_of(view.moment.hour))]
    return tuple(BandView(band, f"ciel-{rank}", some) for rank, (band, some) in enumerate(grouped, 1))


def _families(moments: Sequence[Moment], choice: Choice) -> tuple[FamilyChoice, ...]:
    counts = {family: sum(moment.family is family for moment in moments) for family in FAMILIES.values()}
    every = FamilyChoice("", "Toutes", len(moments), choice.query(None), choice.family is None)
    return (
        every,
        *(_family(family, count, choice) for family, count in counts.items() if count or family is choice.family),
    )


def _family(family: Family, count: int, choice: Choice) -> FamilyChoice:
    return FamilyChoice(family.value, family.plural, count, choice.query(family), choice.family is family)


def _communes(scope: frozenset[str], choice: Choice) -> tuple[CommuneChoice, ...]:
    here = choice.commune.code if choice.commune and choice.chosen else ""
    return tuple(
        CommuneChoice(one.code, one.name, f"{one.latitude:.4f},{one.longitude:.4f}", one.code == here)
        for one in located_communes(scope)
    )
