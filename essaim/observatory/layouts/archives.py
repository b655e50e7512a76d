"""What a ZIP may be before anything of it is read: by its own table of contents, which bounds what is then unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from essaim.observatory.reading import TooHeavy, WrongFile, cut
from essaim.ui.typography import number

MOST_UNPACKED = 300 << 20
"""Bytes that an archive sent on a page may hold once unpacked."""
MOST_RATIO = 100
"""Times its own weight that an archive sent on a page may hold; the tables of Insee hold some twenty times theirs."""
_WORKBOOK = {"[Content_Types].xml", "content.xml"}
_MAGIC = b"PK\x03\x04"


def check_archive(path: Path, name: str, *, on_page: bool) -> None:
    """Refuse what is no archive of tables: one of archives and, on a page, what it would cost too much to unpack.

    Workbooks are bounded by their own reader. Raises WrongFile, TooHeavy among them.
    """
    with path.open("rb") as handle:
        if handle.read(len(_MAGIC)) != _MAGIC:
            return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError):
        return  # damaged: told by its reader
    names = [item.filename for item in members]
    if _WORKBOOK & set(names):
        return
    inner = [one for one in names if one.lower().endswith(".zip")]
    if inner and not any(one.lower().endswith((".csv", ".txt")) for one in names):
        raise WrongFile(
            f"« {name} » contient d’autres archives : décompressez-la et chargez un seul fichier à la fois "
            f"({', '.join(cut(one) for one in inner[:5])})."
        )
    unpacked = sum(item.file_size for item in members)
    if on_page and unpacked > min(MOST_UNPACKED, MOST_RATIO * path.stat().st_size):
        raise TooHeavy(f"« {name} » : l’archive pèserait {number(unpacked / 1024 / 1024, 0)} Mo une fois décompressée.")
