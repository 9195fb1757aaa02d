"""Geofences: one row per revision; the open one counts now."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.geofence import Definition

_COLUMNS = (
    "id, revision, name, definition, from_us, created_at_us,"
    " (SELECT first.created_at_us FROM geofence AS first WHERE first.id = geofence.id AND first.revision = 1)"
)
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(Definition).decode


class StoredGeofence(msgspec.Struct, frozen=True, kw_only=True):
    """The newest revision of a fence."""

    id: str
    revision: int
    name: str
    definition: Definition
    from_us: int
    created_at: datetime
    changed_at: datetime


async def add(
    tx: Transaction, id: str, *, revision: int, organisation: str, name: str, definition: Definition,
    from_us: int, at: datetime,
) -> None:  # fmt: skip
    await tx.execute(
        "INSERT INTO geofence"
        " (id, revision, organisation, name, definition, from_us, until_us, created_at_us)"
        " VALUES (?, ?, ?, ?, ?, ?, NULL, ?)",
        id, revision, organisation, name, _encode(definition).decode(), from_us, to_us(at),
    )  # fmt: skip


async def close(tx: Transaction, id: str, *, until_us: int) -> None:
    await tx.execute("UPDATE geofence SET until_us = ? WHERE id = ? AND until_us IS NULL", until_us, id)


async def find(tx: Reading, id: str, *, organisation: str) -> StoredGeofence | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM geofence WHERE id = ? AND organisation = ? AND until_us IS NULL",
        id, organisation,
    )  # fmt: skip
    return None if row is None else _stored(row)


async def page(tx: Reading, *, organisation: str, after: str, limit: int) -> Sequence[StoredGeofence]:
    """Those that count now, the first drawn first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM geofence WHERE organisation = ? AND until_us IS NULL AND id > ?"
        " ORDER BY id LIMIT ?",
        organisation, after, limit,
    )  # fmt: skip
    return [_stored(row) for row in rows]


def _stored(row: Row) -> StoredGeofence:
    id, revision, name, definition, from_us_, changed_us, created_us = row
    return StoredGeofence(
        id=id,
        revision=revision,
        name=name,
        definition=_decode(definition),
        from_us=from_us_,
        created_at=from_us(created_us),
        changed_at=from_us(changed_us),
    )
