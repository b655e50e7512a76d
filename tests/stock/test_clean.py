"""The SQL that cleans values says the same as the Python that people's forms use."""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.foundation.identifiers import luhn_ok
from essaim.stock import clean


def value(expression, text, kind="VARCHAR"):
    return duckdb.execute(f"SELECT {expression} FROM (SELECT CAST(? AS {kind}) AS v)", [text]).fetchall()[0][0]


@settings(max_examples=200, deadline=None)
@given(st.from_regex(r"\A[0-9]{14}\Z") | st.from_regex(r"\A356000000[0-9]{5}\Z") | st.text(max_size=16))
def test_luhn_of_a_siret(text):
    expected = len(text) == 14 and text.isascii() and luhn_ok(text)
    assert value(clean.luhn("v"), text.replace("\0", "")) is expected


@settings(max_examples=100, deadline=None)
@given(st.from_regex(r"\A[0-9]{9}\Z"))
def test_luhn_of_a_siren(text):
    assert value(clean.luhn("v", 9), text) is luhn_ok(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("21860194600013", "21860194600013"),
        ("21860194600000.0", "21860194600000"),
        ("21860194600013,00", "21860194600013"),
        (" 218 601 946 00013 ", "21860194600013"),
        ("218\u00a0601\u202f946 00013", "21860194600013"),
        ("687312900032.0", "00687312900032"),
        ("123", None),
        ("2.18601946E13", None),
        ("218601946000131", None),
        ("", None),
        (None, None),
        ("abc", None),
    ],
)
def test_digits_of_a_siret(text, expected):
    assert value(clean.digits("v", 14), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "a"), (" a ", "a"), ("", None), ("  ", None), ("[ND]", None), ("[NON-DIFFUSIBLE]", None), (None, None)],
)
def test_text(text, expected):
    assert value(clean.text("v"), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("TRUE", True),
        ("O", True),
        ("1", True),
        ("false", False),
        ("N", False),
        ("0", False),
        ("", None),
        ("[ND]", None),
    ],
)
def test_yes(text, expected):
    assert value(clean.yes("v"), text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12.5", 12.5), ("12,5", 12.5), ("-3", -3.0), ("[ND]", None), ("", None), ("nan", None), ("inf", None)],
)
def test_number(text, expected):
    assert value(clean.number("v"), text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("2023", "2023"), ("0023", None), ("x", None), (None, None), ("20231", None)]
)
def test_year(text, expected):
    assert value(clean.year("v"), text) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("86194", True),
        ("2A004", True),
        ("97411", True),
        ("00101", True),
        ("8619", False),
        ("2C004", False),
        ("99999X", False),
        (None, None),
    ],
)
def test_commune(code, expected):
    assert value(clean.commune("v"), code) is expected
