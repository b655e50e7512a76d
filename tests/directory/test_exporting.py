"""Exports are counted by address: nobody keeps a processor busy with whole spreadsheets."""

import pytest
import time_machine

from essaim.directory.exporting import SPREADSHEETS, TEXTS, WINDOW
from tests.directory.search.factories import make_structure, make_town, rebuild_index
from tests.support import assert_get_writes_nothing

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    make_town()
    make_structure("Les amis du jardin")
    rebuild_index()


def ask(client, extension, times=1, **extra):
    for _ in range(times):
        response = client.get(f"/annuaire/export/{extension}/", **extra)
        b"".join(response) if response.streaming else response.content
    return response


def test_spreadsheets_count_together_and_wait_their_turn(client, town):
    with time_machine.travel("2026-10-12T10:01:00+00:00", tick=False) as clock:
        half = SPREADSHEETS.count // 2
        assert ask(client, "xlsx", half).status_code == 200
        assert ask(client, "ods", SPREADSHEETS.count - half).status_code == 200
        refusal = ask(client, "xlsx")
        assert (refusal.status_code, refusal["Retry-After"]) == (429, "540")
        assert refusal["Cache-Control"] == "no-store"
        html = refusal.content.decode()
        assert "réessayez dans 9" in html
        assert html.count("<h1>") == 1
        # Texts, other addresses and the pages themselves go on.
        assert ask(client, "csv").status_code == 200
        assert ask(client, "ods", REMOTE_ADDR="203.0.113.9").status_code == 200
        assert client.get("/annuaire/").status_code == 200
        clock.shift(WINDOW)
        assert ask(client, "xlsx").status_code == 200


def test_texts_have_their_own_larger_limit(client, town):
    with time_machine.travel("2026-10-12T10:01:00+00:00", tick=False):
        assert ask(client, "csv", TEXTS.count // 2).status_code == 200
        assert ask(client, "geojson", TEXTS.count - TEXTS.count // 2).status_code == 200
        assert ask(client, "csv").status_code == 429
        assert ask(client, "xlsx").status_code == 200


def test_a_format_that_does_not_exist_is_not_counted(client, town):
    assert ask(client, "exe", TEXTS.count + 1).status_code == 404


def test_an_export_writes_nothing(client, town):
    assert assert_get_writes_nothing(client, "/annuaire/export/csv/").status_code == 200
