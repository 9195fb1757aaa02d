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


class DeliveryStop(Input, frozen=True, kw_only=True):
    """A place on the way, by name or address."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    latitude: Annotated[float, Meta(ge=-90.0, le=90.0)]
    longitude: Annotated[float, Meta(ge=-180.0, le=180.0)]

    def __post_init__(self) -> None:
        clean_names(self, "name")


class NewShare(Input, frozen=True, kw_only=True):
    """Which devices, until when; blurred to a grid of `blur_m`, and nothing from before `from`. If it is
    left out, guests see at once where each was last. `sender` is who delivers; `stops` are on the way of the
    one device, in order, the last the guest's: they see how many are left, and only the last one's name.
    """

    devices: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(min_length=1, max_length=100)]
    expires_at: Moment
    name: Annotated[str, Meta(max_length=120)] = ""
    blur_m: Annotated[float, Meta(ge=50.0, le=100_000.0)] | None = None
    begin: Moment | None = msgspec.field(name="from", default=None)
    sender: Annotated[str, Meta(max_length=120)] = ""
    stops: Annotated[list[DeliveryStop], Meta(max_length=50)] = []

    def __post_init__(self) -> None:
        clean_names(self, "name", "sender")

    def check(self, at: datetime) -> None:
        """Raises: Unfit."""
        if self.expires_at <= at:
            raise Unfit("expires_at", "A share expires in the future.")
        if self.expires_at > at + LONGEST:
            raise Unfit("expires_at", "A share lasts a year at most.")
        if self.stops and len(set(self.devices)) != 1:
            raise Unfit("stops", "Stops are on the way of one device; this share has several.")


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
    sender: str = ""
    stops: list[DeliveryStop] = []


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


class DeliveryProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a delivery is: `stops_left` with the guest's own, which is `to`. It comes between `earliest`
    and `latest`, which are null when nobody can say: it was not seen for 15 minutes, or is there. `measured`
    False: the span rests on an assumed speed, because it hardly moved of late.
    """

    to: str
    stops_left: int
    earliest: Moment | None
    latest: Moment | None
    measured: bool


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever has the link sees."""

    name: str
    sender: str
    delivery: DeliveryProgress | None
    expires_at: Moment
    blur_m: float | None
    devices: list[SharedDevice]


class SharedNews(msgspec.Struct, frozen=True, kw_only=True):
    """The newest of each device that moved; first all of them. Twice a minute it says how far a delivery
    is.
    """

    kind: Literal["snapshot", "news"]
    places: list[SharedPlace]
    delivery: DeliveryProgress | None = None


def new_token() -> str:
    return f"es_{secrets.token_urlsafe(32)}"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def key_of(share_id: str, device_id: str) -> str:
    return hashlib.sha256(f"{share_id}/{device_id}".encode()).hexdigest()[:12]
