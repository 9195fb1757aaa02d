"""Duties follow a calendar: once for each moment in a deployment, whoever leads, also after a restart."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.context_database import context_database

from entrepot import wiring
from entrepot.core.context import At, Context
from entrepot.core.ports import Database
from entrepot.infra.calendar.duty import BELIEVED_AFTER_TURNS, LOOK_AGAIN_S, TRY_AGAIN_S, CalendarDuty
from entrepot.infra.calendar.moments import BadCalendar, following
from entrepot.infra.database.migrate import Migratable
from entrepot.node.assembly import BadContext, assemble

EVE = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("monitor", folder=tmp_path, dsn=dsn) as opened:
        yield opened


class Reports:
    """A duty every day at 06:00 in Berlin, and a clock set by hand."""

    def __init__(self, *, cron: str = "0 6 * * *", fails: int = 0, takes: timedelta = timedelta()) -> None:
        self.at, self.cron, self.fails, self.takes = EVE, cron, fails, takes
        self.duty = self.calendar(self._make)
        self.made: list[datetime] = []

    def calendar(self, duty: Callable[[Database, datetime], Awaitable[None]]) -> CalendarDuty:
        return CalendarDuty("reports", duty, cron=self.cron, zone="Europe/Berlin", clock=lambda: self.at)

    async def _make(self, database: Database, due: datetime) -> None:
        if self.fails:
            self.fails -= 1
            raise RuntimeError("no paper")
        self.at += self.takes
        self.made.append(due.astimezone(UTC))


def moment(day: int, hour: int = 4) -> datetime:
    return datetime(2026, 7, day, hour, 0, tzinfo=UTC)  # 06:00 in Berlin in summer


async def test_it_runs_at_its_moment_and_not_before(database: Database) -> None:
    reports = Reports()
    assert await reports.duty.turn(database) == LOOK_AGAIN_S
    reports.at = moment(1) - timedelta(seconds=5)
    assert await reports.duty.turn(database) == 5.0
    reports.at = moment(1)
    assert await reports.duty.turn(database) == 0.0
    assert await reports.duty.turn(database) == LOOK_AGAIN_S
    assert reports.made == [moment(1)]


async def test_who_leads_next_does_not_repeat_it(database: Database) -> None:
    first, second = Reports(), Reports()
    await first.duty.turn(database)
    first.at = second.at = moment(1)
    await first.duty.turn(database)
    await second.duty.turn(database)
    assert (first.made, second.made) == ([moment(1)], [])


async def test_moments_that_nobody_was_there_for_are_made_up_for_once(database: Database) -> None:
    reports = Reports()
    await reports.duty.turn(database)
    after = Reports()
    after.at = moment(5, hour=9)
    assert await after.duty.turn(database) == 0.0
    await after.duty.turn(database)
    assert after.made == [moment(1)]
    after.at = moment(6)
    await after.duty.turn(database)
    assert after.made == [moment(1), moment(6)]


async def test_a_process_that_dies_in_the_middle_leaves_the_moment_due(database: Database) -> None:
    dying, heir = Reports(fails=1), Reports()
    await dying.duty.turn(database)
    dying.at = heir.at = moment(1)
    assert await dying.duty.turn(database) == TRY_AGAIN_S
    await heir.duty.turn(database)
    assert heir.made == [moment(1)]


async def test_a_clock_that_jumps_back_repeats_nothing(database: Database) -> None:
    reports = Reports()
    await reports.duty.turn(database)
    reports.at = moment(1)
    await reports.duty.turn(database)
    reports.at = moment(1) - timedelta(hours=3)
    await reports.duty.turn(database)
    reports.at = moment(1)
    await reports.duty.turn(database)
    assert reports.made == [moment(1)]


async def test_a_clock_that_was_years_ahead_and_is_right_again_does_not_silence_a_duty(
    database: Database,
) -> None:
    reports = Reports()
    reports.at = moment(1).replace(year=2071)
    await reports.duty.turn(database)  # a machine without a battery has just started
    reports.at = EVE
    for _ in range(BELIEVED_AFTER_TURNS):
        assert await reports.duty.turn(database) == LOOK_AGAIN_S
    reports.at = moment(1)
    await reports.duty.turn(database)
    assert reports.made == [moment(1)]


async def test_a_machine_that_starts_in_the_past_for_a_moment_repeats_nothing(database: Database) -> None:
    reports = Reports()
    await reports.duty.turn(database)
    reports.at = moment(1)
    await reports.duty.turn(database)
    after = Reports()
    for at in (moment(1).replace(year=1970), moment(1, hour=5), moment(2)):
        after.at = at
        assert await after.duty.turn(database) == (0.0 if at == moment(2) else LOOK_AGAIN_S)
    assert after.made == [moment(2)]


async def test_a_moment_that_passed_by_a_clock_ahead_is_not_repeated_when_it_comes(
    database: Database,
) -> None:
    reports = Reports()
    await reports.duty.turn(database)
    reports.at = moment(1, hour=20)
    await reports.duty.turn(database)
    for at in (EVE, moment(1), moment(2)):
        reports.at = at
        await reports.duty.turn(database)
    assert reports.made == [moment(1), moment(2)]


async def test_moments_that_pass_while_the_duty_runs_are_made_up_for_once(database: Database) -> None:
    reports = Reports(takes=timedelta(days=2, hours=1))
    await reports.duty.turn(database)
    reports.at = moment(1)
    await reports.duty.turn(database)
    reports.takes = timedelta()
    for _ in range(3):
        await reports.duty.turn(database)
    assert reports.made == [moment(1), moment(2)]
    reports.at = moment(4)
    await reports.duty.turn(database)
    assert reports.made == [moment(1), moment(2), moment(4)]


async def test_who_comes_late_to_the_end_of_a_moment_takes_no_other_away(database: Database) -> None:
    heir = Reports()
    await heir.duty.turn(database)

    async def lead_elsewhere(database: Database, due: datetime) -> None:
        """Another process takes the lead and does it; its next moment comes before this one ends."""
        heir.at = moment(1)
        await heir.duty.turn(database)
        slow.at = moment(2)

    slow = Reports()
    slow.at = moment(1)
    slow.duty = slow.calendar(lead_elsewhere)
    await slow.duty.turn(database)
    heir.at = moment(2)
    await heir.duty.turn(database)
    assert heir.made == [moment(1), moment(2)]


async def test_a_changed_calendar_begins_with_its_next_moment(database: Database) -> None:
    daily, weekly = Reports(), Reports(cron="0 6 * * 1")
    await daily.duty.turn(database)
    weekly.at = moment(1, hour=12)  # a Wednesday
    await weekly.duty.turn(database)
    weekly.at = moment(6)
    await weekly.duty.turn(database)
    assert weekly.made == [moment(6)]


def test_the_hour_that_is_skipped_or_doubled_counts_once() -> None:
    spring = following("30 2 * * *", "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert spring.astimezone(UTC) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # 03:00, for 02:30 is skipped
    autumn = following("30 2 * * *", "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC))
    again = following("30 2 * * *", "Europe/Berlin", autumn)
    assert (autumn.day, again.day) == (25, 26)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from(["0 6 * * *", "*/7 * * * *"])
)
def test_the_next_moment_is_later_and_has_no_other_before_it(at: datetime, cron: str) -> None:
    at = at.replace(tzinfo=UTC)
    found = following(cron, "America/New_York", at)
    assert found > at
    assert following(cron, "America/New_York", found - timedelta(microseconds=1)) == found


NIGHTS = ["0 0 * * *", "30 0 * * *", "30 1 * * *", "30 2 * * *", "0 3 * * *"]


@pytest.mark.parametrize("cron", NIGHTS)
@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29)),
        ("Europe/Berlin", datetime(2026, 10, 25)),
        ("America/Sao_Paulo", datetime(2018, 11, 4)),  # the day began at 01:00
        ("America/Sao_Paulo", datetime(2019, 2, 17)),  # midnight came twice
        ("Australia/Lord_Howe", datetime(2026, 4, 5)),  # half an hour
        ("Antarctica/Troll", datetime(2026, 3, 29)),  # two hours
        ("Asia/Gaza", datetime(2026, 3, 28)),
    ],
)
def test_a_nightly_duty_runs_once_in_every_night(cron: str, zone: str, night: datetime) -> None:
    at = night.replace(tzinfo=ZoneInfo(zone), hour=12) - timedelta(days=2)
    days = []
    for _ in range(4):
        at = following(cron, zone, at)
        days.append(at.date())
    assert days == [(night + timedelta(days=number)).date() for number in (-1, 0, 1, 2)]


@pytest.mark.parametrize(
    ("cron", "zone"),
    [
        ("nonsense", "UTC"),
        ("0 0 30 2 *", "UTC"),
        ("0 6 * * *", "Mars"),
        ("0 6 * * *", "America"),
        ("0 6 * * *", "x" * 300),
    ],
)
def test_a_calendar_without_a_next_moment_is_refused(cron: str, zone: str) -> None:
    with pytest.raises(BadCalendar):
        following(cron, zone, EVE)
    duty = At("reports", cron, Reports()._make, zone=zone)
    context = Context(name="calendar", package="tests.toy", duties=(duty,))
    with pytest.raises(BadContext, match="reports"):
        assemble((*wiring.CONTEXTS, context))
