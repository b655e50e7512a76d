"""Reads one territory in the official extract. The extract is read whole before any transaction opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from essaim.directory.sync.positions import Position, bounds, keep_inside, locate
from essaim.directory.sync.shapes import Problem, ProblemCode, Snapshot
from essaim.directory.sync.shaping import Place, place_rows, shape
from essaim.foundation.geo import Box
from essaim.geography.centres import Degrees, medians, moves, weak_centre
from essaim.geography.models import Commune, Epci
from essaim.geography.queries import codes_of, commune_resolver
from essaim.nomenclature.departments import department_code
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
            "Vérifiez le numéro, ou chargez le code géographique (« essaim geography load »)."
        )
    extract = source.extract
    if epci.fictitious and not extract.fictitious:
        raise SyncRefused(f"{epci.name} est un territoire inventé : l’extrait en service est un vrai fichier.")
    communes = list(Commune.objects.filter(epci=epci).order_by("code"))
    codes = sorted(codes_of([territory]))
    rows = list(extract.establishments(codes))
    associations = list(stock.rna_associations(source.data_dir, codes))
    place = Place(frozenset(commune.code for commune in communes), source.resolver)
    placed = place_rows(rows, place)
    # The first file of a territory bounds it too: robust centres first, then the box, then what lies outside.
    positions, absurd = locate(placed.rows, placed.codes)
    centres = _medians(communes, placed.codes, positions)
    positions, outside = keep_inside(placed.rows, positions, _bounds(communes, centres))
    structures, wrong = shape(
        placed, positions, associations, place, vintage=extract.vintage, fictitious=extract.fictitious
    )
    # Invented points place no real commune.
    new_centres = {} if extract.fictitious else _to_write(communes, centres)
    problems = placed.problems + absurd + outside + wrong
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
        centres=new_centres,
        without_centre=[c.name for c in communes if c.latitude is None and c.code not in new_centres],
    )


def _medians(
    communes: Sequence[Commune], codes: Sequence[str], positions: Sequence[Position | None]
) -> dict[str, Degrees]:
    """Centres that this file gives to the communes without a stated one."""
    points: dict[str, list[Degrees]] = defaultdict(list)
    for code, position in zip(codes, positions, strict=True):
        if position is not None:
            points[code].append((position.latitude, position.longitude))
    known = {
        commune.code: (commune.latitude, commune.longitude)
        for commune in communes
        if commune.latitude is not None and commune.longitude is not None and not weak_centre(commune)
    }
    return medians(points, known=known)


def _to_write(communes: Sequence[Commune], centres: Mapping[str, Degrees]) -> dict[str, Degrees]:
    return {
        commune.code: centres[commune.code]
        for commune in communes
        if commune.code in centres and moves(commune, centres[commune.code])
    }


def _bounds(communes: Sequence[Commune], centres: Mapping[str, Degrees]) -> Box | None:
    """Box of the contours where they are loaded, else of the centres, widened by a margin."""
    points: list[tuple[float, float]] = []
    for commune in communes:
        latitude, longitude = centres.get(commune.code, (commune.latitude, commune.longitude))
        if commune.contour:
            points += _corners(commune.contour.get("coordinates", []))
        elif longitude is not None and latitude is not None:
            points.append((longitude, latitude))
    return bounds(points)


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
    departments = {department_code(code) for code in communes}
    return [
        Problem(ProblemCode.UNKNOWN_COMMUNE, siret, f"{code}, {count} ligne(s)")
        for code, count, siret in source.extract.commune_counts(departments)
        if code not in source.resolver
    ]
