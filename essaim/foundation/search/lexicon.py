"""The words of an index, to mend a typo and to complete a word that is being typed.

Mended words are then searched as ordinary words: one look-up pays for the typo, not each of the passes of a search.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 8
MOST = 8
"""At most so many mended words for one typed word: the nearest, then the most frequent."""
_ALPHABET = {letter: position for position, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}


def edits_allowed(word: str) -> int:
    """How many letters may be wrong: none in a short word nor beside a digit, one from 4 letters, two from 8."""
    if not word.isalpha():
        return 0
    return 2 if len(word) >= TWO_EDITS_FROM else 1 if len(word) >= ONE_EDIT_FROM else 0


def _signature(word: str) -> int:
    """One bit per letter that the word holds (26 letters, and one bit for all the other characters)."""
    bits = 0
    for character in word:
        bits |= 1 << _ALPHABET.get(character, 26)
    return bits


class Lexicon:
    """Every word of an index with the number of documents that hold it. Built from pairs in any order."""

    def __init__(self, pairs: Sequence[tuple[str, int]]) -> None:
        ordered = sorted(pairs)
        self._words = [word for word, _ in ordered]
        self._frequency = np.array([n for _, n in ordered], dtype=np.int64)
        lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        signatures = np.array([_signature(word) for word in self._words], dtype=np.uint32)
        self._by_length: dict[int, tuple[npt.NDArray[np.int64], npt.NDArray[np.uint32]]] = {}
        for length in range(1, int(lengths.max(initial=0)) + 1):
            rows = np.flatnonzero(lengths == length)
            self._by_length[length] = (rows, signatures[rows])

    def __len__(self) -> int:
        return len(self._words)

    def mend(self, word: str) -> list[str]:
        """Known words at the fewest edits (a swap of neighbours counts for one), the most frequent first.

        One edit is tried before two, and two are not tried when one is enough. Empty when nothing is near.
        """
        for edits in range(1, edits_allowed(word) + 1):
            found = self._within(word, edits)
            if found:
                return found
        return []

    def _within(self, word: str, edits: int) -> list[str]:
        signature = np.uint32(_signature(word))
        near: list[int] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            if length in self._by_length:
                rows, signatures = self._by_length[length]
                # Each edit changes at most two letters of the set: most words are set aside without being compared.
                near.extend(rows[np.bitwise_count(signatures ^ signature) <= 2 * edits].tolist())
        choices = {row: self._words[row] for row in near}
        matches = extract(word, choices, scorer=OSA.distance, score_cutoff=edits, limit=None)
        best = sorted(matches, key=lambda m: (m[1], -int(self._frequency[m[2]]), m[0]))
        return [found for found, _, _ in best[:MOST] if found != word]

    def complete(self, prefix: str, *, most: int = 50) -> list[str]:
        """Known words that begin so, the most frequent first."""
        start = bisect_left(self._words, prefix)
        end = bisect_left(self._words, prefix + "\U0010ffff", lo=start)
        frequency = self._frequency[start:end]
        rows = np.argpartition(-frequency, most)[:most] if len(frequency) > most else np.arange(len(frequency))
        rows = rows[np.lexsort((rows, -frequency[rows]))]
        return [self._words[start + int(row)] for row in rows]
