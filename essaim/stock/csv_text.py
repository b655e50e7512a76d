"""From a CSV text to a Parquet of text columns, read by column name: encoding, header, lines that cannot be cut."""

import codecs
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb

from essaim.foundation.spreadsheets import guess_delimiter
from essaim.stock.engine import Engine, name, quote
from essaim.stock.errors import WrongFile
from essaim.stock.source import Source

CHUNK = 4 << 20
MAX_LINE = 2 << 20  # bytes; sixteen of them make one of DuckDB’s read buffers
MAX_WRONG_CELLS = 100_000  # kept in memory, some 1 KB each
MAX_COLUMNS = 1_000  # the widest official file has a hundred and some
MAX_REJECTED = 0.001  # share of unreadable CSV lines above which the whole file is refused

_WHY = {
    "MISSING COLUMNS": "qui a moins de cellules que la ligne des noms",
    "TOO MANY COLUMNS": "qui a plus de cellules que la ligne des noms",
    "UNQUOTED VALUE": "dont un guillemet n’est pas refermé",
    "LINE SIZE OVER MAXIMUM": "qui est trop longue",
}
"""What DuckDB says of a line that it rejects."""
_XML_START = (b"<!doctype", b"<html", b"<?xml")


def first_bytes(path: Path) -> bytes:
    """What a file begins with: enough to tell its kind."""
    with path.open("rb") as handle:
        return handle.read(4096)


def checked_text(path: Path, work: Path, source: Source) -> Path:
    """Return a UTF-8 version of a text: itself when it is UTF-8 already, else transcoded (UTF-16, Windows-1252)."""
    shown = source.origin.name
    head = first_bytes(path)
    bare = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if bare.startswith(_XML_START):
        raise WrongFile(
            f"« {shown} » est une page web (souvent un message d’erreur du serveur), pas un fichier de données : "
            "vérifiez l’adresse ou téléchargez le fichier à nouveau."
        )
    utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not utf16 and b"\0" in head:
        raise WrongFile(f"« {shown} » n’est ni un fichier Parquet ni un texte CSV.")
    if not utf16 and _is_utf8(path):
        return path
    encoding, said = ("utf-16", "UTF-16") if utf16 else ("cp1252", "Latin-1 (Windows-1252)")
    source.notes.append(f"texte en {said}, converti en UTF-8")
    target = work / f"{path.stem}-utf8.csv"
    with path.open("rb") as raw, target.open("w", encoding="utf-8", newline="") as out:
        decoder = codecs.getincrementaldecoder(encoding)("strict" if utf16 else "latin1_holes")
        try:
            for chunk in iter(lambda: raw.read(CHUNK), b""):
                out.write(decoder.decode(chunk))
            out.write(decoder.decode(b"", final=True))
        except UnicodeDecodeError as error:
            raise WrongFile(f"« {shown} » : l’encodage du texte n’est pas lisible.") from error
    return target


def _latin1_holes(error: UnicodeError) -> tuple[str, int]:
    """The five bytes that Windows-1252 leaves undefined are read as Latin-1 control characters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("latin1_holes", _latin1_holes)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        try:
            for chunk in iter(lambda: handle.read(CHUNK), b""):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def csv_to_parquet(engine: Engine, source: Source, texts: list[Path], work: Path, *, plain: bool) -> None:
    """Turn texts of the same columns into the Parquet files of the source; `plain` counts lost lines first.

    Raises WrongFile for a text that is no table, or that lacks too many lines.
    """
    shown = source.origin.name
    for rank, text in enumerate(texts):
        delimiter, columns, skipped, title = _header(text, shown)
        if skipped:
            source.title = title
            source.notes.append(f"{skipped} ligne(s) de titre avant les noms de colonnes")
        target = work / f"table-{rank:04d}.parquet"
        listed = ", ".join(f"{quote(column)}: 'VARCHAR'" for column in columns)
        blank = " AND ".join(f"{name(column)} IS NULL" for column in columns)
        reading = (
            f"{quote(text)}, auto_detect = false, header = false, skip = {skipped + 1}, "
            f"delim = {quote(delimiter)}, quote = '\"', escape = '\"', all_varchar = true, nullstr = '', "
            f"null_padding = false, strict_mode = false, max_line_size = {MAX_LINE}, columns = {{{listed}}}"
        )
        try:
            if plain:
                rows = engine.value(f"SELECT count(*) FROM read_csv({reading}, ignore_errors = true)")
                _check_plain(text, shown, rows, delimiter=delimiter, width=len(columns), skipped=skipped + 1)
            # Order is kept: INSEE's files are sorted by SIREN and the extraction profits from it.
            engine.run("SET preserve_insertion_order = true")
            engine.run(
                f"COPY (SELECT * FROM read_csv({reading}, store_rejects = true) WHERE NOT ({blank})) "
                f"TO {quote(target)} (FORMAT parquet, COMPRESSION lz4_raw)"
            )
            # Counted by DuckDB: of a hostile file, millions of lines are wrong.
            rejected = engine.value("SELECT count(DISTINCT line) FROM reject_errors")
            examples = engine.rows(
                "SELECT line, CAST(arg_min(error_type, column_idx) AS VARCHAR) FROM reject_errors "
                "GROUP BY line ORDER BY line LIMIT 5"
            )
        except duckdb.Error as error:
            if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException):
                raise
            raise WrongFile(f"« {shown} » n’est pas un CSV lisible : {_first_line(error)}") from error
        finally:
            engine.run("SET preserve_insertion_order = false")
        engine.run("DROP TABLE IF EXISTS reject_errors")
        engine.run("DROP TABLE IF EXISTS reject_scans")
        if text.parent == work:  # a temporary text: its room is needed
            text.unlink()
        source.files.append(target)
        source.rejected += rejected
        if examples and not source.rejected_why:
            source.rejected_why = _WHY.get(examples[0][1], "que l’on ne peut pas découper en cellules")
        source.rejected_examples += [f"ligne {line}" for line, _ in examples[: 5 - len(source.rejected_examples)]]
    described = [engine.rows(f"DESCRIBE SELECT * FROM read_parquet({quote(path)})") for path in source.files]
    if any(columns != described[0] for columns in described):
        raise WrongFile(f"Les fichiers réunis dans « {shown} » n’ont pas tous les mêmes colonnes.")
    source.columns = {row[0]: row[1] for row in described[0]}
    read = engine.value(f"SELECT count(*) FROM {source.relation}")
    if source.rejected > MAX_REJECTED * (read + source.rejected) and source.rejected > 5:
        raise WrongFile(
            f"« {shown} » : {source.rejected} lignes sont illisibles ({', '.join(source.rejected_examples)}…). "
            "Le fichier est abîmé ou n’est pas celui attendu."
        )


def _check_plain(text: Path, shown: str, rows: int, *, delimiter: str, width: int, skipped: int) -> None:
    """Refuse a text with too many wrong lines before DuckDB keeps what is wrong with each cell of each.

    That store obeys no limit of memory: 2.6 GB for 400 000 lines of one cell where nine were due.
    """
    lines = _count_lines(text) - skipped
    lost = lines - rows
    if lost <= max(5, min(int(MAX_REJECTED * lines), MAX_WRONG_CELLS // width)):
        return
    first = _first_short(text, delimiter, width, skipped)
    at = f" ; la première est la ligne {first}, {_WHY['MISSING COLUMNS']}" if first else ""
    raise WrongFile(
        f"« {shown} » : {lost} lignes sont illisibles{at}. Le fichier est abîmé ou n’est pas celui attendu."
    )


def _count_lines(text: Path) -> int:
    """How many lines have something on them."""
    number, before = 0, b"\n"
    with text.open("rb") as handle:
        while chunk := handle.read(CHUNK // 8):
            joined = before + chunk.replace(b"\r", b"")
            number += len(re.findall(rb"\n[^\n]", joined))
            before = joined[-1:]
    return number


def _first_short(text: Path, delimiter: str, width: int, skipped: int) -> int | None:
    """The rank of the first line with too few cells, counted from 1."""
    with text.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.reader(handle, delimiter=delimiter)
        try:
            for cells in reader:
                if reader.line_num > skipped and 0 < len(cells) < width:
                    return reader.line_num
        except csv.Error:
            pass
    return None


def _header(path: Path, shown: str) -> tuple[str, list[str], int, str]:
    """Return the separator, the column names, how many title lines stand before them, and their text.

    The header is the first, among the first thirty lines, of those with the most filled cells, none a bare number.
    A name written twice gets its rank as a suffix.
    """
    with path.open("rb") as handle:
        lines = [handle.readline(MAX_LINE).decode("utf-8-sig") for _ in range(31)]
    whole = lines[:-1] if lines[-1] else lines
    text = "".join(whole)
    delimiter = guess_delimiter(text)
    csv.field_size_limit(MAX_LINE)
    best: tuple[int, list[str], int] | None = None
    for cells, number in _numbered(text, delimiter):
        if len(cells) > MAX_COLUMNS:
            raise WrongFile(f"« {shown} » a plus de {MAX_COLUMNS} colonnes : ce n’est pas le fichier attendu.")
        filled = [cell for cell in cells if cell]
        wordy = all(not re.fullmatch(r"[\d\s.,/:+\-]+", cell) for cell in filled)
        if filled and wordy and (best is None or len(set(filled)) > best[0]):
            best = (len(set(filled)), cells, number)
    if best is None:
        raise WrongFile(f"« {shown} » : la ligne des noms de colonnes est introuvable.")
    columns: list[str] = []
    taken: set[str] = set()
    for rank, cell in enumerate(best[1], start=1):
        columns.append(cell if cell and cell.lower() not in taken else f"{cell or 'colonne'}_{rank}")
        taken.add(columns[-1].lower())
    return delimiter, columns, best[2], " ".join("".join(whole[: best[2]]).split())


def _numbered(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each row with the number of physical lines before it."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            yield [cell.strip() for cell in cells], before
            before = reader.line_num
    except csv.Error:
        return


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:300]
