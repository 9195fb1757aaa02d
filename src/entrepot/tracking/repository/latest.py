"""Where devices are now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from entrepot.core.ports import Reading, Row
from entrepot.core.time import from_us, to_us
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.fix import told_accuracy_m
from entrepot.tracking.model.history import Position, moment
from entrepot.tracking.model.latest import MovementStatus, Whereabouts, state_of
from entrepot.tracking.repository.derivation import privacy_of

_FIX = (
    "l.fixed_at_us, l.received_at_us, l.latitude_e7, l.longitude_e7, l.accuracy_dm, l.altitude_dm,"
    " l.speed_cms, l.course_dd, l.battery_pct, l.attributes"
)
_NOW = (
    "d.no, d.id, d.offline_after_us, d.simulated, l.motion, l.motion_since_us, l.contact_at_us,"
    f" l.odometer_mm, {_FIX}"
)
_SEEN = "d.hidden = 0 OR (d.person_id = ? AND d.person_id <> '')"
_attributes = msgspec.json.Decoder(dict[str, Any]).decode


class Now(msgspec.Struct, frozen=True):
    """What a device does, and where; the place is None before the first fix, and `contact_at` of a device
    that never spoke, of which others brought a recorded track.
    """

    state: MovementStatus
    contact_at: datetime | None
    odometer_m: float
    position: Position | None


async def seen_by(
    tx: Reading, *, organisation: str, person: str, after: int, limit: int, at: datetime
) -> tuple[list[tuple[Whereabouts, Privacy | None]], int | None]:
    """Every working device of the organisation that this person may see and that was somewhere, with what is
    to reduce it; and the number after which there are more.
    """
    rows = await tx.fetch(
        f"SELECT {_NOW}, d.person_id, d.privacy FROM device d JOIN latest l ON l.device_no = d.no"
        f" WHERE d.organisation = ? AND d.no > ? AND d.revoked_at_us IS NULL AND ({_SEEN})"
        " AND l.fixed_at_us IS NOT NULL ORDER BY d.no LIMIT ?",
        organisation, after, person, limit + 1,
    )  # fmt: skip
    at_us = to_us(at)
    places = [
        (_whereabouts(place, at_us), _towards(person, of, privacy)) for *place, of, privacy in rows[:limit]
    ]
    return places, rows[limit - 1][0] if len(rows) > limit else None


async def of_devices(tx: Reading, numbers: Sequence[int], *, at: datetime) -> dict[int, Now]:
    """By device number; only of those that were ever heard of."""
    if not numbers:
        return {}
    marks = ", ".join("?" * len(numbers))
    rows = await tx.fetch(
        f"SELECT {_NOW} FROM device d JOIN latest l ON l.device_no = d.no WHERE d.no IN ({marks})", *numbers
    )
    at_us = to_us(at)
    return {row[0]: _now(row, at_us) for row in rows}


async def visible(tx: Reading, *, organisation: str, person: str) -> dict[str, Privacy | None]:
    """The working devices of the organisation that this person may see, and by what they are reduced."""
    rows = await tx.fetch(
        f"SELECT id, person_id, privacy FROM device d WHERE organisation = ? AND revoked_at_us IS NULL"
        f" AND ({_SEEN})",
        organisation, person,
    )  # fmt: skip
    return {id: _towards(person, of, privacy) for id, of, privacy in rows}


def _towards(person: str, of: str, privacy: str) -> Privacy | None:
    """As `model.look.privacy_towards`."""
    said = privacy_of(privacy)
    return None if not said.restricts or (of and of == person) else said


def _now(row: Row, at_us: int) -> Now:
    _, _, offline_us, _, motion, _, contact_us, odometer_mm = row[:8]
    position = None if row[8] is None else _position(row[8:])
    return Now(
        state_of(motion, contact_us, offline_us, at_us=at_us),
        moment(contact_us or None),
        odometer_mm / 1000,
        position,
    )


def _position(columns: Row) -> Position:
    fixed, received, lat, lon, accuracy, altitude, speed, course, battery, attributes = columns
    said = None if attributes is None else _attributes(attributes)
    return Position(
        from_us(fixed),
        from_us(received),
        lat / 1e7,
        lon / 1e7,
        told_accuracy_m(None if accuracy is None else accuracy / 10, said),
        None if altitude is None else altitude / 10,
        None if speed is None else speed / 100,
        None if course is None else course / 10,
        battery,
        said,
    )


def _whereabouts(row: Sequence[Any], at_us: int) -> Whereabouts:
    (
        _, id, offline_us, simulated, motion, since_us, contact_us, odometer_mm, fixed, received, lat, lon,
        accuracy, altitude, speed, course, battery, attributes,
    ) = row  # fmt: skip
    received_at = from_us(received)
    said = None if attributes is None else _attributes(attributes)
    return Whereabouts(
        id,
        from_us(fixed),
        received_at,
        lat / 1e7,
        lon / 1e7,
        told_accuracy_m(None if accuracy is None else accuracy / 10, said),
        None if altitude is None else altitude / 10,
        None if speed is None else speed / 100,
        None if course is None else course / 10,
        battery,
        said,
        simulated == 1,
        state_of(motion, contact_us, offline_us, at_us=at_us),
        None if since_us is None else from_us(since_us),
        received_at if contact_us == received else moment(contact_us or None),
        odometer_mm / 1000,
    )
