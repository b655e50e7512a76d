"""The door: codes, links, unknown and closed addresses, and whoever tries to force it."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from django.contrib.sessions.models import Session
from django.core import mail, signing
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from essaim.foundation.models import JournalEntry
from essaim.people.actions.entering import EntryOver, WrongCode, ask_entry, enter_by_code, enter_by_link
from essaim.people.entry import LENGTH, LETTERS, code_of, link_token, same_code
from essaim.people.models import EntryCode, Person
from tests.people.doors import ask, code_in, come_in, give_totp, link_in, type_code
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Tasks are given at once, so that a test reads the message that it has just asked for."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda func, *_args, **_more: func())


def signed_in(client):
    return "_auth_user_id" in client.session


def test_a_known_address_comes_in_by_its_code(client, person):
    answer = ask(client, person.email)
    assert answer["Location"] == reverse("entry_code")
    page = client.get(answer["Location"]).content.decode()
    assert "Si cette adresse peut entrer, un message vient de partir" in page
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert code_in(sent) in sent.subject
    done = type_code(client, code_in(sent))
    assert (done.status_code, done["Location"]) == (302, "/espace/")
    assert signed_in(client)
    assert Person.objects.count() == 1


@pytest.mark.parametrize("write", [str.lower, str.upper, lambda code: code.replace(" ", "-"), lambda c: f"  {c} "])
def test_the_code_is_read_as_people_write_it(client, person, write):
    ask(client, person.email)
    type_code(client, write(code_in(mail.outbox[0])))
    assert signed_in(client)


@pytest.mark.parametrize("typed", ["Marie@Exemple.FR", "  MARIE@exemple.fr  "])
def test_the_case_of_the_address_does_not_matter(client, db, typed):
    person = PersonFactory(email="marie@exemple.fr")
    come_in(client, typed)
    assert client.session["_auth_user_id"] == str(person.pk)


def test_an_unknown_address_opens_an_account_once_it_is_proved(client, db):
    ask(client, "nouvelle@exemple.fr")
    assert Person.objects.count() == 0
    assert "ouvrir un compte" in mail.outbox[0].subject
    type_code(client, code_in(mail.outbox[0]))
    person = Person.objects.get()
    assert (person.email, person.is_officer, person.is_superuser) == ("nouvelle@exemple.fr", False, False)
    assert not person.has_usable_password()
    assert signed_in(client)
    assert JournalEntry.objects.get().verb == "compte ouvert"


def test_nothing_tells_whether_an_account_exists(db):
    """Known, unknown, closed: same answers, same pages, as many queries and messages."""
    PersonFactory(email="connue@exemple.fr")
    PersonFactory(email="fermee@exemple.fr", is_active=False)
    seen = []
    for address in ("connue@exemple.fr", "absente@exemple.fr", "fermee@exemple.fr"):
        visitor, queries, sent = Client(), [], len(mail.outbox)

        def count(execute, sql, *more, queries=queries):
            queries.append(sql.split(" ")[0])
            return execute(sql, *more)

        with connection.execute_wrapper(count):
            answer = ask(visitor, address)
        # What the task reads to write its message is not the visitor's wait: with a queue it happens elsewhere.
        page = visitor.get(answer["Location"]).content.decode().replace(address, "…")
        page = "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)
        wrong = type_code(visitor, "BBBBBB").content.decode().replace(address, "…")
        wrong = "\n".join(line for line in wrong.splitlines() if "csrfmiddlewaretoken" not in line)
        writes = [verb for verb in queries if verb in ("INSERT", "UPDATE", "DELETE")]
        seen.append((answer.status_code, answer["Location"], page, wrong, writes, len(mail.outbox) - sent))
    assert seen[0] == seen[1] == seen[2]


def test_a_closed_account_says_so_to_its_owner_alone(client, db):
    PersonFactory(email="fermee@exemple.fr", is_active=False)
    ask(client, "fermee@exemple.fr")
    (sent,) = mail.outbox
    assert "fermé" in sent.subject
    assert "/connexion/lien/" not in sent.body
    assert type_code(client, code_of(EntryCode.objects.get())).status_code == 200
    assert not signed_in(client)


def test_an_account_closed_while_the_message_is_on_its_way(client, person):
    ask(client, person.email)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert "ne sert plus" in type_code(client, code_in(mail.outbox[0])).content.decode()
    assert not signed_in(client)


def test_the_code_of_another_browser_opens_nothing(person):
    """Bound to the browser that asked: a code read over a shoulder, or got by a trick, is of no use elsewhere."""
    mine, theirs = Client(), Client()
    ask(mine, person.email)
    ask(theirs, "autre@exemple.fr")
    assert type_code(theirs, code_in(mail.outbox[0])).status_code == 200
    assert not signed_in(theirs)
    assert type_code(Client(), code_in(mail.outbox[0]))["Location"] == reverse("account_login")


def test_a_code_serves_once(person):
    client = Client()
    ask(client, person.email)
    code, entry = code_in(mail.outbox[0]), EntryCode.objects.get()
    type_code(client, code)
    with pytest.raises(EntryOver):
        enter_by_code(entry_id=entry.pk, code=code)
    with pytest.raises(EntryOver):
        enter_by_link(entry_id=entry.pk)


def test_a_code_is_good_for_a_quarter_of_an_hour(client, person, time_machine):
    ask(client, person.email)
    code, link = code_in(mail.outbox[0]), link_in(mail.outbox[0])
    time_machine.move_to(timezone.now() + timedelta(minutes=15, seconds=1))
    assert "ne sert plus" in type_code(client, code).content.decode()
    assert "ne sert plus" in client.get(link).content.decode()
    assert "ne sert plus" in client.post(link).content.decode()
    assert not signed_in(client)


def test_the_sixth_try_is_one_too_many(client, person):
    ask(client, person.email)
    for left in (4, 3, 2, 1):
        page = type_code(client, "BBB BBB").content.decode()
        assert f"Il vous reste {left} essai" in page
    assert "Demandez-en un nouveau" in type_code(client, "BBB BBB").content.decode()
    assert "ne sert plus" in type_code(client, code_in(mail.outbox[0])).content.decode()
    assert not signed_in(client)


def test_asked_twice_the_newest_counts(client, person):
    ask(client, person.email)
    ask(client, person.email)
    first, second = mail.outbox
    assert type_code(client, code_in(first)).status_code == 200
    assert "ne sert plus" in Client().get(link_in(first)).content.decode()
    type_code(client, code_in(second))
    assert signed_in(client)


def test_two_tabs_of_one_browser(client, person):
    """The other tab still shows the first page: what it posts is judged by the newest request."""
    ask(client, person.email, next="/compte/")
    ask(client, person.email, next="/compte/nom/")
    assert type_code(client, code_in(mail.outbox[1]))["Location"] == "/compte/nom/"
    assert type_code(client, code_in(mail.outbox[1]))["Location"] == "/connexion/mon-espace/"


def test_two_devices_each_with_its_own_code(person):
    phone, computer = Client(), Client()
    ask(phone, person.email)
    ask(computer, person.email)
    type_code(computer, code_in(mail.outbox[1]))
    type_code(phone, code_in(mail.outbox[0]))
    assert signed_in(phone)
    assert signed_in(computer)


def test_the_link_works_on_any_device_and_waits_for_a_press(person):
    asked, reader = Client(), Client()
    ask(asked, person.email, next="/compte/")
    link = link_in(mail.outbox[0])
    for _scanner in range(3):
        page = assert_get_writes_nothing(reader, link).content.decode()
    assert person.email in page
    assert page.count("<h1") == 1
    assert not signed_in(reader)
    assert reader.post(link)["Location"] == "/compte/"
    assert signed_in(reader)
    assert not signed_in(asked)
    assert "ne sert plus" in Client().get(link).content.decode()
    assert "ne sert plus" in Client().post(link).content.decode()


def test_a_link_opens_an_account_too(client, db):
    ask(Client(), "nouvelle@exemple.fr")
    client.post(link_in(mail.outbox[0]))
    assert signed_in(client)
    assert Person.objects.get().email == "nouvelle@exemple.fr"


@pytest.mark.parametrize(
    "token",
    ["x", "a:b:c", signing.dumps([1, "x"]), signing.dumps("x", salt="essaim.people.entry.link")],
    ids=["letter", "colons", "other-salt", "other-shape"],  # a signature holds the time: two workers would differ
)
def test_a_forged_link_opens_nothing(client, person, token):
    assert "ne sert plus" in client.get(reverse("entry_link", args=[token])).content.decode()
    assert "ne sert plus" in client.post(reverse("entry_link", args=[token])).content.decode()


def test_a_link_of_another_row_with_this_ones_seed(person):
    entry = ask_entry(address=person.email)
    other = ask_entry(address="autre@exemple.fr")
    entry.pk = other.pk
    assert "ne sert plus" in Client().get(reverse("entry_link", args=[link_token(entry)])).content.decode()


def test_somebody_signed_in_who_presses_another_link_changes_account(person_client, db):
    other = PersonFactory()
    person_client.session["secret"] = 1
    ask(Client(), other.email)
    page = person_client.get(link_in(mail.outbox[0])).content.decode()
    assert "Un autre compte est ouvert" in page
    person_client.post(link_in(mail.outbox[0]))
    assert person_client.session["_auth_user_id"] == str(other.pk)


EVIL = [
    "https://mechant.fr/",
    "//mechant.fr/",
    "/\\mechant.fr",
    "javascript:alert(1)",
    "http:///mechant.fr",
    "\t//mechant.fr",
]


@pytest.mark.parametrize("elsewhere", EVIL)
def test_one_is_never_led_elsewhere(client, person, elsewhere):
    page = client.get(reverse("account_login"), {"next": elsewhere}).content.decode()
    assert "mechant" not in page
    assert come_in(client, person.email, next=elsewhere)["Location"] == "/espace/"
    link = Client()
    ask(Client(), person.email, next=elsewhere)
    assert link.post(link_in(mail.outbox[-1]))["Location"] == "/espace/"


def test_the_page_one_wanted_comes_back(client, person):
    wanted = "/annuaire/?q=velo&page=2"
    assert (
        f'value="{wanted.replace("&", "&amp;")}"'
        in client.get(reverse("account_login"), {"next": wanted}).content.decode()
    )
    assert come_in(client, person.email, next=wanted)["Location"] == wanted


FORGED = {
    "is_staff": "1",
    "is_officer": "1",
    "is_superuser": "on",
    "is_active": "1",
    "pk": "1",
    "id": "1",
    "person": "1",
}


def test_forged_fields_give_nothing(client, officer):
    ask(client, "nouvelle@exemple.fr", **FORGED)
    type_code(client, code_in(mail.outbox[0]), **FORGED)
    person = Person.objects.get(email="nouvelle@exemple.fr")
    for name in ("account_name", "account_address"):
        client.post(reverse(name), {"name": "Léa", "email": "lea@exemple.fr", **FORGED})
    client.post(
        reverse("account_set_password"),
        {"password1": "quatre mots sans rapport", "password2": "quatre mots sans rapport", **FORGED},
    )
    person.refresh_from_db()
    assert (person.name, person.is_officer, person.is_superuser) == ("Léa", False, False)
    assert person.pk != 1 or officer.pk == 1
    assert client.get("/equipe/").status_code == 403


def test_signing_in_gives_a_new_key_to_the_session(client, person):
    """Fixation: whoever planted a session cookie before does not share the one after."""
    ask(client, person.email)
    before = client.session.session_key
    type_code(client, code_in(mail.outbox[0]))
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


HOMOGRAPHS = ["mаrie@exemple.fr", "marie@exempłe.fr", "marie@exemple.fr\u200b", "ｍarie@exemple.fr"]


@pytest.mark.parametrize(
    "address",
    [*HOMOGRAPHS, "", "marie", "marie@", "a" * 10_000 + "@exemple.fr", "a@b.fr\r\nBcc: x@y.fr", "a@b.fr?cc=x@y.fr"],
)
def test_an_address_that_is_none_or_looks_like_another(client, db, address):
    PersonFactory(email="marie@exemple.fr")
    answer = ask(client, address)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert page.count("<h1") == 1
    assert mail.outbox == []
    assert EntryCode.objects.count() == 0


def test_what_was_typed_stays_in_the_form(client, db):
    assert 'value="marie@' in ask(client, "marie@").content.decode()


def test_nobody_fills_a_mailbox(db):
    """Five messages in a quarter of an hour, from however many browsers; the page says the same."""
    pages = set()
    for _ in range(8):
        visitor = Client()
        pages.add(ask(visitor, "marie@exemple.fr")["Location"])
    assert len(mail.outbox) == 5
    assert pages == {reverse("entry_code")}


def test_nobody_shuts_the_door_of_somebody_else(person, time_machine):
    """A stranger asks once a minute for an hour: at any moment a link that is still good lies in the mailbox."""
    start = timezone.now()
    for minute in range(60):
        time_machine.move_to(start + timedelta(minutes=minute), tick=False)
        ask_entry(address=person.email)
        assert any(entry.is_good for entry in EntryCode.objects.filter(sent=True)), minute
    assert len(mail.outbox) == 20


def test_links_all_used_up_make_room_for_another(person):
    for _ in range(7):
        ask_entry(address=person.email)
    EntryCode.objects.update(tries=5)
    client = Client()
    ask(client, person.email)
    type_code(client, code_in(mail.outbox[5]))
    assert signed_in(client)


def test_asked_too_often_in_one_browser_the_code_that_has_left_still_opens(client, person):
    for _ in range(8):
        ask(client, person.email)
    assert len(mail.outbox) == 5
    type_code(client, code_in(mail.outbox[4]))
    assert signed_in(client)


def test_one_network_cannot_flood(client, db, monkeypatch):
    from essaim.foundation.ratelimit import Limit
    from essaim.people.views import entering

    monkeypatch.setattr(entering, "ASKED_OFTEN", Limit("entrer-essai", count=3, seconds=600))
    for rank in range(3):
        assert ask(client, f"a{rank}@exemple.fr").status_code == 302
    refused = ask(client, "a4@exemple.fr")
    assert refused.status_code == 200
    assert "Réessayez" in refused.content.decode()
    assert len(mail.outbox) == 3


def test_two_hundred_people_behind_one_proxy(settings, db):
    """Limits on: each is judged by their own address, and every message arrives."""
    settings.TRUSTED_PROXIES = 1
    for rank in range(200):
        visitor = Client(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=f"8.8.8.8, 192.0.2.{rank}")
        assert ask(visitor, f"p{rank}@exemple.fr")["Location"] == reverse("entry_code")
        assert len(mail.outbox) == rank + 1
        assert mail.outbox[-1].to == [f"p{rank}@exemple.fr"]
        assert type_code(visitor, code_in(mail.outbox[-1]))["Location"] == "/espace/"
    assert Person.objects.count() == 200
    assert len({message.to[0] for message in mail.outbox}) == 200


def test_no_queue_and_no_row_holds_a_code(client, person, monkeypatch):
    kept = []
    queue = SimpleNamespace(enqueue=lambda *args: kept.append(str(args)))
    monkeypatch.setattr("essaim.foundation.mails.deliver", queue)
    ask(client, person.email)
    entry = EntryCode.objects.get()
    code = code_of(entry)
    told = str(kept) + str(EntryCode.objects.values().get()) + str(dict(client.session))
    assert code not in told
    assert link_token(entry) not in told
    assert len(code) == LENGTH
    assert set(code) <= set(LETTERS)
    assert not same_code("", entry)


def test_a_message_that_waited_too_long_is_not_sent(person, time_machine):
    from essaim.people.mails import SignInCode

    entry = ask_entry(address=person.email)
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    with pytest.raises(EntryCode.DoesNotExist):
        SignInCode(entry_id=entry.pk).render()


def test_an_officer_proves_twice(client, officer):
    answer = come_in(client, officer.email, next="/equipe/journal/")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert not signed_in(client)
    assert client.get("/equipe/")["Location"].startswith("/connexion/")
    page = client.get(answer["Location"]).content.decode()
    assert page.count("<h1") == 1
    assert client.post(answer["Location"], {"code": "000000"}).status_code == 200
    assert give_totp(client)["Location"] == "/equipe/journal/"
    assert client.session["second_factor"] is True


def test_whoever_is_already_in_goes_to_their_space(person_client, person):
    assert ask(person_client, person.email)["Location"] == "/connexion/mon-espace/"
    assert person_client.get(reverse("entry_code"))["Location"] == "/connexion/mon-espace/"
    assert person_client.get("/connexion/mon-espace/")["Location"] == "/espace/"
    assert EntryCode.objects.count() == 0


def test_each_role_has_its_space(client, officer, db):
    assert client.get("/connexion/mon-espace/")["Location"] == reverse("account_login")
    client.force_login(officer)
    assert client.get("/connexion/mon-espace/")["Location"] == "/equipe/"


def test_reading_the_door_writes_nothing_and_sets_no_session(client, db):
    answer = assert_get_writes_nothing(client, reverse("account_login"))
    assert "sessionid" not in answer.cookies


def test_two_presses_at_once_make_one_account_and_one_sign_in(transactional_db):
    entry = ask_entry(address="nouvelle@exemple.fr")
    barrier, got = Barrier(2), []

    def press():
        barrier.wait()
        try:
            got.append(enter_by_link(entry_id=entry.pk).email)
        except EntryOver:
            got.append("trop tard")
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == ["nouvelle@exemple.fr", "trop tard"]
    assert Person.objects.count() == 1


def test_two_requests_of_one_unknown_address_make_one_account(transactional_db):
    entries = [ask_entry(address="nouvelle@exemple.fr") for _ in range(2)]
    barrier, got = Barrier(2), []

    def press(entry):
        barrier.wait()
        try:
            got.append(enter_by_code(entry_id=entry.pk, code=code_of(entry)).pk)
        finally:
            connection.close()

    threads = [Thread(target=press, args=[entry]) for entry in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 2
    assert len(set(got)) == Person.objects.count() == 1


def test_tries_typed_at_once_are_all_counted(transactional_db):
    entry = ask_entry(address="nouvelle@exemple.fr")
    barrier = Barrier(4)

    def guess():
        barrier.wait()
        try:
            enter_by_code(entry_id=entry.pk, code="BBBBBB")
        except WrongCode:
            pass
        finally:
            connection.close()

    threads = [Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entry.refresh_from_db()
    assert entry.tries == 4
    assert entry.asked_at <= timezone.now()
