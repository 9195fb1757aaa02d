"""What the person of a device wants: when it is tracked, how exactly, what for, and for how long."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.errors import Forbidden
from entrepot.core.routes import Input
from entrepot.core.time import Moment
from entrepot.device.model.enrolment import EnrolledDevice
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings, Privacy, Window, ZoneName
from entrepot.tracking.model.enrolment import Revision

Purpose = Annotated[str, Meta(min_length=1, max_length=120)]
Purposes = Annotated[list[Purpose], Meta(max_length=16)]
Precision = Annotated[float, Meta(ge=10.0, le=100_000.0)]
Retention = Annotated[int, Meta(ge=1, le=3_650)]


class NotYourDevice(Forbidden):
    """How a person is tracked is theirs to say."""


class Preferences(Input, frozen=True, kw_only=True):
    """All of them. Nothing is kept outside the `schedule` (empty: always on duty), nor without `consent`;
    positions are rounded to a grid of `precision_m`; what is older than `retention_days` is removed;
    of a `private` device only its person sees where it was; `friends` shows it to the other devices of
    the organisation that do the same. With `revision`, only if nobody changed the device since.
    """

    schedule: Annotated[tuple[Window, ...], Meta(max_length=32)] = ()
    timezone: ZoneName = "UTC"
    precision_m: Precision | None = None
    private: bool = False
    consent: bool = True
    purposes: Purposes = []
    retention_days: Retention | None = None
    friends: bool = False
    alerts: AlertSettings = AlertSettings()
    filter: FilterSettings = FilterSettings()
    revision: Revision | None = None


class ConsentWord(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said about being tracked: yes or no, and what for."""

    at: Moment
    person: str
    given: bool
    purposes: list[str]


class PreferencesView(msgspec.Struct, frozen=True, kw_only=True):
    """Preferences as they are, and what was said about consent, the newest first."""

    schedule: tuple[Window, ...]
    timezone: str
    precision_m: float | None
    private: bool
    consent: bool
    purposes: list[str]
    retention_days: int | None
    friends: bool
    alerts: AlertSettings
    filter: FilterSettings
    revision: int
    words: list[ConsentWord]


def view(device: EnrolledDevice, words: list[ConsentWord]) -> PreferencesView:
    return PreferencesView(
        schedule=device.privacy.schedule,
        timezone=device.privacy.timezone,
        precision_m=device.privacy.precision_m,
        private=device.private,
        consent=device.privacy.consent,
        purposes=words[0].purposes if words else [],
        retention_days=device.retention_days,
        friends=device.friends,
        alerts=device.alerts,
        filter=device.filter,
        revision=device.revision,
        words=words,
    )


def privacy(wanted: Preferences) -> Privacy:
    """What sites need to know."""
    return Privacy(
        schedule=wanted.schedule,
        timezone=wanted.timezone,
        precision_m=wanted.precision_m,
        consent=wanted.consent,
    )


def personal(view: PreferencesView | Preferences) -> tuple[object, ...]:
    """The part that only the device's person may change."""
    return (
        view.schedule, view.timezone, view.precision_m, view.private, view.consent, sorted(view.purposes),
        view.friends,
    )  # fmt: skip
