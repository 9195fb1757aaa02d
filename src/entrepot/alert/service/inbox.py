"""Alerts, read and acknowledged."""

from datetime import datetime

from entrepot.alert.events import AlertsRead
from entrepot.alert.model.inbox import Acknowledgement, AlertNotFound, AlertQuery, AlertView, Shown
from entrepot.alert.repository import inbox, look
from entrepot.alert.service.rules import check_kind
from entrepot.core.errors import Unfit
from entrepot.core.notices import NoticeKinds
from entrepot.core.paging import cursor_of_moment, moment_in
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now, to_us

_MINUTE_US = 60_000_000


async def alerts(tx: Transaction, who: Principal, *, shown: Shown) -> Page[AlertView]:
    """The alerts of the caller's organisation, the newest first."""
    if shown.span is not None:
        await _note(tx, who, *shown.span)
    return shown.page


async def _note(tx: Transaction, who: Principal, begin: datetime, end: datetime) -> None:
    """Say who looks; most looks of a minute are alike, and said once."""
    at = now()
    news = await look.is_news(
        tx, organisation=who.organisation, reader=who.id, minute_us=to_us(at) // _MINUTE_US * _MINUTE_US,
        begin_us=to_us(begin), end_us=to_us(end),
    )  # fmt: skip
    if news:
        tx.emit(
            AlertsRead(
                organisation=who.organisation, reader=who.id, reader_kind=who.kind, read_at=at, begin=begin,
                end=end,
            )
        )  # fmt: skip


async def find_alerts(read: Read, who: Principal, *, query: AlertQuery, kinds: NoticeKinds) -> Shown:
    """A page, before it is shown."""

    async def look_up(tx: Reading) -> Page[AlertView]:
        found = await inbox.page(
            tx, organisation=who.organisation, person=who.id, query=query, before=moment_in(query.cursor),
            limit=query.limit + 1,
        )  # fmt: skip
        shown = list(found[: query.limit])
        return Page(
            shown, cursor_of_moment(shown[-1].occurred_at, shown[-1].id) if len(found) > query.limit else None
        )

    if query.begin is not None and query.end is not None and query.begin > query.end:
        raise Unfit("from", "`from` is after `to`.")
    check_kind(query.kind, kinds)
    page = await read(look_up)
    if not page.items:
        return Shown(page, None)
    return Shown(page, (page.items[-1].occurred_at, page.items[0].occurred_at))


async def acknowledge(tx: Transaction, who: Principal, *, done: Acknowledgement) -> None:
    """Say that these alerts are seen to; who said it first stays."""
    ids = sorted(set(done.ids))
    if missing := set(ids) - await inbox.visible(tx, ids, organisation=who.organisation, person=who.id):
        raise AlertNotFound(f"There is no alert {min(missing)}.")
    await inbox.acknowledge(tx, ids, by=who.id, at=now())


async def acknowledge_one(tx: Transaction, who: Principal, *, id: str) -> None:
    """Say that this alert is seen to."""
    await acknowledge(tx, who, done=Acknowledgement(ids=[id]))
