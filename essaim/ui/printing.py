"""What leaves on paper: a drawing as PNG, a template and its data as an accessible PDF. Typst does both. No Django.

A template is ours and stays as it is; what people wrote goes in as data (`sys.inputs`), never as source.
"""

from __future__ import annotations

import json
import re
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
FONT_FILES = (
    "AtkinsonHyperlegibleNext_400Regular.ttf",
    "AtkinsonHyperlegibleNext_400Regular_Italic.ttf",
    "AtkinsonHyperlegibleNext_700Bold.ttf",
    "BricolageGrotesque_700Bold.ttf",
)
WIDEST = 8_000
"""Pixels: past that a drawing costs more memory than anyone's screen or printer needs."""

# The clock of every document: the same inputs give the same bytes. A template that tells a date takes it from its data.
_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
# One pixel a point, on a page made to the size of the drawing.
_DRAWING = b"""
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)
"""


class CannotPrint(RuntimeError):
    """The document cannot be made. The message, in French, says why and what to do."""


def to_png(svg: str, *, width_px: int) -> bytes:
    """Draw a standalone SVG on white, `width_px` pixels wide (1 to 8 000), in its own proportions.

    Its texts name one of the families of FONT_FILES: a generic name (sans-serif) alone would leave them blank. Raises
    CannotPrint (fonts missing, not an SVG, a drawing that calls an image of elsewhere: no file, no address is read).
    """
    if not 1 <= width_px <= WIDEST:
        raise ValueError(f"La largeur d’une image va de 1 à {WIDEST} pixels.")
    return _compile(_DRAWING, FONTS, {"svg": svg, "width": str(width_px)}, png=True)


def to_pdf(template: Path, inputs: Mapping[str, object]) -> bytes:
    """Make a PDF/UA-1 of a Typst template, which reads `inputs` in `sys.inputs` and only files of its own folder.

    An input is a text, or anything that JSON holds, which the template reads with `json(bytes(sys.inputs.name))`. The
    template gives title, language and the text of each image: Typst refuses the document otherwise. Same template and
    inputs, same bytes. A letter that our fonts lack becomes « ? », since a document that says it is accessible may not
    hold what no reader can show. Raises CannotPrint.
    """
    told = {
        name: _legible(value) if isinstance(value, str) else json.dumps(_legible(value), ensure_ascii=False)
        for name, value in inputs.items()
    }
    return _compile(template.read_bytes(), template.parent, told, png=False)


def _legible(value: Any) -> Any:
    """The same value, whose texts hold only letters that can be drawn; accents are joined to their letters."""
    if isinstance(value, str):
        return _UNSEEN.sub(_shown, unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: _legible(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_legible(item) for item in value]
    return value


# Not plain, and not one of the marks that are never drawn: soft hyphen, break without width.
_UNSEEN = re.compile(r"[^\t\n\r -~\u00ad\u200b]")


def _shown(found: re.Match[str]) -> str:
    letter = found.group()
    return letter if ord(letter) in _letters() else "?"


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    """The letters that some font of the house draws: Typst goes from one to the next for those it lacks."""
    _fonts()
    return frozenset(letter for name in FONT_FILES for letter in _letters_of((FONTS / name).read_bytes()))


def _letters_of(font: bytes) -> Iterator[int]:
    """Letters of a TrueType font: its table « cmap », format 4 (OpenType 1.9, all of the first plane)."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    (maps,) = struct.unpack_from(">H", font, cmap + 2)
    for n in range(maps):
        (offset,) = struct.unpack_from(">I", font, cmap + 8 + 8 * n)
        at = cmap + offset
        (shape,) = struct.unpack_from(">H", font, at)
        if shape != 4:
            continue
        (doubled,) = struct.unpack_from(">H", font, at + 6)
        # Four columns of one line a segment: last letter (then a gap), first letter, shift, where to look glyphs up.
        lasts = struct.unpack_from(f">{doubled // 2}H", font, at + 14)
        firsts, shifts, lookups = (
            struct.unpack_from(f">{doubled // 2}H", font, at + 16 + doubled * column) for column in (1, 2, 3)
        )
        for line, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
            for letter in range(first, last + 1):
                glyph = letter
                if lookups[line]:
                    place = at + 16 + doubled * 3 + 2 * line + lookups[line] + 2 * (letter - first)
                    (glyph,) = struct.unpack_from(">H", font, place)
                if glyph and (glyph + shifts[line]) % 0x10000:
                    yield letter


def _compile(source: bytes, root: Path, inputs: dict[str, str], *, png: bool) -> bytes:
    fonts = _fonts()
    try:
        compiler = typst.Compiler(source, root=root, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs)
        made = (
            compiler.compile(format="png", ppi=72, timestamp=_CLOCK)
            if png
            else compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_CLOCK)
        )
    except typst.TypstError as error:
        hints = "".join(f" ({hint})" for hint in error.hints)
        raise CannotPrint(f"Le document ne peut pas être composé. Typst répond : {error.message}{hints}") from error
    if not isinstance(made, bytes):
        raise CannotPrint("Le dessin tient sur plusieurs pages : une image n’en a qu’une.")
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The fonts of the house and none of the machine's, so that a document is the same everywhere; read once."""
    missing = [name for name in FONT_FILES if not (FONTS / name).is_file()]
    if missing:
        raise CannotPrint(
            f"Il manque des polices pour imprimer ({', '.join(missing)}) dans {FONTS} : lancez « make install »."
        )
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
