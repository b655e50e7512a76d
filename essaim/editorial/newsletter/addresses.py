"""An address typed by a visitor: what looks like a slip of the finger is asked again."""

from __future__ import annotations

COMMON = (
    "gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "hotmail.com", "hotmail.fr",
    "outlook.com", "outlook.fr", "live.fr", "yahoo.fr", "yahoo.com", "icloud.com", "bbox.fr", "neuf.fr",
    "protonmail.com", "univ-poitiers.fr",
)  # fmt: skip
"""Where most French visitors have their box."""


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
