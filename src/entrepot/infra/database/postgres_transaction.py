"""Runs statements on PostgreSQL: our `?` becomes `$1`, and the server's errors become ours."""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import lru_cache
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


@lru_cache(maxsize=4096)
def numbered(sql: str) -> str:
    """`?, ?` → `$1, $2`."""
    count = 0

    def number(token: re.Match[str]) -> str:
        nonlocal count
        if token[0] != "?":
            return token[0]
        count += 1
        return f"${count}"

    return _TOKEN.sub(number, sql)


def translate(error: Exception, *, connection: Any = None) -> Exception:
    """Return our error for one of PostgreSQL or its driver. Errors that are our own mistakes stay as
    they are.
    """
    if isinstance(error, _MET):
        return Contended("two transactions met")
    if isinstance(error, asyncpg.UniqueViolationError):
        return Duplicate("this key is taken")
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

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._depth = 0
        self._spoiled: Exception | None = None
        self.met = False
        self.events: list[Event] = []

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        return [tuple(record) for record in await self._run(self._connection.fetch, numbered(sql), *args)]

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        record = await self._run(self._connection.fetchrow, numbered(sql), *args)
        return None if record is None else tuple(record)

    async def execute(self, sql: str, *args: object) -> int:
        # Without parameters the server takes several statements at once, as migrations need.
        status = await self._run(self._connection.execute, numbered(sql) if args else sql, *args)
        changed = status.rpartition(" ")[2]
        return int(changed) if changed.isdigit() else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        await self._run(self._connection.executemany, numbered(sql), rows)

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

    async def statement(self, sql: str) -> None:
        """`BEGIN` or `COMMIT`; the latter raises what spoiled the transaction, instead of the silent
        rollback that the server would do.
        """
        await self._run(self._connection.execute, sql)

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

    async def _run(self, statement: Callable[..., Awaitable[Any]], *args: object) -> Any:
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
