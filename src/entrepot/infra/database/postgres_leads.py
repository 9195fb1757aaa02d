"""The one session of a process that holds its locks at a PostgreSQL server: those for the schemas that it
uses, and for those that it leads. They end with the session, so a process that dies gives the lead to
another.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

from entrepot.core.errors import Unavailable
from entrepot.infra.database.postgres_transaction import DRIVER_ERRORS

_HEARTBEAT_S = 5.0
# Classes of advisory locks, whose key is the schema. Who uses a schema shares the lock for it; who moves it
# to another name wants that lock alone.
LEAD_LOCK, USE_LOCK = 0x656E7402, 0x656E7403
# Why not try to take the lock? A process that wants the lead would miss it for a moment. A lock with two
# keys shows as classid and objid, both unsigned: https://www.postgresql.org/docs/current/view-pg-locks.html
IS_LED = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND classid::bigint = {LEAD_LOCK} AND objid::bigint = (hashtext($1)::bigint & 4294967295))"
)
_TRY = f"SELECT name FROM unnest($1::text[]) AS name WHERE pg_try_advisory_lock({LEAD_LOCK}, hashtext(name))"
_USE = f"SELECT pg_advisory_lock_shared({USE_LOCK}, hashtext(name)) FROM unnest($1::text[]) AS name"
_LEAVE = f"SELECT pg_advisory_unlock_shared({USE_LOCK}, hashtext($1))"
_GIVE_UP = f"SELECT pg_advisory_unlock({LEAD_LOCK}, hashtext($1))"


class Leads:
    """Who wants the same at the same moment shares one statement, and nobody's cancellation ends the session
    that the others depend on.
    """

    def __init__(self, connect: Callable[[], Awaitable[Any]]) -> None:
        self._connect = connect
        self._connection: Any = None
        self._turn = asyncio.Lock()  # a connection takes one statement at a time
        self._used: set[str] = set()
        self._held: set[str] = set()
        self._wanted: set[str] = set()
        self._round: asyncio.Task[None] | None = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def held(self) -> Collection[str]:
        """The schemas that this process leads now."""
        return self._held if self._lives else ()

    async def use(self, schema: str) -> None:
        """Let others see that this process works on a schema. Raises: Unavailable while one moves it."""
        await asyncio.shield(asyncio.ensure_future(self._use(schema)))

    async def take(self, schema: str) -> bool:
        """Try to lead a schema. Raises: Unavailable."""
        if schema in self.held:
            return True
        self._wanted.add(schema)
        if self._round is None:
            self._round = asyncio.create_task(self._ask(), name="leads")
            self._round.add_done_callback(_retrieve)
        await asyncio.shield(self._round)
        return schema in self.held

    async def leave(self, schema: str) -> None:
        """Give up what this process holds of a schema."""
        async with self._turn:
            statements = [_GIVE_UP] if schema in self._held else []
            statements += [_LEAVE] if schema in self._used else []
            self._held.discard(schema)
            self._used.discard(schema)
            try:
                for statement in statements if self._lives else ():
                    await self._fetch(statement, schema)
            except Unavailable:
                return  # the session is over, and its locks with it

    async def close(self) -> None:
        self._closed = True
        if self._heartbeat is not None:
            self._heartbeat.cancel()
            await asyncio.wait([self._heartbeat])
        async with self._turn:
            if self._lives:
                await self._connection.close(timeout=_HEARTBEAT_S)

    @property
    def _lives(self) -> bool:
        return self._connection is not None and not self._connection.is_closed()

    async def _use(self, schema: str) -> None:
        async with self._turn:
            if self._lives:
                await self._fetch(_USE, [schema])
                self._used.add(schema)
            else:
                self._used.add(schema)
                await self._open()

    async def _ask(self) -> None:
        async with self._turn:
            wanted, self._wanted, self._round = self._wanted, set(), None
            if not self._lives:
                await self._open()
            if missing := sorted(wanted - self._held):  # a lock that is taken twice must be given up twice
                self._held |= {row[0] for row in await self._fetch(_TRY, missing)}

    async def _open(self) -> None:
        """Begin a new session, which holds nothing but what shows that we use our schemas."""
        if self._closed:
            raise Unavailable("the database is closed")
        self._held = set()
        try:
            self._connection = await self._connect()
        except DRIVER_ERRORS as error:
            raise Unavailable("the database does not answer now") from error
        if self._heartbeat is None or self._heartbeat.done():
            self._heartbeat = asyncio.create_task(self._watch(), name="heartbeat of the leads")
        await self._fetch(_USE, sorted(self._used))

    async def _fetch(self, sql: str, names: str | list[str]) -> Any:
        """A session that does not answer is ended: what it still holds the server gives to others."""
        try:
            return await self._connection.fetch(sql, names, timeout=_HEARTBEAT_S)
        except DRIVER_ERRORS as error:
            self._connection.terminate()
            raise Unavailable("the database does not answer now") from error
        except asyncio.CancelledError:
            self._connection.terminate()
            raise

    async def _watch(self) -> None:
        """End the session when the server falls silent: it will give the leads to another process."""
        while True:
            await asyncio.sleep(_HEARTBEAT_S)
            async with self._turn:
                if not self._lives:
                    return
                try:
                    await self._fetch("SELECT $1::text", "")
                except Unavailable:
                    return


def _retrieve(round_: "asyncio.Task[None]") -> None:
    """Whoever asked has been told, or does not wait any more."""
    if not round_.cancelled():
        round_.exception()


def lead_lock(function: str) -> str:
    """Return the statement that takes or releases the lock for the lead of a schema; its name is the
    parameter.
    """
    return f"SELECT {function}({LEAD_LOCK}, hashtext($1))"


def use_lock(function: str) -> str:
    """Return the statement that takes or releases the lock that those who use a schema share."""
    return f"SELECT {function}({USE_LOCK}, hashtext($1))"
