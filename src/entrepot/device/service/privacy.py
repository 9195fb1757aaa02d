"""People: who belongs where, what is held about their devices, and what goes with them. What follows from
positions, `tracking` holds.
"""

from base64 import b64encode
from collections.abc import Sequence

import msgspec

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import Moment, from_us
from entrepot.device.model import enrolment
from entrepot.device.repository import consent
from entrepot.device.repository import device as devices_of
from entrepot.device.repository import unused as unused_rows
from entrepot.device.service.enrolment import revoke
from entrepot.device.service.roster import Roster
from entrepot.tracking.model.enrolment import DeviceView
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.history import Position
from entrepot.user.events import MembershipChanged

ERASED = "erased"

# An export travels as one event, of one mebibyte at most, in base64; so each kind has its share.
MOST_REJECTED, MOST_REJECTED_BYTES = 1_000, 160 * 1024
MOST_QUARANTINED, MOST_CONTENT_BYTES = 300, 192 * 1024
MOST_UNUSED = 100
_decode_fix = msgspec.json.Decoder(Fix).decode


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A fix that a filter held back; `rejected` says which."""

    device_id: str
    position: Position


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A message that nobody could understand; its content in base64, unless the export has no room for it."""

    device_id: str
    protocol: str
    received_at: Moment
    reason: str
    bytes: int
    content: str | None


class DevicePersonData(msgspec.Struct, frozen=True, kw_only=True):
    """The person's devices, and what they said about being tracked. Of what the doors left out or could not
    read the newest; `…_stored` says how many there are. `cards` are OwnTracks' name and picture;
    `unused` is what came and was not used, counted, with an example in base64.
    """

    devices: list[DeviceView]
    consents: list[dict[str, object]]
    rejected_stored: int
    rejected: list[LeftOut]
    quarantined_stored: int
    quarantined: list[Unread]
    cards: dict[str, msgspec.Raw]
    unused: list[dict[str, object]] = []


async def on_membership_changed(tx: Transaction, event: MembershipChanged, *, roster: Roster) -> None:
    """Who leaves takes their devices along."""
    person, organisation = event.person_id, event.organisation
    if event.roles:
        await consent.join(tx, person, organisation=organisation)
        return
    await consent.leave(tx, person, organisation=organisation)
    for device in await devices_of.of_person(tx, person):
        if device.organisation == organisation:
            await revoke(tx, device, roster=roster)


async def erase(tx: Transaction, person: str, *, roster: Roster) -> None:
    """Their devices go; what they said about others' stays, as nobody's."""
    for device in await devices_of.of_person(tx, person):
        await revoke(tx, device, roster=roster, purge=True)
    await consent.make_nobodys(tx, person, called=ERASED)
    await consent.forget_member(tx, person)


async def export(tx: Reading, person: str) -> DevicePersonData:
    """What is held about the person."""
    devices = await devices_of.of_person(tx, person)
    words = [
        {"device": id, "at": at, "given": given, "purposes": purposes.splitlines()}
        for id, at, given, purposes in await consent.said_by(tx, person)
    ]
    held = await _held(tx, [each.id for each in devices])
    return msgspec.structs.replace(held, devices=[enrolment.view(each) for each in devices], consents=words)


async def _held(tx: Reading, devices: list[str]) -> DevicePersonData:
    rejected: list[LeftOut] = []
    quarantined: list[Unread] = []
    unused: list[dict[str, object]] = []
    cards: dict[str, msgspec.Raw] = {}
    rejected_stored = quarantined_stored = 0
    room, room_for_fixes = MOST_CONTENT_BYTES, MOST_REJECTED_BYTES
    for id in devices:
        rejected_stored += await _count(tx, "rejected", id)
        quarantined_stored += await _count(tx, "quarantine", id)
        for reason, fix in await _left_out(tx, id, limit=MOST_REJECTED - len(rejected)):
            if (room_for_fixes := room_for_fixes - len(fix)) < 0:
                break
            rejected.append(LeftOut(device_id=id, position=_position(_decode_fix(fix), reason)))
        for each, body in await _unread(tx, id, limit=MOST_QUARANTINED - len(quarantined)):
            fits = len(body) <= room
            room -= len(body) if fits else 0
            content = b64encode(body).decode() if fits else None
            quarantined.append(msgspec.structs.replace(each, content=content))
        for kind, name, reason, count, at_us, example in await unused_rows.of_device(
            tx, id, limit=MOST_UNUSED - len(unused)
        ):
            what = {"kind": kind, "name": name, "reason": reason, "count": count}
            said = b64encode(bytes(example)).decode()
            unused.append({"device_id": id, **what, "last_at": from_us(at_us), "example": said})
        row = await tx.fetch_one("SELECT card FROM device_state WHERE device_id = ?", id)
        if row is not None and row[0] is not None and len(row[0]) <= room:
            room -= len(row[0])
            cards[id] = msgspec.Raw(row[0].encode())
    return DevicePersonData(
        devices=[], consents=[],
        rejected_stored=rejected_stored, rejected=rejected, quarantined_stored=quarantined_stored,
        quarantined=quarantined, cards=cards, unused=unused,
    )  # fmt: skip


async def _count(tx: Reading, table: str, device_id: str) -> int:
    [[count]] = await tx.fetch(f"SELECT count(*) FROM {table} WHERE device_id = ?", device_id)
    return int(count)


async def _left_out(tx: Reading, device_id: str, *, limit: int) -> Sequence[Row]:
    """(reason, fix as JSON), the newest first."""
    return await tx.fetch(
        "SELECT reason, fix FROM rejected WHERE device_id = ? ORDER BY id DESC LIMIT ?", device_id, limit
    )


def _position(fix: Fix, reason: str) -> Position:
    return Position(
        from_us(fix.fixed_at_us), from_us(fix.received_at_us), fix.latitude, fix.longitude, fix.accuracy_m,
        fix.altitude_m, fix.speed_mps, fix.course_deg, fix.battery_pct, fix.attributes, reason,
    )  # fmt: skip


async def _unread(tx: Reading, device_id: str, *, limit: int) -> list[tuple[Unread, bytes]]:
    rows = await tx.fetch(
        "SELECT protocol, received_at_us, reason, size, body FROM quarantine WHERE device_id = ?"
        " ORDER BY id DESC LIMIT ?",
        device_id, limit,
    )  # fmt: skip
    return [
        (
            Unread(
                device_id=device_id, protocol=protocol, received_at=from_us(received_at_us), reason=reason,
                bytes=size, content=None,
            ),
            bytes(body),
        )
        for protocol, received_at_us, reason, size, body in rows
    ]  # fmt: skip
