"""The connections of one process to a PostgreSQL server, which all of its contexts share: a transaction sets
the schema of its context, and a connection belongs to nobody between two of them.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from time import monotonic
from typing import Any, Self

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import structlog

from entrepot.core import time_left
from entrepot.core.errors import Unavailable
from entrepot.infra.database.postgres_leads import Leads
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS

log = structlog.get_logger()

# With the one for leads nine: ten processes fit into the hundred that PostgreSQL lets in by default, with
# room for a backup, a dump and the operator:
# https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-MAX-CONNECTIONS
SIZE = 8
_CONNECT_TIMEOUT_S = 5.0
# Every context's statements meet on every connection, and each has its own text there.
_STATEMENTS_KEPT = 4_000
_TOO_MANY_WITHIN_S = 5.0
_SESSION = {
    "search_path": "pg_catalog",  # who forgot to say whose it is finds and makes nothing in `public`
    "synchronous_commit": "on",
    "jit": "off",
    "statement_timeout": "0",  # whoever waits says how long; a role's default must not end a migration
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "60000",
}


class AllBusy(Unavailable):
    """No connection to the database became free in the time that the caller waits."""

    def __init__(self) -> None:
        super().__init__("Every connection to the database stayed busy for too long.")


class PostgresPool:
    """At most `size` connections for transactions, opened when needed and kept, and one for leads."""

    def __init__(self, pool: Any, dsn: str, *, size: int, label: str) -> None:
        self.dsn, self.size = dsn, size
        self.leads = Leads(lambda: _connect(dsn, label=f"{label} leads"))
        self._pool = pool
        # Why not wait for the driver's pool? Whoever comes may overtake whoever waits there, for ever
        # (https://github.com/MagicStack/asyncpg/issues/1247). These turns are in the order of arrival.
        self._turns = asyncio.Semaphore(size)
        self._holders: set[asyncio.Task[Any] | None] = set()
        self._complained_s = float("-inf")

    @classmethod
    async def open(cls, dsn: str, *, size: int = SIZE, label: str = "entrepot") -> Self:
        """`label` names the connections for the server. Raises: Unavailable."""
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size,
                max_inactive_connection_lifetime=0,
                timeout=_CONNECT_TIMEOUT_S,
                statement_cache_size=_STATEMENTS_KEPT,
                reset=_leave_as_it_is,
                server_settings={**_SESSION, "application_name": label},
            )
        except DRIVER_ERRORS as error:
            raise Unavailable("the database does not answer now") from error
        return cls(pool, dsn, size=size, label=label)

    def share(self, *, whole: bool) -> "PoolShare":
        """Return what one context may use: unless it has the `whole` pool, it leaves some to the others. Its
        reads leave some to its writes.
        """
        most = self.size if whole else max(1, self.size * 3 // 4)
        return PoolShare(self, most=most, most_reads=max(1, most * 5 // 6))

    @property
    def opened(self) -> int:
        """How many connections for transactions there are."""
        return int(self._pool.get_size())

    @property
    def busy(self) -> int:
        return len(self._holders)

    async def close(self) -> None:
        await self._pool.close()
        await self.leads.close()

    @asynccontextmanager
    async def connection(self, gates: Sequence[asyncio.Semaphore]) -> AsyncIterator[Any]:
        """Pass the gates, then wait for a turn. Raises: AllBusy, Unavailable."""
        task = asyncio.current_task()
        if task in self._holders:
            raise RuntimeError(
                "work that holds a connection asked for another, for which it may wait for ever"
            )
        gates = (*gates, self._turns)
        await _pass(gates)
        try:
            connection = await self._acquire()
            self._holders.add(task)
            try:
                yield connection
            finally:
                self._holders.discard(task)
                await self._pool.release(connection)
        finally:
            for gate in gates:
                gate.release()

    async def _acquire(self) -> Any:
        """Return a connection. While the server lets no more of them in, those that we have must do."""
        began_s = monotonic()
        while True:
            try:
                return await self._pool.acquire()
            except asyncpg.TooManyConnectionsError as error:
                if not self.opened or monotonic() - began_s > _TOO_MANY_WITHIN_S:
                    raise Unavailable("the database has no connection to spare") from error
                self._complain(error)
            except DRIVER_ERRORS as error:
                raise Unavailable("the database does not answer now") from error
            await asyncio.sleep(random.uniform(0.01, 0.05))  # noqa: S311  # no secret

    def _complain(self, error: Exception) -> None:
        """Once a minute: the operator has to raise `max_connections`, or to lower `database_connections`."""
        if monotonic() - self._complained_s > 60:
            self._complained_s = monotonic()
            log.warning(
                "database.too_many_connections", opened=self.opened, size=self.size, reason=str(error)
            )


class PoolShare:
    """One context's part of a pool."""

    def __init__(self, pool: PostgresPool, *, most: int, most_reads: int) -> None:
        self._pool = pool
        self._all, self._reads = asyncio.Semaphore(most), asyncio.Semaphore(most_reads)

    def connection(self, *, reads: bool = False) -> AbstractAsyncContextManager[Any]:
        """Raises: AllBusy, Unavailable."""
        return self._pool.connection((self._reads, self._all) if reads else (self._all,))


async def _pass(gates: Sequence[asyncio.Semaphore]) -> None:
    """Take a turn at all of them or, when whoever asked waits no longer, at none. Raises: AllBusy."""
    if (until := time_left.until()) is None or not any(gate.locked() for gate in gates):
        return await _take_turns(gates)
    try:
        async with asyncio.timeout(until - monotonic()):
            return await _take_turns(gates)
    except TimeoutError as error:
        raise AllBusy from error


async def _take_turns(gates: Sequence[asyncio.Semaphore]) -> None:
    passed: list[asyncio.Semaphore] = []
    try:
        for gate in gates:
            await gate.acquire()
            passed.append(gate)
    except BaseException:
        for gate in passed:
            gate.release()
        raise


async def _connect(dsn: str, *, label: str) -> Any:
    settings = {**_SESSION, "application_name": label}
    return await asyncpg.connect(dsn, timeout=_CONNECT_TIMEOUT_S, server_settings=settings)


async def _leave_as_it_is(connection: Any) -> None:
    """Skip the pool's reset after every use: it costs a round trip, and our statements leave no traces."""
