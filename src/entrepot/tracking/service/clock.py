"""What no fix tells: that nothing comes any more, that a device stays where it is. The clock waits a
little, because what is under way may say otherwise, and what it said wrong is withdrawn by later data.
"""

from collections.abc import Sequence

from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.time import now, to_us
from entrepot.tracking.functions import fences, incidents
from entrepot.tracking.functions.derive import ENGINE
from entrepot.tracking.functions.fence_index import FenceIndex
from entrepot.tracking.functions.fences import Happening
from entrepot.tracking.functions.motion import MOVING, STOPPED, WAITING, ended_by_silence
from entrepot.tracking.model.incident import Incident, incident_id
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, unpack
from entrepot.tracking.repository import derivation
from entrepot.tracking.repository.derivation import LatestState, Tracked
from entrepot.tracking.service import dispatch
from entrepot.tracking.service.indexes import fence_index

GRACE_US = 30_000_000
_AT_ONCE = 200
# What a device kept for itself comes in many messages, and each finds the last one's trip still under way.
_BACKLOG_US = 60_000_000


async def watch_the_clock(database: Database) -> None:
    """Every few seconds: what time alone has shown."""
    now_us = to_us(now())

    async def look(tx: Transaction) -> None:
        for device in await derivation.due(tx, now_us=now_us, limit=_AT_ONCE):
            await _look(tx, device, now_us=now_us)

    async def some(tx: Reading) -> bool:
        return bool(await derivation.due(tx, now_us=now_us, limit=1))

    if await database.read(some):
        await database.write(look)


async def _look(tx: Transaction, device: Tracked, *, now_us: int) -> None:
    index = await fence_index(tx, device.organisation)
    state = DeviceState() if device.state is None else unpack(device.state)
    happened = passed(state, index, now_us=now_us)
    told = incidents.of_fences(device.watched.id, happened)
    trip = ended(device, state, now_us=now_us)
    if trip is not None and device.clock_us < (trip.closed_us or 0):
        await derivation.put_segments(tx, [(device.no, None, trip)])
        device.closed_mm += trip.distance_mm
    else:
        trip = None
    if silent := offline(device, now_us=now_us):
        told.append(silent)
    if happened:
        await derivation.add_fence_events(tx, [(device.no, False, said) for _, said in happened])
    if happened or trip is not None:
        device.clock_us = max(device.clock_us, concluded_us(happened, trip))
        await derivation.keep(tx, [device])
    if told:
        await dispatch.tell(tx, [(device, each) for each in told], at_us=now_us)
    latest = latest_state(device, state, index, after_us=now_us)
    await (derivation.stand_still if trip else derivation.touch)(tx, [(device, latest.due_at_us)])


def latest_state(
    device: Tracked, state: DeviceState, index: FenceIndex, *, after_us: int | None = None
) -> LatestState:
    """What `latest` shows of a state; the clock looks again at the first moment after `after_us`, or after
    the last fix.
    """
    motion = state.motion
    moving = motion.phase == MOVING and not is_ended(device, state)
    return LatestState(
        WAITING if motion.phase == MOVING and not moving else motion.phase,
        motion.since_us if moving or motion.phase == STOPPED else None,
        device.closed_mm + (motion.path_mm if moving else 0),
        _next_look(device, state, index, after_us=after_us),
    )


def passed(state: DeviceState, index: FenceIndex, *, now_us: int) -> list[Happening]:
    """What happened by now at a device's fences if it stays silent."""
    last = state.filter.kept
    if last is None or not state.visits:
        return []
    return fences.due(state.visits, index, last, now_us - GRACE_US, ENGINE.hysteresis)[0]


def ended(device: Tracked, state: DeviceState, *, now_us: int) -> Segment | None:
    """Return the trip under way as it ended at its last fix, if the device is silent for longer than the gap.
    While a backlog still comes in, it is not.
    """
    last = state.filter.kept
    if last is None or last.received_at_us + _BACKLOG_US > now_us:
        return None
    return ended_by_silence(state.motion, last, now_us=now_us - GRACE_US, settings=ENGINE.motion)


def is_ended(device: Tracked, state: DeviceState) -> bool:
    """Whether the clock has ended the trip that the state still holds open."""
    last = state.filter.kept
    return last is not None and device.clock_us >= last.fixed_at_us + int(ENGINE.motion.gap_s * 1e6)


def concluded_us(happened: Sequence[Happening], trip: Segment | None) -> int:
    """Return up to when the clock has told something; 0 if it has not."""
    told_us = [said.decided_us for _, said in happened]
    if trip is not None and trip.closed_us is not None:
        told_us.append(trip.closed_us)
    return max(told_us, default=0)


def offline(device: Tracked, *, now_us: int) -> Incident | None:
    """Not heard of for longer than its settings allow."""
    after_s = device.watched.alerts.offline_after_s
    if after_s is None or not device.contact_at_us:
        return None
    since_us = device.contact_at_us + int(after_s * 1e6)
    if since_us > now_us:
        return None
    return Incident(
        id=incident_id(device.watched.id, "offline", "", since_us),
        kind="offline",
        occurred_at_us=since_us,
        decided_us=since_us,
        value=after_s,
    )


def _next_look(device: Tracked, state: DeviceState, index: FenceIndex, *, after_us: int | None) -> int | None:
    looks = []
    after_s = device.watched.alerts.offline_after_s
    if after_s is not None and device.contact_at_us:
        looks.append(device.contact_at_us + int(after_s * 1e6))
    last = state.filter.kept
    if last is not None and state.motion.phase == MOVING and not is_ended(device, state):
        silent_us = last.fixed_at_us + int(ENGINE.motion.gap_s * 1e6) + GRACE_US
        looks.append(max(silent_us, last.received_at_us + _BACKLOG_US) + 1)
    if last is not None and state.visits:
        seen_us = last.fixed_at_us if after_us is None else after_us - GRACE_US
        _, following_us = fences.due(state.visits, index, last, seen_us, ENGINE.hysteresis)
        if following_us is not None:
            looks.append(following_us + GRACE_US)
    return min((look for look in looks if after_us is None or look > after_us), default=None)
