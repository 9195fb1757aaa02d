"""Turns events of other contexts into notices, as the contexts' tables say (`announces`, `recalls`)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from entrepot.common.model.notice import Notice
from entrepot.common.repository import member
from entrepot.common.repository import notice as notice_rows
from entrepot.common.service import notices
from entrepot.common.service.notices import DispatchContext
from entrepot.core.events import Event
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.notices import News, NoticeKinds, Recall
from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.device.events import DeviceRevoked


async def announce(
    tx: Transaction, event: Event, *, news_of: Callable[[Any], News], sealing: Sealing, house: House,
    kinds: NoticeKinds, now: Callable[[], datetime] = now,
) -> None:  # fmt: skip
    """Send news to an organisation, or to every one with somebody who may know."""
    dispatch, news = DispatchContext(sealing=sealing, house=house, kinds=kinds, at=now()), news_of(event)
    for organisation in await _concerned(tx, news, kinds):
        notice = _notice(news, organisation, dispatch)
        await notices.send(tx, notice, dispatch=dispatch, only_for=news.only_for)


async def recall(
    tx: Transaction, event: Event, *, recall_of: Callable[[Any], Recall], sealing: Sealing, house: House,
    kinds: NoticeKinds,
) -> None:  # fmt: skip
    """Withdraw the notice that turned out to be wrong."""
    dispatch, wrong = DispatchContext(sealing=sealing, house=house, kinds=kinds, at=now()), recall_of(event)
    await notices.withdraw(tx, wrong.key, organisation=wrong.organisation, dispatch=dispatch)


async def on_device_revoked(tx: Transaction, event: DeviceRevoked) -> None:
    """Forget notices about a purged device: they name it and say where it was."""
    if event.purged:
        await notice_rows.remove_about(tx, event.device_id)


async def _concerned(tx: Transaction, news: News, kinds: NoticeKinds) -> list[str]:
    if news.organisation:
        return [news.organisation]
    return list(await member.organisations_with(tx, kinds.of(news.kind).scope or ""))


def _notice(news: News, organisation: str, dispatch: DispatchContext) -> Notice:
    return Notice(
        id=new_id(),
        key=news.key,
        organisation=organisation,
        kind=news.kind,
        severity=dispatch.kinds.of(news.kind).severity,
        subject=news.subject,
        place=news.place,
        occurred_at=news.occurred_at or dispatch.at,
        facts=news.facts,
        late=news.late,
        simulated=news.simulated,
    )
