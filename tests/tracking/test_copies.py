"""Tracking's copy of devices is what `device` said last, in whatever order that is heard."""

import msgspec
from tests.tracking.told import ANN, change, enrol, revoke

from entrepot.core.ports import Database
from entrepot.core.time import now
from entrepot.device.events import DeviceChanged, DeviceEnrolled
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.service import devices


async def shown(database: Database, id: str) -> Device:
    return await database.read(lambda tx: devices.known(tx, ANN, id))


async def test_newest_revision_stays(database: Database) -> None:
    first = await enrol(database, name="Van")
    newest = await change(database, first.id, name="Lorry", private=True)
    late = DeviceChanged(device_id=first.id, access=first)
    await database.write(lambda tx: devices.on_device_changed(tx, late))
    copy = await shown(database, first.id)
    assert (copy.name, copy.private, copy.revision) == ("Lorry", True, newest.revision)


async def test_revoked_device_stays_revoked(database: Database) -> None:
    first = await enrol(database)
    await revoke(database, first.id)
    again = DeviceEnrolled(device_id=first.id, access=msgspec.structs.replace(first, revision=9))
    await database.write(lambda tx: devices.on_device_enrolled(tx, again))
    assert (await shown(database, first.id)).revoked_at is not None


async def test_device_keeps_the_moment_of_its_enrolment(database: Database) -> None:
    at = now()
    first = await enrol(database, created_at=at)
    await change(database, first.id, name="Lorry", created_at=None)
    assert (await shown(database, first.id)).created_at == at


async def test_waiting_for_a_revision_ends_when_the_copy_has_it(database: Database) -> None:
    first = await enrol(database)
    awaited = {first.id: first.revision}
    await devices.caught_up(database.read, awaited)
    assert awaited == {}


async def test_no_credential_is_in_the_copy(database: Database) -> None:
    await enrol(database, password_digest=b"digest", payload_key=b"sealed", wrapped_key=b"wrapped")
    [row] = await database.read(lambda tx: tx.fetch("SELECT * FROM device"))
    assert not {b"digest", b"sealed", b"wrapped"} & {
        bytes(each) for each in row if isinstance(each, bytes | memoryview)
    }
