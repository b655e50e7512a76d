"""What a hostile visitor, editor or document tries against the public face."""

from __future__ import annotations

import html
import io
import re
from datetime import date
from threading import Thread
from xml.etree import ElementTree

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.template.loader import render_to_string
from django.utils import timezone
from wagtail.rich_text import RichText

from essaim.editorial.actions import letters
from essaim.editorial.actions.contact import MessageRefused, Words, send_message
from essaim.editorial.actions.editors import add_contributor
from essaim.editorial.actions.newsletter import unsubscribe
from essaim.editorial.actions.planting import linked
from essaim.editorial.cleaning import clean_html, safe_html
from essaim.editorial.documents import check_document
from essaim.editorial.forms.newsletter import LetterForm
from essaim.editorial.models import (
    ContactMessage,
    ContactPage,
    Delivery,
    NewsIndexPage,
    NewsletterPage,
    NewsPage,
    Subscription,
)
from tests.editorial.factories import make_home, make_page
from tests.editorial.pictures import package

FORM = {
    "objet": "question",
    "name": "Camille",
    "email": "visiteuse@exemple.fr",
    "structure": "",
    "message": "Bonjour, quand êtes-vous là ?",
}
OFF_SITE = ("/\\evil.example/x", "//evil.example", "/\t/evil.example", "\\\\evil.example", "https://evil.example")


def text(answer):
    return html.unescape(answer.content.decode()).replace("\u00a0", " ")


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-24T10:00:00+01:00", tick=False) as travelled:
        yield travelled


@pytest.fixture
def contact(clock, territory):
    return make_page(model=ContactPage, slug="contact", title="Contact")


@pytest.fixture
def home(territory):
    return make_home()


def stamp(answer):
    return re.search(r'name="opened" value="([^"]+)"', answer.content.decode())[1]


def send(client, clock, wait=20, **more):
    opened = stamp(client.get("/contact/"))
    clock.shift(wait)
    return client.post("/contact/", FORM | {"opened": opened} | more)


# --- the contact form -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OFF_SITE)
def test_no_page_of_another_site_is_written_about(client, clock, contact, path):
    assert "à propos de la page" not in text(client.get("/contact/", {"objet": "erreur", "sur": path}))
    send(client, clock, sur=path)
    assert ContactMessage.objects.get().about == ""
    with pytest.raises(MessageRefused, match="pas de ce site"):
        send_message(words=Words("question", "Camille", "a@exemple.fr", "Autre.", about=path))


@pytest.mark.parametrize("email", ["a?bcc=eve%40evil.example&x=@b.fr", "a@localhost", "a@[127.0.0.1]"])
def test_an_address_adds_no_recipient(client, clock, contact, email):
    assert 'id="id_email_error"' in text(send(client, clock, email=email))
    with pytest.raises(MessageRefused):
        send_message(words=Words("question", "Camille", email, "Autre."))
    assert not ContactMessage.objects.exists()


def test_an_address_kept_before_adds_none_either(officer_client, contact):
    row = ContactMessage.objects.create(
        topic="question", name="Eve", email="a?bcc=eve%40evil.example&x=@b.fr", message="Bonjour."
    )
    page = officer_client.get(f"/equipe/boite/messages/{row.pk}/").content.decode()
    assert "mailto:a%3Fbcc%3Deve%2540evil.example%26x%3D@b.fr?subject=" in page


@pytest.mark.parametrize("field", ["name", "message"])
@pytest.mark.parametrize("unseen", ["\u202e", "\u200b\u200b", " \u2066 \u2069"])
def test_what_cannot_be_read_is_not_a_message(client, clock, contact, field, unseen):
    assert f'id="id_{field}_error"' in text(send(client, clock, **{field: unseen}))
    assert not ContactMessage.objects.exists()


def test_one_point_to_correct_is_counted_as_one(client, clock, contact):
    page = text(send(client, clock, wait=1, email="x"))
    assert "Il reste un point à corriger" in page and "très rapide" not in page


def test_an_old_form_sent_again_at_once_passes(client, clock, contact):
    old = send(client, clock, wait=25 * 3600)
    assert "ouverte depuis longtemps" in text(old)
    assert client.post("/contact/", FORM | {"opened": stamp(old)}).status_code == 302
    wrong = send(client, clock, wait=25 * 3600, message="", name="Zoé")
    assert "ouverte depuis longtemps" not in text(wrong)
    assert client.post("/contact/", FORM | {"name": "Zoé", "opened": stamp(wrong)}).status_code == 302
    assert ContactMessage.objects.count() == 2


# --- texts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "\\\\evil.example", " //evil.example", "/&#9;/evil.example", "&#1;//e"],
)
def test_a_link_that_looks_like_ours_leads_nowhere_else(address):
    raw = f'<p><a href="{address}">Nos aides</a></p>'
    for shown in (clean_html(raw), safe_html(raw), linked(raw, {}), str(RichText(raw))):
        assert "href" not in shown and "Nos aides" in shown


def test_a_letter_s_title_is_one_line_that_can_be_read(home):
    def form(title):
        return LetterForm({"title": title, "intro": ""}, since=date(2026, 1, 1))

    good = form("Du neuf\r\nBcc: tous@exemple.fr\u202e")
    assert good.is_valid(), good.errors
    assert good.cleaned_data["title"] == "Du neuf Bcc: tous@exemple.fr"
    assert "title" in form("\u200b\u202e").errors
    saved = letters.save_letter(letter=None, by="test", title="Du\nneuf", intro="", picks=[])
    assert saved.title == "Du neuf"


def test_a_feed_stays_xml_whatever_a_title_holds(client, home):
    index = make_page(home, model=NewsIndexPage, title="Actu\x0balités", slug="actualites", intro="Tout\x01")
    fields = {"day": date(2026, 3, 1), "intro": "Résumé\x1f\ufffe."}
    make_page(index, model=NewsPage, title="A\x08rticle\u202e", slug="un", **fields)
    answer = client.get("/actualites/flux.xml")
    feed = ElementTree.fromstring(answer.content)
    assert feed.find(".//{*}entry/{*}title").text == "Article"
    assert feed.find(".//{*}entry/{*}summary").text == "Résumé."


def test_headers_of_fragments_change_no_page_for_anybody(client, home, page_cache):
    page = make_page(home, slug="lire", title="Lire", intro="Tout le texte.")
    plain = client.get(page.url)
    for headers in (
        {"hx-request": "true"},
        {"hx-request": "true", "hx-target": "x"},
        {"hx-history-restore-request": "1"},
    ):
        for _ in range(2):
            assert client.get(page.url, headers=headers).content == plain.content
    assert client.get(page.url).content == plain.content
    assert "HX-Request" in plain["Vary"]


# --- documents --------------------------------------------------------------------------------------------------------

_RELS = '<Relationships><Relationship Id="r1" Type="http://x/relationships/{}" Target="{}" {}/></Relationships>'
_EXTERNAL = 'TargetMode="External"'
_DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}


def _typed(kind):
    return {"[Content_Types].xml": f'<Types><Override PartName="/word/x.bin" ContentType="{kind}"/></Types>'}


REFUSED = {
    "modèle ailleurs": {
        "word/_rels/settings.xml.rels": _RELS.format("attachedTemplate", "https://e/x.dotm", _EXTERNAL)
    },
    "image ailleurs": {"word/_rels/document.xml.rels": _RELS.format("image", "https://e/x.png", _EXTERNAL)},
    "en UTF-16": {
        "word/_rels/settings.xml.rels": (
            '<?xml version="1.0" encoding="UTF-16"?>' + _RELS.format("frame", "h", _EXTERNAL)
        ).encode("utf-16")
    },
    "objet": {"word/embeddings/oleObject1.bin": "x"},
    "objet renommé": {"word/_rels/document.xml.rels": _RELS.format("oleObject", "embeddings/image.png", "")},
    "macro renommée": _typed("application/vnd.ms-office.vbaProject"),
    "document à macros": _typed("application/vnd.ms-word.document.macroEnabled.main+xml"),
    "contrôle": {"word/activeX/activeX1.xml": "<x/>"},
    "entités": {"[Content_Types].xml": '<!DOCTYPE a [<!ENTITY b "bbbb">]><Types>&b;</Types>'},
    "coupé": {"[Content_Types].xml": "<Types"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_document_that_calls_or_runs_something_is_refused(name):
    with pytest.raises(ValidationError) as refusal:
        check_document(io.BytesIO(package(**(_DOCX | REFUSED[name]))), "a.docx", 900)
    assert refusal.value.messages[0].endswith(".")


def test_a_link_in_a_document_is_no_more_than_a_link():
    rels = {"word/_rels/document.xml.rels": _RELS.format("hyperlink", "https://exemple.fr", _EXTERNAL)}
    check_document(io.BytesIO(package(**(_DOCX | rels))), "a.docx", 900)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("a;b\n1;=HYPERLINK(1)\n", "Ligne 2, colonne 2"),
        ('a,b\n"@SUM(1)",2\n', "Ligne 2, colonne 1"),
        ("a;b\n1;2\n+cmd|' /C calc'!A0;3", "Ligne 3, colonne 1"),
        ("a\n-2+3+cmd|' /C calc'!D2", "Ligne 2, colonne 1"),
        ("a,b\nx;=1+1,2", "Ligne 2, colonne"),
        ("a\tb\n1\t-A1", "Ligne 2, colonne 2"),
    ],
)
def test_a_cell_that_computes_is_named(table, said):
    with pytest.raises(ValidationError, match=said):
        check_document(io.BytesIO(table.encode()), "a.csv", len(table))


@pytest.mark.parametrize(
    "table",
    ["a;b\n-5;+12,5\n", "tél;x\n+33 5 49 52 35 35;-\n", "a\n'=1\n", "a;b\n-0,3 (estimé);x@y.fr\n", "a\n- non\n"],
)
def test_figures_and_words_pass(table):
    check_document(io.BytesIO(table.encode()), "a.csv", len(table.encode()))


# --- the newsletter ---------------------------------------------------------------------------------------------------


@pytest.fixture
def subscriber(db):
    now = timezone.now()
    return Subscription.objects.create(email="lea@exemple.fr", consent="Oui.", asked_at=now, confirmed_at=now)


def test_without_its_page_nobody_subscribes_and_nothing_leads_there(client, home, subscriber):
    page = make_page(home, model=NewsletterPage, title="La lettre", slug="lettre")
    assert 'href="/lettre/"' in client.get("/lettre/merci/").content.decode()
    page.unpublish()
    for answer in (client.get("/lettre/abonnement/"), client.post("/lettre/abonnement/", {"email": "zoe@exemple.fr"})):
        assert answer.status_code == 404
    assert Subscription.objects.count() == 1
    for address in ("/lettre/merci/", "/lettre/confirmer/faux/"):
        assert 'href="/lettre/"' not in client.get(address).content.decode()
    left = client.post(f"/lettre/desabonner/{subscriber.key}/")
    assert left.status_code == 200 and 'href="/lettre/"' not in left.content.decode()
    block = {"self": {"title": "La lettre", "text": ""}, "consent": "Oui."}
    assert "<form" not in render_to_string("editorial/blocks/newsletter.html", block)


@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_the_letter_is_sent_stops_nobody(monkeypatch):
    from tests.foundation.factories import TerritoryFactory
    from tests.people.factories import PersonFactory

    TerritoryFactory()
    make_home()
    now = timezone.now()
    leaving, staying = (
        Subscription.objects.create(email=f"{name}@exemple.fr", consent="Oui.", asked_at=now, confirmed_at=now)
        for name in ("lea", "zoe")
    )
    officer = PersonFactory(is_officer=True)
    letter = letters.save_letter(letter=None, by="test", title="Du neuf", intro="Bonjour.", picks=[])
    done, freeze = [], letters._freeze

    def leave():
        try:
            done.append(unsubscribe(key=leaving.key))
        except Exception as error:
            done.append(error)
        finally:
            connection.close()

    thread = Thread(target=leave)

    def freeze_while_somebody_leaves(*args):
        thread.start()
        thread.join(0.5)
        freeze(*args)

    monkeypatch.setattr(letters, "_freeze", freeze_while_somebody_leaves)
    letters.send_letter(letter=letter, by=officer, version=letters.version_of(letter))
    thread.join(60)
    assert done == [True]
    assert list(Subscription.objects.all()) == [staying]
    assert Delivery.objects.filter(letter=letter).count() == 2


# --- the editors ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/cms/reports/site-history/", "/cms/reports/site-history/results/"])
def test_who_did_what_on_the_site_is_read_by_the_team_alone(client, officer_client, home, address):
    assert officer_client.get(address).status_code == 200
    client.force_login(add_contributor(by="test", email="plume@exemple.fr", name="Dominique Plume")[0])
    assert client.get(address).status_code == 403
    assert "site-history" not in client.get("/cms/").content.decode()
