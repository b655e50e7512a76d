"""Where the extracts live, which one is in service, and how one replaces another without a moment of doubt.

Layout under ``<data dir>/stock``: ``current.json`` names what is in service; ``extracts/<vintage>/<NNN>/`` and
``labels/<kind>/<vintage>/<NNN>/`` archive every run; ``downloads/`` keeps fetched files; ``work/`` holds the run in
progress. A run writes in ``work``, is checked there, is moved whole into the archive by one rename, then
``current.json`` is replaced by another: whatever the moment of an interruption, a complete extract is in service.
"""

import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from essaim.foundation.files import sync, write_whole
from essaim.stock.errors import Busy, StockError

EXTRACT = "extract"
_VINTAGE = re.compile(r"(19[7-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])")


def default_data_dir() -> Path:
    """The installation's data dir: ESSAIM_DATA_DIR, else ``.data`` at the root of the checkout, as in the settings."""
    given = os.environ.get("ESSAIM_DATA_DIR")
    return Path(given).resolve() if given else Path(__file__).resolve().parents[2] / ".data"


def check_vintage(text: str) -> str:
    """Return a vintage « AAAA-MM ». Raises StockError for anything else."""
    if not _VINTAGE.fullmatch(text):
        raise StockError(f"Millésime « {text} » inconnu : écrivez l’année et le mois, par exemple 2026-11.")
    return text


def vintage_day(vintage: str) -> date:
    """The first day of a vintage: the date that its facts carry."""
    return date.fromisoformat(f"{check_vintage(vintage)}-01")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file that an import read. ``location`` is the path or the URL given, ``size`` is in bytes."""

    role: str
    name: str
    location: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The identity card of an archived run, kept beside its data as ``manifest.json``.

    ``kind`` is « extract » or the kind of a label list; ``rows`` counts the rows of the main file, which the load gate
    compares; ``path`` is the folder, filled when read.
    """

    kind: str
    vintage: str
    rows: int
    fictitious: bool
    perimeter_version: str
    imported_at: str
    sources: tuple[SourceFile, ...]
    report: dict[str, Any] = field(default_factory=dict)
    path: Path = Path()

    def save(self, folder: Path) -> None:
        """Write the card in a run's folder."""
        card = asdict(self)
        del card["path"]
        write_whole(folder / "manifest.json", json.dumps(card, ensure_ascii=False, indent=1))


def load_manifest(folder: Path) -> Manifest:
    """Read the card of an archived run. Raises StockError when the folder is damaged."""
    try:
        card = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        sources = tuple(SourceFile(**source) for source in card.pop("sources"))
        return Manifest(**card, sources=sources, path=folder)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StockError(f"L’archive « {folder} » est abîmée : relancez un import ou remettez-en une autre.") from error


def now_iso() -> str:
    """This instant, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Archive:
    """The stock of one data dir."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "stock"

    @property
    def downloads(self) -> Path:
        """Folder of the fetched files, kept so that a second import of the same file costs no download."""
        return self.root / "downloads"

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Lock the stock, sweep what an interrupted run left, and lend a folder that disappears at the end.

        Raises Busy when another import runs.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy("Un autre import est en cours dans ce dossier : attendez sa fin, puis relancez.") from error
            work = self.root / "work"
            shutil.rmtree(work, ignore_errors=True)
            folder = work / f"{os.getpid()}"
            folder.mkdir(parents=True)
            try:
                yield folder
            finally:
                shutil.rmtree(work, ignore_errors=True)

    def current(self, kind: str = EXTRACT) -> Manifest | None:
        """The card of what is in service for a kind, or None."""
        place = self._pointer().get(kind)
        return load_manifest(self.root / place) if place else None

    def current_labels(self, *, beside_invented: bool = True) -> dict[str, Manifest]:
        """The cards of the label lists in service, by kind.

        Without ``beside_invented`` the invented lists of a demonstration are left out: they never adorn a real extract.
        """
        found = {kind: load_manifest(self.root / place) for kind, place in self._pointer().items() if kind != EXTRACT}
        return {kind: card for kind, card in found.items() if beside_invented or not card.fictitious}

    def archived(self, kind: str = EXTRACT) -> list[Manifest]:
        """Every archived run of a kind, the newest vintage (then run) first."""
        shelf = self._shelf(kind)
        folders = sorted(shelf.glob("*/*/manifest.json"), reverse=True)
        return [load_manifest(path.parent) for path in folders]

    def kinds(self) -> list[str]:
        """The kinds that have at least one archived run, the extract first."""
        labels = self.root / "labels"
        found = sorted(path.name for path in labels.iterdir()) if labels.is_dir() else []
        return [EXTRACT, *found]

    def put_in_service(self, folder: Path, manifest: Manifest, on_switch: Callable[[], None] = lambda: None) -> Path:
        """Move a finished run from the workspace into the archive, then point to it. Returns its place.

        ``on_switch`` is called just before: from there on, the run has succeeded.
        """
        manifest.save(folder)
        for path in folder.iterdir():
            sync(path)
        shelf = self._shelf(manifest.kind) / manifest.vintage
        shelf.mkdir(parents=True, exist_ok=True)
        number = 1 + max((int(path.name) for path in shelf.iterdir() if path.name.isdigit()), default=0)
        place = shelf / f"{number:03d}"
        folder.rename(place)
        sync(shelf)
        on_switch()
        self.point_to(manifest.kind, place)
        return place

    def point_to(self, kind: str, place: Path) -> None:
        """Put an archived run in service, by one atomic rename."""
        pointer = self._pointer() | {kind: str(place.relative_to(self.root))}
        write_whole(self.root / "current.json", json.dumps(pointer, indent=1, sort_keys=True))

    def prune(self, keep: int) -> list[Manifest]:
        """Delete old runs: of each kind stay the one in service and the ``keep`` latest others. Returns what went.

        Each goes by one rename, then is swept with the workspace: an interruption leaves no run half there.
        """
        gone: list[Manifest] = []
        with self.workspace() as work:
            for kind in self.kinds():
                served = self.current(kind)
                others = [run for run in self.archived(kind) if served is None or run.path != served.path]
                for run in others[max(keep, 0) :]:
                    run.path.rename(work / f"gone-{len(gone)}")
                    gone.append(run)
        return gone

    def _pointer(self) -> dict[str, str]:
        path = self.root / "current.json"
        try:
            pointer: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:
            raise StockError(
                f"Le fichier « {path} » est abîmé : remettez un extrait avec « stock rollback »."
            ) from error
        return pointer

    def _shelf(self, kind: str) -> Path:
        return self.root / "extracts" if kind == EXTRACT else self.root / "labels" / kind
