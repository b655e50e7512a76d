"""The load gate: what must hold before a new file replaces the one in service."""

from pathlib import Path

import duckdb

from essaim.stock.archive import Manifest
from essaim.stock.engine import Engine, name, quote
from essaim.stock.errors import GateRefusal, WrongFile

FLOOR = 0.98  # of the rows in service


def check_readable(engine: Engine, path: Path, columns: tuple[str, ...], shown: str) -> int:
    """Read every value of a written file back and return its number of rows.

    Raises WrongFile when a column is missing or a value cannot be read back: a disk that lies is seen here.
    """
    relation = f"read_parquet({quote(path)})"
    try:
        present = {row[0] for row in engine.rows(f"DESCRIBE SELECT * FROM {relation}")}
        missing = [column for column in columns if column not in present]
        if missing:
            raise WrongFile(f"« {shown} » n’a pas la colonne {missing[0]}.")
        sums = ", ".join(f"sum(hash({name(column)}) % 1000)" for column in columns)
        return int(engine.row(f"SELECT count(*), {sums} FROM {relation}")[0])
    except duckdb.Error as error:
        raise WrongFile(f"« {shown} » vient d’être écrit mais ne se relit pas : vérifiez le disque.") from error


def check_shrink(rows: int, former: Manifest | None, what: str, *, accept_shrink: bool) -> None:
    """Refuse an empty file, always, and one with under 98 % of the former rows unless ``accept_shrink``."""
    if rows == 0:
        raise GateRefusal(f"{what} serait vide : rien n’a été remplacé. Vérifiez que les deux fichiers vont ensemble.")
    if former is None or accept_shrink or rows >= FLOOR * former.rows:
        return
    raise GateRefusal(
        f"{what} aurait {rows} lignes contre {former.rows} en service (millésime {former.vintage}), "
        f"soit {_percent(rows / former.rows, 1)} : moins de {_percent(FLOOR, 0)}, rien n’a été remplacé. "
        "Si cette baisse est voulue, relancez avec --accept-shrink."
    )


def _percent(share: float, decimals: int) -> str:
    """A share as French writes it: « 97,5 % »."""
    return f"{share * 100:.{decimals}f}\u00a0%".replace(".", ",")
