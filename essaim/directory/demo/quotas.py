"""How many of what: a count that looks like the official one of 2018, and why SIRENE's differs from it.

The sums are the published ones of Grand Poitiers (Insee, FLORES 2018: 1 000 employer establishments, 10 900 jobs,
95 638 jobs in all). Their split by family and sector is invented: the tables that tell it are not open data.
"""

from __future__ import annotations

from dataclasses import dataclass

from essaim.nomenclature.perimeter import Family

REFERENCE_POPULATION = 196_849

# (family, sector) → employer establishments by the official way of counting. Sums: 860, 2, 96, 42; 1 000 in all.
OFFICIAL_EMPLOYERS: dict[tuple[Family, str], int] = {
    (Family.ASSOCIATION, "production"): 6,
    (Family.ASSOCIATION, "enseignement"): 78,
    (Family.ASSOCIATION, "sante"): 5,
    (Family.ASSOCIATION, "hebergement"): 40,
    (Family.ASSOCIATION, "aide_domicile"): 22,
    (Family.ASSOCIATION, "aide_travail"): 7,
    (Family.ASSOCIATION, "petite_enfance"): 14,
    (Family.ASSOCIATION, "action_sociale"): 52,
    (Family.ASSOCIATION, "arts"): 140,
    (Family.ASSOCIATION, "sport_loisirs"): 160,
    (Family.ASSOCIATION, "non_classes"): 226,
    (Family.ASSOCIATION, "services"): 110,
    (Family.FOUNDATION, "hebergement"): 1,
    (Family.FOUNDATION, "enseignement"): 1,
    (Family.COOPERATIVE, "production"): 13,
    (Family.COOPERATIVE, "finance"): 48,
    (Family.COOPERATIVE, "enseignement"): 3,
    (Family.COOPERATIVE, "arts"): 2,
    (Family.COOPERATIVE, "non_classes"): 2,
    (Family.COOPERATIVE, "services"): 28,
    (Family.MUTUAL, "finance"): 31,
    (Family.MUTUAL, "hebergement"): 6,
    (Family.MUTUAL, "action_sociale"): 2,
    (Family.MUTUAL, "sante"): 3,
}

# Sector → salaried jobs on 31 December. Sum: 10 900.
OFFICIAL_JOBS: dict[str, int] = {
    "production": 240,
    "finance": 1_400,
    "enseignement": 1_700,
    "sante": 200,
    "hebergement": 1_900,
    "aide_domicile": 500,
    "aide_travail": 350,
    "petite_enfance": 220,
    "action_sociale": 1_100,
    "arts": 300,
    "sport_loisirs": 460,
    "non_classes": 1_150,
    "services": 1_380,
}

# Share of the official employers that employed in the year but nobody on 31 December (band 00), by sector.
SHARE_OF_BAND_00 = {"arts": 0.42, "sport_loisirs": 0.2, "non_classes": 0.12, "enseignement": 0.05, "services": 0.04}


@dataclass(frozen=True, slots=True)
class Gap:
    """One named cause of the gap. `sign` is what it does to the SIRENE count: −1 it misses, +1 it adds."""

    key: str
    label: str
    explanation: str
    sign: int
    by_family: dict[Family, int]


GAPS: tuple[Gap, ...] = (
    Gap(
        "annex_posts",
        "Postes annexes",
        "Des emplois très courts ou très petits (quelques cours, une buvette) font de l’association un employeur dans "
        "la table officielle ; SIRENE la donne sans salarié (tranche NN).",
        -1,
        {Family.ASSOCIATION: 100, Family.COOPERATIVE: 4},
    ),
    Gap(
        "delay",
        "Retard du fichier",
        "L’établissement a embauché depuis l’année de référence des effectifs : sa tranche n’est pas encore connue.",
        -1,
        {Family.ASSOCIATION: 24, Family.COOPERATIVE: 5, Family.MUTUAL: 1},
    ),
    Gap(
        "stale",
        "Tranche ancienne",
        "L’établissement n’emploie plus personne ; SIRENE garde sa tranche d’une année passée.",
        1,
        {Family.ASSOCIATION: 9, Family.COOPERATIVE: 4, Family.MUTUAL: 2},
    ),
    Gap(
        "band_00",
        "Tranche 00",
        "SIRENE écrit 00 (personne au 31 décembre, mais des salariés dans l’année) pour des emplois que la table "
        "officielle de l’année ne voit plus.",
        1,
        {Family.ASSOCIATION: 26, Family.COOPERATIVE: 2},
    ),
    Gap(
        "perimeter",
        "Périmètre",
        "Les sociétés commerciales inscrites comme ESS sont dans SIRENE et dans la loi, pas dans le champ de la table.",
        1,
        {Family.COMPANY: 22},
    ),
)

# Establishments without employees and closed ones, for a territory of the reference population.
IDLE = 5_000
CLOSED = 1_500
EXCLUDED_BY_NAF = 260
RNA_ONLY = 600

# Employers outside the ESS: sector → (establishments, jobs) of the public, then of the private side.
PUBLIC: dict[str, tuple[int, int]] = {
    "enseignement": (150, 9_500),
    "sante": (30, 9_400),
    "action_sociale": (30, 2_500),
    "administration": (190, 16_900),
    "sport_loisirs": (12, 500),
    "arts": (7, 367),
}
PRIVATE: dict[str, tuple[int, int]] = {
    "production": (950, 11_000),
    "finance": (290, 1_700),
    "enseignement": (110, 650),
    "sante": (210, 2_300),
    "action_sociale": (30, 520),
    "arts": (18, 220),
    "sport_loisirs": (37, 320),
    "services": (3_225, 28_861),
}
OTHERS_WITHOUT_EMPLOYEES = 16_500
OTHERS_CLOSED = 2_000


def scaled(count: float, population: int) -> int:
    """A count of the reference territory brought to another population."""
    return round(count * population / REFERENCE_POPULATION)
