"""From what the operator gives (Parquet, CSV, zipped or gzipped CSV, path or URL) to Parquet that DuckDB can prune.

The kind is read in the first bytes, never in the extension. CSV becomes a temporary Parquet of text columns, read by
column name. A file that cannot be read is refused with its name and, for Parquet, the column and the row group.
"""

import codecs
import csv
import gzip
import hashlib
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import duckdb

from essaim.foundation.spreadsheets import UnreadableTable, guess_delimiter, read_table
from essaim.stock.archive import SourceFile, now_iso
from essaim.stock.download import Progress, fetch, is_url, published_month
from essaim.stock.engine import Engine, name, quote
from essaim.stock.errors import WrongFile

CHUNK = 4 << 20
MAX_LINE = 2 << 20  # bytes; sixteen of them make one of DuckDB’s read buffers
MAX_WRONG_CELLS = 100_000  # kept in memory, some 1 KB each
MAX_COLUMNS = 1_000  # the widest official file has a hundred and some
MAX_REJECTED = 0.001  # share of unreadable CSV lines above which the whole file is refused
SIDE_NOTE = ".fictif"  # « x.csv.fictif » beside « x.csv » says that its rows are invented

_WRONG = (
    (b"%PDF", "un document PDF"),
    (b"\xd0\xcf\x11\xe0", "un classeur ou un document Office ancien"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"7z\xbc\xaf", "une archive 7z"),
    (b"\x28\xb5\x2f\xfd", "une archive zstd"),
    (b"Rar!", "une archive RAR"),
)
_WHY = {
    "MISSING COLUMNS": "qui a moins de cellules que la ligne des noms",
    "TOO MANY COLUMNS": "qui a plus de cellules que la ligne des noms",
    "UNQUOTED VALUE": "dont un guillemet n’est pas refermé",
    "LINE SIZE OVER MAXIMUM": "qui est trop longue",
}
"""What DuckDB says of a line that it rejects."""
_XML_START = (b"<!doctype", b"<html", b"<?xml")


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


def open_source(
    engine: Engine,
    location: str,
    *,
    role: str,
    work: Path,
    downloads: Path,
    progress: Progress,
    called: str = "",
    plain: bool = False,
) -> Source:
    """Fetch when needed, recognise, unpack, and describe one source. Raises WrongFile or DownloadFailed.

    `called`: how messages name the file, when it is not by its own name. `plain`: each row is one line of the text, and
    whoever sends it may be hostile (`_check_plain`).
    """
    path = fetch(location, downloads, progress) if is_url(location) else Path(location)
    shown = called or (Path(location).name if not is_url(location) else path.name.split("-", 1)[-1])
    if not path.is_file():
        raise WrongFile(f"Le fichier « {location} » n’existe pas.")
    origin = SourceFile(role, shown, location, path.stat().st_size, _sha256(path, shown, progress))
    source = Source(origin, [], fictitious=path.with_name(path.name + SIDE_NOTE).exists())
    source.published = published_month(path) if is_url(location) else None
    try:
        _recognise(engine, source, path, work / role, progress, plain=plain)
    except WrongFile:
        if is_url(location):  # what was fetched whole is still the wrong thing: do not keep it as good
            path.unlink(missing_ok=True)
        raise
    source.rows = engine.value(f"SELECT count(*) FROM {source.relation}")
    if source.rows == 0 and source.rejected:
        raise WrongFile(
            f"« {shown} » : aucune de ses lignes ne se lit ; la première est la {source.rejected_examples[0]}, "
            f"{source.rejected_why}. Téléchargez le fichier à nouveau."
        )
    if source.rows == 0:
        raise WrongFile(f"« {shown} » ne contient aucune ligne.")
    return source


def latest_vintage(sources: Iterable[Source]) -> str:
    """The vintage of files that nobody named: the last month in which a server published one, else this month."""
    return max((source.published for source in sources if source.published), default=now_iso()[:7])


def _recognise(engine: Engine, source: Source, path: Path, work: Path, progress: Progress, *, plain: bool) -> None:
    shown = source.origin.name
    head = _head(path)
    if not head.strip():
        raise WrongFile(f"« {shown} » est vide.")
    for magic, what in _WRONG:
        if head.startswith(magic):
            raise WrongFile(f"« {shown} » est {what} : un fichier Parquet ou CSV (zip ou gz compris) est attendu.")
    if head.startswith(b"PAR1"):
        _open_parquet(engine, source, path)
        return
    work.mkdir(parents=True, exist_ok=True)
    if head.startswith(b"PK\x03\x04"):
        if _is_workbook(path, shown):
            texts = [_workbook_to_csv(path, work, shown)]
        else:
            texts = [_checked_text(text, work, source) for text in _unzip(path, work, shown, progress)]
    elif head.startswith(b"\x1f\x8b"):
        progress(f"{shown} : décompression")
        target = work / "gunzipped.csv"
        _copy_all(lambda: cast("IO[bytes]", gzip.GzipFile(path)), target, shown)
        texts = [_checked_text(target, work, source)]
    else:
        texts = [_checked_text(path, work, source)]
    progress(f"{shown} : lecture du CSV")
    _csv_to_parquet(engine, source, texts, work, plain=plain)


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _open_parquet(engine: Engine, source: Source, path: Path) -> None:
    shown = source.origin.name
    source.files = [path]
    try:
        source.columns = {row[0]: row[1] for row in engine.rows(f"DESCRIBE SELECT * FROM {source.relation}")}
        marks = engine.rows(
            f"SELECT lower(decode(value)) FROM parquet_kv_metadata({quote(path)}) WHERE decode(key) = 'fictif'"
        )
    except duckdb.Error as error:
        raise WrongFile(f"« {shown} » commence comme un fichier Parquet mais sa fin est absente ou abîmée.") from error
    source.fictitious = source.fictitious or ("true",) in marks


def diagnose(engine: Engine, source: Source, columns: tuple[str, ...]) -> WrongFile | None:
    """Look for the column and the row group that cannot be read, after a query over a source failed.

    Returns the refusal to raise, or None when the whole file reads well (the failure comes from elsewhere).
    """
    present = [column for column in columns if column in source.columns]
    for path in source.files:
        try:
            groups = engine.rows(
                "SELECT row_group_id, any_value(row_group_num_rows) "
                f"FROM parquet_metadata({quote(path)}) GROUP BY 1 ORDER BY 1"
            )
        except duckdb.Error:
            return WrongFile(f"« {source.origin.name} » : la table des matières du fichier Parquet est illisible.")
        start = 0
        for group, rows in groups:
            for column in present:
                try:
                    engine.run(
                        f"SELECT sum(hash({name(column)})) FROM read_parquet({quote(path)}, file_row_number = true) "
                        f"WHERE file_row_number >= {start} AND file_row_number < {start + rows}"
                    )
                except duckdb.Error:
                    return WrongFile(
                        f"« {source.origin.name} » : la colonne {column} est illisible dans le groupe de lignes "
                        f"n° {group} (lignes {start + 1} à {start + rows}). Téléchargez le fichier à nouveau."
                    )
            start += rows
    return None


# --- compressed and plain text ---------------------------------------------------------------------------------------


def _head(path: Path) -> bytes:
    with path.open("rb") as handle:
        return handle.read(4096)


def _sha256(path: Path, shown: str, progress: Progress) -> str:
    if path.stat().st_size > 200e6:
        progress(f"{shown} : empreinte")
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _is_workbook(path: Path, shown: str) -> bool:
    """Whether a zip is an XLSX or ODS workbook."""
    with _zip(path, shown) as archive:
        names = set(archive.namelist())
    return "[Content_Types].xml" in names or "content.xml" in names


def _workbook_to_csv(path: Path, work: Path, shown: str) -> Path:
    try:
        table = read_table(path, shown)
    except UnreadableTable as error:
        raise WrongFile(str(error)) from error
    target = work / "workbook.csv"
    with target.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(table.columns)
        writer.writerows(table.rows)
    return target


def _zip(path: Path, shown: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise WrongFile(f"L’archive « {shown} » est incomplète ou abîmée : téléchargez-la à nouveau.") from error


def _unzip(path: Path, work: Path, shown: str, progress: Progress) -> list[Path]:
    """Unpack the tables of a zip (RNA comes as one file a département); their checksums are verified on the way."""
    with _zip(path, shown) as archive:
        members = [
            item
            for item in archive.infolist()
            if not item.is_dir()
            and item.filename.lower().endswith((".csv", ".txt"))
            and "__MACOSX" not in item.filename
        ]
        if not members:
            raise WrongFile(f"L’archive « {shown} » ne contient aucun fichier CSV.")
        texts = []
        for rank, item in enumerate(members):
            progress(f"{shown} : décompression de {Path(item.filename).name}")
            target = work / f"member-{rank:04d}.csv"
            _copy_all(_opener(archive, item), target, shown)
            if target.stat().st_size:
                texts.append(target)
    if not texts:
        raise WrongFile(f"L’archive « {shown} » ne contient que des fichiers vides.")
    return texts


def _opener(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(item)


def _copy_all(opener: Callable[[], IO[bytes]], target: Path, shown: str) -> None:
    try:
        with opener() as compressed, target.open("wb") as out:
            shutil.copyfileobj(compressed, out, CHUNK)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "password" not in str(error):
            raise
        raise WrongFile(f"L’archive « {shown} » est incomplète ou abîmée : téléchargez-la à nouveau.") from error


def _checked_text(path: Path, work: Path, source: Source) -> Path:
    """Return a UTF-8 version of a text: itself when it is UTF-8 already, else transcoded (UTF-16, Windows-1252)."""
    shown = source.origin.name
    head = _head(path)
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


# --- CSV → Parquet ---------------------------------------------------------------------------------------------------


def _csv_to_parquet(engine: Engine, source: Source, texts: list[Path], work: Path, *, plain: bool) -> None:
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
