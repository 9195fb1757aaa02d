"""The console's session: its tokens travel in cookies that no script can read.

A cookie counts only beside the header `X-Console: 1`. Another origin's page cannot send that header without
a preflight, which the gateway grants to none but named origins; with `SameSite=Strict` on top, a foreign
page can make no request in somebody's name.
"""

from http.cookies import CookieError, SimpleCookie

import msgspec

from entrepot.core.credentials import Tokens
from entrepot.core.routes import Route
from entrepot.http.answer import Answer

_Headers = dict[bytes, bytes]

_ACCESS, _REFRESH, _BINDING = "entrepot_access", "entrepot_refresh", "entrepot_departure"
_REFRESH_S = 30 * 24 * 3600
_AWAY_S = 15 * 60  # as long as a departure is remembered


def from_console(headers: _Headers) -> bool:
    return headers.get(b"x-console") == b"1"


def authorization(headers: _Headers) -> bytes | None:
    """Return the Authorization header, or its equivalent from the console's cookie."""
    if (sent := headers.get(b"authorization")) is not None:
        return sent
    if from_console(headers) and (token := _read(headers, _ACCESS)):
        return b"Bearer " + token.encode("latin-1", "replace")
    return None


def body_of(row: Route, headers: _Headers, body: bytes) -> bytes:
    """Return the body with what the console has in a cookie: the refresh token, or what it departed with."""
    if row.session == "renews" and (token := _read(headers, _REFRESH)):
        return msgspec.json.encode({"refresh_token": token})
    if row.session == "returns":
        return _with_binding(body, _read(headers, _BINDING) or "")
    return body


def answer_of(row: Route, answer: Answer, *, secure: bool) -> Answer:
    """Move tokens from the body into cookies, or take the cookies back."""
    if row.session == "closes" or (answer.status == 401 and row.session in ("opens", "renews")):
        cookies = (
            _cookie(_ACCESS, "", path="/", age_s=0, secure=secure),
            _cookie(_REFRESH, "", path=_home(row), age_s=0, secure=secure),
        )
        return _with_cookies(answer, *cookies)
    if row.session == "returns":
        answer = _with_cookies(answer, _cookie(_BINDING, "", path="/", age_s=0, secure=secure))
    if answer.status not in (200, 201):
        return answer
    if row.session == "departs":
        return _departed(answer, secure=secure)
    if row.gives is not Tokens:
        return answer
    tokens = msgspec.json.decode(answer.body, type=Tokens)
    public = {"token_type": tokens.token_type, "expires_in": tokens.expires_in}
    cookies = (
        _cookie(_ACCESS, tokens.access_token, path="/", age_s=tokens.expires_in, secure=secure),
        _cookie(_REFRESH, tokens.refresh_token, path=_home(row), age_s=_REFRESH_S, secure=secure),
    )
    return _with_cookies(msgspec.structs.replace(answer, body=msgspec.json.encode(public)), *cookies)


def _departed(answer: Answer, *, secure: bool) -> Answer:
    """Move what the browser departs with from the body into a cookie, so that no other browser can come
    back.
    """
    told = msgspec.json.decode(answer.body, type=dict[str, str])
    binding = told.pop("binding", "")
    kept = _cookie(_BINDING, binding, path="/", age_s=_AWAY_S, secure=secure)
    return _with_cookies(msgspec.structs.replace(answer, body=msgspec.json.encode(told)), kept)


def _with_binding(body: bytes, binding: str) -> bytes:
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.DecodeError:
        return body  # the row says what is wrong with it
    return msgspec.json.encode({**told, "binding": binding})


def _with_cookies(answer: Answer, *cookies: tuple[str, str]) -> Answer:
    return msgspec.structs.replace(answer, headers=(*answer.headers, *cookies))


def _home(row: Route) -> str:
    """Return the path of the refresh token's cookie, such as `/api/tokens`: only the rows below it need
    it.
    """
    return "/".join(row.path.split("/")[:3])


def _cookie(name: str, value: str, *, path: str, age_s: int, secure: bool) -> tuple[str, str]:
    only_encrypted = "; Secure" if secure else ""
    return (
        "set-cookie",
        f"{name}={value}; Path={path}; Max-Age={age_s}; HttpOnly; SameSite=Strict{only_encrypted}",
    )


def _read(headers: _Headers, name: str) -> str | None:
    try:
        found = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1")).get(name)
    except CookieError:
        return None
    return found.value if found is not None and found.value else None
