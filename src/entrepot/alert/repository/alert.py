"""Facts and what became of them."""

from collections.abc import Sequence

from entrepot.alert.model.alert import Alert
from entrepot.core.facts import Fact
from entrepot.core.geo import on_grid_e7
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us

_COLUMNS = (
    "id, organisation, subject, name, kind, occurred_at_us, place, place_name, latitude_e7, longitude_e7,"
    " value, ends, late, simulated, corrects, only_for, rule, status, due_at_us, counted_in, denied,"
    " raised_at_us, withdrawn_at_us"
)
_CHANGES = (
    "latitude_e7, longitude_e7, value, ends, only_for, status, due_at_us, counted_in, denied, raised_at_us,"
    " withdrawn_at_us"
)
_PUT = (
    f"INSERT INTO alert ({_COLUMNS}, acknowledged_by)"
    f" VALUES ({', '.join('?' * len(_COLUMNS.split(', ')))}, '') ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _CHANGES.split(", "))
)


async def find(tx: Reading, id: str) -> Alert | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM alert WHERE id = ?", id)
    return None if row is None else _alert(row)


async def coarsen(tx: Transaction, subject: str, *, precision_m: float) -> None:
    """Put the places of everything about a subject on a grid; there they stay."""
    rows = await tx.fetch(
        "SELECT id, latitude_e7, longitude_e7 FROM alert WHERE subject = ? AND latitude_e7 IS NOT NULL"
        " AND longitude_e7 IS NOT NULL",
        subject,
    )
    places = {id: (latitude, longitude) for id, latitude, longitude in rows}
    moved = [(*on_grid_e7(*place, precision_m), id) for id, place in places.items()]
    await tx.execute_many(
        "UPDATE alert SET latitude_e7 = ?, longitude_e7 = ? WHERE id = ?",
        [row for row in moved if row[:2] != places[row[2]]],
    )


async def around(tx: Reading, alert: Alert, *, apart_us: int, limit: int) -> Sequence[Alert]:
    """Return the facts about the same subject that nobody took back, the nearest ones, by time; none, if no
    rule asks for more than one of them.
    """
    where = "subject = ? AND occurred_at_us >= ? AND occurred_at_us <= ? AND denied = 0"
    at_us = alert.occurred_at_us
    span = (alert.fact.subject, at_us - apart_us, at_us + apart_us)
    if await tx.fetch_one(f"SELECT 1 FROM alert WHERE {where} AND rule <> '' LIMIT 1", *span) is None:
        return ()
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM alert WHERE {where} ORDER BY ABS(occurred_at_us - ?), id LIMIT ?",
        *span, at_us, limit,
    )  # fmt: skip
    return sorted((_alert(row) for row in rows), key=lambda each: (each.occurred_at_us, each.fact.id))


async def due(tx: Reading, *, now_us: int, limit: int) -> Sequence[Alert]:
    """Return the alerts that waited long enough."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM alert WHERE due_at_us <= ? ORDER BY due_at_us LIMIT ?", now_us, limit
    )
    return [_alert(row) for row in rows]


async def put(tx: Transaction, alert: Alert) -> None:
    """Add an alert, or what changed of it."""
    await tx.execute(_PUT, *_row(alert))


async def forget_about(tx: Transaction, subject: str) -> None:
    await tx.execute("DELETE FROM alert WHERE subject = ?", subject)


async def forget(tx: Transaction, subject: str, *, before_us: int) -> None:
    await tx.execute("DELETE FROM alert WHERE subject = ? AND occurred_at_us < ?", subject, before_us)


def _row(alert: Alert) -> Row:
    fact = alert.fact
    return (
        fact.id, fact.organisation, fact.subject, fact.name, fact.kind, alert.occurred_at_us, fact.place,
        fact.place_name, _scaled(fact.latitude), _scaled(fact.longitude), fact.value, " ".join(fact.ends),
        int(fact.late), int(fact.simulated), fact.corrects, fact.only_for, alert.rule, alert.status,
        alert.due_at_us, alert.counted_in, int(alert.denied), alert.raised_at_us, alert.withdrawn_at_us,
    )  # fmt: skip


def _alert(row: Row) -> Alert:
    (
        id, organisation, subject, name, kind, occurred_us, place, place_name, latitude, longitude, value,
        ends, late, simulated, corrects, only_for, rule, status, due_us, counted_in, denied, raised_us,
        withdrawn_us,
    ) = row  # fmt: skip
    fact = Fact(
        id=id,
        kind=kind,
        organisation=organisation,
        subject=subject,
        occurred_at=from_us(occurred_us),
        name=name,
        place=place,
        place_name=place_name,
        latitude=None if latitude is None else latitude / 1e7,
        longitude=None if longitude is None else longitude / 1e7,
        value=value,
        ends=tuple(ends.split()),
        late=bool(late),
        simulated=bool(simulated),
        corrects=corrects,
        only_for=only_for,
    )
    return Alert(
        fact=fact,
        occurred_at_us=occurred_us,
        rule=rule,
        status=status,
        due_at_us=due_us,
        counted_in=counted_in,
        denied=bool(denied),
        raised_at_us=raised_us,
        withdrawn_at_us=withdrawn_us,
    )


def _scaled(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * 1e7)
