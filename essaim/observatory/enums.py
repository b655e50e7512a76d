"""The axes along which a figure is counted, and the words for each. Codes are stored; words are shown."""

from __future__ import annotations

from django.db import models


class Source(models.TextChoices):
    """Who counted. One source has one method; its vintages follow each other."""

    FLORES_ESS = "flores_ess", "Insee, Flores, tableaux de l’ESS commandés par le réseau des CRESS"
    FLORES_OPEN = "flores_open", "Insee, Flores, emploi salarié par commune"
    URSSAF = "urssaf", "Urssaf, établissements et effectifs salariés de l’ESS par région"
    SIRENE = "sirene", "Insee, Sirene"

    @property
    def short(self) -> str:
        """The name of the source in a line under a figure."""
        return _SHORT[self]


_SHORT = {
    Source.FLORES_ESS: "Insee, Flores × ESS",
    Source.FLORES_OPEN: "Insee, Flores",
    Source.URSSAF: "Urssaf",
    Source.SIRENE: "Insee, Sirene",
}


class Field(models.TextChoices):
    """What a vintage counts. Two vintages follow each other on a line only when they count the same thing."""

    ALL_POSTS = "all_posts", "tous les postes salariés, annexes compris, hors intérim"
    NON_ANNEX_POSTS = "non_annex_posts", "postes salariés non annexes, hors intérim"
    OPEN_POSTS = "open_posts", "postes salariés au 31 décembre, public et privé"
    PRIVATE_MEAN = "private_mean", "secteur privé du régime général, moyenne de l’année"
    ACTIVE = "active", "établissements actifs au répertoire, par tranche d’effectif"


class Level(models.TextChoices):
    """How large a territory is."""

    COMMUNE = "commune", "commune"
    EPCI = "epci", "intercommunalité"
    DEPARTMENT = "department", "département"
    REGION = "region", "région"
    COUNTRY = "country", "pays"


class Population(models.TextChoices):
    """Which establishments are counted."""

    ESS = "ess", "économie sociale et solidaire"
    PRIVATE_NON_ESS = "private_non_ess", "privé hors ESS"
    PUBLIC = "public", "public"
    NON_ESS = "non_ess", "hors ESS (privé et public)"
    PRIVATE = "private", "privé, ESS comprise"
    ALL = "all", "ensemble, public et privé"


class FamilyGroup(models.TextChoices):
    """The families as tables count them: associations and foundations often come together, for secrecy."""

    TOTAL = "", "toutes familles"
    ASSOCIATION = "association", "Associations"
    FOUNDATION = "foundation", "Fondations"
    ASSOCIATION_FOUNDATION = "association_foundation", "Associations et fondations"
    COOPERATIVE = "cooperative", "Coopératives"
    MUTUAL = "mutual", "Mutuelles"
    COMPANY = "company", "Sociétés commerciales de l’ESS"


class Workers(models.TextChoices):
    """Which employees are counted, where a table tells sex or age (never both at once here)."""

    TOTAL = "", "ensemble"
    WOMEN = "women", "femmes"
    MEN = "men", "hommes"
    UNDER_30 = "under_30", "moins de 30 ans"
    FROM_30_TO_39 = "30_39", "de 30 à 39 ans"
    FROM_40_TO_49 = "40_49", "de 40 à 49 ans"
    FROM_50 = "50_over", "50 ans et plus"


class Measure(models.TextChoices):
    """What is counted, with its unit."""

    ESTABLISHMENTS = "establishments", "établissements employeurs"
    JOBS = "jobs", "emplois salariés au 31 décembre"
    NON_ANNEX_JOBS = "non_annex_jobs", "postes non annexes"
    FTE = "fte", "équivalents temps plein"
    GROSS_PAY = "gross_pay", "euros de rémunérations brutes dans l’année"
    MEAN_JOBS = "mean_jobs", "effectifs salariés moyens de l’année"


class Status(models.TextChoices):
    """How much a figure may be trusted. Never stored: worked out with the figure."""

    OBSERVED = "observed", "observé"
    PUBLISHED = "published", "fait publié"
    ESTIMATED = "estimated", "estimation"
    SECRET = "secret", "secret statistique"
    MISSING = "missing", "manquant"


class FactRole(models.TextChoices):
    """Why somebody else's figure is kept here."""

    CITED = "cited", "chiffre publié, cité faute du fichier"
    ANNOUNCED = "announced", "chiffre annoncé par la collectivité"
