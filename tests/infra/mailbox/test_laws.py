"""Laws of the mailbox's parts, over whatever Hypothesis finds."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import pairwise
from random import Random
from typing import Any

import msgspec
import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.infra.mailbox.station import Said
from tests.suite.lengths import length
from tests.suite.patience import PATIENCE_S

from entrepot.core.events import encode, envelop
from entrepot.core.ports import Message, Transaction
from entrepot.core.routes import ANONYMOUS, Cursor
from entrepot.core.time import now
from entrepot.infra.bus.memory import MemoryBus
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import PACE, SCHEMA, Backoff, dead_letters, parked, wire
from entrepot.infra.mailbox.acceptance import Acceptor, LogPosition, LogSlice
from entrepot.infra.mailbox.follower import Follower
from entrepot.infra.mailbox.hearing import Heard, Opener
from entrepot.infra.mailbox.outbox import rows_after
from entrepot.infra.mailbox.pacing import Timing
from entrepot.infra.mailbox.pulling import answer_pull
from entrepot.infra.mailbox.readers import add_reader

LENGTH = 30
BODIES = [encode(envelop(Said(who=f"key {n % 3}", n=n), source="shop")) for n in range(1, LENGTH + 1)]
TIMING = Timing(PACE, Random(1), now)

spans = st.tuples(st.integers(1, LENGTH), st.integers(0, 9)).map(
    lambda span: (span[0], min(LENGTH, sum(span)))
)


def batch(first: int, last: int) -> wire.EventBatch:
    bodies = BODIES[first - 1 : last]
    return wire.batch(bodies, epoch="e", base=first - 1, first=first, head=LENGTH)


@pytest.fixture(autouse=True, scope="module")
def quiet_logs() -> Iterator[None]:
    with structlog.testing.capture_logs():
        yield


async def desk() -> SQLite:
    database = SQLite.open(":memory:", threaded=False)
    await database.lead()
    await migrate(database, {"mailbox": SCHEMA})
    return database


@given(arriving=st.lists(st.one_of(spans, st.just((0, 0))), max_size=25))
@settings(deadline=None, max_examples=length(150, prove=1_500))
def test_any_interleaving_has_each_effect_once_and_in_order(arriving: list[tuple[int, int]]) -> None:
    """Repeated, overlapping, early and late batches; (0, 0) lets the follower work off what it has."""
    effects: list[int] = []

    async def effect(tx: Transaction, event: Said) -> None:
        effects.append(event.n)

    async def answer(message: Message) -> Any:
        asked = msgspec.json.decode(message.data, type=wire.Pull)
        reply = batch(asked.after + 1, min(asked.after + 7, LENGTH))
        yield Message("", reply.data, wire.batch_headers(reply, source="shop"))

    async def live() -> None:
        database, bus = await desk(), MemoryBus()
        await bus.answer("outbox.shop", answer)
        acceptor = Acceptor(
            "shop", database, opener=Opener([(Said, effect)]), turn=nullcontext(), timing=TIMING
        )
        follower = Follower("desk", acceptor, bus, on_parked=lambda: None, timing=TIMING)
        task = asyncio.create_task(follower.run())
        while not follower.accepted:  # its first pull
            await asyncio.sleep(0)
        for first, last in arriving:
            if first:
                sent = batch(first, last)
                await follower.hear(Message("", sent.data, wire.batch_headers(sent, source="shop")))
            else:
                await asyncio.sleep(0)
        follower.look()
        async with asyncio.timeout(PATIENCE_S):
            while follower.watermark < LENGTH:
                await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await bus.close()
        await database.close()

    asyncio.run(live())
    assert effects == list(range(1, LENGTH + 1))


@given(failing=st.sets(st.integers(1, LENGTH)), cuts=st.sets(st.integers(1, LENGTH - 1)))
@settings(deadline=None, max_examples=length(100, prove=1_000))
def test_a_failure_holds_its_own_key_and_nothing_else(failing: set[int], cuts: set[int]) -> None:
    effects: list[int] = []

    async def effect(tx: Transaction, event: Said) -> None:
        await tx.execute("INSERT INTO effect VALUES (?)", event.n)
        if event.n in failing:
            raise ValueError("no")

    async def live() -> list[tuple[str, int]]:
        database = await desk()
        await database.write(lambda tx: tx.execute("CREATE TABLE effect (n INTEGER)"))
        acceptor = Acceptor(
            "shop", database, opener=Opener([(Said, effect)]), turn=nullcontext(), timing=TIMING
        )
        position, edges = await acceptor.position(), [0, *sorted(cuts), LENGTH]
        for first, last in pairwise(edges):
            bodies = [msgspec.Raw(body) for body in BODIES[first:last]]
            outcome = await acceptor.accept(position, LogSlice("e", first, first + 1, bodies))
            position = outcome.position
        assert position == LogPosition("e", LENGTH, LENGTH)
        effects.extend(n for (n,) in await database.read(lambda tx: tx.fetch("SELECT n FROM effect")))
        rows = await database.read(
            lambda tx: tx.fetch("SELECT key, sequence FROM inbox_parked ORDER BY key, place")
        )
        await database.close()
        return [(key, sequence) for key, sequence in rows]

    held = asyncio.run(live())
    for key in range(3):
        numbers = [n for n in range(1, LENGTH + 1) if n % 3 == key]
        at = next((at for at, n in enumerate(numbers) if n in failing), len(numbers))
        assert [n for n in effects if n % 3 == key] == numbers[:at]
        assert [n for name, n in held if name == f"key {key}"] == numbers[at:]


@given(places=st.permutations(range(1, 8)))
@settings(deadline=None, max_examples=length(50, prove=500))
def test_replayed_letters_of_a_key_wait_in_the_order_they_were_heard(places: list[int]) -> None:
    async def live() -> list[tuple[int, int | None]]:
        database = await desk()

        async def give_up(tx: Transaction) -> None:
            for place in range(1, 8):
                letter = parked.Parked("shop", place, place, "ann", "t", b"{}", 0, "")
                await dead_letters.bury(tx, letter, kind="failed", error="", attempts=1, failed_at_us=0)

        await database.write(give_up)
        page = await database.read(lambda tx: dead_letters.page(tx, ANONYMOUS, query=Cursor()))
        ids = {letter.sequence: letter.id for letter in page.items}
        for place in places:
            await database.write(lambda tx, id=ids[place]: dead_letters.replay(tx, ANONYMOUS, id=id))
        sql = "SELECT place, next_at_us FROM inbox_parked ORDER BY place"
        rows = await database.read(lambda tx: tx.fetch(sql))
        await database.close()
        return [(place, next_at_us) for place, next_at_us in rows]

    assert asyncio.run(live()) == [(1, 0)] + [(place, None) for place in range(2, 8)]


@given(attempt=st.integers(1, 10_000), seed=st.integers())
def test_backoff_stays_between_nothing_and_its_ceiling(attempt: int, seed: int) -> None:
    backoff = Backoff(0.5, 300.0)
    assert 0.0 <= backoff.delay_s(attempt, Random(seed)) <= backoff.ceiling_s(attempt) <= 300.0
    assert backoff.ceiling_s(attempt) <= backoff.ceiling_s(attempt + 1)


@given(who=st.text(), base=st.integers(0, 2**40), count=st.integers(0, 5))
def test_a_batch_survives_the_wire(who: str, base: int, count: int) -> None:
    bodies = [encode(envelop(Said(who=who, n=n), source="shop")) for n in range(count)]
    sent = wire.batch(bodies, epoch="e", base=base, first=base + 1, head=base + count)
    headers = wire.batch_headers(sent, source="shop")
    found = wire.parse_batch(Message("event.shop", sent.data, headers), source="shop")
    assert found == sent
    opener = Opener([(Said, lambda tx, event: asyncio.sleep(0))])
    opened = [opener.open(body, sequence=1, place=1) for body in found.bodies()]
    assert [event.calls[0][1] for event in opened] == [Said(who=who, n=n) for n in range(count)]


@given(body=st.binary() | st.text().map(str.encode), headers=st.dictionaries(st.text(), st.text()))
def test_foreign_bytes_are_garbage_or_defects_and_nothing_else(body: bytes, headers: dict[str, str]) -> None:
    assert isinstance(Opener([]).open(body, sequence=1, place=1), Heard)
    assert Opener([]).open(body, sequence=1, place=1).defect
    with pytest.raises(wire.Garbage):
        wire.parse_batch(Message("event.shop", body, headers), source="shop")


@given(sizes=st.lists(st.sampled_from((1, 900, 60_000, 400_000, 700_000)), min_size=1, max_size=60))
@settings(deadline=None, max_examples=length(40, prove=400))
def test_a_batch_is_as_large_as_may_travel_and_never_empty(sizes: list[int]) -> None:
    async def live() -> list[bytes]:
        database = await desk()
        rows = [(bytes(size),) for size in sizes]
        await database.write(lambda tx: tx.execute_many("INSERT INTO outbox (body) VALUES (?)", rows))
        bodies = await database.read(lambda tx: rows_after(tx, 0))
        await database.close()
        return bodies

    taken = [len(body) for body in asyncio.run(live())]
    assert taken == sizes[: len(taken)]
    assert taken
    assert len(taken) == 1 or sum(taken) <= 512 * 1024
    assert len(taken) == len(sizes) or sum(sizes[: len(taken) + 1]) > 512 * 1024


@given(bases=st.lists(st.integers(0, 50), max_size=4), heard_in=st.integers(0, 4), after=st.integers(0, 50))
@settings(deadline=None, max_examples=length(60, prove=600))
def test_a_reader_goes_back_to_where_the_logs_part_ways(bases: list[int], heard_in: int, after: int) -> None:
    """Lives 0, 1, …; who heard life k through `after` shares what no later life has cut off."""
    life = min(heard_in, len(bases))

    async def live() -> int:
        database = await desk()

        async def restore(tx: Transaction) -> None:
            await tx.execute("UPDATE outbox_epoch SET epoch = '0'")
            rows = [(at, str(at - 1), base) for at, base in enumerate(bases, 2)]
            await tx.execute_many("INSERT INTO outbox_epoch VALUES (?, ?, ?)", rows)

        await database.write(restore)
        await database.write(lambda tx: add_reader(tx, "desk@hub", now_us=0))
        pull = wire.Pull("desk@hub", str(life), after)
        _, answer = await database.read(lambda tx: answer_pull(tx, pull))
        await database.close()
        return answer.base

    assert asyncio.run(live()) == min([after, *bases[life:]])
