"""Devices as people enrol and change them, and as they are stored."""

import hashlib
import re
import secrets
from datetime import datetime
from typing import Annotated

import msgspec
from anyascii import anyascii
from msgspec import Meta

from entrepot.core.errors import Conflict
from entrepot.core.routes import Input
from entrepot.core.validation import clean_names
from entrepot.device.model.access import Access
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy
from entrepot.tracking.model.enrolment import DeviceView, Kind, Name, PersonId, Revision

# It stands in MQTT topics and URLs, and people type it.
Username = Annotated[str, Meta(min_length=3, max_length=64, pattern=r"^[a-z0-9][a-z0-9._-]*$")]

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another
_PASSWORD_LETTERS = 27  # 31 ** 27 > 2 ** 128
_KEY_LETTERS = 32  # what secretbox takes


class UsernameTaken(Conflict):
    """Some device, perhaps another organisation's or a revoked one, has this username."""


class NewDevice(Input, frozen=True, kw_only=True):
    """A device to be enrolled. A phone is its maker's unless `person` says otherwise (empty: nobody's)."""

    name: Name
    kind: Kind = "phone"
    username: Username | None = None
    person: PersonId | None = None
    needs_password: bool = True
    filter: FilterSettings = FilterSettings()
    simulated: bool = False

    def __post_init__(self) -> None:
        clean_names(self, "name")


class DeviceChange(Input, frozen=True, kw_only=True):
    """What is to be different; None leaves it. With `revision`, only if nobody changed it since."""

    name: Name | None = None
    kind: Kind | None = None
    person: PersonId | None = None
    needs_password: bool | None = None
    filter: FilterSettings | None = None
    revision: Revision | None = None

    def __post_init__(self) -> None:
        clean_names(self, "name")


class Removal(Input, frozen=True, kw_only=True):
    """Whether everything that the device ever told goes too."""

    purge: bool = False


class EnrolledDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device as it is stored."""

    no: int
    id: str
    organisation: str
    person: str
    name: str
    kind: str
    username: str
    password_digest: bytes
    needs_password: bool
    wrapped_key: bytes
    payload_key: bytes
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

    def access(self) -> Access:
        """What sites need to know."""
        return Access(
            id=self.id,
            organisation=self.organisation,
            username=self.username,
            password_digest=self.password_digest,
            name=self.name,
            revision=self.revision,
            needs_password=self.needs_password,
            wrapped_key=self.wrapped_key,
            payload_key=self.payload_key,
            filter=self.filter,
            privacy=self.privacy,
            friends=self.friends,
            simulated=self.simulated,
            private_to=self.person if self.private else "",
            kind=self.kind,
            person=self.person,
            private=self.private,
            alerts=self.alerts,
            retention_days=self.retention_days,
            created_at=self.created_at,
        )


def view(device: EnrolledDevice) -> DeviceView:
    return DeviceView(
        id=device.id,
        name=device.name,
        kind=device.kind,
        username=device.username,
        person=device.person,
        needs_password=device.needs_password,
        encrypted=bool(device.payload_key),
        friends=device.friends,
        private=device.private,
        simulated=device.simulated,
        filter=device.filter,
        revision=device.revision,
        created_at=device.created_at,
        revoked_at=device.revoked_at,
    )


def username_for(name: str) -> str:
    """Readable, and unlikely to be taken: `annas-phone-k3f9w`."""
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")[:40].strip("-")
    return f"{plain or 'device'}-{_random(5)}"


def new_password() -> str:
    return _random(_PASSWORD_LETTERS)


def new_payload_key() -> str:
    return _random(_KEY_LETTERS)


def digest(password: str) -> bytes:
    return hashlib.sha256(password.encode()).digest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
