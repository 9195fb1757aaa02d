"""SQLite as one context's database: statements run on the event loop, because a point read costs less
than a thread's wake-up; what waits for the disk, or runs long, does so in a thread.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self, TypeVar

import apsw

from entrepot.core.errors import Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Closing, Dialect, Reading, Row, Transaction
from entrepot.infra.database import scrubbing
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.group_commit import NOTHING_KEPT, CommitGroup, GroupCommit
from entrepot.infra.database.sqlite_connection import connect, translate
from entrepot.infra.database.sqlite_reading import Readers

T = TypeVar("T")


class SQLiteTransaction:
    """One member of a group: a savepoint inside the group's transaction."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: apsw.Connection, cursor: apsw.Cursor, group: CommitGroup) -> None:
        self._connection = connection
        self._cursor = cursor
        self._group = group
        self._depth = 0
        self._spoiled: Exception | None = None
        self.events: list[Event] = []

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        return self._run(sql, args)

    async def fetch_one(self, sql: str, *args: object) -> Row | None:
        rows = self._run(sql, args)
        return rows[0] if rows else None

    async def execute(self, sql: str, *args: object) -> int:
        before = self._connection.total_changes()
        self._run(sql, args)
        # A statement that changes nothing (DDL, say) leaves the count of the one before it.
        return self._connection.changes() if self._connection.total_changes() != before else 0

    async def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._check()
        try:
            self._cursor.executemany(sql, (tuple(row) for row in rows)).fetchall()
        except apsw.Error as error:
            raise self._spoil(error) from error

    async def attempt(self, work: Callable[[], Awaitable[T]]) -> T:
        said = len(self.events)
        name = f"attempt_{self._depth + 1}"
        self._run(f"SAVEPOINT {name}")
        self._depth += 1
        try:
            result = await work()
            self._run(f"RELEASE {name}")
        except BaseException:
            self.undo(name)
            del self.events[said:]
            raise
        finally:
            self._depth -= 1
        return result

    def emit(self, event: Event) -> None:
        self._check()
        self.events.append(event)

    def undo(self, savepoint: str) -> None:
        """Back to `savepoint`, unless SQLite has undone everything already."""
        if self._group.lost:
            return
        try:
            self._cursor.execute(f"ROLLBACK TO {savepoint}")
            self._cursor.execute(f"RELEASE {savepoint}")
            self._spoiled = None
        except apsw.Error as error:
            self._group.lost = True
            self._spoiled = translate(error, file=self._connection.filename)

    def end(self) -> None:
        """Refuse whoever kept this transaction and still uses it."""
        self._spoiled = RuntimeError("this transaction is over")

    def _run(self, sql: str, args: Sequence[Any] = ()) -> list[Row]:
        if self._spoiled is not None:
            raise self._spoiled
        try:
            return self._cursor.execute(sql, args).fetchall()
        except apsw.Error as error:
            raise self._spoil(error) from error

    def _check(self) -> None:
        if self._spoiled is not None:
            raise self._spoiled

    def _spoil(self, error: apsw.Error) -> Exception:
        # After a full disk or an I/O error SQLite may have rolled back the whole group by itself.
        if not self._connection.in_transaction:
            self._group.lost = True
        self._spoiled = translate(error, file=self._connection.filename)
        return self._spoiled


class SQLite:
    """A database in one file, written by the one process that leads it."""

    dialect: Dialect = "sqlite"

    def __init__(
        self, path: str, *, closing: Closing | None, encryption: Encryption, vfs: str | None, threaded: bool
    ) -> None:
        self.path, self.encryption = path, encryption
        self._connect = partial(connect, path, encryption=encryption, vfs=vfs)
        self._threaded = threaded
        self._closing = closing
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit") if threaded else None
        self._lock: int | None = None
        self._writer: apsw.Connection | None = None
        self._leading = False
        self._closed = False
        self._groups = GroupCommit(
            begin=self._begin,
            commit=self._commit,
            rollback=self._rollback,
            committed=self._committed,
            thread=self._thread,
        )
        self._readers = Readers(self._connect, threaded=threaded)

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        closing: Closing | None = None,
        encryption: Encryption = IN_THE_CLEAR,
        vfs: str | None = None,
        threaded: bool = True,
    ) -> Self:
        """`":memory:"` gives a database that lives and dies here; `threaded=False` keeps everything on
        the loop, for a simulation that must repeat itself. Raises: Locked, Unavailable.
        """
        database = cls(str(path), closing=closing, encryption=encryption, vfs=vfs, threaded=threaded)
        if not database.in_memory:
            database._connect().close()  # proves that it opens, and makes the file
        return database

    @property
    def in_memory(self) -> bool:
        return self.path == ":memory:"

    @property
    def leading(self) -> bool:
        return self._leading

    @property
    def writable(self) -> bool:
        return self._leading

    async def lead(self) -> bool:
        if not self._leading and not self._closed:
            self._leading = self.in_memory or self._lock_file()
        return self._leading

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        if self.in_memory:
            return await self._member(work)
        return await self._readers.read(work)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        if not self._leading:
            raise Unavailable("this process does not lead the database")
        return await self._member(work)

    async def exclusively(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run `work` in a transaction that waits up to a minute for other processes, and needs no lead:
        for migrations. It emits nothing.
        """
        if self.in_memory:
            return await self._member(work)
        connection = self._connect(busy_timeout_ms=60_000)
        cursor = connection.cursor()
        try:
            await self._in_thread(lambda: cursor.execute("BEGIN IMMEDIATE"))
            result = await work(SQLiteTransaction(connection, cursor, CommitGroup()))
            await self._in_thread(lambda: cursor.execute("COMMIT"))
        except apsw.Error as error:
            raise translate(error, file=self.path) from error
        finally:
            connection.close(True)
        return result

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """No write is under way inside this block: what was accepted is committed, the rest waits."""
        await self._groups.pause()
        try:
            yield
        finally:
            self._groups.leave()

    def snapshot(self) -> apsw.Connection:
        """Return a connection that sees this moment until it is closed. Raises: Unavailable."""
        if self.in_memory:
            raise Unavailable("a database in memory cannot be copied")
        connection = self._connect()
        connection.execute("BEGIN").execute("SELECT count(*) FROM sqlite_master").fetchall()
        return connection

    async def scrub(self, *, tables: Sequence[str] = (), traces: Sequence[bytes] = ()) -> Sequence[str]:
        """Rows are overwritten when they are deleted; what is left are their older pages in the log, and
        copies that SQLite leaves in a page when it moves rows to another one.
        """
        if self.in_memory:
            return ()
        if not await self._alone(scrubbing.empty_log):
            return (scrubbing.HELD,)
        if await self._holds(traces):
            await self._alone(scrubbing.rewrite)
            if await self._holds(traces):
                return (scrubbing.HELD,)
        return ()

    async def _holds(self, traces: Sequence[bytes]) -> bool:
        return bool(traces) and await self._in_thread(lambda: scrubbing.holds(self._connect, traces))

    async def _alone(self, work: Callable[[apsw.Connection], bool]) -> bool:
        """Run `work` while no write is under way, and again when readers were in its way."""
        for pause_s in scrubbing.PAUSES_S:
            async with self.paused():
                if not self._leading:
                    return False
                writer = self._open_writer()
                if await self._in_thread(partial(work, writer)):
                    return True
            await asyncio.sleep(pause_s)
        return False

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._leading = False
        async with self.paused():
            if self._writer is not None:
                self._writer.close()
        await self._readers.close()
        if self._thread is not None:
            self._thread.shutdown()
        if self._lock is not None:
            os.close(self._lock)

    async def _member(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        if self._closed:
            raise Unavailable("the database is closed")
        group = await self._groups.join()
        try:
            result = await self._in_savepoint(group, work)
            done = group.admit()
        finally:
            self._groups.leave()
        await done
        return result

    async def _in_savepoint(self, group: CommitGroup, work: Callable[[Transaction], Awaitable[T]]) -> T:
        tx = SQLiteTransaction(self._open_writer(), self._cursor, group)
        self._cursor.execute("SAVEPOINT member")
        try:
            result = await work(tx)
            if tx.events and self._closing is not None:
                await self._closing.store(tx, tx.events)
            tx._run("RELEASE member")
        except BaseException:
            tx.undo("member")
            raise
        finally:
            tx.end()
        group.emitted += tx.events
        return result

    def _open_writer(self) -> apsw.Connection:
        if self._writer is None:
            self._writer = self._connect(busy_timeout_ms=250)
            self._cursor = self._writer.cursor()
        return self._writer

    def _begin(self) -> None:
        self._open_writer()
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
        except apsw.Error as error:
            raise translate(error, file=self.path) from error

    def _commit(self) -> None:
        try:
            self._cursor.execute("COMMIT")
        except apsw.Error as error:
            self._rollback()
            raise Unavailable(NOTHING_KEPT) from error

    def _rollback(self) -> None:
        """Leave no transaction open; a connection that cannot even roll back is dropped."""
        writer = self._open_writer()
        try:
            if writer.in_transaction:
                self._cursor.execute("ROLLBACK")
        except apsw.Error:
            writer.close(True)
            self._writer = None

    def _committed(self, events: Sequence[Event]) -> None:
        if self._closing is not None:
            self._closing.committed(events)

    async def _in_thread(self, step: Callable[[], T]) -> T:
        """Wait for its end even when cancelled: the connection must not be used again before."""
        if not self._threaded:
            return step()
        running = asyncio.ensure_future(asyncio.to_thread(step))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            running.exception()
            raise

    def _lock_file(self) -> bool:
        lock = os.open(f"{self.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True
