"""The officer's spreadsheet: columns, lines, and the structure each line means. Pure: no database.

The caller gives the table and the structures of the territory; it gets a verdict per line, and writes.
"""

from essaim.directory.contacts_import.columns import Columns, NotContacts, Role, recognise
from essaim.directory.contacts_import.lines import Line, read_lines
from essaim.directory.contacts_import.matching import (
    CANDIDATES,
    Judged,
    KnownPlace,
    Matcher,
    NamePool,
    Verdict,
    counts,
    judge_all,
    likeness,
    telling_words,
)

__all__ = [
    "CANDIDATES",
    "Columns",
    "Judged",
    "KnownPlace",
    "Line",
    "Matcher",
    "NamePool",
    "NotContacts",
    "Role",
    "Verdict",
    "counts",
    "judge_all",
    "likeness",
    "read_lines",
    "recognise",
    "telling_words",
]
