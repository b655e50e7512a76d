"""Every message wears the site's identity, says the same in both forms, and reads in the light and in the dark."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import ClassVar

import pytest
from django.template import engines

from essaim.foundation.mails import SUBJECT_LENGTH, Mail
from essaim.ui.theme import contrast
from tests.foundation.factories import TerritoryFactory
from tests.foundation.test_mails import every_kind

VOID = {"meta", "br", "hr", "img", "link", "input", "wbr"}
ADDRESS = re.compile(r"https?://[^\s<>\"«»]+")
COLOUR = r"(#[0-9a-fA-F]{6})"
KINDS = pytest.mark.parametrize("kind", every_kind(), ids=lambda kind: kind.__qualname__)


class Reader(HTMLParser):
    """Walks a message: its links, its words, and for each word the colours under and on it, light and dark."""

    def __init__(self, html: str) -> None:
        super().__init__()
        sheet = html[html.index("<style>") : html.index("</style>")]
        first, _, dark = sheet.partition("@media (prefers-color-scheme: dark)")
        self.dark = {
            selector.strip(): (name, colour)
            for selectors, name, colour in re.findall(rf"([^{{}}]+){{ (color|background): {COLOUR} !important", dark)
            for selector in selectors.split(",")
        }
        link = re.search(rf"\na {{ color: {COLOUR}", first)
        assert link, sheet
        self.link = link[1]
        self.stack: list[tuple[str, dict[str, str], bool]] = []
        self.links: set[str] = set()
        self.words: list[str] = []
        self.seen: set[tuple[str, str]] = set()
        self.feed(html)
        self.close()
        assert self.stack == [], self.stack

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if href := given.get("href"):
            self.links.add(href)
        assert tag not in {"script", "form", "iframe", "object", "svg", "video"}, tag
        assert not {"src", "background", "srcset"} & set(given), "rien ne s’appelle à l’ouverture"
        assert "url(" not in given.get("style", "")
        if tag not in VOID:
            before = self.stack[-1][1] if self.stack else {}
            colours = before | self._colours(tag, given)
            hidden = given.get("aria-hidden") == "true" or bool(self.stack and self.stack[-1][2])
            self.stack.append((tag, colours, hidden))

    def _colours(self, tag: str, given: dict[str, str]) -> dict[str, str]:
        style = given.get("style", "")
        found = {}
        if ground := given.get("bgcolor") or next(iter(re.findall(rf"background: {COLOUR}", style)), ""):
            found["ground"] = found["dark ground"] = ground
        ink = next(iter(re.findall(rf"(?<![-\w])color: {COLOUR}", style)), "") or given.get("color", "")
        if tag == "a" and not ink:
            ink = self.link
        if ink:
            found["ink"] = found["dark ink"] = ink
        names = [tag, *(f".{name}" for name in given.get("class", "").split())]
        names += [f"{tag}{name}" for name in names[1:]] + (["font[color]"] if tag == "font" and ink else [])
        for name in names:
            if name in self.dark:
                what, colour = self.dark[name]
                found["dark ground" if what == "background" else "dark ink"] = colour
        return found

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            if tag == "p" and self.stack[-1][0] != "p":
                pytest.fail(f"</p> ferme <{self.stack[-1][0]}>")
            opened, _, _ = self.stack.pop()
            assert opened == tag, f"</{tag}> ferme <{opened}>"

    def handle_data(self, data: str) -> None:
        tag, colours, hidden = self.stack[-1] if self.stack else ("", {}, True)
        if data.strip() and tag not in {"style", "title"} and not hidden:
            self.words.append(data)
            self.seen |= {
                (colours["ink"], colours["ground"]),
                (colours["dark ink"], colours["dark ground"]),
            }


def said(text: str) -> set[str]:
    """The words of a text, whatever its spaces and its case."""
    return set(re.findall(r"[^\W\d_]{4,}", unescape(text).lower()))


@KINDS
def test_both_forms_carry_the_same_links_and_nearly_the_same_words(kind, territory):
    sample = kind.sample().render()
    reader = Reader(sample.html)
    in_html = {link for link in reader.links if link.startswith("http")}
    in_text = {link.rstrip(".,;)") for link in ADDRESS.findall(sample.text)}
    assert in_html == in_text
    for link in reader.links - in_html:
        scheme, _, value = link.partition(":")
        assert scheme in {"mailto", "tel"}, link
        if scheme == "mailto":
            assert value in sample.text
    # What one writes « ouvrez cette adresse » the other makes a button: a few words differ, never the matter.
    html, text = said(" ".join(reader.words)), said(sample.text)
    assert len(html & text) / len(html | text) > 0.7, html ^ text


@KINDS
def test_a_message_is_short_parses_and_says_who_writes_and_why(kind, territory):
    sample = kind.sample().render()
    assert 8 <= len(sample.subject) <= SUBJECT_LENGTH
    assert len(sample.html.encode()) <= 100_000
    assert max(map(len, sample.html.splitlines())) <= 990, "une ligne de message a 998 caractères au plus (RFC 5322)"
    for part in (sample.text, sample.html):
        for piece in (territory.site_name, territory.name, territory.address, "Pourquoi ce message ?", "/contact/"):
            assert piece in unescape(part), piece
        assert territory.email in part
        assert "Il répond à une démarche" not in part, "chaque message dit sa propre raison ({% block why %})"
    assert "\n-- \n" in sample.text
    assert "\n\n\n\n" not in sample.text
    assert 'name="viewport"' in sample.html


@pytest.mark.parametrize(
    ("honey", "leaf"),
    [
        ("#f4b41a", "#1d6b52"),
        ("#ffff00", "#ffee00"),
        ("#000000", "#000000"),
        ("#ffffff", "#ffffff"),
        ("#0000aa", "#ff0080"),
    ],
)
def test_every_word_reads_in_light_and_dark_whatever_the_colours(db, honey, leaf):
    TerritoryFactory(honey=honey, leaf=leaf)
    seen = set().union(*(Reader(kind.sample().render().html).seen for kind in every_kind()))
    assert len(seen) >= 6
    for ink, ground in seen:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def test_a_territory_that_says_little_or_says_markup(db, settings):
    settings.TEMPLATES = [settings.TEMPLATES[0]]
    TerritoryFactory(name="Pays <b>& Cie</b>", address="", phone="", email="")
    for kind in every_kind():
        sample = kind.sample().render()
        assert "Pays <b>& Cie</b>" in sample.text
        assert "Pays &lt;b&gt;&amp; Cie&lt;/b&gt;" in sample.html
        Reader(sample.html)
        for part in (sample.text, sample.html):
            assert "Téléphone" not in part
            assert "mailto:" not in part
            assert "None" not in part


def test_no_territory_yet_still_writes(db):
    for kind in every_kind():
        sample = kind.sample().render()
        Reader(sample.html)
        assert "None" not in sample.html


@dataclass(frozen=True)
class Endless(Mail):
    template: ClassVar[str] = "people/mails/password_reset"
    title: str

    def subject(self):
        return self.title

    def context(self):
        return {"link": "https://exemple.fr/?a=1&b=" + "x" * 300}


def test_an_endless_subject_stops_and_an_endless_address_can_break(territory):
    sample = Endless(title="Erreur\nsignalée : " + "Association " * 40).render()
    assert len(sample.subject) == SUBJECT_LENGTH
    assert sample.subject.startswith("Erreur signalée : Association")
    assert sample.subject.endswith("…")
    assert "https://exemple.fr/?a=1&b=xxx" in sample.text
    assert 'href="https://exemple.fr/?a=1&amp;b=xxx' in sample.html
    assert "word-break: break-all" in sample.html


def test_the_templates_of_messages_are_the_only_ones_with_styles_of_their_own():
    # The strict policy of pages is kept by tests/foundation/test_csp.py; here: a message never leans on the site's CSS.
    source = engines["django"].get_template("foundation/mails/base.html").template.source
    assert "stylesheet" not in source
    assert "{% static" not in source
