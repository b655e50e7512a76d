"""An address typed by a visitor: what cannot be one is said in words, what looks like a slip of the finger too."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254
"""Characters: the longest path that SMTP carries, without its brackets (RFC 5321, 4.5.3.1.3)."""

COMMON = (
    "gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "hotmail.com", "hotmail.fr",
    "outlook.com", "outlook.fr", "live.fr", "yahoo.fr", "yahoo.com", "icloud.com", "bbox.fr", "neuf.fr",
    "protonmail.com", "univ-poitiers.fr",
)  # fmt: skip
"""Where most French visitors have their box."""


def clean_address(text: str) -> str:
    """Return the address without spaces around, in small letters. Raises ValidationError, in French, on anything else.

    Letters that only look like Latin ones (« а » of the Cyrillic alphabet) are refused: the message would go to
    somebody else, or to nobody. So are accents: almost no mail server takes them.
    """
    address = text.strip()
    if len(address) > LONGEST:
        raise ValidationError(f"Cette adresse est trop longue : {LONGEST} caractères au plus.")
    for letter in address:
        if letter.isascii() and letter.isprintable():
            continue
        if not letter.isprintable():
            raise ValidationError("Cette adresse contient un caractère invisible : tapez-la au lieu de la coller.")
        if unicodedata.normalize("NFD", letter)[0].isascii():
            raise ValidationError(f"Une adresse électronique s’écrit sans accent : « {letter} » ne passe pas.")
        raise ValidationError(
            f"« {letter} » n’est pas une lettre latine, même si elle y ressemble : tapez l’adresse au clavier."
        )
    if "@" not in address:
        raise ValidationError("Il manque le « @ » : une adresse s’écrit comme nom@exemple.fr.")
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError("Cette adresse est incomplète ou mal écrite : nom@exemple.fr, par exemple.") from None
    return address.lower()


def one_slip_apart(one: str, other: str) -> bool:
    """Tell whether one letter missing, added, changed, or two neighbours swapped make one text of the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((index for index, letter in enumerate(short) if letter != long[index]), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    swapped = at + 1 < len(short) and short[at : at + 2] == long[at : at + 2][::-1]
    return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])


def meant(address: str) -> str:
    """Return the address that was probably meant (« gmial.com » → « gmail.com »), or the empty string."""
    name, _, domain = address.rpartition("@")
    if domain in COMMON:
        return ""
    near = next((common for common in COMMON if one_slip_apart(domain, common)), "")
    return f"{name}@{near}" if near else ""
