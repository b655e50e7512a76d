"""What is already in place of the demonstration. Light on purpose: a second `essaim demo` asks it each time."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.directory.models import SyncRun
from essaim.stock.archive import Archive

MARK = "marque.json"


def code_version() -> str:
    """A fingerprint of the directory's generator."""
    return fingerprint("essaim.directory.demo")


@lru_cache
def fingerprint(package: str) -> str:
    """A fingerprint of a generator: its code and its data, not the rest of the house."""
    root = files(package)
    digest = hashlib.sha256()
    for folder in (root, root / "data"):
        for entry in sorted(folder.iterdir() if folder.is_dir() else (), key=lambda item: item.name):
            if entry.is_file() and entry.name.endswith((".py", ".csv", ".toml")):
                digest.update(entry.name.encode() + entry.read_bytes())
    return digest.hexdigest()[:16]


def folder_of(data_dir: Path) -> Path:
    """Where the generated files stay."""
    return data_dir / "demo"


def write_mark(folder: Path) -> None:
    """Say of which seed and which generator this folder's files are."""
    (folder / MARK).write_text(json.dumps(_mark()), encoding="utf-8")


def is_generated(folder: Path) -> bool:
    """Whether the folder holds the files of this seed and this generator."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return bool(mark == _mark())


def is_in_place() -> bool:
    """Whether files, extract, synchronised territory and index of this seed and this generator are all there."""
    data_dir = Path(settings.DATA_DIR)
    extract = Archive(data_dir).current()
    return (
        is_generated(folder_of(data_dir))
        and any((data_dir / "search").glob("*/current"))
        and extract is not None
        and extract.fictitious
        and SyncRun.objects.filter(territory=settings.DEMO_TERRITORY, fictitious=True).exists()
    )


def _mark() -> dict[str, Any]:
    return {"seed": settings.DEMO_SEED, "code": code_version()}
