"""A context's database as it is measured: how long its reads and writes take, and whether the last write that
it was asked for failed.
"""

from collections.abc import Awaitable, Callable, Sequence
from time import perf_counter
from typing import TypeVar

from entrepot.core.errors import Contended, Unavailable
from entrepot.core.histogram import Histogram
from entrepot.core.ports import Dialect, Reading, Transaction
from entrepot.infra.database.migrate import Migratable

T = TypeVar("T")

# From a read of SQLite's page cache (50 µs) over a disk's sync (1 to 10 ms) to a deadline of a row.
LATENCY_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class MeasuredDatabase:
    """`Migratable` over another one."""

    def __init__(self, inner: Migratable) -> None:
        self._inner = inner
        self.dialect: Dialect = inner.dialect
        self.reads, self.writes = Histogram(LATENCY_S), Histogram(LATENCY_S)
        self.doubtful = False

    @property
    def inner(self) -> Migratable:
        return self._inner

    @property
    def leading(self) -> bool:
        return self._inner.leading

    @property
    def writable(self) -> bool:
        return self._inner.writable

    async def lead(self) -> bool:
        return await self._inner.lead()

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        began = perf_counter()
        try:
            return await self._inner.read(work)
        finally:
            self.reads.take(perf_counter() - began)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        began = perf_counter()
        try:
            result = await self._inner.write(work)
        except Contended:
            raise
        except Unavailable:  # of the database, or of what the work asked: `prove_write` tells
            self.doubtful = self._inner.writable
            raise
        finally:
            self.writes.take(perf_counter() - began)
        self.doubtful = False
        return result

    async def exclusively(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        return await self._inner.exclusively(work)

    async def scrub(self, *, tables: Sequence[str] = (), traces: Sequence[bytes] = ()) -> Sequence[str]:
        return await self._inner.scrub(tables=tables, traces=traces)

    async def prove_write(self) -> None:
        """Write something that changes nothing. Raises: Unavailable."""
        await self.write(_touch)

    async def close(self) -> None:
        await self._inner.close()


async def _touch(tx: Transaction) -> None:
    """The page is written all the same."""
    await tx.execute("UPDATE outbox_pruned SET through = through")
