"""How the second factor behaves here: secrets that the database alone does not tell, and plain words."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

from essaim.foundation.territories import home
from essaim.people.models import Person
from essaim.people.second_factor import needs_second_factor

_SEALED = "essaim:"
"""Stands before what is encrypted: what was kept in clear, before or by another tool, is still read."""


def _box() -> MultiFernet:
    """Encrypts with today's secret, reads what former ones wrote (SECRET_KEY_FALLBACKS)."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(b"essaim.people.mfa:" + force_bytes(secret)).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second factors, with our secret, our words and our rule for officers."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": (
            "Votre compte a besoin d’une double vérification : ajoutez-en une autre avant de retirer celle-ci."
        ),
        "cannot_generate_recovery_codes": (
            "Les codes de secours accompagnent une double vérification : mettez-en une en place d’abord."
        ),
        "incorrect_code": "Ce n’est pas le bon code. Celui de l’application change toutes les trente secondes.",
    }

    def get_totp_issuer(self) -> str:
        """What the application shows beside the code."""
        return f"{home().site_name}, {home().short_name}".strip(", ")

    def _get_site_name(self) -> str:
        return str(home().site_name)

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is kept."""
        return _SEALED + _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it. Raises InvalidToken when the installation's secret is not the one that sealed it."""
        if not encrypted_text.startswith(_SEALED):
            return encrypted_text
        return _box().decrypt(encrypted_text.removeprefix(_SEALED)).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last factor of whoever must have one stays."""
        return not is_last_needed(authenticator)

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        """A first name for a key, that its owner changes."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Ma clé" if not count else f"Ma clé n° {count + 1}"


def is_last_needed(authenticator: Authenticator) -> bool:
    """Whether taking this factor away would leave without any somebody who must have one."""
    if not needs_second_factor(authenticator.user):
        return False
    others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
    return not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
