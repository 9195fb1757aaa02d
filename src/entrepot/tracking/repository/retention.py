"""What is removed: bit by bit, so that nobody waits for it."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Transaction

_POSITIONS_AT_ONCE = 5_000
_EVER = 2**62
# What belongs to a device and stands in few rows.
_OTHERS = ("segment", "fence_event", "alert", "checkpoint", "derivation", "latest", "device_consent")


async def limited(tx: Reading) -> Sequence[tuple[int, int]]:
    """(number, days) of the devices that keep what they told for so many days."""
    rows = await tx.fetch(
        "SELECT no, retention_days FROM device WHERE retention_days IS NOT NULL AND purged_at_us IS NULL"
        " ORDER BY no"
    )
    return [(no, days) for no, days in rows]


async def purged(tx: Reading) -> Sequence[int]:
    """The devices of which everything goes."""
    rows = await tx.fetch("SELECT no FROM device WHERE purged_at_us IS NOT NULL ORDER BY no")
    return [row[0] for row in rows]


async def forget_positions(tx: Transaction, device_no: int, *, before_us: int = _EVER) -> bool:
    """Some of the oldest; whether there may be more."""
    last = await tx.fetch_one(
        "SELECT fixed_at_us FROM position WHERE device_no = ? AND fixed_at_us < ?"
        " ORDER BY fixed_at_us LIMIT 1 OFFSET ?",
        device_no, before_us, _POSITIONS_AT_ONCE - 1,
    )  # fmt: skip
    until_us = before_us if last is None else last[0] + 1
    await tx.execute("DELETE FROM position WHERE device_no = ? AND fixed_at_us < ?", device_no, until_us)
    return last is not None


async def forget_conclusions(tx: Transaction, device_no: int, *, before_us: int) -> None:
    """What followed from forgotten positions; and no late fix from before is taken any more."""
    for table, ended in (("segment", "ended_at_us"), ("fence_event", "at_us"), ("alert", "occurred_at_us")):
        await tx.execute(f"DELETE FROM {table} WHERE device_no = ? AND {ended} < ?", device_no, before_us)
    await tx.execute("DELETE FROM checkpoint WHERE device_no = ? AND at_us < ?", device_no, before_us)
    await tx.execute(
        "UPDATE derivation SET floor_us = ? WHERE device_no = ? AND floor_us < ?",
        before_us - 1, device_no, before_us - 1,
    )  # fmt: skip
    await tx.execute("DELETE FROM latest WHERE device_no = ? AND fixed_at_us < ?", device_no, before_us)


async def forget_device(tx: Transaction, device_no: int) -> None:
    """The rest of a purged device, and the device itself."""
    for table in (*_OTHERS, "look", "share_device"):
        await tx.execute(f"DELETE FROM {table} WHERE device_no = ?", device_no)
    await tx.execute("DELETE FROM device WHERE no = ?", device_no)
