"""« Ma fiche est-elle à jour ? »: whom it asks, what leaves, what a link opens, what comes of an answer."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.campaign_answers import (
    AlreadyAnswered,
    AnswerRefused,
    CardMoved,
    close_by_link,
    confirm_by_link,
)
from essaim.directory.actions.campaigns import (
    CampaignRefused,
    close_campaign,
    open_campaign,
    print_letters,
    remind,
    send_messages,
)
from essaim.directory.actions.cards import save_card
from essaim.directory.actions.decisions import decide
from essaim.directory.campaign_links import digest_of_address, plain_code, read_token, token_of
from essaim.directory.campaigns import LeftOut, LineState, Progress, by_commune, by_family, progress, state_of, targets
from essaim.directory.cards import CardView, Listed
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    CampaignSilence,
    Card,
    CardChange,
    Contact,
    ErrorReport,
    Structure,
)
from essaim.directory.provenance import confirmed_words
from essaim.directory.search.documents import documents_of
from essaim.directory.stale import NEVER, OLD, UNANSWERED, stale_cards
from essaim.directory.views.campaign_answer import TRIES
from essaim.foundation.models import JournalEntry
from tests import pdf
from tests.directory.factories import CardFactory, MandateFactory, in_poitiers
from tests.support import assert_get_writes_nothing

SCOPE = frozenset({"200069854"})


@pytest.fixture
def structure(territory):
    made = in_poitiers("Les lucioles du pont")
    CardFactory(structure=made, email="lucioles@exemple.fr", phone="+33549000000")
    return made


def opened(days=20, **more):
    """A campaign on everybody, opened today."""
    told = {"name": "2026", "message": "Merci de relire.", "fresh_months": 0, "by": "test"} | more
    return open_campaign(closes_on=timezone.localdate() + timedelta(days=days), **told)


@pytest.fixture
def line(structure, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        opened()
    return CampaignLine.objects.get()


def link(line, what="card"):
    return reverse(f"campaigns:{what}", args=[token_of(line.campaign_id, line.structure_id)])


# --- whom it asks ---------------------------------------------------------------------------------------------------


def test_each_structure_is_asked_once_by_the_best_way(structure):
    represented = in_poitiers("Représentée")
    CardFactory(structure=represented, email="fiche@exemple.fr")
    old, new = MandateFactory(structure=represented), MandateFactory(structure=represented)
    old.since = timezone.now() - timedelta(days=400)
    old.save()
    booked = in_poitiers("Au carnet")
    Contact.objects.create(structure=booked, email="carnet@exemple.fr")
    unsound = in_poitiers("Adresse cassée")
    Contact.objects.create(structure=unsound, email="pas une adresse")
    hidden = in_poitiers("Adresse cachée", place_address="", diffusion="P", place_diffusion="P")
    closed = in_poitiers("Fermée", is_closed=True)
    aside = in_poitiers("Écartée")
    decide(structure=aside, decision="exclude", reason="hors sujet", by="test")
    fresh = in_poitiers("Confirmée")
    CardFactory(structure=fresh, confirmed_at=timezone.now() - timedelta(days=20), email="a@exemple.fr")
    silent = in_poitiers("Silencieuse")
    CardFactory(structure=silent, email="silence@exemple.fr")
    CampaignSilence.objects.create(digest=digest_of_address("Silence@exemple.fr"))
    asked = targets(SCOPE, 3)
    assert asked.by_mail == {
        structure.pk: "lucioles@exemple.fr",
        represented.pk: new.person.email,
        booked.pk: "carnet@exemple.fr",
    }
    assert asked.by_letter == {unsound.pk, silent.pk}
    assert asked.left_out == {
        LeftOut.CLOSED: 1,
        LeftOut.ASIDE: 1,
        LeftOut.FRESH: 1,
        LeftOut.UNREACHABLE: 1,
    }
    assert fresh.pk in targets(SCOPE, 0).by_mail
    assert {hidden.pk, closed.pk}.isdisjoint(asked.by_mail.keys() | asked.by_letter)
    assert not targets(frozenset(), 0).total


def test_counting_takes_the_same_queries_whatever_the_number(structure, django_assert_num_queries):
    for number in range(5):
        in_poitiers(f"Autre {number}")
    with django_assert_num_queries(9):
        assert targets(SCOPE, 6).total == 6


def test_opening_makes_the_lines_and_writes(line, structure):
    (sent,) = mail.outbox
    assert sent.to == ["lucioles@exemple.fr"]
    assert "Merci de relire." in sent.body
    token = re.search(r"/fiche/([^/\s]+)/\s", sent.body)[1]
    assert read_token(token) == (line.campaign_id, structure.pk)
    assert sent.extra_headers["List-Unsubscribe"].endswith("/silence/>")
    assert line.sent_at is not None
    entry = JournalEntry.objects.get(verb="campagne ouverte")
    assert entry.after["by_mail"] == 1
    assert "lucioles@" not in str(list(JournalEntry.objects.values()))


def test_what_has_left_never_leaves_again(line, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert send_messages(campaign=line.campaign, by="test") == 0
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": "  "}, {"name": "x" * 121}, {"days": 0}, {"days": 400}, {"message": "x" * 2001}, {"fresh_months": 40}],
)
def test_what_cannot_be_opened_is_told(structure, wrong):
    with pytest.raises(CampaignRefused):
        opened(**wrong)
    assert not Campaign.objects.exists()


def test_one_campaign_at_a_time_and_nobody_to_ask(line):
    with pytest.raises(CampaignRefused, match="n’est pas close"):
        opened(name="2027")
    close_campaign(campaign=line.campaign, by="test")
    with pytest.raises(CampaignRefused, match="s’appelle déjà"):
        opened()
    CardFactory._meta.model.objects.update(confirmed_at=timezone.now())
    with pytest.raises(CampaignRefused, match="Aucune structure"):
        opened(name="2027", fresh_months=6)


def test_a_name_never_enters_a_header(structure, django_capture_on_commit_callbacks):
    save_card(structure=structure, by="test", values={"name": "Bcc: tous@exemple.fr"})
    with django_capture_on_commit_callbacks(execute=True):
        campaign = opened(name="2026\r\nBcc: tous@exemple.fr", message="<script>alert(1)</script>")
    assert campaign.name == "2026 Bcc: tous@exemple.fr"
    (sent,) = mail.outbox
    assert sent.recipients() == ["lucioles@exemple.fr"]
    assert "<script>" not in str(sent.alternatives[0][0])


# --- the link -------------------------------------------------------------------------------------------------------


def test_the_link_shows_the_card_and_writes_nothing(client, line):
    answer = assert_get_writes_nothing(client, link(line))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "05 49 00 00 00".replace(" ", "\u00a0") in page or "05 49 00 00 00" in page
    assert "Oui, tout est exact" in page
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies
    for what in ("correct", "ceased", "silence"):
        assert_get_writes_nothing(client, link(line, what))


def test_yes_confirms_the_card_by_the_link(client, line, structure):
    answer = client.post(link(line), {"version": "0"})
    assert answer["Location"] == "/fiche/merci/"
    assert not answer.cookies
    card = Card.objects.get(structure=structure)
    assert confirmed_words(card) == "confirmé par le lien de vérification"
    line.refresh_from_db()
    assert (line.answer, state_of(line)) == ("confirmed", LineState.CONFIRMED)
    again = client.post(link(line), {"version": "0"})
    assert again.status_code == 200
    assert "déjà arrivée" in again.content.decode()
    assert JournalEntry.objects.filter(verb="fiche confirmée").count() == 1


@pytest.mark.parametrize(
    ("email", "is_over", "who"),
    [
        ("Lucioles@exemple.fr", False, "la structure"),
        ("lucioles@exemple.fr", True, "le lien de vérification"),
        ("autre@exemple.fr", False, "le lien de vérification"),
    ],
)
def test_the_structure_confirms_by_the_address_of_who_represents_it(line, structure, email, is_over, who):
    over = {"ended_at": timezone.now() + timedelta(seconds=1), "end_reason": "resigned"} if is_over else {}
    MandateFactory(structure=structure, person__email=email, **over)
    confirm_by_link(line=line, version=0)
    assert confirmed_words(Card.objects.get(structure=structure)) == f"confirmé par {who}"


def test_who_arrived_between_the_message_and_its_reminder_proves_nothing(line, structure):
    mandate = MandateFactory(structure=structure)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert remind(campaign=line.campaign, by="test", after_days=7) == 1
        line.refresh_from_db()
        assert line.email == mandate.person.email
        confirm_by_link(line=line, version=0)
    assert confirmed_words(Card.objects.get(structure=structure)) == "confirmé par le lien de vérification"


@pytest.mark.parametrize(
    "act", [lambda line: confirm_by_link(line=line, version=0), lambda line: close_by_link(line=line)]
)
def test_the_structure_is_locked_before_anything_is_read(line, act):
    with CaptureQueriesContext(connection) as queries:
        act(line)
    tables = [found[1] for one in queries if (found := re.search(r'FROM "directory_(\w+)"', one["sql"]))]
    assert tables[:2] == ["structure", "campaignline"]


def test_a_line_that_a_merge_moved_or_dropped_is_told(line, structure):
    CampaignLine.objects.update(structure=in_poitiers("Les lucioles réunies"))
    with pytest.raises(AnswerRefused, match="réunie"):
        confirm_by_link(line=line, version=0)
    CampaignLine.objects.all().delete()
    with pytest.raises(AnswerRefused, match="réunie"):
        confirm_by_link(line=line, version=0)


@pytest.mark.parametrize("version", ["", "1", "-1", "9" * 40, "x"])
def test_another_card_than_the_one_read_is_not_confirmed(client, line, structure, version):
    answer = client.post(link(line), {"version": version})
    assert answer.status_code == 409
    assert "relisez" in answer.content.decode()
    assert Card.objects.get(structure=structure).confirmed_at is None


def test_corrections_by_the_link_wait_for_a_reading(client, line, structure):
    answer = client.post(link(line, "correct"), {"version": "0", "phone": "05 49 00 00 01", "note": "En septembre."})
    assert answer.status_code == 302
    change = CardChange.objects.get()
    assert (change.origin, change.values, change.decided_at) == ("campaign", {"phone": "+33549000001"}, None)
    assert change.by is None
    assert "campagne" in change.by_label
    assert Card.objects.get(structure=structure).phone == "+33549000000"
    line.refresh_from_db()
    assert line.answer == "changed"


def test_words_alone_reach_the_officer_as_a_report(client, line, officer):
    client.post(link(line, "correct"), {"version": "0", "note": "Nous déménageons en mars."})
    report = ErrorReport.objects.get()
    assert (report.topic, report.message) == ("other", "Nous déménageons en mars.")
    assert not CardChange.objects.exists()
    empty = client.post(link(line, "correct"), {"version": "0"})
    assert "déjà arrivée" in empty.content.decode()


def test_nothing_said_is_no_answer(client, line):
    page = client.post(link(line, "correct"), {"version": "0"}).content.decode()
    assert "au moins une rubrique" in page
    same = client.post(link(line, "correct"), {"version": "0", "phone": "05 49 00 00 00"}).content.decode()
    assert "dit déjà cela" in same
    line.refresh_from_db()
    assert line.answered_at is None


def test_a_card_that_changed_meanwhile_is_shown(client, line, structure):
    save_card(structure=structure, by="test", values={"phone": "0549000009"})
    answer = client.post(link(line, "correct"), {"version": "0", "phone": "05 49 00 00 01"})
    page = answer.content.decode()
    assert "a changé pendant que vous écriviez" in page
    assert "05 49 00 00 01" in page
    assert 'name="version" value="1"' in page
    assert client.post(link(line, "correct"), {"version": "1", "phone": "05 49 00 00 01"}).status_code == 302


def test_a_structure_that_has_ceased_is_an_item_for_the_officer(client, line, structure, officer):
    client.post(link(line, "ceased"), {"note": "Dissoute en juin."})
    report = ErrorReport.objects.get()
    assert report.topic == "closed"
    assert "Dissoute en juin." in report.message
    structure.refresh_from_db()
    assert not structure.is_closed
    line.refresh_from_db()
    assert line.answer == "closed"


def test_silence_keeps_a_digest_and_no_address(client, line, django_capture_on_commit_callbacks):
    for _twice in range(2):
        answer = client.post(link(line, "silence"), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    (row,) = CampaignSilence.objects.values()
    assert "lucioles" not in str(row)
    mail.outbox.clear()
    with time_machine.travel(timezone.now() + timedelta(days=10)), django_capture_on_commit_callbacks(execute=True):
        assert remind(campaign=line.campaign, by="test", after_days=5) == 0
    assert mail.outbox == []


def test_a_link_lives_thirty_days_after_the_end(client, line, structure):
    for days, status in ((49, 200), (50, 200), (51, 410)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert client.get(link(line)).status_code == status
            assert client.post(link(line), {"version": "5"}).status_code == (409 if status == 200 else 410)
    close_campaign(campaign=line.campaign, by="test")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        page = client.get(link(line))
        assert page.status_code == 410
        assert f"{structure.get_absolute_url()}corriger/" in page.content.decode()


def test_a_link_written_another_day_still_opens(client, line):
    url = link(line)
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert link(line) == url
        assert "Oui, tout est exact" in client.get(url).content.decode()


@pytest.mark.parametrize("what", ["card", "correct", "ceased"])
def test_a_false_link_opens_nothing(client, line, what):
    token = token_of(line.campaign_id, line.structure_id)
    for false in (
        token[:-1],
        token + "x",
        "rien",
        token_of(line.campaign_id, 0),
        token_of(0, line.structure_id),
        "é" * 99,
    ):
        answer = client.post(reverse(f"campaigns:{what}", args=[false]), {"version": "0", "phone": "0549000001"})
        assert answer.status_code == 404, false
    line.refresh_from_db()
    assert line.answered_at is None


def test_a_merged_structure_is_told(client, line, structure):
    other = in_poitiers("Les lucioles réunies")
    structure.merged_into = other
    structure.save()
    answer = client.post(link(line), {"version": "0"})
    assert answer.status_code == 410
    assert "réunie à une autre" in answer.content.decode()
    assert "Les lucioles réunies" in answer.content.decode()
    line.structure = other
    line.save()
    assert (
        "réunie"
        in client.get(reverse("campaigns:card", args=[token_of(line.campaign_id, structure.pk)])).content.decode()
    )


def test_script_is_text_everywhere(client, line, officer_client, structure):
    client.post(
        link(line, "correct"),
        {"version": "0", "name": "<script>alert(1)</script>", "note": "<img src=x onerror=alert(1)>"},
    )
    change = CardChange.objects.get()
    page = officer_client.get(reverse("desk:item", args=["corrections", change.pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    public = Client().get(structure.get_absolute_url()).content.decode()
    assert "alert(1)" not in public


@pytest.mark.parametrize("field", ["name", "phone", "email", "website", "description", "services", "note"])
def test_ten_thousand_characters_are_refused_in_words(client, line, field):
    answer = client.post(link(line, "correct"), {"version": "0", field: "x" * 10_000})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not CardChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_one_counts(territory):
    structure = in_poitiers("Les lucioles du pont")
    CardFactory(structure=structure, email="lucioles@exemple.fr")
    opened()
    line, gate, ends = CampaignLine.objects.get(), Barrier(2), []

    def answer():
        try:
            gate.wait(20)
            confirm_by_link(line=line, version=0)
            ends.append("kept")
        except AlreadyAnswered:
            ends.append("told")
        finally:
            connections.close_all()

    threads = [Thread(target=answer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["kept", "told"]
    assert JournalEntry.objects.filter(verb="fiche confirmée").count() == 1


def test_a_version_that_moved_is_refused_by_the_action(line, structure):
    save_card(structure=structure, by="test", values={"name": "Lucioles"})
    with pytest.raises(CardMoved):
        confirm_by_link(line=line, version=0)


# --- reminders, letters, closing ------------------------------------------------------------------------------------


def test_one_reminder_by_the_command_and_no_more(line, django_capture_on_commit_callbacks):
    mail.outbox.clear()

    def command():
        out = io.StringIO()
        with django_capture_on_commit_callbacks(execute=True):
            call_command("directory", "campaign", "remind", "--after-days", "7", "--json", stdout=out)
        return out.getvalue()

    assert '"sent": 0' in command()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert '"sent": 1' in command()
        assert '"sent": 0' in command()
    (sent,) = mail.outbox
    assert sent.subject.startswith("Un rappel")
    close_campaign(campaign=line.campaign, by="test")
    assert '"sent": 0' in command()


def test_the_address_is_asked_again_when_a_message_leaves(structure, django_capture_on_commit_callbacks):
    mandate = MandateFactory(structure=structure)
    campaign = opened()
    mandate.ended_at = timezone.now() + timedelta(seconds=1)
    mandate.end_reason = "resigned"
    mandate.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert send_messages(campaign=campaign, by="test") == 1
    new = MandateFactory(structure=structure)
    with time_machine.travel(timezone.now() + timedelta(days=8)), django_capture_on_commit_callbacks(execute=True):
        assert remind(campaign=campaign, by="test", after_days=7) == 1
    assert [sent.to for sent in mail.outbox] == [["lucioles@exemple.fr"], [new.person.email]]


def test_the_address_of_an_ended_mandate_alone_is_never_written_to(structure, django_capture_on_commit_callbacks):
    Card.objects.all().delete()
    mandate = MandateFactory(structure=structure)
    campaign = opened()
    assert CampaignLine.objects.get().email == mandate.person.email
    mandate.ended_at = timezone.now() + timedelta(seconds=1)
    mandate.end_reason = "resigned"
    mandate.save()
    with django_capture_on_commit_callbacks(execute=True):
        assert send_messages(campaign=campaign, by="test") == 0
    assert mail.outbox == []
    assert state_of(CampaignLine.objects.get()) == LineState.TO_PRINT


@pytest.mark.parametrize(
    ("answered", "told"),
    [(0, "0 %"), (25, "moins de 1 %"), (63, "moins de 1 %"), (64, "1 %"), (6307, "plus de 99 %"), (6308, "100 %")],
)
def test_a_few_answers_are_not_none(answered, told):
    assert Progress("", 6308, answered).told_share.replace("\u202f", " ") == told


def test_a_letter_opens_the_card_and_its_code_stands_nowhere(client, officer_client, structure):
    Card.objects.all().delete()
    campaign = opened()
    made, number = print_letters(campaign=campaign, by="test")
    letter = pdf.read_pdf(made)
    assert number == len(letter.pages) == 1
    code = re.search(r"[34679ACDEFGHJKMNPQRTWXY]{4} [34679ACDEFGHJKMNPQRTWXY]{4}", letter.text)[0]
    assert "Les lucioles du pont" in letter.text
    assert "86000 Poitiers" in letter.text
    line = CampaignLine.objects.get()
    assert line.printed_at is not None
    assert plain_code(code) not in str(list(CampaignLine.objects.values()))
    answer = client.post("/fiche/", {"code": code.lower().replace(" ", " - ")})
    assert answer["Location"] == link(line)
    with pytest.raises(CampaignRefused, match="Aucune lettre"):
        print_letters(campaign=campaign, by="test")
    print_letters(campaign=campaign, by="test", again=True)
    assert client.post("/fiche/", {"code": code}).status_code == 200, "le premier code est éteint"


def test_printing_again_asks_to_be_confirmed(officer_client, structure):
    Card.objects.all().delete()
    campaign = opened()
    url = reverse("officer:campaign_letters", args=[campaign.pk])
    assert officer_client.post(url)["Content-Type"] == "application/pdf"
    before = CampaignLine.objects.get().code_digest
    page = officer_client.post(url, {"encore": "oui"})
    assert "Cochez la case" in page.content.decode()
    assert CampaignLine.objects.get().code_digest == before
    assert officer_client.post(url, {"encore": "oui", "confirm": "oui"})["Content-Type"] == "application/pdf"
    assert CampaignLine.objects.get().code_digest != before


def test_codes_are_tried_ten_times_and_no_more(client, line):
    for _time in range(TRIES.count):
        assert client.post("/fiche/", {"code": "AAAA AAAA"}).status_code == 200
    assert client.post("/fiche/", {"code": "AAAA AAAA"}).status_code == 429


@pytest.mark.parametrize("typed", ["", "AAAA", "0OIL1Z25", "A" * 10_000, "' OR 1=1 --", "\x00" * 8])
def test_what_is_no_code_opens_nothing(client, line, typed):
    CampaignLine.objects.update(code_digest="")
    assert client.post("/fiche/", {"code": typed}).status_code == 200
    assert plain_code(typed) == ""


def test_closing_twice_is_closing_once(line):
    for _twice in range(2):
        close_campaign(campaign=line.campaign, by="test")
    assert JournalEntry.objects.filter(verb="campagne close").count() == 1
    assert send_messages(campaign=Campaign.objects.get(), by="test") == 0


# --- the officer's screens ------------------------------------------------------------------------------------------


def test_the_preview_comes_before_the_opening(officer_client, structure, django_capture_on_commit_callbacks):
    url = reverse("officer:campaign_new")
    form = {"name": "2026", "message": "", "closes_on": timezone.localdate() + timedelta(days=9), "fresh_months": 6}
    page = officer_client.post(url, form | {"open": "oui"}).content.decode()
    assert "regardez les nouveaux nombres" in page
    assert not Campaign.objects.exists()
    page = officer_client.post(url, form).content.decode()
    assert 'name="seen" value="1"' in page
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer_client.post(url, form | {"open": "oui", "seen": "1"})
    campaign = Campaign.objects.get()
    assert answer["Location"] == reverse("officer:campaign", args=[campaign.pk])
    assert len(mail.outbox) == 1


def test_progress_by_commune_and_family(line, officer_client, django_assert_max_num_queries):
    confirm_by_link(line=line, version=0)
    campaign = line.campaign
    assert (progress(campaign).answered, progress(campaign).share) == (1, 100.0)
    (commune,) = by_commune(campaign, SCOPE)
    assert (commune.label, commune.answered) == ("Poitiers", 1)
    (family,) = by_family(campaign)
    assert (family.label, family.asked) == ("Associations", 1) or family.asked == 1
    url = reverse("officer:campaign", args=[campaign.pk])
    with django_assert_max_num_queries(30):
        page = officer_client.get(url).content.decode()
    assert "Tout est exact" in page
    for query in ("?etat=exact", "?famille=association", "?commune=86194"):
        assert "Les lucioles du pont" in officer_client.get(url + query).content.decode()
    assert "Aucune structure ici" in officer_client.get(url + "?etat=cesse").content.decode()
    assert officer_client.get(url + "?etat=rien&commune=x&famille=%00&page=99").status_code == 200


def test_the_export_tells_states_and_no_address(line, officer_client):
    url = reverse("officer:campaign_export", args=[line.campaign_id, "csv"])
    text = b"".join(officer_client.get(url).streaming_content).decode()
    assert "Les lucioles du pont" in text
    assert "Sans réponse" in text
    assert "@" not in text
    assert officer_client.get(url.replace("csv", "xlsx")).status_code == 200
    assert officer_client.get(url.replace("csv", "exe")).status_code == 404


ADDRESSES = ("", "nouvelle/", "{pk}/", "{pk}/export.csv", "{pk}/relancer/", "{pk}/lettres/", "{pk}/clore/")


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_the_officer_comes_in(line, person_client, address):
    url = f"/equipe/annuaire/campagnes/{address.format(pk=line.campaign_id)}"
    MandateFactory(person=person_client.get("/").wsgi_request.user, structure=line.structure)
    assert person_client.get(url).status_code == 403
    assert person_client.post(url).status_code in (403, 405)
    assert Client().get(url).status_code == 302


def test_every_screen_reads_only(line, officer_client):
    for address in ADDRESSES:
        url = f"/equipe/annuaire/campagnes/{address.format(pk=line.campaign_id)}"
        assert assert_get_writes_nothing(officer_client, url).status_code == 200
    assert "La campagne en cours" in officer_client.get("/equipe/").content.decode()


def test_reminder_and_sending_from_the_page(line, officer_client, django_capture_on_commit_callbacks):
    url = reverse("officer:campaign_remind", args=[line.campaign_id])
    CampaignLine.objects.update(sent_at=timezone.now() - timedelta(days=30))
    assert "1 structure n’a pas répondu".replace(" ", "\u00a0", 1) in officer_client.get(
        url + "?after_days=21"
    ).content.decode().replace("&nbsp;", "\u00a0")
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(url, {"after_days": "21"})
    line.refresh_from_db()
    assert line.reminded_at is not None
    CampaignLine.objects.update(sent_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(reverse("officer:campaign_send", args=[line.campaign_id]))
    assert len(mail.outbox) == 3


# --- cards to be verified -------------------------------------------------------------------------------------------


def test_the_mark_is_in_words_on_the_page_and_in_lists(client, line, structure):
    assert "Fiche à vérifier" not in client.get(structure.get_absolute_url()).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=21)):
        page = client.get(structure.get_absolute_url()).content.decode()
        assert "Fiche à vérifier" in page
        assert "Personne n’a encore confirmé cette fiche" in page
        (document,) = documents_of(Structure.objects.filter(pk=structure.pk))
        view = CardView(Listed.load(document.shown), now=timezone.now(), scope=SCOPE)
        assert "Fiche à vérifier" in [tag.text for tag in view.tags]
    confirm_by_link(line=line, version=0)
    assert "Fiche à vérifier" not in client.get(structure.get_absolute_url()).content.decode()


def test_a_card_never_confirmed_is_to_be_verified_once_asked_in_vain(line, structure, officer_client):
    assert not stale_cards(SCOPE).exists()
    assert [one.pk for one in stale_cards(SCOPE, NEVER)] == [structure.pk]
    with time_machine.travel(timezone.now() + timedelta(days=21)):
        assert [one.pk for one in stale_cards(SCOPE)] == [structure.pk]
        assert [one.pk for one in stale_cards(SCOPE, UNANSWERED)] == [structure.pk]
    confirm_by_link(line=line, version=0)
    assert not stale_cards(SCOPE, NEVER).exists()
    with time_machine.travel(timezone.now() + timedelta(days=600)):
        assert [one.pk for one in stale_cards(SCOPE, OLD)] == [structure.pk]
    assert assert_get_writes_nothing(officer_client, "/equipe/annuaire/a-confirmer/").status_code == 200


def test_a_letter_code_is_found_by_its_digest_alone(line):
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_digest FROM directory_campaignline")
        assert cursor.fetchall() == [("",)]
