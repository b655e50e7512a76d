"""Which questions a place answers, and why: an activity, a word, among what narrows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from essaim.directory.wording import label_name
from essaim.foundation.search.text import MAX_DOCUMENT_CHARS, STOP_WORDS, stem, tokenize
from essaim.nomenclature.naf import naf
from essaim.nomenclature.perimeter import SubFamily

CATCH_ALL = frozenset({"82.99Z", "88.99B", "93.29Z", "94.99Z", "96.09Z"})
"""Activities that say little: a name that answers is a better reason."""
_SUB_FAMILIES: Mapping[str, str] = {sub.value: sub.label for sub in SubFamily}


@dataclass(frozen=True, slots=True)
class Matching:
    """One way of answering: an activity OR a word, among what families, statuses and labels narrow when they are given.

    `activities`: beginnings of NAF rev. 2 codes, with or without their dot. `words`: looked for, whatever their accents
    and plurals, in the card's words and in names (not in acronyms, which meet by chance); an expression of several
    words, in the declared purpose too (a lone word there is said by everybody). With neither, the families, statuses
    and labels answer alone. A company that labels alone bring to the directory is not of the family of companies.
    Empty finds nothing.
    """

    activities: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    sub_families: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing is asked."""
        return not (self.activities or self.words or self.labels or self.families or self.sub_families)


Wanted = tuple[tuple[Matching, ...], ...]
"""Questions; of the matchings of one, any is enough."""


@dataclass(frozen=True, slots=True)
class _Rule:
    question: int
    asked: Matching

    def admits(self, row: Mapping[str, Any], labels: set[str]) -> bool:
        """The family, the status and the labels are those asked, or nothing is asked about them."""
        asked = self.asked
        family = "" if row["label_alone"] else row["structure__family"]
        return (
            (not asked.families or family in asked.families)
            and (not asked.sub_families or row["structure__sub_family"] in asked.sub_families)
            and (not asked.labels or not labels.isdisjoint(asked.labels))
        )

    def why(self, reason: str, labels: set[str]) -> str:
        """The reason, and the label that was asked for."""
        held = next((label_name(kind) for kind in self.asked.labels if kind in labels), "")
        return " · ".join(part for part in (reason, held) if part)


@lru_cache(maxsize=60_000)
def stems_of(text: str) -> tuple[str, ...]:
    """The words of a text that count, in order: « La réparation de vélos » → ("repar", "velo")."""
    tokens = tokenize(text, limit=4000, chars=MAX_DOCUMENT_CHARS)
    return tuple(stem(part) for token in tokens for part in token.parts if part not in STOP_WORDS)


class Rules:
    """All the questions, ready to be put to one place after another."""

    def __init__(self, wanted: Wanted) -> None:
        self._by_activity: dict[str, list[tuple[_Rule, str]]] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str, _Rule]]] = {}
        rules = [_Rule(number, asked) for number, question in enumerate(wanted) for asked in question]
        self._rules = [rule for rule in rules if not rule.asked.is_empty]
        self._bare = [rule for rule in self._rules if not (rule.asked.activities or rule.asked.words)]
        for rule in self._rules:
            for words in rule.asked.words:
                stems = stems_of(words)
                if stems:
                    self._phrases.setdefault(stems[0], []).append((stems, words, rule))

    def answer(self, row: Mapping[str, Any], labels: set[str]) -> dict[int, str]:
        """The questions that this place answers, with the reason of the first rule that it meets."""
        found: dict[int, str] = {}
        for rule, reason in self._reasons(row):
            if rule.question not in found and rule.admits(row, labels):
                found[rule.question] = rule.why(reason, labels)
        return found

    def _reasons(self, row: Mapping[str, Any]) -> Iterator[tuple[_Rule, str]]:
        code = row["naf"] or row["structure__naf"]
        if code not in CATCH_ALL:
            yield from self._of_activity(code)
        names = (
            row["structure__card__name"],
            row["structure__name"],
            row["structure__rna_title"],
            row["usual_name"],
            *row["structure__usual_names"],
            *row["signs"],
        )
        yield from self._said(names, "son nom : « {} »", least=1)
        if code in CATCH_ALL:
            yield from self._of_activity(code)
        yield from self._said(row["structure__card__keywords"] or (), "ses mots : « {} »", least=1)
        yield from self._said((row["structure__purpose"],), "son objet déclaré : « {} »", least=2)
        for rule in self._bare:
            yield rule, _SUB_FAMILIES.get(row["structure__sub_family"], "") if rule.asked.sub_families else ""

    def _of_activity(self, code: str) -> list[tuple[_Rule, str]]:
        if code not in self._by_activity:
            bare = code.replace(".", "")
            known = naf(code)
            reason = known.plain if known else ""
            self._by_activity[code] = [
                (rule, reason)
                for rule in self._rules
                if bare and any(bare.startswith(start.replace(".", "")) for start in rule.asked.activities)
            ]
        return self._by_activity[code]

    def _said(self, texts: Iterable[Any], reason: str, *, least: int) -> Iterator[tuple[_Rule, str]]:
        """The rules one of whose expressions, of `least` words at least, is in one of these texts."""
        for text in texts:
            stems = stems_of(str(text)) if text else ()
            for at, first in enumerate(stems):
                for phrase, words, rule in self._phrases.get(first, ()):
                    if len(phrase) >= least and stems[at : at + len(phrase)] == phrase:
                        yield rule, reason.format(words)
