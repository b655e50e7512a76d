"""The territory's two colours, and all that follows from them with contrast kept.

A territory chooses honey (the shout) and leaf (what one presses). Everything else is derived in OKLCH, a space where
equal steps of lightness look equal (Björn Ottosson, 2020), then checked against WCAG 2.2 (1.4.3: 4.5:1 for text).
The result is one small style sheet served at /theme.<hash>.css, so that the page needs no inline style.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.urls import reverse

DEFAULT_HONEY = "#f4b41a"
DEFAULT_LEAF = "#1d6b52"
TEXT_RATIO = 4.5

# The grounds and inks of frontend/css/tokens.css: a test holds the two files together.
LIGHT_GROUNDS = ("#fbf8f1", "#ffffff", "#f2ecdf")
DARK_GROUNDS = ("#14201d", "#1b2a26", "#101916")
LIGHT_INK, DARK_INK = "#17332c", "#f0eee6"

_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class UnreadableColourError(ValueError):
    """No lightness of this hue can be read on all these grounds at once."""


@dataclass(frozen=True)
class Oklch:
    """A colour by lightness (0 to 1), chroma (0 to about 0.37) and hue (radians)."""

    lightness: float
    chroma: float
    hue: float


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two `#rrggbb` colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a `#rrggbb` colour (WCAG 2.2), from 0 to 1."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def to_oklch(colour: str) -> Oklch:
    """Convert `#rrggbb` to OKLCH."""
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def to_hex(colour: Oklch) -> str:
    """Convert OKLCH to `#rrggbb`; what the screen cannot show loses chroma, never lightness nor hue."""
    lightness = min(max(colour.lightness, 0.0), 1.0)
    low, high = 0.0, max(colour.chroma, 0.0)
    if not _in_gamut(_to_linear(lightness, high, colour.hue)):
        for _ in range(18):
            middle = (low + high) / 2
            if _in_gamut(_to_linear(lightness, middle, colour.hue)):
                low = middle
            else:
                high = middle
        high = low
    return "#" + "".join(f"{_to_byte(channel):02x}" for channel in _to_linear(lightness, high, colour.hue))


@lru_cache(maxsize=1024)
def _readable(colour: str, grounds: tuple[str, ...], ratio: float) -> str:
    if all(contrast(colour, ground) >= ratio for ground in grounds):
        return colour.lower()
    start = to_oklch(colour)
    # Lightness by steps of 1/400, the nearest to the wish first: the colour changes as little as it must.
    for step in sorted(range(401), key=lambda n: abs(n / 400 - start.lightness)):
        candidate = to_hex(Oklch(step / 400, start.chroma, start.hue))
        if all(contrast(candidate, ground) >= ratio for ground in grounds):
            return candidate
    raise UnreadableColourError(f"Aucune nuance de {colour} ne se lit à la fois sur {', '.join(grounds)}.")


def readable_on(colour: str, grounds: Iterable[str], ratio: float = TEXT_RATIO) -> str:
    """Return the nearest colour of the same hue that reaches `ratio` on every ground; `colour` itself if it does.

    Raises UnreadableColourError when no lightness does (a white and a black ground together leave a sliver only).
    """
    return _readable(_checked(colour), tuple(_checked(ground) for ground in grounds), ratio)


def _checked(colour: str) -> str:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"« {colour} » n’est pas une couleur : écrivez-la comme « #f4b41a ».")
    return colour.lower()


def _moved(colour: str, *, lightness: float, chroma: float = 1.0, most: float = 0.4) -> str:
    """The same hue at another lightness, its chroma multiplied and capped."""
    source = to_oklch(colour)
    return to_hex(Oklch(lightness, min(source.chroma * chroma, most), source.hue))


def _pair(ground: str) -> tuple[str, str]:
    """Return a ground's pressed shade and an ink that reads on both; a lighter shade where a darker one fails."""
    source = to_oklch(ground)
    inks = (_moved(ground, lightness=0.235, most=0.05), _moved(ground, lightness=0.99, most=0.02), "#000000", "#ffffff")
    for shift in (-0.055, 0.055, -0.02, 0.02, 0.0):
        pressed = to_hex(Oklch(min(max(source.lightness + shift, 0.0), 1.0), source.chroma, source.hue))
        for ink in inks:
            if min(contrast(ink, ground), contrast(ink, pressed)) >= TEXT_RATIO:
                return pressed, ink
    raise UnreadableColourError(f"Aucune encre ne se lit sur {ground}.")  # cannot happen: black or white always does


@lru_cache(maxsize=64)
def variables(honey: str, leaf: str) -> dict[str, str]:
    """Return the custom properties that follow from the two colours, each a CSS colour or a light-dark() pair."""
    honey, leaf = _checked(honey), _checked(leaf)
    honey_strong, honey_ink = _pair(honey)
    values = {"honey": honey, "honey-strong": honey_strong, "honey-ink": honey_ink}

    soft = (_moved(honey, lightness=0.955, most=0.05), _moved(honey, lightness=0.315, most=0.05))
    values["honey-soft"] = _both(soft)
    values["honey-text"] = _both(
        (
            readable_on(_moved(honey, lightness=0.5), (*LIGHT_GROUNDS, soft[0])),
            readable_on(_moved(honey, lightness=0.84), (*DARK_GROUNDS, soft[1])),
        )
    )

    leaf_soft = (_moved(leaf, lightness=0.94, most=0.025), _moved(leaf, lightness=0.32, most=0.04))
    values["leaf-soft"] = _both(leaf_soft)
    pressed, inks, shown = [], [], []
    wishes = (leaf, _moved(leaf, lightness=0.79, most=0.105))
    for grounds, extra, wish in zip((LIGHT_GROUNDS, DARK_GROUNDS), leaf_soft, wishes, strict=True):
        tint = readable_on(wish, (*grounds, extra))
        away = -0.09 if grounds is LIGHT_GROUNDS else 0.06
        source = to_oklch(tint)
        strong = to_hex(Oklch(min(max(source.lightness + away, 0.05), 0.97), source.chroma, source.hue))
        ink = "#ffffff" if grounds is LIGHT_GROUNDS else _moved(leaf, lightness=0.22, most=0.03)
        shown.append(tint)
        pressed.append(strong)
        inks.append(readable_on(ink, (tint, strong)))
    values["leaf"], values["leaf-strong"], values["leaf-ink"] = _both(shown), _both(pressed), _both(inks)
    values.update(_levels(honey, leaf))
    return values


# The swarm's ramp: lightness and greatest chroma of levels 1 to 5, from honey (1 to 3) to leaf (4 and 5).
_RAMP_LIGHT = ((0.93, 0.06), (0.875, 0.105), (0.81, 0.165), (0.55, 0.09), (0.36, 0.065))
_RAMP_DARK = ((0.35, 0.045), (0.46, 0.08), (0.66, 0.13), (0.76, 0.1), (0.9, 0.065))


def _levels(honey: str, leaf: str) -> dict[str, str]:
    """Five grounds whose lightness always goes one way, whatever the two colours, and the ink of the names on each."""
    values: dict[str, str] = {}
    for n, (light, dark) in enumerate(zip(_RAMP_LIGHT, _RAMP_DARK, strict=True), start=1):
        hue, boost = (honey, 9.0) if n <= 3 else (leaf, 1.2)
        grounds = tuple(_moved(hue, lightness=step[0], chroma=boost, most=_cap(hue, step[1])) for step in (light, dark))
        values[f"level-{n}"] = _both(grounds)
        values[f"level-{n}-ink"] = _both(
            tuple(
                readable_on(LIGHT_INK if to_oklch(ground).lightness > 0.58 else "#ffffff", (ground,))
                for ground in grounds
            )
        )
    return values


def _cap(colour: str, most: float) -> float:
    """A grey stays grey: its hue means nothing."""
    return most if to_oklch(colour).chroma > 0.03 else 0.0


def _both(pair: Iterable[str]) -> str:
    light, dark = pair
    return light if light == dark else f"light-dark({light}, {dark})"


@lru_cache(maxsize=64)
def stylesheet(honey: str = DEFAULT_HONEY, leaf: str = DEFAULT_LEAF) -> str:
    """Return the style sheet of two colours. Unlayered: it wins over tokens.css. Old browsers keep the defaults."""
    lines = [f"  --{name}: {value};" for name, value in variables(honey, leaf).items()]
    return "@supports (color: light-dark(#000, #fff)) {\n:root {\n" + "\n".join(lines) + "\n}\n}\n"


@lru_cache(maxsize=64)
def digest(css: str) -> str:
    """Return the twelve hexadecimal digits that name a style sheet."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]


def territory_stylesheet(territory: Any = None) -> str:
    """Return the style sheet of a territory (anything with `honey` and `leaf`); for None, of the default colours."""
    if territory is None:
        return stylesheet()
    return stylesheet(territory.honey or DEFAULT_HONEY, territory.leaf or DEFAULT_LEAF)


def theme_url(territory: Any = None) -> str:
    """Return the address of a territory's style sheet: it changes with the colours, so browsers keep it for ever."""
    return reverse("ui:theme", args=[digest(territory_stylesheet(territory))])


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _expand(red), _expand(green), _expand(blue)


def _expand(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _to_byte(channel: float) -> int:
    channel = min(max(channel, 0.0), 1.0)
    encoded = channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
    return round(encoded * 255)


def _to_linear(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _in_gamut(channels: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= channel <= 1.0005 for channel in channels)
