"""Reports on a schedule. Whoever wants one is told when it is there, and looks at it with the rights that
they have then: a letter holds a link and no positions.
"""

from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.tracking.events import ReportFellDue
from entrepot.tracking.functions import schedules as calendar_of
from entrepot.tracking.model import calendar
from entrepot.tracking.model.schedule import (
    MOST_SCHEDULES,
    NewReportSchedule,
    OnlyForPeople,
    ReportSchedule,
    ReportScheduleNotFound,
    ReportScheduleQuery,
    TooManySchedules,
)
from entrepot.tracking.repository import schedule
from entrepot.tracking.service import devices

_AT_ONCE = 200


async def report_schedules(
    tx: Reading, who: Principal, *, query: ReportScheduleQuery
) -> Page[ReportSchedule]:
    """The reports that the caller is told of again and again."""
    found = await schedule.page(
        tx, organisation=who.organisation, made_by=who.id, after=query.cursor or "", limit=query.limit + 1
    )
    shown = list(found[: query.limit])
    return Page(shown, shown[-1].id if len(found) > query.limit else None)


async def schedule_report(tx: Transaction, who: Principal, *, new: NewReportSchedule) -> ReportSchedule:
    """Be told of a report every day, week or month. Raises: OnlyForPeople, TooManySchedules, Unfit,
    DeviceNotFound.
    """
    if who.kind not in ("person", "operator"):
        raise OnlyForPeople("Only a person can be told of reports; a program asks for them.")
    zone = calendar.zone(new.timezone)
    if new.device:
        await devices.known(tx, who, new.device)
    known = await schedule.page(
        tx, organisation=who.organisation, made_by=who.id, after="", limit=MOST_SCHEDULES
    )
    if len(known) == MOST_SCHEDULES:
        raise TooManySchedules(f"You have {MOST_SCHEDULES} scheduled reports; remove one of them first.")
    made = ReportSchedule(
        id=new_id(),
        report=new.report,
        every=new.every,
        at=new.at,
        timezone=new.timezone,
        device=new.device,
        above_mps=new.above_mps,
        created_at=now(),
        next_at=from_us(calendar_of.next_us(new.every, new.at, zone, after_us=to_us(now()))),
    )
    await schedule.add(tx, made, organisation=who.organisation, made_by=who.id)
    return made


async def remove_schedule(tx: Transaction, who: Principal, *, id: str) -> None:
    """Be told no more. Raises: ReportScheduleNotFound."""
    if not await schedule.remove(tx, id, organisation=who.organisation, made_by=who.id):
        raise ReportScheduleNotFound("You have no such schedule.")


async def tell_what_is_due(database: Database) -> None:
    """Each report once. Of what fell due while no process led, the newest is told."""

    async def tell(tx: Transaction) -> None:
        at_us = to_us(now())
        for each, organisation, person in await schedule.due(tx, now_us=at_us, limit=_AT_ONCE):
            zone = calendar.zone(each.timezone)
            due_us = calendar_of.latest_us(each.every, each.at, zone, until_us=at_us)
            first, last = calendar_of.days_before(each.every, due_us, zone)
            tx.emit(
                ReportFellDue(
                    schedule_id=each.id,
                    person_id=person,
                    organisation=organisation,
                    report=each.report,
                    first_day=first,
                    last_day=last,
                    device_id=each.device,
                    above_mps=each.above_mps,
                )
            )
            following_us = calendar_of.next_us(each.every, each.at, zone, after_us=at_us)
            await schedule.move(tx, each.id, next_us=following_us)

    async def anything(tx: Reading) -> bool:
        return bool(await schedule.due(tx, now_us=to_us(now()), limit=1))

    if await database.read(anything):
        await database.write(tell)
