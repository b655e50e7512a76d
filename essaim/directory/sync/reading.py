"""Reads one territory in the official extract. The extract is read whole before any transaction opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from essaim.directory.sync.positions import Box
from essaim.directory.sync.shapes import Problem, ProblemCode, Snapshot
from essaim.directory.sync.shaping import Place, shape
from essaim.geography.models import Commune, Epci
from essaim.geography.queries import codes_of, commune_resolver
from essaim.stock import read as stock
from essaim.stock.labels.layouts import RNA


class SyncRefused(ValueError):
    """The synchronisation cannot be done; the message says why and what to do, in French."""


class NoExtract(SyncRefused):
    """No extract is in service."""


class UnknownTerritory(SyncRefused):
    """The SIREN is no EPCI of the loaded geographic code."""


@dataclass(frozen=True, slots=True)
class Source:
    """The extract in service and the geographic code, asked once for a run of several territories."""

    extract: stock.Extract
    data_dir: Path
    resolver: dict[str, str]


def open_source(data_dir: Path) -> Source:
    """Open the extract in service. Raises NoExtract."""
    extract = stock.current_extract(data_dir)
    if extract is None:
        raise NoExtract(
            "Aucun extrait du fichier officiel n’est en service. Lancez d’abord « essaim stock import » "
            "(ou « essaim demo » pour la démonstration)."
        )
    return Source(extract, data_dir, commune_resolver())


def read_snapshot(source: Source, territory: str) -> Snapshot:
    """Everything the official files say of one EPCI. Raises UnknownTerritory.

    Two DuckDB reads, one projection call; memory holds one territory.
    """
    epci = Epci.objects.filter(siren=territory).first()
    if epci is None:
        raise UnknownTerritory(
            f"Aucune intercommunalité ne porte le SIREN « {territory} » dans le code géographique chargé. "
            "Vérifiez le numéro, ou chargez le code géographique (« essaim geography cog »)."
        )
    extract = source.extract
    if epci.fictitious and not extract.fictitious:
        raise SyncRefused(f"{epci.name} est un territoire inventé : l’extrait en service est un vrai fichier.")
    communes = list(Commune.objects.filter(epci=epci).order_by("code"))
    codes = sorted(codes_of([territory]))
    rows = list(extract.establishments(codes))
    associations = list(stock.rna_associations(source.data_dir, codes))
    place = Place(frozenset(commune.code for commune in communes), source.resolver, _bounds(communes))
    structures, problems = shape(
        rows,
        associations,
        place,
        vintage=extract.vintage,
        fictitious=extract.fictitious,
    )
    problems += _unknown_codes(source, {commune.code for commune in communes})
    return Snapshot(
        territory=territory,
        territory_name=epci.name,
        communes=place.communes,
        vintage=extract.vintage,
        perimeter_version=extract.perimeter_version,
        fictitious=extract.fictitious,
        has_rna=RNA.kind in extract.labels,
        structures=structures,
        problems=problems,
        rows=len(rows) + len(associations),
    )


def _bounds(communes: list[Commune]) -> Box | None:
    """Box of the contours where they are loaded, else of the centres, widened by a margin."""
    points: list[tuple[float, float]] = []
    for commune in communes:
        if commune.contour:
            points += _corners(commune.contour.get("coordinates", []))
        elif commune.longitude is not None and commune.latitude is not None:
            points.append((commune.longitude, commune.latitude))
    return Box.around(points)


def _corners(coordinates: list[object]) -> list[tuple[float, float]]:
    """Every point of a GeoJSON geometry, whatever its nesting."""
    flat: list[tuple[float, float]] = []
    stack: list[object] = [coordinates]
    while stack:
        item = stack.pop()
        if not isinstance(item, list) or not item:
            continue
        if isinstance(item[0], int | float):
            flat.append((float(item[0]), float(item[1])))
        else:
            stack.extend(item)
    return flat


def _unknown_codes(source: Source, communes: set[str]) -> list[Problem]:
    """Rows of the territory's départements whose commune no geographic code knows: nobody else would report them."""
    departments = sorted({_department(code) for code in communes})
    query = (
        "SELECT commune_code, count(*), min(siret) FROM read_parquet(?) "
        "WHERE " + " OR ".join(["starts_with(commune_code, ?)"] * len(departments)) + " GROUP BY 1 ORDER BY 1"
    )
    if not departments:
        return []
    with duckdb.connect() as connection:
        found = connection.execute(query, [str(source.extract.path), *departments]).fetchall()
    return [
        Problem(ProblemCode.UNKNOWN_COMMUNE, str(siret), f"{code}, {count} ligne(s)")
        for code, count, siret in found
        if code not in source.resolver
    ]


def _department(code: str) -> str:
    return code[:3] if code.startswith("97") else code[:2]
