"""Invented series of the Urssaf, for one region and for France, in the layouts of open.urssaf.fr."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from essaim.observatory.invented import COLUMN

COLUMNS = (
    "champ_ess", "famille_ess", "grand_secteur", "secteur_na88", "annee", "nombre_d_etablissements",
    "effectifs_salaries_moyens", "masse_salariale", COLUMN,
)  # fmt: skip
REGION = {"region": "Nouvelle-Aquitaine", "code_region": "75"}
FRANCE = (11, 13)
"""How many times the region: the ESS, then the rest of the private sector. Invented too."""
YEARS = range(2015, 2025)

# (field, family, large sector, activity, establishments, jobs) in the first year, then the yearly growth. All invented.
_LINES = (
    ("OUI", "Associations", "GS5", "88 Action sociale sans hébergement", 2_400, 41_000, 0.012),
    ("OUI", "Associations", "GS5", "87 Hébergement médico-social et social", 1_100, 38_000, 0.011),
    ("OUI", "Associations", "GS5", "85 Enseignement", 900, 17_000, 0.006),
    ("OUI", "Associations", "GS5", "93 Activités sportives, récréatives et de loisirs", 3_100, 9_000, 0.015),
    ("OUI", "Associations", "GS5", "94 Activités des organisations associatives", 3_600, 15_000, -0.004),
    ("OUI", "Coopératives", "GS1", "10 Industries alimentaires", 260, 8_000, 0.004),
    ("OUI", "Coopératives", "GS5", "64 Activités des services financiers", 1_500, 14_000, -0.006),
    ("OUI", "Mutuelles", "GS5", "65 Assurance", 420, 11_000, 0.009),
    ("OUI", "Fondations", "GS5", "86 Activités pour la santé humaine", 40, 3_500, 0.02),
    ("NON", "", "GS1", "Industrie", 15_000, 230_000, 0.003),
    ("NON", "", "GS2", "Construction", 21_000, 105_000, 0.008),
    ("NON", "", "GS3", "Commerce", 36_000, 240_000, 0.007),
    ("NON", "", "GS5", "Services marchands", 62_000, 520_000, 0.013),
)  # fmt: skip


def write(path: Path, rng: random.Random, where: dict[str, str], times: tuple[int, int] = (1, 1)) -> None:
    """One line a year, family and activity. `where`: the columns of the region, none for the file of France."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow((*where, *COLUMNS))
        for field, family, sector, activity, places, jobs, growth in _LINES:
            scale = times[0] if family else times[1]
            mean_pay = 24_000 + rng.random() * 9_000
            for rank, year in enumerate(YEARS):
                factor = (1 + growth) ** rank * rng.uniform(0.995, 1.005)
                # The year of the lockdowns is seen in every series.
                factor *= 0.975 if year == 2020 else 1.0
                posts = round(scale * jobs * factor)
                pay = round(posts * mean_pay * 1.015**rank)
                counted = round(scale * places * (1 + growth / 3) ** rank)
                said = (field, family, sector, activity, year, counted, posts, pay, "oui")
                writer.writerow((*where.values(), *said))
