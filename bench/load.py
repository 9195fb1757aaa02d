"""A load generator on raw sockets, cheap enough not to be the limit: keep-alive connections, one request
under way on each. Closed loop for throughput; open loop (Poisson, each latency counted from the moment
at which the request was due) for latency.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

CONNECTIONS = 64


@dataclass
class Round:
    """What one round of load saw. Latencies are seconds."""

    requests: int = 0
    errors: int = 0
    took_s: float = 0.0
    latencies_s: list[float] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        return self.requests / self.took_s

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.latencies_s)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Connection(asyncio.Protocol):
    """Sends a request, and reads its answer to the end."""

    def __init__(self, answered: Callable[["Connection", bool], None]) -> None:
        self._answered = answered
        self._buffer = b""
        self.began_at = 0.0
        self.status = 0
        self.lost = False

    def connection_made(self, transport: Any) -> None:  # uvloop's is none of asyncio's classes
        self.transport = transport

    def send(self, request: bytes, began_at: float) -> None:
        self.began_at = began_at
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._buffer:
            data = self._buffer + data
        head_end = data.find(b"\r\n\r\n")
        at = data.find(b"content-length: ")
        if head_end < 0 or len(data) < head_end + 4 + int(data[at + 16 : data.index(b"\r", at)]):
            self._buffer = data
            return
        self._buffer = b""
        self.status = int(data[9:12])
        self._answered(self, 200 <= self.status < 300)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        self._answered(self, False)


class Load:
    """One round: `requests` yields what to send, without end."""

    def __init__(self, requests: Iterator[bytes], *, seconds: float) -> None:
        self.round = Round()
        self._requests, self._seconds = requests, seconds
        self._connections: list[Connection] = []
        self._done = asyncio.Event()
        self._under_way: set[Connection] = set()

    async def closed(self, port: int) -> Round:
        """The next request goes out when the answer to the last is in."""
        await self._connect(port, self._send_next)
        self._begin()
        for connection in self._connections:
            self._send(connection, perf_counter())
        return await self._end()

    async def open(self, port: int, *, per_s: float) -> Round:
        """Requests are due at random moments, whether or not the server keeps up."""
        self._idle: deque[Connection] = deque()
        self._due: deque[float] = deque()
        self._gap_s, self._random = 1 / per_s, random.Random(1)
        await self._connect(port, self._take_due)
        self._idle += self._connections
        self._begin()
        self._next_at = self._began_at
        self._tick()
        return await self._end()

    async def _connect(self, port: int, answered: Callable[[Connection, bool], None]) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            _, connection = await loop.create_connection(lambda: Connection(answered), "127.0.0.1", port)
            self._connections.append(connection)

    def _begin(self) -> None:
        self._began_at = perf_counter()
        self._until = self._began_at + self._seconds

    async def _end(self) -> Round:
        async with asyncio.timeout(self._seconds + 30):
            await self._done.wait()
        self.round.took_s = perf_counter() - self._began_at
        for connection in self._connections:
            connection.transport.abort()
        return self.round

    def _send(self, connection: Connection, due_at: float) -> None:
        self._under_way.add(connection)
        connection.send(next(self._requests), due_at)

    def _count(self, connection: Connection, now: float, *, good: bool) -> None:
        if connection not in self._under_way:  # it was idle, and is closed now
            return
        self._under_way.remove(connection)
        self.round.requests += 1
        self.round.errors += not good
        self.round.latencies_s.append(now - connection.began_at)

    def _send_next(self, connection: Connection, good: bool) -> None:
        now = perf_counter()
        self._count(connection, now, good=good)
        if now < self._until and not connection.lost:
            self._send(connection, now)
        elif not self._under_way:
            self._done.set()

    def _tick(self) -> None:
        """Spins, because the loop's timers are a millisecond coarse; the generator has its own core."""
        now = perf_counter()
        while self._next_at <= now and self._next_at < self._until:
            self._due.append(self._next_at)
            self._next_at += self._random.expovariate(1) * self._gap_s
        while self._due and self._idle:
            # In turn, so that no connection rests until the server hangs up on it.
            self._send(self._idle.popleft(), self._due.popleft())
        if self._next_at < self._until or self._due or self._under_way:
            asyncio.get_running_loop().call_soon(self._tick)
        else:
            self._done.set()

    def _take_due(self, connection: Connection, good: bool) -> None:
        self._count(connection, perf_counter(), good=good)
        if not connection.lost:
            self._idle.append(connection)
