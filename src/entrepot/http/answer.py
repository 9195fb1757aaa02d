"""An answer before it becomes HTTP."""

from collections.abc import AsyncIterator

import msgspec

JSON = "application/json"
EVENT_STREAM = "text/event-stream"


class Answer(msgspec.Struct, frozen=True):
    """A whole answer, or (with `parts`) one that comes in pieces. An answer that is `forever` never changes
    under its path, so callers may cache it.
    """

    status: int
    body: bytes = b""
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    parts: AsyncIterator[bytes] | None = None
    forever: bool = False
