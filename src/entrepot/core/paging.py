"""Pages of a list: where the next one begins is written into an opaque cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from entrepot.core.errors import Invalid, Unfit
from entrepot.core.routes import Page
from entrepot.core.time import to_us

T = TypeVar("T")
Place = TypeVar("Place")
# Text in a place: no database takes a NUL character.
Text = Annotated[str, Meta(pattern=r"^[^\x00]*$")]
_MOST_DIGITS = 18  # a database keeps 63 bits


class BadCursor(Invalid):
    """A cursor that no page gave."""


def cursor_at(place: object) -> str:
    """Return the cursor of a place: what a list is ordered by, of its last item shown."""
    return urlsafe_b64encode(msgspec.json.encode(place)).decode()


def place_in(cursor: str | None, shape: type[Place]) -> Place | None:
    """Return the place that a cursor holds; None is the beginning. Callers can make a cursor up, so `shape`
    bounds what it holds. Raises: BadCursor.
    """
    if cursor is None:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor), type=shape)
    except ValueError as error:  # msgspec's and base64's errors are ValueErrors
        raise BadCursor("This cursor is not one that a page gave. Begin the list again.") from error


def cursor_of_moment(at: datetime, id: str) -> str:
    """Return the cursor of a list by time, newest or oldest first, that shows its cursors in plain digits."""
    return f"{to_us(at)}.{id}"


def moment_in(cursor: str | None) -> tuple[int, str] | None:
    """Return the microseconds and the id that such a cursor holds. Raises: Unfit."""
    if cursor is None:
        return None
    digits, dot, id = cursor.partition(".")
    whole = digits.removeprefix("-")
    if not (dot and whole.isascii() and whole.isdigit() and len(whole) <= _MOST_DIGITS):
        raise Unfit("cursor", "This cursor is not one that a page gave.")
    return int(digits), id


def page_of(found: Sequence[T], *, limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """Return a page of at most `limit` items. `found` has one more if there is a next page."""
    items = list(found[:limit])
    return Page(items, cursor(items[-1]) if len(found) > limit else None)
