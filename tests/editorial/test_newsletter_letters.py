"""Letters: written from what is published, frozen when sent, handed to each subscriber once whatever happens."""

from __future__ import annotations

import smtplib
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction
from django.template import TemplateSyntaxError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from essaim.editorial.actions import letters as actions
from essaim.editorial.actions.letters import (
    LetterRefused,
    hand_over_batch,
    resume_letter,
    save_letter,
    send_letter,
    version_of,
)
from essaim.editorial.actions.newsletter import DELIVERIES_FOR, purge, unsubscribe
from essaim.editorial.models import Delivery, Letter, NewsIndexPage, NewsletterPage, NewsPage, Subscription
from essaim.editorial.newsletter.mails import ConfirmSubscription, LetterMail, LetterTest
from essaim.editorial.newsletter.reads import FURTHER, parts_of, progress_of, tell_since
from essaim.foundation import mails, unsent
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_home, make_page
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing, no_writes


def subscribe(*names):
    now = timezone.now()
    return [
        Subscription.objects.create(email=f"{name}@exemple.fr", consent="Oui.", asked_at=now, confirmed_at=now)
        for name in names
    ]


def tell(number, **fields):
    index = NewsIndexPage.objects.first() or make_page(model=NewsIndexPage, title="Actualités", slug="actualites")
    fields = {"title": f"Article {number}", "day": timezone.localdate(), "intro": f"Résumé {number}.", **fields}
    return make_page(index, model=NewsPage, slug=f"article-{number}", **fields)


def write(*pages, by="test", **fields):
    picks = [("actualites", str(page.pk)) for page in pages]
    fields = {"title": "Du neuf", "intro": "Bonjour.", **fields}
    return save_letter(letter=None, by=by, picks=picks, **fields)


def send(letter, officer):
    letter.refresh_from_db()
    return send_letter(letter=letter, by=officer, version=letter.changed_at.isoformat())


@pytest.fixture
def home(territory):
    return make_home()


@pytest.fixture
def sent(home, officer, django_capture_on_commit_callbacks):
    """A letter that has left to three."""
    subscribe("lea", "zoe", "ali")
    letter = write(tell(1))
    with django_capture_on_commit_callbacks(execute=True):
        return send(letter, officer)


# --- What leaves ------------------------------------------------------------------------------------------------------


def test_each_receives_one_with_a_way_out(sent, settings):
    assert sorted(message.to[0] for message in mail.outbox) == ["ali@exemple.fr", "lea@exemple.fr", "zoe@exemple.fr"]
    for message in mail.outbox:
        row = Subscription.objects.get(email=message.to[0])
        url = f"{settings.SITE_URL}/lettre/desabonner/{row.key}/"
        raw = message.message()
        assert raw["List-Unsubscribe"] == f"<{url}>"
        assert raw["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert raw["List-Id"].startswith("<lettre.")
        assert raw["Auto-Submitted"] == "auto-generated"
        assert url in message.body
        assert url in message.alternatives[0].content
        for part in (message.body, message.alternatives[0].content):
            assert f"{settings.SITE_URL}/lettre/1/" in part
            assert f"{settings.SITE_URL}/actualites/article-1/" in part
            assert "Résumé 1." in part
        others = Subscription.objects.exclude(pk=row.pk)
        assert not [other for other in others if other.key in message.body or other.email in message.body]


def test_only_the_letter_bears_the_headers_of_lists(home):
    assert LetterMail.sample().headers()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert LetterTest.sample().headers() == ConfirmSubscription.sample().headers() == {}


def test_what_was_sent_is_what_the_archive_shows(client, sent):
    page = NewsPage.objects.get()
    page.title, page.intro = "Tout autre chose", "Changé."
    page.save_revision().publish()
    shown = assert_get_writes_nothing(client, "/lettre/1/").content.decode()
    assert "Article 1" in shown
    assert "Résumé 1." in shown
    assert "Tout autre chose" not in shown
    page.delete()
    assert "Article 1" in client.get("/lettre/1/").content.decode()
    sent.refresh_from_db()
    assert LetterMail(sent.pk, Subscription.objects.first().pk).render().text.count("Article 1") == 1


@pytest.mark.parametrize("number", ["2", "0", "99999999999"])
def test_only_what_was_sent_is_read_online(client, sent, number):
    assert client.get(f"/lettre/{number}/").status_code == 404


def test_a_draft_is_nobody_s_to_read(client, home):
    write(tell(1))
    assert client.get("/lettre/1/").status_code == 404
    page = make_page(model=NewsletterPage, title="La lettre", slug="lettre")
    shown = client.get(page.url).content.decode()
    assert "Aucune encore" in shown
    assert "Du neuf" not in shown


def test_a_draft_follows_what_it_tells(home):
    page = tell(1)
    letter = write(page, tell(2))
    page.title = "Corrigé"
    page.save_revision().publish()
    assert [item.title for item in parts_of(letter)[0].items] == ["Corrigé", "Article 2"]
    page.unpublish()
    assert [item.title for item in parts_of(Letter.objects.get())[0].items] == ["Article 2"]


def test_a_sent_letter_changes_no_more(sent, officer):
    with pytest.raises(LetterRefused, match="déjà partie"):
        save_letter(letter=sent, by=officer, title="Autre", intro="", picks=[])
    with pytest.raises(LetterRefused, match="déjà partie"):
        actions.delete_letter(letter=sent, by=officer)
    with pytest.raises(LetterRefused, match="déjà partie"):
        send(sent, officer)
    assert len(mail.outbox) == 3


def test_nobody_no_letter(home, officer):
    letter = write(tell(1))
    Subscription.objects.create(email="attend@exemple.fr", consent="", asked_at=timezone.now())
    with pytest.raises(LetterRefused, match="Personne n’est abonné"):
        send(letter, officer)
    letter.refresh_from_db()
    assert letter.number is None


def test_an_empty_letter_stays(home, officer):
    subscribe("lea")
    with pytest.raises(LetterRefused, match="vide"):
        send(write(intro="  "), officer)


def test_a_letter_changed_since_it_was_read_stays(home, officer):
    subscribe("lea")
    letter = write(tell(1))
    seen = letter.changed_at.isoformat()
    save_letter(letter=letter, by="une collègue", title="Autre", intro="Bonjour.", picks=[])
    with pytest.raises(LetterRefused, match="a changé"):
        send_letter(letter=letter, by=officer, version=seen)


def test_numbers_follow(sent, officer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert send(write(tell(2)), officer).number == 2


def test_the_journal_counts_and_names_nobody(sent, officer):
    entry = JournalEntry.objects.get(verb="lettre envoyée")
    assert entry.by == officer
    assert entry.after == {"numéro": 1, "destinataires": 3, "contenus": 1}
    assert JournalEntry.objects.get(verb="envoi de la lettre terminé").after == {"remises": 3}
    everything = str([line.__dict__ for line in JournalEntry.objects.all()])
    assert not [name for name in ("lea@", "zoe@", "ali@") if name in everything]


# --- Once, whatever happens -------------------------------------------------------------------------------------------


def test_a_task_run_twice_sends_once(sent):
    ids = list(Delivery.objects.values_list("pk", flat=True))
    assert hand_over_batch(letter_id=sent.pk, delivery_ids=ids) == 0
    assert hand_over_batch(letter_id=sent.pk, delivery_ids=[*ids, 999_999]) == 0
    assert len(mail.outbox) == 3


def test_the_database_refuses_a_second_delivery(sent):
    row = Subscription.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(letter=sent, subscription=row)


def test_who_has_left_meanwhile_receives_nothing(home, officer, django_capture_on_commit_callbacks):
    first, _ = subscribe("lea", "zoe")
    letter = write(tell(1))
    with django_capture_on_commit_callbacks() as later:
        send(letter, officer)
    unsubscribe(key=first.key)
    for callback in later:
        callback()
    assert [message.to for message in mail.outbox] == [["zoe@exemple.fr"]]
    letter.refresh_from_db()
    progress = progress_of(letter)
    assert (progress.handed, progress.waiting, progress.left, progress.stuck) == (1, 0, 1, 0)
    assert letter.finished_at is not None
    assert letter.recipients == 2


class Server(EmailBackend):
    """A mail server that does as the test says."""

    failure = staticmethod(lambda _to: None)

    def send_messages(self, messages):
        for message in messages:
            error = self.failure(message.to[0])
            if error is not None:
                raise error
        return super().send_messages(messages)


def test_what_the_server_refuses_waits_and_leaves_once(
    home, officer, settings, monkeypatch, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    refused = smtplib.SMTPRecipientsRefused({"zoe@exemple.fr": (450, b"plus tard")})
    monkeypatch.setattr(Server, "failure", staticmethod(lambda to: refused if to == "zoe@exemple.fr" else None))
    subscribe("lea", "zoe", "ali")
    with django_capture_on_commit_callbacks(execute=True):
        letter = send(write(tell(1)), officer)
    assert sorted(message.to[0] for message in mail.outbox) == ["ali@exemple.fr", "lea@exemple.fr"]
    assert len(unsent.paths()) == 1
    monkeypatch.setattr(Server, "failure", staticmethod(lambda _to: None))
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_letter(letter=letter, by=officer) == 0
    assert len(mail.outbox) == 2, "reprendre ne renvoie pas ce qui attend déjà"
    assert mails.resend().sent == 1
    assert sorted(message.to[0] for message in mail.outbox) == ["ali@exemple.fr", "lea@exemple.fr", "zoe@exemple.fr"]
    assert mail.outbox[-1].extra_headers["List-Unsubscribe"]


def test_a_server_that_is_down_loses_nobody(home, officer, settings, monkeypatch, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    monkeypatch.setattr(Server, "failure", staticmethod(lambda _to: ConnectionRefusedError()))
    rows = subscribe(*(f"a{number}" for number in range(120)))
    with django_capture_on_commit_callbacks(execute=True):
        letter = send(write(tell(1)), officer)
    assert mail.outbox == []
    assert len(unsent.paths()) == 120
    letter.refresh_from_db()
    assert letter.finished_at is not None
    monkeypatch.setattr(Server, "failure", staticmethod(lambda _to: None))
    unsubscribe(key=rows[7].key)
    done = mails.resend()
    assert (done.sent, done.waiting, done.given_up) == (119, 0, 1), "qui est parti depuis ne reçoit rien"


def test_a_sending_cut_half_way_is_taken_up_again(home, officer, django_capture_on_commit_callbacks):
    subscribe("lea", "zoe", "ali")
    with django_capture_on_commit_callbacks():  # the machine stops before any task
        letter = send(write(tell(1)), officer)
    lost = Delivery.objects.order_by("pk").first()
    Delivery.objects.filter(pk=lost.pk).update(taken_at=timezone.now() - timedelta(hours=2))
    progress = progress_of(letter)
    assert (progress.handed, progress.waiting, progress.stuck) == (0, 2, 1)
    with django_capture_on_commit_callbacks(execute=True):
        assert resume_letter(letter=letter, by=officer) == 2
    assert len(mail.outbox) == 2
    assert progress_of(letter).stuck == 1
    assert JournalEntry.objects.filter(verb="envoi de la lettre repris").count() == 1


def waiting_letter(settings, officer, number):
    """A letter that has left for that many, whose tasks have not run: (letter, numbers of the deliveries)."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    subscribe(*(f"a{one:03}" for one in range(number)))
    letter = send(write(tell(1), tell(2)), officer)
    return letter, list(Delivery.objects.order_by("pk").values_list("pk", flat=True))


def test_one_more_recipient_costs_two_writes_and_no_read(home, officer, settings, django_capture_on_commit_callbacks):
    letter, ids = waiting_letter(settings, officer, 30)
    hand_over_batch(letter_id=letter.pk, delivery_ids=ids[:1])  # what the process keeps is read once
    with CaptureQueriesContext(connection) as few:
        assert hand_over_batch(letter_id=letter.pk, delivery_ids=ids[1:5]) == 4
    with CaptureQueriesContext(connection) as many:
        assert hand_over_batch(letter_id=letter.pk, delivery_ids=ids[5:25]) == 20
    assert len(many) - len(few) == 2 * (20 - 4), [query["sql"] for query in few]
    assert sum(query["sql"].startswith("SELECT") for query in many) <= 6
    assert len({message.extra_headers["List-Unsubscribe"] for message in mail.outbox}) == 25
    assert all(message.extra_headers["List-Unsubscribe"][1:-1] in message.body for message in mail.outbox)


def test_a_message_that_cannot_be_written_loses_nobody(home, officer, settings, monkeypatch):
    letter, ids = waiting_letter(settings, officer, 7)
    render = mails.render_to_string
    broken = Subscription.objects.get(email="a003@exemple.fr").key

    def rendered(name, context):
        if broken in context.get("unsubscribe", ""):
            raise TemplateSyntaxError("balise inconnue")
        return render(name, context)

    monkeypatch.setattr(mails, "render_to_string", rendered)
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError):
            hand_over_batch(letter_id=letter.pk, delivery_ids=ids)
        assert len(mail.outbox) == 6, "les autres partent, une fois"
        progress = progress_of(letter)
        assert (progress.handed, progress.waiting) == (6, 1)
        assert Delivery.objects.filter(taken_at__isnull=False, handed_at__isnull=True).count() == 0
    monkeypatch.setattr(mails, "render_to_string", render)
    assert hand_over_batch(letter_id=letter.pk, delivery_ids=ids) == 1
    assert mail.outbox[-1].to == ["a003@exemple.fr"]
    letter.refresh_from_db()
    assert letter.finished_at is not None


def test_a_sending_that_breaks_half_way_loses_nobody(home, officer, settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    letter, ids = waiting_letter(settings, officer, 5)
    monkeypatch.setattr(Server, "failure", staticmethod(lambda to: KeyError("x") if to == "a002@exemple.fr" else None))
    with pytest.raises(KeyError):
        hand_over_batch(letter_id=letter.pk, delivery_ids=ids)
    monkeypatch.setattr(Server, "failure", staticmethod(lambda _to: None))
    assert mails.resend().sent == 1
    assert sorted(message.to[0] for message in mail.outbox) == [f"a{number:03}@exemple.fr" for number in range(5)]


def test_who_leaves_during_the_batch_receives_nothing(home, officer, settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    letter, ids = waiting_letter(settings, officer, 3)
    last = Subscription.objects.get(email="a002@exemple.fr").key
    monkeypatch.setattr(Server, "failure", staticmethod(lambda _to: (unsubscribe(key=last) and None) or None))
    assert hand_over_batch(letter_id=letter.pk, delivery_ids=ids) == 2
    letter.refresh_from_db()
    assert letter.finished_at is not None
    assert (progress_of(letter).handed, progress_of(letter).left) == (2, 1)


def at_once(*works):
    together = Barrier(len(works))
    results = [None] * len(works)

    def run(index, work):
        try:
            together.wait(20)
            results[index] = work()
        except LetterRefused as refusal:
            results[index] = refusal
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_officers_press_together():
    make_home()
    officers = [PersonFactory(is_officer=True), PersonFactory(is_officer=True)]
    subscribe("lea", "zoe", "ali")
    letter = write(tell(1))
    version = letter.changed_at.isoformat()
    found = at_once(*(lambda who=who: send_letter(letter=letter, by=who, version=version) for who in officers))
    assert sorted(type(one).__name__ for one in found) == ["Letter", "LetterRefused"], found
    assert sorted(message.to[0] for message in mail.outbox) == ["ali@exemple.fr", "lea@exemple.fr", "zoe@exemple.fr"]
    assert Delivery.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_letters_leave_together_with_two_numbers():
    make_home()
    officer = PersonFactory(is_officer=True)
    subscribe("lea")
    written = [write(intro="Un."), write(intro="Deux.")]
    found = at_once(
        *(lambda one=one: send_letter(letter=one, by=officer, version=one.changed_at.isoformat()) for one in written)
    )
    assert sorted(letter.number for letter in found) == [1, 2]
    assert len(mail.outbox) == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_batch(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    make_home()
    subscribe(*(f"a{number}" for number in range(20)))
    letter = write(intro="Bonjour.")
    send_letter(letter=letter, by=PersonFactory(is_officer=True), version=letter.changed_at.isoformat())
    assert mail.outbox == []
    ids = list(Delivery.objects.order_by("pk").values_list("pk", flat=True))
    found = at_once(
        lambda: hand_over_batch(letter_id=letter.pk, delivery_ids=ids),
        lambda: hand_over_batch(letter_id=letter.pk, delivery_ids=ids[::-1]),
    )
    assert sum(found) == 20
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 20
    letter.refresh_from_db()
    assert letter.finished_at is not None


def test_who_was_handed_what_is_forgotten(sent):
    Letter.objects.update(finished_at=timezone.now() - DELIVERIES_FOR - timedelta(days=1))
    assert purge(by="test").deliveries == 3
    sent.refresh_from_db()
    assert sent.recipients == 3
    assert Subscription.objects.count() == 3


# --- The officer's screens --------------------------------------------------------------------------------------------

SCREENS = ("", "nouvelle/", "{pk}/", "{pk}/modifier/", "{pk}/apercu/", "{pk}/envoyer/", "{pk}/supprimer/")


@pytest.mark.parametrize("screen", SCREENS)
def test_screens_are_the_officer_s(client, person, home, screen):
    url = "/equipe/lettres/" + screen.format(pk=write(tell(1)).pk)
    assert client.get(url)["Location"].startswith("/connexion/")
    client.force_login(person)
    with no_writes():
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("verb", ["essai", "reprendre", "envoyer", "supprimer"])
def test_verbs_are_the_officer_s(client, person, home, verb):
    subscribe("lea")
    letter = write(tell(1))
    client.force_login(person)
    assert client.post(f"/equipe/lettres/{letter.pk}/{verb}/").status_code == 403
    assert mail.outbox == []
    assert Letter.objects.get().number is None


def test_from_the_first_word_to_the_last_recipient(officer_client, officer, home, django_capture_on_commit_callbacks):
    subscribe("lea", "zoe")
    page = tell(1)
    old = tell(2, day=date(2024, 1, 1))
    base = "/equipe/lettres/"
    assert "Aucune encore" in officer_client.get(base).content.decode()
    form = assert_get_writes_nothing(officer_client, f"{base}nouvelle/").content.decode()
    assert "Article 1" in form
    assert "Article 2" not in form
    assert "Article 2" in officer_client.get(f"{base}nouvelle/?tout=1").content.decode()
    answer = officer_client.post(
        f"{base}nouvelle/", {"title": "Du neuf", "intro": "<b>Bonjour</b>", "tell_actualites": [page.pk]}
    )
    letter = Letter.objects.get()
    assert answer["Location"] == f"{base}{letter.pk}/"
    shown = assert_get_writes_nothing(officer_client, f"{base}{letter.pk}/").content.decode()
    assert "Envoyer à 2\u00a0abonnés" in shown or "Envoyer à 2 abonnés" in shown
    preview = officer_client.get(f"{base}{letter.pk}/apercu/")
    assert "&lt;b&gt;Bonjour&lt;/b&gt;" in preview.content.decode()
    assert "sandbox" in preview["Content-Security-Policy"]
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(f"{base}{letter.pk}/essai/")
    assert [message.to for message in mail.outbox] == [[officer.email]]
    assert mail.outbox[0].subject == "[Essai] Du neuf"
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    officer_client.post(
        f"{base}{letter.pk}/modifier/?tout=1",
        {
            "title": "Du neuf",
            "intro": "Bonjour",
            "tell_actualites": [page.pk, old.pk],
            "version": version_of(letter),
        },
    )
    assert "Article 2" in officer_client.get(f"{base}{letter.pk}/modifier/").content.decode(), "ce qui est choisi reste"
    ask = officer_client.get(f"{base}{letter.pk}/envoyer/").content.decode()
    version = ask.split('name="version" value="')[1].split('"')[0].replace("&#x2B;", "+")
    with django_capture_on_commit_callbacks(execute=True):
        answer = officer_client.post(f"{base}{letter.pk}/envoyer/", {"version": version})
    assert answer.status_code == 302
    assert [message.to[0] for message in mail.outbox[1:]] == ["lea@exemple.fr", "zoe@exemple.fr"]
    done = officer_client.get(f"{base}{letter.pk}/").content.decode()
    assert "Terminé le" in done
    assert 'href="/lettre/1/"' in done
    assert "Reprendre" not in done
    for screen in ("modifier", "envoyer", "supprimer"):
        assert officer_client.get(f"{base}{letter.pk}/{screen}/").status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        officer_client.post(f"{base}{letter.pk}/envoyer/", {"version": version})
    assert len(mail.outbox) == 3


def test_two_officers_on_one_draft_lose_nothing(officer_client, officer, home):
    first, second = tell(1), tell(2)
    letter = write(first)
    url = f"/equipe/lettres/{letter.pk}/modifier/"
    opened = BeautifulSoup(assert_get_writes_nothing(officer_client, url).content, "html.parser")
    mine = {"title": "Le mien", "intro": "Mon mot.", "tell_actualites": [first.pk]}
    mine["version"] = opened.find("input", attrs={"name": "version"})["value"]
    picks = [("actualites", str(second.pk))]
    save_letter(letter=letter, by="une collègue", title="Le sien", intro="Son mot.", picks=picks)
    answer = officer_client.post(url, mine)
    assert answer.status_code == 409
    letter.refresh_from_db()
    assert (letter.title, letter.intro) == ("Le sien", "Son mot.")
    page = BeautifulSoup(answer.content, "html.parser")
    theirs = page.find(attrs={"aria-labelledby": "theirs"}).get_text(" ")
    assert "Le sien" in theirs
    assert "Son mot." in theirs
    assert "Article 2" in theirs
    assert page.find("input", attrs={"name": "title"})["value"] == "Le mien"
    assert "Mon mot." in page.find("textarea", attrs={"name": "intro"}).get_text()
    ticked = [box["value"] for box in page.find_all("input", attrs={"name": "tell_actualites", "checked": True})]
    assert ticked == [str(first.pk)]
    assert "Rien n’est perdu" in page.get_text()
    mine["version"] = page.find("input", attrs={"name": "version"})["value"]
    assert officer_client.post(url, mine).status_code == 302
    letter.refresh_from_db()
    assert letter.title == "Le mien"
    assert officer_client.post(url, mine | {"version": ""}).status_code == 409, "sans version, rien ne s’écrase"


@pytest.mark.django_db(transaction=True)
def test_two_officers_save_together():
    make_home()
    letter = write(intro="Bonjour.")
    version = version_of(letter)
    found = at_once(
        *(
            lambda title=title: save_letter(letter=letter, by=title, title=title, intro="x", picks=[], version=version)
            for title in ("Un", "Deux")
        )
    )
    assert sorted(type(one).__name__ for one in found) == ["Letter", "LetterChanged"], found


def test_how_far_back_the_form_looks(officer_client, home, sent):
    Letter.objects.filter(pk=sent.pk).update(sent_at=datetime(2028, 2, 29, 12, tzinfo=UTC))
    assert tell_since() == date(2028, 2, 29)
    assert tell_since(far=True) == date(2028, 2, 29) - FURTHER
    assert officer_client.get("/equipe/lettres/nouvelle/?tout=1").status_code == 200


def test_without_subscriber_the_screen_says_so(officer_client, home):
    letter = write(tell(1))
    shown = officer_client.get(f"/equipe/lettres/{letter.pk}/").content.decode()
    assert "Personne n’est abonné" in shown
    assert f"/equipe/lettres/{letter.pk}/envoyer/" not in shown
    ask = officer_client.get(f"/equipe/lettres/{letter.pk}/envoyer/").content.decode()
    assert "Envoyer maintenant" not in ask
    assert officer_client.post(f"/equipe/lettres/{letter.pk}/envoyer/", {"version": ""}).status_code == 409


@pytest.mark.parametrize(
    "data",
    [
        {"title": "", "intro": "x"},
        {"title": "x" * 121},
        {"title": "x", "intro": "y" * 2001},
        {"title": "x", "tell_actualites": ["999"]},
        {"title": "x", "tell_actualites": ["'; drop"]},
    ],
)
def test_a_wrong_form_comes_back_with_its_words(officer_client, home, data):
    tell(1)
    answer = officer_client.post("/equipe/lettres/nouvelle/", data)
    assert answer.status_code == 200
    assert "error-summary" in answer.content.decode()
    assert Letter.objects.count() == 0


def test_a_content_withdrawn_is_told(officer_client, home):
    subscribe("lea")
    page = tell(1)
    letter = write(page)
    page.unpublish()
    assert "n’est plus publié" in officer_client.get(f"/equipe/lettres/{letter.pk}/").content.decode()


def test_a_draft_is_thrown_away(officer_client, home):
    letter = write(tell(1))
    officer_client.get(f"/equipe/lettres/{letter.pk}/supprimer/")
    assert Letter.objects.count() == 1
    officer_client.post(f"/equipe/lettres/{letter.pk}/supprimer/")
    assert Letter.objects.count() == 0
    assert officer_client.get(f"/equipe/lettres/{letter.pk}/").status_code == 404


def test_lists_do_not_cost_more_when_they_grow(officer_client, officer, home, django_assert_max_num_queries):
    subscribe("lea")
    for number in range(30):
        save_letter(letter=None, by=officer, title=f"Lettre {number}", intro="x", picks=[])
    for number, letter in enumerate(Letter.objects.order_by("pk")[:25], start=1):
        Letter.objects.filter(pk=letter.pk).update(number=number, sent_at=timezone.now(), finished_at=timezone.now())
    with django_assert_max_num_queries(14):
        page = officer_client.get("/equipe/lettres/").content.decode()
    assert "Pages des lettres" in page
