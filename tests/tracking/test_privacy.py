"""Preferences are carried out; what is forgotten is gone everywhere."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.house import erase, exported
from tests.tracking.told import ANN, change, enrol, revoke

from entrepot.core.house import House
from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.device.events import PositionsAccepted
from entrepot.tracking.model.enrolment import DeviceNotFound
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.share import NewShare
from entrepot.tracking.repository import derivation
from entrepot.tracking.service import audit, devices, positions, privacy, retention, shares
from entrepot.user.events import KeyNarrowed, KeyRevoked, MembershipChanged

HOUSE = House("e", "https://t.example", "x@t.example")
BOB = Principal("bob", "acme", frozenset({"*"}), "person")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


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


async def test_alert_of_a_private_device_is_only_for_its_person(database: Database) -> None:
    id = (await enrol(database, kind="phone")).id
    for private, person in ((False, ""), (True, "ann")):
        await change(database, id, private=private)
        found = await database.read(lambda tx: derivation.tracked(tx, [id]))
        assert found[id].only_for == person


# ---- who leaves, who goes ---------------------------------------------------------------------------


async def test_what_somebody_shared_ends_when_they_leave(database: Database) -> None:
    van = (await enrol(database, kind="vehicle")).id
    new = NewShare(devices=[van], expires_at=now() + timedelta(days=1))
    made = await database.write(lambda tx: shares.share(tx, ANN, new=new, house=HOUSE))
    left = MembershipChanged(person_id="ann", organisation="acme", roles=[])
    await database.write(lambda tx: privacy.on_membership_changed(tx, left))
    with pytest.raises(shares.ShareNotFound):
        await shares.find_shared(database.read, ANN, token=made.token)


async def shared_by(database: Database, who: Principal) -> str:
    van = (await enrol(database, kind="vehicle")).id
    new = NewShare(devices=[van], expires_at=now() + timedelta(days=1))
    made = await database.write(lambda tx: shares.share(tx, who, new=new, house=HOUSE))
    return made.token


async def works(database: Database, token: str) -> bool:
    try:
        await shares.find_shared(database.read, ANN, token=token)
    except shares.ShareNotFound:
        return False
    return True


async def test_what_somebody_shared_ends_with_the_right_to_share(database: Database) -> None:
    token = await shared_by(database, ANN)
    for scopes, stays in ((["share:write", "device:read"], True), (["device:read"], False)):
        changed = MembershipChanged(person_id="ann", organisation="acme", roles=["x"], scopes=scopes)
        await database.write(lambda tx, changed=changed: privacy.on_membership_changed(tx, changed))
        assert await works(database, token) is stays


async def test_what_a_key_shared_ends_with_the_key_or_its_right(database: Database) -> None:
    till = Principal("key-1", "acme", frozenset({"*"}), "program", "key-1")
    revoked, narrowed, kept = [await shared_by(database, till) for _ in range(3)]
    await database.write(
        lambda tx: privacy.on_key_revoked(tx, KeyRevoked(key_id="key-1", organisation="other"))
    )
    assert await works(database, revoked)
    still = KeyNarrowed(key_id="key-1", organisation="acme", scopes=["share:write"])
    await database.write(lambda tx: privacy.on_key_narrowed(tx, still))
    assert await works(database, kept)
    less = KeyNarrowed(key_id="key-1", organisation="acme", scopes=["key:read"])
    await database.write(lambda tx: privacy.on_key_narrowed(tx, less))
    assert not await works(database, narrowed)
    again = await shared_by(database, till)
    await database.write(
        lambda tx: privacy.on_key_revoked(tx, KeyRevoked(key_id="key-1", organisation="acme"))
    )
    assert not await works(database, again)


async def test_erased_person_is_in_no_table(database: Database, sealing: Sealing) -> None:
    ann = Principal("erased-ann", "acme", frozenset({"*"}), "person")
    id = (await enrol(database, person=ann.id)).id
    await fill(database, 1, [NOON])
    share = NewShare(devices=[id], expires_at=now() + timedelta(days=1))
    await database.write(lambda tx: shares.share(tx, ann, new=share, house=HOUSE))
    await database.write(lambda tx: audit.note(tx, ann, "live", device_no=0, span=TimeSpan(0, 1)))
    for _ in range(2):  # an event may come again
        await erase(database, "tracking", ann.id)
    with pytest.raises(DeviceNotFound):
        await database.read(lambda tx: devices.known(tx, ann, id))
    await retention.keep_retention(database)
    for table in ("device", "position", "segment", "incident", "share_device"):
        assert await numbers(database, f"SELECT COUNT(*) FROM {table}") == [0], table
    assert await numbers(database, "SELECT reader FROM look") == ["erased"]
    assert await numbers(database, "SELECT made_by FROM share") == [""]


async def test_export_tells_devices_and_positions(database: Database, sealing: Sealing) -> None:
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


# ---- what is forgotten ------------------------------------------------------------------------------


@pytest.mark.parametrize("revoked", [False, True])
async def test_what_is_older_than_the_device_keeps_is_removed(database: Database, revoked: bool) -> None:
    short, ever = (await enrol(database)).id, (await enrol(database)).id
    await change(database, short, retention_days=2)
    begin = now() - timedelta(days=10)
    moments = [begin + timedelta(minutes=20 * step) for step in range(3 * 24 * 10)]
    for id in (short, ever):
        fixes = [Fix(id, to_us(at), to_us(at), 1 + n / 1_000, 2.0) for n, at in enumerate(moments)]
        told = PositionsAccepted(site="hub", fixes=fixes)
        await database.write(lambda tx, told=told: positions.on_positions_accepted(tx, told))
    if revoked:
        await revoke(database, short)
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
        await change(database, id, retention_days=2)
        begin = now() - timedelta(days=10)
        fixes = [
            Fix(id, to_us(at), to_us(at), 1 + n / 1_000, 2.0)
            for n, at in enumerate(begin + timedelta(minutes=n) for n in range(50))
        ]
        told = PositionsAccepted(site="hub", fixes=fixes)
        await database.write(lambda tx, told=told: positions.on_positions_accepted(tx, told))
        if revoked:
            await revoke(database, id)
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
    await revoke(database, told.id, purge=True)
    with pytest.raises(DeviceNotFound):
        await database.read(lambda tx: devices.known(tx, ANN, told.id))
    await retention.keep_retention(database)
    assert await numbers(database, "SELECT no FROM device") == [2]
    assert await numbers(database, "SELECT DISTINCT device_no FROM position") == [2]
    assert await numbers(database, "SELECT COUNT(*) FROM incident") == [10]
    await enrol(database, username=told.username)


async def test_old_looks_and_shares_are_forgotten(database: Database) -> None:
    await database.write(lambda tx: audit.note(tx, ANN, "live", device_no=0, span=TimeSpan(0, 1)))
    await database.write(retention.tidy)
    assert await numbers(database, "SELECT COUNT(*) FROM look") == [1]
    old = to_us(now() - retention.LOOKS_KEPT_FOR - timedelta(days=1))
    await database.write(lambda tx: tx.execute("UPDATE look SET minute_us = ?", old))
    await database.write(retention.tidy)
    assert await numbers(database, "SELECT COUNT(*) FROM look") == [0]
