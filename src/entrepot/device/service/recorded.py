"""RecordingCounts what the intake took of a recording, in the transaction that wrote it."""

import msgspec

from entrepot.core.ports import Transaction
from entrepot.device.functions import counting
from entrepot.device.model.recording import TakenPart
from entrepot.device.repository import recording as rows

_DUPLICATE = "duplicate"


async def count_taken(tx: Transaction, taken: TakenPart, *, accepted: int, held_back: dict[str, int]) -> None:
    """In the transaction that takes a part in: what is counted is on disk, and the other way round."""
    found = await rows.find(tx, taken.recording_id)
    if found is None:
        return
    already = held_back.get(_DUPLICATE, 0)
    others = {reason: count for reason, count in held_back.items() if reason != _DUPLICATE}
    counting.add(found.counts, msgspec.structs.replace(taken.counts, already=already, held_back=others))
    found.consumed, found.accepted = taken.consumed, found.accepted + accepted
    found.whole = found.whole and taken.whole
    await rows.put(tx, found)
