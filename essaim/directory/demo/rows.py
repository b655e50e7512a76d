"""Turns units and establishments into rows of the official files."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Iterator

from essaim.directory.demo.columns import ESTABLISHMENT, GEOLOCATION, LEGAL_UNIT, SUCCESSION
from essaim.directory.demo.places import metres_of, official_spelling
from essaim.directory.demo.units import Establishment, Unit
from essaim.geography.projection import to_wgs84

HIDDEN = "[ND]"
Row = tuple[str, ...]


def unit_rows(units: Iterable[Unit]) -> Iterator[Row]:
    """StockUniteLegale, 35 columns."""
    for unit in units:
        band, year = unit.band()
        known: dict[str, str] = {
            "siren": unit.siren,
            "statutDiffusionUniteLegale": "P" if unit.partial else "O",
            "dateCreationUniteLegale": unit.created.isoformat(),
            "sigleUniteLegale": HIDDEN if unit.partial and unit.acronym else unit.acronym,
            "identifiantAssociationUniteLegale": unit.rna,
            "trancheEffectifsUniteLegale": band,
            "anneeEffectifsUniteLegale": year,
            "dateDernierTraitementUniteLegale": f"{unit.processed.isoformat()} 08:30:00",
            "nombrePeriodesUniteLegale": str(1 + len(unit.establishments)),
            "categorieEntreprise": "PME" if band not in ("NN", "") else "",
            "anneeCategorieEntreprise": year,
            "dateDebut": (unit.state_since or unit.created).isoformat(),
            "etatAdministratifUniteLegale": "A" if unit.open else "C",
            "denominationUniteLegale": unit.name,
            "categorieJuridiqueUniteLegale": unit.legal,
            "activitePrincipaleUniteLegale": unit.naf,
            "nomenclatureActivitePrincipaleUniteLegale": "NAFRev2",
            "nicSiegeUniteLegale": unit.head_office.siret[9:],
            "economieSocialeSolidaireUniteLegale": unit.ess_flag,
            "societeMissionUniteLegale": "O" if unit.mission else "",
            "caractereEmployeurUniteLegale": _employer(unit),
        }
        for rank, usual in enumerate(unit.usual_names[:3], start=1):
            known[f"denominationUsuelle{rank}UniteLegale"] = HIDDEN if unit.partial else usual
        if unit.natural_person:
            known |= dict.fromkeys(
                ("sexeUniteLegale", "prenom1UniteLegale", "prenomUsuelUniteLegale", "nomUniteLegale"), HIDDEN
            )
        yield tuple(known.get(column, "") for column in LEGAL_UNIT)


def _employer(unit: Unit) -> str:
    characters = {e.employer for e in unit.establishments if e.open}
    return "O" if "O" in characters else "" if "" in characters else "N"


def establishment_rows(units: Iterable[Unit]) -> Iterator[Row]:
    """StockEtablissement, 54 columns. Partial diffusion hides street, point and signs behind « [ND] »."""
    for unit in units:
        for e in sorted(unit.establishments, key=lambda one: one.rank):
            partial = e.partial or unit.partial
            commune = e.former or e.place
            known = {
                "siren": unit.siren,
                "nic": e.siret[9:],
                "siret": e.siret,
                "statutDiffusionEtablissement": "P" if partial else "O",
                "dateCreationEtablissement": e.created.isoformat(),
                "trancheEffectifsEtablissement": e.band,
                "anneeEffectifsEtablissement": e.year,
                "dateDernierTraitementEtablissement": f"{e.processed.isoformat()} 08:30:00",
                "etablissementSiege": "true" if e.head_office else "false",
                "nombrePeriodesEtablissement": "1" if e.open else "2",
                "complementAdresseEtablissement": e.complement,
                "numeroVoieEtablissement": e.number,
                "indiceRepetitionEtablissement": e.repetition,
                "typeVoieEtablissement": e.street_kind,
                "libelleVoieEtablissement": e.street,
                "codePostalEtablissement": e.postcode,
                "libelleCommuneEtablissement": official_spelling(commune.name),
                "codeCommuneEtablissement": commune.code,
                "coordonneeLambertAbscisseEtablissement": f"{e.x:.2f}" if e.located else "",
                "coordonneeLambertOrdonneeEtablissement": f"{e.y:.2f}" if e.located else "",
                "dateDebut": (e.state_since or e.created).isoformat(),
                "etatAdministratifEtablissement": "A" if e.open else "F",
                "enseigne1Etablissement": e.sign,
                "denominationUsuelleEtablissement": e.usual_name,
                "activitePrincipaleEtablissement": e.naf,
                "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
                "caractereEmployeurEtablissement": e.employer,
            }
            if partial:
                known |= {column: HIDDEN for column in _HIDDEN_WHEN_PARTIAL if known.get(column)}
            yield tuple(known.get(column, "") for column in ESTABLISHMENT)


_HIDDEN_WHEN_PARTIAL = (
    "complementAdresseEtablissement",
    "numeroVoieEtablissement",
    "indiceRepetitionEtablissement",
    "typeVoieEtablissement",
    "libelleVoieEtablissement",
    "coordonneeLambertAbscisseEtablissement",
    "coordonneeLambertOrdonneeEtablissement",
    "enseigne1Etablissement",
    "denominationUsuelleEtablissement",
)


def succession_rows(units: Iterable[Unit]) -> Iterator[Row]:
    """Links of succession: from the place that an establishment left to the one where it moved."""
    for unit in units:
        for e in unit.establishments:
            if e.predecessor is None:
                continue
            known = {
                "siretEtablissementPredecesseur": e.predecessor.siret,
                "siretEtablissementSuccesseur": e.siret,
                "dateLienSuccession": e.created.isoformat(),
                "transfertSiege": "true" if e.head_office else "false",
                "continuiteEconomique": "true",
                "dateDernierTraitementLienSuccession": f"{(e.created + dt.timedelta(days=20)).isoformat()}T08:30:00",
            }
            yield tuple(known.get(column, "") for column in SUCCESSION)


# quality → meaning in Insee's file: 11 at the number, 12 at the street, 21 at the street by chance, 33 at the commune.
_QUALITIES = (("11", 78.0), ("12", 14.0), ("21", 5.0), ("33", 3.0))


def geolocation_rows(rng: random.Random, units: Iterable[Unit]) -> Iterator[Row]:
    """Insee's geolocation of four open establishments out of five; those in partial diffusion have none."""
    kept: list[tuple[Establishment, str]] = []
    for unit in units:
        for e in unit.establishments:
            if e.open and not (e.partial or unit.partial) and rng.random() < 0.82:
                kept.append((e, rng.choices([q[0] for q in _QUALITIES], [q[1] for q in _QUALITIES])[0]))
    points: list[tuple[float, float]] = []
    for e, quality in kept:
        if quality == "33":
            x, y = metres_of(e.place)
            points.append((round(x, 2), round(y, 2)))
        else:
            wide = {"11": 0.0, "12": 25.0, "21": 60.0}[quality]
            points.append((round(e.x + rng.uniform(-wide, wide), 2), round(e.y + rng.uniform(-wide, wide), 2)))
    longitudes, latitudes = to_wgs84([x for x, _ in points], [y for _, y in points], [e.place.code for e, _ in kept])
    for (e, quality), (x, y), longitude, latitude in zip(kept, points, longitudes, latitudes, strict=True):
        known = {
            "siret": e.siret,
            "x": f"{x:.2f}",
            "y": f"{y:.2f}",
            "qualite_xy": quality,
            "epsg": "2154",
            "plg_code_commune": e.place.code,
            "distance_precision": {"11": "10", "12": "60", "21": "150", "33": "3000"}[quality],
            "y_latitude": f"{latitude:.6f}",
            "x_longitude": f"{longitude:.6f}",
        }
        yield tuple(known.get(column, "") for column in GEOLOCATION)
