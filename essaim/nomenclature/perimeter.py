"""Which legal units belong to the économie sociale et solidaire, by which criterion, from which source.

The perimeter is a set of traced criteria, never a boolean: this module holds the lists and the words, the importing
rooms keep which criterion matched. The statistical perimeter is INSEE's « champ de l'économie sociale » used for the
FLORES tables of 2017 to 2019; a new one is a new set of files in ``data/`` under its own version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from essaim.nomenclature.legal import legal_label
from essaim.nomenclature.tables import read_rows

DEFAULT_VERSION = "insee-champ-es-2017"
VERSIONS = (DEFAULT_VERSION,)


class UnknownPerimeter(ValueError):
    """The asked version of the perimeter does not exist."""


class Family(StrEnum):
    """The five families of article 1 of the law of 31 July 2014."""

    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    MUTUAL = "mutual"
    FOUNDATION = "foundation"
    COMPANY = "company"

    @property
    def label(self) -> str:
        """French name, singular, as written on a card."""
        return _FAMILY_LABELS[self][0]

    @property
    def plural(self) -> str:
        """French name, plural, as written on a filter."""
        return _FAMILY_LABELS[self][1]


_FAMILY_LABELS = {
    Family.ASSOCIATION: ("Association", "Associations"),
    Family.COOPERATIVE: ("Coopérative", "Coopératives"),
    Family.MUTUAL: ("Mutuelle", "Mutuelles"),
    Family.FOUNDATION: ("Fondation", "Fondations"),
    Family.COMPANY: ("Société commerciale de l’ESS", "Sociétés commerciales de l’ESS"),
}


class SubFamily(StrEnum):
    """What the legal category tells more than the family.

    INSEE names those of the cooperatives; those of the other families are ours, read from the legal category. A SCIC
    has no legal category of its own (it is a SARL, a SA or a SAS): it cannot be told from here.
    """

    SCOP = "scop"
    BANK = "bank"
    FARMING = "farming"
    CONSUMERS = "consumers"
    CRAFTSPEOPLE = "craftspeople"
    RETAILERS = "retailers"
    SOCIAL_HOUSING = "social_housing"
    SEA = "sea"
    TRANSPORT = "transport"
    OTHER_COOPERATIVE = "other_cooperative"
    HEALTH_MUTUAL = "health_mutual"
    INSURANCE_MUTUAL = "insurance_mutual"
    FARMERS_SOCIAL_SECURITY = "farmers_social_security"
    OTHER_MUTUAL = "other_mutual"
    DECLARED = "declared"
    UNDECLARED = "undeclared"
    PUBLIC_UTILITY = "public_utility"
    WORK_INTEGRATION = "work_integration"
    INTERMEDIARY = "intermediary"
    EMPLOYERS_GROUP = "employers_group"
    LOCAL_LAW = "local_law"
    FOUNDATION = "foundation"

    @property
    def label(self) -> str:
        """French name, at most 40 characters."""
        return _SUB_FAMILIES[self][1]

    @property
    def family(self) -> Family:
        """The family it belongs to."""
        return _SUB_FAMILIES[self][0]


_SUB_FAMILIES = {
    SubFamily.SCOP: (Family.COOPERATIVE, "Scop (coopérative de salariés)"),
    SubFamily.BANK: (Family.COOPERATIVE, "Banque coopérative"),
    SubFamily.FARMING: (Family.COOPERATIVE, "Coopérative agricole"),
    SubFamily.CONSUMERS: (Family.COOPERATIVE, "Coopérative de consommateurs"),
    SubFamily.CRAFTSPEOPLE: (Family.COOPERATIVE, "Coopérative d’artisans"),
    SubFamily.RETAILERS: (Family.COOPERATIVE, "Coopérative de commerçants"),
    SubFamily.SOCIAL_HOUSING: (Family.COOPERATIVE, "Coopérative de logement social"),
    SubFamily.SEA: (Family.COOPERATIVE, "Coopérative maritime"),
    SubFamily.TRANSPORT: (Family.COOPERATIVE, "Coopérative de transport"),
    SubFamily.OTHER_COOPERATIVE: (Family.COOPERATIVE, "Autre coopérative"),
    SubFamily.HEALTH_MUTUAL: (Family.MUTUAL, "Mutuelle du code de la mutualité"),
    SubFamily.INSURANCE_MUTUAL: (Family.MUTUAL, "Assurance mutuelle"),
    SubFamily.FARMERS_SOCIAL_SECURITY: (Family.MUTUAL, "Mutualité sociale agricole"),
    SubFamily.OTHER_MUTUAL: (Family.MUTUAL, "Autre organisme mutualiste"),
    SubFamily.DECLARED: (Family.ASSOCIATION, "Association déclarée"),
    SubFamily.UNDECLARED: (Family.ASSOCIATION, "Association non déclarée"),
    SubFamily.PUBLIC_UTILITY: (Family.ASSOCIATION, "Association d’utilité publique"),
    SubFamily.WORK_INTEGRATION: (Family.ASSOCIATION, "Association d’insertion"),
    SubFamily.INTERMEDIARY: (Family.ASSOCIATION, "Association intermédiaire"),
    SubFamily.EMPLOYERS_GROUP: (Family.ASSOCIATION, "Groupement d’employeurs"),
    SubFamily.LOCAL_LAW: (Family.ASSOCIATION, "Association d’Alsace-Moselle"),
    SubFamily.FOUNDATION: (Family.FOUNDATION, "Fondation"),
}


class CriterionCode(StrEnum):
    """Why a structure is in the directory. One structure may meet several."""

    LEGAL_CATEGORY = "legal_category"
    SIRENE_FLAG = "sirene_flag"
    NAMED_ADDITION = "named_addition"
    ESS_FRANCE = "ess_france"
    ESUS = "esus"
    SIAE = "siae"
    RNA = "rna"
    LOCAL_DECISION = "local_decision"

    @property
    def label(self) -> str:
        """The reason in a few words, as shown on a structure's page."""
        return _CRITERIA[self][0]

    @property
    def explanation(self) -> str:
        """Two or three sentences for a resident: what it means, and the text or the file it rests on."""
        return _CRITERIA[self][1]


_CRITERIA = {
    CriterionCode.LEGAL_CATEGORY: (
        "Par son statut juridique",
        "C’est une association, une coopérative, une mutuelle ou une fondation. La loi du 31 juillet 2014 sur "
        "l’économie sociale et solidaire (article 1er) les y range d’office. Nous suivons la liste de l’INSEE, qui "
        "laisse de côté les syndicats, les partis, les cultes et l’administration.",
    ),
    CriterionCode.SIRENE_FLAG: (
        "Déclarée ESS au répertoire SIRENE",
        "Le répertoire officiel des entreprises, tenu par l’INSEE, porte pour elle la mention « économie sociale et "
        "solidaire ». Une société commerciale l’obtient en s’immatriculant, si ses statuts l’engagent à être utile à "
        "la société, à décider démocratiquement et à réinvestir l’essentiel de ses bénéfices (loi du 31 juillet 2014, "
        "article 1er ; décret n° 2015-858).",
    ),
    CriterionCode.NAMED_ADDITION: (
        "Ajoutée nommément par l’INSEE",
        "Quelques banques coopératives ont une forme juridique qui ne le dit pas. L’INSEE les a ajoutées une par une à "
        "son champ de l’économie sociale, à la demande du conseil national des chambres régionales de l’ESS.",
    ),
    CriterionCode.ESS_FRANCE: (
        "Dans la liste nationale d’ESS France",
        "Chaque chambre régionale de l’ESS tient et publie la liste des entreprises de l’économie sociale et solidaire "
        "de sa région (loi du 31 juillet 2014, article 6). ESS France réunit ces listes : cette structure y figure.",
    ),
    CriterionCode.ESUS: (
        "Agréée « entreprise solidaire d’utilité sociale »",
        "L’État lui a donné l’agrément Esus : son but premier est l’utilité sociale, ses salaires les plus élevés sont "
        "plafonnés et ses parts ne se vendent pas en bourse. L’agrément dure cinq ans au plus (code du travail, "
        "article L. 3332-17-1).",
    ),
    CriterionCode.SIAE: (
        "Structure d’insertion par l’activité économique",
        "Elle embauche et accompagne des personnes éloignées de l’emploi, par une convention avec l’État (code du "
        "travail, article L. 5132-4). La liste vient du marché de l’inclusion, service public.",
    ),
    CriterionCode.RNA: (
        "Au répertoire national des associations",
        "C’est une association déclarée en préfecture selon la loi du 1er juillet 1901, article 5. Elle est inscrite "
        "au répertoire national des associations, même si elle n’a pas de numéro SIREN ; les associations font partie "
        "de l’économie sociale et solidaire (loi du 31 juillet 2014, article 1er).",
    ),
    CriterionCode.LOCAL_DECISION: (
        "Par décision du territoire",
        "Les fichiers nationaux ne suffisent pas toujours à reconnaître une structure. Le service de l’économie "
        "sociale et solidaire du territoire l’a admise, au regard de la loi du 31 juillet 2014 ; le motif et la date "
        "sont conservés.",
    ),
}


@dataclass(frozen=True, slots=True)
class LegalCategoryRule:
    """One legal category of the perimeter (INSEE level III, four digits)."""

    code: str
    label: str
    family: Family
    sub_family: SubFamily


@dataclass(frozen=True, slots=True)
class NafExclusion:
    """An activity that leaves the perimeter whatever the legal category.

    ``prefix`` is the beginning of a NAF rev. 2 code written with its dot (« 84 », « 94.11Z »); ``reclassified_as`` is
    « public » or « private », the side of the denominator where INSEE counts these units.
    """

    prefix: str
    label: str
    reclassified_as: str


@dataclass(frozen=True, slots=True)
class NamedAddition:
    """A legal unit that INSEE added by its SIREN."""

    siren: str
    name: str
    family: Family


@dataclass(frozen=True, slots=True)
class Perimeter:
    """One version of the statistical perimeter. Mappings are read-only."""

    version: str
    source: str
    legal_categories: Mapping[str, LegalCategoryRule]
    excluded_naf: tuple[NafExclusion, ...]
    named_sirens: Mapping[str, NamedAddition]

    def family_of(self, legal_category: str | None) -> Family:
        """The family of a unit that some criterion admitted, even outside the list of legal categories.

        Outside the list, the first digits tell (92 association, 93 foundation, 82 mutual); all else is a company.
        """
        listed = self.legal_categories.get(legal_category or "")
        if listed is not None:
            return listed.family
        return _FAMILY_BY_LEVEL_II.get((legal_category or "")[:2], Family.COMPANY)


# Level II of INSEE's legal categories, for the codes that the perimeter does not list (9224, 9240…).
_FAMILY_BY_LEVEL_II = {"92": Family.ASSOCIATION, "93": Family.FOUNDATION, "82": Family.MUTUAL}


@lru_cache(maxsize=8)
def load_perimeter(version: str = DEFAULT_VERSION) -> Perimeter:
    """Read one version of the perimeter. Raises UnknownPerimeter for a version that is not in VERSIONS."""
    if version not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise UnknownPerimeter(f"Le périmètre « {version} » est inconnu. Versions disponibles : {known}.")
    legal_rows = read_rows(f"perimeter_{version}_legal_categories.csv", ("code", "family", "sub_family", "source"))
    naf_rows = read_rows(f"perimeter_{version}_excluded_naf.csv", ("prefix", "label", "reclassified_as", "source"))
    named_rows = read_rows(f"perimeter_{version}_named_sirens.csv", ("siren", "name", "family", "source"))
    return Perimeter(
        version=version,
        source=legal_rows[0]["source"],
        legal_categories=MappingProxyType(
            {
                row["code"]: LegalCategoryRule(
                    row["code"], legal_label(row["code"]), Family(row["family"]), SubFamily(row["sub_family"])
                )
                for row in legal_rows
            }
        ),
        excluded_naf=tuple(NafExclusion(row["prefix"], row["label"], row["reclassified_as"]) for row in naf_rows),
        named_sirens=MappingProxyType(
            {row["siren"]: NamedAddition(row["siren"], row["name"], Family(row["family"])) for row in named_rows}
        ),
    )
