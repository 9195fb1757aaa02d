"""Stores what must outlive the listener: sessions of clients that are away, and retained messages. It keeps
the newest change of each row, and writes them together while the next ones gather.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from enum import Enum
from typing import NamedTuple

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database, Reading, Row, Transaction

log = structlog.get_logger()

LAZY_S = 1.0  # how long a change may wait that nobody waits for
AGAIN_S = 1.0  # after a database that could not write

_Change = tuple["StoreTable", tuple[object, ...]]  # a row, by its key
_Values = tuple[object, ...] | None  # None drops it


class _Sql(NamedTuple):
    """How a row is put and dropped; a put has the key's columns first."""

    put: str
    drop: str


def _sql(name: str, key: Sequence[str], rest: Sequence[str] = ()) -> _Sql:
    columns, keys = ", ".join((*key, *rest)), ", ".join(key)
    places = ", ".join("?" * (len(key) + len(rest)))
    newer = ", ".join(f"{column} = excluded.{column}" for column in rest)
    return _Sql(
        f"INSERT INTO {name} ({columns}) VALUES ({places})"
        f" ON CONFLICT ({keys}) DO {f'UPDATE SET {newer}' if newer else 'NOTHING'}",
        f"DELETE FROM {name} WHERE " + " AND ".join(f"{column} = ?" for column in key),
    )


class StoreTable(Enum):
    """The tables, by what one row means."""

    SESSION = _sql("mqtt_session", ("id",), ("identity", "client", "seen_us"))
    SUBSCRIPTION = _sql("mqtt_subscription", ("session", "filter"), ("granted", "qos"))
    OUTGOING = _sql(
        "mqtt_outgoing",
        ("session", "packet_id"),
        ("number", "topic", "payload", "qos", "retain", "released", "sent"),
    )
    INCOMING = _sql("mqtt_incoming", ("session", "packet_id"))
    RETAINED = _sql("mqtt_retained", ("topic",), ("payload", "qos", "identity"))


_FORGET = (
    "DELETE FROM mqtt_subscription WHERE session = ?",
    "DELETE FROM mqtt_outgoing WHERE session = ?",
    "DELETE FROM mqtt_incoming WHERE session = ?",
    StoreTable.SESSION.value.drop,
)


class StoredRows(NamedTuple):
    """Everything that was stored, as rows in the order of the tables' columns."""

    sessions: Sequence[Row]
    subscriptions: Sequence[Row]
    outgoing: Sequence[Row]
    incoming: Sequence[Row]
    retained: Sequence[Row]


class Store:
    """Writes behind: `put`, `drop` and `forget` return a future that is done when it is on disk, and that
    raises Unavailable when that failed for now. It is tried again either way, so memory and disk agree
    in the end.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes: dict[_Change, _Values] = {}
        self._lazy: dict[_Change, _Values] = {}
        self._forgotten: set[str] = set()
        self._done: asyncio.Future[None] | None = None
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    async def load(self) -> StoredRows:
        async def read(view: Reading) -> StoredRows:
            return StoredRows(
                await view.fetch("SELECT id, identity, client, seen_us FROM mqtt_session"),
                await view.fetch("SELECT session, filter, granted, qos FROM mqtt_subscription"),
                await view.fetch(
                    "SELECT session, packet_id, number, topic, payload, qos, retain, released, sent"
                    " FROM mqtt_outgoing ORDER BY session, number"
                ),
                await view.fetch("SELECT session, packet_id FROM mqtt_incoming"),
                await view.fetch("SELECT topic, payload, qos, identity FROM mqtt_retained"),
            )

        return await self._database.read(read)

    def run(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._write_behind(), name="mqtt store")

    async def close(self) -> None:
        """Write what is left; what cannot be written now is lost with a warning."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def put(self, table: StoreTable, key: tuple[object, ...], *rest: object) -> asyncio.Future[None]:
        return self._change((table, key), (*key, *rest))

    def drop(self, table: StoreTable, key: tuple[object, ...]) -> asyncio.Future[None]:
        return self._change((table, key), None)

    def put_lazily(self, table: StoreTable, key: tuple[object, ...], *rest: object) -> None:
        """As `put`, for what changes often and may be lost with the process: written once a second."""
        change = (table, key)
        (self._changes if change in self._changes else self._lazy)[change] = (*key, *rest)

    def forget(self, session: str) -> asyncio.Future[None]:
        """Remove a session and all its rows. Its id is not used again."""
        self._forgotten.add(session)
        return self.promise()

    def _change(self, change: _Change, values: _Values) -> asyncio.Future[None]:
        self._lazy.pop(change, None)
        self._changes[change] = values
        return self.promise()

    def promise(self) -> asyncio.Future[None]:
        """Return a future that is done when everything changed so far is on disk."""
        if self._done is None:
            self._done = asyncio.get_running_loop().create_future()
            self._done.add_done_callback(_heard)
        self._wake.set()
        return self._done

    async def _write_behind(self) -> None:
        lazy_at = 0.0
        loop = asyncio.get_running_loop()
        while not self._closing:
            with suppress(TimeoutError):
                async with asyncio.timeout(LAZY_S):
                    await self._wake.wait()
            self._wake.clear()
            if loop.time() >= lazy_at:
                self._gather_lazy()
                lazy_at = loop.time() + LAZY_S
            if not await self._write():
                await asyncio.sleep(AGAIN_S)
                self._wake.set()
        self._gather_lazy()
        await self._write()

    def _gather_lazy(self) -> None:
        self._changes |= self._lazy
        self._lazy = {}

    async def _write(self) -> bool:
        """Write what has gathered. False: it could not be written and waits for the next time."""
        changes, self._changes = self._changes, {}
        forgotten, self._forgotten = self._forgotten, set()
        done, self._done = self._done, None
        statements = _statements(changes, forgotten)

        async def work(tx: Transaction) -> None:
            for sql, rows in statements.items():
                await tx.execute_many(sql, rows)

        try:
            if statements:
                await self._database.write(work)
        except Exception as error:  # the door of background work
            log.error("mqtt.store_failed", changes=len(changes), exc_info=not isinstance(error, Unavailable))
            self._changes = {**changes, **self._changes}
            self._forgotten |= forgotten
            if done is not None:
                done.set_exception(Unavailable("the state of MQTT sessions cannot be stored now"))
            return False
        if done is not None:
            done.set_result(None)
        return True


def _statements(
    changes: Mapping[_Change, _Values], forgotten: Collection[str]
) -> dict[str, list[tuple[object, ...]]]:
    """SQL with the rows to run it for; what belongs to a forgotten session goes last."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for (table, key), values in changes.items():
        sql = table.value.drop if values is None else table.value.put
        found.setdefault(sql, []).append(key if values is None else values)
    if forgotten:
        found |= {sql: [(session,) for session in forgotten] for sql in _FORGET}
    return found


def _heard(done: asyncio.Future[None]) -> None:
    """Mark an error as seen: it was logged, and not everybody who changes something waits for it."""
    done.exception()
