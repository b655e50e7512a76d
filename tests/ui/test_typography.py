"""Numbers, dates, distances, phones and spaces as French writes them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essaim.ui import typography as t


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (-0.001, "0"),
        (999, "999"),
        (1000, "1\u202f000"),
        (1234567.5, "1\u202f234\u202f567,5"),
        (-12000, "\u221212\u202f000"),
        (0.125, "0,13"),
        (Decimal("2.50"), "2,5"),
        (10**15, "1\u202f000\u202f000\u202f000\u202f000\u202f000"),
    ],
)
def test_number(value, written):
    assert t.number(value) == written


def test_number_with_fixed_decimals():
    assert t.number(3, 2) == "3,00"
    assert t.number(2.675, 2) == "2,68"
    assert t.number(1234.56, 0) == "1\u202f235"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_number_that_is_none_is_refused(value):
    with pytest.raises(ValueError, match="fini"):
        t.number(value)


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_number_says_what_it_was_given(value):
    assert int(t.number(value).replace("\u202f", "").replace("\u2212", "-")) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000000, max_value=1000000, places=6))
def test_number_rounds_to_two_decimals_at_most(value):
    written = t.number(value).replace("\u202f", "").replace("\u2212", "-").replace(",", ".")
    assert abs(Decimal(written) - value) <= Decimal("0.005")


def test_percent():
    assert t.percent(11.4) == "11,4\u202f%"
    assert t.percent(100) == "100\u202f%"
    assert t.percent(33.333, 2) == "33,33\u202f%"


def test_dates():
    assert t.day_name(dt.date(2026, 10, 12)) == "12\u00a0octobre\u00a02026"
    assert t.day_name(dt.date(2026, 1, 1), weekday=True) == "jeudi 1er\u00a0janvier\u00a02026"
    assert t.month_name(dt.date(2026, 8, 3)) == "août\u00a02026"


def test_moment_is_told_in_the_time_of_the_territory():
    winter = dt.datetime(2026, 12, 31, 23, 30, tzinfo=dt.UTC)
    assert t.moment(winter) == "1er\u00a0janvier\u00a02027 à 0\u00a0h\u00a030"


def test_clock():
    assert t.clock(dt.time(7, 15)) == "7\u00a0h\u00a015"
    assert t.clock(dt.time(18, 0)) == "18\u00a0h"
    assert t.clock(dt.time(0, 5)) == "0\u00a0h\u00a005"


@pytest.mark.parametrize(
    ("metres", "written"),
    [
        (0, "à moins de 50\u00a0m"),
        (49, "à moins de 50\u00a0m"),
        (54, "à 50\u00a0m"),
        (620, "à 600\u00a0m"),
        (974, "à 950\u00a0m"),
        (980, "à 1\u00a0km"),
        (1234, "à 1,2\u00a0km"),
        (9949, "à 9,9\u00a0km"),
        (9960, "à 10\u00a0km"),
        (12345.6, "à 12\u00a0km"),
        (1500000, "à 1\u202f500\u00a0km"),
    ],
)
def test_distance(metres, written):
    assert t.distance(metres) == written


def test_a_negative_distance_is_refused():
    with pytest.raises(ValueError, match="négative"):
        t.distance(-1)


@given(st.floats(min_value=50, max_value=100_000))
def test_distance_is_never_wrong_by_more_than_its_precision(metres):
    figure, unit = t.distance(metres).removeprefix("à ").split("\u00a0")
    told = float(figure.replace("\u202f", "").replace(",", ".")) * (1000 if unit == "km" else 1)
    assert abs(told - metres) <= max(26, metres * 0.051)


def test_counted():
    assert t.counted(0, "structure") == "0\u00a0structure"
    assert t.counted(1, "structure") == "1\u00a0structure"
    assert t.counted(2, "journal", "journaux") == "2\u00a0journaux"
    assert t.is_plural(1.5) is False
    assert t.is_plural(-2) is True


@pytest.mark.parametrize(
    ("text", "written", "link"),
    [
        ("0549523535", "05\u00a049\u00a052\u00a035\u00a035", "tel:+33-5-49-52-35-35"),
        ("+33 (0)5.49.52.35.35", "05\u00a049\u00a052\u00a035\u00a035", "tel:+33-5-49-52-35-35"),
        ("+32 2 123 45 67", "+32\u00a02\u00a0123\u00a045\u00a067", "tel:+32-2-123-45-67"),
        ("voir l’accueil", "voir l’accueil", ""),
        ("12", "12", ""),
        ("", "", ""),
    ],
)
def test_phone(text, written, link):
    assert t.phone(text) == written
    assert t.phone_link(text) == link


@given(st.text(max_size=60))
def test_phone_never_fails(text):
    t.phone(text)
    t.phone_link(text)


@pytest.mark.parametrize(
    ("raw", "written"),
    [
        ("L'atelier d'ici", "L’atelier d’ici"),
        ("Qui vient ?", "Qui vient\u202f?"),
        ("Venez!", "Venez\u202f!"),
        ("Note : à lire", "Note\u00a0: à lire"),
        ('on dit "non"', 'on dit "non"'),
        ("« vélo »", "«\u00a0vélo\u00a0»"),
        ("«vélo»", "«\u00a0vélo\u00a0»"),
        ("ouvert à 12:30", "ouvert à 12:30"),
        ("https://exemple.fr/?q=a voilà", "https://exemple.fr/?q=a voilà"),
        ("https://exemple.fr/quoi?", "https://exemple.fr/quoi?"),
        ("?", "?"),
        ("", ""),
    ],
)
def test_french(raw, written):
    assert t.french(raw) == written


@given(st.text(alphabet="ab'«» :;!?.\u00a0\u202f\n", max_size=40))
def test_french_done_twice_changes_nothing(text):
    once = t.french(text)
    assert t.french(once) == once


@given(st.text(max_size=60))
def test_french_keeps_every_word(text):
    def words(value):
        return "".join(value.replace("'", "’").split())

    assert words(t.french(text)) == words(text)


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        ("<p>« vélo » : 3 ?</p>", "<p>«\u00a0vélo\u00a0»\u00a0: 3\u00a0?</p>"),
        ("<p>Non ! (Si ?)</p>", "<p>Non\u00a0! (Si\u00a0?)</p>"),
        ("<p>Poitiers · 3 à 5 salariés</p>", "<p>Poitiers\u00a0· 3 à 5 salariés</p>"),
        ("<b>Source</b> : Insee ; Sirene</p>", "<b>Source</b>\u00a0: Insee\u00a0; Sirene</p>"),
        ('<a title="« a » : b ?" href="/x/?q=a : b">c</a>', '<a title="« a » : b ?" href="/x/?q=a : b">c</a>'),
        ("<p>a :</p><textarea>b :</textarea><p>c :</p>", "<p>a\u00a0:</p><textarea>b :</textarea><p>c\u00a0:</p>"),
        ('<script>{"a": "b ; « c »"}</script><p>d ;</p>', '<script>{"a": "b ; « c »"}</script><p>d\u00a0;</p>'),
        ("<p>a : <code>b ; c</code> d ;</p>", "<p>a\u00a0: <code>b ; c</code> d\u00a0;</p>"),
        ("<pre><code>a ; b</code> ; « c »</pre><p>d ;</p>", "<pre><code>a ; b</code> ; « c »</pre><p>d\u00a0;</p>"),
        ("<p>12:30, https://a.example/?q=1, :root</p>", "<p>12:30, https://a.example/?q=1, :root</p>"),
    ],
)
def test_fixed_spaces(raw, sent):
    assert t.fixed_spaces(raw.encode()).decode() == sent
    assert t.fixed_spaces(sent.encode()).decode() == sent
