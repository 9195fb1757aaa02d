"""Alerts, as the engine writes them. Those withdrawn stay, marked, because somebody may have read them."""

from collections.abc import Iterable, Sequence

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.tracking.model.alert import Alert

_COLUMNS = (
    "id, kind, occurred_at_us, decided_us, geofence_id, geofence_name, latitude_e7, longitude_e7, value"
)
# What data alone do not show, or a phone said itself (of no fence of ours), is not theirs to correct.
_OF_DATA = "kind NOT IN ('offline', 'unusual') AND NOT (kind IN ('enter', 'exit') AND geofence_id = '')"


class StoredAlert(msgspec.Struct, frozen=True):
    """An alert that was told once, and may have been withdrawn since."""

    alert: Alert
    withdrawn: bool


async def stored(tx: Reading, ids: Sequence[str]) -> dict[str, StoredAlert]:
    found: dict[str, StoredAlert] = {}
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        rows = await tx.fetch(
            f"SELECT withdrawn_at_us, {_COLUMNS} FROM alert WHERE id IN ({', '.join('?' * len(some))})",
            *some,
        )
        found.update((row[1], _stored(row)) for row in rows)
    return found


async def standing_between(
    tx: Reading, no: int, *, after_us: int, until_us: int | None
) -> dict[str, StoredAlert]:
    """What fixes of this stretch, or the clock, showed of a device, and was not withdrawn."""
    rows = await tx.fetch(
        f"SELECT withdrawn_at_us, {_COLUMNS} FROM alert WHERE device_no = ? AND decided_us > ?"
        f" AND decided_us <= ? AND withdrawn_at_us IS NULL AND {_OF_DATA}",
        no, after_us, 2**63 - 1 if until_us is None else until_us,
    )  # fmt: skip
    return {row[1]: _stored(row) for row in rows}


async def add(
    tx: Transaction, alert: Alert, *, no: int, organisation: str, at_us: int, late: bool, simulated: bool,
    corrects: str,
) -> None:  # fmt: skip
    await tx.execute(
        f"INSERT INTO alert ({_COLUMNS}, device_no, organisation, raised_at_us, late, simulated, corrects,"
        " acknowledged_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
        *_row(alert), no, organisation, at_us, int(late), int(simulated), corrects,
    )  # fmt: skip


async def correct(tx: Transaction, alert: Alert, *, again_at_us: int | None = None) -> None:
    """The same alert, as it is known now; it counts (again, if it was withdrawn)."""
    await tx.execute(
        "UPDATE alert SET decided_us = ?, latitude_e7 = ?, longitude_e7 = ?, value = ?,"
        " withdrawn_at_us = NULL, raised_at_us = COALESCE(?, raised_at_us) WHERE id = ?",
        alert.decided_us, *_row(alert)[6:], again_at_us, alert.id,
    )  # fmt: skip


def rounded(alert: Alert) -> Alert:
    """As it will be read again."""
    return _stored((None, *_row(alert))).alert


async def withdraw(tx: Transaction, ids: Iterable[str], *, at_us: int) -> None:
    await tx.execute_many("UPDATE alert SET withdrawn_at_us = ? WHERE id = ?", ((at_us, id) for id in ids))


async def forget(tx: Transaction, no: int, *, before_us: int) -> None:
    await tx.execute("DELETE FROM alert WHERE device_no = ? AND occurred_at_us < ?", no, before_us)


def _row(alert: Alert) -> Row:
    return (
        alert.id,
        alert.kind,
        alert.occurred_at_us,
        alert.decided_us,
        alert.geofence_id,
        alert.geofence_name,
        None if alert.latitude is None else round(alert.latitude * 1e7),
        None if alert.longitude is None else round(alert.longitude * 1e7),
        alert.value,
    )


def _stored(row: Row) -> StoredAlert:
    withdrawn_at_us, id, kind, occurred, decided, geofence_id, geofence_name, latitude, longitude, value = row
    alert = Alert(
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
    return StoredAlert(alert, withdrawn_at_us is not None)
