"""Devices as `device` tells them: a copy, by which everything here is found and shown."""

import asyncio
from functools import partial

import msgspec

from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked
from entrepot.tracking.model.enrolment import Device, DeviceIsRevoked, DeviceNotFound
from entrepot.tracking.repository import device as devices_of

PATIENCE_S, _LOOK_EVERY_S = 5.0, 0.02


async def on_device_enrolled(tx: Transaction, event: DeviceEnrolled) -> None:
    await _keep(tx, event)


async def on_device_changed(tx: Transaction, event: DeviceChanged) -> None:
    await _keep(tx, event)


async def on_device_revoked(tx: Transaction, event: DeviceRevoked) -> None:
    """It has only its past; of a purged one that goes too, bit by bit."""
    device = await devices_of.by_id(tx, event.device_id)
    if device is None:
        return
    if event.purged:
        await purge(tx, device, revision=event.revision)
    elif device.revoked_at is None:
        revision = max(event.revision, device.revision + 1)
        await devices_of.replace(tx, msgspec.structs.replace(device, revision=revision, revoked_at=now()))


async def caught_up(read: Read, awaited: dict[str, int], *, patience_s: float = PATIENCE_S) -> None:
    """Wait, but not for long, until the copy has these revisions. What is left in `awaited` then is not here
    yet: nobody knows who may see those devices.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    while awaited:
        have = await read(partial(devices_of.revisions, ids=list(awaited)))
        for id in [id for id in awaited if have.get(id, 0) >= awaited[id]]:
            del awaited[id]
        if not awaited or loop.time() >= deadline:
            return
        await asyncio.sleep(_LOOK_EVERY_S)


async def known(tx: Reading, who: Principal, id: str) -> Device:
    """Raises: DeviceNotFound."""
    found = await devices_of.find(tx, id, organisation=who.organisation)
    if found is None:
        raise DeviceNotFound("There is no such device.")
    return found


async def working(tx: Reading, who: Principal, id: str) -> Device:
    """Raises: DeviceNotFound, DeviceIsRevoked."""
    found = await known(tx, who, id)
    if found.revoked_at is not None:
        raise DeviceIsRevoked("This device was revoked.")
    return found


async def purge(tx: Transaction, device: Device, *, revision: int = 0) -> None:
    """It is not there any more, and its name and username are nobody's."""
    if device.purged_at is None:
        gone = msgspec.structs.replace(
            device,
            revoked_at=device.revoked_at or now(),
            purged_at=now(),
            username=device.id,
            name="",
            person="",
            revision=max(revision, device.revision + 1),
        )
        await devices_of.replace(tx, gone)


async def _keep(tx: Transaction, event: DeviceEnrolled | DeviceChanged) -> None:
    """The newest revision stays, and a revoked device revoked."""
    known = await devices_of.by_id(tx, event.device_id)
    if known is None:
        await devices_of.add(tx, _copy(event, no=await devices_of.next_number(tx)))
    elif known.revoked_at is None and known.revision <= event.access.revision:
        fresh = _copy(event, no=known.no)
        await devices_of.replace(tx, msgspec.structs.replace(fresh, created_at=known.created_at))


def _copy(event: DeviceEnrolled | DeviceChanged, *, no: int) -> Device:
    access = event.access
    return Device(
        no=no,
        id=access.id,
        organisation=access.organisation,
        person=access.person,
        name=access.name,
        kind=access.kind,
        username=access.username,
        needs_password=access.needs_password,
        encrypted=bool(access.payload_key),
        filter=access.filter,
        privacy=access.privacy,
        alerts=access.alerts,
        friends=access.friends,
        simulated=access.simulated,
        retention_days=access.retention_days,
        revision=access.revision,
        created_at=access.created_at or now(),
        revoked_at=None,
        private=access.private,
    )
