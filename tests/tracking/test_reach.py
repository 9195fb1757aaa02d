"""What a person says about being seen reaches everything that was stored before: others are shown only what
the privacy of now leaves, and the person everything.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.context_database import context_database
from tests.tracking.fleet import said
from tests.tracking.told import ANN, change, enrol

from entrepot.core.errors import Error
from entrepot.core.house import House
from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Principal
from entrepot.core.time import now, to_us
from entrepot.device.events import DeviceReported, PositionsAccepted
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.model.device import Privacy, Window
from entrepot.tracking.model.enrolment import DeviceQuery
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.fleet import FleetQuery, SpeedingQuery
from entrepot.tracking.model.history import ExportQuery, PlacesQuery, PositionsQuery, TimelineQuery
from entrepot.tracking.model.latest import LatestQuery
from entrepot.tracking.model.pattern import KnownPlacesQuery
from entrepot.tracking.model.report import ReportQuery
from entrepot.tracking.model.share import NewShare
from entrepot.tracking.repository import latest as latest_of
from entrepot.tracking.service import (
    fleet,
    history,
    latest,
    live,
    places,
    positions,
    reports,
    shares,
    timeline,
)
from entrepot.tracking.service.broadcaster import Watcher

BOB = Principal("bob", "acme", frozenset({"*"}), "person")
HOUSE = House("e", "https://t.example", "x@t.example")
LATITUDE, LONGITUDE, EXACT = 52.123456, 5.123456, b"5.123456"
BEGIN = (now() - timedelta(hours=3)).replace(microsecond=0)
SPAN: dict[str, Any] = {"begin": BEGIN - timedelta(hours=1), "end": BEGIN + timedelta(hours=4)}
# A minute of another day of the week than any that this test can touch.
NEVER = (Window(days=frozenset({(BEGIN.astimezone(UTC).weekday() + 3) % 7}), begins="00:00", ends="00:01"),)
# What Ann may say, and whether others see her roughly then.
WORDS: dict[str, tuple[dict[str, Any], bool]] = {
    "withdrawn": ({"privacy": Privacy(consent=False)}, False),
    "reduced": ({"privacy": Privacy(precision_m=50_000.0)}, True),
    "off duty": ({"privacy": Privacy(schedule=NEVER)}, False),
    "private": ({"private": True}, False),
}
AS_BEFORE: dict[str, Any] = {"privacy": Privacy(), "private": False}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Migratable]:
    async with context_database("tracking", folder=tmp_path, dsn="") as opened:
        yield opened


async def driven(database: Database) -> str:
    """A phone of Ann's that stood, drove, stood, drove back and stood, and dropped a waypoint."""
    id = (await enrol(database, kind="phone")).id

    def at(minute: float, north: float) -> Fix:
        us = to_us(BEGIN + timedelta(minutes=minute))
        return Fix(id, us, us, LATITUDE + north, LONGITUDE, 5.0, 3.25, 12.5, 0.0, 80.0, {"SSID": "at home"})

    stands = [at(minute, 0.0) for minute in range(0, 20, 2)]
    drives = [at(20 + step, step * 0.0001 * 40) for step in range(8)]
    ends = [at(30 + minute, 7 * 0.0001 * 40) for minute in range(0, 40, 2)]
    back = [at(70 + step, (7 - step) * 0.0001 * 40) for step in range(8)]
    again = [at(80 + minute, 0.0) for minute in range(0, 40, 2)]
    event = PositionsAccepted(site="hub", fixes=[*stands, *drives, *ends, *back, *again])
    await database.write(lambda tx: positions.on_positions_accepted(tx, event))
    body = msgspec.json.encode({"_type": "waypoint", "desc": "Home", "lat": LATITUDE, "lon": LONGITUDE})
    report = DeviceReported(device_id=id, kind="waypoint", reported_at=BEGIN, body=body.decode())
    await database.write(lambda tx: positions.on_device_reported(tx, report))
    return id


Look = Callable[[Database, Principal, str], Awaitable[object]]


async def of_latest(database: Database, who: Principal, id: str) -> object:
    return (await latest.find_latest(database.read, who, query=LatestQuery())).answer


async def of_devices(database: Database, who: Principal, id: str) -> object:
    return [
        each.position
        for each in (await latest.find_devices(database.read, who, query=DeviceQuery())).answer.items
    ]


async def of_device(database: Database, who: Principal, id: str) -> object:
    return (await latest.find_device(database.read, who, id=id)).answer.position


async def of_history(database: Database, who: Principal, id: str) -> object:
    return (await history.find_positions(database.read, who, id=id, query=PositionsQuery(**SPAN))).answer


async def of_files(database: Database, who: Principal, id: str) -> object:
    written: list[bytes] = []
    for form in (history.gpx, history.geojson, history.csv):
        track = await history.open_track(database, who, id=id, query=ExportQuery(**SPAN))
        written += [part async for part in (await form(who, id=id, track=track)).parts]
    return b"".join(written).decode()


async def of_trips(database: Database, who: Principal, id: str) -> object:
    return (await timeline.find_trips(database.read, who, id=id, query=TimelineQuery(**SPAN))).answer


async def of_stops(database: Database, who: Principal, id: str) -> object:
    return (await timeline.find_stops(database.read, who, id=id, query=TimelineQuery(**SPAN))).answer


async def of_places(database: Database, who: Principal, id: str) -> object:
    return (await timeline.find_places(database.read, who, id=id, query=PlacesQuery(**SPAN))).answer


async def of_known_places(database: Database, who: Principal, id: str) -> object:
    return (await places.find_places(database.read, who, id=id, query=KnownPlacesQuery())).answer


async def of_reports(database: Database, who: Principal, id: str) -> object:
    return (await reports.find_reports(database.read, who, id=id, query=ReportQuery())).answer


async def of_fleet_trips(database: Database, who: Principal, id: str) -> object:
    return (await fleet.find_trips(database.read, who, query=FleetQuery(**SPAN))).page


async def of_fleet_stops(database: Database, who: Principal, id: str) -> object:
    return (await fleet.find_stops(database.read, who, query=FleetQuery(**SPAN))).page


async def of_fleet_speeding(database: Database, who: Principal, id: str) -> object:
    query = SpeedingQuery(**SPAN, above_mps=5.0)
    return (await fleet.find_speeding(database.read, who, query=query)).page


async def of_a_live_line(database: Database, who: Principal, id: str) -> object:
    watcher = Watcher(person=who.id, organisation="acme")
    watcher.privacy = await database.read(
        lambda tx: latest_of.visible(tx, organisation="acme", person=who.id)
    )
    if id not in watcher.privacy:
        return []
    us = to_us(BEGIN + timedelta(hours=2))
    watcher.hear(Fix(id, us, us, LATITUDE, LONGITUDE, attributes={"SSID": "at home"}))
    return live.seen(watcher, None)


LOOKS: tuple[Look, ...] = (
    of_latest, of_devices, of_device, of_history, of_files, of_trips, of_stops, of_places, of_reports,
    of_a_live_line, of_fleet_trips, of_fleet_stops, of_fleet_speeding,
)  # fmt: skip


async def seen(database: Database, who: Principal, id: str, look: Look) -> bytes:
    try:
        return msgspec.json.encode(await look(database, who, id))
    except Error as error:
        return type(error).__name__.encode()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("word", WORDS)
async def test_others_see_no_more_than_the_privacy_of_now(
    database: Migratable, word: str, look: Look
) -> None:
    id = await driven(database)
    assert EXACT in await seen(database, BOB, id, look), "or this proves nothing"
    changes, roughly = WORDS[word]
    await change(database, id, **changes)
    told = await seen(database, BOB, id, look)
    assert EXACT not in told and b"at home" not in told
    assert (b"5" in told and (b"lat" in told or b"ongitude" in told)) is roughly or look is of_files
    if look is not of_a_live_line:
        assert EXACT in await seen(database, ANN, id, look), "it is hers"
    await change(database, id, **AS_BEFORE)
    assert EXACT in await seen(database, BOB, id, look)


@pytest.mark.parametrize("word", WORDS)
async def test_guest_with_a_link_sees_no_more_than_the_privacy_of_now(
    database: Migratable, word: str
) -> None:
    id = await driven(database)
    new = NewShare(devices=[id], expires_at=now() + timedelta(days=1), begin=BEGIN)
    made = await database.write(lambda tx: shares.share(tx, BOB, new=new, house=HOUSE))

    async def shown() -> bytes:
        looking = await shares.find_shared(database.read, BOB, token=made.token)
        return msgspec.json.encode(looking.answer)

    assert EXACT in await shown()
    await change(database, id, **WORDS[word][0])
    assert EXACT not in await shown()
    await change(database, id, **AS_BEFORE)
    assert EXACT in await shown()


@pytest.mark.parametrize("word", ["withdrawn", "reduced", "off duty"])
async def test_what_was_under_way_while_somebody_said_otherwise_is_not_stored(
    database: Migratable, word: str
) -> None:
    id = (await enrol(database, kind="phone")).id
    await change(database, id, **WORDS[word][0])
    us = to_us(BEGIN)
    event = PositionsAccepted(site="hub", fixes=[Fix(id, us, us, LATITUDE, LONGITUDE)])
    await database.write(lambda tx: positions.on_positions_accepted(tx, event))

    async def stored(tx: Reading) -> list[float]:
        return [row[0] / 1e7 for row in await tx.fetch("SELECT latitude_e7 FROM position")]

    found = await database.read(stored)
    assert LATITUDE not in found and len(found) == int(word == "reduced")


async def test_what_is_said_of_an_incident_is_as_exact_as_privacy_is_now(database: Migratable) -> None:
    id = (await enrol(database, kind="phone")).id
    await change(database, id, privacy=Privacy(precision_m=50_000.0))
    body = {"_type": "transition", "event": "enter", "desc": "Home", "lat": LATITUDE, "lon": LONGITUDE}
    text = msgspec.json.encode(body).decode()
    report = DeviceReported(device_id=id, kind="transition", reported_at=now(), body=text)
    await database.write(lambda tx: positions.on_device_reported(tx, report))
    [fact] = [each for each in await said(database) if each.TYPE == "tracking.fence_passed"]
    assert fact.latitude is not None and abs(fact.latitude - LATITUDE) > 0.001


async def test_device_of_nobody_that_may_not_be_tracked_is_seen_by_nobody(database: Migratable) -> None:
    id = (await enrol(database, kind="vehicle", person="")).id
    us = to_us(BEGIN)
    event = PositionsAccepted(site="hub", fixes=[Fix(id, us, us, LATITUDE, LONGITUDE)])
    await database.write(lambda tx: positions.on_positions_accepted(tx, event))
    await change(database, id, privacy=Privacy(consent=False))
    for who in (ANN, BOB, Principal("", "acme", frozenset({"*"}), "program")):
        assert EXACT not in await seen(database, who, id, of_latest)
        assert EXACT not in await seen(database, who, id, of_history)
