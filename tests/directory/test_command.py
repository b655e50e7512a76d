"""`essaim directory …`: the verbs that are not told by their own room of tests."""

from __future__ import annotations

import json
import os
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from essaim.directory.models import LocalDecision
from essaim.directory.queries import by_key
from essaim.directory.search.index import searcher
from essaim.foundation import uploads
from essaim.foundation.search import Request
from tests.directory.factories import in_poitiers, siren

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = StringIO()
    call_command("directory", *arguments, stdout=out)
    return out.getvalue()


def test_decide():
    structure = in_poitiers("Le syndicat", siren=siren(1))
    told = json.loads(run("decide", structure.key, "ecarter", "--reason", "Pas de l’ESS", "--json"))
    assert told == {"command": "directory decide", "key": structure.key, "decision": "exclude"}
    decision = LocalDecision.objects.get()
    assert (decision.by, decision.by_label) == (None, "commande directory decide")
    with pytest.raises(CommandError, match="raison"):
        run("decide", structure.key, "admettre", "--reason", " ")
    with pytest.raises(CommandError, match="« 123 »"):
        run("decide", "123", "admettre", "--reason", "r")
    with pytest.raises(CommandError, match="reason"):
        run("decide", structure.key, "admettre")


def test_merge_and_obtain_siren():
    alone, bearer = in_poitiers("A", siren=None, rna="W862000001"), in_poitiers("B", siren=siren(2))
    assert "réunie" in run("merge", alone.key, bearer.key, "--reason", "la même")
    assert by_key("W862000001") == bearer
    other = in_poitiers("C", siren=None, rna="W862000002")
    assert siren(3) in run("obtain-siren", "w862000002", siren(3))
    other.refresh_from_db()
    assert other.key == siren(3)
    with pytest.raises(CommandError, match="SIREN"):
        run("obtain-siren", siren(3), "12")


def test_index():
    in_poitiers("Les amis du jardin")
    told = run("index")
    assert "1\u00a0structure indexée" in told
    assert json.loads(run("index", "--json"))["structures"] == 1
    assert searcher().search(Request(text="jardin")).total == 1


def test_two_purges_at_once_do_not_stumble(officer, monkeypatch):
    """The other one removes each file between the moment it is listed and the moment it is looked at."""
    uploads.keep(b"a;b", "a.csv", kind="contacts", owner=officer)
    listed = list(uploads.folder().iterdir())
    monkeypatch.setattr(type(uploads.folder()), "iterdir", lambda _folder: iter(listed))
    for path in listed:
        path.unlink()
    assert uploads.purge() == 0


def test_purge_removes_what_was_never_confirmed_and_only_that(officer, settings):
    old, fresh = (uploads.keep(b"nom\nA\n", "contacts.csv", kind="contacts", owner=officer) for _ in range(2))
    former = time.time() - uploads.LIFETIME - 1
    for suffix in (".upload", ".json"):
        os.utime(settings.DATA_DIR / "imports" / f"{old}{suffix}", (former, former))
    assert json.loads(run("purge", "--json")) == {
        "command": "directory purge",
        "removed": 1,
        "reports_erased": 0,
        "addresses_forgotten": 0,
    }
    assert {path.stem for path in (settings.DATA_DIR / "imports").iterdir()} == {fresh}
    assert "Rien à effacer." in run("purge")


def test_a_verb_is_needed_and_help_is_french():
    with pytest.raises(CommandError, match="verbe"):
        run()
