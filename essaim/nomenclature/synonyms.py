"""Plain words of residents and what the directory should also look for.

How the search uses an entry: when one of its ``words`` (a whole phrase, compared once folded: accents, plurals, case)
is in the query, ``expands_to`` and the activities of ``naf`` join the query as alternatives. The list is a start: the
officer extends it on her own screen. Catch-all activities are left out of precise entries (« judo » must not find
every sports club): those entries rely on names.
"""

from dataclasses import dataclass
from functools import lru_cache

from essaim.nomenclature.tables import read_rows


@dataclass(frozen=True, slots=True)
class Synonym:
    """One entry. ``words`` are the variants that people type, ``expands_to`` words of names, ``naf`` codes (88.91A)."""

    key: str
    words: tuple[str, ...]
    expands_to: tuple[str, ...]
    naf: tuple[str, ...]
    source: str


@lru_cache(maxsize=1)
def base_synonyms() -> tuple[Synonym, ...]:
    """The synonyms delivered with the application, in the order of the file."""
    columns = ("version", "id", "words", "expands_to", "naf", "source")
    return tuple(
        Synonym(
            row["id"],
            tuple(row["words"].split(" | ")),
            tuple(row["expands_to"].split(" | ")),
            tuple(row["naf"].split()),
            row["source"],
        )
        for row in read_rows("synonyms.csv", columns)
    )
