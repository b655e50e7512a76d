"""What leaves on paper: a drawing as PNG, a template and its data as an accessible PDF. Typst does both. No Django.

A template is ours and stays as it is; what people wrote goes in as data (`sys.inputs`), never as source.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

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


def to_pdf(template: Path, inputs: Mapping[str, str]) -> bytes:
    """Make a PDF/UA-1 of a Typst template, which reads `inputs` in `sys.inputs` and only files of its own folder.

    The template gives title, language and the text of each image: Typst refuses the document otherwise. Same template
    and inputs, same bytes. Raises CannotPrint.
    """
    return _compile(template.read_bytes(), template.parent, dict(inputs), png=False)


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
