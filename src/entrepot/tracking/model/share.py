"""Shares: where some devices are, for whoever has the link, until it expires."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import NotFound, Unfit
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names

LONGEST = timedelta(days=366)


class ShareNotFound(NotFound):
    """Unknown, expired or revoked: nobody is told which."""


class NewShare(Input, frozen=True, kw_only=True):
    """Which devices, until when; blurred to a grid of `blur_m`, and nothing from before `from`. If it is
    left out, guests see at once where each was last.
    """

    devices: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(min_length=1, max_length=100)]
    expires_at: Moment
    name: Annotated[str, Meta(max_length=120)] = ""
    blur_m: Annotated[float, Meta(ge=50.0, le=100_000.0)] | None = None
    begin: Moment | None = msgspec.field(name="from", default=None)

    def __post_init__(self) -> None:
        clean_names(self, "name")

    def check(self, at: datetime) -> None:
        """Raises: Unfit."""
        if self.expires_at <= at:
            raise Unfit("expires_at", "A share expires in the future.")
        if self.expires_at > at + LONGEST:
            raise Unfit("expires_at", "A share lasts a year at most.")


class ShareQuery(Cursor, frozen=True, kw_only=True):
    """Which shares: those that work, or with `ended` all that ever did."""

    ended: bool = False


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """A share as its organisation sees it: never its token. `reads` counts how often it was looked at."""

    id: str
    name: str
    devices: list[str]
    made_by: str
    blur_m: float | None
    begin: Moment = msgspec.field(name="from")
    expires_at: Moment
    created_at: Moment
    revoked_at: Moment | None
    reads: int
    last_read_at: Moment | None


class ShareWithToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new share. Its token, and the link with it, are shown this once and stored only as a digest."""

    share: Share
    token: str
    link: str


class SharedPlace(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a shared device is. `key` tells the devices of one share apart, and says nothing elsewhere."""

    key: str
    fixed_at: Moment
    latitude: float
    longitude: float
    accuracy_m: float | None = None
    speed_mps: float | None = None
    course_deg: float | None = None


class SharedDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A shared device; `place` is null until it was somewhere."""

    key: str
    name: str
    kind: str
    simulated: bool
    place: SharedPlace | None


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever has the link sees."""

    name: str
    expires_at: Moment
    blur_m: float | None
    devices: list[SharedDevice]


class SharedNews(msgspec.Struct, frozen=True, kw_only=True):
    """The newest of each device that moved; first all of them."""

    kind: Literal["snapshot", "news"]
    places: list[SharedPlace]


def new_token() -> str:
    return f"es_{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def key_of(share_id: str, device_id: str) -> str:
    return hashlib.sha256(f"{share_id}/{device_id}".encode()).hexdigest()[:12]
