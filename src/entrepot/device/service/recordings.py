"""Recorded tracks brought by people: uploaded in parts, read in order through the intake as if the device
had told
them, and counted to the last point. A recording says `done` only when `tracking` has said what became of
each.
"""

import asyncio
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from zoneinfo import ZoneInfo

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.device.families import owntracks
from entrepot.device.formats import recordings as formats
from entrepot.device.functions import counting
from entrepot.device.model.arrival import Arrival, Broken, DeviceReport, Source
from entrepot.device.model.recording import (
    PART_BYTES,
    UNFINISHED,
    NewRecording,
    PartUnfit,
    Recording,
    RecordingCounts,
    RecordingNotFound,
    RecordingPart,
    RecordingsQuery,
    StoredRecording,
    TakenPart,
    TooManyRecordings,
)
from entrepot.device.repository import recording as rows
from entrepot.device.service import enrolment
from entrepot.device.service.intake import DeviceMessage, Intake
from entrepot.device.service.roster import SendingDevice
from entrepot.tracking.events import RecordingPlaced
from entrepot.tracking.model.fix import Fix

log = structlog.get_logger()

KEPT_DAYS, UPLOAD_DAYS = 90, 1
_DAY_US = 86_400_000_000
_AT_ONCE = 1_000  # arrivals in one transaction, as the intake has it
_LOOK_S = 1.0
_FETCH_S = 60.0
_AFTER_ALL = "g"


class Desk:
    """Wakes whoever reads recordings when one is whole."""

    def __init__(self) -> None:
        self.woken = asyncio.Event()


# ---- what people ask --------------------------------------------------------------------------------


async def bring(tx: Transaction, who: Principal, *, id: str, new: NewRecording, desk: Desk) -> Recording:
    """Begin to bring a recorded track into a device's history: GPX, KML, GeoJSON, NMEA, CSV or a log of
    OwnTracks' recorder. Its bytes follow in parts; it is read as soon as all are here.
    """
    new.check()
    device = await enrolment.working(tx, who, id)
    if await rows.unfinished(tx, who.organisation) >= UNFINISHED:
        raise TooManyRecordings(f"{UNFINISHED} recordings are not read yet. Wait for one, or give one up.")
    made = StoredRecording(
        id=new_id(), device_id=device.id, organisation=who.organisation, made_by=who.id, file=new.file,
        bytes=new.bytes, columns=dict(new.columns), timezone=new.timezone, state="uploading",
        created_at_us=to_us(now()),
    )  # fmt: skip
    if new.content is not None:
        await rows.put_part(tx, made.id, 0, new.content)
        made.state = "waiting"
        desk.woken.set()
    await rows.put(tx, made)
    return made.view(who.id)


async def add_part(tx: Transaction, who: Principal, *, id: str, part: RecordingPart, desk: Desk) -> Recording:
    """Take a part. With the last missing one the recording is whole, and will be read."""
    found = await _known(tx, who, id)
    if found.state != "uploading":
        return found.view(who.id)
    rest = found.bytes - part.number * PART_BYTES
    if len(part.content) != min(PART_BYTES, rest):
        raise PartUnfit(
            f"Part {part.number} of {found.bytes} bytes has {max(0, min(PART_BYTES, rest))}, not"
            f" {len(part.content)}."
        )
    if await rows.put_part(tx, id, part.number, part.content) * PART_BYTES >= found.bytes:
        found.state = "waiting"
        await rows.put(tx, found)
        desk.woken.set()
    return found.view(who.id)


async def recordings(tx: Reading, who: Principal, *, id: str, query: RecordingsQuery) -> Page[Recording]:
    """What was brought into a device's history in the last 90 days, the newest first."""
    device = await enrolment.known(tx, who, id)
    found = await rows.of_device(tx, device.id, before=query.cursor or _AFTER_ALL, limit=query.limit + 1)
    items = [each.view(who.id) for each in found[: query.limit]]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def one_recording(tx: Reading, who: Principal, *, id: str) -> Recording:
    """A recording, and what became of it so far."""
    return (await _known(tx, who, id)).view(who.id)


async def give_up(tx: Transaction, who: Principal, *, id: str) -> None:
    """Read no more of it, and forget its report. What was kept of it stays in the history."""
    await _known(tx, who, id)
    await rows.forget(tx, id)


async def _known(tx: Reading, who: Principal, id: str) -> StoredRecording:
    """Raises: RecordingNotFound."""
    found = await rows.find(tx, id)
    if found is None or found.organisation != who.organisation:
        raise RecordingNotFound("There is no such recording.")
    return found


async def on_recording_placed(tx: Transaction, event: RecordingPlaced) -> None:
    """Count what found its place."""
    found = await rows.find(tx, event.recording_id)
    if found is None:
        return
    more = RecordingCounts(kept=event.kept, already=event.already, held_back=dict(event.held_back))
    counting.add(found.counts, more)
    found.placed += event.kept + event.already + sum(event.held_back.values())
    _finish(found)
    await rows.put(tx, found)


async def tidy(tx: Transaction) -> None:
    """What was never uploaded whole goes after a day, reports after 90."""
    now_us = to_us(now())
    await rows.forget_old(
        tx, unfinished_before_us=now_us - UPLOAD_DAYS * _DAY_US, before_us=now_us - KEPT_DAYS * _DAY_US
    )


# ---- reading them -----------------------------------------------------------------------------------


async def stand(database: Database, *, intake: Intake, desk: Desk) -> None:
    """Until cancelled: read what is whole, one after the other."""
    await intake.opened.wait()
    while True:
        desk.woken.clear()
        with suppress(Unavailable):
            if (found := await database.read(rows.next_to_read)) is not None:
                await _take_in(database, intake, found)
                continue
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await desk.woken.wait()


async def _take_in(database: Database, intake: Intake, found: StoredRecording) -> None:
    await _end(database, found.id, failed=await _why_not(database, intake, found))


async def _why_not(database: Database, intake: Intake, found: StoredRecording) -> str:
    """Read it. Return nothing, or why it could not be."""
    device = intake.roster.get(found.device_id)
    if device is None:
        return "The device was revoked."
    head = await database.read(partial(rows.part, id=found.id, number=0))
    form = formats.form_of(head[: formats.HEAD_BYTES])
    if form not in formats.FORMS:
        return form
    found.began_at_us = found.began_at_us or to_us(now())
    await database.write(partial(_begin, id=found.id, form=form, at_us=found.began_at_us))
    try:
        await _read(database, intake, device, found=found, form=form)
    except Unavailable:
        raise
    except Exception as error:  # a door: what files hold may break what nobody thought of
        log.exception("recording.broke", recording=found.id)
        return f"It could not be worked on ({type(error).__name__})."
    return ""


async def _read(
    database: Database, intake: Intake, device: SendingDevice, *, found: StoredRecording, form: str
) -> None:
    """What a crash interrupted goes on after what is on disk."""
    file = io.BufferedReader(_Parts(database, found.id), PART_BYTES)
    source = Source(device.id, found.began_at_us, device.payload_key)
    zone = ZoneInfo(found.timezone)
    arrivals = formats.read(file, source, form, owntracks=owntracks.decode, columns=found.columns, zone=zone)
    consumed = found.consumed
    await asyncio.to_thread(_skip, arrivals, consumed)
    while some := await asyncio.to_thread(_some, arrivals):
        consumed += len(some)
        taken = TakenPart(
            found.id, consumed, counting.counted(some), not any(isinstance(each, Broken) for each in some)
        )
        said = [each for each in some if isinstance(each, Fix | DeviceReport)]
        await intake.room()
        await intake.put(
            DeviceMessage(device, "recording", b"", found.began_at_us, said, passed_on=True, recorded=taken)
        )


def _skip(arrivals: Iterator[Arrival], count: int) -> None:
    next(islice(arrivals, count, count), None)


def _some(arrivals: Iterator[Arrival]) -> Sequence[Arrival]:
    return list(islice(arrivals, _AT_ONCE))


class _Parts(io.RawIOBase):
    """The bytes of a recording, fetched part by part for a thread that reads them."""

    def __init__(self, database: Database, id: str) -> None:
        self._database, self._id = database, id
        self._loop = asyncio.get_running_loop()
        self._number, self._left = 0, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stubs say Buffer
        if not self._left:
            work = self._database.read(partial(rows.part, id=self._id, number=self._number))
            self._left = memoryview(asyncio.run_coroutine_threadsafe(work, self._loop).result(_FETCH_S))
            self._number += 1
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


async def _begin(tx: Transaction, *, id: str, form: str, at_us: int) -> None:
    if (found := await rows.find(tx, id)) is not None:
        found.state, found.form, found.began_at_us = "reading", form, at_us
        await rows.put(tx, found)


async def _end(database: Database, id: str, *, failed: str) -> None:
    async def end(tx: Transaction) -> None:
        await rows.forget_parts(tx, id)
        if (found := await rows.find(tx, id)) is not None:
            found.state, found.reason = "failed" if failed else "placing", failed
            _finish(found)
            await rows.put(tx, found)

    await database.write(end)


def _finish(found: StoredRecording) -> None:
    if found.state == "placing" and found.placed >= found.accepted:
        found.state = "done"
