"""Shares, found by the digest of their token."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.history import moment
from entrepot.tracking.model.share import DeliveryStop, Share
from entrepot.tracking.repository.derivation import privacy_of

_COLUMNS = (
    "id, name, made_by, blur_m, begins_at_us, expires_at_us, created_at_us, revoked_at_us, reads,"
    " last_read_at_us, sender, stops"
)
_encode = msgspec.json.Encoder().encode
_stops = msgspec.json.Decoder(list[DeliveryStop]).decode


class SharedOne(msgspec.Struct, frozen=True, kw_only=True):
    """A device that a share shows, as its privacy leaves it."""

    no: int
    id: str
    name: str
    kind: str
    simulated: bool
    privacy: Privacy


async def add(
    tx: Transaction, new: Share, *, organisation: str, digest: str, device_nos: Sequence[int]
) -> None:
    await tx.execute(
        "INSERT INTO share (id, organisation, made_by, name, digest, blur_m, begins_at_us, expires_at_us,"
        " created_at_us, sender, stops, reads) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        new.id, organisation, new.made_by, new.name, digest, new.blur_m, to_us(new.begin),
        to_us(new.expires_at), to_us(new.created_at), new.sender, _encode(new.stops).decode(),
    )  # fmt: skip
    await tx.execute_many(
        "INSERT INTO share_device (share_id, device_no) VALUES (?, ?)", [(new.id, no) for no in device_nos]
    )


async def page(
    tx: Reading, *, organisation: str, ended: bool, at: datetime, after: str, limit: int
) -> Sequence[Share]:
    """The first made first."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM share WHERE organisation = ? AND id > ?"
        " AND (? = 1 OR (revoked_at_us IS NULL AND expires_at_us > ?)) ORDER BY id LIMIT ?",
        organisation, after, int(ended), to_us(at), limit,
    )  # fmt: skip
    return [_share(row, await _devices(tx, row[0])) for row in rows]


async def by_digest(tx: Reading, digest: str, *, at: datetime) -> Share | None:
    """Only while it works."""
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM share WHERE digest = ? AND revoked_at_us IS NULL AND expires_at_us > ?",
        digest, to_us(at),
    )  # fmt: skip
    return None if row is None else _share(row, [])


async def shown_by(tx: Reading, share_id: str) -> Sequence[SharedOne]:
    """Its devices that still work; a private one only if its own person made the share."""
    rows = await tx.fetch(
        "SELECT d.no, d.id, d.name, d.kind, d.simulated, d.privacy FROM share_device s"
        " JOIN device d ON d.no = s.device_no JOIN share ON share.id = s.share_id"
        " WHERE s.share_id = ? AND d.revoked_at_us IS NULL"
        " AND (d.private = 0 OR d.person_id = share.made_by) ORDER BY d.no",
        share_id,
    )
    return [
        SharedOne(no=no, id=id, name=name, kind=kind, simulated=bool(simulated), privacy=privacy_of(privacy))
        for no, id, name, kind, simulated, privacy in rows
    ]


async def revoke(tx: Transaction, id: str, *, organisation: str, at: datetime) -> bool:
    """Whether there was such a share that still worked."""
    return await tx.execute(
        "UPDATE share SET revoked_at_us = ? WHERE id = ? AND organisation = ? AND revoked_at_us IS NULL",
        to_us(at), id, organisation,
    ) > 0  # fmt: skip


async def revoke_of(tx: Transaction, person: str, *, organisation: str | None, at: datetime) -> None:
    """All that a person made, in one organisation or everywhere."""
    await tx.execute(
        "UPDATE share SET revoked_at_us = ? WHERE made_by = ? AND (? = 1 OR organisation = ?)"
        " AND revoked_at_us IS NULL",
        to_us(at), person, int(organisation is None), organisation or "",
    )  # fmt: skip


async def make_nobodys(tx: Transaction, person: str) -> None:
    await tx.execute("UPDATE share SET made_by = '' WHERE made_by = ?", person)


async def count_read(tx: Transaction, id: str, *, at: datetime) -> None:
    await tx.execute("UPDATE share SET reads = reads + 1, last_read_at_us = ? WHERE id = ?", to_us(at), id)


async def forget(tx: Transaction, *, before: datetime) -> None:
    """Those that ended long ago."""
    old = "SELECT id FROM share WHERE expires_at_us < ? OR revoked_at_us < ?"
    moments = to_us(before), to_us(before)
    await tx.execute(f"DELETE FROM share_device WHERE share_id IN ({old})", *moments)
    await tx.execute("DELETE FROM share WHERE expires_at_us < ? OR revoked_at_us < ?", *moments)


async def made_by(tx: Reading, person: str) -> Sequence[Share]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM share WHERE made_by = ? ORDER BY id", person)
    return [_share(row, await _devices(tx, row[0])) for row in rows]


async def _devices(tx: Reading, share_id: str) -> list[str]:
    rows = await tx.fetch(
        "SELECT d.id FROM share_device s JOIN device d ON d.no = s.device_no WHERE s.share_id = ?"
        " ORDER BY d.no",
        share_id,
    )
    return [row[0] for row in rows]


def _share(row: Row, devices: list[str]) -> Share:
    (
        id, name, made_by_, blur_m, begins_us, expires_us, created_us, revoked_us, reads, last_us, sender,
        stops,
    ) = row  # fmt: skip
    return Share(
        id=id,
        name=name,
        devices=devices,
        made_by=made_by_,
        blur_m=blur_m,
        begin=from_us(begins_us),
        expires_at=from_us(expires_us),
        created_at=from_us(created_us),
        revoked_at=moment(revoked_us),
        reads=reads,
        last_read_at=moment(last_us),
        sender=sender,
        stops=_stops(stops),
    )
