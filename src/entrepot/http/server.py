"""Serves an ASGI application on a socket with uvicorn. All HTTP doors use it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import msgspec
import uvicorn

from entrepot.http.forwarded import Forwarding
from entrepot.http.wire import NOT_TLS, HttpProtocol, drop_the_slow
from entrepot.net.arriving import PLAINLY, Arriving, Peer, open_port

App = Callable[[Any, Any, Any], Awaitable[object]]


_KEEP_ALIVE_S = 5.0  # uvicorn's own default


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers, because the node handles signals, and with our way in for
    connections.
    """

    def __init__(
        self, config: uvicorn.Config, listener: socket.socket, how: Arriving, *, forwarding: Forwarding | None
    ) -> None:
        super().__init__(config)
        self._listener, self._forwarding = listener, forwarding
        self._how = msgspec.structs.replace(how, protocol="http/1.1", refusal=NOT_TLS)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await self.lifespan.startup()
        self.servers = [await open_port(self._listener, self._connection, self._how)]  # type: ignore[list-item]  # closed alike
        self.started = True

    def _connection(self, announced: Peer | None) -> HttpProtocol:
        made = HttpProtocol(self.config, self.server_state, self.lifespan.state)
        made.announced, made.forwarding = announced, self._forwarding
        return made

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
    how: Arriving = PLAINLY,
    forwarding: Forwarding | None = None,
) -> AsyncIterator[None]:
    """Serve inside the block, then finish what is under way within `shutdown_s`. Cut off whoever takes longer
    than `patience_s` for headers, or asks nothing for `keep_alive_s`. `how` connections arrive, and whose
    word on callers is taken, follows from the settings.
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
    server = _Server(config, listener, how, forwarding=forwarding)
    connections = server.server_state.connections
    slow = asyncio.create_task(drop_the_slow(connections, patience_s=patience_s, keep_alive_s=keep_alive_s))
    running = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([running])
        slow.cancel()
