"""What is committed has its effect once, on real databases and real buses, whatever dies when."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import structlog
from tests.infra.mailbox.station import FAST, Mumbled, Said, Station, until, write_down

from entrepot.core import trace
from entrepot.core.errors import NotFound
from entrepot.core.ports import Message, Transaction
from entrepot.core.routes import ANONYMOUS, Cursor
from entrepot.core.time import now
from entrepot.infra.mailbox import dead_letters, new_epoch

Make = Callable[..., Station]
EMBEDDED = pytest.mark.parametrize("parts", [("sqlite", "memory")], ids=["sqlite memory"])


def said(*numbers: int, who: str = "ann") -> list[Said]:
    return [Said(who=who, n=n) for n in numbers]


async def pair(make: Make) -> tuple[Station, Station]:
    shop = await make("shop", readers=["desk"]).start()
    return shop, await make("desk", hears=["shop"]).start()


async def lag_is_gone(station: Station) -> None:
    async def gone() -> bool:
        return not any(station.relay.status.lag.values()) and await station.rows("SELECT 1 FROM outbox") == []

    await until(gone)


async def test_what_is_committed_is_heard_once_and_pruned(station: Make) -> None:
    shop, desk = await pair(station)
    for n in range(20):
        await shop.say(*said(2 * n, 2 * n + 1))
    await desk.hears(*range(40))
    await lag_is_gone(shop)
    assert shop.relay.status.published <= 40
    assert desk.inbox.status.accepted == 40


async def test_many_at_once_are_heard_in_one_order_per_key(station: Make) -> None:
    shop, desk = await pair(station)
    await asyncio.gather(*(shop.say(Said(who=f"key {n % 7}", n=n)) for n in range(200)))
    await until(lambda: desk._has(200))
    assert sorted(await desk.heard()) == list(range(200))


async def test_what_is_rolled_back_is_never_heard(station: Make) -> None:
    shop, desk = await pair(station)

    async def regretted(tx: Transaction) -> None:
        tx.emit(Said(who="ann", n=1))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await shop.database.write(regretted)
    await shop.say(*said(2))
    await desk.hears(2)


async def test_a_crash_between_commit_and_publish_loses_nothing(station: Make) -> None:
    shop, desk = await station("shop", readers=["desk"]).open(), await station("desk", hears=["shop"]).start()
    await shop.say(*said(1, 2, 3))
    await shop.stop()
    await shop.start()
    await desk.hears(1, 2, 3)


async def test_a_crash_between_effect_and_confirmation_repeats_nothing(station: Make) -> None:
    shop, desk = await pair(station)
    done = asyncio.Event()

    async def tell(tx: Transaction, event: Said) -> None:
        await write_down(tx, event)
        if event.n == 3:
            done.set()

    desk.handler = tell
    await shop.say(*said(1, 2, 3))
    await done.wait()
    await asyncio.gather(shop.stop(), desk.stop())
    await asyncio.gather(shop.start(), desk.start())
    await shop.say(*said(4))
    await desk.hears(1, 2, 3, 4)
    await lag_is_gone(shop)


async def test_repeated_messages_have_no_second_effect(station: Make) -> None:
    shop, desk = await pair(station)
    overheard: list[Message] = []

    async def overhear(message: Message) -> None:
        first, last = int(message.headers["first"]), int(message.headers["last"])
        if first <= last:  # else it only says where the log ends
            overheard.append(message)

    subscription = await shop.bus.subscribe("event.shop@hub", overhear)
    said_so_far = 0
    while len(overheard) < 5:  # what was written before the relay began is pulled, and not overheard
        await shop.say(*said(said_so_far))
        said_so_far += 1
        await desk.hears(*range(said_so_far))
    repeats = overheard[::-1] + overheard
    for message in repeats:
        await shop.bus.publish(message.subject, message.data, message.headers)
    await shop.say(*said(said_so_far))
    await desk.hears(*range(said_so_far + 1))

    async def all_repeats_came() -> bool:  # the last may have been asked for before the repeats were heard
        return desk.inbox.status.duplicates >= len(repeats)

    await until(all_repeats_came)
    await desk.hears(*range(said_so_far + 1))
    await subscription.stop()


async def test_a_reader_that_was_away_hears_everything_later(station: Make) -> None:
    shop = await station("shop", readers=["desk", "store"]).start()
    store = await station("store", hears=["shop"]).start()
    for n in range(0, 1500, 50):
        await shop.say(*said(*range(n, n + 50)))
    await store.hears(*range(1500))
    desk = await station("desk", hears=["shop"]).start()
    await desk.hears(*range(1500))
    await lag_is_gone(shop)


async def test_one_key_waits_for_its_retry_in_order_and_others_do_not(station: Make) -> None:
    shop, desk = await station("shop", readers=["desk"]).start(), station("desk", hears=["shop"])
    desk.pace = msgspec.structs.replace(FAST, attempts=1_000)
    await desk.start()
    failing = True

    async def moody(tx: Transaction, event: Said) -> None:
        await write_down(tx, event)
        if event.who == "ann" and failing:
            raise ValueError("not now")

    desk.handler = moody
    with structlog.testing.capture_logs() as logs:
        await shop.say(*said(1, 2), *said(3, who="bob"), *said(4))
        await desk.hears(3)
        failing = False
        await desk.hears(3, 1, 2, 4)
    assert [entry["event"] for entry in logs].count("mailbox.handler_failed") == 1
    assert desk.inbox.status.parked == 3


async def test_what_a_clock_that_was_ahead_put_off_is_tried_when_the_clock_is_right(station: Make) -> None:
    shop, desk = await station("shop", readers=["desk"]).start(), station("desk", hears=["shop"])
    failing, ahead = True, timedelta(days=20_000)
    desk.now, desk.pace = lambda: now() + ahead, msgspec.structs.replace(FAST, attempts=1_000)

    async def moody(tx: Transaction, event: Said) -> None:
        if failing:
            raise ValueError("not now")
        await write_down(tx, event)

    async def put_off() -> bool:
        return bool(await desk.rows("SELECT 1 FROM inbox_parked WHERE attempts > 1"))

    desk.handler = moody
    await desk.start()
    with structlog.testing.capture_logs():
        await shop.say(*said(1, 2))
        await until(put_off)
        failing, ahead = False, timedelta()
        await desk.hears(1, 2)


async def test_what_fails_every_time_becomes_a_dead_letter_and_can_be_replayed(station: Make) -> None:
    shop, desk = await pair(station)
    failing = True

    async def stubborn(tx: Transaction, event: Said) -> None:
        if event.n == 1 and failing:
            raise ValueError("never")
        await write_down(tx, event)

    desk.handler = stubborn
    with structlog.testing.capture_logs():
        await shop.say(*said(1, 2))
        await desk.hears(2)
    letters = await desk.database.read(lambda tx: dead_letters.page(tx, ANONYMOUS, query=Cursor()))
    (letter,) = letters.items
    assert (letter.kind, letter.attempts, letter.error) == ("failed", 4, "ValueError: never")
    assert msgspec.json.decode(letter.event)["data"] == {"who": "ann", "n": 1}
    failing = False
    await desk.database.write(lambda tx: dead_letters.replay(tx, ANONYMOUS, id=letter.id))
    await desk.hears(2, 1)
    with pytest.raises(NotFound):
        await desk.database.read(lambda tx: dead_letters.show(tx, ANONYMOUS, id=letter.id))


async def test_what_a_handler_says_too_loudly_fails_alone(station: Make) -> None:
    """Its event cannot be stored, which shows only when the transaction ends."""
    shop, desk = await pair(station)

    async def loud(tx: Transaction, event: Said) -> None:
        await write_down(tx, event)
        if event.n == 3:
            tx.emit(Said(who="x" * 2_000_000, n=0))

    desk.handler = loud
    with structlog.testing.capture_logs():
        await shop.say(*said(1, 2), *said(3, who="bob"), *said(4), *said(5, who="bob"))
        await desk.hears(1, 2, 4, 5)
    (letter,) = (await desk.database.read(lambda tx: dead_letters.page(tx, ANONYMOUS, query=Cursor()))).items
    assert (letter.kind, letter.sequence) == ("failed", 3)
    assert letter.error.startswith("Invalid")


async def test_a_key_no_database_likes_can_be_parked(station: Make) -> None:
    shop, desk = await pair(station)

    async def refuse(tx: Transaction, event: Said) -> None:
        raise ValueError("\0 and \udc80")

    desk.handler = refuse
    with structlog.testing.capture_logs():
        await shop.say(*said(1, who="an\0n"))

        async def given_up() -> bool:
            return desk.inbox.status.dead == 1

        await until(given_up)


async def test_poison_is_set_aside_at_once(station: Make) -> None:
    shop, desk = await pair(station)
    await shop.say(*said(1), Mumbled(who="ann", n="two"), *said(3))
    await desk.hears(1, 3)
    (letter,) = (await desk.database.read(lambda tx: dead_letters.page(tx, ANONYMOUS, query=Cursor()))).items
    assert (letter.kind, letter.sequence, letter.key) == ("poison", 2, "ann")


async def test_an_effect_carries_the_trace_of_its_cause(station: Make) -> None:
    shop, desk = await pair(station)
    seen: list[str] = []

    async def look(tx: Transaction, event: Said) -> None:
        seen.append(trace.traceparent.get())
        await write_down(tx, event)

    desk.handler = look
    trace.traceparent.set(cause := "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    await shop.say(*said(1))
    await desk.hears(1)
    assert seen[-1] == cause


async def test_foreign_messages_are_logged_and_do_no_harm(station: Make) -> None:
    shop, desk = await pair(station)
    await shop.say(*said(1))
    await desk.hears(1)
    (epoch,) = (await shop.rows("SELECT epoch FROM outbox_epoch"))[0]
    forged = {"source": "shop@hub", "epoch": epoch, "base": "1", "first": "2", "last": "4", "head": "4"}
    with structlog.testing.capture_logs() as logs:
        for headers in (
            {},
            {**forged, "first": "x"},
            {**forged, "source": "store@hub"},
            {**forged, "base": "-1"},
        ):
            await shop.bus.publish("event.shop@hub", b"[]", headers)
        for body in (b"[1]", b"{", b"[{},{},{}", b"\xff"):
            await shop.bus.publish("event.shop@hub", body, forged)
        await shop.bus.publish("confirm.shop@hub", b"?", {})
        await shop.bus.publish("confirm.shop@hub", b'{"reader":"desk@hub","epoch":"?","watermark":99}', {})
        answer = await shop.bus.request("outbox.shop@hub", b"[", timeout_s=5)
        await shop.say(*said(2))
        await desk.hears(1, 2)
    assert "error" in answer.headers
    assert [entry["event"] for entry in logs].count("mailbox.garbage") >= 6


@EMBEDDED
async def test_a_restored_source_is_heard_again_from_its_backup(station: Make, tmp_path: Path) -> None:
    shop, desk = await pair(station)
    await shop.say(*said(1, 2))
    await desk.hears(1, 2)
    await shop.stop()
    shutil.copy(tmp_path / "shop.db", tmp_path / "backup.db")
    await shop.start()
    await shop.say(*said(3, 4, 5))
    await desk.hears(1, 2, 3, 4, 5)
    await shop.stop()
    (tmp_path / "backup.db").replace(tmp_path / "shop.db")
    await shop.open()
    await shop.database.write(new_epoch)
    await shop.say(*said(6))
    await shop.stop()
    await shop.start()
    await desk.hears(1, 2, 3, 4, 5, 6)
    await lag_is_gone(shop)


@EMBEDDED
async def test_a_reader_ahead_of_its_source_is_reported(station: Make, tmp_path: Path) -> None:
    shop, desk = await pair(station)
    await shop.stop()
    shutil.copy(tmp_path / "shop.db", tmp_path / "backup.db")
    await shop.start()
    await shop.say(*said(1, 2))
    await desk.hears(1, 2)
    await shop.stop()
    (tmp_path / "backup.db").replace(tmp_path / "shop.db")  # and nobody began a new epoch

    with structlog.testing.capture_logs() as logs:
        await shop.start()

        async def reported() -> bool:
            return any(entry["event"] == "mailbox.reader_ahead" for entry in logs)

        await until(reported)
