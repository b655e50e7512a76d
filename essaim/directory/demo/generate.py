"""The demonstration's files, from a seed: `generate(folder, seed)`.

The files have the layout of the official ones and go through the very same `stock` and `directory sync` commands.
Same seed, same bytes.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from essaim.directory.demo import columns, files, lists, quotas, rows
from essaim.directory.demo.cards import card_plan
from essaim.directory.demo.ess import Drawer, draw_ess
from essaim.directory.demo.kinds import BY_KEY, sector_of
from essaim.directory.demo.names import Names
from essaim.directory.demo.numbers import Numbers
from essaim.directory.demo.others import draw_others
from essaim.directory.demo.places import (
    DemoTerritory,
    build_habitats,
    fictitious_territories,
    grand_poitiers,
)
from essaim.directory.demo.units import VINTAGE, Establishment, Unit
from essaim.nomenclature.headcount import band as headcount_band
from essaim.nomenclature.perimeter import Family

Report = Callable[[str], None]

ESTABLISHMENTS = "StockEtablissement_demo.parquet"
LEGAL_UNITS = "StockUniteLegale_demo.parquet"
SIAE = "siae_demo.csv"
ESUS = "agrements_esus_demo.xlsx"
RNA = "rna_waldec_demo.csv"
SUCCESSION = "StockEtablissementLiensSuccession_demo.csv"
GEOLOCATION = "GeolocalisationEtablissement_demo.parquet"
# In the order in which they are imported: the qualifying lists before the extract, the others after.
LABEL_FILES = (SIAE, ESUS, RNA, SUCCESSION, GEOLOCATION)
CARDS = "fiches_demo.json"
GAPS = "ecarts_demo.csv"
EMPLOYERS = "employeurs_demo.csv"
SUMMARY = "resume_demo.json"
GAP_COLUMNS = ("siret", "famille", "secteur", "table_officielle", "sirene", "cause")
EMPLOYER_COLUMNS = ("epci", "commune", "siret", "categorie_juridique", "naf", "famille", "emplois")


@dataclass(frozen=True, slots=True)
class Drawn:
    """One territory with what was drawn for it."""

    territory: DemoTerritory
    drawer: Drawer


def stream(seed: int, name: str) -> random.Random:
    """A source of chance of its own: what one draws never moves what another draws."""
    return random.Random(f"{seed}/{name}")  # noqa: S311 -- invents names, protects nothing


def draw(seed: int) -> list[Drawn]:
    """Draw every territory of the demonstration. Each has its own stream of chance: one never moves another."""
    numbers = Numbers(seed)
    drawn: list[Drawn] = []
    names = Names(stream(seed, "noms"))
    for territory in (grand_poitiers(), *fictitious_territories()):
        rng = stream(seed, territory.siren)
        habitats = build_habitats(rng, territory.places)
        drawer = Drawer(rng, territory, habitats, numbers, names)
        draw_ess(drawer)
        draw_others(drawer)
        drawn.append(Drawn(territory, drawer))
    return drawn


def generate(folder: Path, seed: int, report: Report = lambda text: None) -> dict[str, Any]:
    """Write every file of the demonstration in `folder`. Returns the summary that `resume_demo.json` keeps."""
    folder.mkdir(parents=True, exist_ok=True)
    report("tirage des structures inventées")
    drawn = draw(seed)
    units = [unit for one in drawn for unit in one.drawer.units]
    known = [unit for unit in units if unit.kind]
    metadata = {"fictif": "true", "vintage": VINTAGE, "seed": str(seed), "producer": "essaim demo"}
    rng = stream(seed, "fichiers")
    counts: dict[str, int] = {}
    report(f"{len(units)} unités légales : écriture des fichiers SIRENE")
    counts[ESTABLISHMENTS] = files.write_parquet(
        folder / ESTABLISHMENTS, columns.ESTABLISHMENT, rows.establishment_rows(units), metadata
    )
    counts[LEGAL_UNITS] = files.write_parquet(folder / LEGAL_UNITS, columns.LEGAL_UNIT, rows.unit_rows(units), metadata)
    report("listes : insertion, Esus, RNA, successions, géolocalisation")
    counts[SIAE] = files.write_list(folder / SIAE, columns.SIAE, lists.siae_rows(rng, known))
    counts[ESUS] = files.write_workbook(
        folder / ESUS, columns.ESUS, lists.esus_rows(rng, known), "Agréments ESUS (liste inventée)"
    )
    rna = [row for one in drawn for row in lists.rna_rows(one.drawer)]
    counts[RNA] = files.write_list(folder / RNA, columns.RNA, rna, delimiter=";")
    counts[SUCCESSION] = files.write_list(folder / SUCCESSION, columns.SUCCESSION, rows.succession_rows(known))
    counts[GEOLOCATION] = files.write_parquet(
        folder / GEOLOCATION, columns.GEOLOCATION, rows.geolocation_rows(rng, units), metadata
    )
    home = drawn[0]
    cards = card_plan(rng, [unit for unit in home.drawer.units if unit.kind])
    files.write_json(folder / CARDS, cards)
    home_units = [unit for unit in home.drawer.units if unit.kind]
    files.write_csv(folder / GAPS, GAP_COLUMNS, _gap_rows(home_units))
    files.write_csv(folder / EMPLOYERS, EMPLOYER_COLUMNS, (row for one in drawn for row in _employer_rows(one)))
    summary = {
        "seed": seed,
        "vintage": VINTAGE,
        "files": counts,
        "cards": len(cards),
        "territories": [summarise(one.territory, one.drawer.units) for one in drawn],
    }
    files.write_json(folder / SUMMARY, summary)
    return summary


def _gap_rows(units: Sequence[Unit]) -> list[rows.Row]:
    """One line by establishment that one of the two counts holds, with the cause when only one does."""
    return [
        (
            e.siret,
            BY_KEY[unit.kind].family.value,
            sector_of(e.naf),
            "oui" if e.official else "non",
            "oui" if e.counted_in_sirene else "non",
            e.gap if e.official != e.counted_in_sirene else "",
        )
        for unit in units
        for e in unit.establishments
        if e.official or e.counted_in_sirene
    ]


def _employer_rows(drawn: Drawn) -> Iterator[rows.Row]:
    """One line by employer of the whole economy, with its jobs, which bands only approach.

    `famille` is that of the official table: empty outside it, commercial companies of the ESS included.
    """
    for unit in drawn.drawer.units:
        for e in unit.establishments:
            elsewhere = not unit.kind or BY_KEY[unit.kind].family is Family.COMPANY
            if e.official or (elsewhere and e.jobs):
                family = BY_KEY[unit.kind].family.value if e.official else ""
                yield drawn.territory.siren, e.place.code, e.siret, unit.legal, e.naf, family, str(e.jobs)


def summarise(territory: DemoTerritory, units: Sequence[Unit]) -> dict[str, Any]:
    """Counts of one territory under both ways of counting, and the jobs interval that the bands allow."""
    ess = [e for unit in units if unit.kind for e in unit.establishments]
    official = [e for e in ess if e.official]
    sirene = [e for e in ess if e.counted_in_sirene]
    every = [e for unit in units for e in unit.establishments]
    low, high = jobs_interval(sirene)
    return {
        "siren": territory.siren,
        "name": territory.name,
        "population": territory.population,
        "establishments": len(every),
        "ess_establishments": len(ess),
        "ess_open": sum(1 for e in ess if e.open),
        "official_employers": _by_family(official),
        "official_employers_by_sector": dict(sorted(Counter(sector_of(e.naf) for e in official).items())),
        "official_jobs": sum(e.jobs for e in official),
        "sirene_employers": _by_family(sirene),
        "sirene_jobs_low": low,
        "sirene_jobs_high": high,
        "gap_percent": round(100 * (len(sirene) - len(official)) / max(1, len(official)), 1),
        "gaps": {
            gap.key: {
                "label": gap.label,
                "explanation": gap.explanation,
                "sign": gap.sign,
                "establishments": sum(1 for e in ess if e.gap == gap.key and e.official != e.counted_in_sirene),
            }
            for gap in quotas.GAPS
        },
        "employers_outside_ess": sum(1 for unit in units if not unit.kind for e in unit.establishments if e.jobs),
        "all_jobs": sum(e.jobs for e in official)
        + sum(e.jobs for unit in units if not unit.kind for e in unit.establishments),
    }


def jobs_interval(establishments: Sequence[Establishment]) -> tuple[int, int]:
    """[Σ lower bounds ; Σ upper bounds] of the bands."""
    bands = [headcount_band(e.band) for e in establishments]
    return sum((b.low or 0) for b in bands if b), sum((b.high or 0) for b in bands if b)


def _by_family(establishments: Sequence[Establishment]) -> dict[str, int]:
    counts = Counter(BY_KEY[e.unit.kind].family.value for e in establishments)
    return {family.value: counts[family.value] for family in Family} | {"total": len(establishments)}
