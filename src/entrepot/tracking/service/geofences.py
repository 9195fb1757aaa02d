"""Geofences: drawn, changed and taken away. An edit counts from its moment on, and never before."""

import msgspec

from entrepot.core.errors import Unfit
from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.tracking.model import calendar, drawing
from entrepot.tracking.model.drawing import (
    GeofenceChange,
    GeofenceNotFound,
    GeofenceQuery,
    GeofenceView,
    NewGeofence,
)
from entrepot.tracking.model.enrolment import Outdated
from entrepot.tracking.repository import device as devices_of
from entrepot.tracking.repository import geofence as fences_of
from entrepot.tracking.repository.geofence import StoredGeofence


async def geofences(tx: Reading, who: Principal, *, query: GeofenceQuery) -> Page[GeofenceView]:
    """The geofences of the caller's organisation."""
    found = await fences_of.page(
        tx, organisation=who.organisation, after=query.cursor or "", limit=query.limit + 1
    )
    shown = [_view(each) for each in found[: query.limit]]
    return Page(shown, shown[-1].id if len(found) > query.limit else None)


async def geofence(tx: Reading, who: Principal, *, id: str) -> GeofenceView:
    """One geofence."""
    return _view(await _known(tx, who, id))


async def draw_geofence(tx: Transaction, who: Principal, *, new: NewGeofence) -> GeofenceView:
    """Draw a geofence. It counts for what devices tell from now on."""
    id = new_id()
    await _store(tx, who, id, new, revision=1, from_us=0)
    return await geofence(tx, who, id=id)


async def change_geofence(
    tx: Transaction, who: Principal, *, id: str, change: GeofenceChange
) -> GeofenceView:
    """Change a geofence from now on; what happened before is judged by what it was then."""
    before = await _known(tx, who, id)
    if change.revision is not None and change.revision != before.revision:
        raise Outdated(before.revision)
    wanted = {
        name: value
        for name in NewGeofence.__struct_fields__
        if (value := getattr(change, name)) is not msgspec.UNSET
    }
    new = msgspec.structs.replace(drawing.drawn(before.name, before.definition), **wanted)
    moment_us = max(to_us(now()), before.from_us)
    await fences_of.close(tx, id, until_us=moment_us)
    await _store(tx, who, id, new, revision=before.revision + 1, from_us=moment_us)
    return await geofence(tx, who, id=id)


async def remove_geofence(tx: Transaction, who: Principal, *, id: str) -> None:
    """Take a geofence away from now on; what happened at it stays."""
    before = await _known(tx, who, id)
    await fences_of.close(tx, id, until_us=max(to_us(now()), before.from_us))


async def _known(tx: Reading, who: Principal, id: str) -> StoredGeofence:
    found = await fences_of.find(tx, id, organisation=who.organisation)
    if found is None:
        raise GeofenceNotFound("There is no such geofence.")
    return found


async def _store(
    tx: Transaction, who: Principal, id: str, new: NewGeofence, *, revision: int, from_us: int
) -> None:
    definition = drawing.definition(new)
    calendar.check_zone(new.timezone, field="timezone")
    calendar.check_windows(new.active, field="active")
    if unknown := await devices_of.unknown(tx, sorted(definition.devices), organisation=who.organisation):
        raise Unfit("devices", f"There is no device {unknown[0]}.")
    if not new.name.strip():
        raise Unfit("name", "A geofence needs a name.")
    await fences_of.add(
        tx, id, revision=revision, organisation=who.organisation, name=new.name.strip(),
        definition=definition, from_us=from_us, at=now(),
    )  # fmt: skip


def _view(stored: StoredGeofence) -> GeofenceView:
    what = stored.definition
    return GeofenceView(
        id=stored.id,
        revision=stored.revision,
        name=stored.name,
        geometry=what.geometry,
        radius_m=what.radius_m,
        width_m=what.width_m,
        colour=what.colour,
        active=what.active,
        timezone=what.timezone,
        devices=sorted(what.devices),
        alerts=sorted(what.alerts),
        dwell_s=what.dwell_s,
        speed_limit_mps=what.speed_limit_mps,
        created_at=stored.created_at,
        changed_at=stored.changed_at,
    )
