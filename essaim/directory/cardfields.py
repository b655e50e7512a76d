"""The fields of a card: what each may hold. One cleaning for every door: space, team, public, campaign, import.

`clean(values)` gives what may be written; whatever cannot be is told by field, in French (`CardRefused`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from essaim.foundation.addresses import clean_address
from essaim.foundation.hours import InvalidHours, WeeklyHours
from essaim.foundation.plaintext import clean_line, clean_text
from essaim.nomenclature.publics import all_publics

LABELS = {
    "name": "Nom utilisé",
    "description": "Ce que fait la structure",
    "audiences": "Publics",
    "services": "Ce qu’elle propose",
    "places": "Lieux d’accueil",
    "hours": "Horaires d’ouverture",
    "phone": "Téléphone public",
    "email": "Courriel public",
    "website": "Site web",
    "links": "Autres liens",
    "keywords": "Mots pour la recherche",
    "easy_summary": "Résumé facile à lire",
}
FIELDS = tuple(LABELS)
REACH = ("phone", "email")
"""What reaches a person: often somebody's own. The journal says that it changed, never what it was."""

LONGEST_NAME, LONGEST_TEXT, LONGEST_EASY = 200, 4000, 3000
MOST_SERVICES, LONGEST_SERVICE = 20, 100
MOST_KEYWORDS, LONGEST_KEYWORD = 30, 60
MOST_PLACES, MOST_LINKS = 12, 10
PLACE_FIELDS = ("name", "address", "postcode", "city", "access", "hours")
"""A place where the public is welcome: its name, where it is, how to enter (« rampe à gauche »), when it is open."""


class CardRefused(ValueError):
    """The card cannot be kept; `errors` says what, by field, in French."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(" ".join(message for messages in errors.values() for message in messages))
        self.errors = dict(errors)


def clean(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the card keeps them. Raises CardRefused: an unknown field, a text too long, an odd address…"""
    errors: dict[str, list[str]] = {}
    kept: dict[str, Any] = {}
    for name, value in values.items():
        cleaner = _CLEANERS.get(name)
        if cleaner is None:
            errors[name] = ["Ce champ n’existe pas sur une fiche."]
            continue
        try:
            kept[name] = cleaner(value)
        except ValidationError as error:
            errors[name] = list(error.messages)
    if errors:
        raise CardRefused(errors)
    return kept


def clean_phone(text: str) -> str:
    """A number in its international form (E.164), or nothing. Raises ValidationError."""
    text = clean_line(text)
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException as error:
        raise ValidationError("Ce n’est pas un numéro de téléphone.") from error
    # A length that can be one: the plan of numbers grows faster than any library (and fiction has ranges of its own).
    if not phonenumbers.is_possible_number(number):
        raise ValidationError("Ce numéro de téléphone n’est pas valide.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def clean_web(text: str) -> str:
    """An address of the web (http, https), completed when its beginning is missing, or nothing."""
    text = clean_line(text)
    if not text:
        return ""
    address = text if "://" in text else f"https://{text}"
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError:
        raise ValidationError("Ce n’est pas une adresse de site : https://exemple.fr, par exemple.") from None
    if len(address) > 200 or urlsplit(address).username is not None:
        raise ValidationError("Cette adresse de site est trop longue ou contient un mot de passe.")
    return address


def _line(longest: int) -> Callable[[Any], str]:
    def cleaned(value: Any) -> str:
        text = clean_line(_text(value))
        if len(text) > longest:
            raise ValidationError(f"{longest} caractères au plus : il y en a {len(text)}.")
        return text

    return cleaned


def _paragraphs(longest: int) -> Callable[[Any], str]:
    def cleaned(value: Any) -> str:
        text = clean_text(_text(value))
        if len(text) > longest:
            raise ValidationError(f"{longest} caractères au plus : il y en a {len(text)}.")
        return text

    return cleaned


def _lines(most: int, longest: int) -> Callable[[Any], list[str]]:
    one = _line(longest)

    def cleaned(value: Any) -> list[str]:
        if not isinstance(value, list | tuple):
            raise ValidationError("Une liste est attendue.")
        texts = list(dict.fromkeys(text for item in value if (text := one(item))))
        if len(texts) > most:
            raise ValidationError(f"{most} au plus : il y en a {len(texts)}.")
        return texts

    return cleaned


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError("Un texte est attendu.")
    return value


def _email(value: Any) -> str:
    text = clean_line(_text(value))
    return clean_address(text) if text else ""


def _hours(value: Any) -> dict[str, Any]:
    try:
        return WeeklyHours.from_json(value).to_json() if value else {}
    except InvalidHours as error:
        raise ValidationError(list(error.problems)) from error


def _audiences(value: Any) -> list[str]:
    known = [public.key for public in all_publics()]
    asked = set(_lines(len(known), 40)(value))
    if asked - set(known):
        raise ValidationError("Choisissez des publics de la liste.")
    return [key for key in known if key in asked]


def _rows(value: Any, most: int) -> list[dict[str, Any]]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, dict) for row in value):
        raise ValidationError("Une liste est attendue.")
    rows = [dict(row) for row in value if any(row.values())]
    if len(rows) > most:
        raise ValidationError(f"{most} au plus : il y en a {len(rows)}.")
    return rows


def _places(value: Any) -> list[dict[str, Any]]:
    kept = []
    for row in _rows(value, MOST_PLACES):
        if row.keys() - set(PLACE_FIELDS):
            raise ValidationError("Ce lieu contient un champ inconnu.")
        place = {name: _line(300)(row.get(name, "")) for name in PLACE_FIELDS if name != "hours"}
        if place["postcode"] and not (place["postcode"].isascii() and place["postcode"].isdecimal()):
            raise ValidationError("Un code postal compte 5 chiffres.")
        if len(place["postcode"]) not in (0, 5):
            raise ValidationError("Un code postal compte 5 chiffres.")
        if not (place["name"] or place["address"]):
            raise ValidationError("Donnez le nom ou l’adresse de chaque lieu.")
        kept.append({**place, "hours": _hours(row.get("hours") or {})})
    return kept


def _links(value: Any) -> list[dict[str, str]]:
    kept = []
    for row in _rows(value, MOST_LINKS):
        if row.keys() - {"label", "url"}:
            raise ValidationError("Ce lien contient un champ inconnu.")
        url = clean_web(_text(row.get("url", "")))
        if not url:
            raise ValidationError("Donnez l’adresse de chaque lien.")
        kept.append({"label": _line(80)(row.get("label", "")) or urlsplit(url).netloc.removeprefix("www."), "url": url})
    return kept


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "name": _line(LONGEST_NAME),
    "description": _paragraphs(LONGEST_TEXT),
    "audiences": _audiences,
    "services": _lines(MOST_SERVICES, LONGEST_SERVICE),
    "places": _places,
    "hours": _hours,
    "phone": lambda value: clean_phone(_text(value)),
    "email": _email,
    "website": lambda value: clean_web(_text(value)),
    "links": _links,
    "keywords": _lines(MOST_KEYWORDS, LONGEST_KEYWORD),
    "easy_summary": _paragraphs(LONGEST_EASY),
}
