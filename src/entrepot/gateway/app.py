"""The gateway as an ASGI application."""

from collections.abc import Awaitable, Mapping, MutableMapping
from typing import Any

from entrepot.gateway.directory import Directory
from entrepot.gateway.exchange import Exchange
from entrepot.http.body import Receive
from entrepot.http.mounts import Logged
from entrepot.http.sending import Send

AsgiScope = MutableMapping[str, Any]

_NOWHERE = "/api/"  # no row is there, and no file or page of the console below it


class Gateway:
    """ASGI application over the rows, pages and files of a `directory`, and `mounts` (path → application). To
    what is `withheld` it answers as to any path that leads nowhere.
    """

    def __init__(
        self, directory: Directory, *, mounts: Mapping[str, Logged], withheld: frozenset[str] = frozenset()
    ) -> None:
        self._directory, self._mounts, self._withheld = directory, mounts, withheld

    def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return _refuse(scope, send)
        if scope["path"] in self._withheld:
            scope = {**scope, "path": _NOWHERE}
        if (mount := self._mounts.get(scope["path"])) is not None:
            return mount(scope, receive, send)
        return Exchange(self._directory, scope, receive, send).run()

    def close(self) -> None:
        """End the streams that are open. Other requests are short."""
        self._directory.closing.set()


async def _refuse(scope: AsgiScope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1003, "reason": "no such socket"})
