"""The list of sessions, the proof by message, and the accounts of a demonstration that nobody may erase."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from essaim.foundation import registries
from essaim.foundation.kept import forget_all
from essaim.people.actions.erasing import ErasureRefused, erase_account
from essaim.people.enums import OfficeKind
from tests.people.doors import code_in
from tests.people.factories import OfficeFactory, PersonFactory

DOORS = "/connexion/demonstration/"


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Messages leave at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda func, *_args, **_more: func())


@pytest.fixture
def invented(settings, territory):
    settings.DEMO_DOORS = True
    registries.fictitious_checks.register(registries.FictitiousCheck("essai", lambda: True))
    forget_all()
    yield
    registries.fictitious_checks.unregister("essai")
    forget_all()


@pytest.fixture
def agent(db):
    return PersonFactory(email="agent@demo.invalid", is_officer=True, second_factor=False)


def test_a_session_by_the_demonstration_s_door_is_in_the_list_and_closes(client, invented, agent):
    client.post(DOORS, {"person": agent.pk})
    phone = Client(HTTP_USER_AGENT="iPhone Safari")
    phone.post(DOORS, {"person": agent.pk})
    assert UserSession.objects.filter(user=agent).count() == 2
    other = UserSession.objects.get(session_key=phone.session.session_key)
    assert "Safari, iPhone" in client.get("/compte/").content.decode()
    client.post(reverse("session_end", args=[other.pk]))
    assert phone.get("/compte/").status_code == 302
    assert client.get("/compte/").status_code == 200


def test_the_demonstration_s_officer_is_told_that_none_is_set(client, invented, agent):
    client.post(DOORS, {"person": agent.pk})
    page = client.get(reverse("second_factor")).content.decode()
    assert "Elle est en place" not in page
    assert "Aucune n’est en place" in page
    assert "vous en dispense" in page


def test_an_account_of_the_demonstration_is_not_erased(client, invented):
    rose = PersonFactory(email="habitante@demo.invalid")
    with pytest.raises(ErasureRefused, match="démonstration"):
        erase_account(person=rose, by=rose, reason="pour voir")
    client.post(DOORS, {"person": rose.pk})
    page = client.get(reverse("my_data_erase")).content.decode()
    assert "sa porte se fermerait" in page
    assert 'type="submit">Supprimer' not in page
    rose.is_active = False
    rose.save()
    assert erase_account(person=rose, by="la commande", reason="fermé").person.erased_at


def test_whoever_knows_no_password_proves_it_by_a_message(client, invented, agent):
    client.post(DOORS, {"person": agent.pk})
    wanted = reverse("mfa_activate_totp")
    asked = client.get(wanted)["Location"]
    assert "M’envoyer un code" in client.get(asked).content.decode()
    url = reverse("account_reauthenticate")
    assert "Demandez d’abord un code" in client.post(url, {"code": "ABC DEF", "next": wanted}).content.decode()
    sent = client.post(url, {"send": "1", "next": wanted}).content.decode()
    assert 'name="code"' in sent
    assert "remember" not in sent
    assert 'role="alert"' in client.post(url, {"code": "ZZZ ZZZ", "next": wanted}).content.decode()
    assert client.get(wanted).status_code == 302
    done = client.post(url, {"code": code_in(mail.outbox[-1]), "next": wanted})
    assert done["Location"] == wanted
    assert client.get(wanted).status_code == 200


def test_a_message_is_not_enough_for_whoever_has_a_second_factor(client, officer):
    client.force_login(officer)
    url = reverse("account_reauthenticate")
    assert "M’envoyer un code" not in client.get(url).content.decode()
    client.post(url, {"send": "1"})
    assert mail.outbox == []


@pytest.mark.parametrize("address", ["/compte/", "/espace/"])
def test_one_s_office_is_told_on_one_s_own_pages(client, territory, address):
    anne = OfficeFactory(person=PersonFactory(), title="vice-présidente à l’ESS").person
    OfficeFactory(person=anne, kind=OfficeKind.JUROR, until="2099-01-31")
    client.force_login(anne)
    page = client.get(address).content.decode()
    assert "membre élu du territoire, vice-présidente à l’ESS, depuis le" in page
    assert "membre du jury" in page
    assert "jusqu’au 31 janvier 2099 compris" in page.replace("\xa0", " ")
    client.force_login(PersonFactory())
    assert "Votre charge" not in client.get(address).content.decode()
