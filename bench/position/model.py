"""A position: eight constrained fields, 274 bytes as JSON."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound
from entrepot.core.routes import Input


class PositionNotFound(NotFound):
    """No such position."""


class Position(Input, frozen=True, kw_only=True):
    """Where a device was. The caller chooses the id."""

    id: Annotated[str, Meta(min_length=36, max_length=36)]
    device: Annotated[str, Meta(min_length=1, max_length=80)]
    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    altitude_m: Annotated[float, Meta(ge=-500, le=20_000)]
    speed_mps: Annotated[float, Meta(ge=0, le=500)]
    course_deg: Annotated[float, Meta(ge=0, lt=360)]
    fixed_at: Annotated[datetime, Meta(tz=True)]


class Recorded(msgspec.Struct, frozen=True):
    """Which position is on disk now."""

    id: str
