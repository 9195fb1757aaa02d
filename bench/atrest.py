"""Figure: what it costs that everything stands encrypted on the disk, beside the same in the clear."""

import asyncio
import os
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

import uvloop

from bench import stored
from bench.report import Figure, Section, Table
from bench.server import CORES
from bench.tracking import Node, mqtt_windows
from entrepot.core.ports import Reading, Transaction
from entrepot.infra.database.encryption import IN_THE_CLEAR, Encryption
from entrepot.infra.database.sqlite import SQLite

_ROWS = 200_000
_WRITERS = 64
_ROUNDS = 7
_TABLE = """
CREATE TABLE position (
    id text PRIMARY KEY, device text NOT NULL, latitude real, longitude real, altitude_m real, speed_mps real,
    course_deg real, fixed_at_us bigint
) WITHOUT ROWID
"""
_INSERT = "INSERT INTO position VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SELECT = "SELECT * FROM position WHERE id = ?"
_ABOUT = (
    f"The SQLite adapter alone, `synchronous=FULL`, a table of {_ROWS:,} positions by key: in the clear and "
    f"encrypted, in turns, the median of {_ROUNDS} rounds; then positions end to end over MQTT through a "
    "whole node in the clear and one that is encrypted, in turns. *Durable writes*: "
    f"{_WRITERS} callers, each waits for its flush, group commits. *Read by key, at rest*: pages stay in the "
    "connection's cache. *Read by key, after a write*: SQLite drops a reader's cache whenever somebody "
    "wrote, so every page on the way is decrypted again: the worst case. *Deleting*: rows and the pages that "
    "become free, which are overwritten with zeros. `ratio` is encrypted over clear."
)


class Cost(NamedTuple):
    """One round."""

    writes_per_s: float
    cpu_us_per_write: float
    single_write_ms: float
    read_us: float
    read_after_write_us: float
    deletes_per_s: float


_NAMES = (
    "durable writes/s", "CPU µs a durable write", "a single durable write, ms", "read by key at rest, µs",
    "read by key after a write, µs", "deletes/s",
)  # fmt: skip
_FASTER = ("/s",)


def measure(*, quick: bool) -> Section:
    rounds, rows = (1, 5_000) if quick else (_ROUNDS, _ROWS)
    found: dict[bool, list[Cost]] = {False: [], True: []}
    for number in range(rounds):
        for encrypted in (False, True) if number % 2 == 0 else (True, False):
            found[encrypted].append(uvloop.run(_costs(encrypted, rows=rows)))
    positions: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    os.sched_setaffinity(0, set(CORES))
    for number in range(1 if quick else 3):
        for encrypted in (False, True) if number % 2 == 0 else (True, False):
            positions[encrypted].append(uvloop.run(_positions(encrypted, seconds=1.0 if quick else 4.0)))
    table = [
        _row(name, *(_column(found[each], at) for each in (False, True))) for at, name in enumerate(_NAMES)
    ]
    for at, name in enumerate(("positions/s, queryable", "CPU µs a position")):
        table.append(_row(name, *(_column(positions[each], at) for each in (False, True))))
    figures = [Figure(f"{name}: encrypted over clear", ratio, "told", True) for name, _, _, ratio in table]
    return Section(
        part="atrest", title="Encrypted at rest", about=_ABOUT, figures=figures,
        tables=[Table(["", "in the clear", "encrypted", "ratio"], table)],
    )  # fmt: skip


def _column(rounds: list[Cost] | list[tuple[float, float]], at: int) -> float:
    return median(each[at] for each in rounds)


def _row(name: str, clear: float, encrypted: float) -> list[str]:
    form = "{:,.0f}" if clear >= 100 else "{:.2f}"
    return [name, form.format(clear), form.format(encrypted), f"{encrypted / clear:.2f}"]


async def _costs(encrypted: bool, *, rows: int) -> Cost:
    with tempfile.TemporaryDirectory(prefix="bench-atrest-") as folder:
        encryption = Encryption(os.urandom(32)) if encrypted else IN_THE_CLEAR
        async with _filled(Path(folder) / "position.sqlite", encryption, rows=rows) as database:
            chance = random.Random(1)
            writes_per_s, cpu_us = await _writes(database, first=rows, count=max(rows // 10, 2_000))
            single_ms = await _timed(lambda: database.write(lambda tx: _add(tx, next(_fresh))), 200) * 1e3
            read_us = (
                await _timed(lambda: database.read(lambda tx: _one(tx, chance.randrange(rows))), 5_000) * 1e6
            )
            after_us = await _after_writes(database, chance, rows=rows)
            deletes_per_s = await _deletes(database, count=rows // 4)
    return Cost(writes_per_s, cpu_us, single_ms, read_us, after_us, deletes_per_s)


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


async def _writes(database: SQLite, *, first: int, count: int) -> tuple[float, float]:
    numbers = iter(range(first, first + count))

    async def writer() -> None:
        for number in numbers:
            await database.write(lambda tx, number=number: _add(tx, number))  # type: ignore[misc]

    began_at, before_s = perf_counter(), process_time()
    await asyncio.gather(*(writer() for _ in range(_WRITERS)))
    return count / (perf_counter() - began_at), 1e6 * (process_time() - before_s) / count


async def _timed(work: Callable[[], Awaitable[object]], times: int) -> float:
    """The median of single calls, in seconds."""
    took = []
    for _ in range(times):
        began_at = perf_counter()
        await work()
        took.append(perf_counter() - began_at)
    return median(took)


async def _after_writes(database: SQLite, chance: random.Random, *, rows: int) -> float:
    took = []
    for _ in range(300):
        await database.write(lambda tx: _add(tx, next(_fresh)))
        took.append(await _timed(lambda: database.read(lambda tx: _one(tx, chance.randrange(rows))), 1))
    return median(took) * 1e6


async def _deletes(database: SQLite, *, count: int) -> float:
    """As retention deletes: many rows at a time, in the order of the key."""
    began_at, batch = perf_counter(), 500
    for _ in range(0, count, batch):
        sql = "DELETE FROM position WHERE id IN (SELECT id FROM position ORDER BY id LIMIT ?)"
        await database.write(lambda tx, sql=sql: tx.execute(sql, batch))  # type: ignore[misc]
    return count / (perf_counter() - began_at)


async def _positions(encrypted: bool, *, seconds: float) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="bench-atrest-") as folder:
        if not encrypted:
            stored.begin_in_the_clear(Path(folder))
        async with Node(Path(folder), apart=False).running() as node:
            began_at, before_s = perf_counter(), node.cpu_s()
            sent = await mqtt_windows(node, seconds, None)
            queryable_s = await node.caught_up(sent) - began_at
            return sent / queryable_s, 1e6 * (node.cpu_s() - before_s) / sent
