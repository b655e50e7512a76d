"""The OpenID Connect provider of an installation, told by a few variables. Read by the settings, before Django."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from essaim.foundation.installation import LOCAL_HOSTS, UnreadableSetting

WELL_KNOWN = "/.well-known/openid-configuration"
PROCONNECT_SCOPES = "openid email given_name usual_name siret idp_id uid"
LOCAL = {host.strip("[]") for host in LOCAL_HOSTS}


@dataclass(frozen=True)
class SignInProvider:
    """Who says who somebody is, besides this site. `vouches`: its addresses are true even if it does not say so."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str
    scopes: tuple[str, ...]
    vouches: bool = False

    @property
    def discovery(self) -> str:
        """Where the provider describes itself."""
        return self.issuer.rstrip("/") + WELL_KNOWN

    @property
    def key(self) -> str:
        """What tells this provider's persons from another's: one that is replaced never lends its numbers."""
        return "oidc-" + hashlib.sha256(self.issuer.rstrip("/").encode()).hexdigest()[:16]


def is_safe_address(url: str) -> bool:
    """Whether a secret may travel there: https, or this very machine (a provider on trial)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL))


def sign_in_provider(
    *, url: str, client_id: str, secret: str, name: str = "", scopes: str = "", vouches: bool = False
) -> SignInProvider | None:
    """Return the provider told, or None when no address is given. Raises UnreadableSetting, without the secret."""
    url = url.strip()
    if not url:
        return None
    if not is_safe_address(url):
        raise UnreadableSetting("ESSAIM_OIDC_URL : l’adresse du fournisseur d’identité commence par https://.")
    for variable, value in (("ESSAIM_OIDC_CLIENT_ID", client_id), ("ESSAIM_OIDC_SECRET", secret)):
        if not value.strip():
            raise UnreadableSetting(f"{variable} : le fournisseur d’identité vous l’a donné, écrivez-le ici.")
    asked = tuple(dict.fromkeys((scopes.strip() or PROCONNECT_SCOPES).split()))
    if "openid" not in asked:
        raise UnreadableSetting("ESSAIM_OIDC_SCOPES : « openid » doit en faire partie.")
    return SignInProvider(
        issuer=url.removesuffix(WELL_KNOWN),
        client_id=client_id.strip(),
        secret=secret.strip(),
        name=name.strip() or "ProConnect",
        scopes=asked,
        vouches=vouches,
    )
