"""What is asked about data keys."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound
from entrepot.core.routes import Input


class KeyGone(NotFound):
    """The data key was destroyed, and with it whatever it had sealed."""


class Batch(Input, frozen=True, kw_only=True):
    """Which data keys: those that follow `after`."""

    after: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Rewrapped(msgspec.Struct, frozen=True, kw_only=True):
    """How many were wrapped again, and where to go on; null at the end."""

    count: int
    next: str | None
