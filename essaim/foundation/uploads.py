"""One person's files between their preview and their confirmation: in the data dir, never public, for an hour.

The hour starts again when a confirmation begins: what is being written never loses its content.

One folder for every room: whoever purges, purges them all. A room names its files by a `kind` and reads no other's.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import models

LIFETIME = 3600
"""Seconds."""
_CONTENT, _CARD, _TAKEN = ".upload", ".json", ".taken"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,60}")


class UploadGone(ValueError):
    """The file is no longer kept; the message says what to do, in French."""


class UploadTaken(ValueError):
    """The file is being written by another request of the same person (a double click); the message says so."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file kept: where it is, and the name that its person gave it."""

    path: Path
    filename: str

    def content(self) -> bytes:
        """The bytes that were sent. Raises UploadGone when its time ended meanwhile."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError as error:
            raise gone() from error


def folder() -> Path:
    """Where uploads wait."""
    place = Path(settings.DATA_DIR) / "imports"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def purge() -> int:
    """Remove the files whose time is over, whichever room they are of; returns how many."""
    limit = time.time() - LIFETIME
    removed = 0
    for path in folder().iterdir():
        try:
            if path.stat().st_mtime >= limit:
                continue
            path.unlink()
        except FileNotFoundError:
            continue  # another purge was first
        removed += path.suffix == _CONTENT
    return removed


def keep(content: bytes, filename: str, *, kind: str, owner: models.Model) -> str:
    """Keep an upload for its person; returns the token that names it."""
    purge()
    token = secrets.token_urlsafe(24)
    card = json.dumps({"filename": filename, "kind": kind, "owner": owner.pk}).encode()
    # The card last: a file that has one is whole.
    for suffix, data in ((_CONTENT, content), (_CARD, card)):
        path = folder() / f"{token}{suffix}"
        path.touch(mode=0o600)
        path.write_bytes(data)
    return token


def find(token: str, *, kind: str, owner: models.Model) -> Upload:
    """An upload of this person. Raises UploadGone (expired, confirmed, someone else's, another room's)."""
    purge()
    if not _TOKEN.fullmatch(token):
        raise gone()
    return _upload(token, _CARD, kind, owner)


@contextmanager
def taking(token: str, *, kind: str, owner: models.Model) -> Iterator[Upload]:
    """Use an upload up: of two requests at once one enters, the other is told UploadTaken. Raises UploadGone too.

    Done well, the file is forgotten; an exception inside leaves it as it was, to be tried again.
    """
    purge()
    if not _TOKEN.fullmatch(token):
        raise gone()
    card, taken = (folder() / f"{token}{suffix}" for suffix in (_CARD, _TAKEN))
    try:
        _upload(token, _CARD, kind, owner)
        card.rename(taken)
    except (UploadGone, FileNotFoundError) as error:
        # Its card has another name while somebody uses it up; whose it is, is asked all the same.
        _upload(token, _TAKEN, kind, owner)
        raise UploadTaken("Ce fichier est en cours d’enregistrement : attendez un instant.") from error
    try:
        _start_again(token)
        yield _upload(token, _TAKEN, kind, owner)
    except BaseException:
        with suppress(FileNotFoundError):  # its hour ended meanwhile
            taken.rename(card)
        raise
    forget(token)


def _start_again(token: str) -> None:
    for suffix in (_TAKEN, _CONTENT):
        with suppress(FileNotFoundError):  # then `_upload` says that it is gone
            os.utime(folder() / f"{token}{suffix}")


def abandon(token: str, *, kind: str, owner: models.Model) -> bool:
    """Forget an upload that its owner gives up; False when there was none of theirs to forget."""
    try:
        find(token, kind=kind, owner=owner)
    except UploadGone:
        return False
    forget(token)
    return True


def forget(token: str) -> None:
    """Remove an upload at once."""
    if _TOKEN.fullmatch(token):
        for suffix in (_CARD, _TAKEN, _CONTENT):
            (folder() / f"{token}{suffix}").unlink(missing_ok=True)


def _upload(token: str, suffix: str, kind: str, owner: models.Model) -> Upload:
    content = folder() / f"{token}{_CONTENT}"
    try:
        card = json.loads((folder() / f"{token}{suffix}").read_text())
    except FileNotFoundError as error:
        raise gone() from error
    if (card["owner"], card["kind"]) != (owner.pk, kind) or not content.exists():
        raise gone()
    return Upload(content, str(card["filename"]))


def gone() -> UploadGone:
    """The refusal to raise, or to say, when a file is no longer there."""
    return UploadGone("Ce fichier n’est plus gardé (une heure au plus) : envoyez-le de nouveau.")
