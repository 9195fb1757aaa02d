"""Trips, stops and days of a device."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import TypeVar

import msgspec

from entrepot.core.errors import Unfit
from entrepot.core.geo import on_grid
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.tracking.functions import days as summary
from entrepot.tracking.functions import places as patterns
from entrepot.tracking.functions.privacy import shown_entries
from entrepot.tracking.model import calendar, look
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.history import (
    DaysQuery,
    FrequentPlace,
    PlacesQuery,
    TimelineEntry,
    TimelineQuery,
    TimeSpan,
    after,
)
from entrepot.tracking.model.look import Looked, What
from entrepot.tracking.repository import timeline
from entrepot.tracking.service import audit, devices, naming

T = TypeVar("T", bound=msgspec.Struct)

_MOST_DAYS_US = 400 * 86_400 * 1_000_000
_MOST_STRETCHES = 50_000


async def trips(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """The trips of a device that touch a time, the first first."""
    return await audit.shown(tx, who, looked)


async def stops(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """The stops of a device that touch a time, the first first."""
    return await audit.shown(tx, who, looked)


async def days(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """What a device did each day of a time zone."""
    return await audit.shown(tx, who, looked)


async def places(tx: Transaction, who: Principal, *, id: str, looked: Looked) -> object:
    """Where a device stops again and again, and when: home or depot, work, customers."""
    return await audit.shown(tx, who, looked)


async def find_trips(read: Read, who: Principal, *, id: str, query: TimelineQuery) -> Looked:
    """A page, before it is shown."""
    device, found, more = await _page(read, who, id, query, "trip")
    page = Page(await _named(read, device, [timeline.trip(each) for each in found]), more)
    return _looked(who, device, "trips", query.span(), page)


async def find_stops(read: Read, who: Principal, *, id: str, query: TimelineQuery) -> Looked:
    """A page, before it is shown."""
    device, found, more = await _page(read, who, id, query, "stop")
    page = Page(await _named(read, device, [timeline.stop(each) for each in found]), more)
    return _looked(who, device, "stops", query.span(), page)


async def find_days(read: Read, who: Principal, *, id: str, query: DaysQuery) -> Looked:
    """All of them, before they are shown."""
    span, zone = query.span(), calendar.zone(query.timezone)
    _check_length(span)
    begin_us = next(iter(summary.bounds(span, zone)))[1]

    async def look_up(tx: Reading) -> tuple[Device, Sequence[TimelineEntry]]:
        device = await _seen(tx, who, id)
        whole = TimeSpan(begin_us, span.end_us)
        found: list[TimelineEntry] = []
        for kind in ("trip", "stop"):
            found += await timeline.touching(
                tx, device.no, whole, kinds=[kind], after_us=None, limit=_MOST_STRETCHES
            )
        return device, found

    device, found = await read(look_up)
    found = shown_entries(look.privacy_towards(who, device), found)
    told = summary.days(found, span, zone=zone, at_us=to_us(now()))
    return _looked(who, device, "days", span, Page(told))


async def find_places(read: Read, who: Principal, *, id: str, query: PlacesQuery) -> Looked:
    """All of them, before they are shown."""
    span, zone = query.span(), calendar.zone(query.timezone)
    _check_length(span)

    async def look_up(tx: Reading) -> tuple[Device, Sequence[TimelineEntry]]:
        device = await _seen(tx, who, id)
        found = await timeline.touching(
            tx, device.no, span, kinds=["stop"], after_us=None, limit=_MOST_STRETCHES
        )
        return device, found

    device, found = await read(look_up)
    privacy = look.privacy_towards(who, device)
    found = shown_entries(privacy, found)  # reduced first: what is near each other then is one place
    cluster = partial(patterns.places, found, zone=zone, at_us=to_us(now()), personal=device.kind == "phone")
    told = await asyncio.to_thread(cluster)
    if privacy is not None and privacy.precision_m:
        told = [_rough(each, privacy.precision_m) for each in told]
    return _looked(who, device, "places", span, Page(told))


async def _named(read: Read, device: Device, rows: Sequence[T]) -> list[T]:
    return await naming.named(read, rows, organisation=device.organisation, device_id=device.id)


def _rough(place: FrequentPlace, precision_m: float) -> FrequentPlace:
    """The middle of several cells lies in none of their middles."""
    latitude, longitude = on_grid(place.latitude, place.longitude, precision_m)
    radius_m = max(place.radius_m, precision_m)
    return msgspec.structs.replace(place, latitude=latitude, longitude=longitude, radius_m=radius_m)


async def _page(
    read: Read, who: Principal, id: str, query: TimelineQuery, kind: str
) -> tuple[Device, Sequence[TimelineEntry], str | None]:
    span = query.span()
    begin_us = None if query.cursor is None else after(query.cursor, TimeSpan(-(2**62), 0)).begin_us - 1

    async def look_up(tx: Reading) -> tuple[Device, Sequence[TimelineEntry]]:
        device = await _seen(tx, who, id)
        return device, await timeline.touching(
            tx, device.no, span, kinds=[kind], after_us=begin_us, limit=query.limit + 1
        )

    device, found = await read(look_up)
    more = str(found[query.limit - 1].started_at_us) if len(found) > query.limit else None
    return device, shown_entries(look.privacy_towards(who, device), found[: query.limit]), more


def _check_length(span: TimeSpan) -> None:
    """Raises: Unfit."""
    if span.end_us - span.begin_us > _MOST_DAYS_US:
        raise Unfit("from", "At most 400 days are summed up at once.")


async def _seen(tx: Reading, who: Principal, id: str) -> Device:
    """Raises: DeviceNotFound, PositionsArePrivate."""
    device = await devices.known(tx, who, id)
    look.check_sees(who, device)
    return device


def _looked(who: Principal, device: Device, what: What, span: TimeSpan, page: object) -> Looked:
    return look.of_device(who, device, what, span, page)
