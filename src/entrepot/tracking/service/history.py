"""Where a device was: in pages, simplified, and as files."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial

import msgspec

from entrepot.core.ports import Database, Read, Reading, Row, Transaction
from entrepot.core.routes import File, Page, Principal
from entrepot.core.time import from_us
from entrepot.tracking.functions import export, simplify
from entrepot.tracking.functions.export import Form
from entrepot.tracking.functions.privacy import shown_position
from entrepot.tracking.model import look
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.history import ExportQuery, Position, PositionsQuery, TimeSpan, after
from entrepot.tracking.model.look import Looked
from entrepot.tracking.repository import history
from entrepot.tracking.service import audit, devices

# So many rows are read at once, and simplified together; between two such parts nothing is left out.
PART = 4_000
_FIXED, _LATITUDE, _LONGITUDE = 0, 2, 3


class Track(msgspec.Struct, frozen=True):
    """What a file is written from."""

    read: Read
    device: Device
    span: TimeSpan
    simplify_m: float | None
    privacy: Callable[[], Awaitable[Privacy | None]]


async def positions(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """Where a device was, the oldest first, in pages or simplified."""
    return await audit.shown(tx, who, looked)


async def find_positions(read: Read, who: Principal, *, id: str, query: PositionsQuery) -> Looked:
    """A page, before it is shown."""
    device = await read(lambda tx: devices.known(tx, who, id))
    look.check_sees(who, device)
    span = query.span()
    rest = after(query.cursor, span)
    if query.simplify_m is None:
        rows = await _part(read, device.no, rest, limit=query.limit + 1, with_rejected=query.include_rejected)
    else:
        rows = await _simpler(read, device.no, rest, limit=query.limit + 1, tolerance_m=query.simplify_m)
    privacy = look.privacy_towards(who, device)
    found = (shown_position(privacy, history.position(row)) for row in rows[: query.limit])
    shown = [each for each in found if each is not None]
    page = Page(shown, str(rows[query.limit - 1][_FIXED]) if len(rows) > query.limit else None)
    return look.of_device(who, device, "positions", span, page)


async def open_track(database: Database, who: Principal, *, id: str, query: ExportQuery) -> Track:
    """Note who takes it, before anything of it is sent."""
    span = query.span()

    async def begin(tx: Transaction) -> Device:
        device = await devices.known(tx, who, id)
        look.check_sees(who, device)
        if device.person != who.id:
            await audit.note(tx, who, "export", device_no=device.no, span=span)
        return device

    async def privacy_now() -> Privacy | None:
        """A file takes its time. Raises: DeviceNotFound, PositionsArePrivate."""
        device = await database.read(lambda tx: devices.known(tx, who, id))
        look.check_sees(who, device)
        return look.privacy_towards(who, device)

    return Track(database.read, await database.write(begin), span, query.simplify_m, privacy_now)


async def gpx(who: Principal, *, id: str, track: Track) -> File:
    """The positions as a GPX 1.1 track."""
    return _file(track, export.GPX)


async def geojson(who: Principal, *, id: str, track: Track) -> File:
    """The positions as GeoJSON points."""
    return _file(track, export.GEOJSON)


async def csv(who: Principal, *, id: str, track: Track) -> File:
    """The positions as a table. No cell of it is taken for a formula."""
    return _file(track, export.CSV)


def _file(track: Track, form: Form) -> File:
    begin, end = (f"{from_us(us):%Y%m%dT%H%M%SZ}" for us in (track.span.begin_us, track.span.end_us))
    name = f"{track.device.username}-{begin}-{end}.{form.suffix}"
    return File(name, form.media_type, _written(track, form))


async def _written(track: Track, form: Form) -> AsyncIterator[bytes]:
    name, rest, before = track.device.name, track.span, None
    yield form.head(name).encode()
    while rows := await _part(track.read, track.device.no, rest, limit=PART):
        rest = TimeSpan(rows[-1][_FIXED] + 1, rest.end_us)
        if track.simplify_m is not None:
            rows = await _simplified(rows, track.simplify_m)
        privacy = await track.privacy()
        found = (shown_position(privacy, history.position(row)) for row in rows)
        part: list[Position] = [each for each in found if each is not None]
        if part:
            yield form.body(part, before, name).encode()
            before = part[-1]
    yield form.foot.encode()


async def _part(
    read: Read, device_no: int, span: TimeSpan, *, limit: int, with_rejected: bool = False
) -> Sequence[Row]:
    async def look_up(tx: Reading) -> Sequence[Row]:
        return await history.rows(tx, device_no, span, limit=limit, with_rejected=with_rejected)

    return await read(look_up)


async def _simpler(
    read: Read, device_no: int, span: TimeSpan, *, limit: int, tolerance_m: float
) -> Sequence[Row]:
    """At most about `limit` and a part's worth of rows that stand for many more."""
    found: list[Row] = []
    while len(found) < limit and (rows := await _part(read, device_no, span, limit=PART)):
        span = TimeSpan(rows[-1][_FIXED] + 1, span.end_us)
        found += await _simplified(rows, tolerance_m)
    return found


async def _simplified(rows: Sequence[Row], tolerance_m: float) -> Sequence[Row]:
    """In a thread: it takes a while."""
    latitudes = [row[_LATITUDE] / 1e7 for row in rows]
    longitudes = [row[_LONGITUDE] / 1e7 for row in rows]
    kept = await asyncio.to_thread(partial(simplify.kept, latitudes, longitudes, tolerance_m=tolerance_m))
    return [rows[index] for index in kept]
