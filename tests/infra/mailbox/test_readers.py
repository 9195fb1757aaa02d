"""Readers are rows: they come and go while a log runs, and it waits for each as long as was stated."""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import msgspec
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from tests.infra.mailbox.station import Said, Station, until
from tests.infra.mailbox.test_journeys import EMBEDDED, lag_is_gone, said

from entrepot.core.errors import Conflict, Invalid, NotFound
from entrepot.core.ports import Transaction
from entrepot.core.routes import ANONYMOUS, Cursor
from entrepot.core.time import now, to_us
from entrepot.infra.mailbox import Wait, add_reader, dead_letters, reader_rows, remove_reader
from entrepot.infra.mailbox.reader_rows import GoneReader, LogReader, NewReader

Make = Callable[..., Station]
DAY_US = 24 * 3600 * 1_000_000


async def add(shop: Station, reader: str, **how: Any) -> LogReader:
    new = NewReader(reader=reader, **how)
    return await shop.database.write(lambda tx: reader_rows.add_reader(tx, ANONYMOUS, new=new))


async def remove(shop: Station, reader: str) -> None:
    gone = GoneReader(reader=reader)
    await shop.database.write(lambda tx: reader_rows.remove_reader(tx, ANONYMOUS, query=gone))


async def listed(shop: Station) -> dict[str, LogReader]:
    page = await shop.database.read(lambda tx: reader_rows.list_readers(tx, ANONYMOUS, query=Cursor()))
    return {reader.reader: reader for reader in page.items}


async def gaps(desk: Station) -> list[tuple[int, int]]:
    """Which numbers it found missing."""
    page = await desk.database.read(lambda tx: dead_letters.page(tx, ANONYMOUS, query=Cursor()))
    assert {letter.kind for letter in page.items} <= {"gap"}
    events = [msgspec.json.decode(letter.event) for letter in page.items]
    return sorted((event["first"], event["last"]) for event in events)


async def pruned(shop: Station) -> int:
    return (await shop.rows("SELECT through FROM outbox_pruned"))[0][0]


async def is_pruned_through(shop: Station, number: int) -> None:
    async def there() -> bool:
        return await pruned(shop) >= number

    await until(there)


async def with_a_log(make: Make) -> tuple[Station, Station]:
    """A log whose first three events are gone, and whose next two are kept for the store, which is away."""
    shop = await make("shop", readers=["store"]).start()
    store = await make("store", hears=["shop"]).start()
    await shop.say(*said(1, 2, 3))
    await store.hears(1, 2, 3)
    await lag_is_gone(shop)
    await store.stop()
    await shop.say(*said(4, 5))
    return shop, store


async def test_a_reader_that_is_added_hears_what_is_kept_and_misses_nothing_after(station: Make) -> None:
    shop, _ = await with_a_log(station)
    desk = await station("desk", hears=["shop"]).start()
    added = await add(shop, "desk@hub")
    assert (added.confirmed, added.behind, added.enrolled_by, added.heard_at) == (3, 2, "hand", None)
    await desk.hears(4, 5)
    await shop.say(*said(6))
    await desk.hears(4, 5, 6)
    assert await gaps(desk) == []

    async def confirmed() -> bool:
        return (await listed(shop))["desk@hub"].confirmed == 6

    await until(confirmed)
    assert (await listed(shop))["desk@hub"].heard_at is not None
    assert shop.relay.status.lag == {"desk@hub": 0, "store@hub": 3}


async def test_a_reader_that_is_added_at_the_head_hears_only_what_follows(station: Make) -> None:
    shop, _ = await with_a_log(station)

    async def numbered() -> bool:  # PostgreSQL numbers a moment after the commit
        return (await shop.rows("SELECT max(sequence) FROM outbox"))[0][0] == 5

    await until(numbered)
    await add(shop, "desk@hub", begin="head")
    await shop.say(*said(6))
    desk = await station("desk", hears=["shop"]).start()
    await desk.hears(6)
    assert await gaps(desk) == []


async def test_nothing_is_kept_for_a_reader_that_was_removed_and_it_is_refused(station: Make) -> None:
    shop, store = await with_a_log(station)
    await remove(shop, "store@hub")
    with pytest.raises(NotFound):
        await remove(shop, "store@hub")
    await is_pruned_through(shop, 5)
    with structlog.testing.capture_logs() as logs:
        await store.start()

        async def refused() -> bool:
            return store.inbox.status.refused == ("shop@hub",)

        await until(refused)
        await shop.say(*said(6))
        await is_pruned_through(shop, 6)
        assert await store.heard() == [1, 2, 3]
    [told] = [entry for entry in logs if entry["event"] == "mailbox.refused"]
    assert told["reason"].startswith("store@hub was removed from the readers of this log at 2")
    assert [entry["event"] for entry in logs].count("mailbox.stranger") == 1
    assert (await listed(shop))["store@hub"].removed_at is not None


async def test_a_reader_that_is_added_again_records_what_it_missed(station: Make) -> None:
    shop, store = await with_a_log(station)
    await remove(shop, "store@hub")
    await is_pruned_through(shop, 5)
    await add(shop, "store@hub")
    await shop.say(*said(6))
    with structlog.testing.capture_logs():
        await store.start()
        await store.hears(1, 2, 3, 6)
    assert await gaps(store) == [(4, 5)]
    assert shop.relay.status.left_behind == []


@EMBEDDED
async def test_a_reader_cannot_be_added_twice_or_without_a_place(station: Make) -> None:
    shop, _ = await with_a_log(station)
    with pytest.raises(Conflict):
        await add(shop, "store@hub")
    for name in ("desk", "desk@", "De sk@hub", "desk@hub/x", "desk.x@hub"):
        with pytest.raises(Invalid):
            await add(shop, name)
    assert (await add(shop, "device@hub/17")).reader == "device@hub/17"
    assert (await add(shop, "sale@lyon-3", wait_events=5_000, wait_days=7)).wait_days == 7


async def test_adding_a_reader_can_be_part_of_a_transaction(station: Make) -> None:
    shop, _ = await with_a_log(station)

    async def regretted(tx: Transaction) -> None:
        await add_reader(tx, "desk@hub", now_us=0)
        await remove_reader(tx, "store@hub", now_us=0)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await shop.database.write(regretted)
    assert {name: reader.removed_at for name, reader in (await listed(shop)).items()} == {"store@hub": None}


async def test_the_wiring_enrols_its_readers_and_removes_those_that_left_it(station: Make) -> None:
    shop, _ = await with_a_log(station)
    await add(shop, "lyon@site")
    await shop.stop()
    rewired = await station("shop", readers=["desk"]).start()
    desk = await station("desk", hears=["shop"]).start()
    await desk.hears(4, 5)
    found = await listed(rewired)
    assert found["store@hub"].removed_at is not None
    assert (found["desk@hub"].enrolled_by, found["lyon@site"].removed_at) == ("wiring", None)
    await desk.stop()
    await rewired.stop()
    again = await station("shop", readers=["store"]).open()
    await again.stop()
    await again.start()

    async def back() -> bool:
        return (await listed(again))["store@hub"].removed_at is None

    await until(back)


async def test_what_an_operator_removed_stays_removed_when_the_log_starts_again(station: Make) -> None:
    shop, _ = await with_a_log(station)
    await remove(shop, "store@hub")
    await shop.stop()
    await shop.start()
    await is_pruned_through(shop, 5)
    assert (await listed(shop))["store@hub"].removed_at is not None
    assert (await add(shop, "store@hub")).enrolled_by == "hand"
    await shop.stop()
    await shop.start()

    async def of_the_wiring() -> bool:  # so that it leaves with the wiring again
        return (await listed(shop))["store@hub"].enrolled_by == "wiring"

    await until(of_the_wiring)


async def test_a_log_leaves_a_reader_behind_only_past_its_bound_and_after_a_warning(station: Make) -> None:
    shop, desk = station("shop", readers=["desk"]), station("desk", hears=["shop"])
    shop.wait = Wait(events=10)
    await shop.start()
    await desk.start()
    await shop.say(*said(1))
    await desk.hears(1)
    await lag_is_gone(shop)
    await desk.stop()
    with structlog.testing.capture_logs() as logs:
        await shop.say(*said(*range(2, 10)))

        async def warned() -> bool:
            return any(entry["event"] == "mailbox.reader_away" for entry in logs)

        await until(warned)
        assert await pruned(shop) == 1
        assert 0.5 <= shop.relay.status.spent["desk@hub"] <= 0.8
        await shop.say(*said(*range(10, 21)))
        await is_pruned_through(shop, 10)

        async def marked() -> bool:
            return list(shop.relay.status.left_behind) == ["desk@hub"]

        await until(marked)
        assert (await listed(shop))["desk@hub"].left_behind_at is not None
        await desk.start()
        await desk.hears(1, *range(11, 21))
        await lag_is_gone(shop)
    assert await gaps(desk) == [(2, 10)]
    events = [entry["event"] for entry in logs]
    assert [events.count(f"mailbox.reader_{what}") for what in ("away", "left_behind", "caught_up")] == [
        1,
        1,
        1,
    ]
    assert events.index("mailbox.reader_away") < events.index("mailbox.reader_left_behind")
    assert (await listed(shop))["desk@hub"].left_behind_at is None


class Calendar:
    """Days that pass when we say so."""

    def __init__(self) -> None:
        self.passed = timedelta()

    def now(self) -> datetime:
        return now() + self.passed

    def elapsed_s(self) -> float:
        return monotonic() + self.passed.total_seconds()


@EMBEDDED
async def test_days_of_silence_count_only_while_somebody_could_have_been_heard(station: Make) -> None:
    shop, calendar = station("shop", readers=["desk"]), Calendar()
    shop.wait, shop.now, shop.elapsed_s = Wait(days=7), calendar.now, calendar.elapsed_s
    await shop.start()
    desk = await station("desk", hears=["shop"]).start()
    await shop.say(*said(1))
    await desk.hears(1)
    await lag_is_gone(shop)
    await desk.stop()
    await shop.say(*said(2, 3))
    await shop.stop()
    calendar.passed += timedelta(days=400)
    with structlog.testing.capture_logs() as logs:
        await shop.start()
        await shop.say(*said(4))
        calendar.passed += timedelta(days=6)
        await shop.say(*said(5))

        async def warned() -> bool:
            return any(entry["event"] == "mailbox.reader_away" for entry in logs)

        await until(warned)
        assert await pruned(shop) == 1
        calendar.passed += timedelta(days=2)
        await is_pruned_through(shop, 5)
        await shop.say(*said(6))
        await desk.start()
        await desk.hears(1, 6)
    assert await gaps(desk) == [(2, 5)]


@EMBEDDED
@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
async def test_a_clock_that_is_set_counts_against_no_reader(station: Make, jump: timedelta) -> None:
    shop, calendar = station("shop", readers=["desk"]), Calendar()
    shop.wait, shop.now = Wait(days=7), calendar.now
    await shop.start()
    desk = await station("desk", hears=["shop"]).start()
    await shop.say(*said(1))
    await desk.hears(1)
    await lag_is_gone(shop)
    await desk.stop()
    await shop.say(*said(2, 3))
    with structlog.testing.capture_logs() as logs:
        calendar.passed += jump

        async def noticed() -> bool:
            return any(entry["event"] == "mailbox.clock_was_set" for entry in logs)

        await until(noticed)
        await shop.say(*said(4))
        await shop.stop()  # its relay may start with the clock that is right again
        calendar.passed -= jump
        await shop.start()
        await desk.start()
        await desk.hears(1, 2, 3, 4)
        await lag_is_gone(shop)
        await shop.say(*said(5))
        await desk.hears(1, 2, 3, 4, 5)
    assert await gaps(desk) == []
    assert {entry["event"] for entry in logs}.isdisjoint(
        {"mailbox.reader_away", "mailbox.reader_left_behind"}
    )
    [(silent_from_us,)] = await shop.rows("SELECT silent_from_us FROM outbox_reader")
    assert abs(silent_from_us - to_us(now())) < DAY_US


@EMBEDDED
async def test_a_reader_whose_database_was_lost_records_what_is_gone(station: Make) -> None:
    shop, desk = station("shop", readers=["desk"]), station("desk", hears=["shop"])
    await shop.start()
    await desk.start()
    await shop.say(*said(1, 2, 3))
    await desk.hears(1, 2, 3)
    await lag_is_gone(shop)
    await desk.database.write(_forget_all)
    await desk.stop()
    with structlog.testing.capture_logs() as logs:
        await desk.start()
        await shop.say(*said(4))
        await desk.hears(4)
    gap = {"event": "mailbox.gap", "source": "shop@hub", "first": 1, "last": 3, "log_level": "error"}
    assert gap in logs
    [letter] = (await desk.database.read(lambda tx: dead_letters.page(tx, ANONYMOUS, query=Cursor()))).items
    with pytest.raises(Conflict):
        await desk.database.write(lambda tx: dead_letters.replay(tx, ANONYMOUS, id=letter.id))


async def _forget_all(tx: Transaction) -> None:
    await tx.execute("DELETE FROM inbox")
    await tx.execute("DELETE FROM effect")


async def test_strangers_are_refused_and_logged_once_each(station: Make) -> None:
    shop = await station("shop", readers=["desk"]).start()
    desk = await station("desk", hears=["shop"]).start()
    await shop.say(*said(1))
    await desk.hears(1)
    (epoch,) = (await shop.rows("SELECT epoch FROM outbox_epoch"))[0]
    pull = b'{"reader":"spy@hub","epoch":"","after":0}'
    forged = {"source": "spy@hub", "epoch": epoch, "base": "1", "first": "2", "last": "2", "head": "2"}
    event = b'[{"specversion":"1.0"}]'
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            answer = await shop.bus.request("outbox.shop@hub", pull, timeout_s=5)
            assert answer.data == b""
            assert answer.headers["error"] == "'spy@hub' is no reader of this log"
            await shop.bus.publish("confirm.shop@hub", b'{"reader":"foe@hub","epoch":"?","watermark":9}')
            await shop.bus.publish("event.shop@hub", event, forged)
        await shop.say(Said(who="ann", n=2))
        await desk.hears(1, 2)
    strangers = [entry["stranger"] for entry in logs if entry["event"] == "mailbox.stranger"]
    assert sorted(strangers) == ["foe@hub", "spy@hub", "spy@hub"]  # the last at the desk
    assert shop.relay.status.lag.keys() == {"desk@hub"}


@given(
    watermark=st.integers(0, 100),
    head=st.integers(0, 100),
    silent_days=st.floats(0, 30),
    events=st.none() | st.integers(1, 50),
    days=st.none() | st.integers(1, 20),
)
def test_nothing_is_forgotten_within_the_bound_and_all_beyond_it_is_announced(
    watermark: int, head: int, silent_days: float, events: int | None, days: int | None
) -> None:
    wait, silent_us = Wait(events, days), round(silent_days * 24 * 3600 * 1_000_000)
    floor = wait.floor(watermark, head=head, silent_us=silent_us)
    spent = wait.spent(watermark, head=head, silent_us=silent_us)
    assert watermark <= floor <= max(watermark, head)
    assert (floor > watermark) == (spent > 1 and head > watermark)
    if days is None and events is not None:
        assert max(watermark, head) - floor == min(events, max(0, head - watermark))
    if (events, days) == (None, None):
        assert (floor, spent) == (watermark, 0.0)
