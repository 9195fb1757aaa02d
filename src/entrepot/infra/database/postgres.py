"""PostgreSQL as one context's database: a schema of its own, serializable writes that are tried again
when they meet, and a lead that is held by a session's advisory lock.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Any, Self, TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types
import structlog

from entrepot.core.errors import Conflict, Contended, Error, Unavailable
from entrepot.core.ports import Closing, Dialect, Reading, Transaction
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS, PostgresTransaction

T = TypeVar("T")

log = structlog.get_logger()

_TRIES = 8
_FIRST_PAUSE_S = 0.002
_CONNECT_TIMEOUT_S = 5.0
_HEARTBEAT_S = 5.0
# How long a migration waits for tables that others use: as long as on SQLite, but in turns, because whoever
# comes after it waits behind it (https://github.com/superseriousbusiness/gotosocial/issues/3790).
_TABLES_FREE_WITHIN_S = 60.0
_TURN_S = 3.0
_LOGGED = "the write-ahead log of PostgreSQL and its archive, until they are recycled"
_HELD = "a table of PostgreSQL, until it is vacuumed"
_MIGRATION_LOCK, _LEAD_LOCK = 0x656E7401, 0x656E7402  # classes of advisory locks; the schema is the key
# Why not try to take the lock? A process that wants the lead would miss it for a moment. A lock with two
# keys shows as classid and objid, both unsigned: https://www.postgresql.org/docs/current/view-pg-locks.html
IS_LED = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND classid::bigint = {_LEAD_LOCK} AND objid::bigint = (hashtext($1)::bigint & 4294967295))"
)
_WRITE = "BEGIN ISOLATION LEVEL SERIALIZABLE"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# After waiting for the lock it must see what the other process did, so no older snapshot.
_MIGRATE = "BEGIN ISOLATION LEVEL READ COMMITTED"
_SCHEMA = "SELECT 1 FROM pg_namespace WHERE nspname = ?"
_SESSION = {
    "synchronous_commit": "on",
    "jit": "off",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_in_transaction_session_timeout": "60000",
}


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
        self, pool: Any, dsn: str, schema: str, *, closing: Closing | None, tables_free_within_s: float
    ) -> None:
        self.schema = schema
        self.dsn = dsn
        self._pool = pool
        self._closing = closing
        self._tables_free_within_s = tables_free_within_s
        self._leader: Any = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._under_way = 0
        self._closed = False
        self._all_done = asyncio.Event()

    @classmethod
    async def open(
        cls, dsn: str, schema: str, *, closing: Closing | None = None, size: int = 10, label: str = "",
        tables_free_within_s: float = _TABLES_FREE_WITHIN_S,
    ) -> Self:  # fmt: skip
        """`size` connections at most, which `label` names for the server. Raises: Unavailable."""
        if re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", schema) is None:
            raise Error(f"{schema!r} is no plain schema name")
        try:
            pool = await asyncpg.create_pool(
                dsn,
                min_size=1,
                max_size=size,
                timeout=_CONNECT_TIMEOUT_S,
                statement_cache_size=500,
                reset=_leave_as_it_is,
                server_settings=_settings(schema, label=label),
            )
        except DRIVER_ERRORS as error:
            raise Unavailable("the database does not answer now") from error
        return cls(pool, dsn, schema, closing=closing, tables_free_within_s=tables_free_within_s)

    @property
    def leading(self) -> bool:
        return self._leader is not None and not self._leader.is_closed()

    @property
    def writable(self) -> bool:
        return True

    async def lead(self) -> bool:
        if self.leading:
            return True
        try:
            connection = await asyncpg.connect(
                self.dsn, timeout=_CONNECT_TIMEOUT_S, server_settings=_settings(self.schema)
            )
        except DRIVER_ERRORS as error:
            raise Unavailable("the database does not answer now") from error
        try:
            leads = await connection.fetchval(lead_lock("pg_try_advisory_lock"), self.schema)
        except DRIVER_ERRORS as error:
            connection.terminate()
            raise Unavailable("the database does not answer now") from error
        except asyncio.CancelledError:
            connection.terminate()
            raise
        if not leads:
            await connection.close()
            return False
        self._leader = connection
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        self._heartbeat = asyncio.create_task(_watch(connection), name=f"lead of {self.schema}")
        return True

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        result, _ = await self._until_done(work, begin=_READ)
        return result

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        result, emitted = await self._until_done(work, begin=_WRITE)
        if emitted and self._closing is not None:
            self._closing.committed()
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
                async with self._connection() as connection:
                    return await self._once(PostgresTransaction(connection), work, begin=_MIGRATE)
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
            async with self._connection() as connection:
                for table in tables:
                    if not await _vacuumed(connection, table):
                        return (_HELD, _LOGGED)
        return (_LOGGED,) if tables else ()

    async def close(self) -> None:
        self._closed = True
        if self._under_way:
            await self._all_done.wait()
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.wait([self._heartbeat])
            self._heartbeat = None
        await self._pool.close()
        if self._leader is not None and not self._leader.is_closed():
            await self._leader.close()

    async def _until_done(
        self, work: Callable[[PostgresTransaction], Awaitable[T]], *, begin: str
    ) -> tuple[T, bool]:
        """Return the result of the work, and whether it emitted. Run it again when its transaction met
        another.
        """
        with self._accepted():
            for pause_s in _pauses():
                async with self._connection() as connection:
                    tx = PostgresTransaction(connection)
                    try:
                        return await self._once(tx, work, begin=begin), bool(tx.events)
                    except Exception:
                        if not tx.met:
                            raise
                await asyncio.sleep(pause_s)
        raise Contended("this met other transactions too often")

    async def _once(
        self, tx: PostgresTransaction, work: Callable[[PostgresTransaction], Awaitable[T]], *, begin: str
    ) -> T:
        try:
            await tx.statement(begin)
        except Unavailable:
            tx.met = True  # an idle connection had died; nothing ran yet, so another may do
            raise
        try:
            result = await work(tx)
            if tx.events and self._closing is not None:
                await self._closing.store(tx, tx.events)
            await tx.statement("COMMIT")
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

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        try:
            connection = await self._pool.acquire()
        except DRIVER_ERRORS as error:
            raise Unavailable("the database does not answer now") from error
        try:
            yield connection
        finally:
            await self._pool.release(connection)


def _settings(schema: str, *, label: str = "") -> dict[str, str]:
    return {**_SESSION, "search_path": f'"{schema}"', "application_name": label or f"entrepot {schema}"}


def _pauses() -> list[float]:
    """Return pauses with full jitter, so that those who met do not meet again."""
    return [random.uniform(0, _FIRST_PAUSE_S * 2**tried) for tried in range(_TRIES)]  # noqa: S311  # no secret


def _lock(kind: int) -> str:
    return f"SELECT pg_advisory_xact_lock({kind}, hashtext(?))"


def lead_lock(function: str) -> str:
    """Return the statement that takes or releases the lock for the lead of a schema; its name is the
    parameter.
    """
    return f"SELECT {function}({_LEAD_LOCK}, hashtext($1))"


async def _vacuumed(connection: Any, table: str) -> bool:
    """Whether nobody was in the way for long. It cannot run in a transaction."""
    try:
        await connection.execute(f"SET lock_timeout = '{_TURN_S:.0f}s'")
        await connection.execute(f'VACUUM (FULL) "{table}"')
    except DRIVER_ERRORS as error:
        log.warning("database.not_vacuumed", table=table, reason=type(error).__name__)
        return False
    finally:
        await connection.execute("RESET lock_timeout")
    return True


async def _leave_as_it_is(connection: Any) -> None:
    """Skip the pool's reset after every use: it costs a round trip, and our statements leave no traces."""


async def _watch(connection: Any) -> None:
    """End the session when the server falls silent: it will give the lead to another process."""
    try:
        while not connection.is_closed():
            await asyncio.sleep(_HEARTBEAT_S)
            await connection.execute("SELECT 1", timeout=_HEARTBEAT_S)
    except DRIVER_ERRORS:
        connection.terminate()
