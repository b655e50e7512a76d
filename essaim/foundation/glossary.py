"""The words of the site, each said once: rooms register theirs, any page shows or explains them.

`{% load glossary %}{% word "annexe" %}` shows one; an `Explainer` finds them by itself in a text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from essaim.foundation.registries import Registry

MOST_WORDS = 12
"""Words that one page explains by itself: past that, the marks hide the text."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its key (the anchor), its meaning in plain French, where the meaning comes from, its neighbours.

    `forms`: how texts write it (« scop », « société coopérative de production ») when it should be explained wherever
    it is met; empty: only where a page asks for it. Plurals in s or x and accents need no form of their own.
    """

    key: str
    term: str
    text: str
    source: str = ""
    see: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class Glossary:
    """The words of one room, by key. `words()` is asked often: it costs nothing, or keeps what it has read.

    Of a key or a form that two rooms have, the lowest `order` has the say: the officer's words go before ours.
    """

    key: str
    label: str
    words: Callable[[], Mapping[str, Word]]
    order: int = 100


glossaries: Registry[Glossary] = Registry("glossaires")


def find_word(key: str) -> Word:
    """The word of a key, of whatever room. Raises KeyError.

    A template names the words that came with the code: they are looked up first, and cost nothing.
    """
    for glossary in reversed(list(glossaries)):
        found = glossary.words().get(key)
        if found is not None:
            return found
    raise KeyError(key)


def all_words() -> list[Word]:
    """Every word of the site once, from A to Z."""
    found: dict[str, Word] = {}
    for glossary in glossaries:
        for key, word in glossary.words().items():
            found.setdefault(key, word)
    return sorted(found.values(), key=lambda word: (folded(word.term)[0], word.key))


# --- finding the words of a text ------------------------------------------------------------------------------------

_MARKUP = re.compile(r"""<!--.*?-->|</?[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*>""", re.DOTALL)
_UNIT = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_CLOSED_TO_US = frozenset(
    "a abbr button code dfn h1 h2 h3 h4 h5 h6 kbd label math option pre samp script select style summary svg template "
    "textarea title video".split()
)
"""Inside these nothing is explained: links, titles, controls, what is already a definition, what is no text."""
_ALIKE = {"’": "'", "ʼ": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "‑": "-", "‐": "-", "\n": " ", "\t": " "}


def folded(text: str) -> tuple[str, list[int]]:
    """A text (HTML entities read) without accents nor case, and for each letter where it began in the text.

    Soft hyphens and lone accents are left out; typographic apostrophes, spaces and hyphens become the plain ones.
    """
    letters: list[str] = []
    starts: list[int] = []
    for unit in _UNIT.finditer(text):
        for character in html.unescape(unit[0]):
            plain = _plain(character)
            letters.append(plain)
            starts.extend([unit.start()] * len(plain))
    return "".join(letters), starts


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    if character in _ALIKE:
        return _ALIKE[character]
    if character == "\u00ad":
        return ""
    bare = "".join(c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c))
    return bare.casefold()


@dataclass(frozen=True, slots=True)
class _Form:
    word: Word
    is_acronym: bool


class _Matcher:
    """All the forms of some words as one pattern over a folded text, the longest first."""

    def __init__(self, words: Iterable[Word]) -> None:
        forms: dict[str, _Form] = {}
        for word in words:
            for form in word.forms:
                tokens = [token for token in re.split(r"[\s-]+", folded(html.escape(form))[0].strip()) if token]
                if tokens:
                    forms.setdefault(_pattern(tokens), _Form(word, form.isupper()))
        ordered = sorted(forms, key=lambda pattern: (-len(pattern), pattern))
        self._forms = [forms[pattern] for pattern in ordered]
        self._found = re.compile(
            # Neither inside a word, nor in an address (« contact@cress.fr », « www.esus.fr/liste »).
            r"(?<![\w@./-])(?:" + "|".join(f"({pattern})" for pattern in ordered) + r")(?![\w@-]|[./]\w)"
        )

    def find(self, text: str, *, skip: set[str]) -> list[tuple[int, int, Word]]:
        """(start, end, word) of the first occurrence of each word in a text, in order, never overlapping."""
        if not self._forms:
            return []
        plain, starts = folded(text)
        starts.append(len(text))
        found: list[tuple[int, int, Word]] = []
        seen = set(skip)
        position = 0
        while (match := self._found.search(plain, position)) is not None:
            form = self._forms[(match.lastindex or 1) - 1]
            start, end = starts[match.start()], starts[match.end()]
            if form.word.key not in seen and (not form.is_acronym or _is_acronym(html.unescape(text[start:end]))):
                seen.add(form.word.key)
                found.append((start, end, form.word))
            position = match.end()
        return found


def _pattern(tokens: Sequence[str]) -> str:
    """« fonds de dotation » → a pattern that also finds the plural of each word, however they are joined."""
    return "[ -]+".join(
        re.escape(token) + ("(?:s|x)?" if len(token) > 2 and token[-1] not in "sxz" else "") for token in tokens
    )


def _is_acronym(written: str) -> bool:
    """Whether an acronym is written as one: « EI » is, « ei » is not; « Scop » and « SCOPs » are."""
    bare = written.rstrip("s")
    return bare.isupper() or (len(bare) > 3 and bare.istitle())


@lru_cache(maxsize=4)
def _matcher(words: tuple[Word, ...]) -> _Matcher:
    return _Matcher(words)


@dataclass
class Explainer:
    """Explains in one page's texts each known word once, at its first occurrence, `most` words in all.

    One for each showing of a page: it remembers. `words()` is asked when the first text comes.
    """

    words: Callable[[], Sequence[Word]] = all_words
    most: int = MOST_WORDS
    done: set[str] = field(default_factory=set)

    def explained(self, markup: str) -> str:
        """The same HTML with definitions added in its running text; every other byte is left as it was."""
        matcher = _matcher(tuple(self.words()))
        out: list[str] = []
        closed: list[str] = []
        position = 0
        for tag in _MARKUP.finditer(markup):
            out.append(self._text(markup[position : tag.start()], matcher, skip=bool(closed)))
            out.append(tag[0])
            position = tag.end()
            _follow(tag[0], closed)
        out.append(self._text(markup[position:], matcher, skip=bool(closed)))
        return "".join(out)

    def _text(self, text: str, matcher: _Matcher, *, skip: bool) -> str:
        if skip or len(self.done) >= self.most or not text.strip():
            return text
        out: list[str] = []
        position = 0
        for start, end, word in matcher.find(text, skip=self.done)[: self.most - len(self.done)]:
            self.done.add(word.key)
            out += [text[position:start], definition(word, text[start:end])]
            position = end
        return "".join([*out, text[position:]])


def _follow(tag: str, closed: list[str]) -> None:
    """Keep the list of the elements that we are in and where nothing is explained."""
    found = _TAG.match(tag)
    if found is None:
        return
    name = found[2].lower()
    if found[1]:
        if closed and closed[-1] == name:
            closed.pop()
    elif name not in _VOID and (
        name == closed[-1] if closed else name in _CLOSED_TO_US or re.search(r"\spopover[\s=>]", tag) is not None
    ):
        closed.append(name)


def definition(word: Word, shown: str, id: str = "") -> str:
    """The word as a button that opens its meaning, without script. `shown` is HTML, already escaped."""
    return render_to_string(
        "foundation/word.html",
        {"word": word, "shown": mark_safe(shown), "id": id or f"mot-{word.key}"},  # noqa: S308 -- see above
    ).strip()
