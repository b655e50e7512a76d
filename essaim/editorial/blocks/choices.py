"""What editors choose from, in the words of the site: the lists are those of the rooms, read when the form is shown."""

from __future__ import annotations

from essaim.directory.search.params import known_values
from essaim.nomenclature.perimeter import Family, SubFamily
from essaim.observatory.enums import FamilyGroup
from essaim.observatory.indicators import CATALOGUE

Choices = list[tuple[str, str]]
CUT_BY_FAMILY = ("ess-employer-establishments", "ess-jobs")
"""The indicators that tables tell family by family."""


def indicators() -> list[tuple[str, Choices]]:
    """The catalogue of the observatory, then what it tells of each family."""
    whole = [(found.key, found.label) for found in CATALOGUE.values()]
    groups: list[tuple[str, Choices]] = [("Toute l’ESS", whole)]
    for key in CUT_BY_FAMILY:
        cut = [CATALOGUE[key].within(family=family) for family in FamilyGroup.values if family]
        groups.append((f"{CATALOGUE[key].label}, par famille", [(found.key, found.label) for found in cut]))
    return groups


def families() -> Choices:
    """The five families of the law."""
    return [(family.value, family.plural) for family in Family]


def sub_families() -> Choices:
    """The statuses within the families."""
    return [(sub.value, sub.label) for sub in SubFamily]


def labels() -> Choices:
    """The approvals and kinds of structures that the directory filters by."""
    return list(known_values()["label"].items())


def activities() -> Choices:
    """The groups of activities that the directory filters by."""
    return list(known_values()["activite"].items())
