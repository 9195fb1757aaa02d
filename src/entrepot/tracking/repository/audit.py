"""Who looked at whose positions, by the minute."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Row, Transaction

_KEY = "organisation = ? AND device_no = ? AND minute_us = ? AND reader = ? AND what = ?"


async def note(
    tx: Transaction, *, organisation: str, device_no: int, minute_us: int, reader: str, reader_kind: str,
    what: str, from_us: int, until_us: int,
) -> None:  # fmt: skip
    """Only what is news is written: most looks of a minute are alike."""
    key = (organisation, device_no, minute_us, reader, what)
    known = await tx.fetch_one(f"SELECT from_us, until_us FROM look WHERE {_KEY}", *key)
    if known is None:
        await tx.execute(
            "INSERT INTO look (organisation, device_no, minute_us, reader, what, reader_kind, from_us,"
            " until_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *key, reader_kind, from_us, until_us,
        )  # fmt: skip
    elif from_us < known[0] or until_us > known[1]:
        wider = min(from_us, known[0]), max(until_us, known[1])
        await tx.execute(f"UPDATE look SET from_us = ?, until_us = ? WHERE {_KEY}", *wider, *key)


async def page(
    tx: Reading, *, organisation: str, device_nos: Sequence[int], since_us: int,
    before: tuple[int, str, str, int] | None, limit: int,
) -> Sequence[Row]:  # fmt: skip
    """(minute, reader, what, device, kind, from, until), the newest first."""
    marks = ", ".join("?" * len(device_nos))
    return await tx.fetch(
        "SELECT minute_us, reader, what, device_no, reader_kind, from_us, until_us FROM look"
        f" WHERE organisation = ? AND device_no IN ({marks}) AND minute_us >= ?"
        " AND (? = 1 OR (minute_us, reader, what, device_no) < (?, ?, ?, ?))"
        " ORDER BY minute_us DESC, reader DESC, what DESC, device_no DESC LIMIT ?",
        organisation, *device_nos, since_us, int(before is None), *(before or (0, "", "", 0)), limit,
    )  # fmt: skip


async def forget(tx: Transaction, *, before_us: int) -> None:
    await tx.execute("DELETE FROM look WHERE minute_us < ?", before_us)


async def drop_of(tx: Transaction, device_no: int) -> None:
    await tx.execute("DELETE FROM look WHERE device_no = ?", device_no)


async def make_nobodys(tx: Transaction, reader: str, *, called: str) -> None:
    """That somebody looked stays; who it was is forgotten."""
    await tx.execute(
        "INSERT INTO look (organisation, device_no, minute_us, reader, what, reader_kind, from_us, until_us)"
        " SELECT organisation, device_no, minute_us, ?, what, reader_kind, from_us, until_us FROM look"
        " WHERE reader = ? ON CONFLICT (organisation, device_no, minute_us, reader, what) DO NOTHING",
        called, reader,
    )  # fmt: skip
    await tx.execute("DELETE FROM look WHERE reader = ?", reader)


async def of_reader(tx: Reading, reader: str, *, limit: int) -> Sequence[Row]:
    """(device id or nothing, minute, what, from, until), the newest first."""
    return await tx.fetch(
        "SELECT device.id, minute_us, what, from_us, until_us FROM look"
        " LEFT JOIN device ON device.no = look.device_no WHERE reader = ? ORDER BY minute_us DESC LIMIT ?",
        reader, limit,
    )  # fmt: skip
