from __future__ import annotations

import json
from io import StringIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from essaim.foundation.models import JournalEntry
from essaim.people.actions import make_officer, withdraw_officer
from essaim.people.models import Person
from essaim.people.queries import officer_addresses
from essaim.people.rules import is_officer
from tests.people.factories import PersonFactory


def run(*args):
    out = StringIO()
    call_command("officer", *args, stdout=out)
    return out.getvalue()


def test_a_new_officer_has_an_account_nobody_can_open_yet(db):
    person, is_new = make_officer(by="test", email=" Camille@Exemple.FR ", name="Camille")
    assert (is_new, person.email, person.name, person.is_officer) == (True, "camille@exemple.fr", "Camille", True)
    assert not person.has_usable_password()
    assert is_officer(person)
    assert officer_addresses() == ["camille@exemple.fr"]
    assert JournalEntry.objects.get().verb == "chargé·e de mission ajouté·e"


def test_twice_changes_nothing(db):
    make_officer(by="test", email="a@exemple.fr")
    person, is_new = make_officer(by="test", email="A@exemple.fr")
    assert not is_new
    assert (Person.objects.count(), JournalEntry.objects.count()) == (1, 1)
    assert person.is_officer


def test_an_account_that_exists_keeps_its_password_and_name(db):
    PersonFactory(email="a@exemple.fr", name="Alix", is_active=False)
    person, _ = make_officer(by="test", email="a@exemple.fr", password="autre mot de passe")
    person.refresh_from_db()
    assert (person.name, person.is_active, person.is_officer) == ("Alix", True, True)
    assert not person.check_password("autre mot de passe")


@pytest.mark.parametrize("email", ["", "pas une adresse", "a@b\r\nBcc: x@y.fr"])
def test_an_address_that_is_none_is_refused(db, email):
    with pytest.raises(ValidationError):
        make_officer(by="test", email=email)
    with pytest.raises(CommandError):
        run("add", email)
    assert Person.objects.count() == 0


def test_the_office_is_taken_back(db):
    make_officer(by="test", email="a@exemple.fr")
    person = withdraw_officer(by="test", email="A@exemple.fr", reason="départ")
    assert not is_officer(person)
    assert JournalEntry.objects.first().reason == "départ"
    with pytest.raises(ValidationError, match="n’est pas"):
        withdraw_officer(by="test", email="a@exemple.fr")


def test_who_is_an_officer(db):
    assert not is_officer(AnonymousUser())
    assert not is_officer(PersonFactory())
    assert not is_officer(PersonFactory(is_officer=True, is_active=False))
    assert is_officer(PersonFactory(is_superuser=True))


def test_the_command_tells_what_to_do_next(db, client):
    assert "add" in run("list")
    text = run("add", "a@exemple.fr", "--name", "Alix")
    link = text.strip().splitlines()[-1]
    assert client.get(link.split("/", 3)[3].join(["/", ""]), follow=True).status_code == 200
    assert link.endswith("/connexion/")
    assert "Aucun mot de passe n’est nécessaire" in text
    answer = json.loads(run("add", "a@exemple.fr", "--json"))
    assert answer["password_link"] is None
    assert (answer["email"], answer["new"]) == ("a@exemple.fr", False)
    assert json.loads(run("list", "--json"))["officers"] == [
        {"email": "a@exemple.fr", "name": "Alix", "administrator": False}
    ]
    assert "n’a plus" in run("remove", "a@exemple.fr")
    with pytest.raises(CommandError):
        run("remove", "a@exemple.fr")


def test_who_administers_is_listed_and_loses_access_too(client, db):
    admin = PersonFactory(email="admin@exemple.fr", name="Ada", is_superuser=True)
    PersonFactory(email="ancien@exemple.fr", is_superuser=True, is_active=False)
    client.force_login(admin)
    assert client.get("/equipe/").status_code == 200
    assert run("list").strip() == "admin@exemple.fr Ada (administre l’installation)"
    assert "n’a plus" in run("remove", "admin@exemple.fr", "--reason", "départ")
    assert client.get("/equipe/").status_code == 403
    assert "add" in run("list")
    entry = JournalEntry.objects.get()
    assert (entry.before, entry.after) == ({"is_superuser": True}, {"is_superuser": False})
    # The site writes to officers only: whoever administers did not ask for the reports.
    assert officer_addresses() == []


def test_without_a_mail_server_a_password_is_the_way_in(db, client, settings):
    """No code can arrive: the command gives the link where a password is chosen, and says why."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    text = run("add", "a@exemple.fr")
    assert "pas encore de serveur d’envoi" in text
    path = "/" + text.strip().splitlines()[-1].split("/", 3)[3]
    assert "Choisir un mot de passe" in client.get(path, follow=True).content.decode()
