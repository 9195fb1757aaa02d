"""Devices, as they are known here and shown: the copy of what `device` says of them."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.routes import Cursor
from entrepot.core.time import Moment
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy

# What it is says how fast it may be (`limits.py`).
Kind = Literal[
    "phone", "vehicle", "vessel", "container", "sensor", "animal", "asset", "other", "pedestrian", "bicycle",
    "train", "aircraft",
]  # fmt: skip
Name = Annotated[str, Meta(min_length=1, max_length=120)]
PersonId = Annotated[str, Meta(max_length=64)]
Revision = Annotated[int, Meta(ge=1, le=2**53)]


class DeviceNotFound(NotFound):
    """No such device in the caller's organisation."""


class DeviceIsRevoked(Conflict):
    """A revoked device has only its past."""


class Outdated(Conflict):
    """Somebody changed it in between."""

    fields = ("revision",)

    def __init__(self, revision: int) -> None:
        super().__init__("Somebody changed it in between; look at it again.")
        self.revision = revision


class DeviceQuery(Cursor, frozen=True, kw_only=True):
    """Which devices: those whose name or username holds `search`, of a kind, of a person, in a state;
    with the revoked ones or without.
    """

    search: Annotated[str, Meta(max_length=120)] = ""
    kind: Kind | None = None
    person: PersonId | None = None
    state: Literal["moving", "stopped", "offline"] | None = None
    revoked: bool = False


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A device, as `device` told it last. Its number `no` keeps positions small."""

    no: int
    id: str
    organisation: str
    person: str
    name: str
    kind: str
    username: str
    needs_password: bool
    encrypted: bool
    filter: FilterSettings
    privacy: Privacy
    alerts: AlertSettings
    friends: bool
    simulated: bool
    retention_days: int | None
    revision: int
    created_at: datetime
    revoked_at: datetime | None
    private: bool = False
    purged_at: datetime | None = None

    @property
    def hidden(self) -> bool:
        """Whether only its person sees where it is and was: it is private, or they do not agree."""
        return self.private or not self.privacy.consent


class DeviceView(msgspec.Struct, frozen=True, kw_only=True):
    """A device as it may be shown. `person` is whose it is, empty for nobody's; `encrypted` says whether
    it has a payload key; of a `private` one only its person sees where it was.
    """

    id: str
    name: str
    kind: str
    username: str
    person: str
    needs_password: bool
    encrypted: bool
    friends: bool
    private: bool
    simulated: bool
    filter: FilterSettings
    revision: int
    created_at: Moment
    revoked_at: Moment | None = None


def view(device: Device) -> DeviceView:
    return DeviceView(
        id=device.id,
        name=device.name,
        kind=device.kind,
        username=device.username,
        person=device.person,
        needs_password=device.needs_password,
        encrypted=device.encrypted,
        friends=device.friends,
        private=device.private,
        simulated=device.simulated,
        filter=device.filter,
        revision=device.revision,
        created_at=device.created_at,
        revoked_at=device.revoked_at,
    )
