"""What devices sent, as SQL: what came, what was sent on, what was rejected and why, what cannot be read."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.device.repository import recording
from entrepot.tracking.model.fix import Fix

DAY_US = 86_400_000_000
QUARANTINED_OF_DEVICE = 200
# What is counted beside the reasons of the filters and of privacy: messages, not fixes.
UNREADABLE, DROPPED = "unreadable", "quarantine_dropped"
_encode = msgspec.json.Encoder().encode
_decode_fix = msgspec.json.Decoder(Fix).decode


class Tally(msgspec.Struct):
    """What one device sent in one batch."""

    organisation: str
    messages: int = 0
    bytes_in: int = 0
    accepted: int = 0
    bytes_on: int = 0


class StoredRejection(msgspec.Struct, frozen=True, gc=False):
    """A fix that was not sent on; `kept` False when not even the fix may be stored."""

    organisation: str
    fix: Fix
    reason: str
    kept: bool = True


class Poison(msgspec.Struct, frozen=True):
    """A message that cannot be understood."""

    device_id: str
    organisation: str
    protocol: str
    received_at_us: int
    reason: str
    size: int
    body: bytes


async def add_tallies(tx: Transaction, tallies: Mapping[str, Tally], *, day: int) -> None:
    await tx.execute_many(
        "INSERT INTO intake_day AS known"
        " (device_id, day, organisation, messages, bytes_in, accepted, bytes_on) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (device_id, day) DO UPDATE SET messages = known.messages + excluded.messages,"
        " bytes_in = known.bytes_in + excluded.bytes_in, accepted = known.accepted + excluded.accepted,"
        " bytes_on = known.bytes_on + excluded.bytes_on",
        [
            (device_id, day, each.organisation, each.messages, each.bytes_in, each.accepted, each.bytes_on)
            for device_id, each in tallies.items()
        ],
    )


async def add_rejections(tx: Transaction, rejections: Sequence[StoredRejection], *, day: int) -> None:
    if not rejections:
        return
    counts: dict[tuple[str, str, str], int] = {}
    for each in rejections:
        key = (each.fix.device_id, each.reason, each.organisation)
        counts[key] = counts.get(key, 0) + 1
    await _count(tx, counts, day=day)
    await tx.execute_many(
        "INSERT INTO rejected (id, device_id, organisation, fixed_at_us, reason, fix)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (new_id(), each.fix.device_id, each.organisation, each.fix.fixed_at_us, each.reason,
             _encode(each.fix).decode())
            for each in rejections if each.kept
        ],
    )  # fmt: skip


async def _count(tx: Transaction, counts: Mapping[tuple[str, str, str], int], *, day: int) -> None:
    await tx.execute_many(
        "INSERT INTO rejected_day AS known (device_id, day, reason, organisation, fixes)"
        " VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (device_id, day, reason) DO UPDATE SET fixes = known.fixes + excluded.fixes",
        [
            (device_id, day, reason, organisation, fixes)
            for (device_id, reason, organisation), fixes in counts.items()
        ],
    )


async def release(
    tx: Transaction, device_id: str, *, after_us: int, reasons: Iterable[str], day: int
) -> list[Fix]:
    """Take back what was rejected for these reasons after this time (the device's), oldest first."""
    names = tuple(sorted(reasons))
    chosen = f"device_id = ? AND fixed_at_us > ? AND reason IN ({', '.join('?' * len(names))})"
    rows = await tx.fetch(
        f"SELECT fix, reason, organisation FROM rejected WHERE {chosen} ORDER BY fixed_at_us, id",
        device_id, after_us, *names,
    )  # fmt: skip
    if not rows:
        return []
    await tx.execute(f"DELETE FROM rejected WHERE {chosen}", device_id, after_us, *names)
    counts: dict[tuple[str, str, str], int] = {}
    for _, reason, organisation in rows:
        key = (device_id, reason, organisation)
        counts[key] = counts.get(key, 0) - 1
    await _count(tx, counts, day=day)
    return [_decode_fix(row[0]) for row in rows]


async def add_poison(tx: Transaction, poisons: Sequence[Poison], *, most_bytes: int, day: int) -> None:
    """Counted as `unreadable`; of each device only the newest are kept."""
    if not poisons:
        return
    counts: dict[tuple[str, str, str], int] = {}
    for each in poisons:
        key = (each.device_id, UNREADABLE, each.organisation)
        counts[key] = counts.get(key, 0) + 1
    await tx.execute_many(
        "INSERT INTO quarantine (id, device_id, organisation, protocol, received_at_us, reason, size, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (new_id(), each.device_id, each.organisation, each.protocol, each.received_at_us, each.reason,
             each.size, each.body[:most_bytes])
            for each in poisons
        ],
    )  # fmt: skip
    for (device_id, _, organisation), _ in list(counts.items()):
        dropped = await tx.execute(
            "DELETE FROM quarantine WHERE device_id = ? AND id <= ("
            "SELECT id FROM quarantine WHERE device_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            device_id, device_id, QUARANTINED_OF_DEVICE,
        )  # fmt: skip
        if dropped:
            counts[device_id, DROPPED, organisation] = dropped
    await _count(tx, counts, day=day)


async def forget_unsent(tx: Transaction, device_id: str) -> None:
    """What was kept of a device and not sent on."""
    for table in ("rejected", "quarantine", "unused"):
        await tx.execute(f"DELETE FROM {table} WHERE device_id = ?", device_id)


async def forget_last(tx: Transaction, device_id: str, *, packed: bytes) -> None:
    """Where a device was last, which its filters remember; `packed` is what they begin with."""
    await tx.execute("UPDATE device_state SET sieve = ? WHERE device_id = ?", packed, device_id)


async def forget_device(tx: Transaction, device_id: str) -> None:
    """Only its counts stay."""
    await forget_unsent(tx, device_id)
    await recording.forget_device(tx, device_id)
    for table in ("device_state", "command"):
        await tx.execute(f"DELETE FROM {table} WHERE device_id = ?", device_id)


async def save_states(tx: Transaction, rows: Sequence[tuple[str, bytes, str | None]]) -> None:
    """(device, its filter state, its card)."""
    await tx.execute_many(
        "INSERT INTO device_state (device_id, sieve, card) VALUES (?, ?, ?)"
        " ON CONFLICT (device_id) DO UPDATE SET sieve = excluded.sieve, card = excluded.card",
        rows,
    )


async def states(tx: Reading) -> Sequence[Row]:
    """(device, its filter state, its card) of all."""
    return await tx.fetch("SELECT device_id, sieve, card FROM device_state")
