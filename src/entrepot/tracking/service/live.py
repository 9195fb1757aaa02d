"""Live lines: where devices are, and then where they go, several times a second."""

import asyncio
from collections.abc import AsyncIterator
from time import monotonic

import msgspec

from entrepot.core.ports import Database
from entrepot.core.routes import Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.tracking.functions.privacy import shown
from entrepot.tracking.model.fix import Fix, told_accuracy_m
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.latest import MOST, LatestQuery, LiveNews, LiveQuery, MapBox, Whereabouts, within
from entrepot.tracking.model.look import EVERY
from entrepot.tracking.repository import latest as places
from entrepot.tracking.service import audit
from entrepot.tracking.service.broadcaster import Broadcaster, Watcher
from entrepot.tracking.service.latest import whereabouts

APART_S = 0.2  # between two pieces of news on one line
STILL_HERE_S = 5.0
LOOK_AGAIN_S = 30.0  # at which devices there are, should a message have been lost
LONGEST_S = 3_600.0  # then the caller comes again, and is asked again who they are
NOTE_EVERY_S = 60.0


class LiveStream(msgspec.Struct, frozen=True):
    """A line that may begin."""

    database: Database
    wanted: frozenset[str]
    box: MapBox | None


async def open_line(database: Database, who: Principal, *, query: LiveQuery) -> LiveStream:
    """Note who watches, before anything is shown."""
    line = LiveStream(database, query.wanted(), query.box())
    await _note(line, who)
    return line


async def live(
    who: Principal, *, line: LiveStream, broadcaster: Broadcaster
) -> AsyncIterator[LiveNews | None]:
    """Where the devices that the caller may see are (a snapshot), and from then on where they go. It ends
    with the caller's credential, or after an hour.
    """
    watcher = Watcher(person=who.id, organisation=who.organisation, credential=who.credential)
    async with broadcaster.watching(watcher):
        await _look(line, who, watcher, broadcaster)
        yield await _snapshot(line, who, watcher)
        began = noted = looked = monotonic()
        while not watcher.over and (at := monotonic()) - began < LONGEST_S:
            if at - noted >= NOTE_EVERY_S:
                noted = at
                await _note(line, who)
            if watcher.stale or watcher.awaited or at - looked >= LOOK_AGAIN_S:
                looked = at
                if gone := await _look(line, who, watcher, broadcaster):
                    yield LiveNews(kind="news", positions=[], gone=sorted(gone))
            if not await heard(watcher):
                yield None
            elif not watcher.over and not watcher.stale and (told := seen(watcher, line.box)):
                yield LiveNews(kind="news", positions=told)
            await asyncio.sleep(APART_S)


async def heard(watcher: Watcher, *, within_s: float = STILL_HERE_S) -> bool:
    """Whether there is news; whoever waits too long says that it is still here."""
    try:
        async with asyncio.timeout(within_s):
            await watcher.news.wait()
    except TimeoutError:
        return False
    return True


def seen(watcher: Watcher, box: MapBox | None) -> list[Whereabouts]:
    fixes = (shown(watcher.privacy.get(fix.device_id), fix) for fix in watcher.take())
    return [_shown(fix) for fix in fixes if fix is not None and within(box, fix.latitude, fix.longitude)]


async def _look(
    line: LiveStream, who: Principal, watcher: Watcher, broadcaster: Broadcaster
) -> frozenset[str]:
    """See which devices the caller may see now; which are gone. A device is not shown until the copy here has
    what was said about it, however long that takes: it may be private now.
    """
    await watcher.settle(line.database.read)
    watcher.privacy = await line.database.read(
        lambda tx: places.visible(tx, organisation=who.organisation, person=who.id)
    )
    before, ids = watcher.devices, watcher.privacy.keys() - watcher.awaited.keys()
    broadcaster.point(watcher, line.wanted & ids if line.wanted else ids)
    return before - watcher.devices


async def _snapshot(line: LiveStream, who: Principal, watcher: Watcher) -> LiveNews:
    page = await line.database.read(lambda tx: whereabouts(tx, who, query=LatestQuery(limit=MOST)))
    for each in page.items:
        watcher.told_us[each.device_id] = to_us(each.fixed_at)
    shown = [
        each
        for each in page.items
        if each.device_id in watcher.devices and within(line.box, each.latitude, each.longitude)
    ]
    return LiveNews(kind="snapshot", positions=shown)


async def _note(line: LiveStream, who: Principal) -> None:
    moment_us = to_us(now())
    span = TimeSpan(moment_us, moment_us)
    await line.database.write(lambda tx: audit.note(tx, who, "live", device_no=EVERY, span=span))


def _shown(fix: Fix) -> Whereabouts:
    return Whereabouts(
        device_id=fix.device_id,
        fixed_at=from_us(fix.fixed_at_us),
        received_at=from_us(fix.received_at_us),
        latitude=fix.latitude,
        longitude=fix.longitude,
        accuracy_m=told_accuracy_m(fix.accuracy_m, fix.attributes),
        altitude_m=fix.altitude_m,
        speed_mps=fix.speed_mps,
        course_deg=fix.course_deg,
        battery_pct=fix.battery_pct,
        attributes=fix.attributes,
    )
