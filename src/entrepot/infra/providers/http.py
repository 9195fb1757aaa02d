"""Asks providers of sign-in over HTTP: at the host that the operator named, wherever it stands, and at
others that this one names only where they are public. Redirects are not followed; answers have a bound.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog

from entrepot.core.errors import Unavailable
from entrepot.infra.webhooks.addresses import is_public, meant

log = structlog.get_logger()

TIMEOUT_S = 8.0  # of one call; a sign-in makes three of them at most, within its row's deadline
MOST_BYTES = 512 * 1024  # key sets with certificates of all keys have about 30 kB
_AGENT = "Entrepot-Sign-In/1"


class ProviderSilent(Unavailable):
    """The provider cannot be reached, or says too much."""


class HttpProviderCaller:
    """Opened by `async with`."""

    def __init__(self, *, timeout_s: float = TIMEOUT_S, trust: ssl.SSLContext | None = None) -> None:
        """`trust` names other authorities than the system's."""
        self._timeout_s, self._trust = timeout_s, trust
        self._named: aiohttp.ClientSession | None = None
        self._others: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "HttpProviderCaller":
        self._named, self._others = self._session(anywhere=True), self._session(anywhere=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in (self._named, self._others):
            if session is not None:
                await session.close()

    async def ask(
        self, url: str, *, issuer: str, form: Mapping[str, str] | None = None, authorization: str = ""
    ) -> tuple[int, bytes]:
        """GET, or POST a form. Return the status and the body. Raises: ProviderSilent."""
        host = urlsplit(url).hostname or ""
        session = self._named if host == urlsplit(issuer).hostname else self._others
        assert session is not None
        headers = {"Authorization": authorization} if authorization else {}
        try:
            async with asyncio.timeout(self._timeout_s):
                async with session.request(
                    "GET" if form is None else "POST", url, data=form, headers=headers, allow_redirects=False
                ) as answer:
                    return answer.status, await _bounded(answer)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            log.warning("provider.silent", host=host, reason=type(error).__name__)
            raise ProviderSilent("The sign-in service does not answer now.") from None

    def _session(self, *, anywhere: bool) -> aiohttp.ClientSession:
        def open_socket(found: tuple[Any, ...]) -> socket.socket:
            family, kind, protocol, _, address = found
            if not anywhere and not is_public(meant(str(address[0]))):
                raise OSError("This address may not be called.")
            return socket.socket(family=family, type=kind, proto=protocol)

        connector = aiohttp.TCPConnector(
            resolver=aiohttp.ThreadedResolver(),
            use_dns_cache=False,
            force_close=True,
            socket_factory=open_socket,
            ssl=self._trust or True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": _AGENT, "Accept": "application/json", "Accept-Encoding": "identity"},
            auto_decompress=False,
        )


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    """Raises: ValueError when there is more than any provider says."""
    body = bytearray()
    async for part in answer.content.iter_chunked(16 * 1024):
        body += part
        if len(body) > MOST_BYTES:
            raise ValueError("too large")
    return bytes(body)
