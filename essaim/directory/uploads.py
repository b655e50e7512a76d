"""Spreadsheets between their preview and their confirmation: in the data dir, never public, for an hour at most."""

from __future__ import annotations

import json
import re
import secrets
import time
from pathlib import Path

from django.conf import settings

from essaim.people.models import Person

LIFETIME = 3600
"""Seconds."""
LARGEST = 5 * 1024 * 1024
"""Bytes. The officer's lists weigh a hundred times less."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


class UploadGone(ValueError):
    """The file is no longer kept; the message says what to do, in French."""


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def purge() -> int:
    """Remove the files whose time is over; returns how many."""
    limit = time.time() - LIFETIME
    removed = 0
    for path in _folder().iterdir():
        try:
            if path.stat().st_mtime >= limit:
                continue
            path.unlink()
        except FileNotFoundError:
            continue  # another purge was first
        removed += path.suffix == ".table"
    return removed


def keep(content: bytes, filename: str, person: Person) -> str:
    """Keep an upload for its person; returns the token that names it."""
    purge()
    token = secrets.token_urlsafe(24)
    for suffix, data in (
        (".table", content),
        (".json", json.dumps({"filename": filename, "person": person.pk}).encode()),
    ):
        path = _folder() / f"{token}{suffix}"
        path.touch(mode=0o600)
        path.write_bytes(data)
    return token


def read(token: str, person: Person) -> tuple[bytes, str]:
    """Content and file name of an upload of this person. Raises UploadGone (expired, confirmed, someone else's)."""
    purge()
    gone = UploadGone("Ce fichier n’est plus gardé (une heure au plus) : envoyez-le de nouveau.")
    if not _TOKEN.fullmatch(token):
        raise gone
    try:
        card = json.loads((_folder() / f"{token}.json").read_text())
        content = (_folder() / f"{token}.table").read_bytes()
    except FileNotFoundError as error:
        raise gone from error
    if card["person"] != person.pk:
        raise gone
    return content, str(card["filename"])


def forget(token: str) -> None:
    """Remove an upload at once."""
    if _TOKEN.fullmatch(token):
        for suffix in (".table", ".json"):
            (_folder() / f"{token}{suffix}").unlink(missing_ok=True)
