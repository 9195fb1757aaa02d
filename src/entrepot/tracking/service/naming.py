"""Gives trips and stops the names of their places. What is named was reduced as privacy asks before, so that
a name tells no more than the coordinates beside it.
"""

import asyncio
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from entrepot.core.ports import Read
from entrepot.tracking.functions.naming import Spot, names
from entrepot.tracking.service.indexes import fence_index

T = TypeVar("T", bound=msgspec.Struct)

# What is named of a row, by the members that it has: (latitude, longitude, name).
_MEMBERS = (
    ("latitude", "longitude", "place"),
    ("start_latitude", "start_longitude", "start_place"),
    ("end_latitude", "end_longitude", "end_place"),
)


async def named(read: Read, rows: Sequence[T], *, organisation: str, device_id: str) -> list[T]:
    """Return rows of a device with the names of their places, as far as they have any."""
    if not rows:
        return []
    members = [each for each in _MEMBERS if each[2] in rows[0].__struct_fields__]
    if not members:
        return list(rows)
    index = await read(lambda tx: fence_index(tx, organisation))
    spots = [_spot(row, latitude, longitude) for row in rows for latitude, longitude, _ in members]
    # In a thread: of a file's thousands the gazetteer takes a while.
    found = iter(await asyncio.to_thread(names, spots, device_id=device_id, index=index))
    return [msgspec.structs.replace(row, **{name: next(found) for _, _, name in members}) for row in rows]


def _spot(row: msgspec.Struct, latitude: str, longitude: str) -> Spot | None:
    north, east = getattr(row, latitude), getattr(row, longitude)
    return None if north is None or east is None else (north, east)
