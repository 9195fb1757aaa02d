"""What devices said besides their positions."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Transaction
from entrepot.tracking.model import report as model
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.report import StoredReport

_COLUMNS = "id, kind, at_us, body"


async def add(tx: Transaction, id: str, *, device_no: int, kind: str, at_us: int, body: str) -> None:
    """The same report again says nothing new."""
    await tx.execute(
        "INSERT INTO report (id, device_no, kind, at_us, body) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO NOTHING",
        id, device_no, kind, at_us, body,
    )  # fmt: skip


async def find(tx: Reading, id: str, *, device_no: int) -> StoredReport | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM report WHERE id = ? AND device_no = ?", id, device_no)
    return None if row is None else model.stored(*row)


async def page(
    tx: Reading, device_no: int, when: TimeSpan, *, kind: str, before: tuple[int, str] | None, limit: int
) -> list[StoredReport]:
    """The newest first; of every kind, if none is named."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM report WHERE device_no = ? AND at_us >= ? AND at_us < ?"
        " AND (? = '' OR kind = ?) AND (? = 1 OR (at_us, id) < (?, ?)) ORDER BY at_us DESC, id DESC LIMIT ?",
        device_no, when.begin_us, when.end_us, kind, kind, int(before is None), *(before or (0, "")), limit,
    )  # fmt: skip
    return [model.stored(*row) for row in rows]


async def count(tx: Reading, device_no: int) -> int:
    row = await tx.fetch_one("SELECT COUNT(*) FROM report WHERE device_no = ?", device_no)
    return 0 if row is None else int(row[0])


async def newest(tx: Reading, device_no: int, *, letters: int) -> Sequence[StoredReport]:
    """As many as fit into so many letters."""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM (SELECT {_COLUMNS}, SUM(LENGTH(body) + 100) OVER (ORDER BY at_us DESC,"
        " id DESC) AS letters FROM report WHERE device_no = ?) AS summed WHERE letters <= ?"
        " ORDER BY at_us DESC, id DESC",
        device_no, letters,
    )  # fmt: skip
    return [model.stored(*row) for row in rows]


async def forget(tx: Transaction, device_no: int, *, before_us: int) -> None:
    await tx.execute("DELETE FROM report WHERE device_no = ? AND at_us < ?", device_no, before_us)
