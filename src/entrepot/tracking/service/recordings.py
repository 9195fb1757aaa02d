"""What became of the positions of a recorded track, told to whoever brought it."""

from collections import Counter
from collections.abc import Collection, Sequence

from entrepot.core.ports import Reading, Transaction
from entrepot.device.events import PositionsAccepted
from entrepot.tracking.events import RecordingPlaced
from entrepot.tracking.functions.filter import invalid
from entrepot.tracking.functions.privacy import shown
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, Rejection
from entrepot.tracking.repository import position
from entrepot.tracking.repository.derivation import Tracked

UNKNOWN, FORGOTTEN, PRIVATE = "unknown_device", "forgotten", "private"


async def known_before(tx: Reading, device: Tracked | None, fixes: Sequence[Fix]) -> Collection[int]:
    """Of these moments, those at which anything of the device is stored."""
    if device is None:
        return ()
    return (await position.rejections_at(tx, device.no, [fix.fixed_at_us for fix in fixes])).keys()


async def tell(
    tx: Transaction, event: PositionsAccepted, device: Tracked | None, before: Collection[int]
) -> None:
    """Say what became of each: kept, there already, or held back and why."""
    times = [fix.fixed_at_us for fix in event.fixes]
    after = {} if device is None else await position.rejections_at(tx, device.no, times)
    became: Counter[str] = Counter()
    seen: set[int] = set()
    for fix in event.fixes:
        at_us = fix.fixed_at_us
        twice = at_us in seen or at_us in before
        seen.add(at_us)
        became[_what(device, fix, twice=twice, rejected=after.get(at_us))] += 1
    kept, already = became.pop("", 0), became.pop(Rejection.DUPLICATE.reason, 0)
    tx.emit(
        RecordingPlaced(
            recording_id=event.recording, device_id=event.fixes[0].device_id, kept=kept, already=already,
            held_back=dict(became),
        )
    )  # fmt: skip


def _what(device: Tracked | None, fix: Fix, *, twice: bool, rejected: int | None) -> str:
    """Return nothing if it is kept, else why not."""
    if device is None:
        return UNKNOWN
    if invalid(fix, FilterSettings()):
        return Rejection.INVALID.reason
    if fix.fixed_at_us <= device.floor_us:
        return FORGOTTEN
    if shown(device.privacy, fix) is None:
        return PRIVATE
    if twice or rejected is None:
        return Rejection.DUPLICATE.reason
    return Rejection(rejected).reason if rejected else ""
