"""How tests come in by the door: the code and the link of the message, the code of the application."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.urls import reverse

from tests.people.factories import TOTP_SECRET


def totp(secret=TOTP_SECRET, *, steps=0):
    """What the application shows now; `steps=1`: the code after."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def give_totp(client, **more):
    """Answer the second question of the door."""
    return client.post(reverse("mfa_authenticate"), {"code": totp(), **more})


def ask(client, address, **more):
    """Write an address at the door; return the answer. Messages wait in `mail.outbox`."""
    return client.post(reverse("entry_ask"), {"email": address, **more})


def code_in(message):
    """The code of that message, as written."""
    found = re.search(r"^ {4}([A-Z0-9]{3} [A-Z0-9]{3})$", message.body, re.MULTILINE)
    assert found, message.body
    return found[1]


def link_in(message):
    """The path of the link of that message."""
    found = re.search(r"https?://[^/\s]+(/connexion/lien/\S+)", message.body)
    assert found, message.body
    return found[1]


def type_code(client, code, **more):
    """Type a code."""
    return client.post(reverse("entry_code"), {"code": code, **more})


def come_in(client, address, **more):
    """The whole way by code; return the last answer."""
    ask(client, address, **more)
    return type_code(client, code_in(mail.outbox[-1]))
