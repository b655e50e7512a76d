"""« Contact »: the office as it is now, and every message that a person may write."""

from __future__ import annotations

import html
import json
import re
from datetime import date
from threading import Barrier, Thread

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from essaim.editorial.actions.contact import (
    MessageRefused,
    Words,
    clean_line,
    clean_text,
    count_links,
    handle_message,
    purge_messages,
    send_message,
)
from essaim.editorial.enums import ContactTopic
from essaim.editorial.models import ContactMessage, ContactPage
from essaim.editorial.planting.reading import read_facts
from essaim.editorial.views.contact import PER_ADDRESS
from essaim.foundation.actions import add_exception, complete_territory, save_school_year
from essaim.foundation.hours import DayException, SchoolHolidays, parse_slots
from essaim.foundation.models import JournalEntry
from tests.editorial.factories import make_page
from tests.geography.factories import load_small_cog
from tests.people.factories import PersonFactory
from tests.support import assert_get_writes_nothing

NOW = "2026-11-24T10:00:00+01:00"
FORM = {
    "objet": "question",
    "name": "Camille Visiteuse",
    "email": "visiteuse@exemple.fr",
    "structure": "",
    "message": "Bonjour,\nquand êtes-vous là ?",
}


def text(answer):
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def office(clock, territory):
    """Grand Poitiers as it is planted, and its contact page."""
    load_small_cog()
    complete_territory(by="test", territory=territory, facts=read_facts(territory.siren))
    make_page(model=ContactPage, slug="contact", title="Contact")
    territory.refresh_from_db()
    return territory


def stamp(client):
    found = re.search(r'name="opened" value="([^"]+)"', client.get("/contact/").content.decode())
    return found[1]


@pytest.fixture
def leaving(django_capture_on_commit_callbacks):
    """Messages leave when the transaction is committed, as on a real site."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def send(client, clock, wait=20, **more):
    opened = stamp(client)
    clock.shift(wait)
    return client.post("/contact/", FORM | {"opened": opened} | more)


# --- the office -------------------------------------------------------------------------------------------------------


def test_the_page_says_everything_and_writes_nothing(client, office):
    page = text(assert_get_writes_nothing(client, "/contact/"))
    for said in (
        "Ouvert, jusqu’à 17 h 30",
        "84 rue des Carmélites, 86000 Poitiers",
        'href="tel:+33-5-49-52-35-35"',
        "mailto:ess@exemple.fr",
        "https://www.openstreetmap.org/directions?to=84+rue+des+Carm%C3%A9lites%2C+86000+Poitiers",
        "Du lundi au vendredi : 8 h 30 – 12 h 30, 13 h 30 – 17 h 30",
        "Vacances scolaires : zone A.",
        "Le point montre le centre de la commune : Poitiers.",
        "effacés 12 mois après la réponse, ou 24 mois après l’envoi",
    ):
        assert said in page, said
    assert page.count("<h1") == 1
    assert page.count("contact__day ") == 7


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-11-27T18:00:00+01:00", "Fermé, ouvre lundi à 8 h 30"),
        ("2026-10-19T12:45:00+02:00", "Fermé, ouvre à 13 h 30"),
        ("2026-10-25T02:30:00+01:00", "Fermé, ouvre demain à 8 h 30"),
        ("2026-12-25T10:00:00+01:00", "Fermé, ouvre lundi à 8 h 30"),
    ],
)
def test_the_sentence_is_that_of_the_moment(client, office, moment, sentence, page_cache):
    client.get("/contact/")
    with time_machine.travel(moment, tick=False):
        assert sentence in text(client.get("/contact/"))


def test_the_page_is_never_kept(office, page_cache):
    """« Ouvert, jusqu’à 17 h 30 » is a lie one minute later, whoever asks."""
    with time_machine.travel("2026-11-24T17:29:59+01:00", tick=False) as clock:
        first = Client().get("/contact/")
        assert "Ouvert, jusqu’à 17 h 30" in text(first)
        assert first["Cache-Control"] == "private, no-cache"
        clock.shift(2)
        assert "Fermé, ouvre demain à 8 h 30" in text(Client().get("/contact/"))
    assert len(page_cache) == 0


def test_an_opening_on_a_public_holiday_wins(client, office):
    add_exception(
        by="test",
        territory=office,
        item=DayException(date(2026, 11, 11), date(2026, 11, 11), parse_slots("14h-18h"), "Mois <de> l’ESS"),
    )
    with time_machine.travel("2026-11-11T15:00:00+01:00", tick=False):
        answer = client.get("/contact/")
    page = text(answer)
    assert "Ouvert, jusqu’à 18 h" in page
    assert "ouverture exceptionnelle : Mois <de> l’ESS (jour férié : Armistice)" in page
    assert "<de>" not in answer.content.decode()


def test_a_school_year_that_is_missing_is_said(client, office):
    with time_machine.travel("2028-02-01T10:00:00+01:00", tick=False):
        assert "Calendrier scolaire non connu au-delà du 31 août 2028" in text(client.get("/contact/"))
    with time_machine.travel("2028-10-24T10:00:00+02:00", tick=False):
        page = text(client.get("/contact/"))
        assert "calendrier scolaire non connu : horaires à vérifier" in page
        assert "Horaires à vérifier" in page
        save_school_year(
            by="test",
            territory=office,
            year=2028,
            holidays=[SchoolHolidays(date(2028, 10, 21), date(2028, 11, 5), "Toussaint")],
        )
        assert "vacances scolaires : Toussaint" in text(client.get("/contact/"))


def test_a_territory_without_anything(client, clock, territory):
    territory.email = ""
    territory.save()
    make_page(model=ContactPage, slug="contact", title="Contact")
    page = text(client.get("/contact/"))
    assert "Les horaires ne sont pas encore écrits ici." in page
    assert "L’adresse et le téléphone ne sont pas encore écrits ici." in page
    assert "Ouvert" not in page and "<svg viewBox" not in page


def test_the_structured_data_says_the_same(client, office):
    page = client.get("/contact/").content.decode()
    found = [json.loads(each) for each in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]
    place = next(each for each in found if each["@type"] == "GovernmentOffice")
    assert place["telephone"] == "+33-5-49-52-35-35"
    assert place["openingHoursSpecification"][0]["opens"] == "08:30"
    special = {entry["validFrom"] for entry in place["specialOpeningHoursSpecification"]}
    assert "2026-12-25" in special
    assert "geo" not in place


def test_a_point_given_by_the_officer_is_exact(client, office):
    page = ContactPage.objects.get()
    page.latitude, page.longitude = 46.58, 0.34
    page.save_revision().publish()
    assert "Le point montre l’accueil, à Poitiers." in text(client.get("/contact/"))


def test_a_name_cannot_leave_the_structured_data(client, office):
    office.name = "Communauté </script><script>alert(1)</script>"
    office.save()
    assert "<script>alert" not in client.get("/contact/").content.decode()


# --- the form ---------------------------------------------------------------------------------------------------------


def test_a_message_reaches_everybody(client, clock, office, leaving):
    with leaving():
        answer = send(client, clock, structure="Les lucioles")
    assert answer["Location"] == "/contact/envoye/"
    assert "Votre message est arrivé" in text(client.get("/contact/envoye/"))
    kept = ContactMessage.objects.get()
    assert (kept.topic, kept.structure, kept.message) == ("question", "Les lucioles", "Bonjour,\nquand êtes-vous là ?")
    to_office, to_visitor = mail.outbox
    assert (to_office.to, to_office.reply_to) == (["ess@exemple.fr"], ["visiteuse@exemple.fr"])
    assert "quand êtes-vous là" in to_office.body
    assert to_visitor.to == ["visiteuse@exemple.fr"]
    assert "quand" not in to_visitor.body and "Camille" not in to_visitor.body
    entry = JournalEntry.objects.filter(verb="message reçu").get()
    told = f"{entry.object_label} {entry.by_label} {entry.reason} {entry.after}"
    assert not re.search("Camille|visiteuse@|lucioles|êtes-vous", told)


@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        ("objet=structure", "structure"),
        ("objet=mois-de-l-ess", "mois-de-l-ess"),
        ("objet=n-importe-quoi", None),
        ("objet=%00", None),
    ],
)
def test_the_address_may_choose_the_topic(client, office, query, chosen):
    page = client.get(f"/contact/?{query}").content.decode()
    assert re.findall(r'<option value="([^"]*)" selected', page) == [chosen or ""]


def test_the_address_may_name_a_page_of_this_site_only(client, clock, office):
    assert "à propos de la page /comprendre/" in text(client.get("/contact/?objet=erreur&sur=/comprendre/"))
    for strange in ("//exemple.com/", "https://exemple.com", "javascript:x", "/" + "x" * 300):
        assert "à propos de la page" not in text(client.get("/contact/", {"objet": "erreur", "sur": strange}))
    send(client, clock, sur="//exemple.com/")
    assert ContactMessage.objects.get().about == ""


@pytest.mark.parametrize(
    ("field", "typed"),
    [("objet", ""), ("objet", "viagra"), ("name", "   "), ("email", "pas une adresse"), ("message", ""), ("email", "")],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(client, clock, office, field, typed):
    answer = send(client, clock, **{field: typed})
    page = text(answer)
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in page
    if field != "message":
        assert "quand êtes-vous là ?" in page
    assert not ContactMessage.objects.exists()


@pytest.mark.parametrize(
    "poison",
    ["x\r\nBcc: tous@exemple.fr", "x\nSubject: gratuit", "x\u2028Bcc: a@b.fr", "x\x00y", "x\x0b\x0cy"],
)
def test_no_header_can_be_injected(client, clock, office, poison, leaving):
    with leaving():
        send(client, clock, name=poison, structure=poison)
    assert len(mail.outbox) == 2
    kept = ContactMessage.objects.get()
    assert not re.search(r"[\r\n\x00-\x08\x0b\x0c\u2028]", kept.name + kept.structure)
    for message in mail.outbox:
        sent = message.message()
        assert sent["Bcc"] is None
        assert len(sent.get_all("Subject")) == 1
        assert message.bcc == message.cc == []


def test_an_address_with_a_line_break_is_refused(client, clock, office):
    for email in ("a@exemple.fr\nBcc: b@exemple.fr", "a@exemple.fr, b@exemple.fr", "a@exemple.fr%0Ab@exemple.fr,"):
        assert 'id="id_email_error"' in text(send(client, clock, email=email))
    assert mail.outbox == []


def test_emoji_ten_thousand_signs_and_nul_pass(client, clock, office):
    long = "🐝" * 9_990 + "fin\x00\r\n!"
    assert send(client, clock, message=long).status_code == 302
    kept = ContactMessage.objects.get()
    assert kept.message == "🐝" * 9_990 + "fin\n!"
    assert send(client, clock, message="x" * 10_001).status_code == 200
    assert ContactMessage.objects.count() == 1


def test_a_message_with_links_is_asked_about_then_passes(client, clock, office):
    two = "https://un.exemple et www.deux.exemple"
    assert send(client, clock, message=two).status_code == 302
    assert ContactMessage.objects.get().links == 2
    many = two + " http://trois.exemple"
    page = text(send(client, clock, message=many))
    assert "Votre message contient 3 liens" in page and many in page
    assert 'id="id_links_meant"' in page
    assert send(client, clock, message=many, links_meant="on").status_code == 302
    assert ContactMessage.objects.count() == 2


def test_what_is_too_fast_or_too_old_is_asked_again(client, clock, office):
    fast = send(client, clock, wait=1)
    assert "C’était très rapide" in text(fast) and "quand êtes-vous là ?" in text(fast)
    old = send(client, clock, wait=25 * 3600)
    assert "ouverte depuis longtemps" in text(old) and "quand êtes-vous là ?" in text(old)
    again = re.search(r'name="opened" value="([^"]+)"', old.content.decode())[1]
    clock.shift(10)
    assert client.post("/contact/", FORM | {"opened": again}).status_code == 302
    for forged in ("", "contact:x:y", "\x00", "é"):
        assert client.post("/contact/", FORM | {"opened": forged}).status_code == 200
    assert ContactMessage.objects.count() == 1


def test_the_hidden_field_catches_robots_and_loses_no_human(client, clock, office):
    page = text(send(client, clock, reponse="http://spam.exemple"))
    assert "Un champ caché était rempli" in page and "quand êtes-vous là ?" in page
    assert not ContactMessage.objects.exists()


def test_a_hundred_posts_a_minute(client, clock, office, leaving):
    opened = stamp(client)
    clock.shift(10)
    with leaving():
        codes = [
            client.post("/contact/", FORM | {"opened": opened, "message": f"n° {number}"}).status_code
            for number in range(100)
        ]
    assert codes.count(302) == PER_ADDRESS.count
    assert codes.count(429) == 100 - PER_ADDRESS.count
    assert ContactMessage.objects.count() == PER_ADDRESS.count
    last = client.post("/contact/", FORM | {"opened": opened, "message": "gardé"})
    assert "Réessayez dans" in text(last) and "gardé" in text(last)
    assert len([message for message in mail.outbox if message.to == ["visiteuse@exemple.fr"]]) == 1


def test_the_acknowledgement_cannot_fill_a_mailbox(clock, office, leaving):
    def acknowledged():
        return len([message for message in mail.outbox if "victime" in message.to[0].lower()])

    with leaving():
        for number, email in enumerate(["Victime@exemple.fr", "victime@exemple.fr"] * 3):
            send_message(words=Words("question", "X", email, f"n° {number}"))
    assert acknowledged() == 1
    clock.shift(25 * 3600)
    with leaving():
        send_message(words=Words("question", "X", "victime@exemple.fr", "le lendemain"))
    assert acknowledged() == 2


def test_the_button_pressed_twice_is_one_message(client, clock, office):
    opened = stamp(client)
    clock.shift(10)
    for _ in range(2):
        assert client.post("/contact/", FORM | {"opened": opened}).status_code == 302
    assert ContactMessage.objects.count() == 1


def test_without_an_address_the_officers_are_told(clock, office, leaving):
    office.email = ""
    office.save()
    officer = PersonFactory(is_officer=True)
    with leaving():
        send_message(words=Words("question", "X", "v@exemple.fr", "Bonjour"))
    assert mail.outbox[0].to == [officer.email]
    assert ContactMessage.objects.count() == 1


def test_no_cookie_is_needed_nor_set(clock, office):
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, clock).status_code == 302
    assert not strict.cookies
    assert ContactMessage.objects.count() == 1
    assert strict.put("/contact/").status_code == 405


@pytest.mark.parametrize("headers", [{"origin": "https://ailleurs.exemple"}, {"origin": "null"}])
def test_what_another_site_prepared_is_shown_not_sent(clock, office, headers):
    strict = Client(enforce_csrf_checks=True)
    opened = stamp(strict)
    clock.shift(20)
    answer = strict.post("/contact/", FORM | {"opened": opened}, headers=headers)
    assert answer.status_code == 403
    assert "préparé sur un autre site" in text(answer) and "quand êtes-vous là ?" in text(answer)
    assert not ContactMessage.objects.exists()
    here = {"origin": "http://testserver"}
    assert strict.post("/contact/", FORM | {"opened": opened}, headers=here).status_code == 302


def test_a_signed_in_officer_is_not_read_by_the_form(officer_client, clock, office):
    assert send(officer_client, clock).status_code == 302
    assert JournalEntry.objects.get(verb="message reçu").by is None


def test_other_pages_take_nothing_that_is_posted(office):
    make_page(slug="lire", title="Lire")
    before = JournalEntry.objects.count()
    Client(enforce_csrf_checks=True).post("/lire/", {"title": "Pris"})
    assert JournalEntry.objects.count() == before
    assert "Pris" not in text(Client().get("/lire/"))


def test_the_words_around_the_form_are_the_editors(client, office):
    page = ContactPage.objects.get()
    page.form_promise, page.privacy_note = "On vous rappelle.", "Pour vous rappeler."
    page.sent_title, page.sent_text = "Bien reçu !", "<p>À très vite.</p>"
    page.save_revision().publish()
    shown = text(client.get("/contact/"))
    assert "On vous rappelle." in shown and "Votre message part par courriel" not in shown
    assert "Pour vous rappeler. Ils sont effacés 12 mois après la réponse, ou 24 mois après" in shown
    sent = text(client.get("/contact/envoye/"))
    assert "<h1>Bien reçu !</h1>" in sent and "À très vite." in sent


def test_the_easy_page_says_where_and_when(client, office, page_cache):
    assert client.get("/contact/facile/").status_code == 404
    page = ContactPage.objects.get()
    page.easy_body = [("sentences", "<p>Vous pouvez écrire.</p>")]
    page.save_revision().publish()
    answer = client.get("/contact/facile/")
    easy = text(answer)
    for said in (
        'href="tel:+33-5-49-52-35-35"',
        "84 rue des Carmélites, 86000 Poitiers",
        "Ouvert, jusqu’à 17 h 30",
        "Du lundi au vendredi : 8 h 30 – 12 h 30, 13 h 30 – 17 h 30",
        "Vous pouvez écrire.",
    ):
        assert said in easy, said
    assert answer["Cache-Control"] == "private, no-cache"
    with time_machine.travel("2026-11-24T18:00:00+01:00", tick=False):
        assert "Fermé, ouvre demain" in text(client.get("/contact/facile/"))
    office.hours, office.phone, office.address = {}, "", ""
    office.save()
    assert "ne sont pas encore écrites" in text(client.get("/contact/facile/"))


@pytest.mark.parametrize(
    "more", [{"topic": "viagra"}, {"name": " "}, {"message": "\x00"}, {"email": "x"}, {"message": "x" * 10_001}]
)
def test_the_action_refuses_what_the_form_would(office, more):
    given = {"topic": "question", "name": "X", "email": "v@exemple.fr", "message": "M"} | more
    with pytest.raises(MessageRefused):
        send_message(words=Words(**given))
    assert not ContactMessage.objects.exists()


@given(st.text(max_size=200))
def test_any_text_becomes_harmless(typed):
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", clean_text(typed))
    assert "\n" not in clean_line(typed) and "\t" not in clean_line(typed)
    assert clean_text(clean_text(typed)) == clean_text(typed)
    assert count_links(typed) >= 0
    clean_text(typed).encode()


# --- the inbox --------------------------------------------------------------------------------------------------------


@pytest.fixture
def message(clock, office):
    return send_message(
        words=Words("erreur", "Camille", "v@exemple.fr", "Le <b>lien</b> est mort", about="/comprendre/")
    )


def test_the_officer_reads_and_closes(officer_client, message, officer):
    assert "Le &lt;b&gt;lien" in officer_client.get("/equipe/boite/").content.decode()
    place = f"/equipe/boite/messages/{message.pk}/"
    page = text(officer_client.get(place))
    assert 'href="/comprendre/"' in page and "mailto:v@exemple.fr" in page
    assert 'id="id_outcome_error"' in text(officer_client.post(place, {"outcome": " "}))
    officer_client.post(place, {"outcome": "Corrigé"})
    message.refresh_from_db()
    assert (message.outcome, message.handled_by) == ("Corrigé", officer)
    assert "Corrigé" in text(officer_client.get(place))
    assert "a déjà été traité" in text(officer_client.post(place, {"outcome": "Encore"}, follow=True))


def test_a_visitor_never_reads_a_message(client, person_client, message):
    assert person_client.get(f"/equipe/boite/messages/{message.pk}/").status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("presses", [2, 6])
def test_the_button_pressed_at_once_is_one_message(presses):
    together = Barrier(presses)
    words = Words(topic="question", name="Camille", email="a@exemple.fr", message="Bonjour, quand êtes-vous là ?")
    found = []

    def press():
        try:
            together.wait(20)
            found.append(send_message(words=words).pk)
        except Exception as error:
            found.append(error)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(presses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == presses
    assert len(set(found)) == 1, found
    assert ContactMessage.objects.count() == 1
    assert [message.to for message in mail.outbox].count(["a@exemple.fr"]) == 1


@pytest.mark.django_db(transaction=True)
def test_two_officers_close_once():
    from tests.foundation.factories import TerritoryFactory

    TerritoryFactory()
    kept = send_message(words=Words("question", "X", "v@exemple.fr", "M"))
    officers = [PersonFactory(is_officer=True) for _ in range(2)]
    barrier, refused = Barrier(2), []

    def close(person):
        barrier.wait()
        try:
            handle_message(message=kept, outcome="Répondu", by=person)
        except MessageRefused as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    threads = [Thread(target=close, args=(person,)) for person in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["Ce message vient d’être traité par quelqu’un d’autre."]
    assert JournalEntry.objects.filter(verb="message traité").count() == 1


def test_messages_are_erased_in_time(clock, office, officer):
    handled = send_message(words=Words("question", "X", "v@exemple.fr", "traité"))
    handle_message(message=handled, outcome="Répondu", by=officer)
    send_message(words=Words("question", "X", "v@exemple.fr", "oublié"))
    clock.shift(364 * 86_400)
    assert purge_messages(by="test") == 0
    clock.shift(2 * 86_400)
    assert purge_messages(by="test") == 1
    assert ContactMessage.objects.get().message == "oublié"
    clock.shift(365 * 86_400)
    call_command("editorial", "purge", verbosity=0)
    assert not ContactMessage.objects.exists()
    assert JournalEntry.objects.filter(verb="messages de visiteurs effacés").count() == 2


def test_what_the_pages_promise_is_what_the_code_keeps():
    """The delays are written in pages that the officer may change: at planting they say the truth."""
    from importlib import resources

    from essaim.directory.actions.reports import KEPT
    from essaim.directory.actions.reports import KEPT_WAITING as REPORT_WAITING
    from essaim.editorial.actions.contact import KEPT_HANDLED, KEPT_WAITING
    from essaim.editorial.actions.newsletter import DELIVERIES_FOR, UNCONFIRMED_FOR
    from essaim.foundation import unsent

    folder = resources.files("essaim.editorial.planting") / "content" / "common"
    written = (folder / "donnees-personnelles.toml").read_text()
    assert KEPT_HANDLED.days == 365 and "12 mois après la réponse" in written
    assert KEPT_WAITING.days == 730 and "24 mois si personne" in written
    assert f"effacée après {UNCONFIRMED_FOR.days} jours" in written
    assert f"envois après {DELIVERIES_FOR.days} jours" in written
    assert (KEPT.days, REPORT_WAITING.days) == (365, 730)
    assert "effacé avec la réponse, ou après 12 mois" in written
    assert "Le signalement l’est 12 mois après la réponse, 24 mois si personne" in written
    # A week among the unsent; two (the default of `prune_db_task_results`) among the tasks done.
    assert unsent.GIVEN_UP_AFTER <= 14 * 86_400 and "Deux semaines au plus." in written


def test_every_topic_has_words():
    assert all(topic.label for topic in ContactTopic)
