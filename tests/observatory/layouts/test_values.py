"""Cells of official tables: what counts as a number, as a secret, as nothing, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.observatory.layouts.values import LARGEST, BadValue, Gap, parse_value

SEPARATORS = ["", " ", "\u00a0", "\u202f", "'", "’"]


@pytest.mark.parametrize("text", ["s", "S", " s ", "c", "K", "Secret"])
def test_secret(text):
    assert parse_value(text) is Gap.SECRET


@pytest.mark.parametrize("text", ["", "  ", "ND", "nd", "n.d.", "-", "–", ".", "\u00a0"])
def test_missing_is_never_zero(text):
    assert parse_value(text) is Gap.MISSING


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("10 900", 10900),
        ("10\u00a0900", 10900),
        ("95\u202f638,5", "95638.5"),
        ("1'234'567", 1234567),
        ("1234.0", 1234),
        ("6297,87", "6297.87"),
        ("6472530791.7", "6472530791.7"),
        ("0.005", "0.01"),
    ],
)
def test_numbers(text, value):
    assert parse_value(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-3", "négatif"),
        ("−3,5", "négatif"),
        ("nan", "pas un nombre"),
        ("inf", "pas un nombre"),
        ("1e6", "pas un nombre"),
        ("12 34", "pas un nombre"),
        ("1 234'567", "pas un nombre"),
        ("1.234.567", "pas un nombre"),
        ("1,234,567", "pas un nombre"),
        ("11 %", "pas un nombre"),
        ("=A1+B1", "pas un nombre"),
        ("ss", "pas un nombre"),
        ("٣", "pas un nombre"),
        ("9" * 14, "vraisemblable"),
        ("9" * 5000, "vraisemblable"),
    ],
)
def test_what_is_no_number_is_refused_in_words(text, words):
    with pytest.raises(BadValue, match=words) as refusal:
        parse_value(text)
    assert len(str(refusal.value)) < 120


@pytest.mark.parametrize("text", ["1,234", "10.5", "0,5"])
def test_a_part_of_a_unit_is_no_count(text):
    with pytest.raises(BadValue, match="entier"):
        parse_value(text, whole=True)


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


@given(st.integers(0, int(LARGEST) - 1), st.sampled_from(SEPARATORS), st.sampled_from(["", ".0", ",00"]))
def test_every_whole_number_comes_back_however_it_is_spaced(number, separator, tail):
    assert parse_value(grouped(number, separator) + tail, whole=True) == number


@given(st.decimals(0, 10**9, places=2), st.sampled_from(SEPARATORS), st.sampled_from([".", ","]))
def test_every_amount_comes_back_to_the_cent(amount, separator, point):
    whole, cents = f"{amount:.2f}".split(".")
    assert parse_value(f"{grouped(int(whole), separator)}{point}{cents}") == amount


@given(st.text(max_size=60))
def test_any_text_is_a_number_a_gap_or_refused(text):
    try:
        value = parse_value(text)
    except BadValue:
        return
    assert isinstance(value, Gap) or (0 <= value < LARGEST and value == round(value, 2))
