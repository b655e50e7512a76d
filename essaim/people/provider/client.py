"""Our way of speaking OpenID Connect, on allauth's: every answer of the provider is verified before it is read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from essaim.foundation.addresses import clean_address
from essaim.foundation.identifiers import InvalidIdentifier, clean_siret
from essaim.foundation.plaintext import clean_line
from essaim.foundation.signin import SignInProvider, is_safe_address
from essaim.people.provider.refusals import Problem, Refused
from essaim.people.provider.tokens import Keys, check_nonce, verified

LOGIN, CONNECT = "login", "connect"
_LONGEST_NUMBER = 191
"""Characters of `sub` (255 for the standard; the column of allauth holds 191): longer is refused, never cut."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_JWT = "application/jwt"


@dataclass(frozen=True)
class Identity:
    """Whom the provider says somebody is. `siret` tells the employer, and gives no right at all."""

    provider: str
    number: str
    email: str
    is_proven: bool
    name: str = ""
    siret: str = ""
    channel: str = ""
    id_token: str = field(default="", repr=False)
    end_session: str = ""


def provider() -> SignInProvider | None:
    """The provider that the settings name, or None."""
    config: SignInProvider | None = settings.SIGN_IN_PROVIDER
    return config


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """A provider told by the settings: no row of the database, PKCE always."""

    pkce_enabled_default = True


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Asks the provider, on addresses built on SITE_URL alone, and believes only what is signed for us."""

    basic_auth = False  # client_secret_post

    def __init__(self, request: HttpRequest, config: SignInProvider) -> None:
        self.config = config
        super().__init__(request, config.key)
        self.keys = Keys(self._fetch_keys)

    def get_provider(self) -> Provider:
        """Our provider, made of the settings."""
        app = SocialApp(
            provider=Provider.id,
            provider_id=self.config.key,
            name=self.config.name,
            client_id=self.config.client_id,
            secret=self.config.secret,
            settings={"server_url": self.config.discovery, "scope": list(self.config.scopes)},
        )
        made = Provider(self.request, app=app)
        made.get_oauth2_adapter = lambda _request: self
        return made

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Where the provider sends people back: the address that was declared to it."""
        return f"{settings.SITE_URL}{reverse('provider_return')}"

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says of itself, asked once a request. Raises Refused when it is not the one we know."""
        config = super().openid_config
        if not isinstance(config, dict) or str(config.get("issuer", "")).rstrip("/") != self.config.issuer.rstrip("/"):
            raise Refused(Problem.DOWN, "la découverte annonce un autre émetteur")
        if not all(is_safe_address(str(config.get(name, ""))) for name in _ENDPOINTS):
            raise Refused(Problem.DOWN, "la découverte est incomplète, ou sans https")
        return config

    def _fetch_keys(self) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys: dict[str, Any] = answer.json()
        return keys

    def identity(self, answer: dict[str, Any], nonce: str) -> Identity:
        """Read who somebody is, from the answer to the code. Raises Refused."""
        id_token = answer.get("id_token")
        if not isinstance(id_token, str):
            raise Refused(Problem.FORGED, "pas de jeton d’identité")
        told = self._verified(id_token, required=("iss", "aud", "exp", "iat", "sub"))
        check_nonce(told, nonce)
        claims = self._userinfo(answer["access_token"])
        if claims.get("sub") != told["sub"]:
            raise Refused(Problem.FORGED, "deux personnes dans la même réponse")
        return self._read(claims, id_token)

    def _verified(self, token: str, **more: Any) -> dict[str, Any]:
        issuer = self.openid_config["issuer"]
        return verified(token, self.keys, issuer=issuer, audience=self.config.client_id, **more)

    def _userinfo(self, access_token: str) -> dict[str, Any]:
        """The claims, whether the provider signs them (ProConnect: a JWT) or gives them in plain JSON."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers={"Authorization": f"Bearer {access_token}"})
            answer.raise_for_status()
        kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == _JWT:
            return self._verified(answer.text.strip())
        claims = answer.json()
        if not isinstance(claims, dict):
            raise Refused(Problem.FORGED, "identité illisible")
        return claims

    def _read(self, claims: dict[str, Any], id_token: str) -> Identity:
        number = claims.get("sub")
        if not isinstance(number, str) or not 0 < len(number) <= _LONGEST_NUMBER:
            raise Refused(Problem.FORGED, "identifiant illisible")
        try:
            email = clean_address(_text(claims.get("email")))
        except ValidationError as error:
            raise Refused(Problem.INCOMPLETE) from error
        said = claims.get("email_verified")
        return Identity(
            provider=self.config.key,
            number=number,
            email=email,
            # Said untrue, an address is never taken for true, whatever the settings say.
            is_proven=said is True or (said is None and self.config.vouches),
            name=_name(claims),
            siret=_siret(claims.get("siret")),
            channel=_text(claims.get("idp_id"))[:100],
            id_token=id_token,
            end_session=_end_session(self.openid_config),
        )


def _text(value: object) -> str:
    return clean_line(value) if isinstance(value, str) else ""


def _name(claims: dict[str, Any]) -> str:
    family = _text(claims.get("usual_name")) or _text(claims.get("family_name"))
    return (" ".join(filter(None, (_text(claims.get("given_name")), family))) or _text(claims.get("name")))[:150]


def _siret(value: object) -> str:
    try:
        return clean_siret(_text(value))
    except InvalidIdentifier:
        return ""


def _end_session(config: dict[str, Any]) -> str:
    address = str(config.get("end_session_endpoint", ""))
    return address if is_safe_address(address) else ""


def begin(request: HttpRequest, config: SignInProvider, *, process: str, next_url: str) -> str:
    """Return the provider's address where somebody identifies; state, nonce and proof key wait in the session."""
    nonce = secrets.token_urlsafe(32)
    made = Adapter(request, config).get_provider()
    try:
        answer = made.redirect(
            request,
            process,
            next_url,
            auth_params={"nonce": nonce},
            state_id=secrets.token_urlsafe(32),
            nonce=nonce,
        )
    except requests.RequestException as error:
        raise Refused(Problem.DOWN, type(error).__name__) from error
    return str(answer["Location"])


def finish(request: HttpRequest, config: SignInProvider) -> tuple[Identity, dict[str, Any]]:
    """Return who came back, and the state of their request (`process`, `next`), which serves once. Raises Refused.

    A refusal carries what the state knew of the page wanted (`wanted`).
    """
    state = statekit.unstash_state(request, provider_id=config.key, state_id=request.GET.get("state", ""))
    if state is None:
        raise Refused(Problem.LOST)
    try:
        return _identify(request, config, state), state
    except Refused as refusal:
        refusal.wanted = state.get("next") or ""
        raise


def _identify(request: HttpRequest, config: SignInProvider, state: dict[str, Any]) -> Identity:
    if request.GET.get("error") == "access_denied":
        raise Refused(Problem.CANCELLED)
    if "code" not in request.GET:
        raise Refused(Problem.DOWN, "le fournisseur a répondu par une erreur")
    adapter = Adapter(request, config)
    try:
        if request.GET.get("iss", adapter.openid_config["issuer"]) != adapter.openid_config["issuer"]:
            raise Refused(Problem.FORGED, "réponse d’un autre émetteur")
        app = adapter.get_provider().app
        answer = adapter.get_access_token_data(
            request, app, adapter.get_client(request, app), pkce_code_verifier=state["pkce_code_verifier"]
        )
        return adapter.identity(answer, state["nonce"])
    except OAuth2Error as error:
        # Its words repeat the provider's answer: they go to no log.
        raise Refused(Problem.FORGED, "code refusé") from error
    except (requests.RequestException, ValueError) as error:
        raise Refused(Problem.DOWN, type(error).__name__) from error


def leaving_address(end_session: str, id_token: str, state: str) -> str:
    """The provider's address where the session that it holds ends too."""
    back = f"{settings.SITE_URL}{reverse('provider_left')}"
    asked = urlencode({"id_token_hint": id_token, "state": state, "post_logout_redirect_uri": back})
    return f"{end_session}{'&' if '?' in end_session else '?'}{asked}"
