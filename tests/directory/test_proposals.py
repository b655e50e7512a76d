"""A structure that no file knows: from anybody's form to the team's decision, and back."""

from __future__ import annotations

import re
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.urls import reverse

from essaim.directory.actions.decisions import MaybeKnown
from essaim.directory.actions.proposals import (
    ProposalRefused,
    admit_proposal,
    link_proposal,
    propose_structure,
    refuse_proposal,
)
from essaim.directory.inbox.proposals import PROPOSED
from essaim.directory.mails.proposals import PROPOSALS
from essaim.directory.models import (
    CardChange,
    Criterion,
    Invitation,
    LocalDecision,
    Merge,
    NotTwins,
    Structure,
    StructureProposal,
)
from essaim.directory.views.proposals import PER_ADDRESS
from essaim.foundation.models import JournalEntry
from essaim.geography.models import Commune
from tests.directory.factories import POITIERS, in_poitiers, siren, siret
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

URL = "/annuaire/proposer/"
FORM = {
    "name": "La Fabrique du Clain",
    "commune": POITIERS,
    "kind": "project",
    "description": "On répare des vélos ensemble.",
    "why": "Chacun a une voix, rien n’est distribué.",
    "phone": "05 49 00 00 09",
    "proposer_name": "Dominique",
    "proposer_email": "dominique@exemple.fr",
    "proposer_is_inside": "on",
}


@pytest.fixture
def place(territory):
    load_small_cog()
    return Commune.objects.get(pk=POITIERS)


@pytest.fixture
def proposal(place):
    return proposed(place)


def proposed(place, **more):
    values = {
        "kind": "project",
        "name": "La Fabrique du Clain",
        "commune": place,
        "description": "On répare des vélos ensemble.",
        "why": "Une personne, une voix.",
        "proposer_email": "dominique@exemple.fr",
    }
    return propose_structure(**values | more)


def send(client, wait=10, headers=None, **more):
    """Open the form, wait, send."""
    with time_machine.travel("2026-10-12T10:00:00+00:00", tick=False) as clock:
        page = client.get(URL).content.decode()
        stamp = re.search(r'name="opened" value="([^"]+)"', page)[1]
        clock.shift(wait)
        return client.post(URL, {**FORM, "opened": stamp, **more}, headers=headers or {})


def text(answer):
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


# --- anybody ---------------------------------------------------------------------------------------------------------


def test_the_form_sets_no_cookie_and_writes_nothing(client, place):
    answer = assert_get_writes_nothing(client, URL + "?nom=Fabrique")
    page = text(answer)
    assert (answer.status_code, page.count("<h1")) == (200, 1)
    assert 'value="Fabrique"' in page
    assert "5 jours ouvrés" in page
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_a_proposal_is_kept_told_and_thanked(client, place, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(client)
    assert answer["Location"] == URL + "merci/"
    assert not answer.cookies
    assert "5 jours ouvrés" in text(client.get(answer["Location"]))
    row = StructureProposal.objects.get()
    assert (row.name, row.commune_id, row.kind, row.phone) == (FORM["name"], POITIERS, "project", "+33549000009")
    assert (row.proposer, row.proposer_is_inside, row.looked_at) == (None, True, [])
    (sent,) = mail.outbox
    assert sent.to == [officer.email]
    assert f"/equipe/boite/{PROPOSALS}/{row.pk}/" in sent.body
    entry = JournalEntry.objects.get(verb="structure proposée")
    assert not {"Dominique", "dominique@exemple.fr"} & set(re.split(r"[\s\"',]", f"{entry.after}{entry.by_label}"))


def test_who_is_signed_in_finds_their_name(person_client, person, place):
    page = text(person_client.get(URL))
    assert f'value="{person.email}"' in page
    send(person_client)
    assert StructureProposal.objects.get().proposer == person


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": "  "}, "Donnez son nom"),
        ({"commune": "75056"}, "Choisissez une commune"),
        ({"kind": "is_staff"}, "n’en fait pas partie|Sélectionnez|choix"),
        ({"description": "\u200b"}, "Dites ce qu’elle fait"),
        ({"why": ""}, "Dites en quelques mots pourquoi"),
        ({"siret": "123456789"}, "SIREN"),
        ({"siret": "12345678901234"}, "SIRET"),
        ({"rna": "W1"}, "RNA"),
        ({"phone": "12"}, "téléphone"),
        ({"website": "javascript:alert(1)"}, "site"),
        ({"email": "a@b"}, ""),
        ({"postcode": "86"}, "5 chiffres"),
        ({"name": "x" * 10_000}, "250"),
        ({"opened": ""}, "incomplet"),
        ({"complement": "robot"}, "doit rester vide"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(client, place, wrong, told):
    answer = send(client, **wrong)
    page = text(answer)
    assert answer.status_code == 200
    assert not StructureProposal.objects.exists()
    assert re.search(told, page)
    if "why" not in wrong:
        assert "rien n’est distribué" in page


def test_a_robot_another_site_and_a_flood_are_kept_out(client, place):
    assert "très rapide" in text(send(client, wait=1))
    assert send(client, headers={"origin": "https://ailleurs.example"}).status_code == 403
    for _ in range(PER_ADDRESS.count):
        assert send(client).status_code == 302
    assert send(client).status_code == 429


def test_script_stays_text(client, place, officer_client):
    send(client, name="<script>x</script>", description="<img src=x onerror=y>")
    row = StructureProposal.objects.get()
    page = officer_client.get(reverse("desk:item", args=[PROPOSALS, row.pk])).content.decode()
    assert "<script>x" not in page
    assert "<img src=x" not in page


# --- what may be there already ---------------------------------------------------------------------------------------


def test_like_sheets_are_shown_before_it_is_sent(client, place):
    known = in_poitiers("LA FABRIQUE DU CLAIN", siren=siren(1))
    answer = send(client)
    assert "Regardez d’abord les fiches" in text(answer)
    assert known.get_absolute_url() in text(answer)
    assert not StructureProposal.objects.exists()
    # Ids that were not shown, or no word that none is the one, open nothing.
    assert send(client, seen=[str(known.pk)]).status_code == 200
    assert send(client, none="1", seen=["999999", "x", "9" * 30]).status_code == 200
    assert send(client, none="1", seen=[str(known.pk), "999999"]).status_code == 302
    assert StructureProposal.objects.get().looked_at == [known.pk]


def test_while_typing_the_public_sees_what_is_public_and_nothing_is_written(client, place, officer):
    known = in_poitiers("LA FABRIQUE DU CLAIN", siren=siren(1))
    known.contacts.create(name="Ana", phone="+33649000002")
    near = reverse("proposals:similar")
    answer = client.post(near, {"name": "fabrique du clain", "commune": POITIERS})
    assert known.get_absolute_url() in text(answer)
    assert not answer.cookies
    hidden = client.post(near, {"phone": "06 49 00 00 02"})
    assert known.get_absolute_url() not in text(hidden)
    assert client.post(near, {"name": "fa", "commune": POITIERS}).status_code == 200
    away = client.post(
        near, {"name": "fabrique du clain", "commune": POITIERS}, headers={"origin": "https://a.example"}
    )
    assert known.get_absolute_url() not in text(away)
    assert client.get(near).status_code == 405


# --- the team --------------------------------------------------------------------------------------------------------


def item_url(row):
    return reverse("desk:item", args=[PROPOSALS, row.pk])


def test_admitting_makes_a_sheet_by_decision_of_the_territory_only(
    proposal, officer, officer_client, django_capture_on_commit_callbacks
):
    page = text(officer_client.get(item_url(proposal)))
    assert "Aucune : ni ce nom" in page
    decision = {
        "decision": "admitted",
        "criterion": "legal_category",
        "proof": "Statuts lus",
        "family": "association",
        "answer": "Bienvenue",
    }
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer_client.post(item_url(proposal), decision)
    assert answer.status_code == 302
    proposal.refresh_from_db()
    structure = proposal.structure
    assert structure.key.startswith("E")
    assert list(structure.criteria.values_list("code", flat=True)) == ["local_decision"]
    assert structure.card.description == "On répare des vélos ensemble."
    assert structure.card.source.startswith("l’équipe ESS")
    assert (proposal.criterion, proposal.proof) == ("Par son statut juridique", "Statuts lus")
    assert LocalDecision.objects.get().reason == "Par son statut juridique : Statuts lus"
    (sent,) = [one for one in mail.outbox if one.to == ["dominique@exemple.fr"]]
    assert "Bienvenue" in sent.body
    assert structure.get_absolute_url() in sent.body
    assert (proposal.proposer_email, proposal.was_answered) == ("", True)
    assert "Statuts lus" in text(officer_client.get(item_url(proposal)))


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ({}, "Choisissez une décision"),
        ({"decision": "admitted", "family": "association"}, "preuve"),
        ({"decision": "admitted", "proof": "x"}, "famille"),
        ({"decision": "known"}, "quelle est sa fiche"),
        ({"decision": "known", "target": "E999"}, "Aucune structure"),
        ({"decision": "refused", "answer": " "}, "pourquoi"),
    ],
)
def test_a_decision_needs_its_proof(proposal, officer_client, decision, told):
    answer = officer_client.post(item_url(proposal), {"criterion": "local_decision", **decision})
    assert told in text(answer)
    proposal.refresh_from_db()
    assert proposal.decided_at is None
    assert not Structure.objects.exists()


def test_like_sheets_stand_beside_and_are_to_be_looked_at(proposal, officer, officer_client):
    twin = in_poitiers("FABRIQUE DU CLAIN", siren=siren(1))
    page = text(officer_client.get(item_url(proposal)))
    assert "même nom, même commune" in page
    decision = {"decision": "admitted", "criterion": "local_decision", "proof": "Vue", "family": "association"}
    assert "Comparez d’abord" in text(officer_client.post(item_url(proposal), decision))
    with pytest.raises(MaybeKnown):
        admit_proposal(proposal=proposal, by=officer, criterion="x", proof="y", family="association")
    assert officer_client.post(item_url(proposal), decision | {"looked": "on"}).status_code == 302
    assert Structure.objects.exclude(pk=twin.pk).count() == 1


def test_who_is_inside_is_invited_when_the_team_says_so(place, officer, officer_client):
    row = proposed(place, is_inside=True)
    decision = {"decision": "admitted", "criterion": "rna", "proof": "Vue", "family": "association", "invites": "on"}
    assert officer_client.post(item_url(row), decision).status_code == 302
    invitation = Invitation.objects.get()
    row.refresh_from_db()
    assert (invitation.structure, invitation.email) == (row.structure, "dominique@exemple.fr")
    outside = proposed(place, name="Le Cercle")
    with pytest.raises(ProposalRefused, match="faire partie"):
        link_proposal(proposal=outside, structure=row.structure, by=officer, invites=True)


def test_known_already_links_and_may_propose_the_changes(proposal, officer):
    known = in_poitiers("FABRIQUE DU CLAIN", siren=siren(1))
    link_proposal(proposal=proposal, structure=known, by=officer, with_changes=True)
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.structure) == ("known", known)
    change = CardChange.objects.get()
    assert (change.structure, change.origin, change.decided_at) == (known, "public", None)
    with pytest.raises(ProposalRefused, match="quelqu’un d’autre"):
        refuse_proposal(proposal=proposal, by=officer, answer="non")


def test_many_are_refused_at_once_each_with_its_answer(place, officer, django_capture_on_commit_callbacks):
    rows = [proposed(place, name=f"Projet {number}") for number in range(3)]
    (refuse,) = PROPOSED.bulk
    with django_capture_on_commit_callbacks(execute=True):
        for row in rows:
            refuse.run(row, "Hors du territoire", officer)
    assert len([one for one in mail.outbox if "Hors du territoire" in one.body]) == 3
    assert not PROPOSED.pending(officer).exists()


def test_only_the_team_decides(proposal, client, person_client):
    for visitor in (client, person_client):
        assert visitor.post(item_url(proposal), {"decision": "refused", "answer": "x"}).status_code in (302, 403)
    proposal.refresh_from_db()
    assert proposal.decided_at is None


def test_numbers_are_checked_by_the_action_too(place):
    with pytest.raises(ProposalRefused, match="SIRET"):
        proposed(place, siren=siren(5), siret=siret(siren(6)))
    with pytest.raises(ProposalRefused, match="inconnu"):
        proposed(place, is_staff="1")
    assert proposed(place, siret=siret(siren(6))).siren == siren(6)


def test_the_proposer_with_an_account_is_answered_there(place, officer, django_capture_on_commit_callbacks):
    someone = PersonFactory()
    row = proposed(place, by=someone, proposer_email="")
    with django_capture_on_commit_callbacks(execute=True):
        refuse_proposal(proposal=row, by=officer, answer="Pas ici")
    assert mail.outbox[-1].to == [someone.email]


@pytest.mark.django_db(transaction=True)
def test_two_officers_admit_at_once(proposal, officer):
    barrier, told = Barrier(2), []

    def run():
        barrier.wait()
        try:
            admit_proposal(proposal=proposal, by=officer, criterion="x", proof="y", family="association")
            told.append("fait")
        except ProposalRefused as refusal:
            told.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told.count("fait") == Structure.objects.count() == Criterion.objects.count() == 1


# --- doubles and merges, on screen -----------------------------------------------------------------------------------


def test_doubles_are_told_apart_or_merged_and_parted_on_screen(place, officer_client):
    one, other = (in_poitiers("FABRIQUE DU CLAIN", siren=siren(number)) for number in (1, 2))
    doubles = reverse("officer:doubles")
    assert "Aucune réunion" in text(officer_client.get(reverse("officer:merges")))
    page = text(assert_get_writes_nothing(officer_client, doubles))
    assert "1 paire" in page
    merging = reverse("officer:merge", args=[other.key]) + f"?target={one.key}"
    assert merging in page
    assert "établissements : 1" in text(officer_client.get(merging))
    assert officer_client.post(merging, {"target": one.key, "reason": "la même"}).status_code == 302
    assert "Aucune fiche en double" in text(officer_client.get(doubles))
    undo = reverse("officer:merge_undo", args=[Merge.objects.get().pk])
    assert undo in text(officer_client.get(reverse("officer:merges")))
    assert "établissements : 1" in text(assert_get_writes_nothing(officer_client, undo))
    assert officer_client.post(undo, {"reason": ""}).status_code == 200
    assert officer_client.post(undo, {"reason": "deux"}).status_code == 302
    assert "déjà défaite" in text(officer_client.get(undo))
    pair = {"une": one.key, "autre": other.key}
    assert officer_client.post(reverse("officer:apart"), pair).status_code == 302
    assert NotTwins.objects.count() == 1
    assert "Aucune fiche en double" in text(officer_client.get(doubles))
    assert officer_client.get(reverse("officer:merges") + "?etat=defaites&page=x").status_code == 200
