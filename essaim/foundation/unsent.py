"""Messages that the mail server has not taken: kept in the data dir until `essaim mails resend` hands them over.

What is kept is how to write the message again, never the message: a link that it holds is made when it leaves.
"""

from __future__ import annotations

import fcntl
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from essaim.foundation.files import write_whole

GIVEN_UP_AFTER = 7 * 86_400
"""Seconds. Older news would surprise more than it would help."""


@dataclass(frozen=True)
class Unsent:
    """One message for one address: a Mail class, its fields."""

    kind: str
    fields: dict[str, Any]
    to: str


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "unsent"


def keep(message: Unsent) -> None:
    """Keep one message; the file is whole or absent."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    write_whole(folder / name, json.dumps(asdict(message)))


def paths() -> list[Path]:
    """The messages that wait, the oldest first."""
    return sorted(_folder().glob("[0-9]*.json"))


def read(path: Path) -> Unsent:
    """Read one message."""
    return Unsent(**json.loads(path.read_text()))


def age(path: Path) -> float:
    """Seconds since the message should have left."""
    return time.time() - int(path.name.partition("-")[0]) / 1e9


@contextmanager
def only_one() -> Iterator[bool]:
    """Tell whether we alone hand messages over: two at once would send each of them twice."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
