"""Legal categories of INSEE (level III, four digits, edition of September 2022)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.perimeter import Family, SubFamily, load_perimeter
from essaim.nomenclature.tables import read_rows


@dataclass(frozen=True, slots=True)
class LegalCategory:
    """One legal category; ``family`` and ``sub_family`` are set only inside the default ESS perimeter."""

    code: str
    label: str
    family: Family | None
    sub_family: SubFamily | None


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, str]:
    rows = read_rows("legal_categories_2022-09.csv", ("version", "code", "label", "source"))
    return MappingProxyType({row["code"]: row["label"] for row in rows})


@lru_cache(maxsize=1)
def all_legal_categories() -> tuple[LegalCategory, ...]:
    """Every legal category, in the order of the codes."""
    rules = load_perimeter().legal_categories
    return tuple(
        LegalCategory(
            code,
            label,
            rules[code].family if code in rules else None,
            rules[code].sub_family if code in rules else None,
        )
        for code, label in _labels().items()
    )


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, LegalCategory]:
    return MappingProxyType({category.code: category for category in all_legal_categories()})


def legal_category(code: str | None) -> LegalCategory | None:
    """The category of a code, or None when the edition does not hold it (codes of older editions occur in SIRENE)."""
    return _by_code().get((code or "").strip())


@lru_cache(maxsize=1)
def _fallback_labels() -> Mapping[str, str]:
    """Labels of level II (two digits), and of codes that the edition dropped but SIRENE keeps."""
    rows = read_rows("legal_categories_fallback.csv", ("version", "code", "label", "source"))
    return MappingProxyType({row["code"]: row["label"] for row in rows})


def legal_label(code: str | None) -> str:
    """The French label of a code, fit for a page: an unknown or absent code is said, never raised.

    A code that the edition does not hold (5400, 5498, 5720… occur in SIRENE) takes its older label, else that of its
    level II.
    """
    bare = (code or "").strip()
    if not bare:
        return "Forme juridique non renseignée"
    fallback = _fallback_labels()
    return (
        _labels().get(bare) or fallback.get(bare) or fallback.get(bare[:2]) or f"Forme juridique inconnue (code {bare})"
    )
