"""How fresh the directory is, in words that the officer can say before her colleagues. No DuckDB: archives are JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.directory.models import SyncRun
from essaim.directory.queries import last_runs
from essaim.directory.sync.report import count
from essaim.directory.sync.shapes import ProblemCode
from essaim.foundation import registries
from essaim.foundation.territories import current_scope, served_territories
from essaim.stock.archive import Archive, Manifest
from essaim.stock.errors import StockError

_CHANGES = (
    ("added", "structure ajoutée", "structures ajoutées"),
    ("changed", "modifiée", "modifiées"),
    ("closed", "fermée", "fermées"),
    ("reopened", "rouverte", "rouvertes"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A territory and its last synchronisation: what changed, and what the file had wrong."""

    name: str
    run: SyncRun | None
    changed: str
    missing: int
    problems: tuple[str, ...]


def freshness(_person: Any) -> Mapping[str, Any]:
    """For each EPCI served its last synchronisation; the official extract in service, and whether it is newer."""
    runs = {run.territory: run for run in last_runs(current_scope())}
    archive = Archive(Path(settings.DATA_DIR))
    labels: Mapping[str, Manifest] = {}
    try:
        extract, damage = archive.current(), ""
        if extract is not None:
            labels = archive.current_labels(beside_invented=extract.fictitious)
    except StockError as error:
        extract, damage = None, str(error)
    told = [_told(territory.name, runs.get(territory.siren)) for territory in served_territories()]
    return {
        "territories": told,
        "extract": extract,
        "labels": labels,
        "damage": damage,
        "newer_waits": any(_is_behind(territory.run, extract) for territory in told),
    }


def _is_behind(run: SyncRun | None, extract: Manifest | None) -> bool:
    """The extract in service is not the one that this synchronisation read."""
    if extract is None:
        return False
    return run is None or (run.vintage, run.fictitious) != (extract.vintage, extract.fictitious)


def _told(name: str, run: SyncRun | None) -> Told:
    if run is None:
        return Told(name, None, "", 0, ())
    structures = run.summary.get("structures", {})
    parts = [count(structures[key], one, many) for key, one, many in _CHANGES if structures.get(key)]
    for key, one, many in (
        ("siren_obtained", "SIREN obtenu", "SIREN obtenus"),
        ("fictitious_removed", "structure inventée retirée", "structures inventées retirées"),
    ):
        if run.summary.get(key):
            parts.append(count(run.summary[key], one, many))
    changed = ", ".join(parts) or "aucune structure n’a changé"
    problems = run.summary.get("problems", {})
    return Told(
        name,
        run,
        f"{changed[0].upper()}{changed[1:]}.",
        structures.get("missing", 0),
        tuple(f"{count(number, 'ligne')} : {ProblemCode(code).label}." for code, number in problems.items()),
    )


FRESHNESS = registries.DeskPanel(
    key="fraicheur",
    title="Fraîcheur des données",
    order=10,
    template="directory/desk/freshness.html",
    context=freshness,
)
