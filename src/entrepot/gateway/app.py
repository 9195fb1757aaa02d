"""The gateway as an ASGI application."""

from collections.abc import Awaitable, Mapping, MutableMapping, Sequence
from typing import Any

from entrepot.gateway.directory import Directory, PageSource
from entrepot.gateway.exchange import Exchange
from entrepot.gateway.pages.console import Console
from entrepot.gateway.remote.upstream import Upstream
from entrepot.gateway.rows.door import Door
from entrepot.gateway.session.auth import Authenticator
from entrepot.http.access_log import AccessLog
from entrepot.http.body import Receive
from entrepot.http.mounts import Logged
from entrepot.http.sending import Send

AsgiScope = MutableMapping[str, Any]


class Gateway:
    """ASGI application over `tables` (context → rows with their doors), fixed `pages` (path → page) and
    `mounts` (path → application).
    """

    def __init__(
        self,
        tables: Mapping[str, Sequence[Door]],
        upstreams: Mapping[str, Upstream],
        authenticator: Authenticator,
        access_log: AccessLog,
        *,
        pages: Mapping[str, PageSource],
        mounts: Mapping[str, Logged] | None = None,
        cors_origins: Sequence[str] = (),
        secure_cookies: bool = False,
        console: Console | None = None,
    ) -> None:
        self._mounts = mounts or {}
        self._directory = Directory(
            tables,
            upstreams,
            authenticator,
            access_log,
            pages=pages,
            cors_origins=cors_origins,
            secure_cookies=secure_cookies,
            console=console,
        )

    def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return _refuse(scope, send)
        if (mount := self._mounts.get(scope["path"])) is not None:
            return mount(scope, receive, send)
        return Exchange(self._directory, scope, receive, send).run()

    def close(self) -> None:
        """End the streams that are open. Other requests are short."""
        self._directory.closing.set()


async def _refuse(scope: AsgiScope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1003, "reason": "no such socket"})
