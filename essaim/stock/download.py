"""Fetch one big file over http(s) with the standard client: resumed, checked, never half taken for whole.

A partial file keeps, beside it, what identifies the remote one (ETag, else Last-Modified, and the size). It is resumed
with Range and If-Range; when the remote file has changed meanwhile, or gives nothing to identify it, or the server
cannot serve ranges, the download starts again from zero.
"""

import hashlib
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from essaim.stock.errors import DownloadFailed

Progress = Callable[[str], None]

USER_AGENT = "essaim-stock (+https://www.data.gouv.fr)"
TIMEOUT = 60  # seconds without a byte
ATTEMPTS = 8  # in a row without any progress
CHUNK = 1 << 20
_RETRIED = {408, 425, 429, 500, 502, 503, 504}
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True, slots=True)
class Remote:
    """What identifies one state of a remote file. ``size`` is -1 when the server does not say it."""

    url: str
    etag: str
    last_modified: str
    size: int

    @property
    def validator(self) -> str:
        """The value of If-Range: a strong ETag, else the date; empty when neither was given."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def is_url(location: str) -> bool:
    """Whether a location is an address rather than a path."""
    return location.lower().startswith(("http://", "https://"))


def fetch(url: str, folder: Path, progress: Progress, pause: Callable[[float], None] = time.sleep) -> Path:
    """Return the local path of a fetched file, downloading what is missing.

    A file already whole is asked again with its ETag and kept when the server says it has not changed. Raises
    DownloadFailed with what to do; the partial file stays for the next run. OSError when the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return _Download(url, folder, progress, pause).run()


def published_month(path: Path) -> str | None:
    """The month « AAAA-MM » in which the server says that a fetched file was last written; None when it does not."""
    remote = _read_card(path)
    try:
        return f"{parsedate_to_datetime(remote.last_modified):%Y-%m}" if remote else None
    except ValueError:
        return None


class _Changed(Exception):
    """The remote file is no longer the one whose beginning we hold."""


class _Download:
    def __init__(self, url: str, folder: Path, progress: Progress, pause: Callable[[float], None]) -> None:
        key = hashlib.sha256(url.encode()).hexdigest()[:12]
        label = re.sub(r"[^\w.\-]+", "_", unquote(Path(urlsplit(url).path).name))[-80:] or "fichier"
        self.url, self.progress, self.pause = url, progress, pause
        self.whole = folder / f"{key}-{label}"
        self.part = folder / f"{key}-{label}.part"
        self.label = label

    def run(self) -> Path:
        failures, reason = 0, ""
        while failures < ATTEMPTS:
            before = self._have()
            wait = 0.0
            try:
                return self._attempt()
            except _Changed as change:
                self.progress(f"{self.label} : {change}, le téléchargement reprend du début.")
                self._forget()
                reason = str(change)
                failures += 1
                continue
            except urllib.error.HTTPError as error:
                with error:
                    reason = f"le serveur répond {error.code}"
                    if error.code not in _RETRIED:
                        raise DownloadFailed(
                            f"Téléchargement refusé ({self.url}) : {reason}. Vérifiez l’adresse."
                        ) from error
                    wait = _retry_after(error.headers)
            except urllib.error.URLError as error:
                if isinstance(error.reason, OSError) or "timed out" in str(error.reason):
                    reason = f"serveur injoignable ({error.reason})"
                else:
                    raise DownloadFailed(f"Adresse inutilisable ({self.url}) : {error.reason}.") from error
            except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
                reason = f"connexion coupée ({error or type(error).__name__})"
            failures = 0 if self._have() > before else failures + 1
            if failures < ATTEMPTS:
                self.progress(f"{self.label} : {reason}, nouvel essai ({self._have() / 1e6:,.0f} Mo déjà là).")
                self.pause(max(wait, min(2.0**failures * 0.25, 30.0)))
        raise DownloadFailed(
            f"Téléchargement interrompu ({self.url}) : {reason}, après {ATTEMPTS} essais. "
            "Relancez la commande : elle reprendra où elle s’est arrêtée."
        )

    def _attempt(self) -> Path:
        known, have = _read_card(self.whole), self._have()
        if self.whole.exists() and known is not None and known.validator and not have:
            headers = {"If-None-Match": known.etag} if known.etag else {"If-Modified-Since": known.last_modified}
        elif have and known is not None and known.validator:
            headers = {"Range": f"bytes={have}-", "If-Range": known.validator}
        else:
            headers = {}
        request = urllib.request.Request(  # noqa: S310 -- the caller checked that the scheme is http(s)
            self.url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity", **headers}
        )
        try:
            answer = urllib.request.urlopen(request, timeout=TIMEOUT)  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code == 304:
                self.progress(f"{self.label} : inchangé depuis le dernier téléchargement.")
                error.close()
                return self.whole
            if error.code == 416:
                return self._past_the_end(error, known, have)
            raise
        with answer:
            return self._receive(answer, known, have)

    def _receive(self, answer: http.client.HTTPResponse, known: Remote | None, have: int) -> Path:
        if answer.status == 206:
            remote = _remote(self.url, answer.headers, _range_total(answer.headers))
            start = _range_start(answer.headers)
            same = known is not None and (remote.etag, remote.size) == (known.etag, known.size)
            if start != have or not same or remote.last_modified != (known.last_modified if known else ""):
                raise _Changed("le fichier a changé entre deux requêtes")
        elif answer.status == 200:
            remote = _remote(self.url, answer.headers, int(answer.headers.get("Content-Length") or -1))
            if have:
                changed = known is None or remote.validator != known.validator
                why = "le fichier a changé entre deux requêtes" if changed else "le serveur ne sait pas reprendre"
                self.progress(f"{self.label} : {why}, le téléchargement reprend du début.")
            have = 0
            self.part.unlink(missing_ok=True)
            _card(self.whole).write_text(json.dumps(asdict(remote)), encoding="utf-8")
        else:
            raise DownloadFailed(f"Réponse inattendue de {self.url} : code {answer.status}.")
        received = self._copy(answer, have, remote.size)
        if remote.size >= 0 and received < remote.size:
            raise ConnectionError(f"{received} octets reçus sur {remote.size}")
        if remote.size >= 0 and received > remote.size:
            raise _Changed("le fichier reçu est plus long qu’annoncé")
        self.part.replace(self.whole)
        return self.whole

    def _copy(self, answer: http.client.HTTPResponse, have: int, size: int) -> int:
        told = time.monotonic()
        with self.part.open("ab") as out:
            while chunk := answer.read(CHUNK):
                out.write(chunk)
                have += len(chunk)
                if time.monotonic() - told >= 1:
                    told = time.monotonic()
                    of = f" sur {size / 1e6:,.0f} Mo ({have / size:.0%})" if size > 0 else " Mo"
                    self.progress(f"{self.label} : {have / 1e6:,.0f}{of}")
        return have

    def _past_the_end(self, error: urllib.error.HTTPError, known: Remote | None, have: int) -> Path:
        """The server has nothing after what we hold: either we hold all of it, or the file has changed."""
        with error:
            total = _range_total(error.headers)
            etag = error.headers.get("ETag", "")
        if known is not None and total == have == known.size and etag in ("", known.etag):
            self.part.replace(self.whole)
            return self.whole
        raise _Changed("le fichier a changé entre deux requêtes")

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _forget(self) -> None:
        self.part.unlink(missing_ok=True)


def _card(whole: Path) -> Path:
    return whole.with_name(whole.name + ".json")


def _read_card(whole: Path) -> Remote | None:
    try:
        return Remote(**json.loads(_card(whole).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _remote(url: str, headers: Message, size: int) -> Remote:
    return Remote(url, headers.get("ETag", ""), headers.get("Last-Modified", ""), size)


def _range_start(headers: Message) -> int:
    match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", ""))
    return int(match[1]) if match and match[1] else -1


def _range_total(headers: Message) -> int:
    match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", ""))
    return int(match[3]) if match and match[3] != "*" else -1


def _retry_after(headers: Message) -> float:
    """Seconds that the server asks to wait, at most one minute."""
    value = headers.get("Retry-After", "")
    return min(float(value), 60.0) if value.isdigit() else 0.0
