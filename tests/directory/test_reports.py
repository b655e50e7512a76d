"""« Signaler une erreur »: from the visitor's form to the officer's desk and back."""

from __future__ import annotations

import re
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from essaim.directory.actions.reports import ReportRefused, handle_report, purge_reports, report_error
from essaim.directory.inbox.reports import REPORTS
from essaim.directory.models import ErrorReport
from essaim.directory.views.report import PER_ADDRESS
from essaim.foundation.models import JournalEntry
from tests.directory.factories import EstablishmentFactory, StructureFactory
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

FORM = {"topic": "contact", "message": "Le téléphone ne répond plus.", "email": "visiteuse@exemple.fr"}


@pytest.fixture
def structure(territory):
    load_small_cog()
    made = StructureFactory(name="Les lucioles du pont")
    EstablishmentFactory(structure=made)
    return made


@pytest.fixture
def url(structure):
    return structure.get_absolute_url() + "signaler/"


def opened(client, url):
    """The stamp that the form carries."""
    page = client.get(url).content.decode()
    found = re.search(r'name="opened" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(client, url, wait=10, **more):
    """Open the form, wait, send."""
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        stamp = opened(client, url)
        clock.shift(wait)
        return client.post(url, FORM | {"opened": stamp} | more)


def test_the_form_asks_little_and_writes_nothing(client, url):
    answer = assert_get_writes_nothing(client, url)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("<h1") == 1
    assert "Les lucioles du pont" in page
    assert "no-store" in answer["Cache-Control"]
    main = page.split("<main", 1)[1].split("</main", 1)[0]
    assert "http://" not in main
    assert "https://" not in main, "aucun tiers"
    for field in ("topic", "message", "email"):
        assert f'name="{field}"' in main


def test_a_report_is_kept_mailed_and_thanked(client, url, structure, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client, url)
    assert answer["Location"] == structure.get_absolute_url() + "signaler/merci/"
    assert "est arrivé" in client.get(answer["Location"]).content.decode()
    report = ErrorReport.objects.get()
    assert (report.topic, report.message, report.email) == (FORM["topic"], FORM["message"], FORM["email"])
    (sent,) = mail.outbox
    assert sent.to == [officer.email]
    assert f"/equipe/boite/{REPORTS}/{report.pk}/" in sent.body
    assert FORM["message"] in sent.body
    entry = JournalEntry.objects.get(verb="erreur signalée")
    assert FORM["email"] not in str(entry.after) + entry.reason + entry.by_label + entry.object_label


def test_the_mailed_link_only_opens_a_page(client, url, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        send(client, url)
    link = re.search(r"(/equipe/boite/\S+)", mail.outbox[0].body)[1]
    assert client.get(link).status_code == 302
    client.force_login(officer)
    assert_get_writes_nothing(client, link)
    assert ErrorReport.objects.get().handled_at is None


def test_without_officer_the_report_is_kept_all_the_same(client, url, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert send(client, url).status_code == 302
    assert ErrorReport.objects.count() == 1
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": ""}, "topic"),
        ({"topic": "autre chose"}, "topic"),
        ({"message": "   "}, "message"),
        ({"message": "x" * 2001}, "message"),
        ({"email": "pas une adresse"}, "email"),
        ({"email": "a@exemple.fr\r\nBcc: tous@exemple.fr"}, "email"),
    ],
)
def test_what_is_wrong_is_told_on_its_field_and_nothing_typed_is_lost(client, url, wrong, field):
    answer = send(client, url, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    if "message" not in wrong:
        assert FORM["message"] in page
    assert ErrorReport.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "wait"), [({"site": "http://robot"}, 10), ({}, 1), ({"opened": ""}, 10), ({"opened": "faux:x:y"}, 10)]
)
def test_a_robot_is_refused_without_losing_a_person(client, url, more, wait):
    answer = send(client, url, wait=wait, **more)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert FORM["message"] in page
    assert ErrorReport.objects.count() == 0
    stamp = re.search(r'name="opened" value="([^"]+)"', page)[1]
    with time_machine.travel("2026-10-12T10:05:00+00:00", tick=False):
        if "faux" not in stamp and stamp:
            client.post(url, FORM | {"opened": stamp})
    assert ErrorReport.objects.count() <= 1


def test_too_many_from_one_address_wait(client, url):
    for _ in range(PER_ADDRESS.count):
        assert send(client, url).status_code == 302
    answer = send(client, url)
    assert answer.status_code == 429
    assert "Réessayez dans" in answer.content.decode()
    assert FORM["message"] in answer.content.decode()
    assert ErrorReport.objects.count() == PER_ADDRESS.count


def test_the_form_needs_no_cookie_and_another_site_is_told(url):
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, url, message="d’ici").status_code == 302
    assert not strict.cookies
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        stamp = opened(strict, url)
        clock.shift(10)
        typed = FORM | {"opened": stamp, "message": "d’ailleurs"}
        answer = strict.post(url, typed, headers={"origin": "https://ailleurs.exemple"})
    assert answer.status_code == 403
    assert "autre site" in answer.content.decode() and "d’ailleurs" in answer.content.decode()
    assert ErrorReport.objects.get().message == "d’ici"


def test_a_structure_that_is_not_here(client, structure):
    other = StructureFactory()
    EstablishmentFactory(structure=other, commune_id="86281", official_commune_code="86281")
    for address in ("/annuaire/rien-999999999/signaler/", other.get_absolute_url() + "signaler/"):
        assert client.get(address).status_code == 404
        assert client.post(address, FORM).status_code == 404


# --- The officer's side ---------------------------------------------------------------------------------------------


def item_url(report):
    return reverse("desk:item", args=[REPORTS, report.pk])


def test_she_finds_it_handles_it_and_the_visitor_is_answered(
    officer_client, officer, structure, django_capture_on_commit_callbacks
):
    report = report_error(structure=structure, topic="contact", message="Faux <b>numéro</b>", email="v@exemple.fr")
    page = officer_client.get("/equipe/boite/").content.decode()
    assert "Faux &lt;b&gt;num" in page
    assert "à traiter" in page
    page = officer_client.get(item_url(report)).content.decode()
    assert "v@exemple.fr" in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer_client.post(item_url(report), {"outcome": "corrected", "answer": "C’est fait, merci."})
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.handled_by, report.outcome, report.answer) == (officer, "corrected", "C’est fait, merci.")
    assert [message.to for message in mail.outbox] == [["v@exemple.fr"]]
    assert "C’est fait, merci." in mail.outbox[0].body
    page = officer_client.get(item_url(report)).content.decode()
    assert "signalement traité" in page, "l’historique vient du journal"
    assert "<textarea" not in page
    again = officer_client.post(item_url(report), {"outcome": "unfounded"}, follow=True)
    assert "déjà été traité" in again.content.decode()
    report.refresh_from_db()
    assert report.outcome == "corrected"


def test_only_words_meant_for_her_are_shown(officer_client, structure, monkeypatch):
    """A refusal is told; an action that breaks inside is an error, never a sentence in English on her screen."""
    report = report_error(structure=structure, topic="contact", message="Faux")

    def saying(error):
        def refuse(**_fields):
            raise error

        monkeypatch.setattr("essaim.directory.inbox.reports.handle_report", refuse)
        return officer_client.post(item_url(report), {"outcome": "corrected"})

    assert "Trop tard." in saying(ReportRefused("Trop tard.")).content.decode()
    with pytest.raises(ValueError, match="invalid literal"):
        saying(ValueError("invalid literal for int()"))


def test_the_visitor_s_address_serves_to_answer_and_is_forgotten(
    officer_client, officer, structure, django_capture_on_commit_callbacks
):
    report = report_error(structure=structure, topic="contact", message="m", email="v@exemple.fr")
    silent = report_error(structure=structure, topic="contact", message="m")
    assert "attend une réponse" in officer_client.get("/equipe/boite/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        for item in (report, silent):
            handle_report(report=item, outcome="corrected", answer="", by=officer)
    assert [message.to for message in mail.outbox] == [["v@exemple.fr"]]
    assert not ErrorReport.objects.exclude(email="").exists()
    page = officer_client.get("/equipe/boite/?etat=traites").content.decode()
    assert page.count("répondu") == 1
    for told in ("attend une réponse", "v@exemple.fr"):
        assert told not in page
    page = officer_client.get(item_url(report)).content.decode()
    assert "La réponse est partie" in page
    assert "v@exemple.fr" not in page
    assert "La réponse est partie" not in officer_client.get(item_url(silent)).content.decode()


def test_the_purge_forgets_addresses_that_wait_for_nothing(structure, officer, capsys):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        report_error(structure=structure, topic="contact", message="oublié", email="oubliee@exemple.fr")
        handled = report_error(structure=structure, topic="contact", message="m", email="ancienne@exemple.fr")
        handle_report(report=handled, outcome="corrected", answer="", by=officer)
        ErrorReport.objects.filter(pk=handled.pk).update(email="ancienne@exemple.fr")
        clock.shift(366 * 86_400)
        report_error(structure=structure, topic="contact", message="m", email="recente@exemple.fr")
        call_command("directory", "purge")
        said = capsys.readouterr().out.replace("\u202f", " ").replace("\xa0", " ")
        assert "1 adresse de visiteur effacée" in said and "1 signalement effacé" in said
        assert list(ErrorReport.objects.exclude(email="").values_list("email", flat=True)) == ["recente@exemple.fr"]
        entries = JournalEntry.objects.count()
        call_command("directory", "purge")
    assert "Rien à effacer" in capsys.readouterr().out
    assert JournalEntry.objects.count() == entries
    assert "exemple.fr" not in str(list(JournalEntry.objects.values_list("after", "reason", "object_label")))


def test_words_are_erased_when_their_delay_has_passed(structure, officer):
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        report_error(structure=structure, topic="contact", message="oublié de tous")
        handled = report_error(structure=structure, topic="contact", message="répondu")
        handle_report(report=handled, outcome="corrected", answer="Merci", by=officer)
        clock.shift(364 * 86_400)
        assert purge_reports(by="test") == 0
        clock.shift(2 * 86_400)
        assert purge_reports(by="test") == 1
        assert ErrorReport.objects.get().message == "oublié de tous"
        clock.shift(366 * 86_400)
        call_command("directory", "purge")
    assert not ErrorReport.objects.exists()
    assert "oublié de tous" not in str(list(JournalEntry.objects.values()))


def test_an_outcome_is_needed(officer_client, structure):
    report = report_error(structure=structure, topic="contact", message="m")
    answer = officer_client.post(item_url(report), {"answer": "Longue réponse déjà écrite"})
    page = answer.content.decode()
    assert "Choisissez la suite donnée." in page
    assert "Longue réponse déjà écrite" in page
    assert ErrorReport.objects.get().handled_at is None


def test_nobody_else_sees_nor_handles(person_client, structure):
    report = report_error(structure=structure, topic="contact", message="secret", email="v@exemple.fr")
    for answer in (person_client.get(item_url(report)), person_client.post(item_url(report), {"outcome": "corrected"})):
        assert answer.status_code == 403
        assert "secret" not in answer.content.decode()
    assert ErrorReport.objects.get().handled_at is None


def test_the_list_filters_by_address_and_leafs(officer_client, officer, structure):
    with time_machine.travel("2026-10-01T10:00:00+00:00", tick=False) as clock:
        for n in range(25):
            report_error(structure=structure, topic="contact", message=f"numéro {n:02d}")
            clock.shift(60)
    handle_report(report=ErrorReport.objects.order_by("pk").first(), outcome="corrected", answer="", by=officer)
    waiting = officer_client.get("/equipe/boite/").context
    assert waiting["page"].paginator.count == 24
    assert waiting["lines"][0].item.message == "numéro 01", "ce qui attend depuis le plus longtemps d’abord"
    assert len(officer_client.get("/equipe/boite/?page=2").context["lines"]) == 4
    assert len(officer_client.get("/equipe/boite/?page=-1").context["lines"]) == 20
    assert officer_client.get("/equipe/boite/?etat=traites").context["page"].paginator.count == 1
    everything = officer_client.get(f"/equipe/boite/?etat=tous&nature={REPORTS}").context
    assert everything["page"].paginator.count == 25
    assert everything["lines"][0].item.message == "numéro 24"
    assert officer_client.get("/equipe/boite/?etat=inconnu&nature=inconnue").context["page"].paginator.count == 24


@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_list_costs_the_same_whatever_its_length(officer_client, structure, count, django_assert_max_num_queries):
    for n in range(count):
        report_error(structure=structure, topic="contact", message=str(n))
    # Session, person, territory, tree of pages; list and its count; the items, whose they are, the team, the views.
    with django_assert_max_num_queries(12):
        officer_client.get("/equipe/boite/")


def test_reports_of_another_territory_stay_there(officer_client, structure):
    other = StructureFactory()
    EstablishmentFactory(structure=other, commune_id="86281", official_commune_code="86281")
    report = report_error(structure=other, topic="contact", message="ailleurs")
    assert "Tout est traité" in officer_client.get("/equipe/boite/").content.decode()
    assert officer_client.get(item_url(report)).status_code == 404


def test_her_home_counts_what_waits_and_tells_how_fresh_the_data_is(officer_client, structure):
    assert "Rien n’attend" in officer_client.get("/equipe/").content.decode()
    report = report_error(structure=structure, topic="contact", message="m")
    page = officer_client.get("/equipe/").content.decode()
    assert "1 élément attend" in page.replace("\u202f", " ").replace("\u00a0", " ")
    assert item_url(report) in page
    assert "Fraîcheur des données" in page
    assert "Jamais synchronisé" in page


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_and_the_visitor_gets_one_answer():
    from tests.foundation.factories import TerritoryFactory

    TerritoryFactory()
    load_small_cog()
    structure = StructureFactory()
    EstablishmentFactory(structure=structure)
    report = report_error(structure=structure, topic="contact", message="m", email="v@exemple.fr")
    officers = [PersonFactory(is_officer=True), PersonFactory(is_officer=True)]
    mail.outbox.clear()
    together = Barrier(2)
    refused = []

    def handle(by, outcome):
        together.wait(20)
        try:
            handle_report(report=report, outcome=outcome, answer=outcome, by=by)
        except ReportRefused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=handle, args=pair) for pair in zip(officers, ("corrected", "unfounded"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len(mail.outbox) == 1
    assert JournalEntry.objects.filter(verb="signalement traité").count() == 1
