"""Looks: who saw where somebody else's device was. What is shown is written down first."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Forbidden
from entrepot.core.routes import Cursor, Principal
from entrepot.core.time import Moment
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.enrolment import Device
from entrepot.tracking.model.history import TimeSpan

What = Literal[
    "positions",
    "trips",
    "stops",
    "days",
    "places",
    "latest",
    "live",
    "export",
    "alerts",
    "quarantine",
    "reports",
    "fleet",
]

EVERY = 0  # the number that stands for every device of the organisation that is not private
MINUTE_US = 60_000_000


class PositionsArePrivate(Forbidden):
    """Only the person whose device it is sees where it was."""


class Looked(msgspec.Struct, frozen=True):
    """What is about to be shown, and of which device; of none that is somebody else's, if None."""

    answer: object
    what: What
    device_no: int | None
    span: TimeSpan


class LookQuery(Cursor, frozen=True, kw_only=True):
    """Which looks: the newest first."""

    cursor: Annotated[str, Meta(max_length=400)] | None = None


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked in the minute from `at` on: at the positions from `from` to `to`, of this device, or
    of `every` one that the organisation has.
    """

    at: Moment
    reader: str
    reader_kind: str
    what: str
    every: bool
    begin: Moment = msgspec.field(name="from")
    end: Moment = msgspec.field(name="to")


def check_sees(who: Principal, device: Device) -> None:
    """Raises: PositionsArePrivate."""
    if device.hidden and not is_own(who, device):
        raise PositionsArePrivate("Only the person whose device this is sees where it was.")


def is_own(who: Principal, device: Device) -> bool:
    return device.person != "" and device.person == who.id


def privacy_towards(who: Principal, device: Device) -> Privacy | None:
    """By what what is shown to them is reduced now; None: by nothing."""
    return None if is_own(who, device) or not device.privacy.restricts else device.privacy


def of_device(who: Principal, device: Device, what: What, span: TimeSpan, answer: object) -> Looked:
    """Nobody needs to be told that they looked at their own."""
    return Looked(answer, what, None if device.person == who.id else device.no, span)
