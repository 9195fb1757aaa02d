"""Snapshots of a SQLite file: statements run on the loop while they are short, and move to a thread,
on the same snapshot, when they turn out long.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, TypeVar

import apsw

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Dialect, Reading, Row
from entrepot.infra.database.sqlite_connection import translate

T = TypeVar("T")

_SHORT_S = 0.0015
_STEPS_BETWEEN_LOOKS = 2_000  # some 20 to 100 µs of SQLite's virtual machine
_MOST_READERS = 16
_FOREVER = float("inf")


class ReadConnection:
    """One connection and the moment at which its running statement has become long."""

    def __init__(self, connection: apsw.Connection, *, watched: bool) -> None:
        self.connection = connection
        self.cursor = connection.cursor()
        self.long_at = _FOREVER
        self.watched = watched
        connection.pragma("query_only", True)
        if watched:
            connection.set_progress_handler(lambda: perf_counter() > self.long_at, _STEPS_BETWEEN_LOOKS)


class SQLiteReading:
    """A snapshot, as long as the work that got it runs."""

    dialect: Dialect = "sqlite"

    def __init__(self, reader: ReadConnection, threads: Callable[[], ThreadPoolExecutor]) -> None:
        self._reader: ReadConnection | None = reader
        self._threads = threads

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        return await self._run(sql, args, apsw.Cursor.fetchall)

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        return await self._run(sql, args, apsw.Cursor.fetchone)

    async def _run(self, sql: str, args: tuple[Any, ...], take: Callable[[apsw.Cursor], T]) -> T:
        reader = self._reader
        if reader is None:
            raise RuntimeError("this snapshot is over")
        if reader.watched:
            reader.long_at = perf_counter() + _SHORT_S
        try:
            try:
                return take(reader.cursor.execute(sql, args))
            except apsw.InterruptError:
                return await self._in_thread(reader, lambda: take(reader.cursor.execute(sql, args)))
        except apsw.Error as error:
            raise translate(error, file=reader.connection.filename) from error

    async def _in_thread(self, reader: ReadConnection, statement: Callable[[], T]) -> T:
        reader.long_at = _FOREVER
        running = asyncio.get_running_loop().run_in_executor(self._threads(), statement)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            reader.long_at = 0.0  # the watch stops the statement in its thread
            await _end_of(running)
            raise

    def end(self) -> None:
        self._reader = None


async def _end_of(running: asyncio.Future[Any]) -> None:
    """Wait in any case: the connection must not be used again before its thread is done with it."""
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError:
            continue
    running.exception()


class Readers:
    """Connections for reading, opened when needed and kept."""

    def __init__(self, connect: Callable[[], apsw.Connection], *, threaded: bool) -> None:
        self._connect = connect
        self._threaded = threaded
        self._idle: list[ReadConnection] = []
        self._opened = 0
        self._waiting: deque[asyncio.Future[ReadConnection]] = deque()
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self._all_back = asyncio.Event()

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        reader = self._idle.pop() if self._idle else await self._another()
        reading = SQLiteReading(reader, self._threads)
        try:
            reader.cursor.execute("BEGIN")
            return await work(reading)
        finally:
            reading.end()
            self._back(reader)

    async def close(self) -> None:
        self._closed = True
        if len(self._idle) < self._opened:
            await self._all_back.wait()
        for reader in self._idle:
            reader.connection.close()
        if self._pool is not None:
            self._pool.shutdown()

    async def _another(self) -> ReadConnection:
        if self._closed:
            raise Unavailable("the database is closed")
        if self._opened < _MOST_READERS:
            reader = ReadConnection(self._connect(), watched=self._threaded)
            self._opened += 1
            return reader
        mine: asyncio.Future[ReadConnection] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        try:
            return await mine
        except asyncio.CancelledError:
            if not mine.cancelled():
                self._back(mine.result())
            raise

    def _back(self, reader: ReadConnection) -> None:
        reader.long_at = _FOREVER
        if reader.connection.in_transaction:
            reader.cursor.execute("ROLLBACK")  # ends a snapshot whatever happened in it
        while self._waiting:
            if not (waiting := self._waiting.popleft()).done():
                waiting.set_result(reader)
                return
        self._idle.append(reader)
        if self._closed and len(self._idle) == self._opened:
            self._all_back.set()

    def _threads(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(2, thread_name_prefix="long-read")
        return self._pool
