"""Reports over many devices, device after device: a page at a time, or to the end for a file.

Each step reads one device as it is then: who may no longer see it, or sees it rougher, is shown no more.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from entrepot.core.errors import Unfit
from entrepot.core.paging import cursor_at, place_in
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.tracking.functions import fleet as rows
from entrepot.tracking.functions.privacy import shown_entries
from entrepot.tracking.functions.speeding import episodes
from entrepot.tracking.functions.summary import sums
from entrepot.tracking.functions.visits import visits as visits_of
from entrepot.tracking.model import calendar, look
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.fleet import (
    FleetChoice,
    FleetDaysQuery,
    FleetQuery,
    FleetRow,
    ReportPlace,
    SpeedingQuery,
)
from entrepot.tracking.model.history import TimelineEntry, TimeSpan
from entrepot.tracking.model.sums import Sums
from entrepot.tracking.repository import device as devices_of
from entrepot.tracking.repository import fleet, timeline
from entrepot.tracking.service import audit, naming

_MOST_STEPS = 1_000  # of a page: so many devices are looked at before it is given, however empty it is
_TRIPS_AT_ONCE = 50
_MOST_ENTRIES = 50_000
_MOST_FIXES = 100_000  # of one trip: a week of seconds is beyond any


class AskedReport(NamedTuple):
    """A report as it was asked for. Without ids it is of all devices."""

    who: Principal
    span: TimeSpan
    ids: Sequence[str]
    kind: str
    zone: ZoneInfo
    above_mps: float | None
    at_us: int


class ReportStep(NamedTuple):
    """Rows of one device, and where to go on; None: nowhere."""

    rows: Sequence[FleetRow]
    place: ReportPlace | None


class FleetLook(NamedTuple):
    """A page before it is shown, and of which devices it tells; of every one, if None."""

    asked: AskedReport
    devices: Sequence[int] | None
    page: Page[FleetRow]


class DeviceTurn(NamedTuple):
    """A device that has its turn: after the row at `place` at most `limit` rows of it are wanted."""

    asked: AskedReport
    device: Device
    privacy: Privacy | None
    place: ReportPlace
    limit: int


OfOne = Callable[[Reading, DeviceTurn], Awaitable[ReportStep]]


async def asked_by(read: Read, who: Principal, query: FleetChoice) -> AskedReport:
    """Raises: Unfit."""
    ids = query.ids()
    unknown = await read(lambda tx: devices_of.unknown(tx, ids, organisation=who.organisation))
    if unknown:
        raise Unfit("devices", "One of these devices is not there.")
    return AskedReport(
        who=who,
        span=query.span(),
        ids=ids,
        kind=query.kind or "",
        zone=calendar.zone(getattr(query, "timezone", "UTC")),
        above_mps=getattr(query, "above_mps", None),
        at_us=to_us(now()),
    )


async def step(
    read: Read, asked: AskedReport, of_one: OfOne, place: ReportPlace, *, limit: int
) -> ReportStep:
    """Return what comes next: at most `limit` rows of the next device that has its turn."""

    async def look_up(tx: Reading) -> ReportStep:
        device, following = await devices_of.next_seen(
            tx, organisation=asked.who.organisation, person=asked.who.id, kind=asked.kind, ids=asked.ids,
            from_no=place.device_no,
        )  # fmt: skip
        if device is None:
            return ReportStep((), None)
        begun = place if device.no == place.device_no else ReportPlace(device.no)
        privacy = look.privacy_towards(asked.who, device)
        found = await of_one(tx, DeviceTurn(asked, device, privacy, begun, limit))
        if found.place is not None or following is None:
            return found
        return ReportStep(found.rows, ReportPlace(following))

    found = await read(look_up)
    if not found.rows:
        return found
    named = await naming.named(
        read, found.rows, organisation=asked.who.organisation, device_id=found.rows[0].device_id,
    )  # fmt: skip
    return ReportStep(named, found.place)


async def _page(read: Read, who: Principal, query: FleetQuery, of_one: OfOne) -> FleetLook:
    asked = await asked_by(read, who, query)
    place: ReportPlace | None = place_in(query.cursor, ReportPlace) or ReportPlace(0)
    found: list[FleetRow] = []
    for _ in range(_MOST_STEPS):
        if place is None or len(found) >= query.limit:
            break
        part = await step(read, asked, of_one, place, limit=query.limit - len(found))
        found += part.rows
        place = part.place
    page = Page(found, None if place is None else cursor_at(place))
    return FleetLook(asked, await noted_devices(read, asked), page)


async def noted_devices(read: Read, asked: AskedReport) -> Sequence[int] | None:
    """Return the numbers of the devices that were named and are somebody else's; None: it is of every one."""
    if not asked.ids:
        return None

    async def look_up(tx: Reading) -> Sequence[int]:
        found = [await devices_of.find(tx, id, organisation=asked.who.organisation) for id in asked.ids]
        return [each.no for each in found if each is not None and not look.is_own(asked.who, each)]

    return await read(look_up)


async def note(tx: Transaction, asked: AskedReport, devices: Sequence[int] | None) -> None:
    """Write down who looks."""
    for no in (look.EVERY,) if devices is None else devices:
        await audit.note(tx, asked.who, "fleet", device_no=no, span=asked.span)


async def _shown(tx: Transaction, looked: FleetLook) -> Page[FleetRow]:
    await note(tx, looked.asked, looked.devices)
    return looked.page


# ---- the reports ----------------------------------------------------------------------------------------


async def fleet_summary(tx: Transaction, who: Principal, *, looked: FleetLook) -> object:
    """What each device did in a time: distance, moving time, stops, top speed."""
    return await _shown(tx, looked)


async def fleet_trips(tx: Transaction, who: Principal, *, looked: FleetLook) -> object:
    """The trips of all devices that touch a time, device by device."""
    return await _shown(tx, looked)


async def fleet_stops(tx: Transaction, who: Principal, *, looked: FleetLook) -> object:
    """The stops of all devices that touch a time, device by device."""
    return await _shown(tx, looked)


async def fleet_visits(tx: Transaction, who: Principal, *, looked: FleetLook) -> object:
    """When devices were in geofences, device by device. Devices whose places are reduced have none."""
    return await _shown(tx, looked)


async def fleet_days(tx: Transaction, who: Principal, *, looked: FleetLook) -> object:
    """What each device did each day of a time zone."""
    return await _shown(tx, looked)


async def fleet_speeding(tx: Transaction, who: Principal, *, looked: FleetLook) -> object:
    """Where devices were too fast for ten seconds or longer. A page may be short and yet have a next one."""
    return await _shown(tx, looked)


async def find_summary(read: Read, who: Principal, *, query: FleetQuery) -> FleetLook:
    return await _page(read, who, query, summary_of)


async def find_trips(read: Read, who: Principal, *, query: FleetQuery) -> FleetLook:
    return await _page(read, who, query, trips_of)


async def find_stops(read: Read, who: Principal, *, query: FleetQuery) -> FleetLook:
    return await _page(read, who, query, stops_of)


async def find_visits(read: Read, who: Principal, *, query: FleetQuery) -> FleetLook:
    return await _page(read, who, query, visits_in)


async def find_days(read: Read, who: Principal, *, query: FleetDaysQuery) -> FleetLook:
    return await _page(read, who, query, days_of)


async def find_speeding(read: Read, who: Principal, *, query: SpeedingQuery) -> FleetLook:
    return await _page(read, who, query, speeding_of)


# ---- one device -----------------------------------------------------------------------------------------


async def summary_of(tx: Reading, turn: DeviceTurn) -> ReportStep:
    asked, device, privacy, place, _ = turn
    if place.after_us is not None:
        return ReportStep((), None)
    if privacy is not None and privacy.schedule:  # only one by one it is known what may be shown
        entries = await _entries(tx, device, privacy, asked.span, kinds=("trip", "stop"))
        total = sums(entries, asked.span, at_us=asked.at_us)
    else:
        total = await fleet.sums(tx, device.no, asked.span)
        total += sums(await fleet.edges(tx, device.no, asked.span), asked.span, at_us=asked.at_us)
    return ReportStep((rows.summary(device, total),) if total != Sums() else (), None)


async def trips_of(tx: Reading, turn: DeviceTurn) -> ReportStep:
    found, further = await _touching(tx, turn, kind="trip")
    return ReportStep([rows.trip(turn.device, timeline.trip(each)) for each in found], further)


async def stops_of(tx: Reading, turn: DeviceTurn) -> ReportStep:
    found, further = await _touching(tx, turn, kind="stop")
    return ReportStep([rows.stop(turn.device, timeline.stop(each)) for each in found], further)


async def visits_in(tx: Reading, turn: DeviceTurn) -> ReportStep:
    asked, device, privacy, place, limit = turn
    if privacy is not None and privacy.precision_m:
        return ReportStep((), None)  # a fence may be smaller than the grid to which places are reduced
    names, closed_us = await fleet.geofences(tx, device.organisation)
    passages = await fleet.passages(tx, device.no, asked.span)
    found = rows.shown_visits(privacy, visits_of(passages, asked.span, closed_us=closed_us))
    after = [each for each in found if _is_after(place, each.entered_us, each.geofence_id)]
    shown = after[:limit]
    return ReportStep(
        [rows.visit(device, each, name=names.get(each.geofence_id, "")) for each in shown],
        ReportPlace(device.no, shown[-1].entered_us, shown[-1].geofence_id) if len(after) > limit else None,
    )


async def days_of(tx: Reading, turn: DeviceTurn) -> ReportStep:
    asked, device, privacy, place, limit = turn
    whole = rows.whole_days(asked.span, asked.zone)
    entries = await _entries(tx, device, privacy, whole, kinds=("trip", "stop"))
    if not entries:
        return ReportStep((), None)
    found = rows.days(device, entries, asked.span, zone=asked.zone, at_us=asked.at_us)
    after = [each for each in found if place.after_us is None or each.day.toordinal() > place.after_us]
    shown = after[:limit]
    more = ReportPlace(device.no, shown[-1].day.toordinal()) if len(after) > limit else None
    return ReportStep(shown, more)


async def speeding_of(tx: Reading, turn: DeviceTurn) -> ReportStep:
    asked, device, privacy, place, limit = turn
    above_mps = device.alerts.overspeed_mps if asked.above_mps is None else asked.above_mps
    if above_mps is None:
        return ReportStep((), None)
    after_us = asked.span.begin_us - 1 if place.after_us is None else place.after_us
    rest = TimeSpan(max(asked.span.begin_us, after_us + 1), asked.span.end_us)
    driven = await timeline.touching(tx, device.no, rest, kinds=["trip"], after_us=None, limit=_TRIPS_AT_ONCE)
    found: list[FleetRow] = []
    for trip in driven:
        ended_us = rest.end_us if trip.ended_at_us is None else trip.ended_at_us
        if trip.max_speed_mps is not None and trip.max_speed_mps > above_mps:
            when = TimeSpan(max(trip.started_at_us, asked.span.begin_us), min(ended_us, asked.span.end_us))
            fixes = await fleet.fixes(tx, device.no, device.id, when, limit=_MOST_FIXES)
            for each in rows.shown_episodes(privacy, episodes(fixes, above_mps)):
                if each.began_us <= after_us:
                    continue
                if len(found) == limit:
                    return ReportStep(found, ReportPlace(device.no, after_us))
                found.append(rows.speeding(device, each, limit_mps=above_mps))
                after_us = each.began_us
        after_us = max(after_us, ended_us - 1)
    return ReportStep(found, ReportPlace(device.no, after_us) if len(driven) == _TRIPS_AT_ONCE else None)


async def _touching(
    tx: Reading, turn: DeviceTurn, *, kind: str
) -> tuple[list[TimelineEntry], ReportPlace | None]:
    asked, device, privacy, place, limit = turn
    found = await timeline.touching(
        tx, device.no, asked.span, kinds=[kind], after_us=place.after_us, limit=limit + 1
    )
    more = ReportPlace(device.no, found[limit - 1].started_at_us) if len(found) > limit else None
    return shown_entries(privacy, found[:limit]), more


async def _entries(
    tx: Reading, device: Device, privacy: Privacy | None, span: TimeSpan, *, kinds: Sequence[str]
) -> list[TimelineEntry]:
    found = await timeline.touching(tx, device.no, span, kinds=kinds, after_us=None, limit=_MOST_ENTRIES)
    return shown_entries(privacy, found)


def _is_after(place: ReportPlace, at_us: int, key: str) -> bool:
    return place.after_us is None or (at_us, key) > (place.after_us, place.key)
