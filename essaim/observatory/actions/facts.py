"""Figures said by others, with their citation: announced by the authority, or cited because their file is not here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.journal import Author
from essaim.observatory.enums import FactRole, Field, Measure
from essaim.observatory.indicators import Indicator, Unit, UnknownIndicator, indicator
from essaim.observatory.models import FIRST_YEAR, PublishedFact
from essaim.observatory.territory import Territory

LARGEST = Decimal(10) ** 15
WRITTEN = {FactRole.ANNOUNCED: "chiffre annoncé", FactRole.CITED: "chiffre cité"}
"""What the journal says of a new figure."""
HUNDRED, CENT = Decimal(100), Decimal("0.01")
_TOLD = (
    "role", "indicator", "level", "code", "year", "field", "value", "wording", "source_title", "source_url", "said_on",
    "file_to_load",
)  # fmt: skip
_LENGTHS = {"wording": 200, "source_title": 300, "source_url": 500, "file_to_load": 200}


class FactRefused(ValueError):
    """The figure cannot be kept; the message says why, in French, and `about` names the field at fault, if one is."""

    def __init__(self, message: str, about: str | None = None) -> None:
        super().__init__(message)
        self.about = about


def save_fact(
    *,
    role: str,
    key: str,
    territory: Territory,
    year: int,
    value: Decimal,
    source_title: str,
    by: Author,
    field: str = "",
    wording: str = "",
    source_url: str = "",
    said_on: date | None = None,
    file_to_load: str = "",
    fact: PublishedFact | None = None,
) -> PublishedFact:
    """Write down a figure of somebody else's, or change it. The same again: nothing happens. Raises FactRefused."""
    texts = {
        "wording": " ".join(wording.split()),
        "source_title": " ".join(source_title.split()),
        "source_url": source_url.strip(),
        "file_to_load": " ".join(file_to_load.split()),
    }
    _check_what(role, key, year, field)
    _check_value(value, indicator(key))
    _check_source(texts, said_on)
    values: dict[str, object] = {
        "role": role, "indicator": key, "level": territory.level.value, "code": territory.code, "year": year,
        "field": field, "value": value.quantize(CENT), "said_on": said_on, **texts,
    }  # fmt: skip
    try:
        with transaction.atomic():
            row = PublishedFact()
            if fact is not None:
                found = PublishedFact.objects.select_for_update().filter(pk=fact.pk).first()
                if found is None:
                    raise FactRefused("Ce chiffre vient d’être supprimé.")
                row = found
            same = {name: values[name] for name in ("role", "indicator", "level", "code", "year", "field")}
            if PublishedFact.objects.select_for_update().filter(**same).exclude(pk=row.pk).exists():
                raise FactRefused("Un chiffre est déjà donné pour cet indicateur, ce territoire et cette année.")
            before = None if fact is None else _told(row)
            for name, written in values.items():
                setattr(row, name, written)
            if before == _told(row):
                return row
            row.written_by, row.written_at = journal.label_of(by)[:200], timezone.now()
            row.save()
            verb = WRITTEN[FactRole(role)] if before is None else f"{WRITTEN[FactRole(role)]} modifié"
            after = _told(row)
            told = (None, after) if before is None else journal.changes(before, after)
            journal.record(by=by, verb=verb, obj=row, before=told[0], after=told[1])
    except IntegrityError as error:
        raise FactRefused("Ce chiffre vient d’être saisi par quelqu’un d’autre : modifiez-le.") from error
    return row


def delete_fact(*, fact: PublishedFact, by: Author) -> None:
    """Take a figure away; the journal keeps it. Already gone: nothing happens."""
    with transaction.atomic():
        row = PublishedFact.objects.select_for_update().filter(pk=fact.pk).first()
        if row is None:
            return
        journal.record(by=by, verb="chiffre supprimé", obj=row, before=_told(row))
        row.delete()


def _check_what(role: str, key: str, year: int, field: str) -> None:
    if role not in FactRole.values:
        raise FactRefused("Dites si ce chiffre est annoncé ou cité.", "role")
    if field and field not in Field.values:
        raise FactRefused("Choisissez ce que le chiffre compte.", "field")
    this_year = timezone.localdate().year
    if not FIRST_YEAR <= year <= this_year:
        raise FactRefused(f"L’année du chiffre va de {FIRST_YEAR} à {this_year}.", "year")
    try:
        indicator(key)
    except UnknownIndicator as error:
        raise FactRefused("Choisissez l’indicateur.", "indicator") from error


def _check_value(value: Decimal, about: Indicator) -> None:
    unit, wrong = about.unit, ""
    if not value.is_finite() or value < 0:
        wrong = "Le chiffre ne peut pas être négatif."
    elif unit == Unit.PERCENT and value > HUNDRED:
        wrong = "Un pourcentage ne dépasse pas 100."
    elif unit == Unit.COUNT and about.numerator.measure != Measure.FTE and value != value.to_integral_value():
        wrong = "On compte des établissements ou des emplois entiers, sans virgule."
    elif value >= LARGEST:
        wrong = "Ce chiffre est trop grand pour être vrai."
    elif value != value.quantize(CENT):
        wrong = "Deux chiffres après la virgule, au plus."
    if wrong:
        raise FactRefused(wrong, "value")


def _check_source(texts: dict[str, str], said_on: date | None) -> None:
    if not texts["source_title"]:
        raise FactRefused("Un chiffre ne se montre jamais sans sa source : dites qui le publie.", "source_title")
    for name, longest in _LENGTHS.items():
        if len(texts[name]) > longest:
            raise FactRefused(f"{longest} caractères au plus.", name)
    if texts["source_url"] and not _is_web(texts["source_url"]):
        raise FactRefused(
            "L’adresse de la source commence par http:// ou https://, sans nom ni mot de passe.", "source_url"
        )
    if said_on is not None and said_on > timezone.localdate():
        raise FactRefused("Cette date n’est pas encore venue.", "said_on")


def _is_web(address: str) -> bool:
    """Whether it is the address of a web page, for everyone: a name or a password in it would be shown to all."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if any(sign.isspace() for sign in address) or "@" in parts.netloc:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _told(row: PublishedFact) -> dict[str, object]:
    return {name: _plain(getattr(row, name)) for name in _TOLD}


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value
