"""Subscribing and leaving: double opt-in, nothing told to strangers, one click that works."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from essaim.editorial.actions import newsletter as actions
from essaim.editorial.actions.newsletter import Confirmed, confirm, export_subscribers, purge, subscribe, unsubscribe
from essaim.editorial.models import NewsletterPage, Subscription
from essaim.editorial.newsletter import CONSENT
from essaim.editorial.newsletter.addresses import COMMON, meant, one_slip_apart
from essaim.editorial.newsletter.links import confirmation_token
from essaim.foundation.addresses import clean_address
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_page
from tests.support import assert_get_writes_nothing, no_writes

FORM = "/lettre/abonnement/"


@pytest.fixture
def page(home):
    return make_page(home, model=NewsletterPage, title="La lettre", slug="lettre")


def ask(client, email, capture, **extra):
    with capture(execute=True):
        return client.post(FORM, {"email": email, **extra})


def link_of(message):
    return re.search(r"https?://[^/\s]+(/lettre/\S+)", message.body)[1]


@pytest.fixture
def subscriber(db):
    return Subscription.objects.create(
        email="lea@exemple.fr", consent=CONSENT, asked_at=timezone.now(), confirmed_at=timezone.now()
    )


# --- Addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("a" * 10_000 + "@exemple.fr", "trop longue"),
        ("lea.exemple.fr", "Il manque le « @ »"),
        ("lea@exemple", "incomplète"),
        ("lea@@exemple.fr", "mal écrite"),
        ("l\u0435a@exemple.fr", "n’est pas une lettre latine"),  # a Cyrillic e
        ("lea@ex\u0430mple.fr", "n’est pas une lettre latine"),
        ("léa@exemple.fr", "sans accent"),
        ("lea@exemple.fr\nBcc: tous@exemple.fr", "invisible"),
        ("lea\u200b@exemple.fr", "invisible"),
        ("lea@exemple.fr, tous@exemple.fr", "mal écrite"),
        ("<lea@exemple.fr>", "mal écrite"),
    ],
)
def test_what_is_no_address_is_said_in_words(typed, said):
    with pytest.raises(ValidationError, match=said):
        clean_address(typed)


@given(st.text(max_size=300))
def test_any_text_is_clean_or_refused(text):
    try:
        found = clean_address(text)
    except ValidationError as refusal:
        assert refusal.messages[0]
    else:
        assert found.isascii()
        assert found == found.lower().strip()
        assert clean_address(found) == found


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("lea@gmial.com", "lea@gmail.com"),
        ("lea@gmai.com", "lea@gmail.com"),
        ("lea@orage.fr", "lea@orange.fr"),
        ("lea@wanado.fr", "lea@wanadoo.fr"),
        ("lea@gmail.com", ""),
        ("lea@hotmail.fr", ""),
        ("lea@grandpoitiers.fr", ""),
    ],
)
def test_a_slip_of_the_finger_is_seen(typed, right):
    assert meant(typed) == right


@given(st.sampled_from(COMMON), st.data())
def test_a_slip_is_symmetric_and_never_nothing(domain, data):
    at = data.draw(st.integers(0, len(domain) - 1))
    without = domain[:at] + domain[at + 1 :]
    assert one_slip_apart(domain, without)
    assert one_slip_apart(without, domain)
    assert not one_slip_apart(domain, domain)


# --- Subscribing -----------------------------------------------------------------------------------------------------


def test_the_page_holds_the_form_and_is_kept_for_everybody(client, page, page_cache):
    first = assert_get_writes_nothing(client, "/lettre/")
    shown = first.content.decode()
    assert f'action="{FORM}"' in shown
    assert "csrfmiddlewaretoken" not in shown
    assert CONSENT.split(",")[0].replace("’", "’") in shown.replace("\u00a0", " ")
    assert not client.cookies
    assert client.get("/lettre/", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_the_words_are_the_editors_and_each_one_keeps_what_they_agreed_to(
    client, page, django_capture_on_commit_callbacks, territory
):
    ask(client, "avant@exemple.fr", django_capture_on_commit_callbacks)
    before = re.search(r"/lettre/confirmer/[^\s\"]+/", mail.outbox[0].body)[0]
    page.consent, page.asked_text = "D’accord pour la lettre.", "<p>Voyez vos courriels.</p>"
    page.confirm_text = "Un clic."
    page.confirmed_text, page.leave_text, page.left_text = "À bientôt.", "On vous oublie.", "Oublié."
    page.save_revision().publish()
    assert "D’accord pour la lettre." in shown(client.get("/lettre/"))
    assert "D’accord pour la lettre." in shown(client.post(FORM, {"email": "x"}))
    ask(client, "apres@exemple.fr", django_capture_on_commit_callbacks)
    assert dict(Subscription.objects.values_list("email", "consent")) == {
        "avant@exemple.fr": CONSENT,
        "apres@exemple.fr": "D’accord pour la lettre.",
    }
    assert "Voyez vos courriels." in shown(client.get("/lettre/merci/"))
    asked = shown(client.get(before))
    assert "Un clic." in asked and "D’accord pour la lettre." not in asked and CONSENT[:40] in asked
    strict = Client(enforce_csrf_checks=True)
    assert "À bientôt." in shown(strict.post(before))
    assert not strict.cookies
    key = Subscription.objects.get(email="avant@exemple.fr").key
    assert "On vous oublie." in shown(client.get(f"/lettre/desabonner/{key}/"))
    assert "Oublié." in shown(client.post(f"/lettre/desabonner/{key}/"))


def shown(answer):
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


def test_nothing_is_subscribed_before_the_button_is_pressed(
    client, page, django_capture_on_commit_callbacks, territory
):
    answer = ask(client, " Lea@Exemple.fr ", django_capture_on_commit_callbacks)
    assert answer.status_code == 302
    assert answer["Location"] == "/lettre/merci/"
    row = Subscription.objects.get()
    assert (row.email, row.confirmed_at, row.consent) == ("lea@exemple.fr", None, CONSENT)
    assert mail.outbox[0].to == ["lea@exemple.fr"]
    link = link_of(mail.outbox[0])
    assert "lea" not in link
    shown = assert_get_writes_nothing(client, link)  # a mail scanner follows it: nothing happens
    assert shown.status_code == 200
    row.refresh_from_db()
    assert row.confirmed_at is None
    assert "Vous êtes abonné" in client.post(link).content.decode()
    row.refresh_from_db()
    assert row.confirmed_at is not None
    entry = JournalEntry.objects.get(verb="abonnement à la lettre confirmé")
    assert "lea" not in str(entry.__dict__)
    assert client.post(link).status_code == 200  # again: already done
    assert JournalEntry.objects.filter(verb="abonnement à la lettre confirmé").count() == 1


def test_a_link_works_a_week_and_cannot_be_made_up(client, db, territory):
    row = Subscription.objects.create(email="lea@exemple.fr", consent="", asked_at=timezone.now())
    token = confirmation_token(row)
    assert confirm(token=token[:-1] + ("a" if token[-1] != "a" else "b")) is Confirmed.GONE
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert "ne marche plus" in client.get(f"/lettre/confirmer/{token}/").content.decode()
        assert client.post(f"/lettre/confirmer/{token}/").status_code == 410
        assert confirm(token=token) is Confirmed.GONE
    assert confirm(token=token) is Confirmed.NOW
    unsubscribe(key=row.key)
    again = Subscription.objects.create(email="lea@exemple.fr", consent="", asked_at=timezone.now())
    assert confirm(token=token) is Confirmed.GONE, "le lien d’une demande effacée ne vaut pas pour la suivante"
    again.refresh_from_db()
    assert again.confirmed_at is None


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "W10:1:abc", "é", "a" * 3000])
def test_any_token_gets_a_page(client, territory, token):
    assert client.get(f"/lettre/confirmer/{token}/").status_code == 200
    assert client.post(f"/lettre/confirmer/{token}/").status_code == 410


def test_a_stranger_learns_nothing(client, page, subscriber, django_capture_on_commit_callbacks):
    known = ask(client, "LEA@exemple.fr", django_capture_on_commit_callbacks)
    unknown = ask(client, "zoe@exemple.fr", django_capture_on_commit_callbacks)
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    assert [message.to[0] for message in mail.outbox] == ["lea@exemple.fr", "zoe@exemple.fr"]
    assert "déjà abonné" in mail.outbox[0].subject
    assert Subscription.objects.filter(email="lea@exemple.fr", confirmed_at__isnull=False).exists()


def test_one_address_is_not_flooded(db, territory, django_capture_on_commit_callbacks):
    start = timezone.now()

    def ask_at(**after):
        now = time_machine.travel(start + timedelta(**after), tick=False)
        with now, django_capture_on_commit_callbacks(execute=True):
            subscribe(email="lea@exemple.fr")
        return len(mail.outbox)

    assert ask_at(minutes=0) == 1
    assert ask_at(minutes=5) == 1, "dix minutes entre deux"
    assert ask_at(minutes=11) == 2
    assert ask_at(minutes=22) == 3
    assert ask_at(minutes=40) == 3, "trois par jour"
    assert ask_at(hours=30) == 4
    assert Subscription.objects.count() == 1


def test_one_visitor_is_slowed(client, page, django_capture_on_commit_callbacks):
    answers = [ask(client, f"a{n}@exemple.fr", django_capture_on_commit_callbacks) for n in range(100)]
    assert [answer.status_code for answer in answers[:6]] == [302] * 5 + [429]
    assert {answer.status_code for answer in answers[5:]} == {429}
    assert len(mail.outbox) == 5
    assert "Réessayez" in answers[-1].content.decode()


def test_a_doubtful_address_is_asked_twice(client, page, django_capture_on_commit_callbacks):
    doubt = ask(client, "lea@gmial.com", django_capture_on_commit_callbacks)
    shown = doubt.content.decode()
    assert doubt.status_code == 200
    assert "lea@gmail.com" in shown
    assert 'name="sure" value="lea@gmial.com"' in shown
    assert 'aria-invalid="true"' in shown
    assert mail.outbox == []
    other = ask(client, "zoe@gmial.com", django_capture_on_commit_callbacks, sure="lea@gmial.com")
    assert other.status_code == 200
    assert ask(client, "lea@gmial.com", django_capture_on_commit_callbacks, sure="lea@gmial.com").status_code == 302
    assert mail.outbox[0].to == ["lea@gmial.com"]


def test_a_robot_is_told(client, page, django_capture_on_commit_callbacks):
    answer = ask(client, "lea@exemple.fr", django_capture_on_commit_callbacks, site="http://spam")
    assert answer.status_code == 200
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize("body", [{}, {"email": ""}, {"email": "   "}, {"mail": "lea@exemple.fr"}])
def test_an_empty_form_is_answered(client, page, body):
    answer = client.post(FORM, body)
    assert answer.status_code == 200
    assert "Écrivez votre adresse" in answer.content.decode()


def test_the_form_works_without_any_cookie(page, django_capture_on_commit_callbacks):
    strict = Client(enforce_csrf_checks=True)
    answer = ask(strict, "lea@exemple.fr", django_capture_on_commit_callbacks)
    assert answer.status_code == 302
    assert not strict.cookies
    assert strict.get(FORM).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_make_one_subscription():
    together = Barrier(2)
    trouble = []

    def run():
        try:
            together.wait(20)
            subscribe(email="lea@exemple.fr")
        except Exception as error:
            trouble.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert trouble == []
    assert Subscription.objects.count() == 1
    assert len(mail.outbox) == 1


# --- Leaving ---------------------------------------------------------------------------------------------------------


def test_one_click_of_rfc_8058(subscriber, territory):
    program = Client(enforce_csrf_checks=True)
    url = f"/lettre/desabonner/{subscriber.key}/"
    answer = program.post(url, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not program.cookies
    assert "Set-Cookie" not in answer
    assert not Subscription.objects.exists()
    assert program.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert JournalEntry.objects.filter(verb="abonnement à la lettre retiré").count() == 1
    assert "lea" not in str([entry.__dict__ for entry in JournalEntry.objects.all()])


def test_the_page_leaves_nothing_to_scanners(client, subscriber, territory):
    url = f"/lettre/desabonner/{subscriber.key}/"
    shown = assert_get_writes_nothing(client, url).content.decode()
    assert shown.count("<button") >= 1
    assert "Me désabonner" in shown
    assert Subscription.objects.exists()
    assert "C’est fait" in client.post(url).content.decode()
    assert "n’est plus abonnée" in assert_get_writes_nothing(client, url).content.decode()


@pytest.mark.parametrize("key", ["x", "a" * 500, "%00", "..", "é"])
def test_a_false_key_erases_nobody(client, subscriber, territory, key):
    assert client.post(f"/lettre/desabonner/{key}/").status_code in (200, 404)
    assert Subscription.objects.count() == 1


def test_one_may_come_back(subscriber, territory, django_capture_on_commit_callbacks):
    unsubscribe(key=subscriber.key)
    with django_capture_on_commit_callbacks(execute=True):
        subscribe(email=subscriber.email)
    again = Subscription.objects.get()
    assert again.confirmed_at is None
    assert again.key != subscriber.key
    assert "Confirmez" in mail.outbox[0].subject


def test_a_confirmation_that_waited_past_the_erasing_is_given_up(
    db, territory, django_capture_on_commit_callbacks, settings
):
    with django_capture_on_commit_callbacks() as later:
        subscribe(email="lea@exemple.fr")
    Subscription.objects.all().delete()
    for callback in later:
        callback()
    assert mail.outbox == []


# --- Keeping ---------------------------------------------------------------------------------------------------------


def test_what_nobody_confirmed_is_erased(subscriber, territory):
    old = timezone.now() - actions.UNCONFIRMED_FOR - timedelta(minutes=1)
    Subscription.objects.create(email="vieux@exemple.fr", consent="", asked_at=old)
    Subscription.objects.create(email="neuf@exemple.fr", consent="", asked_at=timezone.now())
    assert purge(by="test").requests == 1
    assert sorted(Subscription.objects.values_list("email", flat=True)) == ["lea@exemple.fr", "neuf@exemple.fr"]
    assert "vieux" not in str([entry.__dict__ for entry in JournalEntry.objects.all()])
    before = JournalEntry.objects.count()
    assert purge(by="test").requests == 0
    assert JournalEntry.objects.count() == before


def test_the_addresses_leave_by_a_button_and_the_journal_says_so(officer_client, officer, subscriber, territory):
    url = "/equipe/lettres/abonnes.csv"
    assert officer_client.get(url).status_code == 405
    Subscription.objects.create(email="attend@exemple.fr", consent="", asked_at=timezone.now())
    Subscription.objects.create(
        email="=cmd@exemple.fr", consent="", asked_at=timezone.now(), confirmed_at=timezone.now()
    )
    answer = officer_client.post(url)
    text = b"".join(answer.streaming_content).decode()
    assert "lea@exemple.fr" in text
    assert "attend@exemple.fr" not in text
    assert "'=cmd" in text
    entry = JournalEntry.objects.get(verb="abonnés à la lettre exportés")
    assert entry.by == officer
    assert entry.after == {"adresses": 2}
    assert "lea" not in str(entry.__dict__)


def test_nobody_else_takes_them(person_client, subscriber, territory):
    with no_writes():
        assert person_client.post("/equipe/lettres/abonnes.csv").status_code == 403
    assert export_subscribers(by="test")[0]["email"] == "lea@exemple.fr"


def test_the_purge_is_a_verb_of_the_command(subscriber, territory, capsys):
    from django.core.management import call_command

    old = timezone.now() - timedelta(days=30)
    Subscription.objects.create(email="vieux@exemple.fr", consent="", asked_at=old)
    call_command("editorial", "purge")
    assert Subscription.objects.count() == 1
