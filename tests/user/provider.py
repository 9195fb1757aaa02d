"""An OpenID provider that keeps to the rules, unless a test tells it not to. It asks nobody for a password:
who comes is whoever the test says.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "entrepot", "s%cret:with/odd+signs"


@dataclass
class Provider:
    """Where it is, who comes, and what it does wrong."""

    port: int = 0
    comes: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)
    newest: str = ""
    says_iss: bool = True
    in_userinfo: tuple[str, ...] = ()
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    forge: Callable[[dict[str, Any]], str | dict[str, Any]] = lambda claims: claims
    userinfo: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
    metadata: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    big: bool = False

    @property
    def issuer(self) -> str:
        return f"http://localhost:{self.port}"

    def rotate(self) -> None:
        self.newest = secrets.token_hex(4)
        self.keys[self.newest] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        headers = {"kid": self.newest} | header
        return jwt.encode(claims, self.keys[self.newest], algorithm="RS256", headers=headers)

    def public(self, kid: str) -> dict[str, Any]:
        found = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.keys[kid].public_key()))
        return found | {"kid": kid, "use": "sig", "alg": "RS256"}

    # ---- what it answers -------------------------------------------------------------------------------

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=a",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": self.says_iss,
        } | self.metadata

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes back to."""
        assert query["response_type"] == "code" and query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256" and "openid" in query["scope"].split()
        code = secrets.token_urlsafe(8)
        self.codes[code] = query
        back = {"code": code, "state": query["state"]} | ({"iss": self.issuer} if self.says_iss else {})
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        if [unquote(each) for each in given] != [CLIENT, SECRET]:
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if (
            asked is None
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        told = {key: value for key, value in self.comes.items() if key not in self.in_userinfo}
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "auth_time": now,
        } | told  # fmt: skip
        forged = self.forge(claims)
        id_token = forged if isinstance(forged, str) else self.sign(forged)
        return 200, {"id_token": id_token, "access_token": "a", "token_type": "Bearer"}


@contextmanager
def providing() -> Iterator[Provider]:
    provider = Provider()
    provider.rotate()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {key: each[0] for key, each in parse_qs(url.query).items()}
            provider.asked.append(url.path)
            match url.path:
                case "/.well-known/openid-configuration":
                    self.say(200, provider.configuration() | ({"x": "y" * 600_000} if provider.big else {}))
                case "/jwks":
                    self.say(200, {"keys": [{"kty": "new"}, *map(provider.public, provider.keys)]})
                case "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(query))
                    self.end_headers()
                case "/userinfo":
                    self.say(200, provider.userinfo(dict(provider.comes)))
                case _:
                    self.say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {key: each[0] for key, each in parse_qs(body).items()}
            provider.asked.append(self.path)
            self.say(*provider.token(form, self.headers.get("Authorization", "")))

        def say(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("localhost", 0), Handler) as server:
        provider.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield provider
        server.shutdown()
        thread.join()
