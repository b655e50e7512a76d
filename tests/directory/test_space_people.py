"""`/espace/<key>/personnes/`: who acts, who comes, who leaves, who may put whom out."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from essaim.directory.actions.claims import Proof, open_claim
from essaim.directory.actions.invitations import invite
from essaim.directory.actions.mandates import MandateRefused
from essaim.directory.actions.structure_people import contest_mandate, end_for_another, resign, set_term
from essaim.directory.enums import MandateEnd
from essaim.directory.models import ErrorReport, Invitation, Mandate
from essaim.foundation import journal
from essaim.foundation.models import JournalEntry
from tests.directory.factories import MandateFactory, in_poitiers
from tests.foundation.factories import TerritoryFactory
from tests.geography.factories import HOME
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

LONG_AGO = timedelta(days=400)


@pytest.fixture
def structure(db):
    TerritoryFactory(siren=HOME)
    return in_poitiers("LES LUCIOLES DU PONT")


@pytest.fixture
def elder(structure):
    return MandateFactory(structure=structure, since=timezone.now() - LONG_AGO, person__name="Ancienne")


@pytest.fixture
def newcomer(structure):
    return MandateFactory(structure=structure, person__name="Nouvelle")


def addresses(structure, mandate, invitation, claim):
    key = structure.key
    return [
        reverse("space:people", args=[key]),
        reverse("space:people_claim", args=[key, claim.pk]),
        reverse("space:mandate_end", args=[key, mandate.pk]),
        reverse("space:mandate_term", args=[key, mandate.pk]),
        reverse("space:mandate_contest", args=[key, mandate.pk]),
        reverse("space:people_invitation_cancel", args=[key, invitation.pk]),
    ]


@pytest.fixture
def urls(structure, elder, newcomer):
    invitation = invite(structure=structure, email="camille@exemple.fr", by=elder.person)
    claim = open_claim(structure=structure, person=PersonFactory(), role="x", proof=Proof("colleague"))
    return addresses(structure, newcomer, invitation, claim)


def test_every_page_opens_writes_nothing_and_costs_little(client, elder, urls, django_assert_max_num_queries):
    client.force_login(elder.person)
    for url in urls:
        with django_assert_max_num_queries(12):
            answer = assert_get_writes_nothing(client, url)
        assert answer.status_code == 200, url
        assert answer.content.decode().count("<h1") == 1


def test_another_structure_an_ended_mandate_nobody(client, elder, newcomer, urls):
    for url in urls:
        assert "/connexion/" in client.get(url)["Location"]
    stranger = MandateFactory()
    client.force_login(stranger.person)
    for url in urls:
        assert client.get(url).status_code == 403
        assert client.post(url, {"note": "x", "reason": "replaced", "answer": "accept"}).status_code == 403
    end_for_another(mandate=newcomer, by=elder.person, reason=MandateEnd.REPLACED, note="Remplacée")
    client.force_login(newcomer.person)
    for url in urls:
        assert client.get(url).status_code == 403
    assert Mandate.objects.filter(ended_at__isnull=True).count() == 2


def test_the_mandate_of_a_by_the_address_of_b(client, elder):
    other = MandateFactory(since=timezone.now() - LONG_AGO)
    client.force_login(elder.person)
    for name in ("mandate_end", "mandate_term", "mandate_contest"):
        url = reverse(f"space:{name}", args=[elder.structure.key, other.pk])
        assert client.post(url, {"note": "x", "reason": "replaced"}).status_code == 404
    other.refresh_from_db()
    assert other.ended_at is None


def test_the_number_of_people_costs_no_query(client, structure, elder, django_assert_max_num_queries):
    for rank in range(12):
        MandateFactory(structure=structure)
        invite(structure=structure, email=f"n{rank}@exemple.fr", by=PersonFactory(is_officer=True))
    client.force_login(elder.person)
    with django_assert_max_num_queries(12):
        client.get(reverse("space:people", args=[structure.key]))


def test_one_resigns_and_is_warned_when_last(client, elder, officer, django_capture_on_commit_callbacks):
    client.force_login(elder.person)
    url = reverse("space:mandate_end", args=[elder.structure.key, elder.pk])
    assert "C’est le dernier mandat" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"note": "Je déménage"})
    elder.refresh_from_db()
    assert elder.end_reason == MandateEnd.RESIGNED
    (sent,) = mail.outbox
    assert sent.to == [officer.email]
    assert "Personne ne représente plus" in sent.body
    assert client.get(url).status_code == 403


def test_a_colleague_is_replaced_told_and_kept_in_the_history(
    client, elder, newcomer, django_capture_on_commit_callbacks
):
    client.force_login(elder.person)
    url = reverse("space:mandate_end", args=[elder.structure.key, newcomer.pk])
    assert client.post(url, {"reason": "replaced", "note": ""}).status_code == 200
    assert client.post(url, {"reason": "withdrawn", "note": "x"}).status_code == 200  # the team's reason
    newcomer.refresh_from_db()
    assert newcomer.ended_at is None
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"reason": "replaced", "note": "Nouveau bureau <script>"})
    newcomer.refresh_from_db()
    assert newcomer.end_reason == MandateEnd.REPLACED
    assert newcomer.person.email in {message.to[0] for message in mail.outbox}
    page = client.get(reverse("space:people", args=[elder.structure.key])).content.decode()
    assert "Nouveau bureau &lt;script&gt;" in page
    assert "mandat terminé" in {entry.verb for entry in journal.about(elder.structure)}


def test_a_newcomer_puts_no_elder_out_for_a_week(elder, newcomer):
    for act in (
        lambda: end_for_another(mandate=elder, by=newcomer.person, reason=MandateEnd.REPLACED, note="x"),
        lambda: set_term(mandate=elder, by=newcomer.person, until=timezone.localdate()),
    ):
        with pytest.raises(MandateRefused, match="moins de 7 jours"):
            act()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        end_for_another(mandate=elder, by=newcomer.person, reason=MandateEnd.REPLACED, note="x")
    elder.refresh_from_db()
    assert elder.ended_at is not None


def test_the_team_withdraws_and_nobody_else_may(elder, officer):
    stranger = MandateFactory().person
    with pytest.raises(MandateRefused, match="ne représentez plus"):
        end_for_another(mandate=elder, by=stranger, reason=MandateEnd.REPLACED, note="x")
    with pytest.raises(MandateRefused, match="raison"):
        end_for_another(mandate=elder, by=officer, reason=MandateEnd.ACCOUNT_ERASED, note="x")
    with pytest.raises(MandateRefused):
        resign(mandate=elder, by=stranger)
    end_for_another(mandate=elder, by=officer, reason=MandateEnd.WITHDRAWN, note="Usurpation")
    with pytest.raises(MandateRefused, match="déjà pris fin"):
        end_for_another(mandate=elder, by=officer, reason=MandateEnd.WITHDRAWN, note="encore")


def test_a_term_is_set_told_and_stops_the_mandate(client, elder, newcomer, django_capture_on_commit_callbacks):
    client.force_login(elder.person)
    url = reverse("space:mandate_term", args=[elder.structure.key, newcomer.pk])
    last = timezone.localdate() + timedelta(days=10)
    for bad in ("2020-01-01", "3026-01-01", "demain"):
        assert client.post(url, {"until": bad}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"until": last.isoformat()})
    newcomer.refresh_from_db()
    assert newcomer.until == last
    (sent,) = mail.outbox
    assert sent.to == [newcomer.person.email]
    with time_machine.travel(timezone.now() + timedelta(days=12), tick=False):
        client.force_login(newcomer.person)
        assert client.get(reverse("space:people", args=[elder.structure.key])).status_code == 403
        client.force_login(elder.person)
        assert "Terme atteint" in client.get(reverse("space:people", args=[elder.structure.key])).content.decode()


def test_a_doubt_reaches_the_team_without_a_name_in_the_journal(elder, newcomer):
    report = contest_mandate(mandate=newcomer, by=elder.person, note="Nous ne la connaissons pas")
    assert report.email == elder.person.email
    assert ErrorReport.objects.count() == 1
    entry = JournalEntry.objects.get(verb="erreur signalée")
    assert "Nouvelle" not in f"{entry.after} {entry.reason} {entry.object_label}"
    with pytest.raises(MandateRefused):
        contest_mandate(mandate=newcomer, by=MandateFactory().person, note="x")


def test_one_invites_from_the_page(client, elder):
    client.force_login(elder.person)
    url = reverse("space:people", args=[elder.structure.key])
    for bad in ("", "pas une adresse", "c@а.fr"):
        assert client.post(url, {"email": bad}).status_code == 200
    client.post(url, {"email": "Camille@Exemple.fr", "role": "trésorière", "message": "", "by_team": "1", "by": "1"})
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.by, invitation.by_team) == ("camille@exemple.fr", elder.person, False)
    cancel = reverse("space:people_invitation_cancel", args=[elder.structure.key, invitation.pk])
    assert_get_writes_nothing(client, cancel)
    client.post(cancel)
    invitation.refresh_from_db()
    assert invitation.cancelled_at is not None


def test_the_invitation_typed_survives_the_end_of_the_session(client, elder):
    url = reverse("space:people", args=[elder.structure.key])
    client.post(url, {"email": "camille@exemple.fr", "role": "trésorière des lucioles", "message": ""})
    client.force_login(elder.person)
    assert "trésorière des lucioles" in client.get(url).content.decode()
    assert not Invitation.objects.exists()
