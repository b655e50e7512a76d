"""What some invented structures say of themselves: the claimed cards of the demonstration.

Phone numbers come from the ranges that Arcep keeps for works of fiction (décision n° 2018-0881, annexe), addresses of
sites end with `.example` (RFC 2606): nobody is ever called.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from essaim.directory.demo.kinds import BY_KEY
from essaim.directory.demo.places import official_spelling, with_commune
from essaim.directory.demo.units import Unit

CARDS = 120
# First digits of the numbers kept for fiction, by zone; four digits follow.
FICTION_RANGES = ("019900", "026191", "035301", "046571", "053649", "063998")


@lru_cache(maxsize=1)
def _sayings() -> dict[str, dict[str, Any]]:
    """Kind → what such a structure says of itself; « weeks » → the weeks of opening."""
    return tomllib.loads((files("essaim.directory.demo") / "data" / "cards.toml").read_text(encoding="utf-8"))


def card_plan(rng: random.Random, units: Sequence[Unit]) -> list[dict[str, Any]]:
    """The cards to claim: SIREN, fields of `directory.actions.save_card`, and how long ago each was confirmed.

    `confirmed_days_ago` is None for a card never confirmed; a few are older than eighteen months.
    """
    able = [
        u
        for u in units
        if u.kind in _sayings() and u.open and not u.partial and not u.establishments[0].partial and u.head_office.open
    ]
    by_kind: dict[str, list[Unit]] = {}
    for unit in able:
        by_kind.setdefault(unit.kind, []).append(unit)
    chosen: list[Unit] = []
    while len(chosen) < min(CARDS, len(able)):
        for kind in list(by_kind):
            pool = by_kind[kind]
            if pool and len(chosen) < CARDS:
                employers = [u for u in pool if u.head_office.counted_in_sirene] or pool
                chosen.append(employers[rng.randrange(len(employers))])
                pool.remove(chosen[-1])
    return [_card(rng, rank, unit) for rank, unit in enumerate(chosen)]


def _card(rng: random.Random, rank: int, unit: Unit) -> dict[str, Any]:
    saying = _sayings()[unit.kind]
    week = _sayings()["weeks"].get(saying["week"])
    description = saying["text"].replace("{à}", with_commune(unit.head_office.place))
    site = "-".join(re.findall(r"[a-z0-9]+", official_spelling(unit.natural).lower()))[:40].strip("-")
    values: dict[str, Any] = {"description": description, "keywords": saying["words"]}
    if rng.random() < 0.6:
        values["name"] = unit.natural
    if rng.random() < 0.85:
        values["phone"] = f"{rng.choice(FICTION_RANGES)}{rng.randrange(10_000):04d}"
    if rng.random() < 0.6:
        values["website"] = f"https://{site}.example/"
    if rng.random() < 0.45:
        values["email"] = f"bonjour@{site}.example"
    if week is not None and rng.random() < 0.85:
        values["hours"] = {"regimes": {"normal": week}, "holidays": "open" if saying["week"] == "always" else "closed"}
    days: int | None = None
    if rank % 3 == 0:
        days = rng.randint(3, 240)
    elif rank % 15 == 1:
        days = rng.randint(560, 900)
    return {"siren": unit.siren, "kind": BY_KEY[unit.kind].key, "values": values, "confirmed_days_ago": days}
