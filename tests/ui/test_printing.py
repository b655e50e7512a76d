"""What leaves on paper: images of the asked size, documents that say they are accessible and are, nothing else read."""

from __future__ import annotations

import io
import unicodedata

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from essaim.ui import printing
from essaim.ui.printing import CannotPrint, to_pdf, to_png
from tests.pdf import read_pdf

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"><rect width="200" height="300" fill="#f4b41a"/>'
    '<text x="20" y="60" font-family="Atkinson Hyperlegible Next" font-size="30">{text}</text></svg>'
)
TEMPLATE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title)
#set text(lang: "fr", font: "Atkinson Hyperlegible Next")
= #told.title
#told.text
#image(bytes(sys.inputs.drawing), format: "svg", width: 4cm, alt: told.alt)
"""
HOSTILE = (
    '#import "@preview/cetz:0.3.1"',
    '#read("/etc/passwd") et $x^2$',
    "\\ < > & _gras_ *fort* `code` @ref <label>",
    "= pas un titre",
    '"]; #panic()',
    "// pas un commentaire /* ni ceci */",
)


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def printed(template, *, title="Été à Poitiers", text="Un œuf, « dix » euros.", alt="Un carré"):
    return to_pdf(template, {"told": {"title": title, "text": text, "alt": alt}, "drawing": DRAWING.format(text="ok")})


# --- images ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1, 64, 1200])
def test_an_image_has_the_asked_width_and_its_own_proportions(width):
    image = Image.open(io.BytesIO(to_png(DRAWING.format(text="Été"), width_px=width)))
    assert image.format == "PNG"
    assert image.width == width
    assert abs(image.height - width * 3 / 4) <= 1


def test_an_image_shows_its_shapes_and_its_letters_on_white():
    with_text, without = (
        Image.open(io.BytesIO(to_png(DRAWING.format(text=text), width_px=400))).convert("RGB")
        for text in ("Été 10\u202f900", "")
    )
    assert with_text.getpixel((150, 250)) == (0xF4, 0xB4, 0x1A)
    assert with_text.getpixel((350, 250)) == (255, 255, 255)
    assert with_text.tobytes() != without.tobytes()


def test_the_same_drawing_gives_the_same_bytes():
    assert to_png(DRAWING.format(text="a"), width_px=90) == to_png(DRAWING.format(text="a"), width_px=90)


@pytest.mark.parametrize("width", [0, -1, printing.WIDEST + 1])
def test_a_width_that_is_none_is_refused(width):
    with pytest.raises(ValueError, match="pixels"):
        to_png(DRAWING.format(text=""), width_px=width)


@pytest.mark.parametrize("svg", ["", "pas un dessin", "<svg>", '<svg xmlns="http://www.w3.org/2000/svg" width="0"/>'])
def test_what_is_no_drawing_is_refused_in_french(svg):
    with pytest.raises(CannotPrint, match="ne peut pas être composé"):
        to_png(svg, width_px=10)


@pytest.mark.parametrize("href", ["/etc/hostname", "../printing.py", "http://127.0.0.1:9/x.png", "https://exemple.fr/"])
def test_a_drawing_reads_no_file_and_no_address(href):
    image = f'<image href="{href}" width="10" height="10"/>'
    drawing = DRAWING.format(text="").replace("</svg>", f"{image}</svg>")
    try:
        made = to_png(drawing, width_px=40)
    except CannotPrint:
        return
    assert made == to_png(DRAWING.format(text=""), width_px=40)  # left out, not fetched


# --- documents ------------------------------------------------------------------------------------------------------


def test_a_document_is_tagged_has_its_language_its_title_and_says_that_it_is_accessible(template):
    pdf = read_pdf(printed(template))
    assert b"/Lang(fr" in pdf.catalog
    assert b"/Marked true" in pdf.catalog
    assert b"/DisplayDocTitle true" in pdf.catalog
    assert "<pdfuaid:part>1</pdfuaid:part>" in pdf.metadata
    assert "Été à Poitiers" in pdf.metadata
    assert {"Document", "H1", "P", "Figure"} <= set(pdf.roles)
    assert pdf.alternatives == ["Un carré"]


def test_its_text_comes_out_with_its_accents(template):
    text = read_pdf(printed(template, text="Forêts, œuvres, 10\u202f900\u202f%, l’été « à côté »")).text
    assert "Été à Poitiers" in text
    assert "Forêts, œuvres, 10 900 %, l’été « à côté »" in text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_stays_text(template, text):
    assert text in read_pdf(printed(template, title=text, text=text, alt=text)).text


def test_very_long_words_are_composed(template):
    assert "anticonstitutionnellement" in read_pdf(printed(template, text="anticonstitutionnellement" * 400)).text


@pytest.mark.parametrize("text", ["中文", "😀 rire", "\x00\x07", "א", "\ufffe", "e\u0301te\u0301"])
def test_a_letter_that_no_font_has_never_blocks_a_document(template, text):
    assert "Un avant" in read_pdf(printed(template, text=f"Un avant {text} un après")).text


@settings(max_examples=25)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_makes_a_document(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("printing") / "template.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    assert printed(path, title="Titre", text=text, alt="Une image").startswith(b"%PDF-1.7")


def test_the_same_inputs_give_the_same_bytes_whatever_the_day(template):
    first = printed(template)
    with time_machine.travel("2031-05-06"):
        assert first == printed(template)


@pytest.mark.parametrize("missing", ["title: told.title", ", alt: told.alt"])
def test_a_template_without_title_or_without_the_text_of_an_image_is_refused(template, missing):
    template.write_text(TEMPLATE.replace(missing, ""), encoding="utf-8")
    with pytest.raises(CannotPrint, match="Typst répond"):
        printed(template)


def test_a_template_reads_its_own_folder_only(template, tmp_path):
    (tmp_path / "dit.txt").write_text("lu", encoding="utf-8")
    template.write_text(TEMPLATE + '#read("dit.txt")', encoding="utf-8")
    assert "lu" in read_pdf(printed(template)).text
    for outside in ("../dehors.txt", "/../dehors.txt", "/etc/hostname"):
        (tmp_path.parent / "dehors.txt").write_text("secret", encoding="utf-8")
        template.write_text(TEMPLATE + f'#read("{outside}")', encoding="utf-8")
        with pytest.raises(CannotPrint):
            printed(template)


def test_missing_fonts_are_named_with_what_to_do(monkeypatch, tmp_path, template):
    printing._fonts.cache_clear()
    printing._letters.cache_clear()
    monkeypatch.setattr(printing, "FONTS", tmp_path)
    try:
        with pytest.raises(CannotPrint, match=r"AtkinsonHyperlegibleNext_400Regular.ttf.*make install"):
            to_png(DRAWING.format(text=""), width_px=10)
        with pytest.raises(CannotPrint, match="make install"):
            printed(template)
    finally:
        printing._fonts.cache_clear()
        printing._letters.cache_clear()


def test_the_fonts_of_the_house_have_every_letter_of_french():
    french = "abcdefghijklmnopqrstuvwxyzàâäæçéèêëîïôœöùûüÿ0123456789«»’…–—·×÷€%²³°\u00a0\u202f−"
    wanted = french + french.upper()
    lacking = [unicodedata.name(letter) for letter in wanted if ord(letter) not in printing._letters()]
    assert lacking == []
