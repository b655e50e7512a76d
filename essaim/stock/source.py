"""One readable source of rows: what the pipeline knows of it, wherever it came from."""

from dataclasses import dataclass, field
from pathlib import Path

from essaim.stock.archive import SourceFile
from essaim.stock.engine import quote
from essaim.stock.errors import WrongFile


@dataclass(slots=True)
class Source:
    """A readable source: its Parquet ``files``, their ``columns`` and ``rows``, and where they come from.

    ``rejected`` counts the CSV lines that could not be cut into cells, with some of them in ``rejected_examples`` and
    what is wrong with the first in ``rejected_why``.
    ``notes`` says in French what was repaired on the way (encoding, header further down); ``title`` is the text that
    stood above the column names; ``published`` is the month of a fetched file, when its server says it.
    """

    origin: SourceFile
    files: list[Path]
    columns: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    fictitious: bool = False
    rejected: int = 0
    rejected_examples: list[str] = field(default_factory=list)
    rejected_why: str = ""
    notes: list[str] = field(default_factory=list)
    title: str = ""
    published: str | None = None

    @property
    def relation(self) -> str:
        """The SQL that reads it."""
        return f"read_parquet([{', '.join(quote(path) for path in self.files)}])"

    def require(self, needed: tuple[str, ...]) -> None:
        """Raise WrongFile, naming the file and the columns, unless every needed column is there."""
        missing = [column for column in needed if column not in self.columns]
        if missing:
            plural = "s" if len(missing) > 1 else ""
            raise WrongFile(
                f"« {self.origin.name} » n’a pas la colonne{plural} attendue{plural} : {', '.join(missing)}. "
                "Vérifiez que c’est le bon fichier."
            )
