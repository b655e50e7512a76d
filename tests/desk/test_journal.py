from __future__ import annotations

import csv
import io

from essaim.foundation import journal

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
