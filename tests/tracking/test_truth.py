"""What the map says is what was: days, nights, silences, leaps, ignition, and what devices say besides."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from bench.days import Day, fences_of, score, told
from tests.tracking import fleet
from tests.tracking.test_motion import derived, kinds, segments
from tests.tracking.tracks import NOON_US, Track, Walk, circle, enrolled, fenced, found, send

from entrepot.core.geo import destination
from entrepot.core.ports import Reading
from entrepot.core.time import from_us, to_us
from entrepot.device.events import DeviceReported, PositionsAccepted
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.events import DeviceFact, FactWithdrawn
from entrepot.tracking.functions.days import days
from entrepot.tracking.functions.derive import Work, derive
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.functions.filter import sift
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import FenceRevision
from entrepot.tracking.model.history import TimelineEntry, TimeSpan
from entrepot.tracking.model.limits import fitted
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, FilterState, Watched
from entrepot.tracking.service import clock
from entrepot.tracking.service.positions import on_device_reported, on_positions_accepted

HERE = (50.0, 8.0)
DAY = Day()
FENCES = fences_of(DAY)


# ---- whole days --------------------------------------------------------------------------------------


@pytest.mark.parametrize("every_s", [10, 30, 60])
@pytest.mark.parametrize("noise_m", [2.0, 8.0])
def test_whole_day_is_told_right(every_s: int, noise_m: float) -> None:
    """Walk, stop-and-go, stops of 200 to 300 s, tunnel, ferry, flight, a long rest: at two phases."""
    for phase_s in (0, every_s * 2 // 3):
        fixes = told(DAY, every_s=every_s, noise_m=noise_m, phase_s=phase_s)
        found = score(DAY, fixes, FENCES)
        assert (found.stops, found.trips) == ((10, 10, 0), (8, 8, 0))
        assert found.passes[1] >= 9 and found.passes[2] == 0
        assert found.distance_off < 0.01


def test_flight_adds_no_distance_and_is_a_gap() -> None:
    [gap] = [each for each in segments(told(DAY, every_s=10, noise_m=5.0, phase_s=0)) if each.kind == "gap"]
    assert gap.distance_mm == pytest.approx(1e9, rel=0.01)


@pytest.mark.parametrize("length_s", [200, 240, 300])
@pytest.mark.parametrize("every_s", [10, 30])
def test_stop_of_three_to_five_minutes_is_a_stop(length_s: int, every_s: int) -> None:
    walk = (
        Walk(noise_m=4).ride(s=600, mps=12, course_deg=0, every_s=every_s).rest(s=length_s, every_s=every_s)
    )
    walk.ride(s=600, mps=12, course_deg=0, every_s=every_s)
    assert kinds(walk.fixes) == ["trip", "stop", "trip"]


@pytest.mark.parametrize("length_s", [60, 120])
def test_light_is_no_stop_however_rare_the_reports(length_s: int) -> None:
    for every_s in (10, 30, 60):
        walk = Walk(noise_m=4).ride(s=600, mps=12, course_deg=0, every_s=every_s)
        walk.rest(s=length_s, every_s=every_s).ride(s=600, mps=12, course_deg=0, every_s=every_s)
        assert kinds(walk.fixes) == ["trip"]


def test_what_is_held_back_last_is_kept_when_the_device_leaves() -> None:
    walk = Walk().rest(s=200).ride(s=100, mps=10, course_deg=0)
    state, kept = FilterState(), []
    for fix in walk.fixes:
        reason, believed = sift(state, fix, FilterSettings())
        kept += [] if reason else [*believed, fix]
    assert [(fix.fixed_at_us - NOON_US) / 1e6 for fix in kept[:3]] == [10, 200, 205]


# ---- nights and silences -----------------------------------------------------------------------------


@pytest.mark.parametrize("off_m", [60, 140])
@pytest.mark.parametrize("hours", [0.5, 10])
def test_night_between_two_drives_is_a_stop_though_the_first_fix_errs(off_m: int, hours: float) -> None:
    walk = Walk().ride(s=600, mps=12, course_deg=0).rest(s=20)
    home = (walk.latitude, walk.longitude)
    walk.at_us += int(hours * 3.6e9)
    morning = walk.rest(s=10).fixes[-1]
    latitude, longitude = destination(*home, course_deg=90, distance_m=off_m)
    walk.fixes[-1] = msgspec.structs.replace(
        morning, latitude=latitude, longitude=longitude, accuracy_m=100.0
    )
    walk.rest(s=20).ride(s=600, mps=12, course_deg=180)
    assert kinds(walk.fixes) == ["trip", "stop", "trip"]
    [stop] = [each for each in segments(walk.fixes) if each.kind == "stop"]
    assert stop.ended_at_us is not None
    assert stop.ended_at_us - stop.started_at_us > hours * 3.6e9


async def test_trip_ends_by_the_clock_at_its_last_fix(database: Migratable) -> None:
    """A tracker died, or a file was imported: no day after it holds any movement."""
    await enrolled(database, "d1")
    walk = Walk().rest(s=600).ride(s=600, mps=12, course_deg=0)
    await send(database, walk.fixes)
    assert await trips(database) == [None]
    before = await row(database, "SELECT odometer_mm FROM latest")
    await clock.watch_the_clock(database)
    assert await trips(database) == [walk.at_us]
    assert await row(database, "SELECT motion FROM latest") == ("waiting",)
    assert await row(database, "SELECT odometer_mm FROM latest") == before
    told_mm = await row(database, "SELECT SUM(distance_mm) FROM segment WHERE kind = 'trip'")
    assert await row(database, "SELECT closed_mm FROM derivation") == told_mm == before
    known = await found(database)
    await clock.watch_the_clock(database)
    assert await found(database) == known
    await send(database, walk.fixes)  # the same again
    assert await found(database) == known


async def test_trip_that_the_clock_ended_goes_on_if_late_fixes_say_so(database: Migratable) -> None:
    await enrolled(database, "d1")
    walk = Walk().rest(s=600).ride(s=600, mps=12, course_deg=0)
    begun = len(walk.fixes)
    await send(database, walk.fixes)
    await clock.watch_the_clock(database)
    walk.ride(s=600, mps=12, course_deg=0).rest(s=600)
    await send(database, walk.fixes[begun:])
    straight = [each for each in segments(walk.fixes) if each.kind == "trip"]
    assert await trips(database) == [straight[0].ended_at_us]
    distance_mm, closed_us = await row(
        database, "SELECT distance_mm, closed_us FROM segment WHERE kind = 'trip'"
    )
    assert distance_mm == pytest.approx(straight[0].distance_mm, abs=10)
    assert closed_us == straight[0].closed_us
    [closed_mm] = await row(database, "SELECT closed_mm FROM derivation")
    assert closed_mm == distance_mm


async def test_trip_open_since_before_this_rule_ends_too(database: Migratable) -> None:
    """What the migration does to a folder in which nobody looks at the device any more."""
    await enrolled(database, "d1")
    walk = Walk().ride(s=600, mps=12, course_deg=0)
    await send(database, walk.fixes)
    await database.write(lambda tx: tx.execute("UPDATE latest SET due_at_us = 0 WHERE motion = 'moving'"))
    await clock.watch_the_clock(database)
    assert await trips(database) == [walk.at_us]


async def trips(database: Migratable) -> list[int | None]:
    async def ask(tx: Reading) -> list[int | None]:
        rows = await tx.fetch("SELECT ended_at_us FROM segment WHERE kind = 'trip' ORDER BY started_at_us")
        return [each[0] for each in rows]

    return await database.read(ask)


async def row(database: Migratable, sql: str) -> tuple[object, ...]:
    rows = await database.read(lambda tx: tx.fetch(sql))
    return tuple(rows[0])


# ---- leaps -------------------------------------------------------------------------------------------


def leap(walk: Walk, *, m: float, fixes: int) -> Walk:
    """A few fixes that agree with each other, from afar, and back."""
    at = (walk.latitude, walk.longitude)
    walk.latitude, walk.longitude = destination(*at, course_deg=90, distance_m=m)
    walk.rest(s=10.0 * fixes)
    walk.latitude, walk.longitude = at
    return walk


def test_leap_that_nothing_can_drive_adds_no_distance_and_is_a_gap() -> None:
    walk = leap(Walk().ride(s=600, mps=12, course_deg=0), m=3_000_000, fixes=6)
    walk.ride(s=600, mps=12, course_deg=0)
    found = segments(walk.fixes)
    assert [each.kind for each in found].count("gap") == 2
    state = derived(walk.fixes).state.motion
    driven_m = (sum(each.distance_mm for each in found if each.kind == "trip") + state.path_mm) / 1000
    assert driven_m == pytest.approx(14_400, rel=0.01)
    assert all((each.max_speed_mps or 0) <= 12 for each in found)


def test_leap_passes_no_fence_on_its_way() -> None:
    """home-assistant/core#103898: a zone was entered that lay kilometres off."""
    fences = FenceIndex(
        Fence(FenceRevision(id=f"f{n}", name="", definition=circle(*place, 125)))
        for n, place in enumerate(destination(*HERE, course_deg=90, distance_m=d) for d in (3_000, 40_000))
    )
    walk = leap(Walk().rest(s=60), m=80_000, fixes=4).rest(s=60)
    [said] = derive([Work(Watched(id="d1"), DeviceState(), walk.fixes)], fences)
    assert said.fence_events == []


def test_standing_device_gives_a_stray_fix_no_time_to_get_there() -> None:
    """20 km in 10 s, though the last kept fix is minutes old."""
    walk = Walk().rest(s=290).jump(course_deg=0, m=20_000).jump(course_deg=180, m=20_000).rest(s=100)
    assert kinds(walk.fixes) == ["stop"]


def test_what_flies_is_believed_if_it_says_so() -> None:
    flight = Walk().ride(s=600, mps=240, course_deg=60)
    assert not any(derived(flight.fixes).rejected)
    silent = Walk(speeds=False).ride(s=600, mps=240, course_deg=60)
    assert all(derived(silent.fixes).rejected[1:])
    aircraft = fitted(FilterSettings(), "aircraft")
    assert not any(derived(silent.fixes, filter=aircraft).rejected)


def test_kind_says_how_fast_unless_somebody_chose() -> None:
    assert fitted(FilterSettings(), "pedestrian").max_speed_mps == 13
    assert fitted(FilterSettings(), "phone").max_speed_mps == 100
    assert fitted(FilterSettings(max_speed_mps=50), "train").max_speed_mps == 50
    assert fitted(FilterSettings(max_speed_mps=None), "vessel").max_speed_mps is None


def test_one_spike_of_speed_is_no_maximum() -> None:
    walk = Walk().ride(s=600, mps=12, course_deg=0)
    at = len(walk.fixes) // 2
    walk.fixes[at] = msgspec.structs.replace(walk.fixes[at], speed_mps=80.0)
    assert derived(walk.fixes).state.motion.max_speed_mps == 12


# ---- words -------------------------------------------------------------------------------------------


def saying(fix: Fix, **words: object) -> Fix:
    return msgspec.structs.replace(fix, attributes=words)


def test_ignition_that_is_off_ends_a_trip_at_once() -> None:
    walk = Walk().ride(s=300, mps=12, course_deg=0).rest(s=60).ride(s=300, mps=12, course_deg=0)
    off = [saying(fix, ignition=bool(fix.speed_mps)) for fix in walk.fixes]
    assert [each.kind for each in segments(off)] == ["trip", "stop", "trip"]
    assert kinds(walk.fixes) == ["trip"]


def facts_of(track: Track) -> list[tuple[str, float]]:
    [said] = derive([Work(Watched(id="d1"), DeviceState(), track)], FenceIndex([]))
    return [(each.kind, (each.occurred_at_us - NOON_US) / 1e6) for each in said.incidents]


def test_alarm_is_told_once_until_it_was_quiet() -> None:
    walk = Walk().rest(s=900)
    track = [saying(fix, alarm="sos,tow") if n < 12 or n > 60 else fix for n, fix in enumerate(walk.fixes)]
    assert facts_of(track) == [("sos", 10), ("tow", 10), ("sos", 620), ("tow", 620)]


def test_alarm_and_battery_of_an_inaccurate_fix_count() -> None:
    fix = Walk().rest(s=10).fixes[0]
    rough = msgspec.structs.replace(saying(fix, alarm="fall"), accuracy_m=900.0, battery_pct=9.0)
    assert facts_of([rough]) == [("low_battery", 10), ("device_alarm", 10)]


async def test_alarm_without_a_place_is_told_and_stays(database: Migratable) -> None:
    await enrolled(database, "d1")
    at = from_us(NOON_US + 5_000_000)
    report = DeviceReported(device_id="d1", kind="status", reported_at=at, body='{"alarm":"sos"}')
    await database.write(lambda tx: on_device_reported(tx, report))
    walk = Walk().rest(s=60)
    await send(database, walk.fixes[3:])
    await send(database, walk.fixes[:3])
    told = [
        (type(each).__name__, each.kind)
        for each in await fleet.said(database)
        if isinstance(each, DeviceFact | FactWithdrawn)
    ]
    assert told == [("AlarmRaised", "sos")]


async def test_device_that_is_only_heard_is_not_silent(database: Migratable) -> None:
    await enrolled(database, "d1")
    await fenced(database, "home", circle(*HERE, 100))
    await send(database, Walk().rest(s=60).fixes)
    heard_us = NOON_US + 500_000_000
    event = PositionsAccepted(site="hub", fixes=[], heard={"d1": heard_us, "stranger": heard_us})
    await database.write(lambda tx: on_positions_accepted(tx, event))
    assert await row(database, "SELECT contact_at_us FROM latest") == (heard_us,)


# ---- days --------------------------------------------------------------------------------------------


def test_trip_over_midnight_is_shared_and_nothing_is_lost() -> None:
    """Freika/dawarich#2843: of a flight over midnight only the part before it was counted."""
    zone = ZoneInfo("Europe/Berlin")
    begin = to_us(datetime(2026, 3, 28, 19, tzinfo=zone))
    end = to_us(datetime(2026, 3, 29, 11, tzinfo=zone))  # clocks change in between
    trip = TimelineEntry("trip", begin, end, 0, 0, 0, 0, 7_700_000_000, 250.0, None)
    found = days([trip], TimeSpan(begin, end), zone=zone, at_us=end)
    assert len(found) == 2
    assert sum(day.distance_m for day in found) == pytest.approx(7_700_000, abs=1)
    assert sum(day.moving_s for day in found) == (end - begin) / 1e6


def test_timeline_of_a_device_without_speeds_still_has_stops() -> None:
    """vitalidze/traccar-web#619: without speeds every fix was a stop."""
    walk = Walk(speeds=False, noise_m=3).rest(s=600).ride(s=600, mps=12, course_deg=0).rest(s=600)
    found: list[Segment] = segments(walk.fixes)
    assert [each.kind for each in found] == ["stop", "trip", "stop"]
