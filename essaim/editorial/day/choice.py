"""What the visitor chose: from where, and which family. Never fails: what is odd is told and set aside."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from essaim.geography.models import Commune
from essaim.geography.queries import commune_of_today, served_communes
from essaim.nomenclature.perimeter import Family

_COMMUNE = re.compile(r"\d[\dAB]\d{3}")
FAMILIES = {family.value: family for family in Family}
"""Written in addresses as the directory writes them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`commune`: where distances begin, the visitor's or the most populous; None when no centre is known.

    `chosen`: it is the visitor's. `notes`: what was not understood, in sentences.
    """

    commune: Commune | None
    chosen: bool
    family: Family | None
    notes: tuple[str, ...] = ()

    def query(self, family: Family | None) -> str:
        """The query string (with its « ? ») of the same place with another family; empty for the bare page."""
        pairs = [("commune", self.commune.code)] if self.chosen and self.commune else []
        pairs += [("famille", family.value)] if family else []
        return f"?{urlencode(pairs)}" if pairs else ""


def located_communes(scope: Collection[str]) -> list[Commune]:
    """The communes served whose centre is known, by name."""
    served = served_communes(frozenset(scope))
    return [one for one in served if one.latitude is not None and one.longitude is not None]


def choice_of(data: Mapping[str, str], scope: Collection[str], place: str) -> Choice:
    """Read the address (`commune`, `famille`); `place` is the territory's name, for the sentences.

    No query when the communes served are known by this process; two at most for an unknown commune.
    """
    notes: list[str] = []
    located = located_communes(scope)
    default = max(located, key=lambda one: (one.population or 0, one.name), default=None)
    commune = _asked(data.get("commune", "").strip(), scope, place, default, notes)
    asked = data.get("famille", "").strip()
    family = FAMILIES.get(asked)
    if asked and family is None:
        notes.append("Cette famille n’existe pas : voici les moments des cinq familles.")
    return Choice(commune or default, commune is not None, family, tuple(notes))


def _asked(code: str, scope: Collection[str], place: str, default: Commune | None, notes: list[str]) -> Commune | None:
    """The commune of that code, when distances can be measured from it; otherwise why not joins the notes."""
    if not code:
        return None
    instead = f" Voici la journée vue depuis {default.name}." if default else ""
    known = {one.code: one for one in served_communes(frozenset(scope))}
    found = known.get(code)
    if found is None and _COMMUNE.fullmatch(code):
        today = commune_of_today(code)
        found = known.get(today.code) if today else None
        if today is not None and found is None:
            notes.append(f"{today.name} n’est pas dans {place}.{instead}")
            return None
    if found is None:
        notes.append(f"Nous ne connaissons pas cette commune dans {place}.{instead}")
        return None
    if found.latitude is None or found.longitude is None:
        notes.append(f"Nous ne savons pas encore où est le centre de {found.name}.{instead}")
        return None
    return found
