"""The inbox as a team uses it: entrusted, filtered, done by the dozen, kept as views, handed on."""

from __future__ import annotations

import dataclasses

import pytest
from django.core.exceptions import ValidationError

from essaim.desk import departure, inbox
from essaim.desk.actions import AssignmentRefused, ViewRefused, assign, delete_view, hand_views, save_view
from essaim.desk.actions.departure import DepartureRefused, hand_everything
from essaim.desk.models import Assignment, SavedView
from essaim.directory.actions.reports import handle_report, report_error
from essaim.directory.models import ErrorReport
from essaim.foundation import registries
from essaim.foundation.models import JournalEntry
from tests.directory.factories import in_poitiers
from tests.people.factories import PersonFactory

KIND = "signalements"


@pytest.fixture
def colleague(db):
    return PersonFactory(is_officer=True, name="Dominique Collègue")


@pytest.fixture
def reports(territory):
    structure = in_poitiers("Le Jardin partagé")
    return [report_error(structure=structure, topic="contact", message=f"message {n}") for n in range(3)]


def messages_of(page):
    return [n for n in range(3) if f"message {n}" in page]


def listed(client, query=""):
    return messages_of(client.get(f"/equipe/boite/{query}").content.decode())


def test_an_item_is_entrusted_then_given_back(officer_client, officer, colleague, reports):
    url = f"/equipe/boite/{KIND}/{reports[0].pk}/"
    officer_client.post(f"{url}confier/", {"to": colleague.pk})
    row = Assignment.objects.get()
    assert (row.to, row.by_label) == (colleague, officer.name)
    assert "Confié à Dominique Collègue" in officer_client.get(url).content.decode()
    entry = JournalEntry.objects.first()
    assert (entry.by, entry.verb, entry.object_id) == (
        officer,
        "confié à quelqu’un de l’équipe",
        str(reports[0].pk),
    )
    officer_client.post(f"{url}confier/", {"to": ""})
    assert not Assignment.objects.exists()


def test_the_same_again_writes_nothing(officer, colleague, reports):
    assign(kind=KIND, item=reports[0], to=colleague, by=officer)
    number = JournalEntry.objects.count()
    assign(kind=KIND, item=reports[0], to=colleague, by=officer)
    assert JournalEntry.objects.count() == number


@pytest.mark.parametrize("office", ["nobody", "gone"])
def test_nothing_is_entrusted_to_somebody_without_access(officer_client, officer, reports, office):
    other = PersonFactory(is_officer=office == "gone", is_active=office != "gone", name="Ancienne")
    with pytest.raises(AssignmentRefused):
        assign(kind=KIND, item=reports[0], to=other, by=officer)
    officer_client.post(f"/equipe/boite/{KIND}/{reports[0].pk}/confier/", {"to": other.pk})
    assert not Assignment.objects.exists()


def test_one_filters_by_whose_it_is(officer_client, officer, colleague, reports):
    assign(kind=KIND, item=reports[0], to=officer, by=officer)
    assign(kind=KIND, item=reports[1], to=colleague, by=officer)
    assert listed(officer_client, "?confie=moi") == [0]
    assert listed(officer_client, f"?confie={colleague.pk}") == [1]
    assert listed(officer_client, "?confie=personne") == [2]
    assert listed(officer_client) == [0, 1, 2]


@pytest.mark.parametrize("odd", ["-1", "9" * 40, "²", "moi'--", "%00"])
def test_an_odd_filter_is_ignored(officer_client, reports, odd):
    assert listed(officer_client, f"?confie={odd}&structure={odd}&etat={odd}&nature={odd}") == [0, 1, 2]


def test_one_structure_alone(officer_client, reports):
    other = in_poitiers("Autre")
    report_error(structure=other, topic="contact", message="ailleurs")
    page = officer_client.get(f"/equipe/boite/?structure={reports[0].structure_id}").content.decode()
    assert messages_of(page) == [0, 1, 2]
    assert "ailleurs" not in page


def ref(report):
    return f"{KIND}:{report.pk}"


def test_several_are_entrusted_at_once(officer_client, colleague, reports):
    answer = officer_client.post(
        "/equipe/boite/plusieurs/",
        {"items": [ref(reports[0]), ref(reports[2])], "do": "confier", "to": colleague.pk, "query": "etat=attente"},
    )
    assert answer["Location"] == "/equipe/boite/?etat=attente"
    assert set(Assignment.objects.values_list("object_id", flat=True)) == {reports[0].pk, reports[2].pk}
    groups = set(JournalEntry.objects.filter(verb__startswith="confié").values_list("group", flat=True))
    assert len(groups) == 1
    assert "" not in groups


def test_what_is_done_to_many_is_shown_first_then_done_one_by_one(officer_client, officer, reports):
    handle_report(report=reports[1], outcome="corrected", answer="", by=officer)
    posted = {"items": [ref(each) for each in reports], "do": f"{KIND}:infondes", "query": ""}
    shown = officer_client.post("/equipe/boite/plusieurs/", posted).content.decode()
    assert "Laissés de côté" in shown
    assert ErrorReport.objects.filter(handled_at__isnull=True).count() == 2
    without = officer_client.post("/equipe/boite/plusieurs/", posted | {"confirmed": "1"}).content.decode()
    assert "Dites la raison" in without
    assert ErrorReport.objects.filter(handled_at__isnull=True).count() == 2
    done = officer_client.post("/equipe/boite/plusieurs/", posted | {"confirmed": "1", "reason": "Déjà vu."})
    assert done.content.decode().count("tag--leaf") == 2
    assert set(ErrorReport.objects.values_list("outcome", flat=True)) == {"corrected", "unfounded"}
    entries = JournalEntry.objects.filter(verb="signalement traité").exclude(group="")
    assert {entry.object_id for entry in entries} == {str(reports[0].pk), str(reports[2].pk)}
    assert {entry.by for entry in entries} == {officer}


def test_a_refusal_stops_none_of_the_others(officer_client, reports, monkeypatch):
    kind = registries.inbox_kinds.get(KIND)

    def refuse_one(item, reason, by):
        if item.pk == reports[1].pk:
            raise ValidationError("Pas celui-ci.")
        handle_report(report=item, outcome="corrected", answer=reason, by=by)

    action = registries.BulkAction("essai", "Essayer", refuse_one)
    monkeypatch.setitem(registries.inbox_kinds._items, KIND, dataclasses.replace(kind, bulk=(action,)))
    page = officer_client.post(
        "/equipe/boite/plusieurs/",
        {"items": [ref(each) for each in reports], "do": f"{KIND}:essai", "confirmed": "1", "query": ""},
    ).content.decode()
    assert page.count("tag--leaf") == 2
    assert "Pas celui-ci." in page
    reports[1].refresh_from_db()
    assert reports[1].handled_at is None


@pytest.mark.parametrize(
    "posted",
    [
        {"do": "confier"},
        {"items": ["inconnu:1", "signalements:x", "signalements:999999"], "do": "confier"},
        {"items": [f"{KIND}:{n}" for n in range(300)], "do": f"{KIND}:corriges", "confirmed": "1"},
        {"items": None, "do": f"{KIND}:inconnu"},
    ],
)
def test_a_forged_choice_does_nothing(officer_client, reports, posted):
    posted = {"items": [ref(reports[0])], "query": ""} | {key: value for key, value in posted.items() if value}
    if posted.get("do") == "confier" and len(posted["items"]) == 1:
        posted.pop("items")
    officer_client.post("/equipe/boite/plusieurs/", posted)
    assert not Assignment.objects.exists()
    assert ErrorReport.objects.filter(handled_at__isnull=True).count() == 3


def test_a_view_is_kept_shared_replaced_and_forgotten(officer_client, officer, colleague, client):
    url = "/equipe/boite/vues/"
    officer_client.post(url, {"name": "À moi", "query": "confie=moi&etat=tous&mechant=1", "is_shared": "on"})
    view = SavedView.objects.get()
    assert view.query == "etat=tous&confie=moi"
    officer_client.post(url, {"name": "À moi", "query": "confie=personne"})
    view.refresh_from_db()
    assert (view.query, view.is_shared) == ("confie=personne", False)
    with pytest.raises(ViewRefused):
        delete_view(view=view, by=colleague)
    assert "À moi" in officer_client.get("/equipe/boite/").content.decode()
    client.force_login(colleague)
    assert "À moi" not in client.get("/equipe/boite/").content.decode()
    assert client.get(f"{url}{view.pk}/effacer/").status_code == 404
    client.force_login(officer)
    assert client.get(f"{url}{view.pk}/effacer/").status_code == 200
    client.post(f"{url}{view.pk}/effacer/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 81])
def test_a_view_needs_a_name_that_reads(officer_client, name):
    officer_client.post("/equipe/boite/vues/", {"name": name, "query": ""})
    assert not SavedView.objects.exists()


def test_a_departure_hands_everything(officer_client, officer, colleague, reports):
    for each in reports[:2]:
        assign(kind=KIND, item=each, to=officer, by=officer)
    save_view(by=officer, name="Mes demandes", query="confie=moi")
    save_view(by=colleague, name="Mes demandes", query="etat=tous")
    page = officer_client.get(f"/equipe/depart/?de={officer.pk}").content.decode()
    assert page.count("Le Jardin partagé") == 2
    posted = {"source": officer.pk, "target": colleague.pk, "reason": "Départ en retraite"}
    assert officer_client.post("/equipe/depart/", posted).status_code == 302
    assert set(Assignment.objects.values_list("to", flat=True)) == {colleague.pk}
    assert set(SavedView.objects.values_list("person", "name")) == {
        (colleague.pk, "Mes demandes"),
        (colleague.pk, "Mes demandes (2)"),
    }
    entries = JournalEntry.objects.filter(reason="Départ en retraite")
    assert entries.count() == 2
    assert len({entry.group for entry in entries}) == 1
    assert departure.carried_by(officer) == []


@pytest.mark.parametrize("case", ["same", "nobody", "no reason"])
def test_a_departure_to_nowhere_is_refused(officer_client, officer, colleague, reports, case):
    assign(kind=KIND, item=reports[0], to=officer, by=officer)
    target = {"same": officer, "nobody": PersonFactory(), "no reason": colleague}[case]
    reason = "" if case == "no reason" else "Départ"
    with pytest.raises(DepartureRefused):
        hand_everything(source=officer, target=target, by=officer, reason=reason)
    answer = officer_client.post("/equipe/depart/", {"source": officer.pk, "target": target.pk, "reason": reason})
    assert answer.status_code == 200
    assert Assignment.objects.get().to == officer


def test_who_lost_the_access_can_still_be_relieved(officer, colleague, reports):
    assign(kind=KIND, item=reports[0], to=colleague, by=officer)
    colleague.is_officer = False
    colleague.save()
    assert colleague in departure.carriers()
    assert hand_everything(source=colleague, target=officer, by=officer, reason="Fin de contrat") == 1


def test_a_long_name_stays_within_its_column(officer, colleague):
    save_view(by=officer, name="x" * 80, query="")
    save_view(by=colleague, name="x" * 80, query="")
    hand_views(source=officer, target=colleague, by=officer, reason="r")
    assert max(len(view.name) for view in SavedView.objects.all()) == 80


def test_her_home_tells_what_is_hers_and_how_old(officer_client, officer, reports):
    assign(kind=KIND, item=reports[0], to=officer, by=officer)
    page = officer_client.get("/equipe/").content.decode()
    assert "le plus ancien aujourd’hui" in page
    assert "à votre nom" in page
    assert inbox.count_mine(officer) == 1
