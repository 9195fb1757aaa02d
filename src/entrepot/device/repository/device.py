"""Devices, as their owners enrolled and changed them."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, now, to_us
from entrepot.device.model.enrolment import EnrolledDevice
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy

_COLUMNS = (
    "no, id, organisation, person_id, name, kind, username, password_digest, needs_password, wrapped_key,"
    " payload_key, filter, privacy, alerts, friends, simulated, retention_days, revision, created_at_us,"
    " revoked_at_us, private, purged_at_us"
)
_encode = msgspec.json.Encoder().encode
_filter = msgspec.json.Decoder(FilterSettings).decode
_alerts = msgspec.json.Decoder(AlertSettings).decode
_privacy = msgspec.json.Decoder(Privacy).decode


async def next_number(tx: Reading) -> int:
    """One above all others."""
    row = await tx.fetch_one("SELECT COALESCE(MAX(no), 0) + 1 FROM device")
    assert row is not None
    number: int = row[0]
    return number


async def add(tx: Transaction, new: EnrolledDevice) -> None:
    """Raises: Duplicate when the username is taken."""
    marks = ", ".join("?" * (_COLUMNS.count(",") + 2))
    await tx.execute(
        f"INSERT INTO device ({_COLUMNS}, changed_at_us) VALUES ({marks})", *_row(new), to_us(now())
    )


async def replace(tx: Transaction, device: EnrolledDevice) -> None:
    """What may change of it."""
    await tx.execute(
        "UPDATE device SET person_id = ?, name = ?, kind = ?, password_digest = ?, needs_password = ?,"
        " wrapped_key = ?, payload_key = ?, filter = ?, privacy = ?, alerts = ?, friends = ?,"
        " username = ?, retention_days = ?, revision = ?, revoked_at_us = ?, private = ?, purged_at_us = ?,"
        " changed_at_us = ? WHERE no = ?",
        device.person, device.name, device.kind, device.password_digest, int(device.needs_password),
        device.wrapped_key, device.payload_key, _text(device.filter), _text(device.privacy),
        _text(device.alerts), int(device.friends), device.username, device.retention_days, device.revision,
        _us(device.revoked_at), int(device.private), _us(device.purged_at), to_us(now()), device.no,
    )  # fmt: skip


async def find(tx: Reading, id: str, *, organisation: str) -> EnrolledDevice | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM device WHERE id = ? AND organisation = ? AND purged_at_us IS NULL",
        id, organisation,
    )  # fmt: skip
    return None if row is None else _device(row)


async def of_person(tx: Reading, person: str) -> Sequence[EnrolledDevice]:
    """In every organisation, the revoked ones too."""
    if not person:
        return ()
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM device WHERE person_id = ? AND purged_at_us IS NULL ORDER BY no", person
    )
    return [_device(row) for row in rows]


async def working(tx: Reading) -> Sequence[EnrolledDevice]:
    """All that may send."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM device WHERE revoked_at_us IS NULL")
    return [_device(row) for row in rows]


async def changed_since(tx: Reading, *, since_us: int) -> Sequence[tuple[str, int, bool]]:
    """(id, revision, whether it may send) of what changed since then."""
    rows = await tx.fetch("SELECT id, revision, revoked_at_us FROM device WHERE changed_at_us > ?", since_us)
    return [(id, revision, revoked is None) for id, revision, revoked in rows]


async def by_id(tx: Reading, id: str) -> EnrolledDevice | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM device WHERE id = ?", id)
    return None if row is None else _device(row)


async def forget_purged(tx: Transaction, *, before_us: int) -> None:
    """Every process that leads has heard of them by then."""
    await tx.execute("DELETE FROM device WHERE purged_at_us < ?", before_us)


async def with_key(tx: Reading, *, after: str, limit: int) -> Sequence[EnrolledDevice]:
    """Those that have a data key, in the order of their ids."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM device WHERE id > ? AND length(wrapped_key) > 0 ORDER BY id LIMIT ?",
        after, limit,
    )  # fmt: skip
    return [_device(row) for row in rows]


def _row(device: EnrolledDevice) -> tuple[object, ...]:
    return (
        device.no, device.id, device.organisation, device.person, device.name, device.kind, device.username,
        device.password_digest, int(device.needs_password), device.wrapped_key, device.payload_key,
        _text(device.filter), _text(device.privacy), _text(device.alerts), int(device.friends),
        int(device.simulated), device.retention_days, device.revision, to_us(device.created_at),
        _us(device.revoked_at), int(device.private), _us(device.purged_at),
    )  # fmt: skip


def _text(settings: AlertSettings | FilterSettings | Privacy) -> str:
    return _encode(settings).decode()


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)


def _device(row: Row) -> EnrolledDevice:
    (
        no, id, organisation, person, name, kind, username, password_digest, needs_password, wrapped_key,
        payload_key, filter, privacy, alerts, friends, simulated, retention_days, revision, created_at_us,
        revoked_at_us, private, purged_at_us,
    ) = row  # fmt: skip
    return EnrolledDevice(
        no=no,
        id=id,
        organisation=organisation,
        person=person,
        name=name,
        kind=kind,
        username=username,
        password_digest=bytes(password_digest),
        needs_password=bool(needs_password),
        wrapped_key=bytes(wrapped_key),
        payload_key=bytes(payload_key),
        filter=_filter(filter),
        privacy=_privacy(privacy),
        alerts=_alerts(alerts),
        friends=bool(friends),
        simulated=bool(simulated),
        retention_days=retention_days,
        revision=revision,
        created_at=from_us(created_at_us),
        revoked_at=None if revoked_at_us is None else from_us(revoked_at_us),
        private=bool(private),
        purged_at=None if purged_at_us is None else from_us(purged_at_us),
    )
