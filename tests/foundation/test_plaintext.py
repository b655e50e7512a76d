"""What nobody sees leaves a text; what people write stays."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from essaim.foundation.addresses import clean_address
from essaim.foundation.plaintext import clean_line, clean_text

UNSEEN = (
    "\u202e",
    "\u200b",
    "\u2066\u2069",
    "\ufeff",
    "\u200d",
    "\u2060",
    "\u00ad",
    "\u3164",
    "\u2800",
    "\ufe0f",
    "\u0301",
)


@pytest.mark.parametrize("typed", [*UNSEEN, " \u200b \n\u202e\t", "".join(UNSEEN)])
def test_what_cannot_be_seen_is_nothing(typed):
    assert clean_text(typed) == "" == clean_line(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "Bonjour",
        "é",
        "e\u0301",
        "👩‍🌾",
        "👨‍👩‍👧‍👦",
        "👩🏽‍🚒",
        "❤️‍🔥",
        "🙂‍↔️",
        "🏳️‍🌈",
        "?",
        "12 €",
        "مرحبا",
        "\u0661\u0662",
        "一",
        "a\n\nb",
    ],
)
def test_what_people_write_stays(typed):
    assert clean_text(typed) == typed


def test_a_name_reads_in_its_own_order():
    assert clean_line("Ca\u202emille\u200b \r\nDurand\u2028") == "Camille Durand"
    assert clean_text("a\u200db") == "ab"
    assert clean_text("a\r\nb\u2028c\rd") == "a\nb\nc\nd"


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\u200d\ufe0f👩🌾\x0b\ufffe\u202e\r\n"))))
def test_any_text_is_clean_once_for_all_and_fit_for_xml(typed):
    once = clean_text(typed)
    assert clean_text(once) == once
    assert clean_line(clean_line(typed)) == clean_line(typed)
    ElementTree.fromstring(f"<a>{escape(once)}</a>".encode())


@pytest.mark.parametrize(
    "typed",
    [
        "a@localhost", "a@[127.0.0.1]", "a@[IPv6:::1]", "a@127.0.0.1", "a@serveur", "a@exemple.1", "a@exemple.f",
        "a?bcc=eve%40evil.example&x=@b.fr", "a&b@exemple.fr", "a%b@exemple.fr", "a@exemple.fr\nBcc: b@exemple.fr",
    ],
)  # fmt: skip
def test_no_address_of_the_house_nor_of_a_link(typed):
    with pytest.raises(ValidationError):
        clean_address(typed)


@pytest.mark.parametrize("typed", ["a.b+c@exemple.fr", "a@sous.exemple.museum", "a@xn--caf-dma.fr", "a@b.xn--p1ai"])
def test_ordinary_addresses_pass(typed):
    assert clean_address(f" {typed.upper()} ") == typed
