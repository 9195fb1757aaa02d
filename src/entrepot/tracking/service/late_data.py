"""Late fixes: the period of history that they change is derived again from the checkpoint before them,
and the difference to what stands is written. Where the new state meets a stored one again, all that
follows is still right.
"""

from collections.abc import Sequence

import msgspec

from entrepot.core.errors import Error
from entrepot.core.ports import Transaction
from entrepot.core.time import now, to_us
from entrepot.tracking.functions import incidents
from entrepot.tracking.functions.derive import Derived, Work, derive
from entrepot.tracking.functions.fence_index import FenceIndex
from entrepot.tracking.functions.filter import alone, observation, undecided
from entrepot.tracking.functions.motion import open_segment
from entrepot.tracking.model.fix import Fix, Rejection
from entrepot.tracking.model.geofence import FenceEvent
from entrepot.tracking.model.incident import Incident
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, pack, unpack
from entrepot.tracking.repository import derivation, position
from entrepot.tracking.repository import incident as incidents_of
from entrepot.tracking.repository.derivation import BEGINNING_US, Tracked
from entrepot.tracking.service import dispatch
from entrepot.tracking.service.clock import concluded_us, ended, latest_state, passed

_PIECE = 256
_UNKNOWN = -1

SegmentKey = tuple[int, str]


class Underivable(Error):
    """Nothing can be derived with these fixes."""


class Refold(msgspec.Struct, kw_only=True):
    """History from `base_us` on, derived again; up to `until_us`, where it met the stored state, or to
    the end. `untouched` is what was under way at the base and has not changed since: its row says where it
    began, which the state has forgotten.
    """

    base_us: int
    state: DeviceState
    until_us: int | None = None
    segments: dict[SegmentKey, Segment]
    untouched: SegmentKey | None = None
    fence_events: list[FenceEvent] = []
    incidents: list[Incident] = []
    judged: dict[int, tuple[int, int]] = {}
    kept: int = 0


async def merge(tx: Transaction, device: Tracked, fixes: Sequence[Fix], index: FenceIndex) -> None:
    """Take in fixes of which some are late, or were here before. Raises: Underivable."""
    fresh = await _fresh(tx, device, fixes)
    now_us = to_us(now())
    if not fresh:
        state = DeviceState() if device.state is None else unpack(device.state)
        await derivation.touch(tx, [(device, latest_state(device, state, index).due_at_us)])
        return
    await position.put(tx, [(device.no, int(Rejection.KEPT), fix) for fix in fresh])
    refold = await _refold(tx, device, fresh[0].fixed_at_us, fresh[-1].fixed_at_us, index)
    await _correct(tx, device, refold, index, now_us=now_us)
    await _stand(tx, device, refold, index)


async def _fresh(tx: Transaction, device: Tracked, fixes: Sequence[Fix]) -> list[Fix]:
    """What was not here before, or is better than what was; and not refused on its own account."""
    stored = await position.stored_at(tx, device.no, device.watched.id, [fix.fixed_at_us for fix in fixes])
    fresh, refused = [], []
    for fix in fixes:
        known = stored.get(fix.fixed_at_us)
        if known is not None and observation(known) <= observation(fix):
            continue
        if (reason := alone(fix, device.watched.filter)) and reason != Rejection.INACCURATE:
            refused += [(device.no, reason, fix)] if known is None else []
        else:
            fresh.append(fix)
    if refused:
        await position.put(tx, refused)
    return fresh


async def _refold(tx: Transaction, device: Tracked, first_us: int, last_us: int, index: FenceIndex) -> Refold:
    refold = await _base(tx, device, first_us)
    at_us = refold.base_us
    while True:
        meeting = await derivation.checkpoint_after(tx, device.no, after_us=at_us)
        rows = await position.following(
            tx, device.no, device.watched.id, after_us=at_us,
            until_us=None if meeting is None else meeting[0], limit=_PIECE,
        )  # fmt: skip
        if rows:
            _fold(refold, device, rows, index)
        whole = len(rows) < _PIECE
        if meeting is None and whole:
            return refold
        at_us = rows[-1][1].fixed_at_us if not whole or meeting is None else meeting[0]
        packed = pack(refold.state)
        if meeting is not None and at_us == meeting[0] and packed == meeting[1] and at_us >= last_us:
            refold.until_us = at_us
            for doubted_us, _ in undecided(refold.state.filter, device.watched.filter):
                refold.judged.pop(doubted_us, None)  # what follows has judged it already
            return refold
        await derivation.set_checkpoints(tx, [(device.no, at_us, packed)])
        refold.kept = 0


async def _base(tx: Transaction, device: Tracked, first_us: int) -> Refold:
    """Where to begin: the end, if only the clock is to be corrected; else the checkpoint before."""
    if device.state is not None and first_us > device.newest_us:
        base_us, state = device.newest_us, unpack(device.state)
    else:
        checkpoint = await derivation.checkpoint_before(tx, device.no, before_us=first_us)
        base_us = BEGINNING_US if checkpoint is None else checkpoint[0]
        state = DeviceState() if checkpoint is None else unpack(checkpoint[1])
    under_way = open_segment(state.motion)
    segments = {} if under_way is None else {_key(under_way): under_way}
    # What was doubted there, later fixes may have redeemed.
    doubted = {at_us: (_UNKNOWN, reason) for at_us, reason in undecided(state.filter, device.watched.filter)}
    untouched = next(iter(segments), None)
    return Refold(base_us=base_us, state=state, segments=segments, untouched=untouched, judged=doubted)


def _fold(refold: Refold, device: Tracked, rows: Sequence[tuple[int, Fix]], index: FenceIndex) -> None:
    try:
        [derived] = derive([Work(device.watched, refold.state, [fix for _, fix in rows])], index)
    except Exception as error:  # a door: what devices say may break what nobody thought of
        raise Underivable("these fixes break the engine") from error
    for (before, fix), reason in zip(rows, derived.rejected, strict=True):
        refold.judged[fix.fixed_at_us] = (before, reason)
    for at_us in derived.released:
        before, _ = refold.judged[at_us]
        refold.judged[at_us] = (before, int(Rejection.KEPT))
    _gather(refold, derived)


def _gather(refold: Refold, derived: Derived) -> None:
    refold.state = derived.state
    refold.segments.update((_key(segment), segment) for segment in derived.segments)
    if any(_key(segment) == refold.untouched for segment in derived.segments):
        refold.untouched = None
    refold.fence_events += derived.fence_events
    refold.incidents += derived.incidents
    refold.kept += derived.kept


async def _correct(
    tx: Transaction, device: Tracked, refold: Refold, index: FenceIndex, *, now_us: int
) -> None:
    """Write what differs."""
    changed = [(device.no, at_us, new) for at_us, (old, new) in refold.judged.items() if old != new]
    await position.judge(tx, changed)
    by_clock = passed(refold.state, index, now_us=now_us) if refold.until_us is None else []
    refold.fence_events += [said for _, said in by_clock]
    refold.incidents += incidents.of_fences(device.watched.id, by_clock)
    if refold.until_us is None:
        trip = ended(device, refold.state, now_us=now_us)
        if trip is not None:
            refold.segments[_key(trip)] = trip
            refold.untouched = None if refold.untouched == _key(trip) else refold.untouched
        device.clock_us = concluded_us(by_clock, trip)
    await _correct_segments(tx, device, refold, now_us=now_us)
    await _correct_fence_events(tx, device, refold)
    await _correct_incidents(tx, device, refold, now_us=now_us)


async def _correct_segments(tx: Transaction, device: Tracked, refold: Refold, *, now_us: int) -> None:
    stored = await derivation.segments_between(
        tx, device.no, after_us=refold.base_us, until_us=refold.until_us
    )
    new = {key: derivation.rounded_segment(each) for key, each in refold.segments.items()}
    before = stored.get(refold.untouched) if refold.untouched is not None else None
    if before is not None and before.ended_at_us is None:
        new[_key(before)] = before
    if refold.until_us is not None:  # what is open there goes on as it did
        going_on = {key for key, each in new.items() if each.ended_at_us is None}
        new = {key: each for key, each in new.items() if key not in going_on}
        stored = {
            key: each for key, each in stored.items() if key not in going_on and each.ended_at_us is not None
        }
    await derivation.remove_segments(tx, device.no, [key for key in stored if key not in new])
    await derivation.put_segments(
        tx,
        [
            (device.no, now_us if _passed(device, each) else None, each)
            for key, each in new.items()
            if stored.get(key) != each
        ],
    )
    device.closed_mm += _way_mm(new) - _way_mm(stored)


async def _correct_fence_events(tx: Transaction, device: Tracked, refold: Refold) -> None:
    stored = await derivation.fence_events_between(
        tx, device.no, after_us=refold.base_us, until_us=refold.until_us
    )
    new = {(said.at_us, said.geofence_id, said.kind): said for said in refold.fence_events}
    await derivation.remove_fence_events(tx, device.no, [key for key in stored if key not in new])
    await derivation.add_fence_events(
        tx, [(device.no, said.decided_us <= device.newest_us, said) for said in new.values()]
    )


async def _correct_incidents(tx: Transaction, device: Tracked, refold: Refold, *, now_us: int) -> None:
    stored = await incidents_of.between(tx, device.no, after_us=refold.base_us, until_us=refold.until_us)
    new = {incident.id: incident for incident in refold.incidents}
    wrong = [each for id, each in stored.items() if id not in new]
    if wrong:
        await dispatch.take_back(tx, device, wrong)
    found = [(device, incident) for incident in new.values()]
    await dispatch.tell(tx, found, at_us=now_us, passed_us=device.newest_us, withdrawn=wrong)


async def _stand(tx: Transaction, device: Tracked, refold: Refold, index: FenceIndex) -> None:
    """Where the device stands now. Met again, only sums may differ."""
    if refold.until_us is None:
        device.state = pack(refold.state)
        device.newest_us = refold.state.filter.newest_us or device.newest_us
        device.since_checkpoint = refold.kept
    assert device.state is not None
    await derivation.keep(tx, [device])
    latest = latest_state(device, unpack(device.state), index)
    newest = await position.newest_kept(tx, device.no, device.watched.id)
    if newest is None:
        await derivation.touch(tx, [(device, latest.due_at_us)])
    else:
        await derivation.show(tx, [(device, newest, latest)])


def _passed(device: Tracked, segment: Segment) -> bool:
    """Whether it lies in what was derived before."""
    return (segment.closed_us or segment.decided_us) <= device.newest_us


def _way_mm(segments: dict[SegmentKey, Segment]) -> int:
    return sum(
        each.distance_mm for each in segments.values() if each.kind == "trip" and each.ended_at_us is not None
    )


def _key(segment: Segment) -> SegmentKey:
    return segment.started_at_us, segment.kind
