"""Measures a node for /metrics: what its contexts say of themselves, and what only the process knows."""

import asyncio
import os
import platform
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from pathlib import Path

from entrepot.core.errors import Unavailable
from entrepot.core.histogram import Histogram
from entrepot.core.metrics import OPEN_CONNECTIONS, Sample
from entrepot.core.time import now
from entrepot.http.access_log import AccessLog
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.node import metrics
from entrepot.node.node import Node
from entrepot.node.readiness import REASONS, Readiness

_EVERY_S = 0.1  # between two looks at the loop: often enough to meet a stall, and 20 µs of work each second
# From what a timer of the kernel is late by itself to what a person takes for an outage.
_LATE_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_PATIENCE_S = 1.0
_REFUSED = frozenset({400, 401, 403, 429})


class Measuring:
    """`await look()` before the samples are read; `run` in the background."""

    def __init__(
        self, node: Node, readiness: Readiness, *, connections: Collection[Collection[object]],
        streams: Callable[[], int],
    ) -> None:  # fmt: skip
        self._node, self._readiness = node, readiness
        self._connections, self._streams = connections, streams
        self._delay = Histogram(_LATE_S)
        self._sign_in = frozenset(
            row.name for each in node.parts.assembly for row in each.rows if row.session == "opens"
        )
        self._looked: list[Sample] = []
        self._disk: list[Sample] = []

    async def run(self) -> None:
        """Until cancelled: measure how late the event loop is."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._delay.take(max(0.0, loop.time() - due))

    async def look(self) -> None:
        """Look at what must be waited for."""
        obstacles = await self._readiness.obstacles()
        found = {each.reason for each in obstacles}
        looked = [metrics.READY.at(float(not found))]
        looked += [metrics.NOT_READY.at(float(reason in found), reason) for reason in REASONS]
        ages = await asyncio.gather(*(self._age(name) for name in self._node.hosted))
        looked += [metrics.OLDEST.at(age, name) for name, age in zip(self._node.hosted, ages, strict=True)]
        self._looked = looked
        try:  # a network's disk may never answer, and would hold up all requests
            async with asyncio.timeout(_PATIENCE_S):
                self._disk = await asyncio.to_thread(lambda: list(self._of_the_disk()))
        except TimeoutError:  # `not_ready` says so
            self._disk = []

    def samples(self) -> Iterator[Sample]:
        """Yield everything that the node measures."""
        yield metrics.BUILD.at(1, self._node.parts.version, platform.python_version())
        yield metrics.DEPLOYMENT.at(1, self._node.parts.deployment.id)
        yield from self._looked
        yield metrics.LOOP_DELAY.at(self._delay)
        yield from self._of_the_process()
        yield from self._disk
        yield from self._of_the_pool()
        yield from self._node.samples()

    def _of_the_process(self) -> Iterator[Sample]:
        parts = self._node.parts
        yield metrics.RELOAD_WORKED.at(float(parts.reloads.last_worked))
        yield metrics.RELOADED_AT.at(parts.reloads.last_at_s)
        if (certificate := parts.arrivals.certificate) is not None:
            yield metrics.TLS_ENDS.at(certificate.expires.timestamp())
            yield metrics.TLS_CURRENT.at(float(certificate.current))
            yield metrics.TLS_RELOADS.at(certificate.reloads)
            yield metrics.TLS_FAILURES.at(certificate.failures)
        yield metrics.BUS_CONNECTED.at(float(parts.bus.connected))
        yield metrics.BUS_RECONNECTS.at(parts.bus.reconnects)
        yield metrics.BACKUP_AT.at(parts.last_backup_s())
        yield metrics.SIGN_IN_FAILURES.at(self._failures(parts.access_log))
        yield metrics.OPEN_STREAMS.at(self._streams())
        yield OPEN_CONNECTIONS.at(sum(map(len, self._connections)), "http")

    def _of_the_disk(self) -> Iterator[Sample]:
        yield metrics.DISK_FLOOR.at(self._readiness.floor_bytes)
        try:
            found = os.statvfs(self._node.parts.settings.data)
        except OSError:  # `not_ready` says so
            return
        yield metrics.DISK_FREE.at(found.f_bavail * found.f_frsize)
        yield metrics.DISK_SIZE.at(found.f_blocks * found.f_frsize)
        for name, hosted in self._node.hosted.items():
            if isinstance(database := hosted.database.inner, SQLite) and not database.in_memory:
                yield metrics.DATABASE_SIZE.at(_size(Path(database.path)), name)
                yield metrics.DATABASE_WAL.at(_size(Path(f"{database.path}-wal")), name)

    def _of_the_pool(self) -> Iterator[Sample]:
        """All contexts of a process share its connections to PostgreSQL."""
        inner = (hosted.database.inner for hosted in self._node.hosted.values())
        if (found := next((each for each in inner if isinstance(each, Postgres)), None)) is not None:
            yield metrics.DATABASE_CONNECTIONS.at(found.pool.opened, "open")
            yield metrics.DATABASE_CONNECTIONS.at(found.pool.busy, "busy")
            yield metrics.DATABASE_CONNECTIONS_LIMIT.at(found.pool.size)

    def _failures(self, access_log: AccessLog) -> int:
        tallies = [access_log.tallies[row] for row in self._sign_in if row in access_log.tallies]
        return sum(
            count for tally in tallies for status, count in tally.statuses.items() if status in _REFUSED
        )

    async def _age(self, name: str) -> float:
        hosted = self._node.hosted[name]
        said: datetime | None = None
        try:
            async with asyncio.timeout(_PATIENCE_S):
                said = await hosted.oldest_unconfirmed()
        except (TimeoutError, Unavailable):  # `not_ready` says that the database is away
            return 0.0
        return 0.0 if said is None else max(0.0, (now() - said).total_seconds())


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # no log yet
        return 0
