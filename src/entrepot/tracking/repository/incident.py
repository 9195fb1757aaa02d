"""Incidents, as the engine said them. One that turned out to be wrong is removed."""

from collections.abc import Iterable, Sequence

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.tracking.model.incident import Incident

_COLUMNS = (
    "id, kind, occurred_at_us, decided_us, geofence_id, geofence_name, latitude_e7, longitude_e7, value"
)
# What data alone do not show, or a phone said itself (of no fence of ours), is not theirs to correct.
_OF_DATA = (
    "kind NOT IN ('offline', 'unusual') AND NOT (kind IN ('enter', 'exit') AND geofence_id = '')"
    " AND NOT (kind IN ('sos', 'tow', 'power_cut', 'device_alarm') AND latitude_e7 IS NULL)"
)


async def said(tx: Reading, ids: Sequence[str]) -> dict[str, Incident]:
    """Those of these that were said."""
    found: dict[str, Incident] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        rows = await tx.fetch(
            f"SELECT {_COLUMNS} FROM incident WHERE id IN ({', '.join('?' * len(some))})", *some
        )
        found.update((row[0], _incident(row)) for row in rows)
    return found


async def between(tx: Reading, no: int, *, after_us: int, until_us: int | None) -> dict[str, Incident]:
    """What fixes of this period, or the clock, showed of a device."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM incident WHERE device_no = ? AND decided_us > ? AND decided_us <= ?"
        f" AND {_OF_DATA}",
        no, after_us, 2**63 - 1 if until_us is None else until_us,
    )  # fmt: skip
    return {row[0]: _incident(row) for row in rows}


async def put(tx: Transaction, incident: Incident, *, no: int) -> None:
    """Add it, or what is known better now."""
    await tx.execute(
        f"INSERT INTO incident ({_COLUMNS}, device_no) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET decided_us = excluded.decided_us,"
        " latitude_e7 = excluded.latitude_e7, longitude_e7 = excluded.longitude_e7, value = excluded.value",
        *_row(incident), no,
    )  # fmt: skip


def rounded(incident: Incident) -> Incident:
    """As it will be read again."""
    return _incident(_row(incident))


async def remove(tx: Transaction, ids: Iterable[str]) -> None:
    await tx.execute_many("DELETE FROM incident WHERE id = ?", ((id,) for id in ids))


async def forget(tx: Transaction, no: int, *, before_us: int) -> None:
    await tx.execute("DELETE FROM incident WHERE device_no = ? AND occurred_at_us < ?", no, before_us)


def _row(incident: Incident) -> Row:
    return (
        incident.id,
        incident.kind,
        incident.occurred_at_us,
        incident.decided_us,
        incident.geofence_id,
        incident.geofence_name,
        None if incident.latitude is None else round(incident.latitude * 1e7),
        None if incident.longitude is None else round(incident.longitude * 1e7),
        incident.value,
    )


def _incident(row: Row) -> Incident:
    id, kind, occurred, decided, geofence_id, geofence_name, latitude, longitude, value = row
    return Incident(
        id=id,
        kind=kind,
        occurred_at_us=occurred,
        decided_us=decided,
        geofence_id=geofence_id,
        geofence_name=geofence_name,
        latitude=None if latitude is None else latitude / 1e7,
        longitude=None if longitude is None else longitude / 1e7,
        value=value,
    )
