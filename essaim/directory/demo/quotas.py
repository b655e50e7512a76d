"""How many of what: the official count of 2018, and why the count made from SIRENE differs from it.

Official count: Insee, FLORES 2018, table ordered for the CRESS, Grand Poitiers (EPCI 200069854): employer
establishments, « postes annexes inclus ». The split of small cells between families is ours where the table keeps a
secret.
"""

from __future__ import annotations

from dataclasses import dataclass

from essaim.nomenclature.perimeter import Family

REFERENCE_POPULATION = 196_849

# (family, sector) → employer establishments by the official way of counting. Sums: 860, 2, 96, 42.
OFFICIAL_EMPLOYERS: dict[tuple[Family, str], int] = {
    (Family.ASSOCIATION, "production"): 4,
    (Family.ASSOCIATION, "enseignement"): 83,
    (Family.ASSOCIATION, "sante"): 3,
    (Family.ASSOCIATION, "hebergement"): 44,
    (Family.ASSOCIATION, "aide_domicile"): 19,
    (Family.ASSOCIATION, "aide_travail"): 5,
    (Family.ASSOCIATION, "petite_enfance"): 10,
    (Family.ASSOCIATION, "action_sociale"): 47,
    (Family.ASSOCIATION, "arts"): 151,
    (Family.ASSOCIATION, "sport_loisirs"): 153,
    (Family.ASSOCIATION, "non_classes"): 239,
    (Family.ASSOCIATION, "services"): 102,
    (Family.FOUNDATION, "hebergement"): 1,
    (Family.FOUNDATION, "enseignement"): 1,
    (Family.COOPERATIVE, "production"): 11,
    (Family.COOPERATIVE, "finance"): 52,
    (Family.COOPERATIVE, "enseignement"): 4,
    (Family.COOPERATIVE, "arts"): 1,
    (Family.COOPERATIVE, "non_classes"): 1,
    (Family.COOPERATIVE, "services"): 27,
    (Family.MUTUAL, "finance"): 33,
    (Family.MUTUAL, "hebergement"): 5,
    (Family.MUTUAL, "action_sociale"): 1,
    (Family.MUTUAL, "sante"): 3,
}

# Sector → salaried jobs on 31 December, same table. Sum: 10 900.
OFFICIAL_JOBS: dict[str, int] = {
    "production": 214,
    "finance": 1_454,
    "enseignement": 1_762,
    "sante": 177,
    "hebergement": 1_981,
    "aide_domicile": 447,
    "aide_travail": 317,
    "petite_enfance": 167,
    "action_sociale": 1_048,
    "arts": 288,
    "sport_loisirs": 438,
    "non_classes": 1_201,
    "services": 1_406,
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

# Employers outside the ESS (FLORES 2018): sector → (establishments, jobs) of the public, then of the private side.
PUBLIC: dict[str, tuple[int, int]] = {
    "enseignement": (150, 9_500),
    "sante": (30, 9_400),
    "action_sociale": (30, 2_500),
    "administration": (190, 16_900),
    "sport_loisirs": (12, 500),
    "arts": (7, 367),
}
PRIVATE: dict[str, tuple[int, int]] = {
    "production": (969, 11_239),
    "finance": (277, 1_661),
    "enseignement": (105, 623),
    "sante": (214, 2_331),
    "action_sociale": (29, 499),
    "arts": (16, 206),
    "sport_loisirs": (35, 306),
    "services": (3_225, 28_706),
}
OTHERS_WITHOUT_EMPLOYEES = 16_500
OTHERS_CLOSED = 2_000


def scaled(count: float, population: int) -> int:
    """A count of the reference territory brought to another population."""
    return round(count * population / REFERENCE_POPULATION)
