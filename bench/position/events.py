"""What the position context says."""

from typing import ClassVar

from entrepot.core.events import Event


class PositionReported(Event, frozen=True, kw_only=True):
    """A position was stored."""

    TYPE: ClassVar[str] = "position.reported"
    KEY: ClassVar[str] = "device"
    id: str
    device: str
