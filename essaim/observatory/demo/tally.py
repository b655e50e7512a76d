"""Sums of payrolls as tables print them, and the secrecy that hides some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from essaim.observatory.demo.employers import Payroll

FEWEST = 3
"""Under this number of establishments a table tells no number of jobs."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One line of a table. `secret`: its numbers of posts are hidden."""

    establishments: int = 0
    posts: int = 0
    non_annex: int = 0
    fte: Decimal = field(default=Decimal(0))
    pay: int = 0
    secret: bool = False


def tally(payrolls: Iterable[Payroll]) -> Tally:
    """The sum of some payrolls."""
    some = list(payrolls)
    return Tally(
        len(some),
        sum(len(one.posts) for one in some),
        sum(one.non_annex for one in some),
        sum((one.fte for one in some), Decimal(0)),
        sum(one.pay for one in some),
    )


def hide(parts: Mapping[str, Tally]) -> dict[str, Tally]:
    """The parts of a known whole, under statistical secrecy: no part of fewer than three establishments.

    A single hidden part could be found by subtraction: the smallest of the others is then hidden with it.
    """
    there = {key: part for key, part in parts.items() if part.establishments}
    hidden = {key for key, part in there.items() if part.establishments < FEWEST}
    if len(hidden) == 1 and len(there) > 1:
        hidden.add(min(there.keys() - hidden, key=lambda key: (there[key].establishments, key)))
    return {key: replace(part, secret=key in hidden) for key, part in there.items()}
