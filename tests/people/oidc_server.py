"""A small OpenID Connect provider, real enough: it listens on 127.0.0.1, signs with its own keys, checks PKCE.

    with OidcServer() as server:
        server.claims = {"sub": "1", "email": "ada@exemple.fr", "email_verified": True}

What it answers is bent by its attributes, one per thing that may go wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT_ID = "essaim-essai"
CLIENT_SECRET = "secret-du-client"


def _key(algorithm):
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OidcServer:
    """Listens as soon as it is entered; `calls` holds every path asked."""

    def __init__(self):
        self.claims = {"sub": "ada-1", "email": "ada@exemple.fr", "email_verified": True}
        self.userinfo_as_jwt = True
        self.algorithm = "RS256"
        self.userinfo_claims = {}
        self.token_claims = {}
        self.error = ""
        self.is_down = False
        self.signs_with_unpublished_key = False
        self.forget_nonce = False
        self.left = []
        self.calls = []
        self.requests = []
        self.tokens = []
        self._codes = {}
        self._access = {}
        self.rotate()

    def rotate(self):
        """New keys: the former ones are no more published."""
        self._name = secrets.token_hex(4)
        self._keys = {name: _key(name) for name in ("RS256", "ES256")}

    def __enter__(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server._answer(self, b"")

            def do_POST(self):
                server._answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def log_message(self, *args):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/api/v2"
        self.issuer = self.url
        return self

    def __exit__(self, *error):
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def sign(self, claims, **more):
        """A token of ours, as the switches ask."""
        now = int(time.time())
        body = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60} | claims | more
        body = {key: value for key, value in body.items() if value is not None}
        if self.algorithm == "none":
            return jwt.encode(body, None, algorithm="none", headers={"kid": f"{self._name}-RS256"})
        if self.algorithm == "HS256":
            return jwt.encode(body, CLIENT_SECRET * 3, algorithm="HS256", headers={"kid": f"{self._name}-RS256"})
        key = _key(self.algorithm) if self.signs_with_unpublished_key else self._keys[self.algorithm]
        return jwt.encode(body, key, algorithm=self.algorithm, headers={"kid": f"{self._name}-{self.algorithm}"})

    def _answer(self, http, body):
        parts = urlsplit(http.path)
        path = parts.path.removeprefix("/api/v2")
        self.calls.append(path)
        if self.is_down:
            return _send(http, 503, "text/plain", b"en panne")
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        posted = {key: values[0] for key, values in parse_qs(body.decode()).items()}
        answers = {
            "/.well-known/openid-configuration": lambda: self._discovery(http),
            "/authorize": lambda: self._authorize(http, asked),
            "/token": lambda: self._token(http, posted),
            "/userinfo": lambda: self._userinfo(http),
            "/jwks": lambda: self._jwks(http),
            "/session/end": lambda: self._end(http, asked),
        }
        return answers.get(path, lambda: _send(http, 404, "text/plain", b""))()

    def _discovery(self, http):
        _json(http, {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
            "end_session_endpoint": f"{self.url}/session/end",
        })  # fmt: skip

    def _authorize(self, http, asked):
        """Whoever comes is known at once: the tests' own visitor."""
        self.requests.append(asked)
        back = {"state": asked["state"]}
        if self.error:
            back["error"] = self.error
        else:
            back["code"] = secrets.token_urlsafe(16)
            self._codes[back["code"]] = asked
        _move(http, f"{asked['redirect_uri']}?{urlencode(back)}")

    def _token(self, http, posted):
        asked = self._codes.pop(posted.get("code"), None)
        is_client = (posted.get("client_id"), posted.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        digest = hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not asked or not is_client or asked["code_challenge"] != proof:
            return _json(http, {"error": "invalid_grant", "secret": CLIENT_SECRET}, 400)
        access = secrets.token_urlsafe(16)
        self._access[access] = True
        nonce = None if self.forget_nonce else asked["nonce"]
        id_token = self.sign({"sub": self.claims["sub"], "nonce": nonce} | self.token_claims)
        self.tokens += [access, id_token]
        return _json(http, {"access_token": access, "token_type": "Bearer", "expires_in": 60, "id_token": id_token})

    def _userinfo(self, http):
        access = http.headers.get("Authorization", "").removeprefix("Bearer ")
        if access not in self._access:
            return _send(http, 401, "text/plain", b"")
        claims = self.claims | self.userinfo_claims
        if self.userinfo_as_jwt:
            return _send(http, 200, "application/jwt", self.sign(claims).encode())
        return _json(http, claims)

    def _jwks(self, http):
        kinds = {"RS256": jwt.algorithms.RSAAlgorithm, "ES256": jwt.algorithms.ECAlgorithm}
        keys = [
            json.loads(kinds[name].to_jwk(key.public_key())) | {"kid": f"{self._name}-{name}", "use": "sig"}
            for name, key in self._keys.items()
        ]
        _json(http, {"keys": [*keys, {"kty": "oct", "k": "YWJj"}, "illisible"]})

    def _end(self, http, asked):
        self.left.append(asked)
        _move(http, f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}")


def _send(http, status, kind, body, **headers):
    http.send_response(status)
    http.send_header("Content-Type", kind)
    http.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        http.send_header(name, value)
    http.end_headers()
    http.wfile.write(body)


def _json(http, content, status=200):
    _send(http, status, "application/json; charset=utf-8", json.dumps(content).encode())


def _move(http, address):
    _send(http, 302, "text/plain", b"", Location=address)
