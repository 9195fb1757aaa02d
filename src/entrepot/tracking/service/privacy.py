"""People: what is held about them, and what goes with them."""

import msgspec

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us, now
from entrepot.tracking.events import DeviceDataWanted
from entrepot.tracking.model import enrolment
from entrepot.tracking.model.history import Position
from entrepot.tracking.model.pattern import HabitualRoute, JudgementView, KnownPlace
from entrepot.tracking.model.report import StoredReport
from entrepot.tracking.model.schedule import ReportSchedule
from entrepot.tracking.repository import audit, history, schedule
from entrepot.tracking.repository import device as devices_of
from entrepot.tracking.repository import report as reports_of
from entrepot.tracking.repository import share as shares_of
from entrepot.tracking.service import devices, places
from entrepot.user.events import (
    AccountSuspended,
    KeyNarrowed,
    KeyRevoked,
    MembershipChanged,
    PersonExportRequested,
)

ERASED = "erased"
# An export travels as one event; all positions are in `GET /api/devices/{id}/positions.geojson`.
MOST_POSITIONS = 3_000
_MOST_LOOKS = 1_000
_MAY_SHARE = frozenset({"share:write", "*"})
_MAY_SEE = frozenset({"position:read", "*"})
_MOST_LETTERS = 50_000  # of one device's reports


class HeldDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device of the person; `positions` and `reports` are the newest, `positions_stored` and
    `reports_stored` say how many there are. The lines of `routes` are in `GET /api/devices/{id}/habits`.
    """

    device: enrolment.DeviceView
    positions_stored: int
    positions: list[Position]
    places: list[KnownPlace]
    routes: list[HabitualRoute]
    judgements: list[JudgementView]
    reports_stored: int
    reports: list[StoredReport]


class TrackingPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What this context holds about a person."""

    devices: list[HeldDevice]
    shares: list[object]
    scheduled_reports: list[ReportSchedule]
    looks_at_others: list[dict[str, object]]


async def on_membership_changed(tx: Transaction, event: MembershipChanged) -> None:
    """What somebody shared ends when they leave, or may not share any more; so do the reports that they are
    told of.
    """
    if not event.roles or (event.scopes and _MAY_SHARE.isdisjoint(event.scopes)):
        await shares_of.revoke_of(tx, event.person_id, organisation=event.organisation, at=now())
    if not event.roles or (event.scopes and _MAY_SEE.isdisjoint(event.scopes)):
        await schedule.remove_of(tx, event.person_id, organisation=event.organisation)


async def on_key_revoked(tx: Transaction, event: KeyRevoked) -> None:
    """What was shared with a key ends with it."""
    await shares_of.revoke_of(tx, event.key_id, organisation=event.organisation, at=now())


async def on_key_narrowed(tx: Transaction, event: KeyNarrowed) -> None:
    """What was shared with a key ends when the key may not share any more."""
    if event.organisation and _MAY_SHARE.isdisjoint(event.scopes):
        await shares_of.revoke_of(tx, event.key_id, organisation=event.organisation, at=now())


async def on_account_suspended(tx: Transaction, event: AccountSuspended) -> None:
    """What somebody shared ends; they may share anew once their account works again."""
    await shares_of.revoke_of(tx, event.person_id, organisation=None, at=now())


async def on_person_export_requested(tx: Transaction, event: PersonExportRequested) -> None:
    """Have those who hold something of the person's devices tell it."""
    ids = [each.id for each in await devices_of.of_person(tx, event.person_id)]
    tx.emit(DeviceDataWanted(export_id=event.export_id, wrapped=event.wrapped, device_ids=ids))


async def erase(tx: Transaction, person: str) -> None:
    """Their devices and all that these told go; that they looked stays, as nobody's."""
    for device in await devices_of.of_person(tx, person):
        await devices.purge(tx, device)
    await shares_of.revoke_of(tx, person, organisation=None, at=now())
    await shares_of.make_nobodys(tx, person)
    await schedule.remove_of(tx, person, organisation=None)
    await audit.make_nobodys(tx, person, called=ERASED)


async def export(tx: Reading, person: str) -> TrackingPersonData:
    """What is held about the person."""
    shown, room = [], MOST_POSITIONS
    for device in await devices_of.of_person(tx, person):
        newest = await history.newest(tx, device.no, limit=room)
        room -= len(newest)
        known = await places.held(tx, device)
        shown.append(
            HeldDevice(
                device=enrolment.view(device),
                positions_stored=await history.count(tx, device.no),
                positions=newest,
                places=known.places,
                routes=known.routes,
                judgements=known.judgements,
                reports_stored=await reports_of.count(tx, device.no),
                reports=list(await reports_of.newest(tx, device.no, letters=_MOST_LETTERS)),
            )
        )
    return TrackingPersonData(
        devices=shown,
        shares=list(await shares_of.made_by(tx, person)),
        scheduled_reports=list(await schedule.of_person(tx, person)),
        looks_at_others=[
            {"device": id, "at": from_us(at_us), "what": what, "from": from_us(begin), "to": from_us(end)}
            for id, at_us, what, begin, end in await audit.of_reader(tx, person, limit=_MOST_LOOKS)
        ],
    )
