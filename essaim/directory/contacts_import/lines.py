"""What one line of the spreadsheet says, cleaned: numbers repaired, addresses and telephones judged in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from essaim.directory.contacts_import.columns import NEGATIVE_HEADERS, Columns, NotContacts, Role
from essaim.directory.enums import Decision
from essaim.foundation.identifiers import (
    InvalidIdentifier,
    clean_rna,
    clean_siren,
    clean_siret,
    luhn_ok,
    siret_from_float,
)
from essaim.foundation.search.text import plain_words
from essaim.foundation.spreadsheets import Table
from essaim.nomenclature.naf import all_naf, naf
from essaim.nomenclature.perimeter import Family

MOST_LINES = 5_000

_ADMIT = frozenset(("inclure", "inclus", "incluse", "admettre", "admis", "admise", "a inclure"))
_EXCLUDE = frozenset(("exclure", "exclu", "exclue", "ecarter", "ecarte", "ecartee", "a exclure"))
_YES = _ADMIT | {"oui", "o", "x", "1", "vrai", "true", "yes", "ok", "garder", "ess"}
_NO = _EXCLUDE | {"non", "n", "0", "faux", "false", "no", "retirer", "hors ess", "pas ess"}


@dataclass(slots=True)
class Line:
    """What one line of the file says, cleaned. `number` is the line's number in the file, the header being line 1."""

    number: int
    name: str = ""
    siret: str = ""
    siren: str = ""
    rna: str = ""
    commune: str = ""
    postcode: str = ""
    address: str = ""
    family: str = ""
    naf: str = ""
    contact: str = ""
    function: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    decision: str = ""
    reason: str = ""
    refusals: list[str] = field(default_factory=list)
    """What makes the whole line unusable."""
    remarks: list[str] = field(default_factory=list)
    """What was repaired, or left out of a line that is otherwise used."""

    @property
    def has_contact(self) -> bool:
        """Whether the line brings somebody to reach."""
        return bool(self.contact or self.email or self.phone)

    @property
    def brings(self) -> bool:
        """Whether the line brings anything."""
        return bool(self.has_contact or self.tags or self.decision or self.note)


def read_lines(table: Table, columns: Columns) -> list[Line]:
    """Clean every line that is not blank. Raises NotContacts when there are too many or none."""
    lines = [
        _read_line(number, cells, columns)
        for number, cells in enumerate(table.rows, start=2)
        if any(cell.strip() for cell in cells)
    ]
    if not lines:
        raise NotContacts("Le fichier n’a aucune ligne sous ses titres de colonnes.")
    if len(lines) > MOST_LINES:
        raise NotContacts(f"Le fichier a plus de {MOST_LINES} lignes : découpez-le.")
    return lines


def _read_line(number: int, cells: Sequence[str], columns: Columns) -> Line:
    def cell(role: Role) -> str:
        index = columns.by_role.get(role)
        return " ".join(cells[index].split()) if index is not None else ""

    line = Line(
        number,
        name=cell(Role.NAME)[:250],
        commune=cell(Role.COMMUNE),
        postcode=_postcode(cell(Role.POSTCODE)),
        address=cell(Role.ADDRESS)[:300],
        function=cell(Role.FUNCTION)[:150],
        note=cell(Role.NOTE),
        reason=cell(Role.REASON),
    )
    _read_identifiers(line, cell(Role.SIRET), cell(Role.SIREN), cell(Role.RNA))
    person = " ".join(part for part in (cell(Role.FIRST_NAME), cell(Role.LAST_NAME)) if part)
    if not person or (cell(Role.FIRST_NAME) and not cell(Role.LAST_NAME)):
        person = " ".join(part for part in (cell(Role.FIRST_NAME), cell(Role.CONTACT)) if part)
    line.contact = person[:150]
    line.email = _email(cell(Role.EMAIL), line)
    line.phone = _phone(cell(Role.PHONE), line)
    line.tags = _tags(cell(Role.TAGS))
    line.family = _family(cell(Role.FAMILY), line.name)
    index = columns.by_role.get(Role.DECISION)
    header = plain_words(columns.headers[index]) if index is not None else ""
    line.decision = _decision(cell(Role.DECISION), header, line)
    if line.decision == Decision.ADMIT:
        # A structure of the files has its official activity: only a new one takes the column's.
        line.naf = _activity(cell(Role.ACTIVITY), line)
    if line.decision and not line.reason:
        missing = "une décision s’accompagne de sa raison : remplissez la colonne « raison »"
        line.decision = ""
        (line.remarks if line.brings else line.refusals).append(missing)
    if not (line.name or line.siret or line.siren or line.rna) and not line.refusals:
        line.refusals.append("rien ne dit de quelle structure il s’agit")
    return line


def _read_identifiers(line: Line, siret: str, siren: str, rna: str) -> None:
    """Whatever the spreadsheet made of the numbers. A wrong one is told; the line may still be matched by another."""
    if siret:
        line.siret = _siret(siret, line)
    if siren:
        try:
            line.siren = clean_siren(_without_decimals(siren).zfill(9) if _without_decimals(siren).isdigit() else siren)
        except InvalidIdentifier as error:
            line.remarks.append(f"SIREN « {siren} » : {error}")
    if line.siret:
        if line.siren and line.siren != line.siret[:9]:
            line.remarks.append("le SIREN n’est pas celui du SIRET : le SIRET est suivi")
        line.siren = line.siret[:9]
    if rna:
        try:
            line.rna = clean_rna(rna)
        except InvalidIdentifier as error:
            line.remarks.append(f"RNA « {rna} » : {error}")


def _without_decimals(text: str) -> str:
    return re.sub(r"[.,]0*$", "", re.sub(r"\s", "", text))


def _siret(text: str, line: Line) -> str:
    try:
        return clean_siret(text)
    except InvalidIdentifier as first:
        try:
            repaired = siret_from_float(text)
        except InvalidIdentifier:
            bare = re.sub(r"\D", "", text)
            if len(bare) == 9 and luhn_ok(bare):
                line.remarks.append("le SIRET n’a que 9 chiffres : il est lu comme un SIREN")
                line.siren = bare
            else:
                line.remarks.append(f"SIRET « {text} » : {first}")
            return ""
        if not luhn_ok(repaired):
            line.remarks.append(f"SIRET « {text} » : {first}")
            return ""
        line.remarks.append(f"SIRET réparé : le tableur l’avait écrit « {text} »")
        return repaired


def _postcode(text: str) -> str:
    digits = _without_decimals(text)
    return digits.zfill(5) if digits.isdigit() and 4 <= len(digits) <= 5 else ""


def _email(text: str, line: Line) -> str:
    """The first usable address of the cell."""
    if not text:
        return ""
    for part in re.split(r"[;,\s]+", text.replace("mailto:", "")):
        if "@" not in part:
            continue
        try:
            validate_email(part)
        except ValidationError:
            continue
        if part.strip() != text.strip():
            line.remarks.append(f"un seul courriel est gardé : « {part} »")
        return part.lower()
    line.remarks.append(f"courriel « {text} » refusé : ce n’est pas une adresse électronique")
    return ""


def _phone(text: str, line: Line) -> str:
    """International form (« +33549000000 »), the first usable number of the cell."""
    if not text:
        return ""
    for part in re.split(r"[;/|]| ou ", text):
        digits = re.sub(r"\D", "", _without_decimals(part))
        # A spreadsheet that took the number for a number lost its first zero.
        candidate = f"0{digits}" if len(digits) == 9 and digits[0] in "123456789" else part
        try:
            number = phonenumbers.parse(candidate, "FR")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number) and phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    line.remarks.append(f"téléphone « {text} » refusé : ce n’est pas un numéro valide")
    return ""


def _tags(text: str) -> tuple[str, ...]:
    parts = (" ".join(part.split())[:60] for part in re.split(r"[;,|/]", text))
    by_fold: dict[str, str] = {}
    for part in parts:
        if part:
            by_fold.setdefault(part.casefold(), part)
    return tuple(by_fold.values())


_FAMILY_WORDS = (
    (Family.COOPERATIVE, ("scop", "scic", "cooperative", "cooperatif", "cae", "cuma", "coop")),
    (Family.MUTUAL, ("mutuelle", "mutuelles", "mutualite")),
    (Family.FOUNDATION, ("fondation", "fondations")),
    (Family.COMPANY, ("sarl", "sas", "sasu", "eurl", "sa", "societe", "entreprise", "societes")),
    (Family.ASSOCIATION, ("association", "associations", "asso", "associatif", "loi 1901")),
)


def _family(*texts: str) -> str:
    """The family that the words tell, else an association: nine ESS structures in ten are one."""
    for text in texts:
        words = set(plain_words(text).split())
        for family, hints in _FAMILY_WORDS:
            if words & set(hints):
                return family.value
    return Family.ASSOCIATION.value


@lru_cache(maxsize=1)
def _activities() -> Mapping[str, str]:
    """Folded plain and official labels → code."""
    return {plain_words(label): item.code for item in all_naf() for label in (item.label, item.plain)}


def _activity(text: str, line: Line) -> str:
    """The code of an activity written as its code or its label."""
    known = naf(text)
    code = known.code if known else _activities().get(plain_words(text), "")
    if text and not code:
        line.remarks.append(f"activité « {text} » inconnue : écrivez un code NAF (« 47.79Z ») ou son libellé")
    return code


def _decision(text: str, header: str, line: Line) -> str:
    """A value of `Decision`, or nothing. The header turns a « oui » round when it asks « exclure ? »."""
    said = plain_words(text)
    if not said:
        return ""
    explicit = _ADMIT | _EXCLUDE
    if said in _YES or said in _NO:
        positive = said in _YES
        if said not in explicit and header in NEGATIVE_HEADERS:
            # « exclure ? non » keeps things as they are: it decides nothing.
            return Decision.EXCLUDE if positive else ""
        if said not in explicit and not positive and header in {"inclure", "inclusion", "a inclure", "admettre"}:
            return ""
        return Decision.ADMIT if positive else Decision.EXCLUDE
    line.remarks.append(f"décision « {text} » incomprise : écrivez « inclure » ou « exclure »")
    return ""
