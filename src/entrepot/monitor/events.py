"""What the monitor context says, and what it wants to hear from gateways: the shape is the monitor's."""

from typing import ClassVar

from entrepot.core.events import Event
from entrepot.core.time import Moment


class RequestsServed(Event, frozen=True, kw_only=True):
    """A gateway answered `count` requests alike in row, status and caller."""

    TYPE: ClassVar[str] = "gateway.requests_served"
    KEY: ClassVar[str] = "row"
    row: str
    status: int
    principal: str
    organisation: str
    count: int
    total_us: int
    longest_us: int
    bytes_out: int
    until: Moment
