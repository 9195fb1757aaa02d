"""What every database promises: atomic, isolated, and nothing said that was not committed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.suite.lengths import length

from entrepot.core.errors import Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Database, Duplicate, Reading, Transaction

# Every opening of these is the same database; in memory each is its own.
ON_DISK = ("sqlite", "sqlite-on-the-loop", "postgres")


class Happened(Event, frozen=True):
    TYPE = "test.happened"
    KEY = "what"
    what: str


class Refused(Exception):
    pass


async def add(tx: Transaction, id: int, *, name: str | None = None, amount: int = 0) -> None:
    await tx.execute("INSERT INTO thing (id, name, amount) VALUES (?, ?, ?)", id, name, amount)


async def ids(database: Database) -> list[int]:
    rows = await database.read(lambda tx: tx.fetch("SELECT id FROM thing ORDER BY id"))
    return [id for (id,) in rows]


async def amount(database: Database, id: int = 1) -> Any:
    row = await database.read(lambda tx: tx.fetch_one("SELECT amount FROM thing WHERE id = ?", id))
    return None if row is None else row[0]


async def said_rows(database: Database) -> list[str]:
    rows = await database.read(lambda tx: tx.fetch("SELECT what FROM said ORDER BY what"))
    return [what for (what,) in rows]


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
INT64 = st.integers(-(2**63), 2**63 - 1)


@settings(
    max_examples=length(25, prove=250),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(
    values=st.tuples(
        TEXT | st.none(),
        INT64 | st.none(),
        st.floats(allow_nan=False) | st.none(),
        st.binary() | st.none(),
        st.booleans() | st.none(),
    )
)
async def test_values_come_back_as_they_went(database: Database, values: tuple[object, ...]) -> None:
    async def work(tx: Transaction) -> object:
        await tx.execute("DELETE FROM kind")
        await tx.execute("INSERT INTO kind VALUES (?, ?, ?, ?, ?)", *values)
        return await tx.fetch_one("SELECT t, i, f, b, flag FROM kind")

    assert await database.write(work) == values


async def test_rows_are_tuples_and_no_row_is_none(database: Database) -> None:
    await database.write(lambda tx: add(tx, 1))
    rows = await database.read(lambda tx: tx.fetch("SELECT id, name FROM thing"))
    assert list(rows) == [(1, None)]
    assert type(rows[0]) is tuple
    assert await database.read(lambda tx: tx.fetch_one("SELECT id FROM thing WHERE id = ?", 2)) is None
    assert list(await database.read(lambda tx: tx.fetch("SELECT id FROM thing WHERE id = ?", 2))) == []


async def test_a_question_mark_in_a_string_is_no_parameter(database: Database) -> None:
    sql = "SELECT '?', id -- what?\nFROM thing /* ? */ WHERE id = ? AND '''?' <> ''"
    await database.write(lambda tx: add(tx, 1))
    assert await database.read(lambda tx: tx.fetch_one(sql, 1)) == ("?", 1)


async def test_execute_counts_changed_rows(database: Database) -> None:
    async def work(tx: Transaction) -> list[int]:
        await tx.execute_many("INSERT INTO thing (id) VALUES (?)", [(id,) for id in range(5)])
        return [
            await tx.execute("UPDATE thing SET amount = ? WHERE id < ?", 1, 3),
            await tx.execute("UPDATE thing SET amount = ? WHERE id > ?", 1, 100),
            await tx.execute("CREATE TABLE another (id integer)"),
            await tx.execute("DELETE FROM thing"),
        ]

    assert await database.write(work) == [3, 0, 0, 5]


async def test_returning_gives_rows_and_writes(database: Database) -> None:
    async def work(tx: Transaction) -> list[object]:
        one = await tx.fetch_one("INSERT INTO thing (id) VALUES (?), (?) RETURNING id", 1, 2)
        many = await tx.fetch("UPDATE thing SET amount = 7 RETURNING amount")
        return [one, *many]

    assert await database.write(work) == [(1,), (7,), (7,)]
    assert await ids(database) == [1, 2]


async def test_work_that_raises_leaves_nothing(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await add(tx, 1)
        raise Refused

    with pytest.raises(Refused):
        await database.write(work)
    assert await ids(database) == []


async def test_a_taken_key_is_a_duplicate(database: Database) -> None:
    await database.write(lambda tx: add(tx, 1, name="a"))
    with pytest.raises(Duplicate):
        await database.write(lambda tx: add(tx, 1, name="b"))
    with pytest.raises(Duplicate):
        await database.write(lambda tx: add(tx, 2, name="a"))
    assert await ids(database) == [1]


async def test_a_swallowed_failure_does_not_commit(database: Database) -> None:
    async def work(tx: Transaction) -> None:
        await add(tx, 1)
        with suppress(Duplicate):
            await add(tx, 1)

    with pytest.raises(Duplicate):
        await database.write(work)
    assert await ids(database) == []


async def test_attempt_undoes_only_its_own(database: Database, said: Any) -> None:
    async def work(tx: Transaction) -> None:
        await add(tx, 1)
        tx.emit(Happened(what="kept"))

        async def inner() -> None:
            await add(tx, 3)
            tx.emit(Happened(what="dropped"))
            await add(tx, 1)

        async def outer() -> str:
            await add(tx, 2)
            with pytest.raises(Duplicate):
                await tx.attempt(inner)
            tx.emit(Happened(what="kept too"))
            return "outer"

        assert await tx.attempt(outer) == "outer"

        async def refused() -> None:
            assert await tx.attempt(outer_like) is None
            raise Refused

        async def outer_like() -> None:
            await add(tx, 4)
            tx.emit(Happened(what="dropped as well"))

        with pytest.raises(Refused):
            await tx.attempt(refused)
        await add(tx, 5)

    await database.write(work)
    assert await ids(database) == [1, 2, 5]
    assert await said_rows(database) == ["kept", "kept too"]
    assert said.told == 1


async def test_events_are_stored_with_the_commit_and_told_after(database: Database, said: Any) -> None:
    async def says(tx: Transaction) -> None:
        await add(tx, 1)
        tx.emit(Happened(what="one"))
        tx.emit(Happened(what="two"))
        assert said.told == 0

    async def refuses(tx: Transaction) -> None:
        tx.emit(Happened(what="never"))
        raise Refused

    await database.write(says)
    with pytest.raises(Refused):
        await database.write(refuses)
    await database.write(lambda tx: add(tx, 2))
    assert await said_rows(database) == ["one", "two"]
    assert said.told == 1


async def test_no_increment_is_lost(database: Database) -> None:
    await database.write(lambda tx: add(tx, 1))

    async def increment(tx: Transaction) -> None:
        row = await tx.fetch_one("SELECT amount FROM thing WHERE id = 1")
        assert row is not None
        await asyncio.sleep(0)
        await tx.execute("UPDATE thing SET amount = ? WHERE id = 1", row[0] + 1)

    async def caller() -> None:
        done = 0
        while done < 10:
            try:
                await database.write(increment)
            except Unavailable:  # the door tries again
                continue
            done += 1

    await asyncio.gather(*(caller() for _ in range(20)))
    assert await amount(database) == 200


@pytest.mark.parametrize("opener", ON_DISK, indirect=True)
async def test_a_read_sees_one_moment(database: Database) -> None:
    await database.write(lambda tx: add(tx, 1))

    async def looks_twice(tx: Reading) -> list[object]:
        first = await tx.fetch_one("SELECT amount FROM thing WHERE id = 1")
        by_another = database.write(lambda tx: tx.execute("UPDATE thing SET amount = 1"))
        await asyncio.create_task(by_another)
        return [first, await tx.fetch_one("SELECT amount FROM thing WHERE id = 1")]

    assert await database.read(looks_twice) == [(0,), (0,)]
    assert await amount(database) == 1


async def test_a_transaction_ends_with_its_work(database: Database) -> None:
    kept: list[Transaction] = []
    kept_reading: list[Reading] = []

    async def keeps(tx: Transaction) -> None:
        kept.append(tx)

    async def keeps_reading(tx: Reading) -> None:
        kept_reading.append(tx)

    await database.write(keeps)
    await database.read(keeps_reading)
    with pytest.raises(RuntimeError, match="over"):
        await add(kept[0], 1)
    with pytest.raises(RuntimeError, match="over"):
        kept[0].emit(Happened(what="late"))
    with pytest.raises(RuntimeError, match="over"):
        await kept_reading[0].fetch("SELECT 1")


async def test_our_own_mistake_is_not_dressed_up(database: Database) -> None:
    with pytest.raises(Exception, match="nowhere") as caught:
        await database.read(lambda tx: tx.fetch("SELECT * FROM nowhere"))
    assert not isinstance(caught.value, Unavailable)
    with pytest.raises(Exception, match="nowhere") as caught:
        await database.write(lambda tx: tx.execute("DELETE FROM nowhere"))
    assert not isinstance(caught.value, Unavailable)
    await database.write(lambda tx: add(tx, 1))


@pytest.mark.parametrize("seed", range(length(4, prove=40)))
async def test_sums_survive_failures_and_cancellation(database: Database, seed: int) -> None:
    """Callers move amounts while some raise, some are cancelled and some are slow."""
    chance = random.Random(seed)
    await database.write(lambda tx: add(tx, 1, amount=1000))
    await database.write(lambda tx: add(tx, 2, amount=0))
    acknowledged = 0

    async def caller(number: int) -> None:
        nonlocal acknowledged

        async def moves(tx: Transaction) -> None:
            await tx.execute("UPDATE thing SET amount = amount - 1 WHERE id = 1")
            if chance.random() < 0.3:
                await asyncio.sleep(chance.random() * 0.003)
            if chance.random() < 0.2:
                raise Refused
            await tx.execute("UPDATE thing SET amount = amount + 1 WHERE id = 2")
            await add(tx, 100 + number)
            tx.emit(Happened(what=f"{100 + number}"))

        try:
            async with asyncio.timeout(chance.choice([0.0005, 0.002, 0.005, 5])):
                await database.write(moves)
            acknowledged += 1
        except (Refused, TimeoutError, Unavailable):
            pass

    for start in range(0, 120, 40):
        await asyncio.gather(*(caller(number) for number in range(start, start + 40)))
    await database.write(lambda tx: add(tx, 99))  # it still works
    moved = len(await ids(database)) - 3
    assert moved >= acknowledged
    assert (await amount(database, 1), await amount(database, 2)) == (1000 - moved, moved)
    assert [int(what) for what in await said_rows(database)] == (await ids(database))[3:]


@pytest.mark.parametrize("opener", ON_DISK, indirect=True)
async def test_one_process_leads_and_the_next_follows(
    database: Database, opener: Callable[[], Awaitable[Database]]
) -> None:
    second = await opener()
    assert database.leading
    assert await database.lead()
    assert not await second.lead()
    assert not second.leading
    assert await second.read(lambda tx: tx.fetch("SELECT id FROM thing")) == []
    await database.close()
    assert await second.lead()
    await second.write(lambda tx: add(tx, 1))
    await second.close()


async def test_after_close_nothing_is_served(database: Database) -> None:
    async def slowly(id: int) -> None:
        async def work(tx: Transaction) -> None:
            await asyncio.sleep(0)
            await add(tx, id)

        await database.write(work)

    finishing = [asyncio.create_task(slowly(id)) for id in range(50)]
    for _ in range(5):
        await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*finishing) == [None] * 50
    with pytest.raises(Unavailable):
        await database.write(lambda tx: add(tx, 9))
    with pytest.raises(Unavailable):
        await database.read(lambda tx: tx.fetch("SELECT 1"))
    assert not database.leading
