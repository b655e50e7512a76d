"""What opens a card without signing in: the signed link of a message, the code of a letter. Neither is kept in clear.

A code counts eight letters among 23: 78 000 million of them. With the limit of tries of its page, years of trying find
none, even in a campaign of five thousand letters; the database holds its digest only, made with the site's secret.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac

from essaim.directory.actions.keys import ALPHABET

_SALT = "essaim.directory.campaign"
CODE_LENGTH = 8


def token_of(campaign: int, structure: int) -> str:
    """The signed half of a link: which campaign, which structure. The same for ever; its page tells how long."""
    return signing.Signer(salt=_SALT).sign_object([campaign, structure])


def read_token(token: str) -> tuple[int, int] | None:
    """The campaign and the structure of a link, or None when the site has not made it."""
    try:
        campaign, structure = signing.Signer(salt=_SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (campaign, structure) if isinstance(campaign, int) and isinstance(structure, int) else None


def link_to(name: str, campaign: int, structure: int) -> str:
    """A whole address for a message: `campaigns:<name>` with its token."""
    return settings.SITE_URL + reverse(f"campaigns:{name}", args=[token_of(campaign, structure)])


def new_code() -> str:
    """Eight letters without look-alikes, by chance alone."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def spoken_code(code: str) -> str:
    """« ACDE FGHJ »: as a letter prints it."""
    return f"{code[:4]} {code[4:]}"


def plain_code(typed: str) -> str:
    """What somebody typed, without spaces nor hyphens, in capitals; empty when it cannot be a code."""
    code = "".join(sign for sign in typed.upper() if not sign.isspace() and sign not in "-–.·")
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else ""


def digest_of_code(code: str) -> str:
    """What the database keeps of a code."""
    return salted_hmac(f"{_SALT}.code", code, algorithm="sha256").hexdigest()


def digest_of_address(email: str) -> str:
    """What the database keeps of an address that asked for silence."""
    return salted_hmac(f"{_SALT}.silence", email.strip().lower(), algorithm="sha256").hexdigest()
