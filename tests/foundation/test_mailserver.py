"""One address tells the mail server; a wrong one stops the start in words, without showing the password."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.mailserver import MailServer, UnreadableMailUrl, mail_server
from tests.support import ROOT


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp+tls://ess:secret@mail.exemple.fr:587", ("mail.exemple.fr", 587, "ess", "secret", True, False)),
        ("smtp+tls://ess:secret@mail.exemple.fr", ("mail.exemple.fr", 587, "ess", "secret", True, False)),
        ("smtps://ess:secret@mail.exemple.fr/", ("mail.exemple.fr", 465, "ess", "secret", False, True)),
        ("smtp://127.0.0.1:1025", ("127.0.0.1", 1025, "", "", False, False)),
        ("smtp://[::1]", ("::1", 25, "", "", False, False)),
        ("smtps://ess%40exemple.fr:p%3A%2F%40%C3%A9@m.fr", ("m.fr", 465, "ess@exemple.fr", "p:/@é", False, True)),
        ("  SMTPS://a:b@M.FR \n", ("m.fr", 465, "a", "b", False, True)),
    ],
)
def test_the_three_forms(url, wanted):
    assert mail_server(url) == MailServer(*wanted)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "commencer par"),
        ("mail.exemple.fr", "commencer par"),
        ("mail.exemple.fr:587", "commencer par"),
        ("https://mail.exemple.fr", "commencer par"),
        ("smtp://", "manque le nom"),
        ("smtp://:25", "manque le nom"),
        ("smtp://m.fr:port", "illisible"),
        ("smtp://m.fr:70000", "illisible"),
        ("smtp://m.fr:0", "illisible"),
        ("smtp://[::1", "illisible"),
        ("smtp://m.fr/dossier", "rien ne doit suivre"),
        ("smtp://m.fr?tls=1", "rien ne doit suivre"),
        ("smtp+tls://hushhush@m.fr", "vont ensemble"),
        ("smtp+tls://:hushhush@m.fr", "vont ensemble"),
        ("smtp+tls://a:hush#hush@m.fr", "illisible"),
        ("smtp+tls://a:hush hush@m.fr", "espace"),
        ("smtp+tls://a:hush\x00hush@m.fr", "invisible"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(url, why):
    with pytest.raises(UnreadableMailUrl, match=why) as refusal:
        mail_server(url)
    assert "hush" not in str(refusal.value)
    assert "smtp+tls://utilisateur" in str(refusal.value)


def test_the_password_is_not_shown():
    assert "secret" not in repr(mail_server("smtps://ess:secret@m.fr"))


CHARACTERS = st.characters(exclude_categories=["Cs"])


@given(st.text(CHARACTERS, min_size=1), st.text(CHARACTERS, min_size=1))
def test_any_user_and_password_pass_once_encoded(user, password):
    server = mail_server(f"smtp+tls://{quote(user, safe='')}:{quote(password, safe='')}@m.fr")
    assert (server.user, server.password) == (user, password)


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        assert mail_server(text).host
    except UnreadableMailUrl as refusal:
        assert "ESSAIM_EMAIL_URL" in str(refusal)


NAMES = "BACKEND HOST PORT HOST_USER HOST_PASSWORD USE_TLS USE_SSL".split()
READ = f"""
import json
from django.conf import settings
print(json.dumps([getattr(settings, f"EMAIL_{{name}}") for name in {NAMES}]))
"""


def settings_with(tmp_path, **given):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ESSAIM_EMAIL")}
    environment |= {"ESSAIM_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "essaim.site.settings"} | given
    return subprocess.run(
        [sys.executable, "-c", READ], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_settings_follow_it(tmp_path):
    done = settings_with(tmp_path, ESSAIM_EMAIL_URL="smtp+tls://ess:secret@mail.exemple.fr")
    backend = "django.core.mail.backends.smtp.EmailBackend"
    assert json.loads(done.stdout) == [backend, "mail.exemple.fr", 587, "ess", "secret", True, False]


def test_without_it_messages_stay_in_the_outbox(tmp_path):
    assert "filebased" in json.loads(settings_with(tmp_path).stdout)[0]


def test_a_wrong_one_stops_the_start_in_words(tmp_path):
    done = settings_with(tmp_path, ESSAIM_EMAIL_URL="mail.exemple.fr")
    assert done.returncode != 0
    assert "ESSAIM_EMAIL_URL : l’adresse doit commencer par" in done.stderr
