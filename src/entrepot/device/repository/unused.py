"""What came and was not used, as SQL."""

from collections.abc import Mapping, Sequence

from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.device.model.unused import MOST_OF_DEVICE, REST, UnusedCount, UnusedKey

COLUMNS = "id, device_id, kind, name, reason, count, first_at_us, last_at_us, length(example)"
_AT_ONCE = 10_000  # rows that go in one transaction
_PUT = (
    "INSERT INTO unused AS known (id, device_id, organisation, kind, name, reason, count, first_at_us,"
    " last_at_us, example, size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (device_id, kind, name, reason) DO UPDATE SET organisation = excluded.organisation,"
    " count = known.count + excluded.count, last_at_us = excluded.last_at_us,"
    " example = CASE WHEN length(excluded.example) > 0 THEN excluded.example ELSE known.example END,"
    " size = CASE WHEN length(excluded.example) > 0 THEN excluded.size ELSE known.size END"
)


async def add(tx: Transaction, counts: Mapping[UnusedKey, UnusedCount]) -> None:
    """Of each device only some are kept; the rest is counted together."""
    if not counts:
        return
    await tx.execute_many(_PUT, [_row(key, count) for key, count in counts.items()])
    for device_id in {key.device_id for key in counts}:
        await _bound(tx, device_id)


async def _bound(tx: Transaction, device_id: str) -> None:
    rows = await tx.fetch(
        "SELECT id, organisation, count, first_at_us, last_at_us FROM unused"
        " WHERE device_id = ? AND name <> ? ORDER BY last_at_us DESC, id DESC LIMIT ? OFFSET ?",
        device_id, REST, _AT_ONCE, MOST_OF_DEVICE,
    )  # fmt: skip
    if not rows:
        return
    await tx.execute_many("DELETE FROM unused WHERE id = ?", [(row[0],) for row in rows])
    gone = UnusedCount(
        organisation=rows[0][1],
        count=sum(row[2] for row in rows),
        first_at_us=min(row[3] for row in rows),
        last_at_us=max(row[4] for row in rows),
    )
    await tx.execute(_PUT, *_row(UnusedKey(device_id, "topic", REST, "foreign"), gone))


async def page(
    tx: Reading,
    organisations: Sequence[str],
    *,
    device: str | None,
    before: tuple[int, str] | None,
    limit: int,
) -> Sequence[Row]:
    """COLUMNS of those that came last, the newest first."""
    marks = ", ".join("?" * len(organisations))
    return await tx.fetch(
        f"SELECT {COLUMNS} FROM unused WHERE organisation IN ({marks}) AND (? = 1 OR device_id = ?)"
        " AND (? = 1 OR (last_at_us, id) < (?, ?)) ORDER BY last_at_us DESC, id DESC LIMIT ?",
        *organisations, int(device is None), device or "", int(before is None), *(before or (0, "")), limit,
    )  # fmt: skip


async def find(tx: Reading, organisations: Sequence[str], id: str) -> tuple[Row, bytes, int] | None:
    """COLUMNS of one, its example and how large that was."""
    marks = ", ".join("?" * len(organisations))
    row = await tx.fetch_one(
        f"SELECT {COLUMNS}, example, size FROM unused WHERE id = ? AND organisation IN ({marks})",
        id, *organisations,
    )  # fmt: skip
    return None if row is None else (row[:-2], bytes(row[-2]), row[-1])


async def remove(tx: Transaction, organisations: Sequence[str], id: str) -> bool:
    marks = ", ".join("?" * len(organisations))
    return bool(
        await tx.execute(f"DELETE FROM unused WHERE id = ? AND organisation IN ({marks})", id, *organisations)
    )


async def of_device(tx: Reading, device_id: str, *, limit: int) -> Sequence[Row]:
    """(kind, name, reason, count, last time, example) of one device."""
    return await tx.fetch(
        "SELECT kind, name, reason, count, last_at_us, example FROM unused WHERE device_id = ?"
        " ORDER BY last_at_us DESC, id DESC LIMIT ?",
        device_id, limit,
    )  # fmt: skip


def _row(key: UnusedKey, count: UnusedCount) -> tuple[object, ...]:
    return (
        new_id(), key.device_id, count.organisation, key.kind, key.name, key.reason, count.count,
        count.first_at_us, count.last_at_us, count.example, count.size,
    )  # fmt: skip
