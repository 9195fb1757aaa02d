"""Forgetting what is older than a device's retention allows, in a way that what stays is still right: the
engine's state at that moment is kept as the point from which late fixes are derived again.
"""

from entrepot.core.ports import Transaction
from entrepot.tracking.functions.derive import Work, derive
from entrepot.tracking.model.state import DeviceState, pack, unpack
from entrepot.tracking.repository import derivation, pattern, position
from entrepot.tracking.repository import incident as incidents_of
from entrepot.tracking.repository.derivation import BEGINNING_US, Tracked
from entrepot.tracking.service.indexes import fence_index

_PIECE = 1_000


async def forget(tx: Transaction, device_no: int, *, before_us: int) -> int:
    """Forget what a device did before a moment: positions, segments that ended, fence events, incidents. The
    number of positions. What comes later but is older than that is not taken any more.
    """
    device = await derivation.tracked_number(tx, device_no)
    if device is None or device.state is None or before_us <= device.floor_us + 1:
        return 0
    at_us = before_us - 1
    if device.newest_us <= at_us:
        await derivation.forget_all(tx, device_no)
        await pattern.forget_all(tx, device_no)
        device.state, device.newest_us, device.clock_us = pack(DeviceState()), BEGINNING_US, 0
    else:
        state = await _state_at(tx, device, at_us)
        await derivation.set_checkpoints(tx, [(device_no, at_us, pack(state))])
        await derivation.forget_checkpoints(tx, device_no, before_us=at_us)
    device.floor_us = at_us
    await derivation.keep(tx, [device])
    await derivation.forget(tx, device_no, before_us=before_us)
    await incidents_of.forget(tx, device_no, before_us=before_us)
    await pattern.forget(tx, device_no, before_us=before_us)
    return await position.forget(tx, device_no, before_us=before_us)


async def _state_at(tx: Transaction, device: Tracked, at_us: int) -> DeviceState:
    """Fold once more up to a moment; what follows was written long ago."""
    index = await fence_index(tx, device.organisation)
    checkpoint = await derivation.checkpoint_before(tx, device.no, before_us=at_us + 1)
    seen_us, state = (
        (BEGINNING_US, DeviceState()) if checkpoint is None else (checkpoint[0], unpack(checkpoint[1]))
    )
    while rows := await position.following(
        tx, device.no, device.watched.id, after_us=seen_us, until_us=at_us, limit=_PIECE
    ):
        [derived] = derive([Work(device.watched, state, [fix for _, fix in rows])], index)
        state, seen_us = derived.state, rows[-1][1].fixed_at_us
    return state
