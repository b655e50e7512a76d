"""A few moments of the day for a block of another page: read from the page, never a copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from essaim.editorial.day.moments import Band, Moment, band_of, moments_of, now_among
from essaim.editorial.models.day import DayPage
from essaim.editorial.tree import tree
from essaim.foundation.kept import Kept


@dataclass(frozen=True, slots=True)
class StripMoment:
    """One moment of a strip."""

    moment: Moment
    band: Band
    url: str
    is_now: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """What `editorial/parts/day_strip.html` writes."""

    url: str
    moments: tuple[StripMoment, ...]


@dataclass(frozen=True, slots=True)
class _Day:
    url: str
    moments: tuple[Moment, ...]


def _read(_key: None) -> _Day | None:
    leaf = next(iter(tree().of_model(DayPage.__name__)), None)
    page = None if leaf is None else DayPage.objects.live().filter(pk=leaf.pk).first()
    return None if leaf is None or page is None else _Day(leaf.url, moments_of(page.moments))


_day: Kept[None, _Day | None] = Kept(_read)


def moments_around(now: datetime, count: int) -> Strip | None:
    """`count` moments in the order of the day, from the one of `now` on (the last ones late in the evening).

    None without a published page or without moments. One query, and none when nothing has changed since the last call:
    the page of another subject does not pay for the structures, which the day itself tells.
    """
    day = _day.of(None)
    at = now_among(day.moments, now) if day else None
    if day is None or at is None:
        return None
    first = max(0, min(at, len(day.moments) - count))
    return Strip(
        day.url,
        tuple(
            StripMoment(moment, band_of(moment.hour), f"{day.url}#{moment.anchor}", rank == at)
            for rank, moment in enumerate(day.moments[first : first + count], first)
        ),
    )
