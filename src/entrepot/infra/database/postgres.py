"""PostgreSQL as one context's database: a schema of its own, serializable writes that are tried again
when they meet, and a lead that is held by a session's advisory lock.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any, Self, TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import structlog

from entrepot.core import time_left
from entrepot.core.errors import Conflict, Contended, Error, Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Closing, Dialect, Reading, Transaction
from entrepot.infra.database.postgres_pool import SIZE, PostgresPool
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS, DatabaseTooSlow, PostgresTransaction

T = TypeVar("T")

log = structlog.get_logger()

_TRIES = 8
_FIRST_PAUSE_S = 0.002
# How long a migration waits for tables that others use: as long as on SQLite, but in turns, because whoever
# comes after it waits behind it (https://github.com/superseriousbusiness/gotosocial/issues/3790).
_TABLES_FREE_WITHIN_S = 60.0
_TURN_S = 3.0
_LOGGED = "the write-ahead log of PostgreSQL and its archive, until they are recycled"
_HELD = "a table of PostgreSQL, until it is vacuumed"
_MIGRATION_LOCK = 0x656E7401  # a class of advisory locks; the schema is the key
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# After waiting for the lock it must see what the other process did, so no older snapshot.
_MIGRATE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = ?"


class NotPermitted(Conflict):
    """The server does not let our role change its database as a migration must."""

    def __init__(self, schema: str, reason: object) -> None:
        super().__init__(
            f"PostgreSQL does not let us migrate {schema}: {reason}. The role in the setting `database` needs"
            " CREATE on the database, or every schema must be there and belong to it, tables included."
        )


class Postgres:
    """One schema of a PostgreSQL database; any number of processes may read and write it."""

    dialect: Dialect = "postgres"

    def __init__(
        self, pool: PostgresPool, schema: str, *, closing: Closing | None = None,
        tables_free_within_s: float = _TABLES_FREE_WITHIN_S, is_alone: bool = False,
    ) -> None:  # fmt: skip
        """`is_alone` says that nobody else has the pool, which then ends with this database."""
        self.schema = _plain(schema)
        self._pool, self._share = pool, pool.share(whole=is_alone)
        self._closing = closing
        self._tables_free_within_s = tables_free_within_s
        self._is_alone = is_alone
        self._under_way = 0
        self._closed = False
        self._all_done = asyncio.Event()

    @classmethod
    async def open(
        cls, dsn: str, schema: str, *, closing: Closing | None = None, size: int = SIZE, label: str = "",
        tables_free_within_s: float = _TABLES_FREE_WITHIN_S,
    ) -> Self:  # fmt: skip
        """Open it with connections of its own, which `label` names for the server. Raises: Unavailable."""
        pool = await PostgresPool.open(dsn, size=size, label=label or f"entrepot {_plain(schema)}")
        return cls(pool, schema, closing=closing, tables_free_within_s=tables_free_within_s, is_alone=True)

    @classmethod
    async def join(cls, pool: PostgresPool, schema: str, *, closing: Closing | None = None) -> Self:
        """Open it with the connections of this process. Raises: Unavailable."""
        database = cls(pool, schema, closing=closing)
        await pool.leads.use(schema)
        return database

    @property
    def dsn(self) -> str:
        return self._pool.dsn

    @property
    def pool(self) -> PostgresPool:
        """The connections of this process, for whoever counts them."""
        return self._pool

    @property
    def leading(self) -> bool:
        return self.schema in self._pool.leads.held

    @property
    def writable(self) -> bool:
        return True

    async def lead(self) -> bool:
        return not self._closed and await self._pool.leads.take(self.schema)

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        result, _ = await self._until_done(work, begin=_READ)
        return result

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        result, emitted = await self._until_done(work, begin=_WRITE)
        if emitted and self._closing is not None:
            self._closing.committed(emitted)
        return result

    async def exclusively(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction that waits for other processes doing the same: for migrations.
        It makes the schema if that is missing. Raises: NotPermitted; Unavailable when somebody keeps a table
        for long, as a dump does.
        """

        async def locked(tx: Transaction) -> T:
            await tx.fetch(_lock(_MIGRATION_LOCK), self.schema)
            await tx.execute(f"SET LOCAL lock_timeout = '{_TURN_S * 1000:.0f}ms'")
            # IF NOT EXISTS asks for the right to create a schema also where nothing is created.
            if await tx.fetch_one(_SCHEMA, self.schema) is None:
                await tx.execute(f'CREATE SCHEMA "{self.schema}"')
            return await work(tx)

        try:
            with self._accepted():
                return await self._in_turns(locked)
        except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidSchemaNameError) as error:
            raise NotPermitted(self.schema, error) from error
        except asyncpg.LockNotAvailableError as error:
            raise Unavailable(
                f"Another session of PostgreSQL keeps a table of {self.schema} that must change now."
                " End it (pg_stat_activity names it), a dump or an open transaction, and start again."
            ) from error

    async def _in_turns(self, work: Callable[[PostgresTransaction], Awaitable[T]]) -> T:
        began_s = monotonic()
        while True:
            try:
                async with self._share.connection() as connection:
                    tx = PostgresTransaction(connection, self.schema)
                    return await self._once(tx, work, begin=_MIGRATE)
            except asyncpg.LockNotAvailableError:
                if monotonic() - began_s > self._tables_free_within_s:
                    raise
            log.info("migration.waits", schema=self.schema)
            await asyncio.sleep(_TURN_S)

    async def scrub(self, *, tables: Sequence[str] = (), traces: Sequence[bytes] = ()) -> Sequence[str]:
        """Write the tables anew, without what was deleted. Why not a plain VACUUM? It frees the place of a
        deleted row, and may leave its bytes there until another row needs it.
        """
        with self._accepted():
            async with self._share.connection() as connection:
                for table in tables:
                    if not await _vacuumed(connection, f'"{self.schema}"."{table}"'):
                        return (_HELD, _LOGGED)
        return (_LOGGED,) if tables else ()

    async def close(self) -> None:
        self._closed = True
        if self._under_way:
            await self._all_done.wait()
        await self._pool.leads.leave(self.schema)
        if self._is_alone:
            await self._pool.close()

    async def _until_done(
        self, work: Callable[[PostgresTransaction], Awaitable[T]], *, begin: str
    ) -> tuple[T, Sequence[Event]]:
        """Return the result of the work, and what it emitted. Run it again when its transaction met
        another.
        """
        reads, until_s = begin is _READ, time_left.until()
        with self._accepted():
            for pause_s in _pauses():
                async with self._share.connection(reads=reads) as connection:
                    tx = PostgresTransaction(connection, self.schema, until_s=until_s)
                    try:
                        return await self._once(tx, work, begin=begin), tx.events
                    except Exception:
                        if not tx.met:
                            raise
                await asyncio.sleep(pause_s)
        raise Contended("this met other transactions too often")

    async def _once(
        self, tx: PostgresTransaction, work: Callable[[PostgresTransaction], Awaitable[T]], *, begin: str
    ) -> T:
        try:
            await tx.begin(begin)
        except DatabaseTooSlow:
            raise
        except Unavailable:
            tx.met = True  # an idle connection had died; nothing ran yet, so another may do
            raise
        try:
            result = await work(tx)
            if tx.events and self._closing is not None:
                await self._closing.store(tx, tx.events)
            await tx.commit()
        except BaseException:
            await tx.roll_back()
            raise
        finally:
            tx.end()
        return result

    @contextmanager
    def _accepted(self) -> Iterator[None]:
        if self._closed:
            raise Unavailable("the database is closed")
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            if self._closed and not self._under_way:
                self._all_done.set()


def _plain(schema: str) -> str:
    if re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema) is None:
        raise Error(f"{schema!r} is no plain schema name")
    return schema


def _pauses() -> list[float]:
    """Return pauses with full jitter, so that those who met do not meet again."""
    return [random.uniform(0, _FIRST_PAUSE_S * 2**tried) for tried in range(_TRIES)]  # noqa: S311  # no secret


def _lock(kind: int) -> str:
    return f"SELECT pg_advisory_xact_lock({kind}, hashtext(?))"


async def _vacuumed(connection: Any, table: str) -> bool:
    """Whether nobody was in the way for long. It cannot run in a transaction."""
    try:
        await connection.execute(f"SET lock_timeout = '{_TURN_S:.0f}s'")
        try:
            await connection.execute(f"VACUUM (FULL) {table}")
        finally:
            await connection.execute("RESET lock_timeout")
    except DRIVER_ERRORS as error:
        log.warning("database.not_vacuumed", table=table, reason=type(error).__name__)
        return False
    return True
