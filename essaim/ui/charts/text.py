"""How wide a text is and where it breaks: a server has no browser to ask."""

from __future__ import annotations

from functools import lru_cache

# Widths of Atkinson Hyperlegible Next at weight 650, in hundredths of the size, as Chromium measures them; Bricolage
# Grotesque 700 is 3 % narrower on French sentences, the regular weight 5 %. A letter that is not here counts as « m ».
_WIDTHS = {
    15: "\u202f",
    20: "'",
    26: ",.:;j|’",
    29: "`iî·",
    31: " !lï\u00a0",
    34: "()[]",
    37: "-frt",
    39: '"_{}',
    43: "/1I\\Î",
    48: "*",
    51: "csyzç–",
    53: "7vx×",
    55: "?JLak~àâä",
    57: "29<>Fehnouéèêëôöùûü",
    59: "E^bdgpqÉÈÊ",
    61: "$+35=ST÷−",
    64: "468BPRVYZ«»",
    67: "0ACKXÀÂÇ",
    71: "DGHNUÛ€",
    76: "#&OQwÔ…",
    83: "@—",
    88: "MWmæ",
    96: "%œ",
    102: "Œ",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def width(text: str, size: float) -> float:
    """How wide a line of text is at most, at this size."""
    return sum(_WIDTH_OF.get(letter, 90) for letter in text) * size / 100


@lru_cache(maxsize=4096)
def wrap(text: str, room: float, size: float) -> tuple[str, ...]:
    """Break a text in lines no wider than `room`, at its spaces, else after its hyphens, else in the middle of a word.

    No-break spaces never break. At least one line.
    """
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        pieces = _pieces(word, room, size)
        lines += pieces[:-1]
        line = pieces[-1]
    return (*lines, line)


def balanced(text: str, room: float, size: float) -> tuple[str, ...]:
    """The same lines, as even as they can be: a last word never stands alone when there is room to avoid it."""
    best = wrap(text, room, size)
    for share in (0.9, 0.8, 0.7, 0.6):
        tried = wrap(text, room * share, size)
        if len(tried) > len(best):
            break
        best = tried
    return best


def _pieces(word: str, room: float, size: float) -> list[str]:
    """Cut a word wider than the room: after a hyphen where it can, else where the room ends."""
    found: list[str] = []
    while width(word, size) > room and len(word) > 1:
        cut = max((n for n in range(1, len(word)) if width(word[:n], size) <= room), default=1)
        hyphen = word.rfind("-", 1, cut)
        cut = hyphen + 1 if hyphen > 0 else cut
        found.append(word[:cut])
        word = word[cut:]
    return [*found, word]
