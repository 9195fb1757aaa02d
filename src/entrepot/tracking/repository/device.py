"""The copy of what `device` says about devices."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy
from entrepot.tracking.model.enrolment import Device, DeviceQuery
from entrepot.tracking.model.latest import OFFLINE_AFTER_US

_COLUMNS = (
    "no, id, organisation, person_id, name, kind, username, needs_password, encrypted, filter, privacy,"
    " alerts, friends, simulated, retention_days, revision, created_at_us, revoked_at_us, private,"
    " purged_at_us"
)
_encode = msgspec.json.Encoder().encode
_filter = msgspec.json.Decoder(FilterSettings).decode
_alerts = msgspec.json.Decoder(AlertSettings).decode
_privacy = msgspec.json.Decoder(Privacy).decode


async def next_number(tx: Reading) -> int:
    """Small numbers keep positions small."""
    row = await tx.fetch_one("SELECT COALESCE(MAX(no), 0) + 1 FROM device")
    assert row is not None
    number: int = row[0]
    return number


async def add(tx: Transaction, new: Device) -> None:
    marks = ", ".join("?" * (_COLUMNS.count(",") + 4))
    await tx.execute(
        f"INSERT INTO device ({_COLUMNS}, sought, offline_after_us, hidden) VALUES ({marks})",
        *_row(new), _sought(new), _offline_us(new), int(new.hidden),
    )  # fmt: skip


async def replace(tx: Transaction, device: Device) -> None:
    """What may change of it."""
    await tx.execute(
        "UPDATE device SET organisation = ?, person_id = ?, name = ?, kind = ?, username = ?,"
        " needs_password = ?, encrypted = ?, filter = ?, privacy = ?, alerts = ?, friends = ?,"
        " retention_days = ?, revision = ?, revoked_at_us = ?, private = ?, purged_at_us = ?,"
        " sought = ?, offline_after_us = ?, hidden = ? WHERE no = ?",
        device.organisation, device.person, device.name, device.kind, device.username,
        int(device.needs_password), int(device.encrypted), _text(device.filter), _text(device.privacy),
        _text(device.alerts),
        int(device.friends), device.retention_days, device.revision, _us(device.revoked_at),
        int(device.private), _us(device.purged_at), _sought(device), _offline_us(device),
        int(device.hidden), device.no,
    )  # fmt: skip


async def by_id(tx: Reading, id: str) -> Device | None:
    """Also one that is being purged."""
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM device WHERE id = ?", id)
    return None if row is None else _device(row)


async def revisions(tx: Reading, *, ids: Sequence[str]) -> dict[str, int]:
    """Of those that are here."""
    marks = ", ".join("?" * len(ids))
    return {
        row[0]: row[1]
        for row in await tx.fetch(f"SELECT id, revision FROM device WHERE id IN ({marks})", *ids)
    }


async def find(tx: Reading, id: str, *, organisation: str) -> Device | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM device WHERE id = ? AND organisation = ? AND purged_at_us IS NULL",
        id, organisation,
    )  # fmt: skip
    return None if row is None else _device(row)


async def page(
    tx: Reading, *, organisation: str, query: DeviceQuery, sees: str, at_us: int, after: int, limit: int
) -> Sequence[Device]:
    """In the order in which they were enrolled. A state is told only of what `sees` may see."""
    sought = f"%{_literal(query.search.casefold())}%"
    state, said = _in_state(query.state, sees=sees, at_us=at_us)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM device WHERE organisation = ? AND no > ? AND purged_at_us IS NULL"
        " AND (? = 1 OR revoked_at_us IS NULL) AND (? = '' OR kind = ?) AND (? = 1 OR person_id = ?)"
        f" AND (? = '' OR sought LIKE ? ESCAPE '!'){state} ORDER BY no LIMIT ?",
        organisation, after, int(query.revoked), query.kind or "", query.kind or "",
        int(query.person is None), query.person or "", query.search, sought, *said, limit,
    )  # fmt: skip
    return [_device(row) for row in rows]


async def next_seen(
    tx: Reading, *, organisation: str, person: str, kind: str, ids: Sequence[str], from_no: int
) -> tuple[Device | None, int | None]:
    """The first device from a number on whose places this person may see, the revoked ones too, and the
    number of the one after it. Of a kind, if it is not empty; one of `ids`, if there are any.
    """
    named = f" AND id IN ({', '.join('?' * len(ids))})" if ids else ""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM device WHERE organisation = ? AND no >= ? AND purged_at_us IS NULL"
        " AND (hidden = 0 OR (person_id = ? AND person_id <> '')) AND (? = '' OR kind = ?)"
        f"{named} ORDER BY no LIMIT 2",
        organisation, from_no, person, kind, kind, *ids,
    )  # fmt: skip
    found = [_device(row) for row in rows]
    return found[0] if found else None, found[1].no if len(found) > 1 else None


async def of_person(tx: Reading, person: str) -> Sequence[Device]:
    """In every organisation, the revoked ones too."""
    if not person:
        return ()
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM device WHERE person_id = ? AND purged_at_us IS NULL ORDER BY no", person
    )
    return [_device(row) for row in rows]


async def unknown(tx: Reading, ids: Sequence[str], *, organisation: str) -> Sequence[str]:
    """Which of these ids name no device of the organisation."""
    if not ids:
        return ()
    marks = ", ".join("?" * len(ids))
    rows = await tx.fetch(
        f"SELECT id FROM device WHERE organisation = ? AND id IN ({marks})", organisation, *ids
    )
    there = {row[0] for row in rows}
    return [id for id in ids if id not in there]


def _in_state(state: str | None, *, sees: str, at_us: int) -> tuple[str, tuple[object, ...]]:
    """As `model.latest.state_of` has it."""
    if state is None:
        return "", ()
    silent = "? - COALESCE(device.offline_after_us, ?)"
    told = {
        "offline": f"contact_at_us < {silent}",
        "moving": f"contact_at_us >= {silent} AND motion = 'moving'",
        "stopped": f"contact_at_us >= {silent} AND motion <> 'moving'",
    }[state]
    condition = (
        " AND (hidden = 0 OR (person_id = ? AND person_id <> ''))"
        f" AND EXISTS (SELECT 1 FROM latest WHERE device_no = device.no AND {told})"
    )
    return condition, (sees, at_us, OFFLINE_AFTER_US)


def _literal(text: str) -> str:
    """What LIKE takes as it is."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _row(device: Device) -> tuple[object, ...]:
    return (
        device.no, device.id, device.organisation, device.person, device.name, device.kind, device.username,
        int(device.needs_password), int(device.encrypted), _text(device.filter), _text(device.privacy),
        _text(device.alerts),
        int(device.friends), int(device.simulated), device.retention_days, device.revision,
        to_us(device.created_at), _us(device.revoked_at), int(device.private), _us(device.purged_at),
    )  # fmt: skip


def _sought(device: Device) -> str:
    return f"{device.name} {device.username}".casefold()


def _offline_us(device: Device) -> int | None:
    silent_s = device.alerts.offline_after_s
    return None if silent_s is None else round(silent_s * 1e6)


def _text(settings: AlertSettings | FilterSettings | Privacy) -> str:
    return _encode(settings).decode()


def _us(moment: datetime | None) -> int | None:
    return None if moment is None else to_us(moment)


def _device(row: Row) -> Device:
    (
        no, id, organisation, person, name, kind, username, needs_password, encrypted, filter, privacy,
        alerts, friends, simulated, retention_days, revision, created_at_us, revoked_at_us, private,
        purged_at_us,
    ) = row  # fmt: skip
    return Device(
        no=no,
        id=id,
        organisation=organisation,
        person=person,
        name=name,
        kind=kind,
        username=username,
        needs_password=bool(needs_password),
        encrypted=bool(encrypted),
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
