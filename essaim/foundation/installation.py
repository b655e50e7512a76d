"""What the settings read of the machine: folders closed to others, the secret, the public address. Before Django."""

from __future__ import annotations

import os
import re
import secrets
import stat
from pathlib import Path
from urllib.parse import urlsplit

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_HOST = re.compile(r"\*|\.?[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]", re.IGNORECASE)


class UnreadableSetting(ValueError):
    """An environment variable or a file of the data dir makes no sense; the message says what to correct, in French."""


def close_to_others() -> None:
    """Let nobody else read what this process writes from now on: the database, its journal files, messages."""
    os.umask(os.umask(0o077) | 0o077)


def private_folder(folder: Path) -> Path:
    """Make that folder, or take its rights away from the machine's other accounts (links of passwords lie inside).

    A folder that is another account's, or that everybody shares on purpose (« sticky », as /tmp), stays as it is; so do
    the rights of its group, that an administrator may have given to a backup. Raises UnreadableSetting.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UnreadableSetting(f"ESSAIM_DATA_DIR : « {folder} » ne peut pas être créé ({error.strerror}).") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise UnreadableSetting(f"ESSAIM_DATA_DIR : ce compte n’a pas le droit d’écrire dans « {folder} ».")
    state = folder.stat()
    if state.st_uid == os.geteuid() and state.st_mode & stat.S_IRWXO and not state.st_mode & stat.S_ISVTX:
        folder.chmod(stat.S_IMODE(state.st_mode) & ~stat.S_IRWXO)
    return folder


def kept_secret(path: Path) -> str:
    """Return the secret kept there, made once: whole or absent whatever stops us, the same for two first starts."""
    if not path.exists():
        aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}")
        try:
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
                file.flush()
                os.fsync(file.fileno())
            os.link(aside, path)
        except FileExistsError:
            pass  # another process was first: its secret is the one
        finally:
            aside.unlink(missing_ok=True)
    kept = path.read_text().strip()
    if not kept:
        raise UnreadableSetting(f"Le secret de l’installation est vide : effacez « {path} », il sera refait.")
    return kept


def site_url(given: str) -> str:
    """Return the public address without its last slash; refuse what is no address of a whole site."""
    url = given.strip().rstrip("/")
    wrong = UnreadableSetting(
        f"ESSAIM_SITE_URL : « {given} » n’est pas l’adresse d’un site. Écrivez-la comme https://ess.exemple.fr, "
        "sans rien après le nom."
    )
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not host or url != f"{parts.scheme}://{parts.netloc}":
        raise wrong
    if "@" in parts.netloc or not url.isprintable() or " " in url:
        raise wrong
    return url


def is_local(url: str) -> bool:
    """Whether that address leads to this very machine."""
    host = urlsplit(url).hostname or ""
    return host in LOCAL_HOSTS or f"[{host}]" in LOCAL_HOSTS


def hosts(given: str | None, url: str) -> list[str]:
    """Return the names that the site answers to: those given (commas between), else this machine's and the site's."""
    if given is None:
        host = urlsplit(url).hostname or ""
        own = f"[{host}]" if ":" in host else host
        return [*LOCAL_HOSTS, *([own] if own not in LOCAL_HOSTS else [])]
    names = [name.strip() for name in given.split(",") if name.strip()]
    for name in names:
        if not _HOST.fullmatch(name):
            raise UnreadableSetting(
                f"ESSAIM_HOSTS : « {name} » n’est pas un nom de machine. Écrivez les noms seuls, sans https:// "
                "ni port, séparés par des virgules : ess.exemple.fr, www.ess.exemple.fr."
            )
    if not names:
        raise UnreadableSetting("ESSAIM_HOSTS : aucun nom n’est donné. Retirez la variable ou écrivez un nom.")
    return names


def proxies(given: str) -> int | None:
    """Return how many proxies of ours stand before the site; None = judge by each connection (see `ratelimit`)."""
    text = given.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise UnreadableSetting(
            f"ESSAIM_BEHIND_PROXY : « {given} » n’est pas un nombre de mandataires. Écrivez 0, 1, 2…"
        )
    return int(text)
