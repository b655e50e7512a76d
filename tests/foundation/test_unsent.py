"""A mail server that is down, or refuses: nothing is lost, and somebody is told."""

from __future__ import annotations

import json
import os
import smtplib
import socket
import stat
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from essaim.directory.mails.reports import ReportReceived
from essaim.foundation import mails, unsent
from essaim.foundation.unsent import Unsent
from essaim.people.mails import PasswordReset
from tests.people.factories import PersonFactory

KIND = "essaim.people.mails.PasswordReset"
tried = []


class Server(EmailBackend):
    """A mail server that does as the test says: `failure(address)` returns what it raises, or None."""

    failure = staticmethod(lambda _to: None)

    def send_messages(self, messages):
        for message in messages:
            tried.append(message.to[0])
            error = self.failure(message.to[0])
            if error is not None:
                raise error
        return super().send_messages(messages)


def down(_to):
    return ConnectionRefusedError("127.0.0.1 refuse a@exemple.fr")


def refuses(address):
    return lambda to: smtplib.SMTPRecipientsRefused({to: (550, b"inconnu")}) if to == address else None


@pytest.fixture
def server(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    tried.clear()
    return lambda failure: monkeypatch.setattr(Server, "failure", staticmethod(failure))


@pytest.fixture
def send(django_capture_on_commit_callbacks):
    def act(person, *addresses):
        with django_capture_on_commit_callbacks(execute=True):
            mails.send(PasswordReset(person_id=person.pk), addresses)

    return act


def left():
    return [message.to[0] for message in mail.outbox]


def test_a_server_that_is_down_is_asked_once_and_loses_nothing(server, send, person, caplog):
    server(down)
    send(person, "a@exemple.fr", "b@exemple.fr", "c@exemple.fr")
    assert tried == ["a@exemple.fr"]
    assert [unsent.read(path) for path in unsent.paths()] == [
        Unsent(KIND, {"person_id": person.pk}, f"{name}@exemple.fr") for name in "abc"
    ]
    assert "3 message(s)" in caplog.text
    assert "exemple.fr" not in caplog.text
    server(lambda _to: None)
    assert mails.resend() == mails.Resent(sent=3, waiting=0, given_up=0)
    assert left() == ["a@exemple.fr", "b@exemple.fr", "c@exemple.fr"]
    assert mails.resend() == mails.Resent(sent=0, waiting=0, given_up=0)


def test_one_address_refused_keeps_no_other(server, send, person):
    server(refuses("a@exemple.fr"))
    send(person, "a@exemple.fr", "b@exemple.fr")
    assert left() == ["b@exemple.fr"]
    assert mails.resend() == mails.Resent(sent=0, waiting=1, given_up=0)


def test_what_waits_holds_no_link_and_is_nobody_elses(server, send, person):
    former = os.umask(0o022)
    try:
        server(down)
        send(person, "a@exemple.fr")
    finally:
        os.umask(former)
    (path,) = unsent.paths()
    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, path.parent)] == [0o600, 0o700]
    assert "connexion" not in path.read_text()


def test_a_round_stops_at_a_server_that_is_down_and_goes_on_after_the_rest(server, send, person, caplog):
    other = PersonFactory()
    server(down)
    send(other, "gone@exemple.fr")
    send(person, "a@exemple.fr", "b@exemple.fr")
    unsent.keep(Unsent("essaim.people.models.Person", {}, "odd@exemple.fr"))
    tried.clear()
    assert mails.resend() == mails.Resent(sent=0, waiting=4, given_up=0)
    assert tried == ["gone@exemple.fr"]
    server(refuses("a@exemple.fr"))
    type(other).objects.filter(pk=other.pk).delete()
    assert mails.resend() == mails.Resent(sent=1, waiting=2, given_up=1)
    assert left() == ["b@exemple.fr"]
    assert "Traceback" in caplog.text


def test_a_week_is_enough(server, send, person):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        server(down)
        send(person, "a@exemple.fr")
        clock.shift(unsent.GIVEN_UP_AFTER - 1)
        assert mails.resend() == mails.Resent(sent=0, waiting=1, given_up=0)
        clock.shift(2)
        assert mails.resend() == mails.Resent(sent=0, waiting=0, given_up=1)


def test_two_rounds_at_once_send_nothing_twice(server, send, person):
    server(down)
    send(person, "a@exemple.fr")
    server(lambda _to: None)
    with unsent.only_one():
        assert mails.resend() is None
        with pytest.raises(CommandError, match="autre renvoi"):
            call_command("mails", "resend")
    assert left() == []
    out = StringIO()
    call_command("mails", "resend", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"sent": 1, "waiting": 0, "given_up": 0}
    call_command("mails", "resend", stdout=out)
    assert "0 en attente" in out.getvalue()


def test_a_real_server_that_answers_nothing(settings, send, person):
    """Django's own SMTP door, towards a port where nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = sock.getsockname()
        send(person, "a@exemple.fr")
    assert len(unsent.paths()) == 1


def checks(client):
    answer = client.get("/sante/")
    return answer.json()["controles"]


def test_health_tells_what_has_not_left(client, server, send, person):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        assert checks(client)["messages"] == "ok"
        server(down)
        send(person, "a@exemple.fr")
        assert checks(client)["messages"] == "1 en attente"
        clock.shift(3601)
        assert checks(client)["messages"] == "en panne"
        mails.resend()
        assert checks(client)["messages"] == "en panne"
        server(lambda _to: None)
        mails.resend()
        assert checks(client)["messages"] == "ok"


def test_health_tells_a_queue_without_worker(client, db):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        task = mails.deliver.module_path
        waiting = {"args": [ReportReceived.__qualname__, {}, []], "kwargs": {}}
        DBTaskResult.objects.create(
            args_kwargs=waiting, task_path=task, backend_name="default", run_after=get_date_max()
        )
        assert checks(client)["taches"] == "ok"
        clock.shift(16 * 60)
        assert checks(client)["taches"] == "en panne"
        DBTaskResult.objects.update(status="SUCCESSFUL", finished_at=timezone.now())
        assert checks(client)["taches"] == "ok"
