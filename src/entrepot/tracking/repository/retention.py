"""What is removed: bit by bit, so that nobody waits for it."""

from collections.abc import Sequence

from entrepot.core.ports import Reading, Transaction

_POSITIONS_AT_ONCE = 5_000
EVER_US = 2**62
# What belongs to a device and stands in few rows.
_OTHERS = (
    "segment", "fence_event", "incident", "checkpoint", "derivation", "latest", "look",
    "share_device", "place", "trip_line", "habit", "judgement", "report",
)  # fmt: skip


async def limited(tx: Reading) -> Sequence[tuple[int, int]]:
    """(number, days) of the devices that keep what they told for so many days, the revoked ones too."""
    rows = await tx.fetch(
        "SELECT no, retention_days FROM device WHERE retention_days IS NOT NULL AND purged_at_us IS NULL"
        " ORDER BY no"
    )
    return [(no, days) for no, days in rows]


async def purged(tx: Reading) -> Sequence[int]:
    """The devices of which everything goes."""
    rows = await tx.fetch("SELECT no FROM device WHERE purged_at_us IS NOT NULL ORDER BY no")
    return [row[0] for row in rows]


async def bit_of(tx: Reading, device_no: int, *, before_us: int) -> int:
    """Up to where the oldest positions are not too many to be removed at once; `before_us` in the end."""
    last = await tx.fetch_one(
        "SELECT fixed_at_us FROM position WHERE device_no = ? AND fixed_at_us < ?"
        " ORDER BY fixed_at_us LIMIT 1 OFFSET ?",
        device_no, before_us, _POSITIONS_AT_ONCE - 1,
    )  # fmt: skip
    return before_us if last is None else last[0] + 1


async def remove_device(tx: Transaction, device_no: int) -> None:
    """The rest of a purged device, and the device itself."""
    for table in _OTHERS:
        await tx.execute(f"DELETE FROM {table} WHERE device_no = ?", device_no)
    await tx.execute("DELETE FROM device WHERE no = ?", device_no)
