"""Devices as `device` tells them, in tracking's database alone."""

from typing import Any

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked
from entrepot.device.model.access import Access
from entrepot.tracking.service import devices

ANN = Principal("ann", "acme", frozenset({"*"}), "person")

_known: dict[str, Access] = {}


async def enrol(database: Database, **what: Any) -> Access:
    """A device of Ann's organisation; a phone is hers."""
    id = new_id()
    fields = {
        "id": id, "organisation": "acme", "username": f"van-{id}", "password_digest": b"", "name": "Van",
        "revision": 1, "kind": "phone",
    } | what  # fmt: skip
    if fields["kind"] == "phone":
        fields = {"person": "ann"} | fields
    access = _known[id] = Access(**fields)
    event = DeviceEnrolled(device_id=id, access=access)
    await database.write(lambda tx: devices.on_device_enrolled(tx, event))
    return access


async def change(database: Database, id: str, **what: Any) -> Access:
    known = _known[id]
    access = _known[id] = msgspec.structs.replace(known, revision=known.revision + 1, **what)
    event = DeviceChanged(device_id=id, access=access)
    await database.write(lambda tx: devices.on_device_changed(tx, event))
    return access


async def revoke(database: Database, id: str, *, purge: bool = False) -> None:
    event = DeviceRevoked(device_id=id, purged=purge, revision=_known[id].revision + 1)
    await database.write(lambda tx: devices.on_device_revoked(tx, event))
