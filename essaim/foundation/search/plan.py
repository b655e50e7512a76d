"""From what was typed to *tiers*: disjoint layers of results, the surest first, each in the default order.

exact name → every word in a name → every word somewhere → synonyms and joined words. Layers instead of a score: the
order can be explained, ties are settled by the default order (rank, name, id), and pages never shift.

Queries are built from our own tokens: raw text never reaches a parser, so quotes, « * » or « AND » have no power.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import tantivy

from essaim.foundation.search.engine import Engine
from essaim.foundation.search.lexicon import Lexicon
from essaim.foundation.search.schema import LONGEST_START
from essaim.foundation.search.synonyms import Synonyms, significant
from essaim.foundation.search.text import Token, stem, tokenize, whole_key

MUST, SHOULD, MUST_NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
PREFIX_FROM = 3
COMMON_WORD = 100_000
"""From so many documents, a word is not extended by synonyms."""
STRICT, MENDED, LOOSE = 0, 1, 2
"""Levels of a plan: as typed; with typos mended even in known words; with some of the words missing."""

Query = tantivy.Query


@dataclass(frozen=True, slots=True)
class Plan:
    """Tiers to show one after the other (`everything` is their union), and what was done to the words.

    `exact`: the first tier is a whole name. `worded`: the query has words (else the default order says it all).
    `mended`: typed word → words searched instead. `ignored`: words that nothing holds. `found` is False when no word of
    the query exists at all.
    """

    tiers: tuple[Query, ...]
    everything: Query
    exact: bool = False
    worded: bool = True
    mended: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    found: bool = True


def any_of(queries: Sequence[Query]) -> Query:
    """One query or the other."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(SHOULD, query) for query in queries])


def all_of(queries: Sequence[Query]) -> Query:
    """All the queries together."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(MUST, query) for query in queries])


def without(query: Query, excluded: Sequence[Query]) -> Query:
    """A query minus others."""
    if not excluded:
        return query
    return Query.boolean_query([(MUST, query), *((MUST_NOT, other) for other in excluded)])


def how_many(searcher: Engine, query: Query) -> int:
    """Number of documents of a query."""
    count: int = searcher.search(query, limit=1).count  # type: ignore[attr-defined]
    return count


class Planner:
    """Builds plans against one state of an index."""

    def __init__(
        self, schema: tantivy.Schema, searcher: Engine, lexicon: Callable[[], Lexicon], synonyms: Synonyms
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._lexicon = lexicon
        self._synonyms = synonyms

    def term(self, field_name: str, value: str) -> Query:
        """One exact term of a text field."""
        return Query.term_query(self._schema, field_name, value, "basic")

    def _known(self, stems: Sequence[str], field_name: str = "text") -> bool:
        return all(self._searcher.doc_freq(field_name, value) for value in stems)

    def plan(self, text: str, level: int = STRICT) -> Plan:
        """The plan of a query; an empty one (or one without any letter) is every document in the default order."""
        code = self._code(text)
        if code:
            return Plan((code,), code, exact=True)
        tokens = significant(tokenize(text))
        if not tokens:
            everything = Query.all_query()
            return Plan((everything,), everything, worded=False)
        if level == LOOSE:
            return self._loose(tokens)
        return self._strict(text, tokens, mend_all=level == MENDED)

    def _code(self, text: str) -> Query | None:
        """The document of an official number, typed with or without spaces, when the index holds that number."""
        code = "".join(c for c in text[:40] if c.isalnum()).upper()
        if len(code) >= 9 and sum(c.isdigit() for c in code) >= 8 and self._searcher.doc_freq("code", code):
            return self.term("code", code)
        return None

    def _options(self, token: Token) -> list[tuple[str, ...]]:
        """Groups of stems of which one is enough: the pieces of the word, or the word in one piece."""
        pieces = tuple(stem(part) for part in token.parts)
        joined = (stem(token.joined),)
        options = [pieces, joined] if joined != pieces and len(token.parts) > 1 else [pieces]
        return [option for option in options if self._known(option)]

    def _mend(self, token: Token, *, last: bool) -> list[tuple[str, ...]]:
        """Words near a word that nothing holds: what it may begin (last word typed), or what it may misspell."""
        word = "".join(token.parts)
        lexicon = self._lexicon()
        begun = lexicon.complete(word, most=8) if last and len(word) >= PREFIX_FROM else []
        near = [found for found in begun if found != word] or lexicon.mend(word)
        return [(found,) for found in near]

    def _strict(self, text: str, tokens: list[Token], *, mend_all: bool) -> Plan:
        options = [self._options(token) for token in tokens]
        covered, spans = self._spans(tokens, options)
        mended: dict[str, tuple[str, ...]] = {}
        ignored: list[str] = []
        for position, token in enumerate(tokens):
            if mend_all or (not options[position] and position not in covered):
                near = self._mend(token, last=position == len(tokens) - 1)
                if near:
                    mended["".join(token.parts)] = tuple(word for (word,) in near)
                    stems = dict.fromkeys((stem(word),) for (word,) in near)
                    options[position] = list(dict.fromkeys([*options[position], *stems]))
                elif not options[position]:
                    ignored.append("".join(token.parts))
        tiers: list[Query] = []
        key = whole_key(text)
        exact = bool(key and self._searcher.doc_freq("whole", key))
        if exact:
            tiers.append(self.term("whole", key))
        present = [group for position, group in enumerate(options) if group or position in covered]
        if present and all(present):
            for name in ("name", "text"):
                tiers.append(all_of([self._group(name, group) for group in present]))
        if spans:
            tiers.append(self._with_spans(options, spans))
        if not tiers:
            nothing = Query.empty_query()
            return Plan((nothing,), nothing, mended=mended, ignored=tuple(ignored), found=False)
        return Plan(tuple(tiers), self._union(tiers), exact, mended=mended, ignored=tuple(ignored))

    def _union(self, tiers: Sequence[Query]) -> Query:
        """All tiers: the last one holds the others, but for exact names spelt in another way (they are looked at)."""
        if len(tiers) == 1:
            return tiers[0]
        outside = how_many(self._searcher, without(tiers[0], tiers[-1:]))
        return any_of([tiers[0], tiers[-1]]) if outside else tiers[-1]

    def _group(self, field_name: str, options: Sequence[Sequence[str]]) -> Query:
        return any_of([all_of([self.term(field_name, value) for value in option]) for option in options])

    def _spans(
        self, tokens: list[Token], options: list[list[tuple[str, ...]]]
    ) -> tuple[set[int], list[tuple[int, int, list[Query]]]]:
        """Stretches with something else to look for: synonyms, and neighbour words written as one somewhere.

        Returns the positions that need no mending because a stretch answers for them, and the stretches.
        """
        spans: list[tuple[int, int, list[Query]]] = []
        taken: set[int] = set()
        for expansion in self._synonyms.expand(tokens):
            if self._is_everywhere(options[expansion.start : expansion.end]):
                continue
            choices = [
                all_of([self.term("text", value) for value in stems]) for stems in expansion.stems if self._known(stems)
            ]
            choices += [
                self.term(f"f_{facet}", value)
                for facet, value in expansion.facets
                if self._searcher.doc_freq(f"f_{facet}", value)
            ]
            if choices:
                spans.append((expansion.start, expansion.end, choices))
                taken.update(range(expansion.start, expansion.end))
        for at in range(len(tokens) - 1):
            if at in taken or at + 1 in taken:
                continue
            joined = stem("".join((*tokens[at].parts, *tokens[at + 1].parts)))
            if self._known((joined,)):
                spans.append((at, at + 2, [self.term("text", joined)]))
                taken.update((at, at + 1))
        covered = {position for position in taken if not options[position]}
        return covered, sorted(spans, key=lambda span: span[0])

    def _is_everywhere(self, stretch: Sequence[Sequence[Sequence[str]]]) -> bool:
        """One word that so many documents hold that its synonyms would only add cost."""
        return len(stretch) == 1 and any(
            len(option) == 1 and self._searcher.doc_freq("text", option[0]) > COMMON_WORD for option in stretch[0]
        )

    def _with_spans(self, options: list[list[tuple[str, ...]]], spans: list[tuple[int, int, list[Query]]]) -> Query:
        groups: list[Query] = []
        at = 0
        for start, end, choices in [*spans, (len(options), len(options), [])]:
            groups += [self._group("text", group) for group in options[at:start] if group]
            if choices:
                stretch = options[start:end]
                literal = [all_of([self._group("text", group) for group in stretch])] if all(stretch) else []
                groups.append(any_of(literal + choices))
            at = end
        return all_of(groups)

    def _loose(self, tokens: list[Token]) -> Plan:
        """At least half of the known words, when all of them together are nowhere."""
        groups = [group for token in tokens if (group := self._options(token))]
        if len(groups) < 2:
            nothing = Query.empty_query()
            return Plan((nothing,), nothing, found=False)
        queries = [(SHOULD, self._group("text", group)) for group in groups]
        fewest = len(groups) // 2
        tiers = tuple(
            Query.boolean_query(queries, minimum_number_should_match=least)
            for least in range(len(groups) - 1, fewest - 1, -1)
        )
        return Plan(tiers, tiers[-1])

    def complete(self, text: str) -> Plan:
        """The plan of a text that is being typed: whole names that begin so, then names that hold its words."""
        tokens = tokenize(text)
        code = self._code(text)
        if code or not tokens:
            nothing = Query.empty_query()
            return Plan((code or nothing,), code or nothing, found=code is not None)
        tiers: list[Query] = []
        key = whole_key(text)
        if key:
            begun = key[:LONGEST_START]
            if self._searcher.doc_freq("start", begun):
                tiers.append(self.term("start", begun))
        *before, last = tokens
        word = "".join(last.parts)
        near = self._lexicon().complete(word) if not text.endswith(" ") else []
        stems = dict.fromkeys([stem(word), *(stem(found) for found in near)])
        known: list[tuple[str, ...]] = [(value,) for value in stems if self._known((value,), "name")]
        known = known or [(stem(found),) for found in self._lexicon().mend(word)]
        groups = [self._options(token) for token in before if not token.is_stop]
        if known and all(groups):
            tiers.append(all_of([self._group("name", group) for group in (*groups, known)]))
        if not tiers:
            nothing = Query.empty_query()
            return Plan((nothing,), nothing, found=False)
        return Plan(tuple(tiers), any_of(tiers))
