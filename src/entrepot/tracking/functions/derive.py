"""The event-time engine: `state', what follows = derive(state, fixes, fences)`.

Pure in what it takes and gives, and the same for any cutting of a device's fixes into batches: whoever
folds from the same state over the same fixes in the order of `fixed_at_us` gets the same trips, stops,
fence events and incidents. Many devices go together, because the tree of fences is asked once for all.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import msgspec

from entrepot.core.geo import distance_m
from entrepot.tracking.functions import fences, incidents, motion
from entrepot.tracking.functions.fence_index import FenceIndex, Leg
from entrepot.tracking.functions.filter import INACCURATE, measured
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import FenceEvent, Hysteresis
from entrepot.tracking.model.incident import Incident
from entrepot.tracking.model.segment import MotionSettings, Segment
from entrepot.tracking.model.state import DeviceState, Watched


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of the derivation, the same for all devices."""

    motion: MotionSettings = MotionSettings()
    hysteresis: Hysteresis = Hysteresis()


class Work(msgspec.Struct, frozen=True):
    """A device, its state, and its next fixes, each newer than the one before."""

    device: Watched
    state: DeviceState
    fixes: Sequence[Fix]


class Derived(msgspec.Struct, frozen=True):
    """What followed: the state afterwards, a `Rejection` per fix, the times of earlier fixes that are kept
    after all, segments as they stood whenever they changed, and what happened.
    """

    state: DeviceState
    rejected: list[int]
    released: list[int]
    segments: list[Segment]
    fence_events: list[FenceEvent]
    incidents: list[Incident]
    kept: int


# A kept fix, the one before it, metres between, whether no way leads from that one to this, and the time of
# the later fix that made it believed (0: none).
KeptFix = tuple[Fix, Fix | None, float, bool, int]

Conclusion = TypeVar("Conclusion", Segment, FenceEvent, Incident)

ENGINE = Engine()


def derive(works: Sequence[Work], index: FenceIndex, engine: Engine = ENGINE) -> list[Derived]:
    """Fold over the fixes of many devices of one organisation. Each work's `state` is used up: it becomes
    the new one.
    """
    filtered = [_filtered(work) for work in works]
    touched = index.touched(_legs(filtered, engine.hysteresis))
    derived, at = [], 0
    for work, each in zip(works, filtered, strict=True):
        derived.append(_folded(work, each, touched=touched, at=at, index=index, engine=engine))
        at += len(each.kept)
    return derived


class _Filtered(NamedTuple):
    """What the filter said of each fix, which earlier ones it believes now, and what it kept."""

    rejected: list[int]
    released: list[int]
    kept: list[KeptFix]
    noticed: list[Incident]


def _filtered(work: Work) -> _Filtered:
    state, settings = work.state.filter, work.device.filter
    rejected: list[int] = []
    released: list[int] = []
    kept: list[KeptFix] = []
    noticed: list[Incident] = []
    for fix in work.fixes:
        last = state.kept
        reason, believed, leg_m, leapt = measured(state, fix, settings)
        rejected.append(reason)
        if reason and reason != INACCURATE:
            continue
        if fix.battery_pct is not None or fix.attributes is not None:
            noticed += _heard(work, fix, believed)
        if reason:
            continue
        if not believed:
            kept.append((fix, last, leg_m, False, 0))
            continue
        for each in (*believed, fix):
            decided_us = 0 if each is fix else fix.fixed_at_us
            kept.append((each, last, _leg_m(last, each), each is leapt, decided_us))
            last = each
        released.extend(each.fixed_at_us for each in believed)
    return _Filtered(rejected, released, kept, noticed)


def _heard(work: Work, fix: Fix, believed: Sequence[Fix]) -> list[Incident]:
    """Return what a fix, and those that it makes believed, tell besides their places."""
    device, watched = work.device, work.state.watch
    if not believed:
        return incidents.hear(watched, fix, device_id=device.id, settings=device.alerts)
    found: list[Incident] = []
    for each in (*believed, fix):
        begin = len(found)
        found += incidents.hear(watched, each, device_id=device.id, settings=device.alerts)
        _decide_later(found, begin, each.fixed_at_us, fix.fixed_at_us)
    return found


def _legs(filtered: Sequence[_Filtered], hysteresis: Hysteresis) -> list[Leg]:
    longest_us = hysteresis.leg_s * 1e6
    return [
        (last.latitude, last.longitude, fix.latitude, fix.longitude)
        if last is not None and not leapt and fix.fixed_at_us - last.fixed_at_us <= longest_us
        else (fix.latitude, fix.longitude, fix.latitude, fix.longitude)
        for each in filtered
        for fix, last, _, leapt, _ in each.kept
    ]


def _folded(
    work: Work,
    filtered: _Filtered,
    *,
    touched: dict[int, fences.Touched],
    at: int,
    index: FenceIndex,
    engine: Engine,
) -> Derived:
    """Fold what was kept; `at` is the number of its first leg in `touched`."""
    state, device = work.state, work.device
    segments: list[Segment] = []
    said: list[FenceEvent] = []
    noticed = filtered.noticed
    nothing: fences.Touched = {}
    told = (0, 0, 0)
    for number, (fix, last, leg_m, leapt, decided_us) in enumerate(filtered.kept, at):
        if decided_us:
            told = (len(segments), len(said), len(noticed))
        began = motion.move(state.motion, fix, last, leg_m, engine.motion, leapt=leapt)
        if began:
            segments.extend(began)
        if state.visits or number in touched:
            happened = fences.fence(
                state.visits, fix, device_id=device.id, last=last,
                touched=touched.get(number, nothing), index=index, hysteresis=engine.hysteresis, leapt=leapt,
            )  # fmt: skip
            if happened:
                said.extend(event for _, event in happened)
                noticed.extend(incidents.of_fences(device.id, happened))
        noticed += incidents.watch(
            state, fix, device_id=device.id, last=None if leapt else last, leg_m=leg_m, began=began,
            index=index, settings=device.alerts,
        )  # fmt: skip
        if decided_us:
            _decide_later(segments, told[0], fix.fixed_at_us, decided_us)
            _decide_later(said, told[1], fix.fixed_at_us, decided_us)
            _decide_later(noticed, told[2], fix.fixed_at_us, decided_us)
            if state.motion.decided_us == fix.fixed_at_us:
                state.motion.decided_us = decided_us
    _forget_words(state)
    return Derived(state, filtered.rejected, filtered.released, segments, said, noticed, len(filtered.kept))


def _decide_later(found: list[Conclusion], begin: int, at_us: int, decided_us: int) -> None:
    """What the fix at `at_us` showed was decided by a later one, which made it believed: whoever derives
    again from a moment between the two finds it after that moment.
    """
    for number in range(begin, len(found)):
        each = found[number]
        changed = {
            name: decided_us for name in ("decided_us", "closed_us") if getattr(each, name, None) == at_us
        }
        if changed:
            found[number] = msgspec.structs.replace(each, **changed)


def _leg_m(last: Fix | None, fix: Fix) -> float:
    if last is None:
        return 0.0
    return distance_m(last.latitude, last.longitude, fix.latitude, fix.longitude)


def _forget_words(state: DeviceState) -> None:
    """Drop the attributes of the last kept fix, and of what is held back: the history has them already."""
    kept, held = state.filter.kept, state.filter.held
    if kept is not None and (kept.attributes is not None or kept.device_id):
        state.filter.kept = msgspec.structs.replace(kept, attributes=None, device_id="")
    if held is not None and (held.attributes is not None or held.device_id):
        state.filter.held = msgspec.structs.replace(held, attributes=None, device_id="")
