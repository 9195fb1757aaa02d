"""The console's session: its tokens travel in cookies that no script can read.

A cookie counts only beside the header `X-Console: 1`. Another origin's page cannot send that header without
a preflight, which the gateway grants to none but named origins; with `SameSite=Strict` on top, a foreign
page can make no request in somebody's name.

Where TLS is on, names begin with `__Host-` (RFC 6265bis §4.1.3.2): then neither a page without TLS nor
another host of the domain can put its cookie in place of ours. Browsers do not tell ports of one host apart,
so names end with the deployment: two nodes on one host sign nobody out of the other. A third cookie is the
browser's own id. It opens nothing; it tells a device that was here before from strangers. A fourth is what a
browser takes along to an outside service of sign-in: no other browser can come back with its answer.
"""

import hashlib
import secrets
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from entrepot.core.credentials import Tokens
from entrepot.core.routes import Route
from entrepot.http.answer import Answer

_Headers = dict[bytes, bytes]

# Before names had a deployment in them. Only a renewal still takes the old one: whoever can put a cookie of
# this name into a browser gains no more than that. It takes away what it took, and nothing else: an older
# node on this host may use the same names (https://github.com/kdlbs/kandev/pull/2813).
_OLD_ACCESS, _OLD_REFRESH = "entrepot_access", "entrepot_refresh"
_REFRESH_S = 30 * 24 * 3600
_AWAY_S = 15 * 60  # as long as a departure is remembered
_DEVICE_S = 400 * 24 * 3600  # the longest that browsers keep a cookie (RFC 6265bis §5.5)
_DEVICE_BYTES = 16
_LONGEST = 200  # of a device's id, which is foreign until it is found


def from_console(headers: _Headers) -> bool:
    return headers.get(b"x-console") == b"1"


class SessionCookies:
    """The cookies of one deployment. Their names depend on it, and on whether people reach it over TLS."""

    def __init__(self, *, deployment: str, secure: bool) -> None:
        self._encrypted = self if secure else SessionCookies(deployment=deployment, secure=True)
        prefix = "__Host-" if secure else ""
        suffix = hashlib.sha256(deployment.encode()).hexdigest()[:8]
        self._secure = secure
        self.access, self.refresh, self.device, self.departure = (
            f"{prefix}entrepot_{name}_{suffix}" for name in ("access", "refresh", "device", "departure")
        )

    def by_scheme(self, scheme: str) -> "SessionCookies":
        """Return the cookies for a request that came by this scheme. Over https they are secure whatever the
        settings say: a trusted proxy may speak TLS for a node that nobody told its `public_url`.
        """
        return self._encrypted if scheme == "https" else self

    def authorization(self, headers: _Headers) -> bytes | None:
        """Return the Authorization header, or its equivalent from the console's cookie."""
        if (sent := headers.get(b"authorization")) is not None:
            return sent
        if from_console(headers) and (token := read(headers, self.access)):
            return b"Bearer " + token.encode("latin-1", "replace")
        return None

    def body_of(self, row: Route, headers: _Headers, body: bytes) -> bytes:
        """Return the body with what the console has in a cookie: the refresh token, or what it departed
        with.
        """
        if row.session in ("departs", "returns"):
            return _with_binding(body, read(headers, self.departure))
        if row.session != "renews":
            return body
        token = read(headers, self.refresh) or read(headers, _OLD_REFRESH)
        return msgspec.json.encode({"refresh_token": token}) if token else body

    def device_of(self, headers: _Headers) -> str:
        """Return the browser's id, if the console asks and has one."""
        return read(headers, self.device)[:_LONGEST] if from_console(headers) else ""

    def new_device(self) -> str:
        return secrets.token_urlsafe(_DEVICE_BYTES)

    def answer_of(self, row: Route, answer: Answer, headers: _Headers, *, device: str) -> Answer:
        """Move tokens from the body into cookies, or take the cookies back."""
        if row.session == "closes" or (answer.status == 401 and row.session in ("opens", "renews")):
            return self._with(
                answer,
                self._cookie(self.access, "", path="/", age_s=0),
                self._cookie(self.refresh, "", path=self._home(row), age_s=0),
            )
        if answer.status not in (200, 201):
            return answer
        if row.session == "departs":
            return self._departed(answer)
        if row.gives is not Tokens:
            return answer
        tokens = msgspec.json.decode(answer.body, type=Tokens)
        public = {"token_type": tokens.token_type, "expires_in": tokens.expires_in}
        return self._with(
            msgspec.structs.replace(answer, body=msgspec.json.encode(public)),
            self._cookie(self.access, tokens.access_token, path="/", age_s=tokens.expires_in),
            self._cookie(self.refresh, tokens.refresh_token, path=self._home(row), age_s=_REFRESH_S),
            self._cookie(self.device, device, path="/", age_s=_DEVICE_S),
            *self._replaced(row, headers),
        )

    def _departed(self, answer: Answer) -> Answer:
        """Move what the browser departs with from the body into a cookie. It stays after a return: another
        tab may still be away, and no state counts twice.
        """
        told = msgspec.json.decode(answer.body, type=dict[str, str])
        kept = self._cookie(self.departure, told.pop("binding", ""), path="/", age_s=_AWAY_S)
        return self._with(msgspec.structs.replace(answer, body=msgspec.json.encode(told)), kept)

    def _with(self, answer: Answer, *cookies: str) -> Answer:
        more = tuple(("set-cookie", each) for each in cookies)
        return msgspec.structs.replace(answer, headers=(*answer.headers, *more))

    def _replaced(self, row: Route, headers: _Headers) -> Iterator[str]:
        """Yield what takes the old names away, if the session was renewed by them."""
        if row.session == "renews" and not read(headers, self.refresh) and read(headers, _OLD_REFRESH):
            yield self._cookie(_OLD_ACCESS, "", path="/", age_s=0)
            yield self._cookie(_OLD_REFRESH, "", path=_below(row), age_s=0)

    def _home(self, row: Route) -> str:
        """Return the path of the refresh token's cookie. `__Host-` wants the root; without it, only the rows
        that need the token get it.
        """
        return "/" if self._secure else _below(row)

    def _cookie(self, name: str, value: str, *, path: str, age_s: int) -> str:
        only_encrypted = "; Secure" if self._secure else ""
        value = quote(value, safe="._-")
        return f"{name}={value}; Path={path}; Max-Age={age_s}; HttpOnly; SameSite=Strict{only_encrypted}"


def _below(row: Route) -> str:
    """Return the path of a context's token routes, such as `/api/tokens`."""
    return "/".join(row.path.split("/")[:3])


def _with_binding(body: bytes, binding: str) -> bytes:
    """Return the body with the cookie's word in place of whatever it says itself."""
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return body  # the row says what is wrong with it
    return msgspec.json.encode({**told, "binding": binding})


def read(headers: _Headers, name: str) -> str:
    """Return a cookie's value, or "".

    Why not `http.cookies`? It gives up at the first cookie that it does not like, and others on this host may
    have set that one: then somebody would be signed out by a foreign cookie.
    """
    for pair in headers.get(b"cookie", b"").split(b";"):
        key, _, value = pair.partition(b"=")
        if key.strip() == name.encode():
            return value.strip().decode("latin-1")
    return ""
