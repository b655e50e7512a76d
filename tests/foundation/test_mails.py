from __future__ import annotations

from dataclasses import dataclass
from email import message_from_string
from importlib import import_module
from typing import ClassVar

import pytest
from django.core import mail
from django.core.mail import BadHeaderError
from django.db import transaction

from essaim.foundation import mails, unsent
from essaim.foundation.mails import Mail
from tests.support import ROOT


def every_kind():
    """Every notification of the house that stands on its own."""
    for path in sorted((ROOT / "essaim").rglob("mails.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    found, left = [], [Mail]
    while left:
        kind = left.pop()
        left += kind.__subclasses__()
        if "template" in vars(kind) and kind.__module__.startswith("essaim"):
            found.append(kind)
    return sorted(found, key=lambda kind: kind.__qualname__)


@pytest.fixture
def templates(tmp_path, settings):
    """A message of this test, with its two templates."""
    (tmp_path / "note.txt").write_text(
        '{% extends "foundation/mails/base.txt" %}{% block body %}Bonjour {{ who }} {{ site_url }}{% endblock %}'
    )
    (tmp_path / "note.html").write_text(
        '{% extends "foundation/mails/base.html" %}{% block body %}<p>Bonjour {{ who }}</p>{% endblock %}'
    )
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]


@dataclass(frozen=True)
class Note(Mail):
    template: ClassVar[str] = "note"
    who: str

    def subject(self):
        return f"Bonjour {self.who}"

    def context(self):
        return {"who": self.who}


def test_the_house_has_messages():
    assert {"PasswordReset", "ReportReceived", "ReportAnswered"} <= {kind.__name__ for kind in every_kind()}


@pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__qualname__)
def test_every_message_reads_well_in_text_and_html(kind, territory):
    sample = kind.sample().render()
    assert sample.subject
    assert "\n" not in sample.subject
    for part in (sample.text, sample.html):
        assert territory.site_name in part
        assert "{{" not in part
        assert "{%" not in part
    assert "<" not in sample.text
    assert "&#x27;" not in sample.text
    assert 'lang="fr"' in sample.html
    assert "<img" not in sample.html, "rien n’appelle ailleurs, rien ne suit la lecture"


def test_one_message_each_in_both_forms(territory, templates, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert mails.send(Note(who="<Léa & co>"), ["a@exemple.fr", "b@exemple.fr", "A@exemple.fr"]) == 2
    assert [message.to for message in mail.outbox] == [["a@exemple.fr"], ["b@exemple.fr"]]
    message = mail.outbox[0]
    assert "Bonjour <Léa & co>" in message.body
    assert "&lt;Léa &amp; co&gt;" in message.alternatives[0].content
    assert message.reply_to == [territory.email]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_before_the_commit_nor_after_a_rollback(templates):
    with transaction.atomic():
        mails.send(Note(who="a"), "a@exemple.fr")
        assert mail.outbox == []
    assert len(mail.outbox) == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        mails.send(Note(who="b"), "a@exemple.fr")
        raise ZeroDivisionError
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("nobody", [[], "", ["", "  "], ["pas une adresse"], ["a@exemple.fr\nBcc: x@exemple.fr"]])
def test_nothing_leaves_to_nobody(db, templates, nobody, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert mails.send(Note(who="a"), nobody) == 0
    assert mail.outbox == []


def test_a_subject_cannot_add_headers(db, templates, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        mails.send(Note(who="Léa\r\nBcc: tous@exemple.fr\n\nTexte"), "a@exemple.fr")
    sent = message_from_string(mail.outbox[0].message().as_string())
    assert sent["Bcc"] is None
    assert mail.outbox[0].subject == "Bonjour Léa Bcc: tous@exemple.fr Texte"


def test_the_task_makes_messages_only(db):
    with pytest.raises(TypeError):
        mails.deliver.call("essaim.people.models.Person", {}, ["a@exemple.fr"])


@dataclass(frozen=True)
class Listed(Note):
    unsubscribe: str = "<https://exemple.fr/non/>"

    def headers(self):
        return {"List-Unsubscribe": self.unsubscribe, "Auto-Submitted": "no"}


def test_a_message_adds_headers_and_replaces_none_of_the_house(
    territory, templates, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mails.send(Listed(who="Léa"), "a@exemple.fr")
        mails.send(Note(who="Léa"), "b@exemple.fr")
    sent, plain = (message_from_string(message.message().as_string()) for message in mail.outbox)
    assert sent["List-Unsubscribe"] == "<https://exemple.fr/non/>"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert plain["List-Unsubscribe"] is None


def test_a_header_cannot_add_another(territory, templates):
    with pytest.raises(BadHeaderError):
        mails.write(Listed(who="Léa", unsubscribe="<x>\r\nBcc: tous@exemple.fr"), "a@exemple.fr")
    assert mail.outbox == []


def test_a_broken_sending_keeps_its_message_and_the_others_leave(territory, templates, monkeypatch):
    written = [mails.write(Note(who=who), f"{who}@exemple.fr") for who in ("a", "b", "c")]
    monkeypatch.setattr(written[1].message, "send", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mails.hand_over_each(written)
    assert [message.to for message in mail.outbox] == [["a@exemple.fr"], ["c@exemple.fr"]]
    assert [unsent.read(path).to for path in unsent.paths()] == ["b@exemple.fr"]
    assert mails.resend().sent == 1
