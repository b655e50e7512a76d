from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from essaim.foundation import journal
from essaim.foundation.models import JournalEntry
from essaim.foundation.queries import journal_entries

PAGE = "/equipe/journal/"


def fill(count, **more):
    for n in range(count):
        journal.record(by=f"commande {n}", verb="réglages enregistrés", reason=f"raison {n}", **more)


def test_it_tells_who_what_why_and_what_changed(officer_client, territory):
    journal.record(by="Camille", verb="nom changé", obj=territory, reason="fusion", before={"a": 1}, after={"a": None})
    page = officer_client.get(PAGE).content.decode()
    for text in ("Camille", "nom changé", "Grand Poitiers", "fusion", "1 → —"):
        assert text in page


def test_what_somebody_typed_is_only_text(officer_client, territory):
    journal.record(by="<script>alert(1)</script>", verb="x", reason="<img src=x>", after={"<b>": "<i>"})
    page = officer_client.get(PAGE).content.decode()
    for raw in ("<script>alert", "<img src=x>", "<i>"):
        assert raw not in page


def test_leafing_misses_and_repeats_nothing_while_it_grows(officer_client, territory):
    fill(120)
    seen = []
    url = PAGE
    for _ in range(3):
        answer = officer_client.get(url)
        part = answer.context["part"]
        seen += [entry.pk for entry in part.items]
        fill(1)
        if not part.older_query:
            break
        url = PAGE + part.older_query
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


def test_filters_are_in_the_address_and_wrong_ones_are_told(officer_client, territory):
    fill(3)
    journal.record(by="Alix", verb="signalement traité", reason="ancien numéro")
    found = officer_client.get(PAGE, {"verb": "signalement traité"}).context["part"].items
    assert [entry.by_label for entry in found] == ["Alix"]
    assert len(officer_client.get(PAGE, {"author": "commande"}).context["part"].items) == 3
    assert len(officer_client.get(PAGE, {"text": "ancien"}).context["part"].items) == 1
    wrong = officer_client.get(PAGE, {"since": "hier", "author": "Alix", "avant": "-1", "verb": "inconnu"})
    assert wrong.status_code == 200
    assert len(wrong.context["part"].items) == 1
    assert 'id="id_since_error"' in wrong.content.decode()
    assert "Rien ne correspond" in officer_client.get(PAGE, {"text": "introuvable"}).content.decode()


def test_the_export_holds_everything_and_no_formula(officer_client, territory):
    fill(60)
    journal.record(by="=cmd|'/c calc'!A1", verb="x", reason="@SUM(1)", after={"é": "ü"})
    answer = officer_client.get(PAGE + "export.csv", {"text": ""})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 62
    assert rows[1][2].startswith("'=")
    assert rows[1][5].startswith("'@")
    assert rows[1][7] == '{"é": "ü"}'
    one = b"".join(officer_client.get(PAGE + "export.csv", {"author": "cmd"}).streaming_content).decode()
    assert len(one.strip().splitlines()) == 2


def test_a_page_costs_the_same_whatever_the_journal(officer_client, territory, django_assert_max_num_queries):
    fill(200)
    with django_assert_max_num_queries(8):
        officer_client.get(PAGE)


def entry_at(text):
    with time_machine.travel(datetime.fromisoformat(text), tick=False):
        return journal.record(by="x", verb="y").pk


@pytest.mark.parametrize(
    ("day", "inside", "outside"),
    [
        # An ordinary day, the 23 hours of March, the 25 hours of October: from midnight to midnight here.
        ("2026-01-15", ("2026-01-14T23:00:00+00:00", "2026-01-15T22:59:59+00:00"), "2026-01-15T23:00:00+00:00"),
        ("2026-03-29", ("2026-03-28T23:00:00+00:00", "2026-03-29T21:59:59+00:00"), "2026-03-29T22:00:00+00:00"),
        ("2026-10-25", ("2026-10-24T22:00:00+00:00", "2026-10-25T22:59:59+00:00"), "2026-10-25T23:00:00+00:00"),
    ],
)
def test_a_day_is_a_day_of_here(officer_client, territory, day, inside, outside):
    entry_at((datetime.fromisoformat(inside[0]) - timedelta(seconds=1)).isoformat())
    wanted = {entry_at(moment) for moment in inside}
    entry_at(outside)
    found = officer_client.get(PAGE, {"since": day, "until": day}).context["part"].items
    assert {entry.pk for entry in found} == wanted


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_beyond_reach_break_nothing(officer_client, territory, day):
    fill(1)
    for name in ("since", "until"):
        assert officer_client.get(PAGE, {name: day}).status_code == 200
    assert len(officer_client.get(PAGE, {"until": "9999-12-31", "since": "0001-01-01"}).context["part"].items) == 1


def test_dates_and_verbs_are_found_by_their_index(db):
    day = date(2026, 10, 25)
    assert "journal_by_verb" in explained(JournalEntry.objects.order_by("verb").values_list("verb").distinct())
    assert "__date" not in str(journal_entries(since=day, until=day).query)
    assert "django_datetime" not in str(journal_entries(since=day, until=day).query)


def explained(queryset):
    """The plan of a query, on an engine that has no statistics to prefer a scan."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
    return queryset.explain()
