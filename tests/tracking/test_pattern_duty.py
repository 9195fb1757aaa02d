"""What is learned of devices and told: on both databases, by the duty, through the doors."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from tests.gateway.client import Node, until
from tests.house import exported
from tests.tracking.fleet import directly, manager, said
from tests.tracking.fleet import enrolled as enrolled_by
from tests.tracking.lives import DAY_US, WEEK_US, Life, lived, off
from tests.tracking.tracks import Walk, enrolled, send

from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import from_us, now, to_us
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.events import DeviceFact, FactWithdrawn
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.repository import derivation, pattern
from entrepot.tracking.repository import retention as retention_of
from entrepot.tracking.service import patterns

ASKED = AlertSettings(unusual=True)
LEARNED_DAYS = 56


def monday_us(*, weeks_ago: int) -> int:
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return to_us(today - timedelta(days=today.weekday() + 7 * weeks_ago))


async def put(database: Migratable, segments: Sequence[Segment], *, no: int = 1) -> None:
    """As the engine would have derived them, with positions along each trip."""
    newest_us = max(each.ended_at_us or each.started_at_us for each in segments)
    last = max(segments, key=lambda each: each.started_at_us)
    motion = "stopped" if last.kind == "stop" else "moving"

    async def add(tx: Transaction) -> None:
        await derivation.put_segments(tx, [(no, None, each) for each in segments])
        await tx.execute(
            "INSERT INTO derivation (device_no, state, newest_us, since_checkpoint, closed_mm, clock_us,"
            " floor_us) VALUES (?, ?, ?, 0, 0, 0, -1) ON CONFLICT (device_no) DO UPDATE SET"
            " newest_us = excluded.newest_us",
            no, b"", newest_us,
        )  # fmt: skip
        await tx.execute(
            "INSERT INTO latest (device_no, contact_at_us, motion, motion_since_us, odometer_mm)"
            " VALUES (?, ?, ?, ?, 0) ON CONFLICT (device_no) DO UPDATE SET motion = excluded.motion,"
            " motion_since_us = excluded.motion_since_us",
            no, newest_us, motion, last.started_at_us,
        )  # fmt: skip

    await database.write(add)


async def look(database: Migratable, *, at_us: int) -> int:
    """One turn of the duty at a time; how many devices were due."""
    due = await database.read(lambda tx: pattern.due(tx, now_us=at_us, limit=50))
    for watch in due:
        await patterns.look_at(database, watch, now_us=at_us)
    return len(due)


async def alerts(database: Migratable) -> list[Any]:
    return [each for each in await said(database) if isinstance(each, DeviceFact | FactWithdrawn)]


async def commuter(database: Migratable, settings: AlertSettings = ASKED) -> Life:
    """Somebody whose habits are known."""
    await enrolled(database, "d1", alerts=settings)
    life = lived("phone", days=range(LEARNED_DAYS), begins_us=monday_us(weeks_ago=9))
    life.until(0.5, day=LEARNED_DAYS)
    await put(database, [*life.segments, *life.standing()])
    while await look(database, at_us=life.at_us):
        continue  # lines of many trips take more than one turn
    return life


async def test_unusual_episode_is_told_once_with_its_reasons(database: Migratable) -> None:
    life = await commuter(database)
    assert await alerts(database) == []
    life.until(2.5, day=LEARNED_DAYS)
    told = len(life.segments)
    life.go(off(life.home, m=6_000, course_deg=130))
    await put(database, [*life.segments[told:], *life.standing()])
    for minutes in (1, 20, 40):
        await look(database, at_us=life.at_us + minutes * 60_000_000)
    [alert] = await alerts(database)
    assert (alert.kind, alert.geofence_id) == ("unusual", "")
    assert alert.value >= 0.8
    [(judgement, was_told)] = (await database.read(
        lambda tx: pattern.judgements(tx, 1, since_us=life.at_us - DAY_US, limit=9)
    ))[:1]  # fmt: skip
    assert was_told
    assert {each.kind for each in judgement.reasons} >= {"moving", "unknown_place"}


async def test_nothing_is_told_to_who_did_not_ask(database: Migratable) -> None:
    life = await commuter(database, AlertSettings())
    life.until(2.5, day=LEARNED_DAYS)
    told = len(life.segments)
    life.go(off(life.home, m=6_000, course_deg=130))
    await put(database, [*life.segments[told:], *life.standing()])
    await look(database, at_us=life.at_us + 60_000_000)
    assert await alerts(database) == []


async def test_what_late_data_took_away_is_taken_back(database: Migratable) -> None:
    life = await commuter(database)
    life.until(2.5, day=LEARNED_DAYS)
    told = len(life.segments)
    life.go(off(life.home, m=6_000, course_deg=130))
    trip, stop = life.segments[-1], life.standing()[0]
    await put(database, [*life.segments[told:], stop])
    await look(database, at_us=life.at_us + 60_000_000)

    async def correct(tx: Transaction) -> None:
        await derivation.remove_segments(tx, 1, [(trip.started_at_us, "trip"), (stop.started_at_us, "stop")])
        await tx.execute("UPDATE latest SET motion_since_us = 1 WHERE device_no = 1")

    await database.write(correct)
    await look(database, at_us=life.at_us + 120_000_000)
    raised, withdrawn = await alerts(database)
    assert isinstance(withdrawn, FactWithdrawn)
    assert withdrawn.fact_id == raised.fact_id


async def test_device_is_looked_at_when_it_does_something_else_or_a_day_has_passed(
    database: Migratable,
) -> None:
    life = await commuter(database, AlertSettings())
    assert await look(database, at_us=life.at_us + 60_000_000) == 0
    told = len(life.segments)
    life.go(life.work)
    await put(database, [*life.segments[told:], *life.standing()])
    assert await look(database, at_us=life.at_us + 60_000_000) == 1
    assert await look(database, at_us=life.at_us + 60_000_000) == 0
    assert await look(database, at_us=life.at_us + 2 * DAY_US) == 1


async def test_short_history_teaches_but_never_tells(database: Migratable) -> None:
    await enrolled(database, "d1", alerts=ASKED)
    life = lived("phone", days=range(10), begins_us=monday_us(weeks_ago=3))
    life.until(0.5, day=10)
    await put(database, [*life.segments, *life.standing()])
    await look(database, at_us=life.at_us)
    life.until(2.5, day=10)
    told = len(life.segments)
    life.go(off(life.home, m=6_000, course_deg=130))
    await put(database, [*life.segments[told:], *life.standing()])
    await look(database, at_us=life.at_us + 60_000_000)
    assert await alerts(database) == []
    kept = await database.read(lambda tx: pattern.learned(tx, 1))
    assert kept is not None and kept.habits is not None and not kept.habits.enough


async def rows_of(database: Migratable) -> dict[str, int]:
    tables = ("place", "trip_line", "habit", "judgement")

    async def count(tx: Any) -> dict[str, int]:
        return {name: (await tx.fetch_one(f"SELECT COUNT(*) FROM {name}"))[0] for name in tables}

    return await database.read(count)


async def test_what_is_forgotten_leaves_no_pattern(database: Migratable) -> None:
    life = await commuter(database)
    there = await rows_of(database)
    assert there["place"] and there["trip_line"] and there["habit"]
    before_us = life.begins_us + 7 * WEEK_US
    await database.write(lambda tx: pattern.forget(tx, 1, before_us=before_us))

    async def oldest(tx: Any) -> list[int]:
        return [
            (await tx.fetch_one(f"SELECT MIN({column}) FROM {table}"))[0]
            for table, column in (("trip_line", "started_at_us"), ("place", "last_us"))
        ]

    assert min(await database.read(oldest)) >= before_us
    await database.write(lambda tx: retention_of.remove_device(tx, 1))
    assert not any((await rows_of(database)).values())


async def test_nothing_is_written_about_a_device_that_is_being_removed(database: Migratable) -> None:
    await enrolled(database, "d1")
    life = lived("phone", days=range(21), begins_us=monday_us(weeks_ago=4))
    await put(database, [*life.segments, *life.standing()])
    [watch] = await database.read(lambda tx: pattern.due(tx, now_us=life.at_us, limit=9))
    await database.write(lambda tx: tx.execute("UPDATE device SET purged_at_us = 1 WHERE no = 1"))
    await patterns.look_at(database, watch, now_us=life.at_us)
    assert not any((await rows_of(database)).values())
    assert await database.read(lambda tx: pattern.due(tx, now_us=life.at_us, limit=9)) == []


async def test_positions_become_places_and_ways(database: Migratable) -> None:
    """The whole walk: fixes, trips and stops, lines, places, habits."""
    await enrolled(database, "d1")
    walk = Walk(noise_m=4.0, at=(50.0, 8.0))
    walk.at_us = monday_us(weeks_ago=3)
    for _ in range(8):
        for course in (90.0, 270.0):  # there, and the same way back
            walk.rest(s=11 * 3_600, every_s=900.0)
            for turn in (0.0, 60.0) if course == 90.0 else (60.0, 0.0):
                walk.ride(s=400, mps=10.0, course_deg=course + turn, every_s=20.0)
    walk.rest(s=7_200, every_s=290.0)
    await send(database, walk.fixes)
    await look(database, at_us=walk.at_us)
    found = await database.read(lambda tx: pattern.places(tx, 1))
    kept = await database.read(lambda tx: pattern.learned(tx, 1))
    assert kept is not None and kept.habits is not None
    assert len(found) >= 2 and all(each.visits >= 3 for each in found)
    assert kept.habits.routes and all(way.corridors for way in kept.habits.routes)


async def test_export_tells_places_ways_and_judgements(database: Migratable, sealing: Sealing) -> None:
    life = await commuter(database)
    await database.write(lambda tx: tx.execute("UPDATE device SET person_id = 'ann' WHERE no = 1"))
    told = len(life.segments)
    life.until(2.5, day=LEARNED_DAYS)
    life.go(off(life.home, m=6_000, course_deg=130))
    await put(database, [*life.segments[told:], *life.standing()])
    await look(database, at_us=life.at_us + 60_000_000)
    [device] = (await exported(database, "tracking", sealing))["devices"]
    assert {each["kind"] for each in device["places"]} >= {"home", "work"}
    assert device["routes"] and device["judgements"][0]["score"] >= 0.8


# ---- through the doors ----------------------------------------------------------------------------------


def put_life(node: Node, id: str, life: Life) -> None:
    """As if the engine had derived it."""
    rows = [
        (
            each.kind, each.started_at_us, each.ended_at_us, round(each.latitude * 1e7),
            round(each.longitude * 1e7), each.distance_mm, id,
        )
        for each in [*life.segments, *life.standing()]
    ]  # fmt: skip
    directly(
        node,
        "INSERT INTO segment (device_no, kind, started_at_us, ended_at_us, latitude_e7, longitude_e7,"
        " distance_mm, decided_us) SELECT no, ?, ?, CAST(? AS BIGINT), ?, ?, ?, 0 FROM device WHERE id = ?",
        rows,
    )


def test_places_are_learned_shown_and_named(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="habits"), manager(node, sub="bob", org="habits")
    id = enrolled_by(ann, kind="phone")["id"]
    empty = ann.get(f"/api/devices/{id}/habits").json()
    assert not empty["enough"] and empty["message"].startswith("Not enough history yet")
    life = lived("phone", days=range(28), begins_us=monday_us(weeks_ago=5))
    put_life(node, id, life)
    directly(
        node,
        "INSERT INTO latest (device_no, contact_at_us, motion, motion_since_us, odometer_mm)"
        " SELECT no, 1, 'stopped', ?, 0 FROM device WHERE id = ?",
        [(1, id)],
    )
    # The duty comes by every 10 s; who asks without a pause is told to wait.
    until(lambda: ann.get(f"/api/devices/{id}/known-places").json()["items"], within_s=60, each_s=0.5)
    known = ann.get(f"/api/devices/{id}/known-places").json()["items"]
    assert {each["kind"] for each in known} >= {"home", "work"}
    [home] = [each for each in known if each["kind"] == "home"]

    named = bob.ask(
        "PATCH", f"/api/devices/{id}/places/{home['id']}", {"name": " The mill ", "kind": "other"}
    )
    assert (named.status, named.json()["name"], named.json()["kind_fixed"]) == (200, "The mill", True)
    assert bob.ask("PATCH", f"/api/devices/{id}/places/nowhere", {"name": "x"}).status == 404
    again = {each["id"]: each for each in ann.get(f"/api/devices/{id}/known-places").json()["items"]}
    assert (again[home["id"]]["name"], again[home["id"]]["kind"]) == ("The mill", "other")

    first = from_us(life.begins_us)
    week = f"from={quote(first.isoformat())}&to={quote((first + timedelta(days=7)).isoformat())}"
    in_it = {each["id"]: each for each in ann.get(f"/api/devices/{id}/known-places?{week}").json()["items"]}
    assert 5 <= in_it[home["id"]]["visits"] < home["visits"]
    assert in_it[home["id"]]["dwell_s"] < 7 * 86_400

    told = bob.get(f"/api/devices/{id}/habits").json()
    assert told["enough"] and told["message"] == ""
    [shares] = [each["shares"] for each in told["places"] if each["place_id"] == home["id"]]
    assert shares[3] > 0.8 > 0.2 > shares[11]
    assert any(way["from_place_id"] == home["id"] and way["count"] >= 15 for way in told["routes"])
    assert {each["what"] for each in ann.get(f"/api/devices/{id}/reads").json()["items"]} == {"places"}


def test_places_of_a_private_device_are_its_person_s(node: Node) -> None:
    ann, bob = manager(node, sub="ann", org="closed"), manager(node, sub="bob", org="closed")
    id = enrolled_by(ann, kind="phone")["id"]
    assert ann.ask("PUT", f"/api/devices/{id}/preferences", {"private": True}).status == 200
    for path in ("known-places", "habits"):
        assert bob.get(f"/api/devices/{id}/{path}").status == 403
    assert bob.ask("PATCH", f"/api/devices/{id}/places/x", {"name": "y"}).status == 403
