"""Calls webhooks over HTTP. We resolve names ourselves, and look at the very address of every socket before
it connects: a name that points elsewhere a moment later gains nothing. Redirects are not followed, and no
answer's body is read.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver

from entrepot.core.errors import Invalid
from entrepot.infra.webhooks.addresses import Networks, meant

TIMEOUT_S = 10.0
_MOST_HEADER_BYTES = 8_190
_NUMBER = re.compile(r"[0-9]*|0x[0-9a-f]*")
_AGENT = "Entrepot-Webhooks/1"


class RefusedUrl(Invalid):
    """We never call this."""

    fields = ("field",)
    field = "url"


class WebhookOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a call. `code` is 0 when nobody answered; `error` says why, in a sentence."""

    code: int = 0
    error: str = ""
    retry_after_s: float = 0.0


class _NotAllowed(OSError):
    """A socket would have gone where none may."""


class HttpCaller:
    """Opened by `async with`; calls that are sealed by TLS go to public addresses, and all to `networks`."""

    def __init__(
        self,
        networks: Networks,
        *,
        timeout_s: float = TIMEOUT_S,
        resolver: AbstractResolver | None = None,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """`trust` names other authorities than the system's."""
        self._networks, self._timeout_s, self._resolver, self._trust = networks, timeout_s, resolver, trust
        self._sealed: aiohttp.ClientSession | None = None
        self._open: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HttpCaller":
        self._sealed, self._open = self._session(sealed=True), self._session(sealed=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (self._sealed, self._open):
            if session is not None:
                await session.close()

    def allow(self, networks: Networks) -> None:
        """Let webhooks reach these networks from now on, beside the public ones."""
        self._networks = networks

    def check(self, url: str) -> None:
        """Raises: RefusedUrl."""
        if not url.isascii() or not url.isprintable() or " " in url:
            raise RefusedUrl("A URL is printable ASCII without spaces.")
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise RefusedUrl("This is no URL.") from error
        if parts.scheme not in ("https", "http") or not host:
            raise RefusedUrl("A webhook is an https URL.")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise RefusedUrl("A webhook's URL holds no user, password or fragment.")
        if parts.scheme == "http" and not self._networks:
            raise RefusedUrl("A webhook is an https URL.")
        try:
            meant(host)
        except ValueError:
            if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
                # Resolvers read 127.1 and 2130706433 as addresses; nobody means that honestly.
                raise RefusedUrl("This is no host name.") from None
            return
        if not self._networks.allow(host, sealed=parts.scheme == "https"):
            raise RefusedUrl("We do not call this address.")

    async def call(self, url: str, body: bytes, headers: Mapping[str, str]) -> WebhookOutcome:
        """POST once. Whatever the other side does is an outcome, not an error."""
        session = self._sealed if url.startswith("https:") else self._open
        assert session is not None
        try:
            self.check(url)
            async with asyncio.timeout(self._timeout_s):
                async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                    return _outcome(answer)
        except RefusedUrl:
            return WebhookOutcome(error="This node does not call this address.")
        except TimeoutError:
            return WebhookOutcome(error=f"No answer came within {self._timeout_s:.0f} s.")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return WebhookOutcome(error=_sentence(error))

    def _session(self, *, sealed: bool) -> aiohttp.ClientSession:
        def open_socket(found: tuple[Any, ...]) -> socket.socket:
            family, kind, protocol, _, address = found
            if not self._networks.allow(str(address[0]), sealed=sealed):
                raise _NotAllowed("This address may not be called.")
            return socket.socket(family=family, type=kind, proto=protocol)

        connector = aiohttp.TCPConnector(
            resolver=self._resolver or aiohttp.ThreadedResolver(),
            use_dns_cache=False,
            force_close=True,
            socket_factory=open_socket,
            ssl=self._trust or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT},
            auto_decompress=False,
            max_line_size=_MOST_HEADER_BYTES,
            max_field_size=_MOST_HEADER_BYTES,
        )


def _outcome(answer: aiohttp.ClientResponse) -> WebhookOutcome:
    if 200 <= answer.status < 300:
        return WebhookOutcome(code=answer.status)
    if 300 <= answer.status < 400:
        return WebhookOutcome(code=answer.status, error="It redirects, and we do not follow.")
    after = answer.headers.get("Retry-After", "")
    seconds = float(after) if after.isascii() and after.isdigit() and len(after) < 10 else 0.0
    return WebhookOutcome(code=answer.status, error=f"It answered {answer.status}.", retry_after_s=seconds)


def _sentence(error: Exception) -> str:
    """Return a sentence for administrators. It quotes nothing of what the other side said."""
    match error:
        case aiohttp.ClientConnectorCertificateError():
            return "It cannot prove its name."
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return "TLS did not come about."
        case aiohttp.ClientConnectorDNSError():
            return "Its name cannot be resolved."
        case aiohttp.ClientConnectorError() if isinstance(error.os_error, _NotAllowed):
            return "This node does not call this address."
        case aiohttp.ClientConnectorError() | OSError():
            return "It cannot be reached."
        case _:
            return "It does not talk HTTP as it should."
