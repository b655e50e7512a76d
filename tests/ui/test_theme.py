"""Whatever two colours a territory chooses, everything that carries words stays readable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from essaim.ui import theme

colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
TOKENS = Path(__file__).resolve().parents[2] / "frontend/css/tokens.css"
PAIR = re.compile(r"light-dark\((#[0-9a-f]+), (#[0-9a-f]+)\)")


def both(value):
    found = PAIR.fullmatch(value)
    return found.groups() if found else (value, value)


def pairs(honey, leaf):
    """Yield (what, ink, ground) for each text that the theme's colours carry or stand on, in both themes."""
    values = {name: both(value) for name, value in theme.variables(honey, leaf).items()}
    for side, (grounds, ink) in enumerate(
        ((theme.LIGHT_GROUNDS, theme.LIGHT_INK), (theme.DARK_GROUNDS, theme.DARK_INK))
    ):
        colour = {name: value[side] for name, value in values.items()}
        for ground in grounds:
            yield "leaf", colour["leaf"], ground
            yield "honey-text", colour["honey-text"], ground
        yield "ink on honey-soft", ink, colour["honey-soft"]
        yield "honey-text on honey-soft", colour["honey-text"], colour["honey-soft"]
        yield "ink on leaf-soft", ink, colour["leaf-soft"]
        yield "leaf on leaf-soft", colour["leaf"], colour["leaf-soft"]
        yield "leaf-strong on leaf-soft", colour["leaf-strong"], colour["leaf-soft"]
        for name in ("leaf", "leaf-strong"):
            yield name, colour["leaf-ink"], colour[name]
        for name in ("honey", "honey-strong"):
            yield name, colour["honey-ink"], colour[name]
        for n in range(1, 6):
            yield f"level {n}", colour[f"level-{n}-ink"], colour[f"level-{n}"]


def assert_readable(honey, leaf):
    weak = [
        (what, ink, ground, round(theme.contrast(ink, ground), 2))
        for what, ink, ground in pairs(honey, leaf)
        if theme.contrast(ink, ground) < 4.5
    ]
    assert weak == []


@given(colours, colours)
@settings(max_examples=60, deadline=None)
def test_any_two_colours_stay_readable(honey, leaf):
    assert_readable(honey, leaf)


@pytest.mark.parametrize(
    "colour", ["#ffffff", "#000000", "#808080", "#777777", "#ffff00", "#00ffff", "#ff0000", "#0000ff", "#fbf8f1"]
)
def test_the_hardest_colours_stay_readable(colour):
    assert_readable(colour, colour)


@given(colours, colours)
@settings(max_examples=40, deadline=None)
def test_levels_go_one_way(honey, leaf):
    values = theme.variables(honey, leaf)
    light = [theme.luminance(both(values[f"level-{n}"])[0]) for n in range(1, 6)]
    dark = [theme.luminance(both(values[f"level-{n}"])[1]) for n in range(1, 6)]
    assert light == sorted(light, reverse=True)
    assert dark == sorted(dark)


@given(colours)
@settings(deadline=None)
def test_readable_on_reaches_the_ratio_on_every_ground(colour):
    for grounds in (theme.LIGHT_GROUNDS, theme.DARK_GROUNDS):
        found = theme.readable_on(colour, grounds)
        assert min(theme.contrast(found, ground) for ground in grounds) >= 4.5


@given(colours)
@settings(deadline=None)
def test_readable_on_leaves_alone_what_already_reads(colour):
    found = theme.readable_on(colour, theme.LIGHT_GROUNDS)
    assert theme.readable_on(found, theme.LIGHT_GROUNDS) == found


def test_readable_on_says_when_it_cannot():
    with pytest.raises(theme.UnreadableColourError, match="#777777"):
        theme.readable_on("#777777", ["#ffffff", "#888888", "#000000"])


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#12345g", "#1234567", "f4b41a", "#f4b41a;}body{"])
def test_what_is_not_a_colour_is_refused(wrong):
    with pytest.raises(ValueError, match="couleur"):
        theme.stylesheet(wrong, theme.DEFAULT_LEAF)


@given(colours)
@settings(deadline=None)
def test_oklch_there_and_back(colour):
    assert theme.to_hex(theme.to_oklch(colour)) == colour


def test_contrast_of_the_norm():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert theme.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def tokens():
    text = TOKENS.read_text()
    root = text[text.index(":root {") : text.index("@supports")]
    return dict(re.findall(r"--([a-z0-9-]+): (light-dark\([^)]*\)|#[0-9a-f]{6});", root))


def test_grounds_are_those_of_the_style_sheet():
    known = tokens()
    assert [both(known[name])[0] for name in ("paper", "card", "sunk")] == list(theme.LIGHT_GROUNDS)
    assert [both(known[name])[1] for name in ("paper", "card", "sunk")] == list(theme.DARK_GROUNDS)
    assert both(known["ink"]) == (theme.LIGHT_INK, theme.DARK_INK)


def test_the_fixed_colours_of_the_style_sheet_are_readable():
    known = {name: both(value) for name, value in tokens().items()}
    weak = []
    for side in (0, 1):
        grounds = [known[name][side] for name in ("paper", "card", "sunk")]
        words = [
            "ink",
            "soft",
            "association",
            "cooperative",
            "mutual",
            "foundation",
            "company",
            "danger",
            "success",
            "info",
        ]
        for name in words:
            weak += [(name, g) for g in grounds if theme.contrast(known[name][side], g) < 4.5]
        for name in ("danger", "success", "info"):
            if theme.contrast(known[name][side], known[f"{name}-soft"][side]) < 4.5:
                weak.append((name, f"{name}-soft", side))
            if theme.contrast(known["ink"][side], known[f"{name}-soft"][side]) < 4.5:
                weak.append(("ink", f"{name}-soft", side))
        weak += [("edge", g) for g in grounds if theme.contrast(known["edge"][side], g) < 3]
        for n in range(6):
            if theme.contrast(known[f"level-{n}-ink"][side], known[f"level-{n}"][side]) < 4.5:
                weak.append((f"level-{n}", side))
    assert weak == []


def test_the_style_sheet_names_every_variable_that_the_theme_sets():
    assert set(theme.variables(theme.DEFAULT_HONEY, theme.DEFAULT_LEAF)) <= set(tokens())


def test_address_changes_with_the_colours():
    class Territory:
        honey, leaf = "#f4b41a", "#1d6b52"

    before = theme.theme_url(Territory())
    assert before == theme.theme_url(None)
    Territory.leaf = "#003366"
    assert theme.theme_url(Territory()) != before


@pytest.mark.django_db
def test_style_sheet_is_served_for_ever(client):
    url = theme.theme_url(None)
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content.decode() == theme.stylesheet()


@pytest.mark.django_db
def test_an_older_address_leads_to_the_present_colours(client):
    answer = client.get("/theme.000000000000.css")
    assert answer.status_code == 302
    assert answer["Location"] == theme.theme_url(None)
    assert answer["Cache-Control"] == "no-cache"
    assert client.get("/theme.xyz.css").status_code == 404
    assert client.post(theme.theme_url(None)).status_code == 405


def test_colours_of_the_territory(client, territory):
    type(territory).objects.filter(pk=territory.pk).update(leaf="#112233")
    territory.refresh_from_db()
    from essaim.foundation import kept

    kept.forget_all()
    assert client.get(theme.theme_url(territory)).content.decode() == theme.stylesheet(territory.honey, "#112233")
