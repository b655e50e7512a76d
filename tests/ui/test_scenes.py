"""The drawings: every name is drawn, described, light, and made of the palette only."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template

from essaim.editorial.models import ContentPage
from essaim.ui import scenes

ROOT = Path(scenes.__file__).parent
FILES = ROOT / "templates/ui/scenes"
STYLES = Path(__file__).resolve().parents[2] / "frontend/css/scenes.css"
FIRST = {"market", "workshop", "vote", "door", "search", "mail", "lost"}
"""Drawn before the budget; they keep their weight."""
ALLOWED = {"svg", "g", "path", "circle", "ellipse", "rect", "polygon"}


def drawn(name: str) -> str:
    return (FILES / f"{name}.html").read_text()


def tag(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


def test_every_name_is_drawn_and_every_drawing_has_a_name():
    assert {path.stem for path in FILES.glob("*.html")} == {*scenes.SCENES, scenes.FALLBACK}


@pytest.mark.parametrize("name", [*scenes.SCENES, scenes.FALLBACK])
def test_a_drawing_is_light_and_made_of_the_palette(name):
    source = drawn(name)
    root = ET.fromstring(source)
    known = set(re.findall(r"\.([a-z][\w-]*)", STYLES.read_text()))
    # One mark-up for all: the tag swaps the first words for a sentence.
    assert source.count(scenes.HIDDEN) == 1
    assert root.get("class", "").split()[0] == "scene"
    box = [float(number) for number in root.get("viewBox", "").split()]
    assert [root.get("width"), root.get("height")] == [f"{box[2]:g}", f"{box[3]:g}"]
    for element in root.iter():
        assert element.tag in ALLOWED, element.tag
        assert not {"style", "id", "href"} & set(element.attrib), element.attrib
        assert not any(key.startswith(("on", "{")) for key in element.attrib), element.attrib
        assert set(element.get("class", "").split()) <= known, element.attrib
    assert not re.search(r"url\(|data:|{[{%]", source)
    if name not in FIRST:
        # Whoever draws without naming a colour paints in black, in the dark too.
        for element in root.iter():
            colours = {key: element.get(key) for key in ("fill", "stroke") if element.get(key)}
            assert not colours, colours
        assert len(source.encode()) <= 2200, len(source.encode())


def test_the_drawings_of_the_day_weigh_little_together():
    day = [drawn(name) for name in scenes.SCENES if name.startswith("day-")]
    assert len(day) == 23
    assert sum(len(source.encode()) for source in day) <= 23 * 1700


def test_descriptions_are_sentences_each_its_own():
    said = [scene.description for scene in scenes.SCENES.values()]
    labels = [scene.label for scene in scenes.SCENES.values()]
    assert len(set(said)) == len(said)
    assert len(set(labels)) == len(labels)
    for sentence in said:
        assert re.fullmatch(r"[A-ZÀ-ÖØ-Þ][^.\n\"<>']{20,120}\.", sentence), sentence


def test_a_drawing_says_its_sentence_or_nothing():
    said = tag('{% scene "day-bike" %}')
    root = ET.fromstring(said)
    assert root.get("role") == "img"
    assert root.get("aria-label") == scenes.SCENES["day-bike"].description
    assert "aria-hidden" not in root.attrib
    hidden = ET.fromstring(tag('{% scene "day-bike" described=False %}'))
    assert hidden.get("aria-hidden") == "true"
    assert "aria-label" not in hidden.attrib


@pytest.mark.parametrize("name", ["", "nowhere", "../base", "hexagons", "x" * 3000, "\0", "<script>", "day-bike.html"])
def test_an_unknown_name_gives_the_hexagons(name):
    assert tag("{% scene name %}", name=name) == drawn(scenes.FALLBACK)


def test_an_editor_chooses_by_words_and_migrations_hold_a_name_only():
    assert scenes.choices()[0] == ("", "Aucun dessin")
    assert len(scenes.choices()) == len(scenes.SCENES) + 1
    *_, written = ContentPage._meta.get_field("scene").deconstruct()
    assert written["choices"] is scenes.choices
    assert max(map(len, scenes.SCENES)) <= 30
