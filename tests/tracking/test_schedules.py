"""Reports that people are told of: when, of which days, and who is told no more."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.context_database import context_database
from tests.gateway.client import Caller, Node
from tests.tracking.fleet import enrolled, manager, said
from tests.tracking.told import ANN, enrol, revoke

from entrepot.core.notices import NoticeKinds
from entrepot.core.ports import Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.functions.schedules import days_before, latest_us, next_us
from entrepot.tracking.model.schedule import Cadence, NewReportSchedule, ReportScheduleQuery
from entrepot.tracking.notices import NOTICES, report_due
from entrepot.tracking.service import privacy, schedules
from entrepot.user.events import MembershipChanged

BERLIN = ZoneInfo("Europe/Berlin")


def after(every: Cadence, at: str, moment: datetime, zone: ZoneInfo = BERLIN) -> str:
    return from_us(next_us(every, at, zone, after_us=to_us(moment))).astimezone(zone).isoformat()


def test_a_report_is_due_at_its_hour_of_the_local_clock() -> None:
    noon = datetime(2026, 3, 28, 12, tzinfo=UTC)  # a Saturday; clocks go forward on Sunday
    assert after("day", "14:00", noon) == "2026-03-28T14:00:00+01:00"
    assert after("day", "07:00", noon) == "2026-03-29T07:00:00+02:00"
    assert after("day", "02:30", noon) == "2026-03-29T03:30:00+02:00", "there is no half past two"
    assert after("week", "07:00", noon) == "2026-03-30T07:00:00+02:00"
    assert after("month", "07:00", noon) == "2026-04-01T07:00:00+02:00"
    assert after("month", "07:00", datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "2027-01-01T07:00:00+01:00"


def test_a_report_is_of_the_whole_days_before() -> None:
    first = to_us(datetime(2026, 3, 1, 6, tzinfo=UTC))
    assert days_before("day", first, BERLIN) == (date(2026, 2, 28), date(2026, 2, 28))
    assert days_before("month", first, BERLIN) == (date(2026, 2, 1), date(2026, 2, 28))
    monday = to_us(datetime(2026, 3, 1, 23, 30, tzinfo=UTC))  # Monday already in Berlin
    assert days_before("week", monday, BERLIN) == (date(2026, 2, 23), date(2026, 3, 1))


@given(
    st.sampled_from(["day", "week", "month"]),
    st.times().map(lambda at: f"{at:%H:%M}"),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),
)
def test_between_two_moments_there_is_none(every: Cadence, at: str, name: str, moment: datetime) -> None:
    zone, moment_us = ZoneInfo(name), to_us(moment)
    following = next_us(every, at, zone, after_us=moment_us)
    assert moment_us < following <= moment_us + 32 * 86_400_000_000
    assert latest_us(every, at, zone, until_us=following) == following
    assert latest_us(every, at, zone, until_us=following - 1) <= moment_us


NEW = NewReportSchedule(report="trips", every="day", at="07:00", timezone="Europe/Berlin", above_mps=None)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Migratable]:
    async with context_database("tracking", folder=tmp_path, dsn="") as opened:
        yield opened


async def scheduled(database: Migratable, new: NewReportSchedule = NEW, who: Principal = ANN) -> str:
    return (await database.write(lambda tx: schedules.schedule_report(tx, who, new=new))).id


async def own(database: Migratable, who: Principal = ANN) -> list[Any]:
    query = ReportScheduleQuery()
    return (await database.read(lambda tx: schedules.report_schedules(tx, who, query=query))).items


async def make_due(database: Migratable, *, days_ago: int = 0) -> None:
    async def change(tx: Transaction) -> None:
        await tx.execute(
            "UPDATE report_schedule SET next_us = ?", to_us(now() - timedelta(days=days_ago, seconds=1))
        )

    await database.write(change)


async def test_what_is_due_is_told_once_and_comes_again(database: Migratable) -> None:
    await scheduled(database)
    await schedules.tell_what_is_due(database)
    assert await said(database) == [], "it is not due yet"
    await make_due(database, days_ago=5)
    await schedules.tell_what_is_due(database)
    await schedules.tell_what_is_due(database)
    [event] = await said(database)
    assert (event.person_id, event.organisation, event.report) == ("ann", "acme", "trips")  # type: ignore[attr-defined]
    due = latest_us("day", "07:00", BERLIN, until_us=to_us(now()))
    assert event.last_day == days_before("day", due, BERLIN)[1], "of the newest, not of five days ago"  # type: ignore[attr-defined]
    assert (await own(database))[0].next_at > now()


async def test_the_notice_leads_to_the_report(database: Migratable) -> None:
    van = (await enrol(database, kind="vehicle")).id
    await scheduled(
        database, NewReportSchedule(report="speeding", every="week", at="07:00", device=van, above_mps=25.0)
    )
    await make_due(database)
    await schedules.tell_what_is_due(database)
    [event] = await said(database)
    news = report_due(event)  # type: ignore[arg-type]
    assert (news.only_for, news.organisation) == ("ann", "acme")
    page = NoticeKinds(NOTICES).page_of(news.kind, news.facts)
    first, last = news.facts["first_day"], news.facts["last_day"]
    assert page == f"/reports?report=speeding&period=days&from={first}&to={last}&device={van}&above=90"
    assert NoticeKinds(NOTICES).of(news.kind).scope == "position:read"


@pytest.mark.parametrize(
    ("roles", "scopes", "left"),
    [([], [], 0), (["auditor"], ["audit:read"], 0), (["customer"], ["position:read"], 1)],
)
async def test_who_may_see_no_positions_is_told_no_more(
    database: Migratable, roles: list[str], scopes: list[str], left: int
) -> None:
    await scheduled(database)
    changed = MembershipChanged(person_id="ann", organisation="acme", roles=roles, scopes=scopes)
    await database.write(lambda tx: privacy.on_membership_changed(tx, changed))
    assert len(await own(database)) == left


async def test_schedules_go_with_their_person_and_with_their_device(database: Migratable) -> None:
    van = (await enrol(database, kind="vehicle")).id
    await scheduled(database, NewReportSchedule(report="days", every="month", at="00:00", device=van))
    await scheduled(database)
    held = await database.read(lambda tx: privacy.export(tx, "ann"))
    assert [each.report for each in held.scheduled_reports] == ["days", "trips"]
    await revoke(database, van, purge=True)
    assert [each.report for each in await own(database)] == ["trips"]
    await database.write(lambda tx: privacy.erase(tx, "ann"))
    assert await own(database) == []


def test_everybody_has_their_own_schedules(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")["id"]
    new = {"report": "summary", "every": "week", "at": "07:00", "timezone": "Europe/Berlin", "device": van}
    made = fleet.post("/api/report-schedules", new)
    assert made.status == 201 and made.json()["next_at"].endswith(":00Z")
    [shown] = fleet.get("/api/report-schedules").json()["items"]
    assert shown == made.json()
    other = manager(node)
    assert other.get("/api/report-schedules").json()["items"] == []
    assert other.ask("DELETE", f"/api/report-schedules/{shown['id']}").status == 404
    assert other.post("/api/report-schedules", new).status == 404, "the device is not theirs"
    for wrong in ({"timezone": "Mars"}, {"at": "25:00"}, {"every": "hour"}, {"report": "secrets"}):
        assert fleet.post("/api/report-schedules", new | wrong).status == 422, wrong
    program = manager(node, kind="program")
    assert program.post("/api/report-schedules", new | {"device": ""}).status == 403
    assert fleet.ask("DELETE", f"/api/report-schedules/{shown['id']}").status == 204
    assert fleet.get("/api/report-schedules").json()["items"] == []
