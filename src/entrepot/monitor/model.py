"""Activity: sums of requests by hour."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment

ERASED = "erased"  # whose activity it was is forgotten
LATE_AT_MOST = timedelta(days=7)  # how long a gateway's events may be on their way


class ActivityQuery(Cursor, frozen=True, kw_only=True):
    """Which activity: of one caller, or all that the caller may see; the newest hour first."""

    cursor: Annotated[str, Meta(max_length=8192)] | None = None  # it holds a caller's name, of any length
    principal: Annotated[str, Meta(max_length=128)] | None = None


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """Requests alike in row, status and caller within one hour. Durations are milliseconds."""

    hour: Moment
    row: str
    status: int
    principal: str
    organisation: str
    count: int
    mean_ms: float
    longest_ms: float
    bytes_out: int


class HappeningQuery(Input, frozen=True, kw_only=True):
    """The last `days` (UTC, today included)."""

    days: Annotated[int, Meta(ge=1, le=90)] = 30


class DayOfEvents(msgspec.Struct, frozen=True, kw_only=True):
    """How often events of one type happened on a day."""

    day: Moment
    type: str
    count: int


class ActQuery(Cursor, frozen=True, kw_only=True):
    """Which acts, the newest first."""

    cursor: Annotated[str, Meta(max_length=1024)] | None = None


class AccountAct(msgspec.Struct, frozen=True, kw_only=True):
    """What was done to an account and by whom; `type` is the event's, and `operator` the command line."""

    at: Moment
    type: str
    person: str
    actor: str


class MonitorPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What this context holds about a person: what they asked, and what operators did to their account."""

    activity: list[Activity]
    acts: list[AccountAct]


HAPPENINGS_KEPT_FOR = timedelta(days=400)


def day_of(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
