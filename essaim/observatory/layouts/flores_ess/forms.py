"""The three forms of the tables that Insee makes for the CRESS network: their columns, and what their labels mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from essaim.foundation.search.text import plain_words
from essaim.nomenclature.sectors import sectors
from essaim.observatory.enums import FamilyGroup, Field, Measure, Population, Workers
from essaim.observatory.reading import quoted

LEGAL = ("jurid1", "jurid2", "juridr")
SECTOR = ("typo1", "typo2")
NATURE, DETAIL, AGE, SEX = "Nom_Juridique_1_Agregee", "Nom_Juridique_1_Detaillee", "Tranche_Age_1", "Sexe_"


@dataclass(frozen=True, slots=True)
class Form:
    """One year's form. `measures`: column → what it counts; `needed`: the other columns, each one of a few names."""

    year: int
    field: Field
    territory: str
    needed: Sequence[tuple[str, ...]]
    measures: Mapping[str, Measure]
    names: Sequence[str] = ()

    @property
    def key(self) -> str:
        """The name of the form in what is kept."""
        return f"flores_ess_{self.year}"

    @property
    def label(self) -> str:
        """The name of the form on a screen."""
        return f"Flores × ESS, tableaux du réseau des CRESS, forme de {self.year}"

    def score(self, row: Sequence[str]) -> int:
        """How many of the columns that are this form's alone stand in the row."""
        own = {*self.measures, *(names[0] for names in self.needed if len(names) == 1)}
        return len(own & set(row))

    def missing(self, row: Sequence[str]) -> list[str]:
        """The columns that the row should have and has not, in words."""
        wanted = [(self.territory,), *self.needed, *((column,) for column in self.measures)]
        return [" ou ".join(names) for names in wanted if not set(names) & set(row)]


FORMS = (
    Form(
        2017,
        Field.ALL_POSTS,
        "EPCI",
        (LEGAL,),
        {
            "nb_etab": Measure.ESTABLISHMENTS,
            "eff_31": Measure.JOBS,
            "non_annexe": Measure.NON_ANNEX_JOBS,
            "eff_EQTP": Measure.FTE,
            "rem_brut": Measure.GROSS_PAY,
        },
        ("nom_complet",),
    ),
    Form(
        2018,
        Field.ALL_POSTS,
        "EPCI",
        (LEGAL,),
        {
            "NB_ETAB": Measure.ESTABLISHMENTS,
            "ENSEMBLE": Measure.JOBS,
            "NON_ANNEXE": Measure.NON_ANNEX_JOBS,
            "EFFEQTP": Measure.FTE,
            "REMBRUTE": Measure.GROSS_PAY,
        },
        ("LIBGEO",),
    ),
    Form(
        2019,
        Field.NON_ANNEX_POSTS,
        "EPCIT21_",
        ((NATURE,), (DETAIL,), (AGE,), (SEX,)),
        {
            "Nombre_etab": Measure.ESTABLISHMENTS,
            # The posts of the field, all of them non annex: « jobs » of a vintage that counts only these.
            "Nombre_Poste_3112": Measure.JOBS,
            "Nombre_EQTP": Measure.FTE,
            "Masse_Salariale_Brute": Measure.GROSS_PAY,
        },
    ),
)

WHOLE = frozenset((Measure.ESTABLISHMENTS, Measure.JOBS, Measure.NON_ANNEX_JOBS))
"""What is counted by units; the rest has decimals."""

_NUMBERING = re.compile(r"^\s*(?:\d+[A-Z]?|T+)\s*-\s*")
_ALL_NATURES, _ALL_AGES, _ALL_SEXES = (
    "toutes categories confondues",
    "toutes tranches d ages confondues",
    "tous sexes confondus",
)

_FAMILIES: Mapping[str, tuple[Population, FamilyGroup]] = {
    "asso fond": (Population.ESS, FamilyGroup.ASSOCIATION_FOUNDATION),
    "associations": (Population.ESS, FamilyGroup.ASSOCIATION),
    "fondations": (Population.ESS, FamilyGroup.FOUNDATION),
    "cooperatives": (Population.ESS, FamilyGroup.COOPERATIVE),
    "mutuelles": (Population.ESS, FamilyGroup.MUTUAL),
    "ess": (Population.ESS, FamilyGroup.TOTAL),
    "hors ess": (Population.NON_ESS, FamilyGroup.TOTAL),
    "public": (Population.PUBLIC, FamilyGroup.TOTAL),
    "prive": (Population.PRIVATE_NON_ESS, FamilyGroup.TOTAL),
    "total": (Population.ALL, FamilyGroup.TOTAL),
}
_NATURES: Mapping[tuple[str, str], tuple[Population, FamilyGroup]] = {
    (_ALL_NATURES, _ALL_NATURES): _FAMILIES["total"],
    ("ess", _ALL_NATURES): _FAMILIES["ess"],
    ("hors ess", _ALL_NATURES): _FAMILIES["hors ess"],
    **{("ess", name): _FAMILIES[name] for name in ("associations", "fondations", "cooperatives", "mutuelles")},
    ("hors ess", "prive hors ess"): _FAMILIES["prive"],
    ("hors ess", "public hors ess"): _FAMILIES["public"],
}
_AGES = {
    _ALL_AGES: Workers.TOTAL,
    "moins de 30 ans": Workers.UNDER_30,
    "de 30 a 39 ans": Workers.FROM_30_TO_39,
    "de 40 a 49 ans": Workers.FROM_40_TO_49,
    "50 ans et plus": Workers.FROM_50,
}
_SEXES = {_ALL_SEXES: Workers.TOTAL, "hommes": Workers.MEN, "femmes": Workers.WOMEN}
_SHORTER = {"tous secteurs": "", "arts spectacles": "arts", "non classes": "unclassified"}
"""Labels that the tables write otherwise than the nomenclature."""


class UnknownLabel(ValueError):
    """A label of the file means nothing here; the message quotes it."""


def bare(label: str) -> str:
    """A label without its numbering, accents and signs: « 3-SANTÉ HUMAINE » → « sante humaine »."""
    return plain_words(_NUMBERING.sub("", label))


def family_of(label: str) -> tuple[Population, FamilyGroup]:
    """What « 1-ASSO+FOND », « 2-TOTAL-ASSOCIATIONS », « 5B-PRIVE » count. Raises UnknownLabel."""
    found = _FAMILIES.get(bare(label).removeprefix("total "))
    if found is None:
        raise UnknownLabel(f"la famille {quoted(label)} est inconnue")
    return found


def nature_of(nature: str, detail: str) -> tuple[Population, FamilyGroup]:
    """What a pair of labels of 2019 counts. Raises UnknownLabel."""
    found = _NATURES.get((bare(nature), bare(detail)))
    if found is None:
        raise UnknownLabel(f"la catégorie {quoted(nature)}, {quoted(detail)} est inconnue")
    return found


def workers_of(age: str, sex: str) -> Workers | None:
    """Whom a row of 2019 counts; None for one sex of one age. Raises UnknownLabel."""
    by_age, by_sex = _AGES.get(bare(age)), _SEXES.get(bare(sex))
    if by_age is None:
        raise UnknownLabel(f"la tranche d’âge {quoted(age)} est inconnue")
    if by_sex is None:
        raise UnknownLabel(f"le sexe {quoted(sex)} est inconnu")
    return None if by_age and by_sex else Workers(by_age or by_sex)


@lru_cache(maxsize=1)
def _sector_labels() -> Mapping[str, str]:
    return {**{plain_words(sector.label): key for key, sector in sectors().items()}, **_SHORTER}


def sector_of(label: str) -> str:
    """The key of « 5B-AIDE A DOMICILE » in either typology; "" for all sectors. Raises UnknownLabel."""
    found = _sector_labels().get(bare(label))
    if found is None:
        raise UnknownLabel(f"le secteur {quoted(label)} est inconnu")
    return found
