"""Invitations: by the team, in bulk, by who represents; the link, the account, the answer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.invitations import (
    InvitationRefused,
    accept_invitation,
    cancel_invitation,
    decline_invitation,
    invite,
    resend_invitation,
)
from essaim.directory.actions.mandates import MandateRefused, end_mandate, set_mandate_term
from essaim.directory.enums import ClaimMethod, ClaimOutcome, MandateEnd
from essaim.directory.invitations import invitation_of, invitation_token, preview, state_of
from essaim.directory.models import Campaign, CampaignLine, Contact, Invitation, Mandate, Tag
from essaim.directory.models.contacts import StructureTag
from essaim.foundation.models import JournalEntry
from essaim.foundation.territories import current_scope
from tests.directory.factories import ClaimFactory, MandateFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

INVITED = "camille@exemple.fr"


@pytest.fixture
def structure(db):
    TerritoryFactory(siren=HOME)
    return in_poitiers("LES LUCIOLES DU PONT")


@pytest.fixture
def team(client, officer):
    client.force_login(officer)
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def test_the_link_shows_and_only_the_invited_address_accepts(
    client, structure, officer, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invite(structure=structure, email=f" {INVITED.upper()} ", by=officer, role="trésorière")
    (sent,) = mail.outbox
    assert sent.to == [INVITED]
    link = re.search(r"(/invitations/\S+/)", sent.body)[1]
    page = assert_get_writes_nothing(client, link)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert INVITED not in page.content.decode()
    assert not page.cookies
    client.post(link + "decliner/", headers={"origin": "https://ailleurs.exemple"})
    # Without account: the door, which leads back.
    away = client.post(link + "accepter/")
    assert away.status_code == 302
    assert "next=" in away["Location"]
    client.force_login(PersonFactory(email="autre@exemple.fr"))
    assert "autre adresse" in client.get(link).content.decode()
    client.post(link + "accepter/")
    assert not Mandate.objects.exists()
    invited = PersonFactory(email=INVITED)
    client.force_login(invited)
    assert client.get(link + "accepter/")["Location"] == link
    assert not Mandate.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(link + "accepter/")
    mandate = Mandate.objects.get()
    assert (mandate.person, mandate.structure, mandate.role, mandate.method) == (
        invited, structure, "trésorière", ClaimMethod.INVITATION,
    )  # fmt: skip
    assert officer.email in {message.to[0] for message in mail.outbox}
    invitation.refresh_from_db()
    assert state_of(invitation) == "acceptee"
    for entry in JournalEntry.objects.all():
        assert INVITED not in f"{entry.before} {entry.after} {entry.reason} {entry.object_label}"


def test_a_link_that_is_not_ours(client, structure, officer):
    invitation = invite(structure=structure, email=INVITED, by=officer)
    token = invitation_token(invitation)
    assert invitation_of(token) == invitation
    for forged in ("1", token[:-1], token + "x", "é" * 20, str(invitation.pk)):
        assert client.get(reverse("claims:invitation", args=[forged])).status_code == 404
        assert client.post(reverse("claims:invitation_decline", args=[forged])).status_code == 404


def test_declined_cancelled_or_expired_it_gives_nothing(client, structure, officer):
    invited = PersonFactory(email=INVITED)
    first = invite(structure=structure, email=INVITED, by=officer)
    client.post(reverse("claims:invitation_decline", args=[invitation_token(first)]))
    first.refresh_from_db()
    assert state_of(first) == "declinee"
    second = invite(structure=structure, email=INVITED, by=officer)
    cancel_invitation(invitation=second, by=officer)
    third = invite(structure=structure, email=INVITED, by=officer)
    for dead in (first, second):
        with pytest.raises(InvitationRefused):
            accept_invitation(invitation=dead, by=invited)
        with pytest.raises(InvitationRefused):
            resend_invitation(invitation=dead, by=officer)
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        with pytest.raises(InvitationRefused, match="expiré"):
            accept_invitation(invitation=third, by=invited)
        assert "a expiré" in client.get(
            reverse("claims:invitation", args=[invitation_token(third)])
        ).content.decode().replace("\u00a0", " ")
        resend_invitation(invitation=third, by=officer)
        accept_invitation(invitation=third, by=invited)
    assert Mandate.objects.count() == 1
    with pytest.raises(InvitationRefused):
        accept_invitation(invitation=third, by=invited)
    with pytest.raises(InvitationRefused):
        decline_invitation(invitation=third)


def test_an_accepted_invitation_closes_the_claim_of_the_same_person(structure, officer):
    invited = PersonFactory(email=INVITED)
    claim = ClaimFactory(structure=structure, person=invited)
    accept_invitation(invitation=invite(structure=structure, email=INVITED, by=officer), by=invited)
    claim.refresh_from_db()
    assert claim.outcome == ClaimOutcome.GRANTED


def test_who_may_invite(structure):
    mandate = MandateFactory(structure=structure)
    stranger = MandateFactory().person
    with pytest.raises(InvitationRefused, match="ne représentez pas"):
        invite(structure=structure, email=INVITED, by=stranger)
    invitation = invite(structure=structure, email=INVITED, by=mandate.person)
    assert not invitation.by_team
    with pytest.raises(InvitationRefused):
        cancel_invitation(invitation=invitation, by=stranger)
    with pytest.raises(InvitationRefused, match="déjà invitée"):
        invite(structure=structure, email=INVITED, by=mandate.person)
    with pytest.raises(InvitationRefused, match="représente déjà"):
        invite(structure=structure, email=mandate.person.email, by=mandate.person)
    with pytest.raises(InvitationRefused, match="une heure"):
        resend_invitation(invitation=invitation, by=mandate.person)
    for rank in range(9):
        invite(structure=structure, email=f"n{rank}@exemple.fr", by=mandate.person)
    with pytest.raises(InvitationRefused, match="Dix invitations"):
        invite(structure=structure, email="trop@exemple.fr", by=mandate.person)
    end_mandate(mandate=mandate, by="test", reason=MandateEnd.RESIGNED)
    with pytest.raises(InvitationRefused, match="ne représentez pas"):
        invite(structure=structure, email="apres@exemple.fr", by=mandate.person)


def test_who_is_put_out_leaves_nobody_behind(structure, officer):
    gone, lapsed = MandateFactory(structure=structure), MandateFactory(structure=structure)
    first = invite(structure=structure, email=INVITED, by=gone.person)
    second = invite(structure=structure, email="zoe@exemple.fr", by=lapsed.person)
    third = invite(structure=structure, email="ana@exemple.fr", by=officer)
    campaign = Campaign.objects.create(name="2026", opened_by_label="test", closes_on=timezone.localdate())
    asked = CampaignLine.objects.create(campaign=campaign, structure=structure, email=gone.person.email.upper())
    end_mandate(mandate=gone, by=officer, reason=MandateEnd.WITHDRAWN)
    first.refresh_from_db()
    assert state_of(first) == "annulee"
    asked.refresh_from_db()
    assert asked.email == ""
    with pytest.raises(InvitationRefused, match="annulée"):
        accept_invitation(invitation=first, by=PersonFactory(email=INVITED))
    # The last day went by without a word from anybody: asked again when the invitation is accepted.
    Mandate.objects.filter(pk=lapsed.pk).update(until=timezone.localdate() - timedelta(days=1))
    zoe = PersonFactory(email="zoe@exemple.fr")
    with pytest.raises(InvitationRefused, match="ne représente plus"):
        accept_invitation(invitation=second, by=zoe)
    accept_invitation(invitation=third, by=PersonFactory(email="ana@exemple.fr"))
    # Sent again by the team, it is the team's.
    Invitation.objects.filter(pk=second.pk).update(sent_at=timezone.now() - timedelta(hours=2))
    resend_invitation(invitation=second, by=officer)
    accept_invitation(invitation=second, by=zoe)
    with pytest.raises(MandateRefused, match="terme"):
        set_mandate_term(mandate=lapsed, by=officer, until=timezone.localdate() + timedelta(days=9))


@pytest.mark.parametrize(
    "more",
    [{"email": "camille@exémple.fr"}, {"email": "c@а.fr"}, {"role": "x" * 10_000}, {"message": "x" * 10_000}],
)
def test_what_cannot_be_sent(structure, officer, more):
    with pytest.raises(InvitationRefused):
        invite(structure=structure, by=officer, **{"email": INVITED, **more})
    assert not Invitation.objects.exists()


def test_a_structure_merged_since(structure, officer):
    invitation = invite(structure=structure, email=INVITED, by=officer)
    structure.merged_into = in_poitiers("AUTRE")
    structure.save()
    with pytest.raises(InvitationRefused, match="réunie"):
        accept_invitation(invitation=invitation, by=PersonFactory(email=INVITED))


def test_the_team_sees_who_gets_what_and_who_is_left_out_then_sends(
    team, structure, officer, django_capture_on_commit_callbacks, django_assert_max_num_queries
):
    tag = Tag.objects.create(name="club")
    StructureTag.objects.create(structure=structure, tag=tag)
    ana = Contact.objects.create(structure=structure, name="Ana", email="ana@exemple.fr", role="directrice")
    Contact.objects.create(structure=structure, name="Ana encore", email="Ana@exemple.fr")
    Contact.objects.create(structure=structure, name="Sans adresse")
    acting = MandateFactory(structure=structure).person
    Contact.objects.create(structure=structure, name="Déjà", email=acting.email)
    closed = in_poitiers("FERMÉE", is_closed=True)
    Contact.objects.create(structure=closed, name="Zoé", email="zoe@exemple.fr")
    other = in_poitiers("AUTRE STRUCTURE")
    Contact.objects.create(structure=other, name="Bob", email="bob@exemple.fr")
    url = reverse("claims:invite_many")
    told = preview(current_scope())
    assert [one.email for one in told.choices] == ["bob@exemple.fr", "ana@exemple.fr"]
    assert {one.why for one in told.left_out} == {
        "pas de courriel", "représente déjà la structure", "structure fermée",
        "même adresse qu’un autre contact de la structure",
    }  # fmt: skip
    with django_assert_max_num_queries(25):
        page = assert_get_writes_nothing(team, url).content.decode()
    assert "Bob" in page
    assert "structure fermée" in page
    assert "Bob" not in team.get(url, {"etiquette": tag.pk}).content.decode().split("<main")[1]
    assert "au moins une personne" in team.post(url, {"message": ""}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        # The second value is nobody's: what the form made up is not sent to.
        answer = team.post(url, {"choix": [f"{structure.pk}:{ana.pk}", f"{other.pk}:{ana.pk}"], "message": "Bonjour"})
    assert answer["Location"] == reverse("claims:invitations")
    (sent,) = mail.outbox
    assert sent.to == ["ana@exemple.fr"]
    invitation = Invitation.objects.get()
    assert (invitation.structure, invitation.role, invitation.by_team) == (structure, "directrice", True)
    assert "ana@exemple.fr" not in [one.email for one in preview(current_scope()).choices]


def test_the_follow_up_lists_exports_resends_and_cancels(team, structure, officer):
    invitation = invite(structure=structure, email=INVITED, by=officer, message="<script>alert(1)</script>")
    url = reverse("claims:invitations")
    page = assert_get_writes_nothing(team, url).content.decode()
    assert INVITED in page
    assert INVITED not in team.get(url, {"etat": "acceptee"}).content.decode()
    assert INVITED in team.get(url, {"etat": "jamais"}).content.decode()
    csv = b"".join(team.get(reverse("claims:invitations_export", args=["csv"])).streaming_content).decode("utf-8-sig")
    assert INVITED in csv
    assert team.get(reverse("claims:invitations_export", args=["exe"])).status_code == 404
    team.post(reverse("claims:invitation_resend", args=[invitation.pk]))
    cancel = reverse("claims:invitation_cancel", args=[invitation.pk])
    assert_get_writes_nothing(team, cancel)
    team.post(cancel)
    invitation.refresh_from_db()
    assert state_of(invitation) == "annulee"
    shown = team.get(reverse("claims:invitation", args=[invitation_token(invitation)])).content.decode()
    assert "<script>alert" not in shown


@pytest.mark.parametrize("name", ["claims:invitations", "claims:invite_many", "claims:letters"])
def test_the_screens_of_the_team_are_the_teams(client, structure, name):
    url = reverse(name)
    assert "/connexion/" in client.get(url)["Location"]
    client.force_login(MandateFactory(structure=structure).person)
    assert client.get(url).status_code == 403
    assert client.post(url, {"choix": "1:1", "lettre": "1"}).status_code in (403, 405)
