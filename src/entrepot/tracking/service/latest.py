"""Where devices are now: every device with its newest position, in lists and for the map."""

import msgspec

from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.tracking.functions.privacy import shown_position, shown_whereabouts
from entrepot.tracking.model import enrolment
from entrepot.tracking.model.enrolment import Device, DeviceQuery
from entrepot.tracking.model.history import TimeSpan, page_after
from entrepot.tracking.model.latest import DeviceNow, LatestQuery, Whereabouts
from entrepot.tracking.model.look import EVERY, Looked, What, is_own, of_device, privacy_towards
from entrepot.tracking.repository import device as devices_of
from entrepot.tracking.repository import latest
from entrepot.tracking.repository.latest import Now
from entrepot.tracking.service import audit
from entrepot.tracking.service import devices as enrolled


async def devices(tx: Transaction, who: Principal, *, looked: Looked) -> object:
    """The devices of the caller's organisation and where they are, the first enrolled first."""
    return await audit.shown(tx, who, looked)


async def device(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """A device, and where it is."""
    return await audit.shown(tx, who, looked)


async def latest_positions(tx: Transaction, who: Principal, *, looked: Looked) -> object:
    """Where all devices of the caller's organisation are now."""
    return await audit.shown(tx, who, looked)


async def find_devices(read: Read, who: Principal, *, query: DeviceQuery) -> Looked:
    """A page of devices, before it is shown."""

    async def look_up(tx: Reading) -> Page[DeviceNow]:
        found = await devices_of.page(
            tx, organisation=who.organisation, query=query, sees=_sees(who), at_us=to_us(now()),
            after=page_after(query.cursor), limit=query.limit + 1,
        )  # fmt: skip
        shown = found[: query.limit]
        places = await latest.of_devices(tx, [each.no for each in shown], at=now())
        more = str(shown[-1].no) if len(found) > query.limit else None
        return Page([_now_of(who, each, places.get(each.no)) for each in shown], more)

    page = await read(look_up)
    return every("latest", page, told=any(each.position is not None for each in page.items))


async def find_device(read: Read, who: Principal, *, id: str) -> Looked:
    """One device, before it is shown."""

    async def look_up(tx: Reading) -> Looked:
        device = await enrolled.known(tx, who, id)
        place = (await latest.of_devices(tx, [device.no], at=now())).get(device.no)
        told = _now_of(who, device, place)
        if told.position is None:
            return Looked(told, "latest", None, _present())
        return of_device(who, device, "latest", _present(), told)

    return await read(look_up)


async def find_latest(read: Read, who: Principal, *, query: LatestQuery) -> Looked:
    """Where all devices are, before it is shown."""
    page = await read(lambda tx: whereabouts(tx, who, query=query))
    return every("latest", page, told=bool(page.items))


async def whereabouts(tx: Reading, who: Principal, *, query: LatestQuery) -> Page[Whereabouts]:
    shown, last = await latest.seen_by(
        tx, organisation=who.organisation, person=who.id, after=page_after(query.cursor), limit=query.limit,
        at=now(),
    )  # fmt: skip
    left = [found for place, privacy in shown if (found := shown_whereabouts(privacy, place)) is not None]
    return Page(left, None if last is None else str(last))


def every(what: What, answer: object, *, told: bool) -> Looked:
    """A look at all devices at once, if it told anything."""
    return Looked(answer, what, EVERY if told else None, _present())


def _present() -> TimeSpan:
    moment_us = to_us(now())
    return TimeSpan(moment_us, moment_us)


def _sees(who: Principal) -> str:
    return who.id if who.allows("position:read") else ""


def _now_of(who: Principal, device: Device, place: Now | None) -> DeviceNow:
    told = msgspec.structs.asdict(enrolment.view(device))
    hidden = device.hidden and not is_own(who, device)
    if hidden or not who.allows("position:read"):
        return DeviceNow(**told)
    if place is None:
        return DeviceNow(**told, state="unseen")
    position = place.position
    if position is not None:
        position = shown_position(privacy_towards(who, device), position)
    return DeviceNow(
        **told,
        state=place.state,
        last_contact_at=place.contact_at,
        battery_pct=None if position is None else position.battery_pct,
        odometer_m=place.odometer_m,
        position=position,
    )
