"""Alerts, read and acknowledged."""

from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us
from entrepot.tracking.model.enrolment import Unfit
from entrepot.tracking.model.history import span_between
from entrepot.tracking.model.inbox import Acknowledgement, AlertNotFound, AlertQuery, AlertView
from entrepot.tracking.model.look import EVERY, Looked
from entrepot.tracking.repository import inbox
from entrepot.tracking.service import audit

_MOST_DIGITS = 18


async def alerts(tx: Transaction, who: Principal, *, looked: Looked) -> object:
    """The alerts of the caller's organisation, the newest first."""
    return await audit.shown(tx, who, looked)


async def find_alerts(read: Read, who: Principal, *, query: AlertQuery) -> Looked:
    """A page, before it is shown."""

    async def look_up(tx: Reading) -> Page[AlertView]:
        found = await inbox.page(
            tx, organisation=who.organisation, person=who.id, query=query, before=_before(query.cursor),
            limit=query.limit + 1,
        )  # fmt: skip
        shown = list(found[: query.limit])
        return Page(shown, _cursor(shown[-1]) if len(found) > query.limit else None)

    if query.begin is not None and query.end is not None and query.begin > query.end:
        raise Unfit("from", "`from` is after `to`.")
    page = await read(look_up)
    seen = span_between(each.occurred_at for each in page.items)
    return Looked(page, "alerts", EVERY if page.items else None, seen)


async def acknowledge(tx: Transaction, who: Principal, *, done: Acknowledgement) -> None:
    """Say that these alerts are seen to; who said it first stays."""
    ids = sorted(set(done.ids))
    if missing := set(ids) - await inbox.visible(tx, ids, organisation=who.organisation, person=who.id):
        raise AlertNotFound(f"There is no alert {min(missing)}.")
    await inbox.acknowledge(tx, ids, by=who.id, at=now())


async def acknowledge_one(tx: Transaction, who: Principal, *, id: str) -> None:
    """Say that this alert is seen to."""
    await acknowledge(tx, who, done=Acknowledgement(ids=[id]))


def _cursor(last: AlertView) -> str:
    return f"{to_us(last.occurred_at)}.{last.id}"


def _before(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    digits, dot, id = cursor.partition(".")
    whole = digits.removeprefix("-")
    if not (dot and whole.isascii() and whole.isdigit() and len(whole) <= _MOST_DIGITS):
        raise Unfit("cursor", "This cursor is not one that a page gave.")
    return int(digits), id
