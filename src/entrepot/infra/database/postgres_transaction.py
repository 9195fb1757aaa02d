"""Runs statements on PostgreSQL: our `?` becomes `$1`, and the server's errors become ours.

Contexts share connections, and connections keep statements prepared by their text. So a statement begins with
a comment that names its schema: the same words of two contexts are two statements, of which neither runs in
the other's schema (https://github.com/MagicStack/asyncpg/issues/72, https://github.com/npgsql/npgsql/issues/2055).
The server shows the comment too, in `pg_stat_activity` and its log.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
from time import monotonic
from typing import Any, TypeVar

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from entrepot.core.errors import Contended, Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Dialect, Duplicate, Row

T = TypeVar("T")

# A question mark inside a string, a quoted name or a comment is no parameter.
_TOKEN = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|\?", re.DOTALL)

_MET = (
    asyncpg.TransactionRollbackError,  # serialization failure, deadlock
    asyncpg.InvalidCachedStatementError,  # somebody migrated; the plan is made again
)
DRIVER_ERRORS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that was cut at an unlucky moment
    OSError,
)
_NO_SERVICE = (
    OSError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.ReadOnlySQLTransactionError,
)


class DatabaseTooSlow(Unavailable):
    """The database was at it for longer than the caller waits, and was told to stop. Nothing was written."""

    def __init__(self) -> None:
        super().__init__("The database took too long and was told to stop; nothing was written.")


@lru_cache(maxsize=8192)
def numbered(sql: str, schema: str = "") -> str:
    """`?, ?` → `$1, $2`, after the name of the schema."""
    count = 0

    def number(token: re.Match[str]) -> str:
        nonlocal count
        if token[0] != "?":
            return token[0]
        count += 1
        return f"${count}"

    text = _TOKEN.sub(number, sql)
    return f"/* {schema} */ {text}" if schema else text


def translate(error: Exception, *, connection: Any = None) -> Exception:
    """Return our error for one of PostgreSQL or its driver. Errors that are our own mistakes stay as
    they are.
    """
    if isinstance(error, _MET):
        return Contended("two transactions met")
    if isinstance(error, asyncpg.UniqueViolationError):
        return Duplicate("this key is taken")
    if isinstance(error, asyncpg.QueryCanceledError):
        return DatabaseTooSlow()
    if isinstance(error, _NO_SERVICE) or (connection is not None and _gone(connection)):
        return Unavailable("the database does not answer now")
    return error


def _gone(connection: Any) -> bool:
    try:
        return bool(connection.is_closed())
    except asyncpg.InterfaceError:  # the pool has taken a lost connection back
        return True


class PostgresTransaction:
    """A transaction on one connection; as a `Reading` it is the same, on a read-only snapshot."""

    dialect: Dialect = "postgres"

    def __init__(self, connection: Any, schema: str = "", *, until_s: float | None = None) -> None:
        """Nobody waits for it after `until_s` (monotonic)."""
        self._connection, self._schema = connection, schema
        self._until_s = until_s
        self._depth = 0
        self._spoiled: Exception | None = None
        self.met = False
        self.events: list[Event] = []

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        return [tuple(record) for record in await self._run(self._connection.fetch, self._text(sql), *args)]

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        record = await self._run(self._connection.fetchrow, self._text(sql), *args)
        return None if record is None else tuple(record)

    async def execute(self, sql: str, *args: object) -> int:
        # Without parameters the server takes several statements at once, as migrations need.
        status = await self._run(self._connection.execute, self._text(sql) if args else sql, *args)
        changed = status.rpartition(" ")[2]
        return int(changed) if changed.isdigit() else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        await self._run(self._connection.executemany, self._text(sql), rows)

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        said = len(self.events)
        name = f"attempt_{self._depth + 1}"
        await self._run(self._connection.execute, f"SAVEPOINT {name}")
        self._depth += 1
        try:
            result = await work()
            await self._run(self._connection.execute, f"RELEASE {name}")
        except BaseException:
            await self._undo(name)
            del self.events[said:]
            raise
        finally:
            self._depth -= 1
        return result

    def emit(self, event: Event) -> None:
        if self._spoiled is not None:
            raise self._spoiled
        self.events.append(event)

    async def begin(self, how: str) -> None:
        """In one round trip, for this transaction alone: its schema, and how long a statement may take."""
        if self._schema:
            how += f'; SET LOCAL search_path TO "{self._schema}"'
        if self._until_s is not None:
            how += f"; SET LOCAL statement_timeout TO {max(1, round((self._until_s - monotonic()) * 1000))}"
        await self._run(self._connection.execute, how)

    async def commit(self) -> None:
        """Raises what spoiled the transaction, instead of the silent rollback that the server would do."""
        await self._run(self._connection.execute, "COMMIT")

    async def roll_back(self) -> None:
        """A connection that cannot roll back is dropped, and the server does it."""
        if _gone(self._connection):
            return
        try:
            if self._connection.is_in_transaction():
                await self._connection.execute("ROLLBACK")
        except BaseException as error:
            if not _gone(self._connection):
                self._connection.terminate()
            if not isinstance(error, DRIVER_ERRORS):
                raise

    def end(self) -> None:
        """Refuse whoever kept this transaction and still uses it."""
        self._spoiled = RuntimeError("this transaction is over")

    async def _undo(self, savepoint: str) -> None:
        spoiled, self._spoiled = self._spoiled, None
        try:
            await self._run(self._connection.execute, f"ROLLBACK TO {savepoint}; RELEASE {savepoint}")
        finally:
            if self.met:  # the server will not let it commit any more
                self._spoiled = spoiled

    def _text(self, sql: str) -> str:
        return numbered(sql, self._schema)

    async def _run(self, statement: Callable[..., Awaitable[Any]], *args: object) -> Any:
        if self._until_s is not None and self._spoiled is None and self._until_s <= monotonic():
            self._spoiled = DatabaseTooSlow()  # the server bounds each statement, and this their sum
        if self._spoiled is not None:
            raise self._spoiled
        try:
            return await statement(*args)
        except DRIVER_ERRORS as error:
            translated = translate(error, connection=self._connection)
            self.met = self.met or isinstance(translated, Contended)
            if isinstance(error, asyncpg.InterfaceError) and translated is error:
                raise  # the driver refused an argument; the server never saw it
            self._spoiled = translated
            if translated is error:
                raise
            raise translated from error
