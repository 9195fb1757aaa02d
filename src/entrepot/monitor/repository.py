"""The monitor context's SQL."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.core.paging import Text, cursor_at, page_of, place_in
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.routes import Page
from entrepot.core.time import from_us, to_us
from entrepot.monitor.events import RequestsServed
from entrepot.monitor.model import ERASED, AccountAct, Activity, ActivityQuery, ActQuery, DayOfEvents

_COLUMNS = "hour_us, route, status, principal, organisation, requests, total_us, longest_us, bytes_out"
_KEY = "hour_us, route, status, principal, organisation"


class _Place(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page ended. Callers can make one up, so it holds no more than the database can."""

    hour_us: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    route: Text
    status: Annotated[int, Meta(ge=0, lt=1000)]
    principal: Text
    organisation: Text


async def add_activity(tx: Transaction, served: RequestsServed, *, hour: datetime) -> None:
    """Add to the hour's sums."""
    longest = "MAX" if tx.dialect == "sqlite" else "GREATEST"
    await tx.execute(
        f"INSERT INTO activity AS known ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        f" ON CONFLICT ({_KEY}) DO UPDATE SET requests = known.requests + excluded.requests,"
        " total_us = known.total_us + excluded.total_us,"
        f" longest_us = {longest}(known.longest_us, excluded.longest_us),"
        " bytes_out = known.bytes_out + excluded.bytes_out",
        to_us(hour), served.row, served.status, served.principal, served.organisation,
        served.count, served.total_us, served.longest_us, served.bytes_out,
    )  # fmt: skip


class _ActPlace(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page of acts ended."""

    at_us: Annotated[int, Meta(ge=0, le=2**63 - 1)]
    type: Text
    person: Text


async def activity(tx: Reading, *, organisation: str | None, query: ActivityQuery) -> Page[Activity]:
    """Return sums, the newest hour first, of one organisation or, with None, of all."""
    after = place_in(query.cursor, _Place)
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM activity"
        f" WHERE (? = 1 OR organisation = ?) AND (? = 1 OR principal = ?) AND (? = 1 OR"
        " hour_us < ? OR (hour_us = ? AND (route, status, principal, organisation) > (?, ?, ?, ?)))"
        " ORDER BY hour_us DESC, route, status, principal, organisation LIMIT ?",
        int(organisation is None), organisation or "",
        int(query.principal is None), query.principal or "",
        int(after is None), *_after(after),
        query.limit + 1,
    )  # fmt: skip
    page = page_of(rows, limit=query.limit, cursor=lambda row: cursor_at(row[:5]))
    return Page([_activity(row) for row in page.items], page.next)


async def activity_of(tx: Reading, principal: str) -> list[Activity]:
    """Return all of one caller, the oldest hour first."""
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM activity WHERE principal = ? ORDER BY {_KEY}", principal)
    return [_activity(row) for row in rows]


async def make_nobodys(tx: Transaction, principal: str, *, at: datetime) -> None:
    """Add a caller's activity to that of callers who were erased."""
    longest = "MAX" if tx.dialect == "sqlite" else "GREATEST"
    await tx.execute(
        f"INSERT INTO activity AS known ({_COLUMNS})"
        f" SELECT hour_us, route, status, '{ERASED}', organisation, requests, total_us, longest_us, bytes_out"
        f" FROM activity WHERE principal = ? ON CONFLICT ({_KEY}) DO UPDATE SET"
        " requests = known.requests + excluded.requests, total_us = known.total_us + excluded.total_us,"
        f" longest_us = {longest}(known.longest_us, excluded.longest_us),"
        " bytes_out = known.bytes_out + excluded.bytes_out",
        principal,
    )
    await tx.execute("DELETE FROM activity WHERE principal = ?", principal)
    for column in ("person", "actor"):
        await tx.execute(f"UPDATE account_act SET {column} = '{ERASED}' WHERE {column} = ?", principal)
    await tx.execute(
        "INSERT INTO erased (principal, erased_at_us) VALUES (?, ?) ON CONFLICT (principal) DO NOTHING",
        principal, to_us(at),
    )  # fmt: skip


async def add_happening(tx: Transaction, type: str, *, organisation: str, day: datetime) -> None:
    await tx.execute(
        "INSERT INTO happening AS known (day_us, type, organisation, happened) VALUES (?, ?, ?, 1)"
        " ON CONFLICT (day_us, type, organisation) DO UPDATE SET happened = known.happened + 1",
        to_us(day), type, organisation,
    )  # fmt: skip


async def happenings(tx: Reading, *, organisation: str | None, since: datetime) -> list[DayOfEvents]:
    """Return sums by day and type, the newest day first, of one organisation or, with None, of all."""
    rows = await tx.fetch(
        "SELECT day_us, type, sum(happened) FROM happening"
        " WHERE day_us >= ? AND (? = 1 OR organisation = ?) GROUP BY day_us, type ORDER BY day_us DESC, type",
        to_us(since), int(organisation is None), organisation or "",
    )  # fmt: skip
    return [DayOfEvents(day=from_us(day_us), type=type, count=int(count)) for day_us, type, count in rows]


async def forget_happenings(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM happening WHERE day_us < ?", to_us(before))


async def add_act(tx: Transaction, act: AccountAct, *, organisations: Iterable[str]) -> None:
    await tx.execute_many(
        "INSERT INTO account_act (organisation, at_us, type, person, actor) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (organisation, at_us, type, person) DO NOTHING",
        [(each, to_us(act.at), act.type, act.person, act.actor) for each in organisations],
    )


async def acts(tx: Reading, organisation: str, *, query: ActQuery) -> Page[AccountAct]:
    after = place_in(query.cursor, _ActPlace)
    rows = await tx.fetch(
        "SELECT at_us, type, person, actor FROM account_act WHERE organisation = ? AND (? = 1"
        " OR at_us < ? OR (at_us = ? AND (type, person) > (?, ?)))"
        " ORDER BY at_us DESC, type, person LIMIT ?",
        organisation, int(after is None),
        *((0, 0, "", "") if after is None else (after.at_us, after.at_us, after.type, after.person)),
        query.limit + 1,
    )  # fmt: skip
    page = page_of(rows, limit=query.limit, cursor=lambda row: cursor_at(row[:3]))
    return Page([_act(row) for row in page.items], page.next)


async def acts_about(tx: Reading, person: str) -> list[AccountAct]:
    """Return all that was done to one account, the oldest first."""
    rows = await tx.fetch(
        "SELECT at_us, type, person, actor FROM account_act WHERE person = ? AND organisation = ''"
        " ORDER BY at_us", person,
    )  # fmt: skip
    return [_act(row) for row in rows]


async def forget_acts(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM account_act WHERE at_us < ?", to_us(before))


async def was_erased(tx: Reading, principal: str) -> bool:
    return await tx.fetch_one("SELECT 1 FROM erased WHERE principal = ?", principal) is not None


async def forget_erased(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM erased WHERE erased_at_us < ?", to_us(before))


def _after(place: _Place | None) -> tuple[int, int, str, int, str, str]:
    """Return what the query is given for it."""
    if place is None:
        return 0, 0, "", 0, "", ""
    return place.hour_us, place.hour_us, place.route, place.status, place.principal, place.organisation


def _act(row: Row) -> AccountAct:
    return AccountAct(at=from_us(row[0]), type=row[1], person=row[2], actor=row[3])


def _activity(row: Row) -> Activity:
    return Activity(
        hour=from_us(row[0]),
        row=row[1],
        status=row[2],
        principal=row[3],
        organisation=row[4],
        count=row[5],
        mean_ms=round(row[6] / max(row[5], 1) / 1000, 3),
        longest_ms=row[7] / 1000,
        bytes_out=row[8],
    )
