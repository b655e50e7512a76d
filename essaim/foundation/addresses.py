"""An address typed by a visitor: what cannot be one is said in words."""

from __future__ import annotations

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254
"""Characters: the longest path that SMTP carries, without its brackets (RFC 5321, 4.5.3.1.3)."""
_IN_LINKS = "?&%"
"""Allowed by the standard, used by nobody, and each would add a recipient to a `mailto:` link (RFC 6068)."""
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})", re.IGNORECASE)
"""A name that the whole network knows: no machine of the house (`localhost`), no number in brackets."""


def clean_address(text: str) -> str:
    """Return the address without spaces around, in small letters. Raises ValidationError, in French, on anything else.

    Letters that only look like Latin ones (« а » of the Cyrillic alphabet) are refused: the message would go to
    somebody else, or to nobody. So are accents: almost no mail server takes them.
    """
    address = text.strip()
    if len(address) > LONGEST:
        raise ValidationError(f"Cette adresse est trop longue : {LONGEST} caractères au plus.")
    for letter in address:
        if letter.isascii() and letter.isprintable() and letter not in _IN_LINKS:
            continue
        if letter in _IN_LINKS:
            raise ValidationError(f"Une adresse électronique ne contient pas de « {letter} » : vérifiez-la.")
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
    if not _DOMAIN.fullmatch(address.rpartition("@")[2]):
        raise ValidationError("La fin de cette adresse n’est pas un nom de domaine : nom@exemple.fr, par exemple.")
    return address.lower()
