"""How a French text becomes words: the one rule that documents and queries share.

A word is folded (case, accents, ligatures, typographic apostrophes), then reduced to a stem: French Snowball, with a
light plural rule on top, because once folded « vélos » keeps its s. Elisions (l', d', qu'…) are dropped. What a sign
or a short space cuts in two is also kept in one piece: « Cord'âges », « CORD AGES » and « cordages » meet.
Everything here is safe on any text: control characters, emoji, right-to-left marks are separators or nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import tantivy

MAX_QUERY_CHARS = 200
"""A query is cut there before any work: nobody types more, and a hostile one must cost nothing."""
MAX_QUERY_WORDS = 12
MAX_DOCUMENT_CHARS = 20_000
MAX_WORD_CHARS = 40
SHORT_NEIGHBOUR = 4
"""Two neighbour words are also kept joined when one of them has at most this many letters."""

_LIGATURES = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ß": "ss", "ʼ": "'", "’": "'", "‘": "'", "`": "'", "´": "'"}
)
_WORD = re.compile(r"[^\W_]+(?:['\-.&+][^\W_]+)*")
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_CUT = re.compile(r"['\-.&+]")
_ELISIONS = frozenset(["l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "presqu"])
_IRREGULAR = {"travaux": "travail", "vitraux": "vitrail", "yeux": "oeil"}
# fmt: off
STOP_WORDS = frozenset([
    "a", "au", "aux", "avec", "c", "ce", "ces", "chez", "d", "dans", "de", "des", "du", "elle", "en", "est", "et",
    "eux", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "leurs", "ma", "mes", "mon", "n", "ne", "nos",
    "notre", "nous", "on", "ou", "par", "pas", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sont",
    "sur", "t", "ta", "te", "tes", "ton", "tu", "un", "une", "vos", "votre", "vous", "y",
])
# fmt: on


@dataclass(frozen=True, slots=True)
class Token:
    """One typed word. `parts` are its pieces (one, or several around a sign); `joined` is the word in one piece."""

    parts: tuple[str, ...]
    joined: str

    @property
    def is_stop(self) -> bool:
        """True for a word too common to search by (« de », « la »…)."""
        return len(self.parts) == 1 and self.parts[0] in STOP_WORDS


class _Marks(dict[int, int | None]):
    """Table for `str.translate`: accents and format characters go, the rest stays. Each character is judged once."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        gone = unicodedata.combining(character) or unicodedata.category(character) == "Cf"
        self[code] = None if gone else code
        return self[code]


_MARKS = _Marks()


def fold(text: str) -> str:
    """Lower case without accents nor ligatures; format and control characters vanish, apostrophes become « ' »."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower()).translate(_LIGATURES)
    return decomposed.translate(_MARKS)


def plain_words(text: str) -> str:
    """Letters and digits of a folded text, one space between words: the ground where names are compared."""
    return " ".join(_PLAIN_WORD.findall(fold(text)))


_SNOWBALL = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("french")).build()


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of one folded word. Words with a digit, or not in Latin letters, are their own stem."""
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return word
    word = _IRREGULAR.get(word, word)
    stemmed: str = _SNOWBALL.analyze(word)[0]
    if len(stemmed) > 3:
        if stemmed[-1] == "s" and stemmed[-2] in "aiou":
            return stemmed[:-1]
        if stemmed[-3:] in ("eux", "aux", "oux"):
            return stemmed[:-1]
    return stemmed


def tokenize(text: str, *, limit: int = MAX_QUERY_WORDS, chars: int = MAX_QUERY_CHARS) -> list[Token]:
    """Cut a text into tokens. Elided articles go; acronyms spelt out (A.D.A.P.E.I., « A D M R ») are words."""
    tokens: list[Token] = []
    letters: list[str] = []

    def close_acronym() -> None:
        if len(letters) > 2 or (len(letters) == 2 and not set(letters) <= _ELISIONS | STOP_WORDS):
            tokens.append(Token(("".join(letters),), "".join(letters)))
        else:
            tokens.extend(Token((letter,), letter) for letter in letters)
        letters.clear()

    for found in _WORD.finditer(fold(text[:chars])):
        compound = found.group()
        pieces = [piece[:MAX_WORD_CHARS] for piece in _CUT.split(compound)]
        joined = "".join(pieces)[:MAX_WORD_CHARS]
        if all(len(piece) == 1 for piece in pieces) and not joined.isdigit():
            letters.extend(pieces)
            continue
        if letters:
            close_acronym()
        if len(pieces) > 1 and pieces[0] in _ELISIONS and compound[len(pieces[0])] == "'":
            pieces = pieces[1:]
        tokens.append(Token(tuple(pieces), joined))
        if len(tokens) >= limit:
            break
    close_acronym()
    return tokens[:limit]


def whole_key(text: str) -> str:
    """A name in one piece, the same however it is spaced: « Les Ateliers Cord'âges » is « ateliers cordages »."""
    tokens = tokenize(text, limit=40)
    kept = [token for token in tokens if not token.is_stop] or tokens
    words = ("".join(token.parts) for token in kept)
    return "".join(word.rstrip("s") or word for word in words)[:120]


def sort_key(text: str) -> str:
    """A name as one files it: folded words, without elisions nor signs."""
    return " ".join(part for t in tokenize(text, limit=30) for part in t.parts)[:120]


@dataclass(frozen=True, slots=True)
class Words:
    """What a document gives to the index: `stems` to match, `words` (folded, whole) for typos and suggestions."""

    stems: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=20_000)
def _text_words(text: str) -> Words:
    """Words of one text. Kept: a place, an activity, a family are the same text in thousands of documents."""
    stems: set[str] = set()
    words: set[str] = set()
    before = ""
    for token in tokenize(text, limit=4000, chars=MAX_DOCUMENT_CHARS):
        for part in token.parts:
            stems.add(stem(part))
            if len(part) > 1:
                words.add(part)
        whole = "".join(token.parts)
        if len(token.parts) > 1 or token.joined != whole:
            stems.update((stem(token.joined), stem(whole)))
            words.add(whole)
        if before and min(len(before), len(whole)) <= SHORT_NEIGHBOUR and not (before.isdigit() or whole.isdigit()):
            stems.add(stem((before + whole)[:MAX_WORD_CHARS]))
        before = whole
    return Words(frozenset(stems), frozenset(words))


def document_words(texts: Iterable[str]) -> Words:
    """All the stems and words of some texts, joined forms included."""
    found = [_text_words(text) for text in texts if text]
    return Words(
        frozenset().union(*(words.stems for words in found)), frozenset().union(*(words.words for words in found))
    )
