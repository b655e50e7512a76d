"""The package of an open Flores file: a CSV, or Insee's ZIP with one CSV of data and one of labels."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from essaim.foundation.spreadsheets import guess_delimiter
from essaim.observatory.reading import WrongFile, cut

SNIFFED = 65_536
"""Bytes read to recognise a file."""

HEADER_WITHIN = 30
"""Lines among which the names of the columns are looked for: older files have a title above them."""

MOST_UNPACKED = 8 << 30
"""Bytes of the data once unpacked: the largest file of Insee is under 2 GB."""

MOST_FORMS = 1_000
"""Legal forms that a file may tell: Insee's has fewer than ten."""

WIDE, LONG = "flores_open_wide", "flores_open_long"
_TOTALS = ("ET_", "ETAB_", "EFF_")
_LONG = {"GEO", "FLORES_MEASURE", "OBS_VALUE"}
_MOST_LABELS = 20 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
"""How an archive cut short, damaged, or under a password says so."""


@dataclass(frozen=True, slots=True)
class Package:
    """The data as a file of its own, its layout, the rank of its line of names (from 0), and the labels of its codes.

    `labels`: those of LEGAL_FORM_WITH_PUBLIC, empty without metadata. `member`: the name of the data in its archive.
    """

    data: Path
    layout: str
    header: int
    labels: dict[str, str] = field(default_factory=dict)
    member: str = ""


def sniff(path: Path) -> tuple[str, int] | None:
    """The layout and the rank of the line of names, or None; a ZIP is judged by the CSV of data in it."""
    try:
        with path.open("rb") as handle:
            head = handle.read(SNIFFED)
        if not head.startswith(b"PK\x03\x04"):
            return _layout(head)
        with zipfile.ZipFile(path) as archive:
            for member in _data_members(archive):
                with archive.open(member) as inside:
                    if found := _layout(inside.read(SNIFFED)):
                        return found
    except (OSError, *_BROKEN):
        return None
    return None


def open_package(path: Path, name: str, work: Path) -> Package:
    """Bring the data as a CSV into `work`, under a name of ours. Raises WrongFile when it is not of ours.

    The names of the file and of the member come from whoever sent it: too long for the disk, or a name that serves.
    """
    target = work / "data.csv"
    with path.open("rb") as handle:
        head = handle.read(SNIFFED)
    if not head.startswith(b"PK\x03\x04"):
        target.symlink_to(path.resolve())
        return _package(target, head, name)
    try:
        with zipfile.ZipFile(path) as archive:
            member = _one_member(archive, name)
            with archive.open(member) as inside, target.open("wb") as out:
                shutil.copyfileobj(inside, out, 1 << 20)
            labels = _labels(archive, name)
    except _BROKEN as error:
        raise WrongFile(f"L’archive « {name} » est incomplète ou abîmée : téléchargez-la à nouveau.") from error
    with target.open("rb") as handle:
        head = handle.read(SNIFFED)
    return replace(_package(target, head, name), labels=labels, member=Path(member.filename).name)


def _package(data: Path, head: bytes, name: str) -> Package:
    found = _layout(head)
    if found is None:
        raise WrongFile(
            f"« {name} » n’est pas un fichier Flores par commune : ni CODGEO avec ET_…, ETAB_… ou EFF_…, ni GEO, "
            "FLORES_MEASURE et OBS_VALUE dans ses colonnes."
        )
    return Package(data, *found)


def _layout(head: bytes) -> tuple[str, int] | None:
    text = _text(head)
    delimiter = guess_delimiter(text)
    for rank, line in enumerate(text.splitlines()[:HEADER_WITHIN]):
        columns = {cell.strip().strip('"').upper() for cell in line.split(delimiter)}
        if columns >= _LONG:
            return LONG, rank
        if "CODGEO" in columns and any(column.startswith(_TOTALS) for column in columns):
            return WIDE, rank
    return None


def _text(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw[: len(raw) // 2 * 2].decode("utf-16", errors="replace")
    return raw.decode("utf-8-sig", errors="replace")


def _data_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [
        item
        for item in archive.infolist()
        if not item.is_dir()
        and item.filename.lower().endswith((".csv", ".txt"))
        and "__MACOSX" not in item.filename
        and "meta" not in Path(item.filename).name.lower()
    ]


def _one_member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = _data_members(archive)
    if len(members) != 1:
        inner = [item.filename for item in archive.infolist() if item.filename.lower().endswith(".zip")]
        what = "contient d’autres archives" if inner else f"contient {len(members)} fichiers de données"
        hint = _listed(inner or [member.filename for member in members])
        raise WrongFile(f"« {name} » {what} : décompressez-la et chargez un seul fichier à la fois{hint}.")
    if members[0].file_size > MOST_UNPACKED:
        raise WrongFile(f"« {name} » : le fichier décompressé dépasserait {MOST_UNPACKED >> 30} Go.")
    return members[0]


def _listed(names: Sequence[str]) -> str:
    return f" ({', '.join(cut(name) for name in names[:5])})" if names else ""


def _labels(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Labels of the legal forms in Insee's metadata: COD_VAR, LIB_VAR, COD_MOD, LIB_MOD."""
    found: dict[str, str] = {}
    for item in archive.infolist():
        if not item.filename.lower().endswith("_metadata.csv") or item.file_size > _MOST_LABELS:
            continue
        text = _decoded(archive.read(item))
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=guess_delimiter(text)):
            said = {(key or "").strip().upper(): str(value or "").strip() for key, value in row.items()}
            if said.get("COD_VAR") == "LEGAL_FORM_WITH_PUBLIC" and said.get("COD_MOD"):
                found[said["COD_MOD"]] = said.get("LIB_MOD", "")
                if len(found) > MOST_FORMS:
                    raise WrongFile(f"« {name} » : ses métadonnées donnent plus de {MOST_FORMS} formes juridiques.")
    return found


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
