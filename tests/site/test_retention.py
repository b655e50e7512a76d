"""What its delay has passed is erased: the day before it is there, the day after it is gone, twice changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession, FormState

from essaim.directory.actions.cards import publish_change, restore, save_card
from essaim.directory.actions.mandates import end_mandate
from essaim.directory.enums import ChangeOutcome, ClaimMethod, ClaimOutcome, MandateEnd
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    CardChange,
    CardPhoto,
    ClaimEvidence,
    ContactImport,
    ErrorReport,
    Invitation,
    StructureProposal,
)
from essaim.directory.provenance import Sayer
from essaim.editorial.models import ContactMessage, Subscription
from essaim.foundation.models import JournalEntry
from essaim.foundation.private import private_files
from essaim.foundation.registries import Registry, Retention
from essaim.people.models import EntryCode, Person
from tests.directory.factories import CardChangeFactory, ClaimFactory, MandateFactory, in_poitiers
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
NOW = timezone.datetime(2026, 11, 24, 12, tzinfo=timezone.get_default_timezone())
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    """Time stands still, and travels when asked."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def run():
    out = StringIO()
    call_command("people", "retention", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["failed"] == []
    return {key: number for key, number in told["erased"].items() if number}


def kept_until(clock, last_day, key):
    """Nothing of `key` goes on its last day; all of it the day after, once."""
    clock.move_to(last_day - timedelta(minutes=1))
    assert key not in run()
    clock.move_to(last_day + DAY)
    assert run()[key] >= 1
    entries = JournalEntry.objects.count()
    assert run() == {}
    assert JournalEntry.objects.count() == entries


def test_an_account_that_nobody_uses_is_warned_then_erased(clock, django_capture_on_commit_callbacks):
    sleeper = PersonFactory(email="dort@exemple.fr", name="Alix Dort")
    officer = PersonFactory(is_officer=True)
    three_years = NOW + timedelta(days=3 * 365)
    clock.move_to(three_years - DAY)
    assert run() == {}
    assert mail.outbox == []
    clock.move_to(three_years + DAY)
    with django_capture_on_commit_callbacks(execute=True):
        assert run() == {}
    assert [message.to for message in mail.outbox] == [["dort@exemple.fr"]]
    assert "sera supprimé" in mail.outbox[0].subject
    assert run() == {}
    assert len(mail.outbox) == 1, "une seule fois"
    clock.move_to(three_years + timedelta(days=30))
    assert run() == {}
    clock.move_to(three_years + timedelta(days=32))
    assert run() == {"comptes": 1}
    assert run() == {}
    sleeper.refresh_from_db()
    assert (sleeper.is_active, sleeper.name) == (False, f"Compte supprimé n° {sleeper.pk}")
    assert Person.objects.get(pk=officer.pk).erased_at is None, "l’équipe se remplace à la main"


def test_opening_the_account_after_the_message_keeps_it(clock):
    sleeper = PersonFactory()
    clock.move_to(NOW + timedelta(days=3 * 365 + 1))
    run()
    Person.objects.filter(pk=sleeper.pk).update(last_login=timezone.now() + timedelta(hours=1))
    clock.move_to(NOW + timedelta(days=3 * 365 + 60))
    assert run() == {}
    # Three years later it is warned anew before anything.
    clock.move_to(NOW + timedelta(days=6 * 365 + 60))
    assert run() == {}
    assert Person.objects.get(pk=sleeper.pk).erased_at is None


def test_sessions_and_requests_to_come_in(clock, person):
    UserSession.objects.create(user=person, ip="127.0.0.1", session_key="a", user_agent="x")
    kept_until(clock, NOW + timedelta(days=365), "sessions")
    assert not UserSession.objects.exists()


def test_sessions_that_are_over_go(clock):
    Session.objects.create(session_key="b", session_data="", expire_date=NOW + 14 * DAY)
    kept_until(clock, NOW + 14 * DAY, "sessions")


def test_requests_to_come_in_go_after_a_day(clock):
    EntryCode.objects.create(address="a@exemple.fr", seed="x")
    kept_until(clock, NOW + DAY, "entrees")


@pytest.mark.parametrize("decided", [True, False])
def test_proofs_of_a_claim_and_their_file(clock, decided, django_capture_on_commit_callbacks):
    claim = ClaimFactory(structure=in_poitiers("La Ruche"), message="Je suis la trésorière")
    proof = ClaimEvidence.objects.create(
        claim=claim,
        method=ClaimMethod.DOCUMENT,
        sent_to="a@exemple.fr",
        code_digest="f" * 64,
        document=ContentFile(b"%PDF-1.4", "a.pdf"),
        document_name="a.pdf",
    )
    if decided:
        claim.decided_at, claim.outcome = NOW, ClaimOutcome.GRANTED
        claim.save()
    name = proof.document.name
    with django_capture_on_commit_callbacks(execute=True):
        kept_until(clock, NOW + timedelta(days=182 if decided else 730), "demandes")
    proof.refresh_from_db()
    assert (proof.sent_to, proof.code_digest, proof.document.name, proof.method) == ("", "", "", "document")
    assert not private_files().exists(name)
    claim.refresh_from_db()
    assert claim.message == ("Je suis la trésorière" if decided else "")
    clock.move_to(NOW + timedelta(days=732))
    run()
    claim.refresh_from_db()
    assert claim.message == ""


def test_a_file_stays_when_its_row_could_not_be_written(clock):
    """Outside a commit nothing is removed from the disk."""
    claim = ClaimFactory(structure=in_poitiers("La Ruche"), decided_at=NOW, outcome=ClaimOutcome.GRANTED)
    proof = ClaimEvidence.objects.create(
        claim=claim, method=ClaimMethod.DOCUMENT, document=ContentFile(b"%PDF-1.4", "a.pdf")
    )
    clock.move_to(NOW + timedelta(days=200))
    run()  # the transaction of the test is never committed
    assert private_files().exists(proof.document.name)


def test_invitations(clock):
    structure, person = in_poitiers("La Ruche"), PersonFactory()
    several = {"structure": structure, "by_label": "Camille", "expires_at": NOW + 30 * DAY, "message": "Bonjour"}
    Invitation.objects.create(email="jamais@exemple.fr", **several)
    used = Invitation.objects.create(email="oui@exemple.fr", accepted_at=NOW, accepted_by=person, **several)
    mandate = MandateFactory(structure=structure, person=person, invitation=used)
    kept_until(clock, NOW + timedelta(days=365), "invitations")
    assert list(Invitation.objects.values_list("email", "message")) == [("", "")]
    mandate.refresh_from_db()
    assert mandate.invitation == used


@pytest.mark.parametrize("closed", [True, False])
def test_addresses_of_a_campaign(clock, closed):
    campaign = Campaign.objects.create(
        name="2026", opened_by_label="Camille", closes_on=NOW.date(), closed_at=NOW if closed else None
    )
    line = CampaignLine.objects.create(
        campaign=campaign, structure=in_poitiers("La Ruche"), email="a@exemple.fr", code_digest="f" * 64
    )
    kept_until(clock, NOW + timedelta(days=365), "campagnes")
    line.refresh_from_db()
    assert (line.email, line.code_digest) == ("", "")


def test_the_address_of_a_correction_goes_thirty_days_after_the_answer(clock):
    change = CardChangeFactory(
        structure=in_poitiers("La Ruche"),
        origin="public",
        email="a@exemple.fr",
        note="Bonjour",
        decided_at=NOW,
        outcome=ChangeOutcome.REFUSED,
    )
    kept_until(clock, NOW + timedelta(days=30), "corrections")
    change.refresh_from_db()
    assert (change.email, change.note) == ("", "Bonjour")
    clock.move_to(NOW + timedelta(days=366))
    assert run() == {"corrections": 1}
    change.refresh_from_db()
    assert change.note == ""


def test_the_address_of_a_correction_that_waits_goes_after_a_year(clock):
    change = CardChangeFactory(structure=in_poitiers("La Ruche"), origin="public", email="a@exemple.fr")
    kept_until(clock, NOW + timedelta(days=365), "corrections")
    change.refresh_from_db()
    assert (change.email, change.decided_at) == ("", None)


def test_former_telephones_go_after_three_years_and_history_still_reads(clock):
    structure = in_poitiers("La Ruche")
    save_card(structure=structure, by="Camille", values={"phone": "05 49 00 00 01", "description": "Des abeilles"})
    first = structure.card_changes.get()
    clock.move_to(NOW + timedelta(days=3 * 365 - 1))
    save_card(structure=structure, by="Camille", values={"description": "Du miel"})
    kept_until(clock, NOW + timedelta(days=3 * 365), "corrections")
    first.refresh_from_db()
    assert "phone" not in first.values
    assert first.values["description"] == "Des abeilles"
    again = restore(structure=structure, version=1, by="Camille", said_by=Sayer.TEAM)
    assert again.values == {"description": "Des abeilles"}
    structure.card.refresh_from_db()
    assert structure.card.phone, "le téléphone d’aujourd’hui reste"


def test_a_change_that_waits_keeps_what_it_proposes(clock):
    change = CardChangeFactory(structure=in_poitiers("La Ruche"), values={"phone": "+33549000001"}, base={"phone": ""})
    clock.move_to(NOW + timedelta(days=4 * 365))
    run()
    publish_change(change=CardChange.objects.get(pk=change.pk), by="Camille", said_by=Sayer.TEAM)
    assert change.structure.card.phone == "+33549000001"


@pytest.mark.parametrize("outcome", ["admitted", "refused", ""])
def test_who_proposed_a_structure(clock, outcome):
    in_poitiers("La Ruche")
    proposal = StructureProposal.objects.create(
        kind="project",
        name="Projet",
        commune_id="86194",
        description="Un projet",
        why="Il l’est",
        phone="0549000001",
        proposer=PersonFactory(last_login=NOW + timedelta(days=720)),
        proposer_name="Alix",
        proposer_email="a@exemple.fr",
        outcome=outcome,
        decided_at=NOW if outcome else None,
        criterion="agrément" if outcome == "admitted" else "",
        proof="vu" if outcome == "admitted" else "",
    )
    kept_until(clock, NOW + timedelta(days=365 if outcome else 730), "propositions")
    proposal.refresh_from_db()
    assert (proposal.proposer, proposal.proposer_name, proposal.proposer_email) == (None, "", "")
    assert proposal.phone == ("0549000001" if outcome == "admitted" else "")
    assert proposal.outcome == outcome


def test_photos_removed(clock, django_capture_on_commit_callbacks):
    structure = in_poitiers("La Ruche")
    photo = CardPhoto.objects.create(
        structure=structure,
        image=ContentFile(b"image", "a.webp"),
        alt="La ruche",
        added_by_label="Alix",
        removed_at=NOW,
    )
    stays = CardPhoto.objects.create(
        structure=structure, image=ContentFile(b"image", "b.webp"), alt="Le miel", added_by_label="Alix"
    )
    with django_capture_on_commit_callbacks(execute=True):
        kept_until(clock, NOW + timedelta(days=30), "photos")
    assert list(CardPhoto.objects.all()) == [stays]
    assert not photo.image.storage.exists(photo.image.name)
    assert stays.image.storage.exists(stays.image.name)


def test_lines_of_an_import(clock):
    row = ContactImport.objects.create(
        filename="a.csv", by_label="Camille", verdicts=[{"name": "Alix"}], counts={"a": 1}
    )
    kept_until(clock, NOW + timedelta(days=365), "imports")
    row.refresh_from_db()
    assert (row.verdicts, row.counts) == ([], {"a": 1})


def test_reports_messages_and_letters(clock):
    ErrorReport.objects.create(structure=in_poitiers("La Ruche"), topic="name", message="Faux", email="a@exemple.fr")
    ContactMessage.objects.create(topic="question", name="Alix", email="a@exemple.fr", message="Bonjour")
    Subscription.objects.create(email="a@exemple.fr", consent="Oui", asked_at=NOW)
    Subscription.objects.create(email="b@exemple.fr", consent="Oui", asked_at=NOW, confirmed_at=NOW)
    kept_until(clock, NOW + 7 * DAY, "lettre")
    assert list(Subscription.objects.values_list("email", flat=True)) == ["b@exemple.fr"]
    kept_until(clock, NOW + timedelta(days=365), "signalements")
    assert list(ErrorReport.objects.values_list("email", flat=True)) == [""]
    kept_until(clock, NOW + timedelta(days=730), "messages")
    assert not ErrorReport.objects.exists()


def test_tasks_and_forms_in_progress(clock, person):
    def task(**more):
        return DBTaskResult.objects.create(
            task_path="essaim.foundation.mails.deliver",
            args_kwargs={"args": ["a@exemple.fr"], "kwargs": {}},
            backend_name="default",
            run_after=NOW,
            **more,
        )

    task(status="SUCCESSFUL", finished_at=NOW)
    waits = task(status="READY")
    kept_until(clock, NOW + 14 * DAY, "taches")
    assert list(DBTaskResult.objects.values_list("pk", flat=True)) == [waits.pk]
    here = {"content_type": ContentType.objects.get_for_model(Person), "object_id": "1"}
    now = timezone.now()
    FormState.objects.create(user=person, data="a=1", parent_object_id="", last_updated_at=now, **here)
    EditingSession.objects.create(user=person, last_seen_at=now, **here)
    clock.move_to(now + timedelta(minutes=59))
    assert run() == {}
    clock.move_to(now + timedelta(minutes=61))
    assert run() == {"saisies": 1}
    clock.move_to(now + timedelta(hours=25))
    assert run() == {"saisies": 1}


def test_mandates_and_the_journal_stay(clock):
    mandate = MandateFactory(structure=in_poitiers("La Ruche"))
    end_mandate(mandate=mandate, by="Camille", reason=MandateEnd.RESIGNED)
    clock.move_to(NOW + timedelta(days=3 * 365 - 1))
    entries = JournalEntry.objects.count()
    run()
    mandate.refresh_from_db()
    assert mandate.ended_at == NOW
    assert JournalEntry.objects.count() == entries


def test_a_delay_that_fails_keeps_none_of_the_others_and_is_told(monkeypatch):
    done = []

    def broken(_by):
        raise RuntimeError("panne")

    registry: Registry[Retention] = Registry("essai")
    registry.register(Retention("a", "A", broken, 1))
    registry.register(Retention("b", "B", lambda by: done.append(by) or 3, 2))
    monkeypatch.setattr("essaim.people.management.commands.people.retentions", registry)
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError, match="Non fait : a"):
        call_command("people", "retention", stdout=out, stderr=err)
    assert done == ["commande people retention"]
    assert "panne" in err.getvalue()
    assert "3  B" in out.getvalue()
