"""Figure: what it costs that everything stands encrypted on the disk, beside the same in the clear."""

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import process_time
from typing import NamedTuple

import uvloop

from bench import stored
from bench.report import Figure, Section, Table
from bench.server import CORES
from bench.tracking import Node, mqtt_windows
from entrepot.core.ports import Reading, Transaction
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.database.sqlite_connection import connect

_ROWS = 30_000
_WRITERS = 64
_ROUNDS = 5
_POSITION_ROUNDS, _POSITION_S = 2, 3.0
_TABLE = """
CREATE TABLE position (
    id text PRIMARY KEY, device text NOT NULL, latitude real, longitude real, altitude_m real, speed_mps real,
    course_deg real, fixed_at_us bigint
) WITHOUT ROWID
"""
_INSERT = "INSERT INTO position VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT * FROM position WHERE id = ?"
_ABOUT = (
    "CPU time, which other work on the machine hardly moves: the SQLite adapter alone, `synchronous=FULL`, a "
    f"table of {_ROWS:,} positions by key, in the clear and encrypted, in turns, the median of {_ROUNDS} "
    "rounds; then positions end to end over MQTT through a whole node in the clear and an encrypted one, "
    f"in turns, the median of {_POSITION_ROUNDS}. *Durable write*: {_WRITERS} callers, each waits for its "
    "flush, group commits. *Single write*: one caller. *Read at rest*: pages stay in the connection's cache. "
    "*Read after a write*: SQLite drops a reader's cache whenever somebody wrote, so every page on the way "
    "is decrypted again: the worst case. *Delete*: rows by the hundred, overwritten with zeros, as retention "
    "does. *Connection*: opened, with its key. `ratio` is encrypted over clear."
)


class Cost(NamedTuple):
    """One round, each in microseconds of CPU time."""

    write: float
    single_write: float
    read: float
    read_after_write: float
    delete: float
    connection: float


_NAMES = (
    "durable write", "single write", "read by key at rest", "read by key after a write", "delete",
    "connection",
)  # fmt: skip


def measure(*, quick: bool) -> Section:
    rounds, rows = (1, 5_000) if quick else (_ROUNDS, _ROWS)
    found: dict[bool, list[Cost]] = {False: [], True: []}
    for encrypted in _in_turns(rounds):
        found[encrypted].append(uvloop.run(_costs(encrypted, rows=rows)))
    table = [
        _row(name, *(_column(found[each], at) for each in (False, True))) for at, name in enumerate(_NAMES)
    ]
    os.sched_setaffinity(0, set(CORES))
    positions: dict[bool, list[float]] = {False: [], True: []}
    for encrypted in _in_turns(1 if quick else _POSITION_ROUNDS):
        positions[encrypted].append(uvloop.run(_positions(encrypted, seconds=1.0 if quick else _POSITION_S)))
    table.append(_row("position, MQTT to queryable", median(positions[False]), median(positions[True])))
    figures = [
        Figure(f"{name}: CPU, encrypted over clear", ratio, "told", True) for name, _, _, ratio in table
    ]
    return Section(
        part="atrest", title="Encrypted at rest", about=_ABOUT, figures=figures,
        tables=[Table(["µs of CPU", "in the clear", "encrypted", "ratio"], table)],
    )  # fmt: skip


def _in_turns(rounds: int) -> Iterator[bool]:
    for number in range(rounds):
        yield from (False, True) if number % 2 == 0 else (True, False)


def _column(rounds: list[Cost], at: int) -> float:
    return median(each[at] for each in rounds)


def _row(name: str, clear: float, encrypted: float) -> list[str]:
    return [name, f"{clear:,.1f}", f"{encrypted:,.1f}", f"{encrypted / clear:.2f}"]


async def _costs(encrypted: bool, *, rows: int) -> Cost:
    with tempfile.TemporaryDirectory(prefix="bench-atrest-") as folder:
        encryption = Encryption(os.urandom(32)) if encrypted else IN_THE_CLEAR
        path, chance = Path(folder) / "position.sqlite", random.Random(1)
        async with _filled(path, encryption, rows=rows) as database:
            return Cost(
                write=await _writes(database, first=rows, count=max(rows // 10, 2_000)),
                single_write=await _each(lambda: database.write(lambda tx: _add(tx, next(_fresh))), 500),
                read=await _each(lambda: database.read(lambda tx: _one(tx, chance.randrange(rows))), 5_000),
                read_after_write=await _after_writes(database, chance, rows=rows),
                delete=await _deletes(database, count=rows // 4),
                connection=await _each(lambda: _connection(path, encryption), 100),
            )


async def _connection(path: Path, encryption: Encryption) -> None:
    connect(str(path), encryption=encryption).close()


_fresh = iter(range(10**9, 2 * 10**9))


@asynccontextmanager
async def _filled(path: Path, encryption: Encryption, *, rows: int) -> AsyncIterator[SQLite]:
    database = SQLite.open(path, encryption=encryption)
    await database.lead()
    await database.write(lambda tx: tx.execute(_TABLE))
    for first in range(0, rows, 10_000):
        some = [_position(number) for number in range(first, min(first + 10_000, rows))]
        await database.write(lambda tx, some=some: tx.execute_many(_INSERT, some))  # type: ignore[misc]
    try:
        yield database
    finally:
        await database.close()


def _position(number: int) -> tuple[object, ...]:
    """Ids in no order, as those of many devices come."""
    id = f"{number * 2_654_435_761 % 2**32:08x}-{number:027d}"
    return (
        id,
        f"device-{number % 500}",
        52.1 + number / 1e6,
        5.1,
        12.5,
        13.9,
        271.0,
        1_700_000_000_000_000 + number,
    )


async def _add(tx: Transaction, number: int) -> None:
    await tx.execute(_INSERT, *_position(number))


async def _one(tx: Reading, number: int) -> None:
    row = await tx.fetch_one(_SELECT, _position(number)[0])
    assert row is not None


async def _writes(database: SQLite, *, first: int, count: int) -> float:
    numbers = iter(range(first, first + count))

    async def writer() -> None:
        for number in numbers:
            await database.write(lambda tx, number=number: _add(tx, number))  # type: ignore[misc]

    before_s = process_time()
    await asyncio.gather(*(writer() for _ in range(_WRITERS)))
    return 1e6 * (process_time() - before_s) / count


async def _each(work: Callable[[], Awaitable[object]], times: int) -> float:
    before_s = process_time()
    for _ in range(times):
        await work()
    return 1e6 * (process_time() - before_s) / times


async def _after_writes(database: SQLite, chance: random.Random, *, rows: int) -> float:
    took_us = 0.0
    for _ in range(500):
        await database.write(lambda tx: _add(tx, next(_fresh)))
        took_us += await _each(lambda: database.read(lambda tx: _one(tx, chance.randrange(rows))), 1)
    return took_us / 500


async def _deletes(database: SQLite, *, count: int) -> float:
    """As retention deletes: many rows at a time, in the order of the key."""
    before_s, batch = process_time(), 500
    for _ in range(0, count, batch):
        sql = "DELETE FROM position WHERE id IN (SELECT id FROM position ORDER BY id LIMIT ?)"
        await database.write(lambda tx, sql=sql: tx.execute(sql, batch))  # type: ignore[misc]
    return 1e6 * (process_time() - before_s) / count


async def _positions(encrypted: bool, *, seconds: float) -> float:
    with tempfile.TemporaryDirectory(prefix="bench-atrest-") as folder:
        if not encrypted:
            stored.begin_in_the_clear(Path(folder))
        async with Node(Path(folder), apart=False).running() as node:
            before_s = node.cpu_s()
            sent = await mqtt_windows(node, seconds, None)
            await node.caught_up(sent)
            return 1e6 * (node.cpu_s() - before_s) / sent
