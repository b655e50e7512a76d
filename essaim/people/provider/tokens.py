"""What the provider signs: only a signature by one of its published keys, for us, and still valid, is believed."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jwt

from essaim.people.provider.refusals import Problem, Refused

ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}
"""Signatures that are taken, and the kind of key of each. Never « none », nor one made with our own secret (HS256)."""
LEEWAY = 60
"""Seconds that two clocks may differ by."""

FetchKeys = Callable[[], Mapping[str, Any]]


class Keys:
    """The provider's public keys during one sign-in: asked for once, and again when a token names an unknown one."""

    def __init__(self, fetch: FetchKeys) -> None:
        self._fetch = fetch
        self._known: list[jwt.PyJWK] = []

    def signing(self, token: str) -> tuple[jwt.PyJWK, str]:
        """Return the key that this token says it was signed with, and its algorithm. Raises Refused."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise Refused(Problem.FORGED, "jeton illisible") from error
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise Refused(Problem.FORGED, "algorithme refusé")
        name = header.get("kid")
        found = self._matching(name, algorithm)
        if not found:
            self._known = _read(self._fetch())
            found = self._matching(name, algorithm)
        if len(found) != 1:
            raise Refused(Problem.FORGED, "clé inconnue")
        return found[0], algorithm

    def _matching(self, name: object, algorithm: str) -> list[jwt.PyJWK]:
        """Without a name, the only key of that kind."""
        return [
            key
            for key in self._known
            if key.key_type == ALGORITHMS[algorithm]
            and key.public_key_use in (None, "sig")
            and (name is None or key.key_id == name)
        ]


def _read(published: Mapping[str, Any]) -> list[jwt.PyJWK]:
    """The keys that we can use: those of another kind are left aside."""
    keys = published.get("keys") if isinstance(published, Mapping) else None
    read = []
    for each in keys if isinstance(keys, list) else []:
        try:
            read.append(jwt.PyJWK.from_dict(each))
        except (jwt.PyJWTError, TypeError, AttributeError, ValueError):
            continue
    return read


def verified(
    token: str, keys: Keys, *, issuer: str, audience: str, required: Sequence[str] = ("iss", "aud", "exp", "sub")
) -> dict[str, Any]:
    """Return the claims of a token whose signature, issuer, audience and dates are right. Raises Refused."""
    key, algorithm = keys.signing(token)
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=key.key,
            algorithms=[algorithm],
            issuer=issuer,
            audience=audience,
            leeway=LEEWAY,
            options={"require": list(required)},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise Refused(Problem.FORGED, type(error).__name__) from error
    party = claims.get("azp")
    if party not in (None, audience) or (isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and party is None):
        raise Refused(Problem.FORGED, "jeton d’un autre client")
    return claims


def check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    """The token answers this very request, and no other. Raises Refused."""
    told = claims.get("nonce")
    if not isinstance(told, str) or not hmac.compare_digest(told.encode(), nonce.encode()):
        raise Refused(Problem.FORGED, "nonce")
