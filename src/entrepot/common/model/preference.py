"""Which notices a person wants, where and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, structs

from entrepot.common.model import kind as kinds
from entrepot.common.model import quiet
from entrepot.common.model.notice import Notice
from entrepot.common.model.quiet import QuietHours
from entrepot.core.errors import Forbidden
from entrepot.core.notices import KindName, NoticeKind, NoticeKinds
from entrepot.core.routes import Input

_Id = Annotated[str, Meta(min_length=1, max_length=64)]


class PeopleOnly(Forbidden):
    """Only people have notice preferences; programs get webhooks."""


class Channels(Input, frozen=True, kw_only=True):
    """Where notices of a kind go."""

    in_app: bool = True
    email: bool = False


class NoticePreferences(Input, frozen=True, kw_only=True):
    """A person's, in one organisation. `channels` of a kind that is not named are the default: the inbox
    only, and a letter, too, for what the person scheduled. `devices` of null are all. Within
    `throttle_minutes` the same kind about the same device at the same geofence is sent once, and the next
    says how many were held back. Letters wait until quiet hours end.
    """

    channels: Annotated[dict[KindName, Channels], Meta(max_length=64)] = {}
    devices: Annotated[list[_Id], Meta(max_length=500)] | None = None
    time_zone: Annotated[str, Meta(max_length=64)] = "UTC"
    quiet_hours: Annotated[list[QuietHours], Meta(max_length=14)] = []
    throttle_minutes: Annotated[int, Meta(ge=0, le=1440)] = 0

    def channels_of(self, notice: Notice, kind: NoticeKind) -> Channels:
        if (
            self.devices is not None
            and notice.kind.startswith("alert.")
            and notice.subject not in self.devices
        ):
            return Channels(in_app=False)
        return self.channels.get(notice.kind, usual(kind))

    def quiet_until(self, moment: datetime) -> datetime | None:
        return quiet.quiet_until(moment, self.quiet_hours, zone=self.zone)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


def check(preferences: NoticePreferences, *, known: NoticeKinds) -> None:
    """Raises: UnknownKind, BadTimeZone, NeverAwake."""
    kinds.check_shown(known, preferences.channels)
    quiet.check(preferences.quiet_hours, zone=preferences.time_zone)


def usual(kind: NoticeKind) -> Channels:
    """Return where notices of a kind go while nobody chose: what was asked for is sent as a letter, too."""
    return Channels(email=kind.by_letter)


def whole(preferences: NoticePreferences, *, of: Mapping[str, NoticeKind]) -> NoticePreferences:
    """Return the preferences with channels for each of these kinds."""
    channels = {name: preferences.channels.get(name, usual(kind)) for name, kind in of.items()}
    return structs.replace(preferences, channels=channels)
