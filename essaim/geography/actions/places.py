"""Centres and density of communes, and the invented places of the demonstration."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import transaction

from essaim.foundation import journal
from essaim.geography.centres import MEDIAN_SOURCE, Degrees, moves, weak_centre
from essaim.geography.models import Commune, Epci
from essaim.geography.text import place_index

DATA = Path(__file__).resolve().parents[1] / "data"


class BadFictitiousPlace(ValueError):
    """An invented place could be taken for a real one."""


def _rows(pattern: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for path in sorted(DATA.glob(pattern)):
        with path.open(encoding="utf-8", newline="") as lines:
            rows.extend(csv.DictReader(lines))
    return rows


def apply_kept_centres() -> int:
    """Give the centres of our data files to the communes that have none better; called inside `load_cog`."""
    rows = {row["code"]: row for row in _rows("centres_*.csv")}
    changed = [commune for commune in Commune.objects.filter(code__in=rows) if weak_centre(commune)]
    for commune in changed:
        row = rows[commune.code]
        commune.latitude, commune.longitude = float(row["latitude"]), float(row["longitude"])
        commune.centre_source = f"{row['source']}, {row['year']}"
    Commune.objects.bulk_update(changed, ["latitude", "longitude", "centre_source"], batch_size=500)
    return len(changed)


def apply_kept_density() -> int:
    """Give the density of our data files to the communes that have none; called inside `load_cog`."""
    rows = {row["code"]: row for row in _rows("density_*.csv")}
    changed = list(Commune.objects.filter(code__in=rows, density__isnull=True))
    for commune in changed:
        row = rows[commune.code]
        commune.density = int(row["density"])
        commune.density_source = f"{row['source']}, {row['note']}"
    Commune.objects.bulk_update(changed, ["density", "density_source"], batch_size=500)
    return len(changed)


def set_median_centres(*, centres: Mapping[str, Degrees], vintage: str, by: journal.Author) -> int:
    """Write the medians of establishments as centres of communes; return how many changed.

    A centre that a file or a contour states is never replaced. A former median stays unless the new one is farther than
    STILL_KM: the map's base and the hexagons do not tremble every month. `vintage` (« 2026-10 ») is kept in the source.
    """
    source = f"{MEDIAN_SOURCE}, {vintage}"
    with transaction.atomic():
        changed = []
        for commune in Commune.objects.select_for_update().filter(code__in=list(centres)).order_by("code"):
            if moves(commune, centres[commune.code]):
                commune.latitude, commune.longitude = centres[commune.code]
                commune.centre_source = source
                changed.append(commune)
        Commune.objects.bulk_update(changed, ["latitude", "longitude", "centre_source"], batch_size=500)
        if changed:
            journal.record(
                by=by,
                verb="centres de communes calculés",
                reason=source,
                after={commune.code: [commune.latitude, commune.longitude] for commune in changed},
            )
    return len(changed)


@dataclass(frozen=True)
class FictitiousCommune:
    """A commune of the demonstration: code « 00101 » and following, since no French département is 00."""

    code: str
    name: str
    population: int
    latitude: float
    longitude: float
    density: int | None = None
    postcodes: tuple[str, ...] = field(default=())


def add_fictitious_territory(
    *,
    siren: str,
    name: str,
    communes: Iterable[FictitiousCommune],
    by: journal.Author,
    kind: str = "CC",
    year: int | None = None,
) -> Epci:
    """Add, or bring up to date, an invented EPCI and its communes. Safe to run twice; writes nothing when equal.

    Raises BadFictitiousPlace when the SIREN does not begin with 999, a code with 00, or a real place has that key.
    """
    rows = list(communes)
    if not re.fullmatch(r"999\d{6}", siren):
        raise BadFictitiousPlace(f"Le SIREN d’un EPCI inventé commence par 999 et compte 9 chiffres ; reçu : {siren}.")
    for row in rows:
        if not re.fullmatch(r"00\d{3}", row.code):
            raise BadFictitiousPlace(
                f"Le code d’une commune inventée commence par 00 et compte 5 chiffres ; reçu : {row.code}."
            )
    source = "Commune inventée pour la démonstration"
    with transaction.atomic():
        known = Epci.objects.select_for_update().filter(siren=siren).first()
        epci = known or Epci(siren=siren, cog_year=year or date.today().year, fictitious=True)
        before = (epci.name, epci.kind, epci.population)
        epci.name, epci.kind = name, kind
        epci.population = sum(row.population for row in rows)
        changed = known is None or before != (epci.name, epci.kind, epci.population)
        if changed:
            epci.save()
        present = {commune.code: commune for commune in Commune.objects.filter(code__in=[row.code for row in rows])}
        for row in rows:
            wanted = {
                "name": row.name,
                "epci_id": siren,
                "population": row.population,
                "postcodes": list(row.postcodes),
                "place_index": place_index([row.name], list(row.postcodes)),
                "latitude": row.latitude,
                "longitude": row.longitude,
                "centre_source": source,
                "density": row.density,
                "density_source": source if row.density else "",
                "fictitious": True,
            }
            commune = present.get(row.code)
            if commune is None:
                Commune.objects.create(code=row.code, **wanted)
                changed = True
            elif any(getattr(commune, key) != value for key, value in wanted.items()):
                for key, value in wanted.items():
                    setattr(commune, key, value)
                commune.save()
                changed = True
        if changed:
            journal.record(
                by=by,
                verb="territoire inventé ajouté",
                obj=epci,
                reason="Démonstration",
                after={"communes": [row.code for row in rows]},
            )
    return epci
