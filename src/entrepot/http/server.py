"""An ASGI application on a socket, by uvicorn, as every door of the house is served."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from entrepot.http.wire import HttpProtocol, drop_the_slow

App = Callable[[Any, Any, Any], Awaitable[object]]


_KEEP_ALIVE_S = 5.0


class _Server(uvicorn.Server):
    """Signals are the node's business."""

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
    """Serve inside the block, then finish what is under way within `shutdown_s`. Whoever keeps us waiting
    longer than `patience_s` for headers is cut off, and whoever asks nothing for `keep_alive_s`.
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
