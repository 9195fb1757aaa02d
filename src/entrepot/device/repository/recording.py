"""Recordings and their parts. What was read of one is counted in the transaction that takes it in."""

from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.device.model.recording import RecordingCounts, StoredRecording

_COLUMNS = (
    "id, device_id, organisation, made_by, file, bytes, columns, timezone, state, reason, form, whole,"
    " created_at_us, began_at_us, consumed, accepted, placed, counts"
)
_UNFINISHED = "state IN ('uploading', 'waiting', 'reading')"
_encode = msgspec.json.Encoder().encode
_counts = msgspec.json.Decoder(RecordingCounts).decode
_named = msgspec.json.Decoder(dict[str, str]).decode


async def put(tx: Transaction, each: StoredRecording) -> None:
    marks = ", ".join("?" * (_COLUMNS.count(",") + 1))
    changing = _COLUMNS.split(", ")[8:]
    await tx.execute(
        f"INSERT INTO recording ({_COLUMNS}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET "
        + ", ".join(f"{name} = excluded.{name}" for name in changing),
        each.id, each.device_id, each.organisation, each.made_by, each.file, each.bytes,
        _encode(each.columns).decode(), each.timezone, each.state, each.reason, each.form, int(each.whole),
        each.created_at_us, each.began_at_us, each.consumed, each.accepted, each.placed,
        _encode(each.counts).decode(),
    )  # fmt: skip


async def find(tx: Reading, id: str) -> StoredRecording | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM recording WHERE id = ?", id)
    return None if row is None else _recording(row)


async def next_to_read(tx: Reading) -> StoredRecording | None:
    """The oldest that is whole here; one that was begun goes first."""
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM recording WHERE state IN ('reading', 'waiting') ORDER BY state, id LIMIT 1"
    )
    return None if row is None else _recording(row)


async def of_device(tx: Reading, device_id: str, *, before: str, limit: int) -> Sequence[StoredRecording]:
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM recording WHERE device_id = ? AND id < ? ORDER BY id DESC LIMIT ?",
        device_id, before, limit,
    )  # fmt: skip
    return [_recording(row) for row in rows]


async def unfinished(tx: Reading, organisation: str) -> int:
    row = await tx.fetch_one(
        f"SELECT COUNT(*) FROM recording WHERE organisation = ? AND {_UNFINISHED}", organisation
    )
    assert row is not None
    count: int = row[0]
    return count


async def put_part(tx: Transaction, id: str, number: int, content: bytes) -> int:
    """Return how many parts there are now."""
    await tx.execute(
        "INSERT INTO recording_part (recording_id, number, content) VALUES (?, ?, ?)"
        " ON CONFLICT (recording_id, number) DO UPDATE SET content = excluded.content",
        id, number, content,
    )  # fmt: skip
    row = await tx.fetch_one("SELECT COUNT(*) FROM recording_part WHERE recording_id = ?", id)
    assert row is not None
    count: int = row[0]
    return count


async def part(tx: Reading, id: str, number: int) -> bytes:
    """Nothing after the last."""
    row = await tx.fetch_one(
        "SELECT content FROM recording_part WHERE recording_id = ? AND number = ?", id, number
    )
    return b"" if row is None else bytes(row[0])


async def forget_parts(tx: Transaction, id: str) -> None:
    await tx.execute("DELETE FROM recording_part WHERE recording_id = ?", id)


async def forget(tx: Transaction, id: str) -> None:
    await forget_parts(tx, id)
    await tx.execute("DELETE FROM recording WHERE id = ?", id)


async def forget_device(tx: Transaction, device_id: str) -> None:
    await tx.execute(
        "DELETE FROM recording_part WHERE recording_id IN (SELECT id FROM recording WHERE device_id = ?)",
        device_id,
    )
    await tx.execute("DELETE FROM recording WHERE device_id = ?", device_id)


async def forget_old(tx: Transaction, *, unfinished_before_us: int, before_us: int) -> None:
    rows = await tx.fetch(
        "SELECT id FROM recording WHERE created_at_us < ? OR (state = 'uploading' AND created_at_us < ?)",
        before_us, unfinished_before_us,
    )  # fmt: skip
    for (id,) in rows:
        await forget(tx, id)


def _recording(row: Row) -> StoredRecording:
    (
        id, device_id, organisation, made_by, file, size, columns, timezone, state, reason, form, whole,
        created_at_us, began_at_us, consumed, accepted, placed, counts,
    ) = row  # fmt: skip
    return StoredRecording(
        id=id,
        device_id=device_id,
        organisation=organisation,
        made_by=made_by,
        file=file,
        bytes=size,
        columns=_named(columns),
        timezone=timezone,
        state=state,
        reason=reason,
        form=form,
        whole=bool(whole),
        created_at_us=created_at_us,
        began_at_us=began_at_us,
        consumed=consumed,
        accepted=accepted,
        placed=placed,
        counts=_counts(counts),
    )
