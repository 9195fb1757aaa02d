"""Alerts of the fold, and what the service makes of fixes that come in order."""

import math
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.context_database import context_database
from tests.tracking import fleet
from tests.tracking.tracks import (
    NOON_US,
    ORGANISATION,
    Track,
    Walk,
    circle,
    enrolled,
    fenced,
    found,
    said,
    send,
)

from entrepot.core.geo import destination
from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us
from entrepot.device.events import DeviceReported
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.events import DeviceFact, FactWithdrawn
from entrepot.tracking.functions.derive import Work, derive
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import Window
from entrepot.tracking.model.geofence import Definition, FenceRevision
from entrepot.tracking.model.incident import Incident
from entrepot.tracking.model.state import DeviceState, Watched
from entrepot.tracking.repository import geofence as geofences_of
from entrepot.tracking.service import clock
from entrepot.tracking.service.forgetting import forget
from entrepot.tracking.service.positions import on_device_reported

HERE = (50.0, 8.0)


def alerts(fixes: Track, settings: AlertSettings, *definitions: Definition) -> list[Incident]:
    fences = FenceIndex(
        Fence(FenceRevision(id=f"f{n}", name=f"F{n}", definition=each)) for n, each in enumerate(definitions)
    )
    return derive([Work(Watched(id="d1", alerts=settings), DeviceState(), fixes)], fences)[0].incidents


def told(fixes: Track, settings: AlertSettings, *definitions: Definition) -> list[tuple[str, float]]:
    found = alerts(fixes, settings, *definitions)
    return [(alert.kind, (alert.occurred_at_us - NOON_US) / 1e6) for alert in found]


def with_battery(fixes: Track, *levels: float) -> Track:
    return [
        msgspec.structs.replace(fix, battery_pct=level) for fix, level in zip(fixes, levels, strict=False)
    ]


# ---- what the fold tells -----------------------------------------------------------------------------


def test_speeding_is_told_when_it_lasts() -> None:
    walk = Walk().ride(s=60, mps=10, course_deg=0).ride(s=30, mps=20, course_deg=0)
    walk.ride(s=5, mps=18.5, course_deg=0).ride(s=60, mps=25, course_deg=0)
    assert told(walk.fixes, AlertSettings(overspeed_mps=19)) == [("overspeed", 65)]
    walk.ride(s=30, mps=10, course_deg=0).ride(s=30, mps=25, course_deg=0)
    assert told(walk.fixes, AlertSettings(overspeed_mps=19)) == [("overspeed", 65), ("overspeed", 190)]


def test_single_fast_fix_is_no_speeding() -> None:
    walk = Walk().ride(s=60, mps=10, course_deg=0).ride(s=5, mps=30, course_deg=0)
    assert told(walk.ride(s=60, mps=10, course_deg=0).fixes, AlertSettings(overspeed_mps=19)) == []


def test_limit_of_a_fence_holds_inside() -> None:
    school = circle(
        *destination(*HERE, course_deg=0, distance_m=3_000), 500, speed_limit_mps=8, alerts=frozenset()
    )
    walk = Walk().ride(s=600, mps=12, course_deg=0)
    [alert] = alerts(walk.fixes, AlertSettings(), school)
    assert (alert.kind, alert.geofence_id, alert.value) == ("overspeed", "f0", 12.0)


def test_low_battery_is_told_once_until_it_was_charged() -> None:
    fixes = with_battery(Walk().ride(s=50, mps=10, course_deg=0).fixes, 20, 15, 14, 16, 14, 25, 14, 13)
    assert told(fixes, AlertSettings()) == [("low_battery", 10), ("low_battery", 35)]
    assert told(fixes, AlertSettings(low_battery_pct=None)) == []


def test_guarded_device_that_is_moved_tells() -> None:
    walk = Walk(noise_m=4).rest(s=600).ride(s=60, mps=10, course_deg=0).rest(s=60)
    settings = AlertSettings(guarded_since_us=NOON_US + 300_000_000)
    [(kind, at_s)] = told(walk.fixes, settings)
    assert kind == "unexpected_movement"
    assert 600 < at_s < 625
    assert told(walk.fixes, AlertSettings(guarded_since_us=walk.at_us)) == []


def test_trip_in_a_guarded_window_tells() -> None:
    """Noon is 15:06 UTC on a Sunday."""
    walk = Walk().rest(s=600).ride(s=300, mps=10, course_deg=0)
    sunday = Window(days=frozenset({6}), begins="15:00", ends="16:00")
    monday = Window(days=frozenset({0}), begins="15:00", ends="16:00")
    assert told(walk.fixes, AlertSettings(guarded=(sunday,))) == [("unexpected_movement", 600)]
    assert told(walk.fixes, AlertSettings(guarded=(monday,))) == []


# ---- what the service keeps --------------------------------------------------------------------------


async def row(database: Migratable, sql: str) -> tuple[object, ...]:
    async def ask(tx: Reading) -> tuple[object, ...]:
        found = await tx.fetch_one(sql)
        assert found is not None
        return found

    return await database.read(ask)


def timeline(kept: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    return [segment[1] for segment in sorted(kept["segments"], key=lambda segment: segment[2])]


async def test_positions_are_stored_and_what_follows_is_told(database: Migratable) -> None:
    await enrolled(database, "d1", simulated=True)
    await fenced(database, "depot", circle(50.03, 8.0, 300))
    walk = Walk(noise_m=3).rest(s=600).ride(s=600, mps=12, course_deg=0).rest(s=600)
    await send(database, walk.fixes, batch=9)
    kept = await found(database)
    assert [segment[1] for segment in sorted(kept["segments"], key=lambda s: s[2])] == [
        "stop",
        "trip",
        "stop",
    ]
    assert [event[3] for event in kept["fence_events"]] == ["enter", "exit"]
    raised = [each for each in await fleet.said(database) if isinstance(each, DeviceFact)]
    assert [(each.kind, each.geofence_name, each.device_name) for each in raised] == [
        ("enter", "Depot", "Van 1"), ("exit", "Depot", "Van 1"),
    ]  # fmt: skip
    assert all(each.simulated and each.organisation == ORGANISATION for each in raised)
    motion, odometer_mm, fixed_at_us = await row(
        database, "SELECT motion, odometer_mm, fixed_at_us FROM latest"
    )
    assert motion == "stopped"
    assert odometer_mm == sum(segment[8] for segment in kept["segments"])
    assert fixed_at_us == max(position[1] for position in kept["positions"] if position[6] == 0)


async def test_many_devices_go_together(database: Migratable) -> None:
    await enrolled(database, "d1", "d2", "d3")
    await fenced(database, "depot", circle(50.03, 8.0, 300))
    walks = [Walk(device=f"d{n}", seed=n, noise_m=3) for n in (1, 2, 3)]
    for walk in walks:
        walk.rest(s=300).ride(s=600, mps=12, course_deg=0).rest(s=300)
    together = sorted((fix for walk in walks for fix in walk.fixes), key=lambda fix: fix.fixed_at_us)
    await send(database, together, batch=50)
    kept = await found(database)
    assert [event[0] for event in sorted(kept["fence_events"])] == [1, 1, 2, 2, 3, 3]


async def test_state_survives_a_restart(tmp_path: Path) -> None:
    walk = Walk(noise_m=3).rest(s=600).ride(s=600, mps=12, course_deg=0).rest(s=600)
    kept = []
    for cuts in ([], [3, 40, 90, 140]):
        folder = tmp_path / str(len(cuts))
        folder.mkdir()
        async with context_database("tracking", folder=folder) as database:
            await enrolled(database, "d1")
            await fenced(database, "depot", circle(50.03, 8.0, 300))
        for start, end in zip([0, *cuts], [*cuts, len(walk.fixes)], strict=True):
            async with context_database("tracking", folder=folder) as database:
                await send(database, walk.fixes[start:end])
                final = await found(database)
        kept.append(final)
    assert kept[0] == kept[1]


async def test_unknown_and_revoked_devices_leave_nothing(database: Migratable) -> None:
    await enrolled(database, "d1", "d2")
    await database.write(lambda tx: tx.execute("UPDATE device SET revoked_at_us = 1 WHERE id = 'd2'"))
    track = [
        fix
        for device in ("d1", "d2", "d3")
        for fix in Walk(device=device).ride(s=60, mps=9, course_deg=0).fixes
    ]
    await send(database, track)
    assert {position[0] for position in (await found(database))["positions"]} == {1}


async def test_rejected_fixes_stay_with_their_reason(database: Migratable) -> None:
    await enrolled(database, "d1")
    walk = Walk().rest(s=60).jump(course_deg=0, m=90_000).rest(s=10)
    await send(database, walk.fixes)
    assert [position[6] for position in (await found(database))["positions"]] == [0, 8, 8, 8, 8, 8, 7, 7]


@pytest.mark.parametrize(
    "broken",
    [
        {"latitude": math.nan},
        {"longitude": math.inf},
        {"latitude": 1e300},
        {"fixed_at_us": 10**30},
        {"fixed_at_us": -5},
        {"accuracy_m": math.nan},
    ],
)
async def test_fix_that_cannot_be_stored_stops_no_other(tmp_path: Path, broken: dict[str, float]) -> None:
    async with context_database("tracking", folder=tmp_path) as database:
        await enrolled(database, "d1")
        track = Walk().ride(s=60, mps=9, course_deg=0).fixes
        await send(database, [*track[:6], msgspec.structs.replace(track[6], **broken), *track[7:]])
        assert len((await found(database))["positions"]) == 11


async def test_nonsense_measurements_are_unknown(tmp_path: Path) -> None:
    async with context_database("tracking", folder=tmp_path) as database:
        await enrolled(database, "d1")
        [fix] = Walk().rest(s=10).fixes
        wild = {"altitude_m": math.inf, "speed_mps": 1e300, "course_deg": math.nan, "battery_pct": -1e30}
        await send(database, [msgspec.structs.replace(fix, **wild)])
        assert await row(database, "SELECT altitude_dm, speed_cms, course_dd, battery_pct FROM position") == (
            None, None, None, None,
        )  # fmt: skip


async def test_broken_fence_blinds_no_other(tmp_path: Path) -> None:
    async with context_database("tracking", folder=tmp_path) as database:
        await enrolled(database, "d1")
        await fenced(database, "bad", Definition(geometry={"type": "Polygon", "coordinates": [[[0, 0]]]}))
        await fenced(database, "good", circle(50.03, 8.0, 300))
        await send(database, Walk().ride(s=600, mps=12, course_deg=0).fixes)
        assert {event[2] for event in (await found(database))["fence_events"]} == {"good"}


async def test_fence_that_is_drawn_later_is_seen_from_then_on(tmp_path: Path) -> None:
    async with context_database("tracking", folder=tmp_path) as database:
        await enrolled(database, "d1")
        walk = Walk().ride(s=60, mps=12, course_deg=0)
        await send(database, walk.fixes)
        await fenced(database, "ahead", circle(50.03, 8.0, 300), created_us=walk.at_us)
        start = len(walk.fixes)
        await send(database, walk.ride(s=600, mps=12, course_deg=0).fixes[start:])
        assert [event[3] for event in (await found(database))["fence_events"]] == ["enter", "exit"]


async def test_fence_that_is_changed_and_removed_counts_as_it_was(tmp_path: Path) -> None:
    async with context_database("tracking", folder=tmp_path) as database:
        await enrolled(database, "d1")
        await fenced(database, "home", circle(*HERE, 100))
        await fenced(database, "other", circle(*HERE, 100))
        walk = Walk().rest(s=60)
        await send(database, walk.fixes)
        changed_us = walk.at_us

        async def change(tx: Transaction) -> None:
            await geofences_of.close(tx, "other", until_us=changed_us)
            await geofences_of.close(tx, "home", until_us=changed_us)
            await geofences_of.add(
                tx, "home", revision=2, organisation=ORGANISATION, name="Home", from_us=changed_us,
                definition=circle(*HERE, 3_000), at=from_us(changed_us),
            )  # fmt: skip

        await database.write(change)
        start = len(walk.fixes)
        await send(database, walk.ride(s=600, mps=10, course_deg=0).fixes[start:])
        events = sorted((await found(database))["fence_events"], key=lambda event: event[1])
        assert [(event[2], event[3]) for event in events] == [
            ("home", "inside"), ("other", "inside"), ("home", "exit"),
        ]  # fmt: skip
        assert events[-1][4] == pytest.approx(50e7 + 3_000 / 111.195e3 * 1e7, abs=5_000)


async def test_any_word_of_a_device_is_contact(tmp_path: Path) -> None:
    async with context_database("tracking", folder=tmp_path) as database:
        await enrolled(database, "d1")
        heard = DeviceReported(device_id="d1", kind="status", reported_at=from_us(NOON_US), body="{}")
        await database.write(lambda tx: on_device_reported(tx, heard))
        unknown = msgspec.structs.replace(heard, device_id="d9")
        await database.write(lambda tx: on_device_reported(tx, unknown))
        assert await row(database, "SELECT device_no, contact_at_us FROM latest") == (1, NOON_US)


# ---- the clock ---------------------------------------------------------------------------------------


async def kinds(database: Migratable) -> list[str]:
    told = await fleet.said(database)
    return [
        each.kind if isinstance(each, DeviceFact) else f"not {each.kind}"
        for each in told
        if isinstance(each, DeviceFact | FactWithdrawn)
    ]


async def test_silent_device_is_told_once_each_time(database: Migratable) -> None:
    await enrolled(database, "d1", alerts=AlertSettings(offline_after_s=3_600))
    walk = Walk().ride(s=60, mps=9, course_deg=0)
    await send(database, walk.fixes)
    await clock.watch_the_clock(database)
    await clock.watch_the_clock(database)
    assert await kinds(database) == ["offline"]
    start = len(walk.fixes)
    await send(database, walk.ride(s=60, mps=9, course_deg=0).fixes[start:])
    await clock.watch_the_clock(database)
    assert await kinds(database) == ["offline", "offline"]


async def test_dwell_is_told_while_nothing_comes_and_not_again(database: Migratable) -> None:
    await enrolled(database, "d1")
    await fenced(database, "home", circle(*HERE, 100, dwell_s=300))
    walk = Walk().rest(s=30)
    await send(database, walk.fixes)
    await clock.watch_the_clock(database)
    assert await kinds(database) == ["dwell"]
    start = len(walk.fixes)
    await send(database, walk.rest(s=900).fixes[start:])
    await clock.watch_the_clock(database)
    assert await kinds(database) == ["dwell"]


async def test_what_the_clock_said_is_withdrawn_if_data_say_otherwise(database: Migratable) -> None:
    """The phone had no line: it left before it could have dwelt."""
    await enrolled(database, "d1")
    await fenced(database, "home", circle(*HERE, 100, dwell_s=300, alerts=frozenset()))
    walk = Walk().rest(s=30)
    await send(database, walk.fixes)
    await clock.watch_the_clock(database)
    start = len(walk.fixes)
    await send(database, walk.ride(s=120, mps=9, course_deg=0).fixes[start:])
    assert await kinds(database) == ["dwell", "not dwell"]
    assert "dwell" not in {event[3] for event in (await found(database))["fence_events"]}
    before = await said(database)
    await clock.watch_the_clock(database)
    assert await said(database) == before


async def test_last_fix_inside_is_believed_after_a_silence(database: Migratable) -> None:
    await enrolled(database, "d1")
    await fenced(database, "home", circle(*HERE, 100))
    walk = Walk(at=destination(*HERE, course_deg=180, distance_m=500)).rest(s=30).jump(course_deg=0, m=500)
    await send(database, walk.fixes)
    assert await kinds(database) == []
    await clock.watch_the_clock(database)
    assert await kinds(database) == ["enter"]


# ---- forgetting --------------------------------------------------------------------------------------


async def test_what_is_forgotten_is_gone_and_the_rest_stays_right(database: Migratable) -> None:
    await enrolled(database, "d1")
    walk = Walk(noise_m=3).rest(s=600).ride(s=600, mps=12, course_deg=0).rest(s=1_200)
    before_us = walk.at_us - 300_000_000
    walk.ride(s=600, mps=12, course_deg=90).rest(s=600)
    await send(database, walk.fixes, batch=40)
    whole = await found(database)

    async def work(tx: Transaction) -> int:
        return await forget(tx, 1, before_us=before_us)

    assert await database.write(work) > 100
    kept = await found(database)
    assert min(position[1] for position in kept["positions"]) >= before_us
    assert [segment[1] for segment in sorted(kept["segments"], key=lambda s: s[2])] == [
        "stop",
        "trip",
        "stop",
    ]
    await send(database, walk.fixes)  # older ones are not taken again, newer ones change nothing
    assert (await found(database))["positions"] == kept["positions"]
    assert [each for each in whole["segments"] if each[3] is None or each[3] >= before_us] == kept["segments"]


async def test_device_whose_past_is_all_forgotten_begins_anew(database: Migratable) -> None:
    await enrolled(database, "d1")
    walk = Walk().rest(s=600).ride(s=600, mps=12, course_deg=0)
    await send(database, walk.fixes)

    async def work(tx: Transaction) -> int:
        return await forget(tx, 1, before_us=walk.at_us + 1)

    await database.write(work)
    kept = await found(database)
    assert (kept["positions"], kept["segments"], kept["fence_events"]) == ([], [], [])
    assert await row(database, "SELECT latitude_e7, motion FROM latest") == (None, "unseen")
    start = len(walk.fixes)
    await send(database, [*walk.fixes, *walk.rest(s=600).fixes[start:]])
    assert [segment[1] for segment in (await found(database))["segments"]] == ["stop"]
