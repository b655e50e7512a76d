"""Legal categories of INSEE (level III, four digits, edition of September 2022)."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.tables import read_rows


@lru_cache(maxsize=1)
def _labels() -> Mapping[str, str]:
    rows = read_rows("legal_categories_2022-09.csv", ("version", "code", "label", "source"))
    return MappingProxyType({row["code"]: row["label"] for row in rows})


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
