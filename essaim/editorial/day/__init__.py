"""« Au fil des heures »: a day lived with the ESS, moment by moment. No write here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from essaim.editorial.day.strip import Strip


def moments_around(now: datetime, count: int) -> Strip | None:
    """A few moments of the day from `now` on, for a block of another page: see `strip.moments_around`."""
    from essaim.editorial.day import strip  # noqa: PLC0415 -- it reads the page's model, which reads this package

    return strip.moments_around(now, count)
