"""What arrives is filtered, held back as privacy asks, counted, and on disk before anybody is told."""

import asyncio
import random
from typing import Any

import msgspec
import pytest
from tests.device.site import OPERATOR, T0_US, device, fix, standing

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.device.events import DeviceCommanded
from entrepot.device.families.owntracks import FAMILY
from entrepot.device.model.arrival import DeviceReport, Unreadable
from entrepot.device.service import decoding, intake_reports
from entrepot.device.service.commands import Commands, load, on_device_commanded
from entrepot.device.service.friends import Friends
from entrepot.device.service.intake import DeviceMessage, Intake
from entrepot.device.service.intake_reports import OfDevice, SummaryQuery
from entrepot.device.service.roster import Roster
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.model.device import FilterSettings, Privacy, Window
from entrepot.tracking.model.fix import rounded

VAN = device()
DAY_S = 86_400


async def test_fix_is_sent_on_as_it_came(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        sent = fix(0, of=VAN, accuracy_m=5.0, attributes={"tid": "va"})
        await site.take(VAN, sent)
        assert await site.accepted() == [sent]


async def test_fix_is_judged_and_sent_on_as_it_will_be_stored(database: Migratable) -> None:
    """A receiver that knows nothing says 0, 0, however it writes that; an error of 4 cm more is none."""
    settings = FilterSettings(max_accuracy_m=100.0)
    van = device(filter=settings)
    async with standing(database, van) as site:
        await site.take(van, fix(0, of=van, latitude=1e-8, longitude=-1e-8))
        await site.take(van, fix(1, of=van, latitude=float("nan")))
        await site.take(van, fix(2, of=van, longitude=5.00000001, accuracy_m=100.04))
        assert await site.accepted() == [fix(2, of=van, accuracy_m=100.0)]
        assert await site.reasons() == {"zero": 1, "invalid": 1}


async def test_position_that_its_device_calls_invalid_is_rejected(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        for valid in (b"true", b"false", b"0"):
            said = b"lat=52&lon=5.%d&valid=%b&timestamp=%d" % (len(valid), valid, T0_US // 1_000_000)
            await site.intake.put(decoding.message("osmand", said, VAN, T0_US))
        assert [each.longitude for each in await site.accepted()] == [5.4]
        assert await site.reasons() == {"invalid": 2}


async def test_what_comes_while_a_commit_runs_shares_the_next(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        fixes = [fix(at, of=VAN, longitude=5 + at / 10_000) for at in range(0, 3000, 60)]
        await asyncio.gather(*(site.take(VAN, each) for each in fixes))
        assert await site.accepted() == fixes
        events = [each for each in await site.said() if each["type"] == "device.positions_accepted"]
        assert len(events) < 5


async def test_message_s_reports_are_said_with_the_device_s_time(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, DeviceReport("transition", T0_US + 1, b'{"event":"enter"}'))
        [event] = await site.said()
    assert event["type"] == "device.reported"
    assert event["data"]["kind"] == "transition" and event["data"]["body"] == '{"event":"enter"}'


async def test_standing_still_is_not_sent_on_but_counted_and_kept(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        for at in range(0, 50, 10):
            await site.take(VAN, fix(at, of=VAN, speed_mps=0.0))
        assert len(await site.accepted()) == 1
        assert await site.reasons() == {"static_drift": 4}
        page = await database.read(lambda tx: intake_reports.rejected(tx, OPERATOR, query=OfDevice()))
        assert [each.reason for each in page.items] == ["static_drift"] * 4


async def test_same_message_twice_says_nothing_new(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN))
        await site.take(VAN, fix(0, of=VAN, received_s=5))
        assert len(await site.accepted()) == 1 and await site.reasons() == {"duplicate": 1}


async def test_late_fix_lets_go_what_was_held_back_after_it(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        held = [fix(at, of=VAN, speed_mps=0.0) for at in (10, 20, 30)]
        await site.take(VAN, fix(0, of=VAN, speed_mps=0.0))
        for each in held:
            await site.take(VAN, each)
        assert await site.reasons() == {"static_drift": 3}
        late = fix(15, of=VAN, longitude=5.01, received_s=40)
        await site.take(VAN, late)
        assert (await site.accepted())[1:] == [late, *held[1:]]
        assert await site.reasons() == {"static_drift": 1}
        while_late = fix(50, of=VAN, speed_mps=0.0)
        await site.take(VAN, while_late)
        assert (await site.accepted())[-1] == while_late


async def test_filters_work_again_ten_minutes_after_the_last_late_fix(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        for at, received in ((0, 0), (100, 100), (50, 110), (800, 800), (810, 810)):
            await site.take(VAN, fix(at, of=VAN, speed_mps=0.0, received_s=received))
        assert len(await site.accepted()) == 4


async def test_jump_that_is_repeated_is_believed_and_nothing_of_it_is_lost(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN))
        jumped = [fix(at, of=VAN, latitude=10.0, longitude=20.0 + at / 1e4) for at in (10, 20, 30)]
        for each in jumped:
            await site.take(VAN, each)
        assert sorted((await site.accepted())[1:], key=lambda f: f.fixed_at_us) == jumped
        assert await site.reasons() == {}


async def test_shuffled_track_ends_with_all_that_the_sorted_one_gives(database: Migratable) -> None:
    """What the sorted track keeps reaches tracking in any order, and there it is filtered in event time."""
    sorted_van, shuffled_van = device(), device()
    chance = random.Random(7)
    track = []
    for at in range(0, 2000, 5):
        moving = (at // 300) % 2
        longitude = 5 + at / 4000 if moving else 5 + (at // 300 * 300) / 4000 + chance.uniform(-1, 1) / 1e5
        track.append((at, longitude, 12.0 if moving else 0.0))
    async with standing(database, sorted_van, shuffled_van) as site:
        for at, longitude, speed in track:
            await site.take(sorted_van, fix(at, of=sorted_van, longitude=longitude, speed_mps=speed))
        order = list(enumerate(track))
        chance.shuffle(order)
        for received, (_, (at, longitude, speed)) in enumerate(order):
            sent = fix(at, of=shuffled_van, longitude=longitude, speed_mps=speed, received_s=2000 + received)
            await site.take(shuffled_van, sent)
        found = await site.accepted()
    times = {
        each: {f.fixed_at_us for f in found if f.device_id == each.id} for each in (sorted_van, shuffled_van)
    }
    assert 10 < len(times[sorted_van]) < len(track)
    assert times[sorted_van] <= times[shuffled_van]


async def test_nothing_is_kept_without_consent(database: Migratable) -> None:
    shy = device(privacy=Privacy(consent=False))
    async with standing(database, shy) as site:
        await site.take(
            shy, fix(0, of=shy), DeviceReport("card", T0_US, b"{}"), Unreadable("no"), payload=b"secret"
        )
        assert await site.said() == []
        assert await site.reasons() == {"no_consent": 1}
        for table in ("rejected", "quarantine"):
            assert await site.rows(f"SELECT 1 FROM {table}") == []


async def test_only_fixes_on_duty_are_kept(database: Migratable) -> None:
    """T0 is Thursday, 17:53 in Tokyo."""
    window = Window(days=frozenset({3}), begins="08:00", ends="18:00")
    busy = device(privacy=Privacy(schedule=(window,), timezone="Asia/Tokyo"))
    async with standing(database, busy) as site:
        await site.take(busy, fix(0, of=busy))
        await site.take(busy, fix(600, of=busy))
        assert [each.fixed_at_us for each in await site.accepted()] == [T0_US]
        assert await site.reasons() == {"off_duty": 1}
        assert await site.rows("SELECT 1 FROM rejected") == []


async def test_reduced_precision_leaves_no_exact_place_anywhere(database: Migratable) -> None:
    blurred = device(privacy=Privacy(precision_m=1000.0))
    async with standing(database, blurred) as site:
        exact = fix(
            0,
            of=blurred,
            latitude=52.123456,
            longitude=5.123456,
            accuracy_m=5.0,
            attributes={"SSID": "home", "m": 1},
        )
        await site.take(blurred, exact, Unreadable("half of it"), payload=b"52.123456")
        await site.take(blurred, DeviceReport("transition", T0_US, b'{"lat":52.123456,"lon":5.123456}'))
        await site.take(blurred, fix(5, of=blurred, latitude=52.123457, longitude=5.123456, speed_mps=0.0))
        [found] = await site.accepted()
        assert found.accuracy_m == 5.0 and found.attributes == {"m": 1, "precision_m": 1000.0}
        everything = str(
            [
                await site.rows(f"SELECT * FROM {t}")
                for t in ("outbox", "rejected", "quarantine", "device_state")
            ]
        )
    assert "52.12345" not in everything and "home" not in everything


async def test_message_that_cannot_be_understood_is_quarantined_and_acknowledged(
    database: Migratable,
) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, Unreadable("It is no JSON"), payload=b"\xff{")
        [found] = (
            await database.read(lambda tx: intake_reports.quarantine(tx, OPERATOR, query=OfDevice()))
        ).items
        roster = site.intake.roster
        whole = await database.write(
            lambda tx: intake_reports.quarantined(tx, OPERATOR, id=found.id, roster=roster)
        )
        [look] = [each["data"] for each in await site.said() if each["type"] == "device.quarantine_read"]
        assert (look["device_id"], look["reader"]) == (VAN.id, "op")
    assert (found.reason, found.bytes, found.protocol) == ("It is no JSON", 2, "owntracks")
    assert (whole.content, whole.encoding, whole.whole) == ("/3s=", "base64", True)


async def test_quarantine_of_a_device_is_bounded_and_what_went_is_counted(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await asyncio.gather(*(site.take(VAN, Unreadable(f"no {n}"), payload=b"x") for n in range(250)))
        assert len(await site.rows("SELECT 1 FROM quarantine")) <= 201
        told = await database.read(
            lambda tx: intake_reports.summary(tx, OPERATOR, query=SummaryQuery(days=30))
        )
    assert told.unreadable == 250 and told.quarantine_dropped >= 49 and told.messages == 250


async def test_saved_bytes_are_measured(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        for at in range(0, 100, 10):
            await site.take(VAN, fix(at, of=VAN, speed_mps=0.0), payload=b"x" * 300)
        sent = await site.accepted()
        told = await database.read(
            lambda tx: intake_reports.summary(tx, OPERATOR, query=SummaryQuery(days=30))
        )
    assert told.bytes_in == 3000 and told.accepted == len(sent) == 1
    assert 0.9 < told.saved_share < 1 and told.rejected == {"static_drift": 9}


async def test_other_organisation_sees_nothing(database: Migratable) -> None:
    other = Principal("op", "other", frozenset({"*"}), "operator")
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN), fix(1, of=VAN), Unreadable("no"))
        assert (
            await database.read(lambda tx: intake_reports.quarantine(tx, other, query=OfDevice()))
        ).items == []
        assert (
            await database.read(lambda tx: intake_reports.rejected(tx, other, query=OfDevice()))
        ).items == []
        assert (
            await database.read(lambda tx: intake_reports.summary(tx, other, query=SummaryQuery()))
        ).messages == 0


async def test_filter_remembers_across_a_restart(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN, speed_mps=0.0))
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(10, of=VAN, speed_mps=0.0))
        assert await site.reasons() == {"static_drift": 1}


async def test_old_rejections_and_messages_are_forgotten(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN), Unreadable("no"))
        await site.take(VAN, fix(0, of=VAN))
        assert await site.rows("SELECT 1 FROM rejected")
        long_ago = "00000000-0000-7000-8000-000000000000"
        await database.write(lambda tx: tx.execute("UPDATE rejected SET id = ?", long_ago))
        await database.write(lambda tx: tx.execute("UPDATE quarantine SET received_at_us = 0"))
        await database.write(intake_reports.tidy)
        assert await site.rows("SELECT 1 FROM rejected") == []
        assert await site.rows("SELECT 1 FROM quarantine") == []


async def test_event_s_size_stays_bounded_whatever_devices_attach(database: Migratable) -> None:
    chatty = device(filter=FilterSettings(min_distance_m=None, drift_m=None))
    async with standing(database, chatty) as site:
        fixes = [
            fix(at * 10, of=chatty, longitude=5 + at / 1000, attributes={"x": "y" * 8000})
            for at in range(400)
        ]
        await site.take(chatty, *fixes)
        assert await site.accepted() == [rounded(each) for each in fixes]
        bodies = await site.rows("SELECT length(body) FROM outbox")
        assert len(bodies) > 3 and max(size for (size,) in bodies) < 1024 * 1024


async def test_unavailable_database_acknowledges_nothing_and_changes_nothing(database: Migratable) -> None:
    class Broken:
        """The outside world's fault: a disk that is full, for a while."""

        def __init__(self, real: Database) -> None:
            self._real, self.full = real, False

        async def write(self, work: object) -> object:
            if self.full:
                raise Unavailable("the database could not write; nothing was kept")
            return await self._real.write(work)  # type: ignore[arg-type]

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

    disk = Broken(database)
    async with standing(disk, VAN) as site:  # type: ignore[arg-type]
        disk.full = True
        with pytest.raises(Unavailable):
            await site.take(VAN, fix(0, of=VAN))
        disk.full = False
        await site.take(VAN, fix(0, of=VAN))  # the same again: no duplicate, for nothing was kept
        assert len(await site.accepted()) == 1 and await site.reasons() == {}


async def test_more_than_fits_is_refused_at_once(database: Migratable) -> None:
    intake = Intake(Roster())
    with pytest.raises(Unavailable):
        intake.put(DeviceMessage(VAN, "owntracks", b"", T0_US, ()))  # nobody writes
    async with standing(database, VAN) as site:
        message = DeviceMessage(VAN, "owntracks", b"x" * (1 << 20), T0_US, ())
        waiting = [site.intake.put(message) for _ in range(65)]
        with pytest.raises(Unavailable):
            site.intake.put(message)
        await asyncio.gather(*waiting)
        await site.intake.put(message)


async def test_message_that_breaks_the_writing_holds_up_no_other(database: Migratable) -> None:
    """A NUL in a text cannot be stored by PostgreSQL; whatever else could break is treated the same."""
    async with standing(database, VAN) as site:
        broken = DeviceReport("status", -(2**70), b"{}")  # no calendar has this day
        await asyncio.gather(site.take(VAN, broken, payload=b"broken"), site.take(VAN, fix(0, of=VAN)))
        assert len(await site.accepted()) == 1
        [row] = await site.rows("SELECT reason FROM quarantine")
    assert "could not be worked on" in row[0]


async def test_friends_see_each_other_and_strangers_see_nobody(database: Migratable) -> None:
    ann, bob = device(friends=True, name="Ann"), device(friends=True, name="Bob")
    shy, stranger = device(name="Shy"), device(friends=True, organisation="other")
    async with standing(database, ann, bob, shy, stranger) as site:
        for each in (ann, shy, stranger):
            await site.take(each, fix(0, of=each, speed_mps=10.0))
        await site.take(ann, DeviceReport("card", T0_US, b'{"_type":"card","name":"Ann L.","face":"aGk="}'))
        friends = Friends(site.intake)

        def shown() -> list[dict[str, Any]]:
            assert FAMILY.http is not None
            answer = FAMILY.http.answer([], friends.of(bob))
            return msgspec.json.decode(answer, type=list[dict[str, Any]])

        place, card = shown()
        assert (place["_type"], place["lat"], place["vel"]) == ("location", 52.0, 36)
        assert (card["_type"], card["name"], card["face"]) == ("card", "Ann L.", "aGk=")
        assert place["topic"] == card["topic"] == f"owntracks/{ann.access.username}/phone"
        assert [each["_type"] for each in shown()] == ["location"]  # the card is known
        assert friends.of(shy) == friends.of(stranger) == []


async def test_command_waits_until_it_was_told_and_no_longer(database: Migratable) -> None:
    command = DeviceCommanded(device_id="van", command_id="1", body='{"_type":"cmd"}')
    commands = Commands()
    await database.write(lambda tx: on_device_commanded(tx, command, commands=commands))
    await database.write(lambda tx: on_device_commanded(tx, command, commands=commands))  # heard twice
    again = Commands()  # another process, later
    await database.read(lambda tx: load(tx, commands=again))
    assert [each.body for each in again.take("van")] == ['{"_type":"cmd"}']
    assert again.take("van") == ()
    forgetting = asyncio.create_task(again.run(database))
    while await database.read(lambda tx: tx.fetch("SELECT 1 FROM command")):
        await asyncio.sleep(0.01)
    forgetting.cancel()


async def test_message_of_a_private_device_is_its_person_s_alone(database: Migratable) -> None:
    private = device(private_to="ann")
    async with standing(database, private) as site:
        await site.take(private, Unreadable("no"), payload=b"52.5")
        [found] = (
            await database.read(lambda tx: intake_reports.quarantine(tx, OPERATOR, query=OfDevice()))
        ).items
        roster, ann = site.intake.roster, Principal("ann", "acme", frozenset(), "person")
        with pytest.raises(intake_reports.MessageIsPrivate):
            await database.write(
                lambda tx: intake_reports.quarantined(tx, OPERATOR, id=found.id, roster=roster)
            )
        whole = await database.write(
            lambda tx: intake_reports.quarantined(tx, ann, id=found.id, roster=roster)
        )
    assert whole.content == "52.5"
