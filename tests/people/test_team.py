"""The team's screens about people: who may do what, with which trace."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from essaim.foundation import journal
from essaim.foundation.models import JournalEntry
from essaim.people import rules
from essaim.people.actions import (
    cancel_office,
    close_account,
    end_office,
    name_to_office,
    reopen_account,
    reset_factors,
    set_access,
)
from essaim.people.enums import OfficeKind
from essaim.people.models import Office, Person
from essaim.people.queries import offices_of
from essaim.people.team import persons
from tests.people.factories import OfficeFactory, PersonFactory
from tests.support import assert_get_writes_nothing

LIST = "/equipe/personnes/"
PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 24)


@pytest.fixture
def admin(db):
    return PersonFactory(email="admin@exemple.fr", is_superuser=True)


@pytest.fixture
def admin_client(admin):
    client = Client()
    client.force_login(admin)
    return client


def plain(answer):
    return answer.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def addresses(person, office):
    """Every screen about somebody, whom each lets in besides an administrator."""
    base = f"{LIST}{person.pk}/"
    return {
        LIST: "officer",
        f"{LIST}export.csv": "officer",
        f"{LIST}nommer/": "officer",
        base: "officer",
        f"{base}charge/": "officer",
        f"{base}fermer/": "officer",
        f"{base}rouvrir/": "officer",
        f"{base}double-verification/": "officer",
        f"{base}acces/": "admin",
        f"{LIST}charges/{office.pk}/fin/": "officer",
        f"{LIST}charges/{office.pk}/annuler/": "officer",
    }


@pytest.mark.parametrize("role", ["nobody", "person", "elected", "juror", "representative", "officer", "admin"])
def test_each_screen_and_role(client, db, role):
    shown = PersonFactory()
    office = OfficeFactory(person=shown)
    someone = None
    if role in ("officer", "admin"):
        someone = PersonFactory(is_officer=role == "officer", is_superuser=role == "admin")
    elif role != "nobody":
        someone = PersonFactory()
    if role in ("elected", "juror"):
        OfficeFactory(person=someone, kind=OfficeKind(role))
    if someone is not None:
        client.force_login(someone)
    for address, least in addresses(shown, office).items():
        for method in (client.get, client.post):
            answer = method(address)
            if answer.status_code == 405 and method == client.post:
                continue
            if role == "nobody":
                assert answer["Location"].startswith("/connexion/"), address
            elif role in ("admin", least):
                assert answer.status_code == 200, address
            else:
                assert answer.status_code == 403, address
    assert Office.objects.count() == 1 + (role in ("elected", "juror"))


def test_the_list_is_filtered_by_its_address(officer_client, officer, admin):
    elected = OfficeFactory(person__name="Élise Maire", person__email="elise@exemple.fr").person
    PersonFactory(email="ferme@exemple.fr", is_active=False)
    erased = PersonFactory(email="efface@exemple.fr", erased_at=timezone.now(), is_active=False)
    found = {
        "": {officer.email, admin.email, "elise@exemple.fr", "ferme@exemple.fr"},
        "?role=elu": {elected.email},
        "?role=equipe": {officer.email},
        "?role=administration": {admin.email},
        "?role=jury": set(),
        "?etat=ferme": {"ferme@exemple.fr"},
        "?etat=sans-double": {"elise@exemple.fr", "ferme@exemple.fr"},
        "?q=maire": {"elise@exemple.fr"},
        "?q=ELISE+exemple": {"elise@exemple.fr"},
        "?q=%00": {officer.email, admin.email, "elise@exemple.fr", "ferme@exemple.fr"},
        "?role=inconnu&page=99": {officer.email, admin.email, "elise@exemple.fr", "ferme@exemple.fr"},
    }
    everybody = found[""] | {erased.email}
    for query, wanted in found.items():
        text = plain(assert_get_writes_nothing(officer_client, LIST + query))
        assert {email for email in everybody if email in text.split("<main")[1]} == wanted, query
    assert "Personne ne correspond" in plain(officer_client.get(f"{LIST}?role=jury"))
    assert "1 personne" in plain(officer_client.get(f"{LIST}?q=maire"))
    csv = b"".join(officer_client.get(f"{LIST}export.csv?role=elu").streaming_content).decode()
    assert csv.splitlines()[1].startswith("Élise Maire;elise@exemple.fr;Membre élu;non;")
    assert len(csv.splitlines()) == 2


@pytest.mark.parametrize("count", [1, 3, 35])
def test_a_list_asks_the_same_however_long(officer_client, count, django_assert_max_num_queries):
    for _ in range(count):
        OfficeFactory()
    officer_client.get(LIST)
    with django_assert_max_num_queries(12):
        page = plain(officer_client.get(LIST))
    assert f"{count + 1} personnes" in page


def test_a_file_asks_little(officer_client, django_assert_max_num_queries):
    person = PersonFactory()
    for kind in OfficeKind:
        OfficeFactory(person=person, kind=kind)
    officer_client.get(f"{LIST}{person.pk}/")
    with django_assert_max_num_queries(12):
        officer_client.get(f"{LIST}{person.pk}/")


def test_somebody_unknown_is_named(officer_client, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer_client.post(
            f"{LIST}nommer/",
            {
                "email": " Elise@Exemple.FR ",
                "name": "Élise <script>",
                "kind": "elected",
                "title": "vice-présidente",
                "since": "2026-01-01",
                "until": "",
                "is_officer": "on",
                "is_superuser": "on",
                "person": officer.pk,
                "named_by_label": "le président",
            },
        )
    elected = Person.objects.get(email="elise@exemple.fr")
    assert answer["Location"] == f"{LIST}{elected.pk}/"
    assert not (elected.is_officer or elected.is_superuser or elected.has_usable_password())
    office = elected.offices.get()
    assert (office.title, office.named_by_label) == ("vice-présidente", str(officer))
    assert offices_of(elected) == {"elected"}
    (sent,) = mail.outbox
    assert sent.to == ["elise@exemple.fr"]
    assert "vice-présidente" in sent.body
    page = plain(officer_client.get(answer["Location"]))
    assert "Élise &lt;script&gt;" in page
    assert "charge donnée" in page
    assert "en cours" in page


@pytest.mark.parametrize(
    "typed",
    [
        {"email": "pas une adresse"},
        {"email": "élise@exemple.fr"},
        {"email": "аdmin@exemple.fr"},
        {"email": "x" * 10_000 + "@exemple.fr"},
        {"kind": "officer"},
        {"kind": ""},
        {"since": "hier"},
        {"since": ""},
        {"until": "2025-01-01"},
        {"title": "x" * 10_000},
        {"name": "x" * 10_000},
        {"email": "ferme@exemple.fr"},
    ],
)
def test_what_makes_no_sense_names_nobody(officer_client, typed):
    PersonFactory(email="ferme@exemple.fr", is_active=False)
    good = {"email": "a@exemple.fr", "kind": "juror", "since": "2026-01-01"}
    answer = officer_client.post(f"{LIST}nommer/", good | typed)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Office.objects.count() == 0


def test_several_offices_but_never_twice_the_same(db):
    person = PersonFactory()
    name_to_office(by="test", email=person.email, kind="elected", since=date(2026, 1, 1), until=date(2026, 6, 30))
    name_to_office(by="test", email=person.email, kind="juror", since=date(2026, 1, 1))
    name_to_office(by="test", email=person.email, kind="elected", since=date(2026, 7, 1))
    assert person.offices.count() == 3
    for since, until in [
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 8, 1), None),
        (date(2020, 1, 1), None),
    ]:
        with pytest.raises(ValidationError, match="déjà cette charge"):
            name_to_office(by="test", email=person.email, kind="elected", since=since, until=until)
    name_to_office(by="test", email=person.email, kind="elected", since=date(2025, 1, 1), until=date(2025, 12, 31))
    assert person.offices.count() == 4


def test_two_officers_name_the_same_person_at_once(transactional_db):
    wait, told = threading.Barrier(2), []

    def name():
        wait.wait()
        try:
            name_to_office(by="test", email="elise@exemple.fr", kind="elected", since=TODAY)
            told.append("nommée")
        except ValidationError as error:
            told.append(error.messages[0][:14])
        finally:
            connection.close()

    threads = [threading.Thread(target=name) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["Cette personne", "nommée"]
    assert (Person.objects.count(), Office.objects.count()) == (1, 1)


def at(*when):
    return datetime(*when, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize("last", [date(2026, 10, 25), date(2026, 3, 29), date(2026, 12, 31)])
def test_an_office_ends_at_midnight_here(db, last):
    """The days when the hour changes, and the last of the year: Paris's midnight, not Greenwich's."""
    from essaim.foundation import memo

    office = OfficeFactory(since=last - timedelta(days=30), until=last)
    after = last + timedelta(days=1)
    for moment, held in [
        (at(last.year, last.month, last.day, 0, 0, 1), True),
        (at(last.year, last.month, last.day, 2, 30), True),
        (at(last.year, last.month, last.day, 23, 59, 59), True),
        (at(after.year, after.month, after.day, 0, 0, 0), False),
        (at(after.year, after.month, after.day, 0, 59, 59), False),
    ]:
        memo.forget()
        with time_machine.travel(moment, tick=False):
            assert rules.is_elected(office.person) is held, moment


def test_an_office_begins_at_midnight_here(db):
    office = OfficeFactory(since=date(2026, 10, 25), kind=OfficeKind.JUROR)
    with time_machine.travel(at(2026, 10, 24, 23, 59, 59), tick=False):
        assert not rules.is_juror(office.person)
    from essaim.foundation import memo

    memo.forget()
    with time_machine.travel(at(2026, 10, 25, 0, 0, 0), tick=False):
        assert rules.is_juror(office.person)


def test_an_office_gets_its_end(officer_client):
    office = OfficeFactory(since=timezone.localdate() - timedelta(days=10))
    today = timezone.localdate()
    address = f"{LIST}charges/{office.pk}/fin/"
    assert f'value="{today:%Y-%m-%d}"' in officer_client.get(address).content.decode()
    for typed in [{"last_day": today, "reason": " "}, {"last_day": today - timedelta(days=11), "reason": "démission"}]:
        assert 'aria-invalid="true"' in officer_client.post(address, typed).content.decode()
    officer_client.post(address, {"last_day": today, "reason": "démission", "since": "2000-01-01", "kind": "juror"})
    office.refresh_from_db()
    assert (office.until, office.ended_reason, office.kind) == (today, "démission", "elected")
    assert office.since == today - timedelta(days=10)
    entry = journal.about(office.person)[0]
    assert (entry.verb, entry.reason) == ("charge finie", "démission")
    with pytest.raises(ValidationError, match="plus tôt"):
        end_office(by="test", office=office, last_day=today + timedelta(days=1), reason="x")


def test_the_past_is_not_rewritten(db):
    office = OfficeFactory(since=date(2020, 1, 1), until=date(2021, 1, 1))
    with pytest.raises(ValidationError, match="déjà finie"):
        end_office(by="test", office=office, last_day=date(2020, 6, 1), reason="x")
    with pytest.raises(ValidationError, match="exercée"):
        cancel_office(by="test", office=office, reason="x")


def test_a_mistake_is_cancelled(officer_client):
    office = OfficeFactory(since=timezone.localdate() + timedelta(days=3))
    address = f"{LIST}charges/{office.pk}/annuler/"
    officer_client.get(address)
    assert Office.objects.count() == 1
    officer_client.post(address, {"reason": "homonyme"})
    assert Office.objects.count() == 0
    assert journal.about(office.person)[0].verb == "charge annulée"
    assert officer_client.post(address, {"reason": "encore"}).status_code == 404


def test_an_administrator_gives_and_takes_the_access(admin_client, admin, django_capture_on_commit_callbacks):
    person = PersonFactory()
    address = f"{LIST}{person.pk}/acces/"
    assert 'aria-invalid="true"' in admin_client.post(address, {"officer": "on"}).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(address, {"officer": "on", "reason": "prend le poste", "email": "x@y.fr"})
    person.refresh_from_db()
    assert (person.is_officer, person.is_superuser) == (True, False)
    assert "chargé·e de mission" in mail.outbox[0].body
    admin_client.post(address, {"reason": "quitte le poste"})
    person.refresh_from_db()
    assert not rules.is_officer(person)
    entry = JournalEntry.objects.first()
    assert (entry.verb, entry.reason, entry.by) == ("accès de l’équipe changé", "quitte le poste", admin)


def test_the_last_administrator_stays(admin_client, admin, officer):
    answer = admin_client.post(f"{LIST}{admin.pk}/acces/", {"officer": "on", "reason": "repos"})
    assert "nommez-en d’abord une autre" in plain(answer)
    admin.refresh_from_db()
    assert admin.is_superuser
    closed = PersonFactory(is_superuser=True, is_active=False)
    with pytest.raises(ValidationError, match="dernière"):
        set_access(by=admin, person=admin, officer=False, administrator=False, reason="un compte fermé ne compte pas")
    assert closed.is_superuser
    other = PersonFactory(is_superuser=True)
    set_access(by=admin, person=admin, officer=False, administrator=False, reason="relève")
    with pytest.raises(ValidationError, match="dernière"):
        close_account(by="test", person=other, reason="x")


def test_two_administrators_cannot_leave_at_once(transactional_db):
    first, second = PersonFactory(is_superuser=True), PersonFactory(is_superuser=True)
    wait, told = threading.Barrier(2), []

    def withdraw(by, person):
        wait.wait()
        try:
            set_access(by=by, person=person, officer=False, administrator=False, reason="x")
            told.append("fait")
        except (ValidationError, PermissionDenied):
            told.append("refusé")
        finally:
            connection.close()

    threads = [threading.Thread(target=withdraw, args=pair) for pair in [(first, second), (second, first)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["fait", "refusé"]
    assert Person.objects.filter(is_superuser=True).count() == 1


def test_an_officer_names_no_officer(officer):
    with pytest.raises(PermissionDenied):
        set_access(by=officer, person=officer, officer=True, administrator=True, reason="pour moi")
    with pytest.raises(PermissionDenied):
        set_access(by=officer, person=PersonFactory(), officer=True, administrator=False, reason="x")


def test_who_may_close_whose_account(db):
    one, officer, other = PersonFactory(), PersonFactory(is_officer=True), PersonFactory(is_officer=True)
    admin, boss = PersonFactory(is_superuser=True), PersonFactory(is_superuser=True)
    allowed = {
        (officer, one), (admin, one), (admin, officer), (admin, boss), (boss, admin), (boss, one),
        (boss, officer), (boss, other), (admin, other), (other, one),
    }  # fmt: skip
    everybody = (one, officer, other, admin, boss)
    for by in everybody:
        for whom in everybody:
            assert rules.may_close_account(by, whom) is ((by, whom) in allowed), (by, whom)
            assert rules.may_reset_factors(by, whom) is ((by, whom) in allowed)
            if (by, whom) not in allowed:
                for act in (close_account, reset_factors, reopen_account):
                    with pytest.raises(PermissionDenied):
                        act(by=by, person=whom, reason="x")


def test_an_officer_is_told_that_a_colleague_is_not_hers(officer_client, admin):
    answer = officer_client.post(f"{LIST}{admin.pk}/fermer/", {"reason": "x"})
    assert answer.status_code == 403
    admin.refresh_from_db()
    assert admin.is_active
    page = plain(officer_client.get(f"{LIST}{admin.pk}/"))
    assert "Fermer le compte" not in page
    assert "Changer son accès" not in page


def test_a_closed_account_loses_its_sessions_for_good(officer_client):
    person = PersonFactory()
    theirs = Client()
    theirs.post("/connexion/", {"login": person.email, "password": "un mot de passe assez long"})
    assert theirs.get("/compte/").status_code == 200
    officer_client.post(f"{LIST}{person.pk}/fermer/", {"reason": "ancien salarié"})
    assert theirs.get("/compte/").status_code == 302
    officer_client.post(f"{LIST}{person.pk}/rouvrir/", {"reason": "erreur"})
    person.refresh_from_db()
    assert person.is_active
    assert theirs.get("/compte/").status_code == 302, "rouvert, il faut entrer de nouveau"
    assert [entry.verb for entry in journal.about(person)[:2]] == ["compte rouvert", "compte fermé"]
    assert "déjà ouvert" in plain(officer_client.post(f"{LIST}{person.pk}/rouvrir/", {"reason": "encore"}))


def test_an_erased_account_stays_so(officer_client, officer):
    person = PersonFactory(is_active=False, erased_at=timezone.now())
    assert officer_client.post(f"{LIST}{person.pk}/rouvrir/", {"reason": "x"}).status_code == 404
    with pytest.raises(ValidationError, match="effacé"):
        reopen_account(by=officer, person=person, reason="x")


def test_second_factors_are_reset_after_a_check(admin_client, officer, django_capture_on_commit_callbacks):
    address = f"{LIST}{officer.pk}/double-verification/"
    assert 'aria-invalid="true"' in admin_client.post(address, {"reason": "téléphone perdu"}).content.decode()
    assert 'aria-invalid="true"' in admin_client.post(address, {"checked": "on"}).content.decode()
    assert Authenticator.objects.filter(user=officer).exists()
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(address, {"checked": "on", "reason": "téléphone perdu, vue au bureau"})
    assert not Authenticator.objects.filter(user=officer).exists()
    assert mail.outbox[0].to == [officer.email]
    assert journal.about(officer)[0].reason == "téléphone perdu, vue au bureau"
    assert "n’a pas de double" in plain(admin_client.post(address, {"checked": "on", "reason": "encore"}))


def test_what_was_typed_is_given_back(client, officer):
    person = PersonFactory()
    address = f"{LIST}{person.pk}/fermer/"
    client.post(address, {"reason": "à demi tapé"})
    client.force_login(officer)
    assert "à demi tapé" in client.get(address).content.decode()


def test_the_menu_shows_the_place(officer_client):
    assert f'href="{LIST}"' in officer_client.get("/equipe/journal/").content.decode()


def test_an_employer_gives_no_right(client, db):
    """Working somewhere is no mandate, an office, nor an access."""
    person = PersonFactory()
    SocialAccount.objects.create(user=person, provider="oidc-x", uid="1", extra_data={"siret": "20006985400004"})
    for rule in ("is_officer", "is_administrator", "is_elected", "is_juror", "may_see_persons"):
        assert not getattr(rules, rule)(person)


def test_the_first_administrator_comes_from_the_command(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        call_command("officer", "admin", "Ada@exemple.fr", "--name", "Ada")
    ada = Person.objects.get()
    assert (ada.email, ada.name, rules.is_administrator(ada)) == ("ada@exemple.fr", "Ada", True)
    assert len(mail.outbox) == 1
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": "x"})
    with pytest.raises(CommandError):
        call_command("officer", "factors", "ada@exemple.fr")
    call_command("officer", "factors", "ada@exemple.fr", "--reason", "téléphone volé, vue au bureau")
    assert not Authenticator.objects.exists()
    with pytest.raises(CommandError, match="pas de compte"):
        call_command("officer", "factors", "x@exemple.fr", "--reason", "x")


def test_a_search_for_nothing_visible(db):
    PersonFactory(email="a@exemple.fr", name="Ali_ce 100%")
    assert [one.email for one in persons(text="100%")] == ["a@exemple.fr"]
    assert not persons(text="%%")
