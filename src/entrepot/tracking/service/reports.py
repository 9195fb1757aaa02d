"""Reports: kept as they come, shown, and what follows from them: alerts, and geofences if somebody asks."""

from collections.abc import Sequence

import msgspec
import structlog

from entrepot.core.errors import Unfit
from entrepot.core.paging import cursor_of_moment, moment_in
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.device.events import DeviceReported
from entrepot.tracking.functions.privacy import reduced_said, withheld
from entrepot.tracking.model import look
from entrepot.tracking.model import report as model
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.drawing import GeofenceView
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.history import TimeSpan, span_between
from entrepot.tracking.model.look import Looked
from entrepot.tracking.model.report import ReportNotFound, ReportQuery, StoredReport
from entrepot.tracking.repository import report as reports_of
from entrepot.tracking.repository.derivation import Tracked
from entrepot.tracking.service import audit, devices, dispatch, geofences

log = structlog.get_logger()

_EVER_US = 2**62


async def reports(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """What a device said besides its positions, the newest first."""
    return await audit.shown(tx, who, looked)


async def find_reports(read: Read, who: Principal, *, id: str, query: ReportQuery) -> Looked:
    """A page, before it is shown."""
    before = moment_in(query.cursor)
    begin_us = -_EVER_US if query.begin is None else to_us(query.begin)
    span = TimeSpan(begin_us, _EVER_US if query.end is None else to_us(query.end))
    if span.begin_us > span.end_us:
        raise Unfit("from", "`from` is after `to`.")

    async def look_up(tx: Reading) -> tuple[Device, list[StoredReport]]:
        device = await devices.known(tx, who, id)
        look.check_sees(who, device)
        return device, await reports_of.page(
            tx, device.no, span, kind=query.kind or "", before=before, limit=query.limit + 1
        )

    device, found = await read(look_up)
    last = found[: query.limit][-1:]
    more = cursor_of_moment(last[0].at, last[0].id) if len(found) > query.limit else None
    shown = _shown(look.privacy_towards(who, device), found[: query.limit])
    page = Page(shown, more)
    return look.of_device(who, device, "reports", span_between(each.at for each in shown), page)


def _shown(privacy: Privacy | None, found: Sequence[StoredReport]) -> list[StoredReport]:
    """As others see them, by the privacy that holds now."""
    if privacy is None:
        return list(found)
    left = [each for each in found if not withheld(privacy, to_us(each.at))]
    if not privacy.precision_m:
        return left
    return [
        msgspec.structs.replace(each, said=reduced_said(each.said, privacy.precision_m))
        for each in left
        if isinstance(each.said, dict)
    ]


async def take_over_waypoint(tx: Transaction, who: Principal, *, id: str, report_id: str) -> GeofenceView:
    """Draw a geofence where a waypoint of the device is, with its name and radius."""
    device = await devices.known(tx, who, id)
    look.check_sees(who, device)
    found = await reports_of.find(tx, report_id, device_no=device.no)
    shown = [] if found is None else _shown(look.privacy_towards(who, device), [found])
    report = shown[0] if shown else None
    if report is None:
        raise ReportNotFound(f"There is no report {report_id} of this device.")
    new = model.circle(report)
    if device.person != who.id:
        await audit.note(tx, who, "reports", device_no=device.no, span=span_between([report.at]))
    return await geofences.draw_geofence(tx, who, new=new)


async def keep(tx: Transaction, device: Tracked, event: DeviceReported) -> None:
    """Store a report; a region that the phone itself watches is told of like a geofence. What is older than
    what the device keeps is not taken any more.
    """
    at_us = to_us(event.reported_at)
    if event.kind not in model.KINDS or at_us <= device.floor_us:
        return
    id = model.report_id(event.device_id, event.kind, at_us, event.body)
    await reports_of.add(tx, id, device_no=device.no, kind=event.kind, at_us=at_us, body=event.body)
    if event.kind == "status" and device.watched.alerts.alarms and '"alarm"' in event.body:
        found = [(device, each) for each in model.alarms(event.device_id, at_us, event.body)]
        await dispatch.tell(tx, found, at_us=to_us(now()))
    if event.kind != "transition" or not device.watched.alerts.phone_regions:
        return
    incident = model.crossing(event.device_id, at_us, event.body)
    if incident is None:
        log.info("report.untold", reason="unreadable", kind=event.kind)
    else:
        await dispatch.tell(tx, [(device, incident)], at_us=to_us(now()))
