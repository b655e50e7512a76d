"""Where an index lives on the disk and how one generation takes the place of another.

`<data dir>/search/<noun>/` holds one folder per generation and `current`, a small file that names the one in service
and counts its commits. It is replaced in one atomic move after each commit, so readers of any process or thread notice
a change with one `stat`. The writer holds `writer.lock`. All of it is a disposable copy: deleting it loses nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from essaim.foundation.files import write_whole
from essaim.foundation.search.errors import REBUILD_HINT, IndexBusy, IndexUnavailable

_POINTER = "current"
_LOCK = "writer.lock"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The generation in service and how many commits it has seen; `fingerprint` is the shape it was built with."""

    generation: str
    commit: int
    fingerprint: str

    @property
    def version(self) -> str:
        """One text that changes with any change of the index."""
        return f"{self.generation}.{self.commit}"


def home(data_dir: Path, noun: str) -> Path:
    """The folder of a noun's index."""
    return Path(data_dir) / "search" / noun


def read_pointer(folder: Path) -> Pointer:
    """The pointer in service; `IndexUnavailable` when there is none or when it is damaged."""
    try:
        raw = json.loads((folder / _POINTER).read_text("utf-8"))
        return Pointer(str(raw["generation"]), int(raw["commit"]), str(raw["fingerprint"]))
    except FileNotFoundError:
        raise IndexUnavailable("L’index de recherche n’existe pas encore. Lancez « essaim directory index ».") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnavailable(
            f"Le repère de l’index de recherche est abîmé ({folder / _POINTER}). {REBUILD_HINT}"
        ) from error


def pointer_stamp(folder: Path) -> tuple[int, int]:
    """A value that changes whenever the pointer does, for the price of one `stat`; (0, 0) when there is none."""
    try:
        found = (folder / _POINTER).stat()
    except OSError:
        return (0, 0)
    return (found.st_ino, found.st_mtime_ns)


def write_pointer(folder: Path, pointer: Pointer) -> None:
    """Put a pointer in service, atomically."""
    write_whole(folder / _POINTER, json.dumps(asdict(pointer)))


@contextlib.contextmanager
def writer_lock(folder: Path, *, patience: float) -> Iterator[None]:
    """Hold the noun's only writer; waits `patience` seconds at most, then raises `IndexBusy`.

    The lock belongs to the open file: it is freed by the system when the process dies.
    """
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with (folder / _LOCK).open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise IndexBusy(
                        "L’index de recherche est déjà en cours d’écriture. Attendez sa fin, puis recommencez."
                    ) from None
                time.sleep(0.05)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


def new_generation(folder: Path) -> Path:
    """An empty folder for a generation that is not in service yet."""
    fresh = folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"
    fresh.mkdir(parents=True)
    return fresh


def remove_old(folder: Path, *, keep: set[str]) -> None:
    """Remove every generation but the kept ones, and what interrupted builds left. Files in use stay readable."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
