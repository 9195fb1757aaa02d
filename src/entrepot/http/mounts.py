"""Applications beside the rows, under paths of their own, such as the doors of devices. They authenticate
their callers themselves; the gateway learns of each request only what its access log needs.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from entrepot.core.routes import Principal
from entrepot.http.access_log import AccessLog
from entrepot.http.body import Receive
from entrepot.http.sending import Send

# An ASGI application that returns (who asked, status, bytes of the body that it sent).
Handled = tuple[Principal, int, int]
MountedApp = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[Handled]]


class Logged:
    """Records every answer of a mounted application in the access log, under one of its `paths`."""

    def __init__(self, app: MountedApp, access_log: AccessLog, *, paths: frozenset[str]) -> None:
        self._app, self._log, self._paths = app, access_log, paths

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        started = perf_counter()
        who, status, size = await self._app(scope, receive, send)
        method, path = scope["method"], scope["path"]
        row = f"{method} {path}" if path in self._paths else "unmatched"
        took_s = perf_counter() - started
        self._log.record(who, method=method, row=row, status=status, took_s=took_s, size=size, request_id="")
