"""The mail server of an installation, told by one address: `ESSAIM_EMAIL_URL`. Read by the settings, before Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from essaim.foundation.installation import UnreadableSetting

FORMS = (
    "smtp+tls://utilisateur:motdepasse@serveur:587 (STARTTLS), smtps://utilisateur:motdepasse@serveur:465 (TLS), "
    "ou smtp://serveur:25 (sans chiffrement, pour un relais local)"
)
PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


class UnreadableMailUrl(UnreadableSetting):
    """The address of the mail server makes no sense. The message, in French, never repeats it: it holds a password."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"ESSAIM_EMAIL_URL : {what} Écrivez {FORMS}. Dans l’utilisateur et le mot de passe, les caractères "
            "spéciaux s’écrivent comme dans une adresse (« @ » devient « %40 »)."
        )


@dataclass(frozen=True)
class MailServer:
    """Where messages are handed over. `starttls` and `tls` are never both true."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


def mail_server(url: str) -> MailServer:
    """Read `smtp://`, `smtp+tls://` or `smtps://`; user and password are percent-decoded. Raises UnreadableMailUrl."""
    url = url.strip()
    if not url.isprintable() or " " in url:
        raise UnreadableMailUrl("l’adresse contient une espace ou un caractère invisible.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise UnreadableMailUrl("le serveur ou le port est illisible.") from None
    if parts.scheme not in PORTS:
        raise UnreadableMailUrl("l’adresse doit commencer par smtp://, smtp+tls:// ou smtps://.")
    if not host:
        raise UnreadableMailUrl("il manque le nom du serveur.")
    if port == 0:
        raise UnreadableMailUrl("le port est illisible.")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise UnreadableMailUrl("rien ne doit suivre le nom du serveur et son port.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise UnreadableMailUrl("l’utilisateur et le mot de passe vont ensemble.")
    return MailServer(
        host,
        port or PORTS[parts.scheme],
        user,
        password,
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )
