"""Serves an ASGI application on a socket with uvicorn. All HTTP doors use it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import msgspec
import uvicorn

from entrepot.http.forwarded import Forwarding
from entrepot.http.refused import RefusedRequests
from entrepot.http.wire import NOT_TLS, HttpProtocol, drop_the_slow
from entrepot.net.arriving import PLAINLY, Arriving, Peer, open_port

App = Callable[[Any, Any, Any], Awaitable[object]]
# The connections of each server that stands, for whoever counts them.
Connections = list[set[Any]]

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


class ServingTimes(msgspec.Struct):
    """How long to wait for headers, for what is under way at the end, and for the next request on a
    connection. They may change while a server stands.
    """

    patience_s: float
    shutdown_s: float
    keep_alive_s: float = _KEEP_ALIVE_S

    def change(self, *, patience_s: float, shutdown_s: float) -> None:
        self.patience_s, self.shutdown_s = patience_s, shutdown_s


class ServerConfig(uvicorn.Config):
    """uvicorn's, whether connections shall end after the answer that is due, and who counts what was no
    request.
    """

    hangs_up: Callable[[], bool]
    refused: RefusedRequests


@asynccontextmanager
async def serving(
    app: App,
    listener: socket.socket,
    *,
    times: ServingTimes,
    how: Arriving = PLAINLY,
    forwarding: Forwarding | None = None,
    hangs_up: Callable[[], bool] = lambda: False,
    connections: Connections | None = None,
    refused: RefusedRequests | None = None,
) -> AsyncIterator[None]:
    """Serve inside the block, then finish what is under way. Cut off whoever takes too long. `how`
    connections arrive, and whose word on callers is taken, follows from the settings. While the process
    `hangs_up`, each answer is the last on its connection, so that proxies keep none that is about to end;
    `connections` is told who is connected, and `refused` counts what was no request.
    """
    config = ServerConfig(
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
    )
    config.hangs_up, config.refused = hangs_up, refused or RefusedRequests()
    server = _Server(config, listener, how, forwarding=forwarding)
    open_now = server.server_state.connections
    if connections is not None:
        connections.append(open_now)
    slow = asyncio.create_task(drop_the_slow(open_now, times))
    running = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        config.timeout_graceful_shutdown = int(times.shutdown_s)
        server.should_exit = True
        await asyncio.wait([running])
        slow.cancel()
        if connections is not None:
            connections.remove(open_now)
