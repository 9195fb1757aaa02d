"""Alerts as people read and acknowledge them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.alert.model.rule import KindWord
from entrepot.core.errors import NotFound
from entrepot.core.routes import Cursor, Input, Page
from entrepot.core.time import Moment

Id = Annotated[str, Meta(max_length=64)]


class AlertNotFound(NotFound):
    """No such alert in the caller's organisation, or none that the caller may see."""


class AlertQuery(Cursor, frozen=True, kw_only=True):
    """Which alerts, the newest first: of a kind, a device, a fence; that occurred from `from` on and before
    `to`; those that nobody acknowledged yet.
    """

    kind: KindWord | None = None
    device: Id | None = None
    geofence: Id | None = None
    begin: Moment | None = msgspec.field(name="from", default=None)
    end: Moment | None = msgspec.field(name="to", default=None)
    unacknowledged: bool = False


class Acknowledgement(Input, frozen=True, kw_only=True):
    """Alerts that somebody has seen to."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=500)]


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened at `occurred_at`, by the device's clock. `late` was found only from data that came
    late; `withdrawn_at` says when late data showed that it was wrong; `corrects` names the alert that it
    replaces. `value` is m/s, per cent, seconds or metres, as the kind asks. `device_id` is what it is about:
    a device, or a thing of another context. `place` says how far from which town it was; `repeats` counts
    what came again too soon to be told again.
    """

    id: str
    kind: str
    device_id: str
    device_name: str
    geofence_id: str
    geofence_name: str
    occurred_at: Moment
    raised_at: Moment
    latitude: float | None
    longitude: float | None
    value: float | None
    late: bool
    simulated: bool
    corrects: str
    withdrawn_at: Moment | None
    acknowledged_at: Moment | None
    acknowledged_by: str
    repeats: int = 0
    place: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A page that is about to be shown, and between which moments its alerts occurred, if it has any."""

    page: Page[AlertView]
    span: tuple[Moment, Moment] | None
