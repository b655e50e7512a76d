"""The columns of one official file as SQL, cleaned, whether the file has them or not."""

from essaim.stock import clean
from essaim.stock.engine import name
from essaim.stock.source import Source


class Columns:
    """SQL of the columns of one source, present or not, with their types: the cleaned forms that a row needs."""

    def __init__(self, source: Source, alias: str, latest: str) -> None:
        self._types, self._alias, self._latest = source.columns, alias, latest

    def raw(self, column: str) -> str:
        """The column as it stands, NULL when the file lacks it."""
        return f"{self._alias}.{name(column)}" if column in self._types else "CAST(NULL AS VARCHAR)"

    def _kind(self, column: str) -> str:
        return self._types.get(column, "VARCHAR")

    def text(self, column: str) -> str:
        """See `clean.text`."""
        return clean.text(self.raw(column)) if column in self._types else "CAST(NULL AS VARCHAR)"

    def code(self, column: str) -> str:
        """See `clean.code`."""
        return clean.code(self.raw(column)) if column in self._types else "CAST(NULL AS VARCHAR)"

    def day(self, column: str) -> str:
        """See `clean.day`."""
        return clean.day(self.raw(column), self._latest, self._kind(column))

    def absurd(self, column: str) -> str:
        """See `clean.absurd_day`."""
        return clean.absurd_day(self.raw(column), self._latest, self._kind(column))

    def yes(self, column: str) -> str:
        """See `clean.yes`."""
        return clean.yes(self.raw(column), self._kind(column))

    def number(self, column: str) -> str:
        """See `clean.number`."""
        return clean.number(self.raw(column), self._kind(column))

    def year(self, column: str) -> str:
        """See `clean.year`."""
        return clean.year(f"CAST({self.raw(column)} AS VARCHAR)")

    def texts(self, columns: list[str]) -> str:
        """A list of the distinct texts that are there."""
        present = [self.text(column) for column in columns if column in self._types]
        if not present:
            return "CAST([] AS VARCHAR[])"
        return f"list_distinct(list_filter([{', '.join(present)}], lambda given: given IS NOT NULL))"
