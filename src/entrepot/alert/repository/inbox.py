"""Alerts as people read them."""

from collections.abc import Sequence
from datetime import datetime

from entrepot.alert.model.inbox import AlertQuery, AlertView
from entrepot.core.gazetteer import in_words, near
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "a.id, a.kind, a.subject, COALESCE(s.name, a.name), a.place, a.place_name, a.occurred_at_us,"
    " a.raised_at_us, a.latitude_e7, a.longitude_e7, a.value, a.late, a.simulated, a.corrects,"
    " a.withdrawn_at_us, a.acknowledged_at_us, a.acknowledged_by,"
    " (SELECT COUNT(*) FROM alert c WHERE c.counted_in = a.id AND c.counted_in <> '' AND c.denied = 0)"
)
_TOLD = "alert a LEFT JOIN subject s ON s.id = a.subject WHERE a.organisation = ? AND a.status = 'told'"
_VISIBLE = "COALESCE(s.only_for, a.only_for) IN ('', ?)"
_FIRST, _LAST = -(2**62), 2**62


async def page(
    tx: Reading,
    *,
    organisation: str,
    person: str,
    query: AlertQuery,
    before: tuple[int, str] | None,
    limit: int,
) -> Sequence[AlertView]:
    """Return the alerts that this person may see, the newest first."""
    begin_us = _FIRST if query.begin is None else to_us(query.begin)
    end_us = _LAST if query.end is None else to_us(query.end)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM {_TOLD} AND a.occurred_at_us >= ? AND a.occurred_at_us < ?"
        " AND (? = 1 OR (a.occurred_at_us, a.id) < (?, ?))"
        f" AND {_VISIBLE}"
        " AND (? = '' OR a.kind = ?) AND (? = '' OR a.subject = ?) AND (? = '' OR a.place = ?)"
        " AND (? = 0 OR (a.acknowledged_at_us IS NULL AND a.withdrawn_at_us IS NULL))"
        " ORDER BY a.occurred_at_us DESC, a.id DESC LIMIT ?",
        organisation, begin_us, end_us, int(before is None), *(before or (0, "")), person,
        query.kind or "", query.kind or "", query.device or "", query.device or "",
        query.geofence or "", query.geofence or "", int(query.unacknowledged), limit,
    )  # fmt: skip
    return [_view(row) for row in rows]


async def visible(tx: Reading, ids: Sequence[str], *, organisation: str, person: str) -> set[str]:
    """Return which of these alerts this person may see."""
    marks = ", ".join("?" * len(ids))
    rows = await tx.fetch(
        f"SELECT a.id FROM {_TOLD} AND {_VISIBLE} AND a.id IN ({marks})",
        organisation, person, *ids,
    )  # fmt: skip
    return {row[0] for row in rows}


async def acknowledge(tx: Transaction, ids: Sequence[str], *, by: str, at: datetime) -> None:
    """Acknowledge alerts; who did it first stays on record."""
    marks = ", ".join("?" * len(ids))
    await tx.execute(
        "UPDATE alert SET acknowledged_at_us = ?, acknowledged_by = ?"
        f" WHERE acknowledged_at_us IS NULL AND id IN ({marks})",
        to_us(at), by, *ids,
    )  # fmt: skip


async def forget_reader(tx: Transaction, person: str) -> None:
    await tx.execute("UPDATE alert SET acknowledged_by = '' WHERE acknowledged_by = ?", person)


def _view(row: Row) -> AlertView:
    (
        id, kind, device_id, device_name, geofence_id, geofence_name, occurred_us, raised_us, latitude,
        longitude, value, late, simulated, corrects, withdrawn_us, acknowledged_us, acknowledged_by, repeats,
    ) = row  # fmt: skip
    return AlertView(
        id=id,
        kind=kind,
        device_id=device_id,
        device_name=device_name,
        geofence_id=geofence_id,
        geofence_name=geofence_name,
        occurred_at=from_us(occurred_us),
        raised_at=from_us(raised_us),
        latitude=None if latitude is None else latitude / 1e7,
        longitude=None if longitude is None else longitude / 1e7,
        value=value,
        late=bool(late),
        simulated=bool(simulated),
        corrects=corrects,
        withdrawn_at=_moment(withdrawn_us),
        acknowledged_at=_moment(acknowledged_us),
        acknowledged_by=acknowledged_by,
        repeats=repeats,
        place=_town(latitude, longitude),
    )


def _town(latitude_e7: int | None, longitude_e7: int | None) -> str:
    if latitude_e7 is None or longitude_e7 is None:
        return ""
    return in_words(near(latitude_e7 / 1e7, longitude_e7 / 1e7))


def _moment(us: int | None) -> datetime | None:
    return None if us is None else from_us(us)


async def newest_about(tx: Reading, subjects: Sequence[str], *, limit: int) -> Sequence[AlertView]:
    marks = ", ".join("?" * len(subjects)) or "NULL"
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM alert a LEFT JOIN subject s ON s.id = a.subject WHERE a.status = 'told'"
        f" AND a.subject IN ({marks}) ORDER BY a.occurred_at_us DESC, a.id DESC LIMIT ?",
        *subjects, limit,
    )  # fmt: skip
    return [_view(row) for row in rows]


async def count_about(tx: Reading, subjects: Sequence[str]) -> int:
    marks = ", ".join("?" * len(subjects)) or "NULL"
    row = await tx.fetch_one(
        f"SELECT COUNT(*) FROM alert WHERE status = 'told' AND subject IN ({marks})", *subjects
    )
    assert row is not None
    return int(row[0])
