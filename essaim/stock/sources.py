"""From what the operator gives (Parquet, CSV, zipped or gzipped CSV, path or URL) to Parquet that DuckDB can prune.

The kind is read in the first bytes, never in the extension. CSV becomes a temporary Parquet of text columns, read by
column name. A file that cannot be read is refused with its name and, for Parquet, the column and the row group.
"""

import csv
import gzip
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, cast

import duckdb

from essaim.foundation.files import sha256_of
from essaim.foundation.spreadsheets import UnreadableTable, read_table
from essaim.stock.archive import SourceFile, now_iso
from essaim.stock.csv_text import CHUNK, checked_text, csv_to_parquet, first_bytes
from essaim.stock.download import Progress, fetch, is_url, published_month
from essaim.stock.engine import Engine, name, quote
from essaim.stock.errors import WrongFile
from essaim.stock.source import Source

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
    head = first_bytes(path)
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
            texts = [checked_text(text, work, source) for text in _unzip(path, work, shown, progress)]
    elif head.startswith(b"\x1f\x8b"):
        progress(f"{shown} : décompression")
        target = work / "gunzipped.csv"
        _copy_all(lambda: cast("IO[bytes]", gzip.GzipFile(path)), target, shown)
        texts = [checked_text(target, work, source)]
    else:
        texts = [checked_text(path, work, source)]
    progress(f"{shown} : lecture du CSV")
    csv_to_parquet(engine, source, texts, work, plain=plain)


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


def _sha256(path: Path, shown: str, progress: Progress) -> str:
    if path.stat().st_size > 200e6:
        progress(f"{shown} : empreinte")
    return sha256_of(path)


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
