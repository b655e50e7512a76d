"""Activities: the 732 sub-classes of NAF rev. 2 in plain French, and their groups.

Official labels come from INSEE; plain labels (40 characters at most) and the words that a resident would type are
ours. The words of catch-all codes (94.99Z, 93.12Z, 90.01Z, 88.99B, 93.29Z…) stay general on purpose: a word given to
such a code would be found in every association of the territory.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.tables import BrokenTable, read_rows

_CODE = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")


@dataclass(frozen=True, slots=True)
class NafSubClass:
    """One sub-class of NAF rev. 2, as « 88.91A »."""

    code: str
    label: str
    plain: str
    words: tuple[str, ...]
    section: str
    division: str
    group_key: str


@dataclass(frozen=True, slots=True)
class ActivityGroup:
    """One choice of the filter « activity in plain words »; the longest matching prefix of all groups wins."""

    key: str
    label: str
    explanation: str
    naf_prefixes: tuple[str, ...]


def normal_code(code: str | None) -> str:
    """Write an activity code with its dot and capital letter; text of another shape comes back trimmed."""
    bare = (code or "").strip().upper()
    found = _CODE.fullmatch(bare)
    return f"{found[1]}.{found[2]}{found[3]}" if found else bare


@lru_cache(maxsize=1)
def activity_groups() -> tuple[ActivityGroup, ...]:
    """The groups in the order in which the filter shows them."""
    columns = ("version", "key", "label", "explanation", "naf_prefixes", "source")
    return tuple(
        ActivityGroup(row["key"], row["label"], row["explanation"], tuple(row["naf_prefixes"].split()))
        for row in read_rows("activity_groups.csv", columns)
    )


@lru_cache(maxsize=1)
def _group_of_prefix() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for group in activity_groups():
        for prefix in group.naf_prefixes:
            if prefix in found:
                raise BrokenTable(f"Le préfixe « {prefix} » est dans deux groupes d’activités.")
            found[prefix] = group.key
    return MappingProxyType(found)


def _group_key(code: str) -> str:
    prefixes = _group_of_prefix()
    for length in range(len(code), 1, -1):
        if code[:length] in prefixes:
            return prefixes[code[:length]]
    raise BrokenTable(f"Le code d’activité « {code} » n’est dans aucun groupe.")


@lru_cache(maxsize=1)
def all_naf() -> tuple[NafSubClass, ...]:
    """The 732 sub-classes, in the order of the codes."""
    plain = {
        row["code"]: row for row in read_rows("naf_rev2_plain.csv", ("version", "code", "plain", "words", "source"))
    }
    official = read_rows("naf_rev2_official.csv", ("version", "code", "section", "label", "source"))
    return tuple(
        NafSubClass(
            code=row["code"],
            label=row["label"],
            plain=plain[row["code"]]["plain"],
            words=tuple(plain[row["code"]]["words"].split(" | ")),
            section=row["section"],
            division=row["code"][:2],
            group_key=_group_key(row["code"]),
        )
        for row in official
    )


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, NafSubClass]:
    return MappingProxyType({item.code: item for item in all_naf()})


def naf(code: str | None) -> NafSubClass | None:
    """The sub-class of a NAF rev. 2 code, with or without its dot; None when it is absent or unknown.

    SIRENE also holds codes of older nomenclatures (NAP, NAF 1993, NAF rev. 1) and « 00.00Z »: they give None.
    """
    return _by_code().get(normal_code(code))
