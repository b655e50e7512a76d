"""What becomes of the two colours that a territory chooses: the readable shades that the site draws from them."""

from __future__ import annotations

from dataclasses import dataclass

from essaim.ui import theme

ENOUGH = theme.TEXT_RATIO


@dataclass(frozen=True)
class Shade:
    """One colour in use: `ground` and `ink` as `#rrggbb`, the ratio of both (1 to 21)."""

    label: str
    ground: str
    ink: str
    ratio: float


@dataclass(frozen=True)
class ColourReport:
    """What the settings screen says of two colours."""

    shades: tuple[Shade, ...]
    leaf_adjusted: str
    """The shade used where the chosen action colour could not be read, or the empty string when it can."""


def report(honey: str, leaf: str) -> ColourReport:
    """Compute the shades of two colours, light theme. Raises ValueError on what is no `#rrggbb`."""
    values = theme.variables(honey, leaf)
    paper = theme.LIGHT_GROUNDS[0]
    used, used_ink = _light(values["leaf"]), _light(values["leaf-ink"])
    pairs = (
        ("Texte sur la couleur d’accent", values["honey"], values["honey-ink"]),
        ("Texte d’un bouton", used, used_ink),
        ("Lien sur le papier", paper, used),
    )
    return ColourReport(
        shades=tuple(Shade(label, ground, ink, round(theme.contrast(ground, ink), 1)) for label, ground, ink in pairs),
        leaf_adjusted="" if used.lower() == leaf.lower() else used,
    )


def _light(value: str) -> str:
    """Return the first colour of `light-dark(a, b)`, or the colour itself."""
    return value.removeprefix("light-dark(").split(",")[0].strip()
