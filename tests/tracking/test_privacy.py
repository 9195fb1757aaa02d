"""Preferences are carried out; who leaves takes their devices along; what is forgotten is gone everywhere."""

import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.gateway.client import Caller, Node, until
from tests.house import erase, exported
from tests.tracking.fleet import enrolled, said, tell
from tests.tracking.test_devices import ANN, enrol

from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.device.events import PositionsAccepted
from entrepot.tracking.events import DeviceChanged, DeviceCommanded, DeviceRevoked
from entrepot.tracking.model.command import NewCommand
from entrepot.tracking.model.device import Window
from entrepot.tracking.model.enrolment import DeviceNotFound, NewDevice, Removal, Unfit
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.preferences import NotYourDevice, Preferences
from entrepot.tracking.model.share import NewShare
from entrepot.tracking.repository import derivation
from entrepot.tracking.service import (
    audit,
    commands,
    devices,
    positions,
    preferences,
    privacy,
    retention,
    shares,
)
from entrepot.user.events import MembershipChanged

BOB = Principal("bob", "acme", frozenset({"*"}), "person")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def set_to(database: Database, id: str, who: Principal = ANN, **wanted: Any) -> Any:
    told = Preferences(**wanted)
    return await database.write(lambda tx: preferences.set_preferences(tx, who, id=id, wanted=told))


async def numbers(database: Database, sql: str) -> list[Any]:
    async def look(tx: Reading) -> Any:
        return await tx.fetch(sql)

    return [row[0] for row in await database.read(look)]


async def fill(database: Database, no: int, moments: list[datetime]) -> None:
    """Positions, and one of everything that follows from them."""
    us = [to_us(each) for each in moments]
    where = "VALUES (?, ?, ?, 10000000, 20000000, 0)"

    async def add(tx: Any) -> None:
        await tx.execute_many(
            "INSERT INTO position (device_no, fixed_at_us, received_at_us, latitude_e7, longitude_e7,"
            f" rejected) {where}",
            [(no, at, at) for at in us],
        )
        await tx.execute_many(
            "INSERT INTO segment (device_no, started_at_us, ended_at_us, kind, latitude_e7, longitude_e7,"
            " distance_mm, decided_us) VALUES (?, ?, ?, 'trip', 0, 0, 0, 0)",
            [(no, at, at + 1) for at in us],
        )
        await tx.execute_many(
            "INSERT INTO incident (id, device_no, kind, occurred_at_us, decided_us, geofence_id,"
            " geofence_name) VALUES (?, ?, 'enter', ?, 0, '', '')",
            [(f"{no}-{at}", no, at) for at in us],
        )

    await database.write(add)


# ---- preferences ------------------------------------------------------------------------------------


async def test_preferences_reach_the_edge_and_every_word_about_consent_is_kept(database: Database) -> None:
    id = (await enrol(database, kind="phone")).id
    duty = Window(days=frozenset({0, 1}), begins="08:00", ends="17:00")
    await set_to(database, id, schedule=(duty,), timezone="Europe/Berlin", precision_m=500.0,
                 purposes=["safety"], friends=True, retention_days=30)  # fmt: skip
    seen = await set_to(database, id, consent=False)
    assert [(word.given, word.purposes, word.person) for word in seen.words] == [
        (False, [], "ann"), (True, ["safety"], "ann"), (True, [], "ann"),
    ]  # fmt: skip
    changed = [event for event in await said(database) if isinstance(event, DeviceChanged)]
    assert changed[0].access.privacy.schedule == (duty,)
    assert (changed[0].access.privacy.precision_m, changed[0].access.friends) == (500.0, True)
    assert changed[1].access.privacy.consent is False


async def test_how_a_person_is_tracked_is_theirs_to_say(database: Database) -> None:
    id = (await enrol(database, kind="phone")).id
    for wanted in ({"consent": False}, {"private": True}, {"precision_m": 50.0}, {"friends": True}):
        with pytest.raises(NotYourDevice):
            await set_to(database, id, BOB, **wanted)
    assert (await set_to(database, id, BOB, retention_days=7)).retention_days == 7
    van = (await enrol(database, kind="vehicle")).id
    assert (await set_to(database, van, BOB, precision_m=50.0)).precision_m == 50.0
    with pytest.raises(Unfit):
        await set_to(database, van, BOB, private=True)


async def test_somebody_else_s_phone_tells_nothing_until_they_agree(database: Database) -> None:
    with pytest.raises(Unfit):
        await enrol(database, person="bob")
    for person in ("ann", "bob"):
        joined = MembershipChanged(person_id=person, organisation="acme", roles=["customer"])
        await database.write(lambda tx, joined=joined: privacy.on_membership_changed(tx, joined))
    id = (await enrol(database, person="bob")).id
    seen = await database.read(lambda tx: preferences.preferences(tx, ANN, id=id))
    assert (seen.consent, seen.words) == (False, [])
    with pytest.raises(NotYourDevice):
        await set_to(database, id, ANN, consent=True)
    assert (await set_to(database, id, BOB, consent=True)).consent
    given_away = devices.DeviceChange(person="ann")
    await database.write(lambda tx: devices.change_device(tx, BOB, id=id, change=given_away))
    assert not (await database.read(lambda tx: preferences.preferences(tx, ANN, id=id))).consent


@pytest.mark.parametrize("private", [True, False])
async def test_nobody_takes_a_device_from_its_person(database: Database, private: bool) -> None:
    for person in ("ann", "bob"):
        joined = MembershipChanged(person_id=person, organisation="acme", roles=["customer"])
        await database.write(lambda tx, joined=joined: privacy.on_membership_changed(tx, joined))
    id = (await enrol(database, kind="phone")).id
    await set_to(database, id, private=private)

    async def hand(who: Principal, person: str) -> str:
        change = devices.DeviceChange(person=person)
        return (await database.write(lambda tx: devices.change_device(tx, who, id=id, change=change))).person

    for person in ("", "bob"):
        with pytest.raises(NotYourDevice):
            await hand(BOB, person)
    assert await hand(BOB, "ann") == "ann"
    if private:
        for person in ("", "bob"):
            with pytest.raises(Unfit):
                await hand(ANN, person)
        await set_to(database, id, private=False)
    assert await hand(ANN, "bob") == "bob"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"timezone": "Mars"}, "timezone"),
        ({"schedule": [{"days": [0], "begins": "08:00", "ends": "08:00"}]}, "schedule[0]"),
        ({"purposes": ["a\nb"]}, "purposes"),
        ({"alerts": {"timezone": "Mars"}}, "alerts.timezone"),
        ({"alerts": {"offline_after_s": 0}}, "alerts.offline_after_s"),
    ],
)
def test_senseless_preferences_are_refused_by_name(fleet: Caller, wrong: dict[str, Any], field: str) -> None:
    reply = fleet.ask("PUT", f"/api/devices/{enrolled(fleet)['id']}/preferences", wrong)
    assert (reply.status, reply.json()["field"]) == (422, field)


def test_old_view_of_preferences_is_refused(fleet: Caller) -> None:
    path = f"/api/devices/{enrolled(fleet)['id']}/preferences"
    assert fleet.ask("PUT", path, {"revision": 1}).json()["revision"] == 2
    stale = fleet.ask("PUT", path, {"revision": 1})
    assert (stale.status, stale.json()["revision"]) == (409, 2)


def test_nothing_is_accepted_once_consent_is_withdrawn(node: Node, fleet: Caller) -> None:
    phone, steps = enrolled(fleet), itertools.count()
    path = f"/api/devices/{phone['id']}"

    def kept() -> int:
        step = next(steps)
        moment = now() - timedelta(hours=2) + timedelta(seconds=20 * step)
        tell(node, phone, moment, 1 + step / 1_000, 2.0)
        time.sleep(0.2)
        asked = f"{path}/positions?from={(now() - timedelta(hours=3)):%Y-%m-%dT%H:%M:%SZ}"
        return len(fleet.get(asked).json()["items"])

    until(lambda: kept() > 1)
    assert fleet.ask("PUT", f"{path}/preferences", {"consent": False}).status == 200
    until(lambda: kept() == kept() == kept())


async def test_alert_of_a_private_device_is_only_for_its_person(database: Database) -> None:
    id = (await enrol(database, kind="phone")).id
    for private, person in ((False, ""), (True, "ann")):
        await set_to(database, id, private=private)
        found = await database.read(lambda tx: derivation.tracked(tx, [id]))
        assert found[id].only_for == person


# ---- who leaves, who goes ---------------------------------------------------------------------------


async def test_who_leaves_takes_their_devices_and_shares_along(database: Database) -> None:
    phone = (await enrol(database, kind="phone")).id
    van = (await enrol(database, kind="vehicle")).id
    new = NewShare(devices=[van], expires_at=now() + timedelta(days=1))
    house = devices.House("e", "https://t.example", "x@t.example")
    made = await database.write(lambda tx: shares.share(tx, ANN, new=new, house=house))
    left = MembershipChanged(person_id="ann", organisation="acme", roles=[])
    await database.write(lambda tx: privacy.on_membership_changed(tx, left))
    assert [each.device_id for each in await said(database) if isinstance(each, DeviceRevoked)] == [phone]
    with pytest.raises(shares.ShareNotFound):
        await shares.find_shared(database.read, ANN, token=made.token)


async def test_erased_person_is_in_no_table(database: Database, sealing: Sealing) -> None:
    ann = Principal("erased-ann", "acme", frozenset({"*"}), "person")
    new = NewDevice(name="Mine")
    ports, house = devices.DevicePorts(), devices.House("e", "https://t.example", "x@t.example")
    told = await database.write(lambda tx: devices.enrol(tx, ann, new=new, house=house, ports=ports))
    await fill(database, 1, [NOON])
    share = NewShare(devices=[told.id], expires_at=now() + timedelta(days=1))
    await database.write(lambda tx: shares.share(tx, ann, new=share, house=house))
    await database.write(lambda tx: audit.note(tx, ann, "live", device_no=0, span=TimeSpan(0, 1)))
    joined = MembershipChanged(person_id=ann.id, organisation="acme", roles=["customer"])
    await database.write(lambda tx: privacy.on_membership_changed(tx, joined))
    for _ in range(2):  # an event may come again
        await erase(database, "tracking", ann.id)
    with pytest.raises(DeviceNotFound):
        await database.read(lambda tx: devices.known(tx, ann, told.id))
    await retention.keep_retention(database)
    for table in ("device", "position", "segment", "incident", "device_consent", "member", "share_device"):
        assert await numbers(database, f"SELECT COUNT(*) FROM {table}") == [0], table
    assert await numbers(database, "SELECT reader FROM look") == ["erased"]
    assert await numbers(database, "SELECT made_by FROM share") == [""]


async def test_export_tells_devices_words_and_positions(database: Database, sealing: Sealing) -> None:
    id = (await enrol(database, kind="phone", name="Anna's phone")).id
    await fill(database, 1, [NOON, NOON + timedelta(hours=1)])
    held = await exported(database, "tracking", sealing)
    [device] = held["devices"]
    assert (device["device"]["id"], device["device"]["name"]) == (id, "Anna's phone")
    assert device["positions_stored"] == 2
    assert [each["fixed_at"] for each in device["positions"]] == [
        "2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00Z",
    ]
    assert [each["given"] for each in held["consents"]] == [True]


# ---- what is forgotten ------------------------------------------------------------------------------


@pytest.mark.parametrize("revoked", [False, True])
async def test_what_is_older_than_the_device_keeps_is_removed(database: Database, revoked: bool) -> None:
    short, ever = (await enrol(database)).id, (await enrol(database)).id
    await set_to(database, short, retention_days=2)
    begin = now() - timedelta(days=10)
    moments = [begin + timedelta(minutes=20 * step) for step in range(3 * 24 * 10)]
    for id in (short, ever):
        fixes = [Fix(id, to_us(at), to_us(at), 1 + n / 1_000, 2.0) for n, at in enumerate(moments)]
        told = PositionsAccepted(site="hub", fixes=fixes)
        await database.write(lambda tx, told=told: positions.on_positions_accepted(tx, told))
    if revoked:
        await database.write(lambda tx: devices.revoke_device(tx, ANN, id=short, query=Removal()))
    await retention.keep_retention(database)
    oldest_us = to_us(now() - timedelta(days=2))
    kept = await numbers(database, "SELECT fixed_at_us FROM position WHERE device_no = 1")
    assert 142 <= len(kept) <= 144 and min(kept) >= oldest_us
    ended = await numbers(database, "SELECT ended_at_us FROM segment WHERE device_no = 1")
    assert ended and all(end is None or end >= oldest_us for end in ended)
    assert await numbers(database, "SELECT COUNT(*) FROM position WHERE device_no = 2") == [len(moments)]


async def test_device_that_fell_silent_leaves_nothing_of_where_it_was(database: Database) -> None:
    for revoked in (False, True):
        id = (await enrol(database)).id
        await set_to(database, id, retention_days=2)
        begin = now() - timedelta(days=10)
        fixes = [
            Fix(id, to_us(at), to_us(at), 1 + n / 1_000, 2.0)
            for n, at in enumerate(begin + timedelta(minutes=n) for n in range(50))
        ]
        told = PositionsAccepted(site="hub", fixes=fixes)
        await database.write(lambda tx, told=told: positions.on_positions_accepted(tx, told))
        if revoked:
            await database.write(lambda tx, id=id: devices.revoke_device(tx, ANN, id=id, query=Removal()))
    await retention.keep_retention(database)
    for table in ("position", "segment", "incident", "checkpoint"):
        assert await numbers(database, f"SELECT COUNT(*) FROM {table}") == [0], table
    assert set(await numbers(database, "SELECT latitude_e7 FROM latest")) <= {None}


async def test_purged_device_goes_with_everything_however_much_it_told(database: Database) -> None:
    told = await enrol(database)
    await enrol(database)
    moments = [NOON + timedelta(seconds=n) for n in range(11_000)]
    await fill(database, 1, moments)
    await fill(database, 2, moments[:10])
    purge = Removal(purge=True)
    await database.write(lambda tx: devices.revoke_device(tx, ANN, id=told.id, query=purge))
    with pytest.raises(DeviceNotFound):
        await database.read(lambda tx: devices.known(tx, ANN, told.id))
    await retention.keep_retention(database)
    assert await numbers(database, "SELECT no FROM device") == [2]
    assert await numbers(database, "SELECT DISTINCT device_no FROM position") == [2]
    assert await numbers(database, "SELECT COUNT(*) FROM incident") == [10]
    assert [type(each) for each in await said(database)][-1] is DeviceRevoked
    again = NewDevice(name="x", username=told.username)
    ports, house = devices.DevicePorts(), devices.House("e", "https://t.example", "x@t.example")
    await database.write(lambda tx: devices.enrol(tx, ANN, new=again, house=house, ports=ports))


async def test_old_looks_and_shares_are_forgotten(database: Database) -> None:
    await database.write(lambda tx: audit.note(tx, ANN, "live", device_no=0, span=TimeSpan(0, 1)))
    await database.write(retention.tidy)
    assert await numbers(database, "SELECT COUNT(*) FROM look") == [1]
    old = to_us(now() - retention.LOOKS_KEPT_FOR - timedelta(days=1))
    await database.write(lambda tx: tx.execute("UPDATE look SET minute_us = ?", old))
    await database.write(retention.tidy)
    assert await numbers(database, "SELECT COUNT(*) FROM look") == [0]


# ---- commands ---------------------------------------------------------------------------------------


async def test_command_is_an_owntracks_message(database: Database) -> None:
    id = (await enrol(database)).id
    new = NewCommand(action="setConfiguration", configuration={"monitoring": 2})
    done = await database.write(lambda tx: commands.command_device(tx, ANN, id=id, command=new))
    told = (await said(database))[-1]
    assert isinstance(told, DeviceCommanded) and told.command_id == done.command_id
    assert msgspec.json.decode(told.body) == {
        "_type": "cmd", "action": "setConfiguration",
        "configuration": {"_type": "configuration", "monitoring": 2},
    }  # fmt: skip
    for wrong in (NewCommand(action="text"), NewCommand(action="setConfiguration"),
                  NewCommand(action="dump", configuration={"a": 1})):  # fmt: skip
        with pytest.raises(Unfit):
            await database.write(
                lambda tx, wrong=wrong: commands.command_device(tx, ANN, id=id, command=wrong)
            )
