"""Reports that somebody is told of again and again."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Forbidden, NotFound
from entrepot.core.routes import Cursor, Input
from entrepot.core.time import Moment
from entrepot.tracking.model.device import ClockTime, Speed, ZoneName
from entrepot.tracking.model.fleet import FleetReportKind

Cadence = Literal["day", "week", "month"]
MOST_SCHEDULES = 50  # of one person in one organisation


class ReportScheduleNotFound(NotFound):
    """The caller has no such schedule."""


class TooManySchedules(Conflict):
    """Nobody reads so many reports."""


class OnlyForPeople(Forbidden):
    """A program reads no letters."""


class ReportScheduleQuery(Cursor, frozen=True, kw_only=True):
    """The caller's own schedules."""


class NewReportSchedule(Input, frozen=True, kw_only=True):
    """Which report, of all devices or of one, `every` day, week (on Mondays) or month (on its first) at a
    time of the clock in a time zone ("HH:MM"). It is of the day, week or month before.
    """

    report: FleetReportKind
    every: Cadence
    at: ClockTime
    timezone: ZoneName = "UTC"
    device: Annotated[str, Meta(max_length=64)] = ""
    above_mps: Speed | None = None


class ReportSchedule(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule, and when the next report is due."""

    id: str
    report: FleetReportKind
    every: Cadence
    at: str
    timezone: str
    device: str
    above_mps: float | None
    created_at: Moment
    next_at: Moment
