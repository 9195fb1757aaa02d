"""Movement patterns, looked at by the leading process: habits are learned once a day, and what a device
does is judged by them as soon as it does something else. Reading and thinking happen outside of the
transaction that writes.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice

import msgspec

from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.time import now, to_us
from entrepot.tracking.functions.patterns import habits as learning
from entrepot.tracking.functions.patterns.episodes import episodes
from entrepot.tracking.functions.patterns.habits import Learned, Memory
from entrepot.tracking.functions.patterns.routes import simple_line
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.incident import Incident, incident_id
from entrepot.tracking.model.pattern import Episode, Judgement, StayPlace
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.repository import derivation, history, pattern
from entrepot.tracking.repository import device as devices_of
from entrepot.tracking.repository.derivation import Tracked
from entrepot.tracking.repository.pattern import LearnedHabits, TripLine, Watch
from entrepot.tracking.service import dispatch

_DAY_US = 86_400_000_000
# Habits are learned from so long a time, and at most so many trips and stops.
WINDOW_US = 120 * _DAY_US
_MOST_SEGMENTS = 6_000
_LEARN_EVERY_US = _DAY_US
# What happened so recently is judged again, because late data may have changed it.
_JUDGED_US = 2 * _DAY_US
_RECENT_SEGMENTS = 200
_RECENT_US = 30 * _DAY_US
# Whoever asked for alerts is looked at so often while nothing changes.
_AGAIN_US = 600_000_000
_JUDGEMENTS_KEPT_US = 90 * _DAY_US
_DEVICES_AT_ONCE = 20
_LINES_AT_ONCE = 100
_MOST_POSITIONS = 20_000
_LATITUDE, _LONGITUDE = 2, 3
_REST_S = 0.02  # between two devices, for others


class Gathered(msgspec.Struct, frozen=True):
    """What is needed to look at a device; all of its `history` only if it is time to learn."""

    device: Device
    tracked: Tracked
    kept: LearnedHabits | None
    known: list[StayPlace]
    recent: list[Segment]
    learns: bool
    history: list[Segment]
    lines: dict[int, TripLine]
    judged: list[tuple[Judgement, bool]]


class Findings(msgspec.Struct, kw_only=True):
    """What a look at a device found."""

    lines: dict[int, TripLine]
    learned: Learned | None = None
    judgements: list[tuple[Judgement, Episode]] = []
    unfinished: bool = False


async def watch_patterns(database: Database) -> None:
    """Look at the devices that did something new, some at a time."""
    now_us = to_us(now())
    for watch in await database.read(partial(pattern.due, now_us=now_us, limit=_DEVICES_AT_ONCE)):
        await look_at(database, watch, now_us=now_us)
        await asyncio.sleep(_REST_S)


async def look_at(database: Database, watch: Watch, *, now_us: int) -> None:
    gathered = await database.read(partial(_gather, watch=watch, now_us=now_us))
    if gathered is None:
        return
    findings = await _made_lines(database, gathered)
    if gathered.kept is not None and gathered.kept.habits is not None and gathered.kept.habits.enough:
        findings.judgements = await asyncio.to_thread(_judge, gathered, findings.lines, now_us)
    if gathered.learns and not findings.unfinished:
        findings.learned = await asyncio.to_thread(_learn, gathered, findings.lines)
    await database.write(partial(_keep, watch=watch, gathered=gathered, findings=findings, now_us=now_us))


# ---- before ----------------------------------------------------------------------------------------------


async def _gather(tx: Reading, *, watch: Watch, now_us: int) -> Gathered | None:
    tracked = await derivation.tracked_number(tx, watch.no)
    device = None
    if tracked is not None:
        device = await devices_of.find(tx, tracked.watched.id, organisation=tracked.organisation)
    if tracked is None or device is None:
        return None
    kept = await pattern.learned(tx, watch.no)
    since_us = now_us - WINDOW_US
    learns = kept is None or kept.learned_at_us + _LEARN_EVERY_US <= now_us
    return Gathered(
        device,
        tracked,
        kept,
        await pattern.places(tx, watch.no),
        await pattern.segments(tx, watch.no, since_us=now_us - _RECENT_US, limit=_RECENT_SEGMENTS),
        learns,
        await pattern.segments(tx, watch.no, since_us=since_us, limit=_MOST_SEGMENTS) if learns else [],
        await pattern.lines(tx, watch.no, since_us=since_us if learns else now_us - _RECENT_US),
        await pattern.judgements(tx, watch.no, since_us=now_us - _JUDGED_US, limit=_RECENT_SEGMENTS),
    )


async def _made_lines(database: Database, gathered: Gathered) -> Findings:
    """Lines of the trips that have none yet, or changed; the newest first, not too many at once."""
    found: dict[int, TripLine] = {}
    trips = {
        each.started_at_us: each for each in (*gathered.recent, *gathered.history) if each.kind == "trip"
    }
    missing = (trip for _, trip in sorted(trips.items(), reverse=True) if _is_new(trip, gathered.lines))
    for trip in islice(missing, _LINES_AT_ONCE):
        found[trip.started_at_us] = await _line(database, gathered, trip)
    return Findings(lines=found, unfinished=next(missing, None) is not None)


def _is_new(trip: Segment, lines: Mapping[int, TripLine]) -> bool:
    line = lines.get(trip.started_at_us)
    return line is None or (line.ended_at_us, line.distance_mm) != (trip.ended_at_us, trip.distance_mm)


async def _line(database: Database, gathered: Gathered, trip: Segment) -> TripLine:
    end_us = gathered.tracked.newest_us if trip.ended_at_us is None else trip.ended_at_us
    span = TimeSpan(trip.started_at_us, end_us + 1)
    rows = await database.read(lambda tx: history.rows(tx, gathered.device.no, span, limit=_MOST_POSITIONS))
    latitudes = [row[_LATITUDE] / 1e7 for row in rows]
    longitudes = [row[_LONGITUDE] / 1e7 for row in rows]
    points = await asyncio.to_thread(simple_line, latitudes, longitudes)
    return TripLine(trip.ended_at_us or 0, trip.distance_mm, points)


# ---- thinking, in a thread -------------------------------------------------------------------------------


def _points(gathered: Gathered, made: Mapping[int, TripLine]) -> dict[int, list[float]]:
    return {at_us: line.points for at_us, line in (gathered.lines | dict(made)).items() if line.points}


def _learn(gathered: Gathered, made: Mapping[int, TripLine]) -> Learned:
    device = gathered.device
    return learning.learn(
        gathered.history, _points(gathered, made), device_id=device.id, device_kind=device.kind,
        timezone=device.privacy.timezone, known=gathered.known,
    )  # fmt: skip


def _judge(gathered: Gathered, made: Mapping[int, TripLine], now_us: int) -> list[tuple[Judgement, Episode]]:
    """Only what data showed counts: silence is no long stay."""
    kept = gathered.kept
    assert kept is not None
    assert kept.habits is not None
    memory, points = Memory(kept.habits, gathered.known), _points(gathered, made)
    return [
        (memory.judge(each, None if each.journey is None else points.get(each.journey.begin_us)), each)
        for each in episodes(gathered.recent, at_us=gathered.tracked.newest_us)
        if each.ended_us >= now_us - _JUDGED_US
    ]


# ---- after -----------------------------------------------------------------------------------------------


async def _keep(
    tx: Transaction, *, watch: Watch, gathered: Gathered, findings: Findings, now_us: int
) -> None:
    """Write it down, and tell what is unusual; unless the device was removed meanwhile."""
    if not await pattern.stands(tx, watch.no):
        return
    await pattern.put_lines(tx, watch.no, findings.lines)
    await _tell(tx, gathered, findings, now_us=now_us)
    learned = findings.learned
    learned_at_us = 0 if gathered.kept is None else gathered.kept.learned_at_us
    if learned is not None:
        await _keep_places(tx, watch.no, learned.places)
        await pattern.forget_lines(tx, watch.no, before_us=now_us - WINDOW_US)
        await pattern.forget_judgements(tx, watch.no, before_us=now_us - _JUDGEMENTS_KEPT_US)
        learned_at_us = now_us
    soon = gathered.device.alerts.unusual and any(each.ended_at_us is None for each in gathered.recent)
    due_at_us = now_us + _AGAIN_US if soon else learned_at_us + _LEARN_EVERY_US
    await pattern.seen(
        tx, watch, learned_at_us=learned_at_us, due_at_us=now_us if findings.unfinished else due_at_us,
        habits=None if learned is None else learned.habits,
    )  # fmt: skip


async def _keep_places(tx: Transaction, no: int, found: Sequence[StayPlace]) -> None:
    """A place that people spoke about stays as long as its last visit is remembered."""
    there = {each.id for each in found}
    gone = [
        each.id for each in await pattern.places(tx, no)
        if each.id not in there and not (each.fixed or each.name)
    ]  # fmt: skip
    await pattern.remove_places(tx, no, gone)
    await pattern.put_places(tx, no, found)


async def _tell(tx: Transaction, gathered: Gathered, findings: Findings, *, now_us: int) -> None:
    """Once per episode. What late data took away is taken back."""
    if not findings.judgements:
        return
    tracked, alerts = gathered.tracked, gathered.device.alerts
    told_before = {each.began_us for each, told in gathered.judged if told}
    fresh = {
        judgement.began_us: _incident(tracked.watched.id, judgement, episode)
        for judgement, episode in findings.judgements
        if alerts.unusual
        and judgement.score >= alerts.unusual_score
        and judgement.began_us not in told_before
    }
    told = told_before | fresh.keys()
    stands = {judgement.began_us for judgement, _ in findings.judgements}
    first_us = min(stands)
    gone = [each for each, _ in gathered.judged if each.began_us not in stands and each.began_us >= first_us]
    wrong = [_incident(tracked.watched.id, each, None) for each in gone if each.began_us in told_before]
    if wrong:
        await dispatch.take_back(tx, tracked, wrong)
    await pattern.remove_judgements(tx, tracked.no, [each.began_us for each in gone])
    await pattern.put_judgements(
        tx, tracked.no, [(each, each.began_us in told) for each, _ in findings.judgements]
    )
    if fresh:
        await dispatch.tell(tx, [(tracked, each) for each in fresh.values()], at_us=now_us, withdrawn=wrong)


def _incident(device_id: str, judgement: Judgement, episode: Episode | None) -> Incident:
    """It occurred when data had shown so much; its value is the score."""
    visit = None if episode is None else episode.visit or episode.before
    return Incident(
        id=incident_id(device_id, "unusual", "", judgement.began_us),
        kind="unusual",
        occurred_at_us=judgement.ended_us,
        decided_us=judgement.ended_us,
        latitude=None if visit is None else visit.latitude,
        longitude=None if visit is None else visit.longitude,
        value=judgement.score,
    )
