"""Tracking's copy of devices is what `device` said last, in whatever order that is heard."""

import msgspec
from tests.tracking.told import ANN, change, enrol, revoke

from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.device.events import DeviceChanged, DeviceEnrolled
from entrepot.infra.bus.memory import MemoryBus
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.service import devices, live
from entrepot.tracking.service.broadcaster import Broadcaster, Watcher
from entrepot.tracking.service.live import LiveStream


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


async def test_device_is_on_no_line_until_the_copy_has_what_was_said_of_it(database: Database) -> None:
    """However long `tracking` is behind: it may be private now."""
    phone, van = await enrol(database, organisation="acme"), await enrol(database, organisation="acme")
    broadcaster = Broadcaster(MemoryBus())
    bob = Principal("bob", "acme", frozenset({"*"}), "person")
    watcher, line = Watcher(person="bob", organisation="acme"), LiveStream(database, frozenset(), None)
    await live._look(line, bob, watcher, broadcaster)
    assert watcher.devices == {phone.id, van.id}
    watcher.awaited = {phone.id: phone.revision + 1}  # said, and waited for in vain
    assert await live._look(line, bob, watcher, broadcaster) == {phone.id}
    assert watcher.devices == {van.id} and watcher.awaited
    await change(database, phone.id, name="Telephone")
    await live._look(line, bob, watcher, broadcaster)
    assert watcher.devices == {phone.id, van.id} and not watcher.awaited


async def test_no_credential_is_in_the_copy(database: Database) -> None:
    await enrol(database, password_digest=b"digest", payload_key=b"sealed", wrapped_key=b"wrapped")
    [row] = await database.read(lambda tx: tx.fetch("SELECT * FROM device"))
    assert not {b"digest", b"sealed", b"wrapped"} & {
        bytes(each) for each in row if isinstance(each, bytes | memoryview)
    }
