"""Pages of a list: where the next one begins is written into an opaque cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from entrepot.core.errors import Invalid
from entrepot.core.routes import Page

T = TypeVar("T")
Place = TypeVar("Place")
# Text in a place: no database takes a NUL character.
Text = Annotated[str, Meta(pattern=r"^[^\x00]*$")]


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


def page_of(found: Sequence[T], *, limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """Return a page of at most `limit` items. `found` has one more if there is a next page."""
    items = list(found[:limit])
    return Page(items, cursor(items[-1]) if len(found) > limit else None)
