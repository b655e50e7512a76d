"""The state that the site may claim: one function, for the declaration and for the foot of every page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from django.utils import timezone

from essaim.editorial.tree import tree

VALID_YEARS = 3
"""How long an audit stands (arrêté of 20 September 2019)."""
HALF = 50


class Conformity(StrEnum):
    """The three lawful wordings."""

    FULL = "totalement conforme"
    PARTIAL = "partiellement conforme"
    NONE = "non conforme"


@dataclass(frozen=True)
class Status:
    """The state, and why it is not better when no audit speaks for the site."""

    conformity: Conformity
    reason: str = ""

    @property
    def mention(self) -> str:
        """« Accessibilité : non conforme »: what the law wants at the foot of every page."""
        return f"Accessibilité : {self.conformity.value}"


NEVER_AUDITED = Status(Conformity.NONE, "Le site n’a pas encore été audité.")


class Audited(Protocol):
    """What an audit said: the page of the declaration, or what the tree knows of it."""

    @property
    def audited_on(self) -> dt.date | None:
        """The day of the audit."""
        ...

    @property
    def rate(self) -> Decimal | None:
        """Percent of the criteria that are met."""
        ...


def status_of(page: Audited, today: dt.date | None = None) -> Status:
    """The state of a declaration on a day: without an audit that still stands, « non conforme »."""
    today = today or timezone.localdate()
    if page.audited_on is None:
        return NEVER_AUDITED
    if page.rate is None:
        return Status(Conformity.NONE, "Le taux mesuré par l’audit n’est pas donné.")
    if page.audited_on > today or _end(page.audited_on) < today:
        return Status(Conformity.NONE, f"L’audit a plus de {VALID_YEARS} ans : il ne vaut plus.")
    if page.rate >= 100:
        return Status(Conformity.FULL)
    return Status(Conformity.PARTIAL if page.rate >= HALF else Conformity.NONE)


def _end(audited_on: dt.date) -> dt.date:
    """The last day on which an audit stands."""
    try:
        return audited_on.replace(year=audited_on.year + VALID_YEARS)
    except ValueError:  # 29 February
        return audited_on.replace(year=audited_on.year + VALID_YEARS, day=28)


@dataclass(frozen=True)
class Mention:
    """What the foot of every page says, and where it leads (empty: the declaration is not published)."""

    label: str
    url: str = ""


def accessibility_status() -> Mention:
    """The mention of today. No query of its own: the tree knows what the declaration says."""
    leaf = next(iter(tree().of_model("AccessibilityPage")), None)
    return Mention(NEVER_AUDITED.mention) if leaf is None else Mention(status_of(leaf).mention, leaf.url)
