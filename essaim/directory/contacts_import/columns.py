"""Which column says what: recognised by its title, in the many words that spreadsheets use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from essaim.foundation.search.text import plain_words

MOST_NAMED = 12
"""Columns that a refusal repeats: a sheet can have thousands."""


class NotContacts(ValueError):
    """The table cannot be read as a list of contacts; the message says why, in French."""


class Role(StrEnum):
    """What a column says."""

    NAME = "name"
    SIRET = "siret"
    SIREN = "siren"
    RNA = "rna"
    COMMUNE = "commune"
    POSTCODE = "postcode"
    ADDRESS = "address"
    FAMILY = "family"
    ACTIVITY = "activity"
    CONTACT = "contact"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    FUNCTION = "function"
    EMAIL = "email"
    PHONE = "phone"
    NOTE = "note"
    TAGS = "tags"
    DECISION = "decision"
    REASON = "reason"

    @property
    def label(self) -> str:
        """French words for the column report."""
        return _ROLES[self][0]


_ROLES: dict[Role, tuple[str, tuple[str, ...]]] = {
    Role.NAME: ("nom de la structure", (
        "structure", "nom de la structure", "nom structure", "raison sociale", "denomination", "organisme",
        "organisation", "association", "entreprise", "nom de l association", "etablissement",
        "nom de l organisme", "nom usuel", "libelle", "nom de l entreprise", "nom etablissement",
    )),
    Role.SIRET: ("SIRET", (
        "siret", "n siret", "no siret", "numero siret", "num siret", "siret siege", "code siret",
    )),
    Role.SIREN: ("SIREN", (
        "siren", "n siren", "no siren", "numero siren", "num siren", "code siren",
    )),
    Role.RNA: ("numéro RNA", (
        "rna", "n rna", "no rna", "numero rna", "numero d association", "identifiant rna", "waldec",
        "n waldec", "num rna",
    )),
    Role.COMMUNE: ("commune", (
        "commune", "ville", "localite", "nom commune", "nom de la commune", "commune du siege",
    )),
    Role.POSTCODE: ("code postal", (
        "code postal", "cp", "codepostal", "code post",
    )),
    Role.ADDRESS: ("adresse", (
        "adresse", "adresse postale", "rue", "voie", "adresse du siege",
    )),
    Role.FAMILY: ("famille", (
        "famille", "statut", "statut juridique", "forme juridique", "type de structure", "famille ess",
    )),
    Role.ACTIVITY: ("activité", (
        "activite", "activites", "activite principale", "naf", "code naf", "ape", "code ape", "naf ape",
        "code activite", "secteur", "secteur d activite",
    )),
    Role.CONTACT: ("contact", (
        "contact", "nom du contact", "nom contact", "personne", "interlocuteur", "interlocutrice",
        "referent", "referente", "contact principal", "personne contact", "personne a contacter",
        "nom prenom", "nom et prenom", "prenom nom", "responsable", "president", "presidente", "directeur",
        "directrice",
    )),
    Role.FIRST_NAME: ("prénom du contact", (
        "prenom", "prenom contact", "prenom du contact",
    )),
    Role.LAST_NAME: ("nom du contact", (
        "nom de famille", "nom du referent", "nom du responsable",
    )),
    Role.FUNCTION: ("fonction", (
        "fonction", "role", "poste", "qualite", "titre", "fonction du contact",
    )),
    Role.EMAIL: ("courriel", (
        "mail", "email", "e mail", "courriel", "adresse mail", "adresse email", "adresse electronique",
        "mel", "mail contact", "courriel du contact", "email contact",
    )),
    Role.PHONE: ("téléphone", (
        "tel", "telephone", "tel fixe", "portable", "mobile", "numero de telephone", "n tel",
        "n de telephone", "tel portable", "telephone portable", "telephone fixe", "tel contact",
        "telephone contact",
    )),
    Role.NOTE: ("note", (
        "note", "notes", "remarque", "remarques", "commentaire", "commentaires", "observation",
        "observations",
    )),
    Role.TAGS: ("étiquettes", (
        "etiquette", "etiquettes", "tag", "tags", "mots cles", "mot cle", "categorie", "categories",
        "reseau", "reseaux", "groupe", "groupes", "thematique", "thematiques",
    )),
    Role.DECISION: ("décision", (
        "decision", "inclure", "exclure", "inclusion", "exclusion", "inclure exclure", "admettre ecarter",
        "ess", "est ess", "dans l ess", "a inclure", "a exclure", "admettre", "ecarter", "decision locale",
    )),
    Role.REASON: ("raison", (
        "raison", "motif", "justification", "pourquoi", "raison de la decision", "motif de la decision",
        "motif d exclusion",
    )),
}  # fmt: skip
_BY_HEADER = {header: role for role, (_label, headers) in _ROLES.items() for header in headers}
# « Nom » alone is the structure's name, unless another column already is; then it is the person's.
_NAME_ALONE = "nom"
# A column headed « exclure » says the opposite of one headed « inclure ».
NEGATIVE_HEADERS = frozenset({"exclure", "exclusion", "a exclure", "ecarter"})


@dataclass(frozen=True, slots=True)
class Columns:
    """The column report. `by_role`: index in the table; `ambiguous`: header → the roles or columns it quarrels with."""

    headers: tuple[str, ...]
    by_role: Mapping[Role, int]
    ignored: tuple[str, ...]
    ambiguous: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """What is kept with the import."""
        return {
            "recognised": {self.headers[index]: role.value for role, index in self.by_role.items()},
            "ignored": list(self.ignored),
            "ambiguous": dict(self.ambiguous),
        }

    def recognised(self) -> list[tuple[str, str]]:
        """(header of the file, what it was taken for), in file order."""
        return [
            (self.headers[index], role.label) for role, index in sorted(self.by_role.items(), key=lambda item: item[1])
        ]


def recognise(headers: Sequence[str]) -> Columns:
    """Tell what each column says. Two columns that say the same: the first counts, the other is called ambiguous.

    Raises NotContacts when no column can name a structure.
    """
    by_role: dict[Role, int] = {}
    ignored: list[str] = []
    ambiguous: dict[str, str] = {}
    alone: int | None = None
    for index, header in enumerate(headers):
        folded = plain_words(header)
        if folded == _NAME_ALONE:
            if alone is None:
                alone = index
            else:
                ambiguous[header] = "deux colonnes « nom » : la première est lue"
            continue
        role = _BY_HEADER.get(folded) or _BY_HEADER.get(folded.rstrip("s"))
        if role is None:
            ignored.append(header)
        elif role in by_role:
            ambiguous[header] = f"dit aussi « {role.label} » : c’est « {headers[by_role[role]]} » qui est lue"
        else:
            by_role[role] = index
    if alone is not None:
        person = Role.NAME in by_role or (
            Role.FIRST_NAME in by_role and by_role.keys() & {Role.SIRET, Role.SIREN, Role.RNA}
        )
        by_role.setdefault(Role.LAST_NAME if person else Role.NAME, alone)
    if not by_role.keys() & {Role.NAME, Role.SIRET, Role.SIREN, Role.RNA}:
        named = [f"« {header[:40]} »" for header in headers if header.strip()]
        more = f" et {len(named) - MOST_NAMED} autres" if len(named) > MOST_NAMED else ""
        found = (", ".join(named[:MOST_NAMED]) or "aucune") + more
        raise NotContacts(
            "Aucune colonne ne dit de quelle structure il s’agit : il en faut une nommée « structure », « SIRET », "
            f"« SIREN » ou « RNA ». Colonnes lues : {found}."
        )
    return Columns(tuple(headers), by_role, tuple(ignored), ambiguous)
