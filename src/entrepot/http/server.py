"""Serves an ASGI application on a socket with uvicorn. All HTTP doors use it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from entrepot.http.wire import HttpProtocol, drop_the_slow

App = Callable[[Any, Any, Any], Awaitable[object]]


_KEEP_ALIVE_S = 5.0  # uvicorn's own default


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the node handles signals."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(
    app: App,
    listener: socket.socket,
    *,
    patience_s: float,
    shutdown_s: float,
    keep_alive_s: float = _KEEP_ALIVE_S,
) -> AsyncIterator[None]:
    """Serve inside the block, then finish what is under way within `shutdown_s`. Cut off whoever takes longer
    than `patience_s` for headers, or asks nothing for `keep_alive_s`.
    """
    config = uvicorn.Config(
        app,
        interface="asgi3",
        http=HttpProtocol,
        ws="none",
        proxy_headers=False,
        lifespan="off",
        loop="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=int(shutdown_s),
    )
    server = _Server(config)
    connections = server.server_state.connections
    slow = asyncio.create_task(drop_the_slow(connections, patience_s=patience_s, keep_alive_s=keep_alive_s))
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([running])
        slow.cancel()
