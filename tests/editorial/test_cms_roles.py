"""Who enters /cms/, with which rights, and who is told why not."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, Workflow
from wagtail.permissions import page_permission_policy

from essaim.editorial.actions.editors import add_contributor, ensure_roles, withdraw_contributor
from essaim.editorial.roles import CONTRIBUTORS, OFFICERS, contributors
from essaim.editorial.rules import is_contributor, may_write
from essaim.foundation.models import JournalEntry
from essaim.people.actions import close_accounts, make_officer, withdraw_officer
from essaim.people.models import Person
from tests.editorial.factories import make_page
from tests.people.factories import PersonFactory, give_second_factor


@pytest.fixture
def contributor(db):
    return add_contributor(by="test", email="plume@exemple.fr", name="Dominique Plume")[0]


def fresh(person):
    """Without what Django remembers of its rights."""
    return Person.objects.get(pk=person.pk)


def everything():
    return (
        sorted(GroupPagePermission.objects.values_list("group__name", "permission__codename")),
        sorted(GroupCollectionPermission.objects.values_list("group__name", "permission__codename")),
        sorted(Group.objects.values_list("name", "permissions__codename")),
        sorted(Workflow.objects.values_list("name", "active")),
    )


def test_the_roles_are_there_after_the_migrations_and_made_again_they_are_the_same(home):
    assert set(Group.objects.values_list("name", flat=True)) == {OFFICERS, CONTRIBUTORS}
    before = everything()
    ensure_roles()
    assert everything() == before
    assert before[3] == [("Relecture par l’équipe", True)]


def test_what_was_added_or_taken_by_hand_is_put_right(home):
    before = everything()
    group = Group.objects.get(name=CONTRIBUTORS)
    GroupPagePermission.objects.create(group=group, page=Page.get_first_root_node(), permission_type="publish")
    Group.objects.get(name=OFFICERS).permissions.clear()
    ensure_roles()
    assert everything() == before


def test_an_officer_writes_publishes_and_keeps_the_library(officer, home):
    person = fresh(officer)
    assert page_permission_policy.user_has_permission_for_instance(person, "publish", home)
    for right in (
        "wagtailadmin.access_admin",
        "wagtailredirects.add_redirect",
        "wagtailcore.change_workflow",
        "editorial.change_laureate",
    ):
        assert person.has_perm(right), right


def test_a_contributor_writes_and_does_not_publish(contributor, home):
    person = fresh(contributor)
    assert is_contributor(person)
    assert page_permission_policy.user_has_permission_for_instance(person, "change", home)
    assert not page_permission_policy.user_has_permission_for_instance(person, "publish", home)
    assert not person.has_perm("wagtailredirects.add_redirect")
    assert not person.has_perm("editorial.change_laureate")


def test_nobody_signed_in_goes_to_the_sign_in_page_and_comes_back(client, home):
    response = client.get("/cms/pages/")
    assert response.status_code == 302
    assert response["Location"] == "/connexion/?next=/cms/pages/"
    assert "no-store" in response["Cache-Control"]


def test_a_script_of_nobody_gets_a_refusal_not_a_page(client, home):
    response = client.post("/cms/pages/1/edit/", headers={"x-requested-with": "XMLHttpRequest"})
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/cms/", "/cms/pages/", "/cms/images/", "/cms/login/", "/cms/account/"])
def test_a_person_without_role_is_told_so_and_does_not_turn_round(person_client, home, path):
    response = person_client.get(path)
    assert response.status_code == 403
    assert "rédaction" in response.content.decode()


def test_an_office_withdrawn_closes_the_door_at_once(client, home):
    person, _ = make_officer(by="test", email="chargee@exemple.fr")
    give_second_factor(person)
    client.force_login(person)
    assert client.get("/cms/").status_code == 200
    withdraw_officer(by="test", email=person.email)
    assert client.get("/cms/").status_code == 403
    assert not fresh(person).groups.exists()
    make_officer(by="test", email=person.email)
    assert client.get("/cms/").status_code == 200


def test_even_a_flag_changed_behind_our_back_closes_the_door(client, officer, home):
    client.force_login(officer)
    Person.objects.filter(pk=officer.pk).update(is_officer=False)
    assert client.get("/cms/").status_code == 403


def test_a_closed_account_enters_nowhere(client, officer, home):
    client.force_login(officer)
    close_accounts(persons=[officer], by="test", reason="départ")
    assert client.get("/cms/").status_code == 302
    assert not may_write(fresh(officer))
    assert not fresh(officer).groups.exists()


def test_a_date_of_sign_in_does_not_ask_who_is_officer(officer, django_assert_num_queries):
    with django_assert_num_queries(1):
        officer.save(update_fields=["last_login"])


def test_a_contributor_comes_and_goes(client, contributor, home):
    client.force_login(contributor)
    assert client.get("/cms/").status_code == 200
    assert client.get("/equipe/").status_code == 403
    withdraw_contributor(by="test", email=contributor.email, reason="fin de mission")
    assert client.get("/cms/").status_code == 403
    assert not contributors().exists()
    told = JournalEntry.objects.filter(verb__startswith="rédaction").order_by("pk").values_list("verb", "reason")
    assert list(told) == [("rédaction ouverte", ""), ("rédaction fermée", "fin de mission")]


def test_twice_the_same_contributor_is_one_entry(contributor):
    add_contributor(by="test", email="PLUME@exemple.fr ")
    assert JournalEntry.objects.filter(verb="rédaction ouverte").count() == 1


def test_who_cannot_be_a_contributor(officer, person):
    with pytest.raises(ValidationError):
        add_contributor(by="test", email="pas une adresse")
    with pytest.raises(ValidationError, match="écrit et publie déjà"):
        add_contributor(by="test", email=officer.email)
    close_accounts(persons=[person], by="test", reason="")
    with pytest.raises(ValidationError, match="fermé"):
        add_contributor(by="test", email=person.email)
    with pytest.raises(ValidationError, match="pas dans la rédaction"):
        withdraw_contributor(by="test", email=person.email)


def test_the_command(db, capsys):
    call_command("editorial", "contributor", "add", "plume@exemple.fr", "--json")
    added = json.loads(capsys.readouterr().out)
    assert added["new"]
    assert "/connexion/mot-de-passe/nouveau/" in added["password_link"]
    call_command("editorial", "contributor", "list")
    assert "plume@exemple.fr" in capsys.readouterr().out
    call_command("editorial", "contributor", "remove", "plume@exemple.fr")
    with pytest.raises(CommandError, match="pas dans la rédaction"):
        call_command("editorial", "contributor", "remove", "plume@exemple.fr")
    with pytest.raises(CommandError, match="Donnez une adresse"):
        call_command("editorial", "contributor", "add")


@pytest.mark.parametrize("path", ["/cms/users/", "/cms/groups/", "/cms/sites/", "/cms/password_reset/"])
def test_what_has_another_owner_is_closed_even_to_the_administrator(client, home, path, db):
    administrator = PersonFactory(email="racine@exemple.fr", is_superuser=True)
    client.force_login(administrator)
    assert client.get(path).status_code == 404
    menu = client.get("/cms/").content.decode()
    assert f'"{path}"' not in menu


def test_the_two_spaces_lead_to_each_other(officer_client, territory, home):
    desk = officer_client.get("/equipe/").content.decode()
    assert 'href="/cms/"' in desk
    menu = officer_client.get("/cms/").content.decode()
    assert "/equipe/reglages/" in menu
    assert "Espace de l" in menu


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_the_editors_pages_are_in_french(officer_client, home, language):
    page = officer_client.get(f"/cms/pages/{home.pk}/edit/", headers={"accept-language": language}).content.decode()
    assert '<html lang="fr"' in page
    assert "Publier" in page
    account = officer_client.get("/cms/account/").content.decode()
    assert "English" not in account
    assert 'type="file"' not in account
    assert "name_email-" not in account


def test_a_flush_does_not_take_the_roles_away(transactional_db):
    call_command("flush", interactive=False, verbosity=0)
    page = make_page()
    officer = fresh(PersonFactory(is_officer=True))
    assert page_permission_policy.user_has_permission_for_instance(officer, "publish", page)
