"""The code and the link of a request to come in: worked out from its seed and the installation's secret, never kept."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.core import signing

from essaim.people.models import EntryCode

LETTERS = "BCDFGHJKMNPQRTVWXZ346789"
"""No vowel, so that no word comes out; nothing that is read for something else (0 and O, 1 and I, 5 and S, 2 and Z)."""
LENGTH = 6
_LINK_SALT = "essaim.people.entry.link"


def code_of(entry: EntryCode) -> str:
    """Return the code that the message holds."""
    said = f"essaim.people.entry.code:{entry.pk}:{entry.seed}".encode()
    number = int.from_bytes(hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        number, rank = divmod(number, len(LETTERS))
        letters.append(LETTERS[rank])
    return "".join(letters)


def same_code(typed: str, entry: EntryCode) -> bool:
    """Whether that is the code, whatever the case, the spaces and the hyphens."""
    plain = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    return hmac.compare_digest(plain, code_of(entry))


def link_token(entry: EntryCode) -> str:
    """Return what the address of the link holds."""
    return signing.dumps([entry.pk, entry.seed], salt=_LINK_SALT)


def entry_of(token: str) -> EntryCode | None:
    """Return the request that a link speaks of while it is still good, else None."""
    try:
        pk, seed = signing.loads(token, salt=_LINK_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = EntryCode.objects.filter(pk=pk, seed=seed).first()
    return found if found is not None and found.is_good else None
