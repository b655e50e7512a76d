"""Where « près de… » is, and the names of the communes in the filters."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from essaim.foundation import journal, memo
from essaim.geography.queries import communes_by_text, communes_of

_kept: tuple[object, dict[frozenset[str], dict[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre of a commune, in degrees."""

    name: str
    latitude: float
    longitude: float


def centre_of(text: str, scope: Collection[str]) -> Centre | None:
    """The commune that a name, a former name or a postcode means in these EPCI; None when none has a known centre."""
    for commune in communes_by_text(text, sirens=scope)[:5]:
        if commune.latitude is not None and commune.longitude is not None:
            return Centre(commune.name, commune.latitude, commune.longitude)
    return None


def commune_names(scope: Collection[str]) -> Mapping[str, str]:
    """Name of each commune of these EPCI by its code, in alphabetical order."""
    wanted = frozenset(scope)
    return memo.once(("commune names", wanted), lambda: _names(wanted))


def _read(scope: frozenset[str]) -> dict[str, str]:
    return dict(communes_of(scope).order_by("name", "code").values_list("code", "name"))


def _names(scope: frozenset[str]) -> dict[str, str]:
    """Read once per process while the journal does not move."""
    global _kept  # noqa: PLW0603 -- a small table per process, replaced whole
    if journal.in_open_write():
        return _read(scope)
    version = journal.version()
    kept = _kept
    if kept is None or kept[0] != version:
        kept = _kept = (version, {})
    if scope not in kept[1]:
        kept[1][scope] = _read(scope)
    return kept[1][scope]


def forget() -> None:
    """Drop this process's copy."""
    global _kept  # noqa: PLW0603
    _kept = None
