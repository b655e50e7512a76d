"""The demonstration's doors: one press a role, and nothing of it on a real site."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.urls import reverse

from essaim.foundation import registries
from essaim.foundation.kept import forget_all
from essaim.people.models import Person
from tests.people.factories import OfficeFactory, PersonFactory
from tests.support import assert_get_writes_nothing

DOORS = "/connexion/demonstration/"


@pytest.fixture
def invented(settings, territory):
    """A site whose structures are invented, and whose settings open the doors."""
    settings.DEMO_DOORS = True
    registries.fictitious_checks.register(registries.FictitiousCheck("essai", lambda: True))
    forget_all()
    yield
    registries.fictitious_checks.unregister("essai")
    forget_all()


@pytest.fixture
def agent(db):
    return PersonFactory(email="agent@demo.invalid", name="Camille, qui suit les structures", is_officer=True)


def test_one_press_and_one_is_in_with_the_second_factor_let_through(client, invented, agent):
    page = assert_get_writes_nothing(client, DOORS).content.decode()
    assert "Camille, qui suit les structures" in page
    assert "inventés" in page
    assert page.count("<h1") == 1
    assert client.post(DOORS, {"person": agent.pk})["Location"] == "/equipe/"
    assert client.get("/equipe/journal/").status_code == 200


def test_each_persona_says_what_it_shows(client, invented, agent):
    OfficeFactory(person=PersonFactory(email="elue@demo.invalid", name="Anne"), title="vice-présidente à l’ESS")
    PersonFactory(email="habitante@demo.invalid", name="Rose")
    page = client.get(DOORS).content.decode()
    assert "vice-présidente à l’ESS" in page
    assert "habitant·e" in page
    assert page.index("Camille") < page.index("Anne") < page.index("Rose")


def test_the_door_shows_the_way_to_them_only_there(client, invented, agent, settings):
    assert DOORS in client.get(reverse("account_login")).content.decode()
    settings.DEMO_DOORS = False
    assert DOORS not in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_beside_real_data(client, settings, agent, territory, method):
    settings.DEMO_DOORS = True
    assert getattr(client, method)(DOORS, {"person": agent.pk}).status_code == 404
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("method", ["get", "post"])
def test_nothing_when_the_settings_say_no(client, invented, settings, agent, method):
    settings.DEMO_DOORS = False
    assert getattr(client, method)(DOORS, {"person": agent.pk}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_no_account_but_those_of_the_demonstration(client, invented, officer):
    closed = PersonFactory(email="ferme@demo.invalid", is_active=False)
    almost = PersonFactory(email="a@demo.invalid.exemple.fr")
    for who in (officer.pk, closed.pk, almost.pk, "x", "", "-1", "9" * 30, "²"):
        assert client.post(DOORS, {"person": who}).status_code == 404
    assert "_auth_user_id" not in client.session
    assert Person.objects.filter(last_login__isnull=False).count() == 0


def test_the_page_wanted_is_kept_and_never_elsewhere(client, invented, agent):
    assert client.post(DOORS, {"person": agent.pk, "next": "/compte/"})["Location"] == "/compte/"
    client.logout()
    assert client.post(DOORS, {"person": agent.pk, "next": "//mechant.fr"})["Location"] == "/equipe/"


def test_a_demonstration_without_accounts_says_what_to_do(client, invented):
    assert "essaim demo" in client.get(DOORS).content.decode()


@pytest.mark.parametrize(
    ("given", "opened"),
    [
        ({"ESSAIM_SITE_URL": "http://127.0.0.1:8000"}, True),
        ({"ESSAIM_SITE_URL": "https://ess.exemple.fr"}, False),
        ({"ESSAIM_SITE_URL": "https://ess.exemple.fr", "ESSAIM_DEMO_DOORS": "1"}, True),
        ({"ESSAIM_SITE_URL": "http://localhost:8000", "ESSAIM_DEMO_DOORS": "0"}, False),
    ],
)
def test_on_one_s_own_machine_unless_told(tmp_path, given, opened):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ESSAIM_")}
    source = "from essaim.site import settings; print(settings.DEMO_DOORS)"
    done = subprocess.run(
        [sys.executable, "-c", source],
        env=environment | {"ESSAIM_DATA_DIR": str(tmp_path)} | given,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(opened)
