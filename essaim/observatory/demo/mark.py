"""Which generator made the files of the observatory. Light: a second `essaim demo` asks it each time."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from essaim.directory.demo.mark import code_version as employers_version
from essaim.directory.demo.mark import fingerprint, folder_of

MARK = "marque.txt"


def version() -> str:
    """A fingerprint of the observatory's generator and steps."""
    return fingerprint("essaim.observatory.demo")


def files_folder(data_dir: Path) -> Path:
    """Where the generated files stay: beside those of the directory, from whose employers they are made."""
    return folder_of(data_dir) / "observatoire"


def is_generated(folder: Path) -> bool:
    """Whether the folder holds the files of this seed and these generators."""
    try:
        return (folder / MARK).read_text(encoding="utf-8") == _text()
    except FileNotFoundError:
        return False


def write_mark(folder: Path) -> None:
    """Say of which seed and which generators this folder's files are."""
    (folder / MARK).write_text(_text(), encoding="utf-8")


def _text() -> str:
    return f"{settings.DEMO_SEED} {employers_version()} {version()}\n"
