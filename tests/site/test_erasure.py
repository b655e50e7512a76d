"""An account is erased across every room: no name nor address of it is left anywhere, and what stays is told."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.auth.models import Group
from django.core import mail, serializers
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from essaim.desk.models import Assignment, SavedView
from essaim.directory.actions.mandates import grant_mandate
from essaim.directory.actions.structure_people import contested
from essaim.directory.enums import ClaimMethod, ClaimOutcome, MandateEnd
from essaim.directory.leaving import lacking
from essaim.directory.models import (
    Campaign,
    CampaignLine,
    Card,
    CardContact,
    Claim,
    ClaimEvidence,
    Contact,
    ErrorReport,
    Invitation,
    Mandate,
    Merge,
    StructureNote,
    StructureProposal,
)
from essaim.directory.provenance import Sayer, confirmation_text
from essaim.editorial.models import ContactMessage, Subscription
from essaim.foundation import journal
from essaim.foundation.models import JournalEntry
from essaim.foundation.private import private_files
from essaim.people.actions.erasing import ErasureRefused, erase_account
from essaim.people.models import Office, Person
from tests.directory.factories import CardChangeFactory, ClaimFactory, MandateFactory, in_poitiers
from tests.people.factories import OfficeFactory, PersonFactory
from tests.support import assert_get_writes_nothing

NAME, ADDRESS = "Zélie Quarantehuit", "zelie.quarantehuit@exemple.fr"
pytestmark = pytest.mark.django_db


@pytest.fixture
def zelie():
    return PersonFactory(name=NAME, email=ADDRESS)


def erase(person, **more):
    return erase_account(person=person, **({"by": person, "reason": "À sa demande"} | more))


def plant(person, officer):
    """Somebody everywhere that a person can be."""
    structure = in_poitiers("La Ruche")
    other = in_poitiers("Le Rucher")
    with transaction.atomic():
        grant_mandate(structure=structure, person=person, by=person, method=ClaimMethod.OFFICER, role="présidente")
    claim = ClaimFactory(structure=other, person=person, message=f"Je suis {NAME}")
    ClaimEvidence.objects.create(
        claim=claim,
        method=ClaimMethod.DOCUMENT,
        sent_to=ADDRESS,
        code_digest="a" * 64,
        document=ContentFile(b"%PDF-1.4", "recepisse.pdf"),
        document_name=f"Récépissé {NAME}.pdf",
        note=f"Document de {NAME}",
        checked_by_label=NAME,
    )
    CardChangeFactory(structure=structure, by=person, by_label=NAME)
    CardChangeFactory(structure=other, by_label="un visiteur", email=ADDRESS.upper(), origin="public")
    Card.objects.create(structure=other, confirmed_by_label=confirmation_text(Sayer.STRUCTURE, NAME))
    CardContact.objects.create(structure=structure, name=NAME, email=ADDRESS)
    Invitation.objects.create(
        structure=other, email=ADDRESS, message=f"Bonjour {NAME}", by_label="Camille", expires_at=timezone.now()
    )
    Invitation.objects.create(
        structure=other,
        email="autre@exemple.fr",
        message=f"{NAME} vous invite",
        by=person,
        by_label=NAME,
        expires_at=timezone.now(),
    )
    mandate = Mandate.objects.get(structure=structure, person=person)
    ErrorReport.objects.create(structure=structure, topic="other", message=f"{contested(mandate.pk)}, x) : {NAME} ment")
    StructureProposal.objects.create(
        kind="project",
        name="Projet",
        commune_id="86194",
        description="Un projet",
        why="Il l’est",
        proposer=person,
        proposer_name=NAME,
        proposer_email=ADDRESS,
    )
    ErrorReport.objects.create(structure=structure, topic="name", message="Faux", email=ADDRESS)
    campaign = Campaign.objects.create(name="2026", opened_by_label=NAME, closes_on=timezone.localdate())
    CampaignLine.objects.create(campaign=campaign, structure=structure, email=ADDRESS)
    StructureNote.objects.create(structure=structure, text="Une note", by=person, by_label=NAME)
    ContactMessage.objects.create(topic="question", name=NAME, email=ADDRESS, message="Bonjour")
    Subscription.objects.create(email=ADDRESS, consent="Oui", asked_at=timezone.now())
    Assignment.objects.create(kind="messages", object_id=1, to=person, by_label=NAME)
    SavedView.objects.create(person=person, name="À moi", query="")
    OfficeFactory(person=person, named_by_label="Camille")
    EmailAddress.objects.create(user=person, email=ADDRESS, verified=True, primary=True)
    SocialAccount.objects.create(user=person, provider="proconnect", uid="1", extra_data={"given_name": NAME})
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    person.groups.add(Group.objects.create(name="Essai"))
    with transaction.atomic():
        journal.record(by=person, verb="fiche modifiée", obj=structure, after={"by": NAME})
        journal.record(by=officer, verb="compte ouvert", obj=person, after={"name": NAME, "email": ADDRESS})
        journal.record(by=officer, verb="note", obj=other, reason=f"Écrire à {ADDRESS.upper()}", after={"a": [ADDRESS]})
    return structure


def everything_written():
    """Every text of every table, as the database holds it."""
    words = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                words += [(model._meta.label, str(row)) for row in cursor.fetchall()]
    return words


def traces():
    found = set()
    for label, text in everything_written():
        told = text.lower()
        if "quarantehuit" in told or "z\\u00e9lie" in told:
            found.add(label)
    return found


def test_nothing_of_a_name_nor_of_an_address_is_left_in_any_table(zelie, officer, django_capture_on_commit_callbacks):
    structure = plant(zelie, officer)
    document = ClaimEvidence.objects.get().document.name
    assert {"people.Person", "directory.Claim", "foundation.JournalEntry", "editorial.Subscription"} <= traces()
    assert private_files().exists(document)
    with django_capture_on_commit_callbacks(execute=True):
        done = erase(zelie)
    assert traces() == set()
    assert not private_files().exists(document)
    person = Person.objects.get(pk=zelie.pk)
    label = f"Compte supprimé n° {zelie.pk}"
    assert (person.name, person.email, person.is_active) == (label, f"supprime-{zelie.pk}@essaim.invalid", False)
    assert person.erased_at
    assert not person.has_usable_password()
    mandate = Mandate.objects.get(structure=structure)
    assert (mandate.end_reason, mandate.ended_by_label, mandate.role) == (MandateEnd.ACCOUNT_ERASED, label, "")
    claim = Claim.objects.get()
    assert (claim.outcome, claim.message) == (ClaimOutcome.WITHDRAWN, "")
    assert Invitation.objects.exclude(by=zelie).get().cancelled_at
    assert Office.objects.get(person=person).until == timezone.localdate()
    assert not person.groups.exists()
    assert any("histoire" in words or "dates" in words for words in done.kept)


def test_the_journal_keeps_what_was_done_by_whom_it_was_is_out_and_says_so(zelie, officer):
    plant(zelie, officer)
    before = {entry.pk: (entry.verb, entry.at, entry.by_id, entry.object_id) for entry in JournalEntry.objects.all()}
    erase(zelie)
    for pk, facts in before.items():
        entry = JournalEntry.objects.get(pk=pk)
        assert (entry.verb, entry.at, entry.by_id, entry.object_id) == facts
    label = f"Compte supprimé n° {zelie.pk}"
    opened = JournalEntry.objects.get(verb="compte ouvert")
    assert opened.object_label == label
    assert opened.after == {"name": label, "email": label}
    assert opened.by_label == officer.name
    note = JournalEntry.objects.get(verb="note")
    assert (note.reason, note.after) == (f"Écrire à {label}", {"a": [label]})
    (told,) = JournalEntry.objects.filter(verb="nom retiré du journal")
    assert told.after["entrées"] > 3
    (done,) = JournalEntry.objects.filter(verb="compte supprimé")
    assert (done.by_label, done.object_label, done.reason) == (label, label, "À sa demande")


def test_what_a_mandate_says_of_a_role_never_enters_the_journal(zelie):
    with transaction.atomic():
        grant_mandate(
            structure=in_poitiers("La Ruche"), person=zelie, by=zelie, method=ClaimMethod.OFFICER, role="amie de Paul"
        )
    assert not JournalEntry.objects.filter(after__icontains="Paul").exists()


def test_a_namesake_and_an_address_that_ends_alike_are_left_alone(zelie, officer):
    PersonFactory(name=NAME, email=f"autre.{ADDRESS}")
    campaign = Campaign.objects.create(name="2026", opened_by_label=NAME, closes_on=timezone.localdate())
    with transaction.atomic():
        entry = journal.record(by="commande", verb="note", reason=f"{NAME} et autre.{ADDRESS}, pas {ADDRESS}")
    erase(zelie)
    campaign.refresh_from_db()
    entry = JournalEntry.objects.get(pk=entry.pk)
    assert campaign.opened_by_label == NAME
    assert entry.reason == f"{NAME} et autre.{ADDRESS}, pas Compte supprimé n° {zelie.pk}"


def test_former_names_and_addresses_go_as_well(zelie, officer):
    """A name changed and an address changed before: what they signed, what was told of them, where they stand alone."""
    structure = in_poitiers("La Ruche")
    office = OfficeFactory(person=zelie)
    with transaction.atomic():
        journal.record(by=zelie, verb="fiche modifiée", obj=structure, after={"by": NAME})
        journal.record(by=officer, verb="charge donnée", obj=office)
        # As it was written when an account without a name was told by its address.
        first = journal.record(by="porte", verb="compte ouvert", obj=zelie)
        JournalEntry._base_manager.filter(pk=first.pk).update(object_label=ADDRESS)
        journal.record(by=zelie, verb="nom affiché changé", obj=zelie, after={"name": "changé"})
        other = journal.record(by=officer, verb="note", obj=structure, reason="Horaires : rien n’a changé")
    campaign = Campaign.objects.create(name="2026", opened_by_label=NAME, closes_on=timezone.localdate())
    Invitation.objects.create(structure=structure, email=ADDRESS, by_label="Camille", expires_at=timezone.now())
    Person.objects.filter(pk=zelie.pk).update(name="Autre Nom", email="autre@exemple.fr")
    erase(zelie)
    assert traces() == set()
    assert not [label for label, text in everything_written() if "Autre Nom" in text or "autre@exemple" in text]
    campaign.refresh_from_db()
    assert campaign.opened_by_label == f"Compte supprimé n° {zelie.pk}"
    assert JournalEntry.objects.get(verb="charge donnée").object_label.endswith(f"Compte supprimé n° {zelie.pk}")
    assert JournalEntry.objects.get(pk=other.pk).reason == "Horaires : rien n’a changé"


def test_what_merges_keep_is_cleaned(zelie, officer):
    one, two = in_poitiers("La Ruche"), in_poitiers("Le Rucher")
    invitation = Invitation(structure=one, email=ADDRESS, message=NAME, by_label="Camille", expires_at=timezone.now())
    rows = [
        invitation,
        CardContact(structure=one, name=NAME, email=ADDRESS.upper(), phone="+33549000000"),
        Claim(structure=one, person=zelie, role="présidente", message=NAME, decided_by_label=NAME),
        Contact(structure=one, name="Quelqu’un", email=f"autre.{ADDRESS.replace('quarantehuit', 'x')}"),
    ]
    closed = {"model": "directory.claim", "pk": 1, "before": {}, "after": {"decided_by_id": zelie.pk, "x_label": NAME}}
    row = Merge.objects.create(
        source=one,
        target=two,
        by_label="Camille",
        reason="la même",
        dropped=json.loads(serializers.serialize("json", rows)),
        before={"closed": [closed], "card": {"model": "directory.card", "fields": {"email": ADDRESS}}},
    )
    erase(zelie)
    assert traces() == set()
    row.refresh_from_db()
    assert row.dropped[1] == {"model": "directory.cardcontact", "fields": {}}
    assert row.dropped[3]["fields"]["name"] == "Quelqu’un"
    assert [one["fields"].get("message") for one in (row.dropped[0], row.dropped[2])] == ["", ""]
    assert row.before["closed"][0]["after"]["decided_by_id"] == zelie.pk


def test_deletion_of_an_account_that_holds_the_only_mandate(
    zelie, officer, client, territory, django_capture_on_commit_callbacks
):
    structure = in_poitiers("La Ruche")
    MandateFactory(structure=structure, person=zelie)
    shared = in_poitiers("Le Rucher")
    MandateFactory(structure=shared, person=zelie)
    MandateFactory(structure=shared)
    client.force_login(zelie)
    page = assert_get_writes_nothing(client, "/compte/mes-donnees/supprimer/").content.decode()
    text = page.replace("\xa0", " ")
    assert "seule personne à représenter « La Ruche »" in text
    assert "Vous ne représenterez plus « Le Rucher »" in text
    with django_capture_on_commit_callbacks(execute=True):
        erase(zelie)
    sent = {message.subject: message.to for message in mail.outbox}
    assert sent["Plus personne ne représente La Ruche"] == [officer.email]
    assert sent["Votre compte est supprimé"] == [ADDRESS]
    assert len(sent) == 2
    assert [item.title for item in lacking()] == ["Plus personne pour « La Ruche »"]
    client.force_login(officer)
    session = client.session
    session["second_factor"] = True
    session.save()
    assert "Plus personne pour" in client.get("/equipe/").content.decode()
    assert client.get(structure.get_absolute_url()).status_code == 200
    MandateFactory(structure=structure)
    assert lacking() == []


def test_open_sessions_end_at_once(zelie, client):
    client.force_login(zelie)
    assert client.get("/compte/mes-donnees/").status_code == 200
    UserSession.objects.create(user=zelie, ip="127.0.0.1", session_key=client.session.session_key, user_agent="x")
    erase(zelie)
    assert client.get("/compte/mes-donnees/").status_code == 302
    assert not UserSession.objects.exists()


def test_twice_changes_nothing(zelie):
    erase(zelie)
    entries = JournalEntry.objects.count()
    erase(zelie)
    assert JournalEntry.objects.count() == entries


@pytest.mark.parametrize("access", ["is_officer", "is_superuser"])
def test_whoever_is_of_the_team_hands_over_first(access, client):
    person = PersonFactory(**{access: True})
    with pytest.raises(ErasureRefused, match="reprendre"):
        erase(person)
    client.force_login(person)
    session = client.session
    session["second_factor"] = True
    session.save()
    page = client.get("/compte/mes-donnees/supprimer/").content.decode()
    assert "Préparer un départ" in page.replace("\xa0", " ")
    assert "<button" not in page.split("<main", 1)[1].split("</main", 1)[0]
    answer = client.post("/compte/mes-donnees/supprimer/", {"address": person.email})
    assert answer.status_code == 422
    person.refresh_from_db()
    assert person.erased_at is None


def test_all_or_nothing(zelie, monkeypatch, officer):
    """A room that fails leaves everything as it was."""
    structure = plant(zelie, officer)

    def broken(**_kwargs):
        raise RuntimeError("panne")

    monkeypatch.setattr("essaim.people.actions.erasing.journal.forget_person", broken)
    with pytest.raises(RuntimeError):
        erase(zelie)
    assert Person.objects.get(pk=zelie.pk).email == ADDRESS
    assert Mandate.objects.get(structure=structure).ended_at is None
    assert Authenticator.objects.filter(user=zelie).exists()


# --- one's own screens ---------------------------------------------------------------------------------------------


def test_one_erases_ones_account_by_typing_ones_address(zelie, client, django_capture_on_commit_callbacks):
    client.force_login(zelie)
    for wrong in ("", "autre@exemple.fr", "<script>", "x" * 10_000):
        answer = client.post("/compte/mes-donnees/supprimer/", {"address": wrong})
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode().split("<main", 1)[1]
    zelie.refresh_from_db()
    assert zelie.erased_at is None
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/compte/mes-donnees/supprimer/", {"address": f" {ADDRESS.upper()} "})
    assert "Votre compte est supprimé" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert [message.to for message in mail.outbox] == [[ADDRESS]]
    assert client.get("/compte/mes-donnees/")["Location"].startswith("/connexion/")


def test_nobody_sees_anothers_data(zelie, person_client, officer):
    plant(zelie, officer)
    for path in ("", "tout/", "fichier/", "supprimer/"):
        answer = assert_get_writes_nothing(person_client, f"/compte/mes-donnees/{path}")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"quarantehuit" not in body.lower()


@pytest.mark.parametrize("path", ["", "tout/", "fichier/", "supprimer/"])
def test_a_stranger_is_led_to_the_door(client, path):
    assert client.get(f"/compte/mes-donnees/{path}")["Location"].startswith("/connexion/")


def test_ones_data_are_told_whole_and_hold_no_secret(zelie, officer, client):
    plant(zelie, officer)
    client.force_login(zelie)
    answer = assert_get_writes_nothing(client, "/compte/mes-donnees/fichier/")
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode()
    told = json.loads(text)
    tables = {one["table"] for one in told["données"]}
    assert {
        "people.Person",
        "people.Office",
        "directory.Mandate",
        "directory.Claim",
        "directory.ClaimEvidence",
        "directory.CardChange",
        "directory.CardContact",
        "directory.Invitation",
        "directory.StructureProposal",
        "directory.ErrorReport",
        "editorial.ContactMessage",
        "editorial.Subscription",
        "foundation.JournalEntry",
        "mfa.Authenticator",
    } <= tables
    assert all(one["lignes"] for one in told["données"])
    assert zelie.password not in text
    assert "a" * 64 not in text
    assert officer.email not in text
    page = assert_get_writes_nothing(client, "/compte/mes-donnees/tout/").content.decode()
    assert "présidente" in page


def test_an_account_that_did_nothing_is_told_as_well(person_client, person):
    told = json.loads(b"".join(person_client.get("/compte/mes-donnees/fichier/").streaming_content))
    assert told["compte"] == person.email
    assert "people.Person" in {one["table"] for one in told["données"]}


def test_consent_is_dated_journaled_without_address_and_taken_back(person_client, person):
    page = "/compte/mes-donnees/contact/"
    assert person_client.get(page).status_code == 405
    person_client.post(page, {"agrees": "oui"})
    person_client.post(page, {"agrees": "oui"})
    person.refresh_from_db()
    assert person.contact_consent_at is not None
    (entry,) = JournalEntry.objects.all()
    assert (entry.verb, entry.before, entry.after) == ("nouvelles de l’équipe acceptées", None, None)
    person_client.post(page, {"agrees": "non"})
    person.refresh_from_db()
    assert person.contact_consent_at is None
    assert JournalEntry.objects.count() == 2


def test_the_team_keeps_its_address_book_and_says_so(zelie, client):
    Contact.objects.create(structure=in_poitiers("La Ruche"), name=NAME, email=ADDRESS)
    client.force_login(zelie)
    assert "carnet" in client.get("/compte/mes-donnees/supprimer/").content.decode()


# --- the register --------------------------------------------------------------------------------------------------


def test_the_register_is_read_printed_and_exported_by_the_team_alone(client, person, officer, territory):
    for path in ("registre/", "registre.csv"):
        client.logout()
        assert client.get(f"/equipe/personnes/{path}").status_code == 302
        client.force_login(person)
        assert client.get(f"/equipe/personnes/{path}").status_code == 403
    client.force_login(officer)
    session = client.session
    session["second_factor"] = True
    session.save()
    page = assert_get_writes_nothing(client, "/equipe/personnes/registre/").content.decode()
    assert page.count("<h1") == 1
    assert territory.name in page
    assert "directory.ClaimEvidence" in page
    named = re.findall(r'<(?:section|nav)[^>]* aria-label(?:ledby)?="([^"]+)"', page)
    assert len(named) == len(set(named))
    assert page.count('href="#partie-') == page.count('<h2 id="partie-') > 3
    table = b"".join(client.get("/equipe/personnes/registre.csv").streaming_content).decode()
    assert "preuve" not in table.splitlines()[0]
    assert "people.Person" in table


def test_the_documentation_holds_the_register_that_the_code_tells():
    from tests.support import ROOT

    out = StringIO()
    call_command("people", "register", "--markdown", stdout=out)
    assert (ROOT / "docs/personal-data.md").read_text() == out.getvalue()
