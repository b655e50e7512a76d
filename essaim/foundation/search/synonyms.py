"""Plain words that stand for others: « fringues » also looks for « vêtements », « réparer un vélo » for an activity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from essaim.foundation.search.text import Token, stem, tokenize

LONGEST = 6


@dataclass(frozen=True, slots=True)
class Synonym:
    """`words`: what people type (a word or a phrase each); each also looks for the `texts` and the `facets` values."""

    words: tuple[str, ...]
    texts: tuple[str, ...] = ()
    facets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a stretch of the query also looks for: groups of stems (all of a group together), and facet values."""

    start: int
    end: int
    stems: tuple[tuple[str, ...], ...]
    facets: tuple[tuple[str, str], ...]


def significant(tokens: Sequence[Token]) -> list[Token]:
    """The tokens worth searching; all of them when there are only small words."""
    return [token for token in tokens if not token.is_stop] or list(tokens)


def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(part) for token in significant(tokenize(text)) for part in token.parts)


class Synonyms:
    """A list of synonyms ready to be met in queries, plural and accents aside, small words aside."""

    def __init__(self, synonyms: Iterable[Synonym] = ()) -> None:
        gathered: dict[tuple[str, ...], tuple[list[tuple[str, ...]], list[tuple[str, str]]]] = {}
        for synonym in synonyms:
            texts = [found for text in synonym.texts if (found := _stems(text))]
            for words in synonym.words:
                key = _stems(words)
                if key:
                    known_texts, known_facets = gathered.setdefault(key, ([], []))
                    known_texts.extend(text for text in texts if text != key and text not in known_texts)
                    known_facets.extend(pair for pair in synonym.facets if pair not in known_facets)
        self._known = {key: (tuple(texts), tuple(facets)) for key, (texts, facets) in gathered.items()}
        self._longest = min(LONGEST, max(map(len, self._known), default=0))

    def expand(self, tokens: Sequence[Token]) -> list[Expansion]:
        """Stretches of the (significant) tokens that have synonyms: from the left, the longest first, no overlap."""
        stems = [tuple(stem(part) for part in token.parts) for token in tokens]
        found: list[Expansion] = []
        at = 0
        while at < len(tokens):
            for end in range(min(len(tokens), at + self._longest), at, -1):
                key = tuple(part for group in stems[at:end] for part in group)
                if key in self._known:
                    texts, facets = self._known[key]
                    found.append(Expansion(at, end, texts, facets))
                    at = end
                    break
            else:
                at += 1
        return found
