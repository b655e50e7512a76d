"""Bring the official geographic code (COG) of a year into the database."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from essaim.foundation import journal
from essaim.geography.actions.places import apply_kept_centres, apply_kept_density
from essaim.geography.models import Commune, Epci, FormerCommune
from essaim.geography.signals import communes_changed
from essaim.geography.text import place_index

COG_FILE = Path(__file__).resolve().parents[1] / "data" / "cog.json.gz"
EPCI_FIELDS = ("name", "kind", "population", "cog_year", "fictitious")
COMMUNE_FIELDS = ("name", "epci_id", "siren", "population", "postcodes", "place_index", "fictitious")
BATCH = 5_000

Progress = Callable[[str], None]


class CogUnavailable(Exception):
    """The file of the geographic code is absent or is not one; the message says what to do."""


@dataclass
class CogReport:
    """What a load changed. `moved`: former code → code of today, for communes merged since the last load.

    `kept_without_successor`: communes of a former load that this COG ignores; they stay, nothing can replace them.
    `epci_removed`: EPCI that no longer exist.
    """

    year: int
    source: str
    epci: int = 0
    communes: int = 0
    former: int = 0
    created: int = 0
    updated: int = 0
    moved: dict[str, str] = field(default_factory=dict)
    kept_without_successor: list[str] = field(default_factory=list)
    epci_removed: list[str] = field(default_factory=list)
    centres: int = 0
    densities: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return bool(self.created or self.updated or self.moved or self.epci_removed or self.centres or self.densities)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return asdict(self) | {"changed": self.changed}


def read_cog(path: Path | None = None) -> dict[str, Any]:
    """Read the file that tools/build_cog.py makes. Raises CogUnavailable when it is absent or is something else."""
    file = path or COG_FILE
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CogUnavailable(
            f"Le code géographique est absent ({file.name}) : lancez « npm ci », puis « python tools/build_cog.py »."
        ) from error
    try:
        cog = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
        complete = all(cog[key] for key in ("year", "source", "epci", "communes"))
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise CogUnavailable(f"« {file.name} » n’est pas un code géographique lisible.") from error
    if not complete or not isinstance(cog, dict):
        raise CogUnavailable(f"« {file.name} » est un code géographique vide.")
    return cog


def _write_differences(
    model: type[models.Model], wanted: Sequence[models.Model], fields: Sequence[str]
) -> tuple[int, int]:
    """Insert what is new, update what differs in `fields`, leave the rest untouched: (created, updated)."""
    present = {row[0]: row[1:] for row in model._default_manager.values_list("pk", *fields)}
    new, other = [], []
    for obj in wanted:
        known = present.get(obj.pk)
        if known is None:
            new.append(obj)
        elif known != tuple(getattr(obj, name) for name in fields):
            other.append(obj)
    if new or other:
        columns = [name.removesuffix("_id") for name in fields]
        model._default_manager.bulk_create(
            [*new, *other],
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=[model._meta.pk.name],
            update_fields=columns,
        )
    return len(new), len(other)


def _replace_former(rows: Iterable[dict[str, str]], known: set[str]) -> tuple[int, int]:
    """Make the table of former communes equal to `rows`: (total, written)."""
    wanted = {(row["code"], row["name"]): row for row in rows if row["commune"] in known}
    stale = []
    for pk, code, name, kind, commune in FormerCommune.objects.filter(commune__fictitious=False).values_list(
        "pk", "code", "name", "kind", "commune_id"
    ):
        row = wanted.get((code, name))
        if row is not None and (row["kind"], row["commune"]) == (kind, commune):
            del wanted[code, name]
        else:
            stale.append(pk)
    total = FormerCommune.objects.filter(commune__fictitious=False).count() - len(stale) + len(wanted)
    for start in range(0, len(stale), BATCH):
        FormerCommune.objects.filter(pk__in=stale[start : start + BATCH]).delete()
    FormerCommune.objects.bulk_create(
        [
            FormerCommune(code=row["code"], name=row["name"], kind=row["kind"], commune_id=row["commune"])
            for row in wanted.values()
        ],
        batch_size=BATCH,
    )
    return total, len(stale) + len(wanted)


def _follow_mergers(former: Iterable[dict[str, str]], today: set[str]) -> tuple[dict[str, str], list[str]]:
    """Move whatever points at a commune that has merged to the commune of today, then drop its row.

    Rooms above hold foreign keys to communes; they are found through the model, never imported.
    """
    gone = set(Commune.objects.filter(fictitious=False).values_list("code", flat=True)) - today
    successor = {row["code"]: row["commune"] for row in former if row["commune"] in today}
    moved = {code: successor[code] for code in sorted(gone) if code in successor}
    for relation in Commune._meta.related_objects:
        if relation.related_model is FormerCommune:
            continue
        held = relation.related_model._base_manager
        for code, target in moved.items():
            held.filter(**{relation.field.name: code}).update(**{relation.field.name: target})
    FormerCommune.objects.filter(commune_id__in=moved).delete()
    Commune.objects.filter(code__in=moved).delete()
    return moved, sorted(gone - set(moved))


def _silent(_message: str) -> None:
    """Say nothing."""


def load_cog(
    *, by: journal.Author, cog: dict[str, Any] | None = None, path: Path | None = None, progress: Progress = _silent
) -> CogReport:
    """Make EPCI, communes and former communes equal to those of a COG, in one transaction; safe to run again.

    Centres, density and contours of communes are kept; fictitious places are left alone. Raises CogUnavailable.
    """
    cog = read_cog(path) if cog is None else cog
    report = CogReport(year=cog["year"], source=cog["source"])
    epci_of = {code: epci["siren"] for epci in cog["epci"] for code in epci["members"]}
    former: list[dict[str, str]] = cog.get("former", [])
    former_names: dict[str, list[str]] = defaultdict(list)
    for row in former:
        former_names[row["commune"]].append(row["name"])
    today = {commune["code"] for commune in cog["communes"]}

    with transaction.atomic():
        progress(f"{len(cog['epci'])} EPCI")
        created, updated = _write_differences(
            Epci,
            [
                Epci(
                    siren=epci["siren"],
                    name=epci["name"],
                    kind=epci["type"],
                    population=epci["population"],
                    cog_year=cog["year"],
                )
                for epci in cog["epci"]
            ],
            EPCI_FIELDS,
        )
        report.epci, report.created, report.updated = len(cog["epci"]), created, updated
        progress(f"{len(today)} communes")
        created, updated = _write_differences(
            Commune,
            [
                Commune(
                    code=commune["code"],
                    name=commune["name"],
                    epci_id=epci_of.get(commune["code"]),
                    siren=commune["siren"],
                    population=commune["population"],
                    postcodes=commune["postcodes"],
                    place_index=place_index([commune["name"], *former_names[commune["code"]]], commune["postcodes"]),
                )
                for commune in cog["communes"]
            ],
            COMMUNE_FIELDS,
        )
        report.communes, report.created, report.updated = (
            len(today),
            report.created + created,
            report.updated + updated,
        )
        report.moved, report.kept_without_successor = _follow_mergers(former, today)
        progress(f"{len(former)} anciennes communes et arrondissements")
        report.former, written = _replace_former(former, today)
        report.updated += written
        gone = Epci.objects.filter(fictitious=False, communes__isnull=True).exclude(
            siren__in={epci["siren"] for epci in cog["epci"]}
        )
        report.epci_removed = sorted(gone.values_list("siren", flat=True))
        Epci.objects.filter(siren__in=report.epci_removed).delete()
        report.centres = apply_kept_centres()
        report.densities = apply_kept_density()
        if report.changed:
            journal.record(by=by, verb="code géographique chargé", after=report.as_dict())
            communes_changed.send(sender=None)
    return report
