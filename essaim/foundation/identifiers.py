"""SIREN, SIRET and RNA numbers: clean what people and spreadsheets make of them. Pure Python, no Django.

A SIREN has nine digits, a SIRET fourteen (SIREN + NIC), both end with a Luhn key (décret n° 97-497, articles 1 and 2;
INSEE, « numéro Siren »). La Poste is the known exception: beside its head office, the digits of its SIRET add up to a
multiple of five. An RNA number is « W », two signs for the prefecture (« 86 », « 2A », « 9R ») and seven digits.
"""

import re

from stdnum import luhn

LA_POSTE = "356000000"
FICTITIOUS_PREFIX = "999"
RNA_SHAPE = "W[0-9][0-9A-Z][0-9]{7}"
"""What an RNA number looks like, as a pattern: Corsica and overseas have a letter (« W2A1000123 », « W9R1000123 »)."""

# What people type between the digits: spaces of every kind, dots, dashes, and the invisible marks that copies carry.
_SEPARATORS = re.compile("[\\s.\\-\u2010-\u2015\u200b-\u200f\u2060\ufeff']+")
_DIGITS = re.compile(r"[0-9]+")
_RNA = re.compile(RNA_SHAPE)
_WHOLE_FLOAT = re.compile(r"([0-9]{1,14})(?:[.,]0*)?")
_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]+))?[eE]\+?([0-9]{1,2})")


class InvalidIdentifier(ValueError):
    """The text is not the identifier that was asked; the message says why, in French."""


def luhn_ok(digits: str) -> bool:
    """Whether a string of ASCII digits ends with a right key. A SIRET of La Poste may follow its own rule.

    Anything but digits, and the empty string, is False.
    """
    if not _DIGITS.fullmatch(digits):
        return False
    if len(digits) == 14 and digits.startswith(LA_POSTE) and sum(map(int, digits)) % 5 == 0:
        return True
    return bool(luhn.checksum(digits) == 0)


def clean_siren(text: str) -> str:
    """Return the nine digits of a SIREN typed with spaces or dots. Raises InvalidIdentifier."""
    return _clean(text, 9, "SIREN")


def clean_siret(text: str) -> str:
    """Return the fourteen digits of a SIRET typed with spaces or dots. Raises InvalidIdentifier."""
    return _clean(text, 14, "SIRET")


def _clean(text: str, length: int, name: str) -> str:
    digits = _SEPARATORS.sub("", text)
    if not digits:
        raise InvalidIdentifier(f"Le numéro {name} est vide.")
    if not _DIGITS.fullmatch(digits):
        raise InvalidIdentifier(f"Un numéro {name} ne contient que des chiffres.")
    if len(digits) != length:
        raise InvalidIdentifier(f"Un numéro {name} compte {length} chiffres : celui-ci en a {len(digits)}.")
    if not luhn_ok(digits):
        raise InvalidIdentifier(f"Ce numéro {name} contient une erreur de frappe : sa clé de contrôle est fausse.")
    return digits


def clean_rna(text: str) -> str:
    """Return an RNA number (« W863001234 ») in capitals without separators. Raises InvalidIdentifier."""
    code = _SEPARATORS.sub("", text).upper()
    if not code:
        raise InvalidIdentifier("Le numéro RNA est vide.")
    if not _RNA.fullmatch(code):
        raise InvalidIdentifier("Un numéro RNA commence par W, suivi de neuf caractères (exemple : W863001234).")
    return code


def siret_from_float(text: str) -> str:
    """Return the SIRET that a spreadsheet turned into a number (« 21860194600000.0 », « 5480546000017 »).

    Lost leading zeros come back only when the key proves them. The scientific notation is taken when it still carries
    every digit, and refused when some were rounded away. The key is not checked otherwise: a whole number of fourteen
    digits is returned as it stands. Raises InvalidIdentifier.
    """
    bare = _SEPARATORS_KEEP_DOT.sub("", text)
    whole = _WHOLE_FLOAT.fullmatch(bare)
    if whole:
        digits = whole[1]
    else:
        scientific = _SCIENTIFIC.fullmatch(bare)
        if not scientific:
            raise InvalidIdentifier("Ce texte n’est pas un numéro SIRET lu comme un nombre.")
        mantissa, exponent = scientific[1] + (scientific[2] or ""), int(scientific[3])
        digits = mantissa.ljust(exponent + 1, "0")
        # One final zero may be implied: a key is zero one time in ten. More is rounding.
        whole_number = exponent <= len(mantissa) <= exponent + 1 <= 14
        if not whole_number or not luhn_ok(digits.zfill(14)):
            raise InvalidIdentifier("Le tableur a arrondi ce SIRET : des chiffres sont perdus, ressaisissez-le.")
    if len(digits) == 14:
        return digits
    padded = digits.zfill(14)
    if len(digits) < 10 or not luhn_ok(padded):
        raise InvalidIdentifier(f"Un numéro SIRET compte 14 chiffres : celui-ci en a {len(digits)}.")
    return padded


_SEPARATORS_KEEP_DOT = re.compile("[\\s\u200b-\u200f\u2060\ufeff']+")


def fictitious_siren(n: int) -> str:
    """Return the n-th SIREN that is nobody's: 999, n on five digits, a right key. 0 ≤ n ≤ 99 999, else ValueError."""
    if not 0 <= n <= 99_999:
        raise ValueError(f"n doit être compris entre 0 et 99999, reçu {n}")
    head = f"{FICTITIOUS_PREFIX}{n:05d}"
    return head + str(luhn.calc_check_digit(head))
