"""The catalogue of indicators: for each, what is counted over what, in words and as axes of the cells.

An indicator says nothing of a source: `METHODS` says how each source answers it, in the order of trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from essaim.nomenclature.headcount import band
from essaim.nomenclature.sectors import sectors
from essaim.observatory.enums import FamilyGroup, Measure, Population, Source, Workers


class Unit(StrEnum):
    """How a value is written."""

    COUNT = "count"
    PERCENT = "percent"
    EURO = "euro"


@dataclass(frozen=True, slots=True)
class Count:
    """What is counted: a measure over populations (added together), cut along the axes; "" is the whole axis."""

    measure: Measure
    populations: tuple[Population, ...] = (Population.ESS,)
    family: str = ""
    sector: str = ""
    size: str = ""
    workers: str = ""

    def cut(self, axes: Mapping[str, str]) -> Count:
        """The same count for one value of some axes."""
        return Count(
            self.measure,
            self.populations,
            axes.get("family", self.family),
            axes.get("sector", self.sector),
            axes.get("size", self.size),
            axes.get("workers", self.workers),
        )


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `denominator` None: the numerator itself. A share is 100 × numerator ÷ denominator."""

    key: str
    label: str
    unit: Unit
    numerator: Count
    denominator: Count | None
    numerator_words: str
    denominator_words: str = ""
    noun: str = ""
    caution: str = ""
    sources: tuple[Source, ...] = field(default=(Source.FLORES_ESS,))

    def counted_by(self, source: Source | None) -> tuple[str, str]:
        """What is counted and over what, in the words of the source that counted it (empty: no denominator).

        The indicator's own words are those of Flores: `_WORDS` says where another source counts something else.
        """
        top = _WORDS.get((source, self.numerator.measure, self.numerator.populations))
        bottom = None
        if self.denominator is not None:
            bottom = _WORDS.get((source, self.denominator.measure, self.denominator.populations))
        # A cut says its part after the words of the whole: « … (coopératives) ».
        cut = self.key.partition(":")[2]
        part = f" ({self.label.partition(', ')[2]})" if cut and top else ""
        return (top + part if top else self.numerator_words, bottom or self.denominator_words)

    def within(self, **axes: str) -> Indicator:
        """The same indicator for one family, sector, size or kind of workers: only the numerator is cut.

        Raises UnknownIndicator for a value that the axis does not have.
        """
        said = [_axis_words(axis, value) for axis, value in axes.items() if value]
        if not said:
            return self
        key = self.key + "".join(f":{axis}={value}" for axis, value in axes.items() if value)
        return replace(
            self,
            key=key,
            label=f"{self.label}, {', '.join(said)}",
            numerator=self.numerator.cut(axes),
            numerator_words=f"{self.numerator_words} ({', '.join(said)})",
        )


_IN_SIRENE = "actifs au répertoire avec une tranche d’effectif d’employeur"
_WORDS: Mapping[tuple[Source | None, Measure, tuple[Population, ...]], str] = {
    (Source.SIRENE, Measure.ESTABLISHMENTS, (Population.ESS,)): f"établissements de l’ESS {_IN_SIRENE}",
    (Source.SIRENE, Measure.ESTABLISHMENTS, (Population.ALL,)): f"tous les établissements {_IN_SIRENE}",
    (Source.SIRENE, Measure.JOBS, (Population.ESS,)): (
        f"salariés que disent les tranches d’effectif des établissements de l’ESS {_IN_SIRENE}"
    ),
}
"""What a source counts when it is not what Flores counts: the only place where it is said."""


class UnknownIndicator(ValueError):
    """No indicator has this key."""


_AXES = ("family", "sector", "size", "workers")


def _axis_words(axis: str, value: str) -> str:
    if axis == "family" and value in FamilyGroup.values:
        return FamilyGroup(value).label.lower()
    if axis == "sector" and value in sectors():
        return sectors()[value].label.lower()
    if axis == "size" and (found := band(value)) is not None:
        return found.label.lower()
    if axis == "workers" and value in Workers.values:
        return Workers(value).label
    raise UnknownIndicator(f"« {axis}={value} » n’existe pas.")


_ESS_PLACES = Count(Measure.ESTABLISHMENTS)
_ESS_JOBS = Count(Measure.JOBS)
_ALL_JOBS = Count(Measure.JOBS, (Population.ALL,))
# A table that tells « privé hors ESS » holds the private total as a sum; open Flores tells it whole.
_PRIVATE_JOBS = Count(Measure.JOBS, (Population.ESS, Population.PRIVATE_NON_ESS))

_CATALOGUE = (
    Indicator(
        "ess-employer-establishments",
        "Établissements employeurs de l’ESS",
        Unit.COUNT,
        _ESS_PLACES,
        None,
        "établissements de l’ESS qui ont employé au moins une personne dans l’année",
        noun="établissement employeur,établissements employeurs",
        caution="Un même employeur peut avoir plusieurs établissements.",
        sources=(Source.FLORES_ESS, Source.SIRENE),
    ),
    Indicator(
        "ess-jobs",
        "Emplois de l’ESS",
        Unit.COUNT,
        _ESS_JOBS,
        None,
        "postes salariés au 31 décembre dans les établissements de l’ESS",
        noun="emploi,emplois",
        sources=(Source.FLORES_ESS, Source.SIRENE),
    ),
    Indicator(
        "all-jobs",
        "Emplois salariés, toute l’économie",
        Unit.COUNT,
        _ALL_JOBS,
        None,
        "postes salariés au 31 décembre, public et privé ensemble",
        noun="emploi,emplois",
        sources=(Source.FLORES_ESS, Source.FLORES_OPEN),
    ),
    Indicator(
        "private-jobs",
        "Emplois salariés du privé, ESS comprise",
        Unit.COUNT,
        _PRIVATE_JOBS,
        None,
        "postes salariés au 31 décembre du secteur privé : l’ESS et le privé hors ESS",
        noun="emploi,emplois",
        sources=(Source.FLORES_ESS, Source.FLORES_OPEN),
    ),
    Indicator(
        "ess-job-share",
        "Part de l’ESS dans tous les emplois salariés",
        Unit.PERCENT,
        _ESS_JOBS,
        _ALL_JOBS,
        "postes salariés au 31 décembre dans les établissements de l’ESS",
        "tous les postes salariés au 31 décembre, public et privé ensemble",
        caution="À ne pas confondre avec la part dans le seul emploi privé, toujours plus haute.",
        sources=(Source.FLORES_ESS, Source.SIRENE),
    ),
    Indicator(
        "ess-private-job-share",
        "Part de l’ESS dans les emplois du privé",
        Unit.PERCENT,
        _ESS_JOBS,
        _PRIVATE_JOBS,
        "postes salariés au 31 décembre dans les établissements de l’ESS",
        "postes salariés au 31 décembre du secteur privé, ESS comprise ; ni l’État, ni les collectivités, ni l’hôpital",
        caution="À ne pas confondre avec la part dans tous les emplois, public compris.",
        sources=(Source.FLORES_ESS, Source.SIRENE),
    ),
    Indicator(
        "ess-establishment-share",
        "Part de l’ESS dans les établissements employeurs",
        Unit.PERCENT,
        _ESS_PLACES,
        Count(Measure.ESTABLISHMENTS, (Population.ALL,)),
        "établissements employeurs de l’ESS",
        "tous les établissements employeurs, public et privé ensemble",
        sources=(Source.FLORES_ESS, Source.SIRENE),
    ),
    Indicator(
        "ess-fte",
        "Équivalents temps plein de l’ESS",
        Unit.COUNT,
        Count(Measure.FTE),
        None,
        "temps de travail payé dans l’année, en équivalents temps plein",
        noun="équivalent temps plein,équivalents temps plein",
    ),
    Indicator(
        "ess-non-annex-jobs",
        "Emplois de l’ESS, postes non annexes",
        Unit.COUNT,
        Count(Measure.NON_ANNEX_JOBS),
        None,
        "postes salariés de l’ESS, sans les postes annexes (trop courts ou trop peu payés)",
        noun="emploi,emplois",
    ),
    Indicator(
        "ess-women-share",
        "Part des femmes dans les emplois de l’ESS",
        Unit.PERCENT,
        Count(Measure.JOBS, workers=Workers.WOMEN),
        _ESS_JOBS,
        "postes salariés de l’ESS occupés par des femmes",
        "tous les postes salariés de l’ESS",
    ),
    Indicator(
        "ess-gross-pay",
        "Rémunérations brutes versées par l’ESS",
        Unit.EURO,
        Count(Measure.GROSS_PAY),
        None,
        "rémunérations brutes versées dans l’année par les établissements de l’ESS",
        noun="euro,euros",
    ),
    Indicator(
        "urssaf-ess-establishments",
        "Établissements de l’ESS, secteur privé (Urssaf)",
        Unit.COUNT,
        _ESS_PLACES,
        None,
        "moyenne des établissements de l’ESS des quatre trimestres, secteur privé du régime général",
        noun="établissement,établissements",
        sources=(Source.URSSAF,),
    ),
    Indicator(
        "urssaf-ess-jobs",
        "Effectifs moyens de l’ESS, secteur privé (Urssaf)",
        Unit.COUNT,
        Count(Measure.MEAN_JOBS),
        None,
        "effectifs salariés moyens de l’année dans l’ESS, secteur privé du régime général, hors agriculture",
        noun="emploi,emplois",
        sources=(Source.URSSAF,),
    ),
    Indicator(
        "urssaf-ess-private-share",
        "Part de l’ESS dans l’emploi privé (Urssaf)",
        Unit.PERCENT,
        Count(Measure.MEAN_JOBS),
        Count(Measure.MEAN_JOBS, (Population.PRIVATE,)),
        "effectifs salariés moyens de l’ESS, secteur privé du régime général",
        "effectifs salariés moyens de tout le secteur privé du régime général, ESS comprise",
        sources=(Source.URSSAF,),
    ),
)

CATALOGUE: dict[str, Indicator] = {indicator.key: indicator for indicator in _CATALOGUE}


def indicator(key: str) -> Indicator:
    """The indicator of a key, « ess-jobs » or cut along axes, « ess-jobs:family=cooperative ».

    Raises UnknownIndicator, whose message lists the keys.
    """
    name, *cuts = key.split(":")
    found = CATALOGUE.get(name)
    if found is None:
        raise UnknownIndicator(f"L’indicateur « {name} » n’existe pas. Indicateurs : {', '.join(CATALOGUE)}.")
    axes: dict[str, str] = {}
    for cut in cuts:
        axis, _, value = cut.partition("=")
        if axis not in _AXES or axis in axes:
            raise UnknownIndicator(f"« {cut} » n’est pas un axe : {', '.join(_AXES)}.")
        axes[axis] = value
    return found.within(**axes)
