"""Where devices are now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from entrepot.core.ports import Reading, Row
from entrepot.core.time import from_us
from entrepot.tracking.model.history import Position, moment
from entrepot.tracking.model.latest import State, Whereabouts, state_of

_FIX = (
    "l.fixed_at_us, l.received_at_us, l.latitude_e7, l.longitude_e7, l.accuracy_dm, l.altitude_dm,"
    " l.speed_cms, l.course_dd, l.battery_pct, l.attributes"
)
_NOW = (
    "d.no, d.id, d.offline_after_us, d.simulated, l.motion, l.motion_since_us, l.contact_at_us,"
    f" l.odometer_mm, {_FIX}"
)
_attributes = msgspec.json.Decoder(dict[str, Any]).decode


class Now(msgspec.Struct, frozen=True):
    """A device's number and id, what it does, and where; the place is None before the first fix."""

    no: int
    device_id: str
    simulated: bool
    state: State
    state_since: datetime | None
    contact_at: datetime
    odometer_m: float
    position: Position | None

    def whereabouts(self) -> Whereabouts:
        """Only of one that was somewhere."""
        at = self.position
        assert at is not None
        return Whereabouts(
            device_id=self.device_id,
            fixed_at=at.fixed_at,
            received_at=at.received_at,
            latitude=at.latitude,
            longitude=at.longitude,
            accuracy_m=at.accuracy_m,
            altitude_m=at.altitude_m,
            speed_mps=at.speed_mps,
            course_deg=at.course_deg,
            battery_pct=at.battery_pct,
            attributes=at.attributes,
            simulated=self.simulated,
            state=self.state,
            state_since=self.state_since,
            last_contact_at=self.contact_at,
            odometer_m=self.odometer_m,
        )


async def seen_by(
    tx: Reading, *, organisation: str, person: str, after: int, limit: int, at: datetime
) -> Sequence[Now]:
    """Every working device of the organisation that this person may see and that was somewhere."""
    rows = await tx.fetch(
        f"SELECT {_NOW} FROM device d JOIN latest l ON l.device_no = d.no WHERE d.organisation = ?"
        " AND d.no > ? AND d.revoked_at_us IS NULL AND (d.private = 0 OR d.person_id = ?)"
        " AND l.fixed_at_us IS NOT NULL ORDER BY d.no LIMIT ?",
        organisation, after, person, limit,
    )  # fmt: skip
    return [_now(row, at) for row in rows]


async def of_devices(tx: Reading, numbers: Sequence[int], *, at: datetime) -> dict[int, Now]:
    """By device number; only of those that were ever heard of."""
    if not numbers:
        return {}
    marks = ", ".join("?" * len(numbers))
    rows = await tx.fetch(
        f"SELECT {_NOW} FROM device d JOIN latest l ON l.device_no = d.no WHERE d.no IN ({marks})", *numbers
    )
    return {row[0]: _now(row, at) for row in rows}


async def visible_ids(tx: Reading, *, organisation: str, person: str) -> Sequence[str]:
    """The working devices of the organisation that this person may see."""
    rows = await tx.fetch(
        "SELECT id FROM device WHERE organisation = ? AND revoked_at_us IS NULL"
        " AND (private = 0 OR person_id = ?)",
        organisation, person,
    )  # fmt: skip
    return [row[0] for row in rows]


def _now(row: Row, at: datetime) -> Now:
    no, id, offline_us, simulated, motion, since, contact, odometer = row[:8]
    contact_at = from_us(contact)
    return Now(
        no,
        id,
        bool(simulated),
        state_of(motion, contact_at, None if offline_us is None else offline_us / 1e6, at=at),
        moment(since),
        contact_at,
        odometer / 1000,
        _position(row[8:]),
    )


def _position(row: Sequence[Any]) -> Position | None:
    fixed, received, lat, lon, accuracy, altitude, speed, course, battery, attributes = row
    if fixed is None:
        return None
    return Position(
        fixed_at=from_us(fixed),
        received_at=from_us(received),
        latitude=lat / 1e7,
        longitude=lon / 1e7,
        accuracy_m=None if accuracy is None else accuracy / 10,
        altitude_m=None if altitude is None else altitude / 10,
        speed_mps=None if speed is None else speed / 100,
        course_deg=None if course is None else course / 10,
        battery_pct=battery,
        attributes=None if attributes is None else _attributes(attributes),
    )
