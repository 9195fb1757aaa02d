"""Positions as they come: stored, and everything that follows from them derived. What comes in order
advances the stored state; what comes late goes through `merging`.
"""

from collections.abc import Iterator, Sequence

import structlog

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import now, to_us
from entrepot.device.events import DeviceReported, PositionsAccepted
from entrepot.tracking.functions.derive import Derived, Work, derive
from entrepot.tracking.functions.fence_index import FenceIndex
from entrepot.tracking.functions.filter import invalid, observation
from entrepot.tracking.functions.privacy import shown
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, Rejection, rounded
from entrepot.tracking.model.state import DeviceState, pack, unpack
from entrepot.tracking.repository import derivation, position
from entrepot.tracking.repository.derivation import Tracked
from entrepot.tracking.service import dispatch, late_data, recordings, reports
from entrepot.tracking.service.clock import latest_state
from entrepot.tracking.service.indexes import fence_index

log = structlog.get_logger()

CHECKPOINT_EVERY = 256
_CHECKPOINT_AT_BORDER = 32
_KEEP_ALL_US = 7 * 86_400_000_000
_APART_US = 86_400_000_000

_NOTHING: list[Fix] = []

TrackedFixes = tuple[Tracked, list[Fix]]


async def on_positions_accepted(tx: Transaction, event: PositionsAccepted) -> None:
    """Store them, and derive."""
    by_device: dict[str, list[Fix]] = {}
    for fix in event.fixes:
        by_device.setdefault(fix.device_id, []).append(fix)
    known = await derivation.tracked(tx, [*by_device, *(id for id in event.heard if id not in by_device)])
    if unknown := sum(len(fixes) for id, fixes in by_device.items() if id not in known):
        log.info("position.dropped", reason="unknown_device", site=event.site, count=unknown)
    recorded = known.get(event.fixes[0].device_id) if event.recording and event.fixes else None
    before = await recordings.known_before(tx, recorded, event.fixes)
    in_order: dict[str, list[TrackedFixes]] = {}
    late: list[TrackedFixes] = []
    for id, device in known.items():
        sent = by_device.get(id, _NOTHING)
        heard_us = max((fix.received_at_us for fix in sent), default=0)
        fixes = _prepared(device, sent)
        if not event.recording:  # a file that somebody brought is no word of the device
            device.contact_at_us = max(device.contact_at_us, heard_us, event.heard.get(id, 0))
        if not fixes:
            await derivation.touch(tx, [(device, await _due(tx, device))])
        elif device.clock_us or fixes[0].fixed_at_us <= device.newest_us:
            late.append((device, fixes))
        else:
            in_order.setdefault(device.organisation, []).append((device, fixes))
    for organisation, batches in in_order.items():
        await _advance(tx, batches, await fence_index(tx, organisation))
    for device, fixes in late:
        await _merge(tx, device, fixes, await fence_index(tx, device.organisation))
    if event.recording and event.fixes:
        await recordings.tell(tx, event, recorded, before)


async def on_device_reported(tx: Transaction, event: DeviceReported) -> None:
    """A device that says anything is there; what it says is kept."""
    device = (await derivation.tracked(tx, [event.device_id])).get(event.device_id)
    if device is None:
        log.info("report.dropped", reason="unknown_device", kind=event.kind)
        return
    await reports.keep(tx, device, event)
    if to_us(event.reported_at) > device.contact_at_us:
        device.contact_at_us = to_us(event.reported_at)
        await derivation.touch(tx, [(device, await _due(tx, device))])


def _prepared(device: Tracked, fixes: Sequence[Fix]) -> list[Fix]:
    """In the order of time, rounded as they will be stored, one per moment. A fix that was on its way while
    its person said something else is held back or reduced here.
    """
    by_time: dict[int, Fix] = {}
    refused = withheld = 0
    anything = FilterSettings()
    for raw in fixes:
        if invalid(raw, anything) or raw.fixed_at_us <= device.floor_us:
            refused += 1
            continue
        allowed = shown(device.privacy, raw)
        if allowed is None:
            withheld += 1
            continue
        fix = rounded(allowed)
        known = by_time.get(fix.fixed_at_us)
        if known is None or observation(fix) < observation(known):
            by_time[fix.fixed_at_us] = fix
    if refused:
        log.info("position.dropped", reason="invalid_or_forgotten", count=refused)
    if withheld:
        log.info("position.dropped", reason="privacy", count=withheld)
    return [by_time[at_us] for at_us in sorted(by_time)]


async def _due(tx: Reading, device: Tracked) -> int | None:
    state = unpack(device.state) if device.state is not None else DeviceState()
    index = await fence_index(tx, device.organisation)
    return latest_state(device, state, index).due_at_us


async def _advance(tx: Transaction, batches: Sequence[TrackedFixes], index: FenceIndex) -> None:
    """Fold what came in order, many devices at a time, a portion of each."""
    now_us = to_us(now())
    for portion in _portions(batches):
        results = _derived(portion, index)
        await _store(
            tx, [(device, fixes, each) for (device, fixes), each in zip(portion, results, strict=True)]
        )
        await _show(tx, portion, results, index)
        told = [
            (device, incident)
            for (device, _), each in zip(portion, results, strict=True)
            for incident in each.incidents
        ]
        if told:
            await dispatch.tell(tx, told, at_us=now_us)


async def _merge(tx: Transaction, device: Tracked, fixes: Sequence[Fix], index: FenceIndex) -> None:
    try:
        await tx.attempt(lambda: late_data.merge(tx, device, fixes, index))
    except late_data.Underivable:
        log.exception("derivation.failed", device=device.watched.id, fixes=len(fixes))
        await position.put_aside(tx, [(device.no, Rejection.BROKEN, fix) for fix in fixes])


def _portions(batches: Sequence[TrackedFixes]) -> Iterator[list[TrackedFixes]]:
    start = 0
    while portion := [
        (device, some) for device, fixes in batches if (some := fixes[start : start + CHECKPOINT_EVERY])
    ]:
        yield portion
        start += CHECKPOINT_EVERY


def _derived(portion: Sequence[TrackedFixes], index: FenceIndex) -> list[Derived]:
    """One broken fix must not hold up what others said: it is stored, marked, and nothing follows."""
    works = [Work(device.watched, _state(device), fixes) for device, fixes in portion]
    try:
        return derive(works, index)
    except Exception:  # a door: what devices say may break what nobody thought of
        log.exception("derivation.failed", devices=len(portion))
    return [_alone(device, fixes, index) for device, fixes in portion]


def _alone(device: Tracked, fixes: Sequence[Fix], index: FenceIndex) -> Derived:
    try:
        return derive([Work(device.watched, _state(device), fixes)], index)[0]
    except Exception:  # as above
        log.exception("derivation.failed", device=device.watched.id, fixes=len(fixes))
        return Derived(_state(device), [Rejection.BROKEN] * len(fixes), [], [], [], [], 0)


def _state(device: Tracked) -> DeviceState:
    return DeviceState() if device.state is None else unpack(device.state)


async def _store(tx: Transaction, results: Sequence[tuple[Tracked, Sequence[Fix], Derived]]) -> None:
    """Fixes with their rejections, those released, segments and fence events."""
    rows: list[tuple[int, int, Fix]] = []
    released: list[tuple[int, int, int]] = []
    for device, fixes, each in results:
        no = device.no
        rows += [(no, reason, fix) for fix, reason in zip(fixes, each.rejected, strict=True)]
        released += [(no, at_us, int(Rejection.KEPT)) for at_us in each.released]
    await position.put(tx, rows)
    if released:
        await position.judge(tx, released)
    segments = [(device.no, None, segment) for device, _, each in results for segment in each.segments]
    if segments:
        await derivation.put_segments(tx, segments)
    said = [(device.no, False, event) for device, _, each in results for event in each.fence_events]
    if said:
        await derivation.add_fence_events(tx, said)


async def _show(
    tx: Transaction, portion: Sequence[TrackedFixes], results: Sequence[Derived], index: FenceIndex
) -> None:
    """Where the devices stand now, and checkpoints to come back to."""
    shown, unmoved, checkpoints = [], [], []
    for (device, fixes), each in zip(portion, results, strict=True):
        state = each.state
        device.state = packed = pack(state)
        if state.filter.newest_us is not None:
            device.newest_us = state.filter.newest_us
        device.closed_mm += sum(s.distance_mm for s in each.segments if s.kind == "trip" and s.ended_at_us)
        device.since_checkpoint += each.kept
        border = bool(each.segments) and device.since_checkpoint >= _CHECKPOINT_AT_BORDER
        if device.since_checkpoint >= CHECKPOINT_EVERY or border:
            checkpoints.append((device.no, device.newest_us, packed))
            device.since_checkpoint = 0
        latest = latest_state(device, state, index)
        kept = next((fix for fix, bad in zip(fixes[::-1], each.rejected[::-1], strict=True) if not bad), None)
        if kept is None:
            unmoved.append((device, latest.due_at_us))
        else:
            shown.append((device, kept, latest))
    await derivation.keep(tx, [device for device, _ in portion])
    if shown:
        await derivation.show(tx, shown)
    if unmoved:
        await derivation.touch(tx, unmoved)
    if checkpoints:
        await derivation.set_checkpoints(tx, checkpoints)
        for no, at_us, _ in checkpoints:
            await derivation.thin_checkpoints(tx, no, before_us=at_us - _KEEP_ALL_US, apart_us=_APART_US)
