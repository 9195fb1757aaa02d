"""The inbox in the console."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from entrepot.common.events import NoticeFiled
from entrepot.common.model.inbox import (
    InboxChange,
    InboxQuery,
    Notification,
    NotificationNotFound,
    ReadAll,
    UnreadCount,
)
from entrepot.common.repository import inbox
from entrepot.core.events import decode, open_envelope, subject_of
from entrepot.core.notices import NoticeKinds
from entrepot.core.ports import Bus, Message, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now

_WAITING = 1_000  # then the console is too slow, and misses some
_STILL_HERE_S = 15.0  # proxies close a silent stream after 30 to 60 s


async def notifications(
    tx: Reading, who: Principal, *, query: InboxQuery, kinds: NoticeKinds
) -> Page[Notification]:
    """The caller's inbox: the unread first, and then the newest."""
    return await inbox.page(tx, who.id, organisation=who.organisation, query=query, kinds=kinds)


async def unread(tx: Reading, who: Principal) -> UnreadCount:
    """How many notices the caller has not read."""
    return UnreadCount(await inbox.unread(tx, who.id, organisation=who.organisation))


async def read(tx: Transaction, who: Principal, *, id: str) -> None:
    """Mark one notice as read."""
    if not await inbox.read(tx, id, person=who.id, organisation=who.organisation, at=now()):
        raise NotificationNotFound("There is no such notice.")


async def read_all(tx: Transaction, who: Principal, *, up_to: ReadAll) -> None:
    """Mark all notices as read, or those up to one."""
    await inbox.read_all(tx, person=who.id, organisation=who.organisation, up_to=up_to.up_to, at=now())


async def live(who: Principal, *, bus: Bus) -> AsyncIterator[InboxChange | None]:
    """What is filed in the caller's inbox from now on; whoever is too slow misses some."""
    waiting: asyncio.Queue[InboxChange] = asyncio.Queue(_WAITING)
    mine = who.id.encode()

    async def hear(message: Message) -> None:
        if mine not in message.data:
            return
        for body in msgspec.json.decode(message.data, type=list[msgspec.Raw]):
            envelope = decode(body)
            if envelope.type == NoticeFiled.TYPE and not waiting.full():
                filed = open_envelope(envelope, NoticeFiled)
                if filed.organisation == who.organisation and who.id in filed.people:
                    waiting.put_nowait(
                        InboxChange(id=filed.notice_id, kind=filed.kind, severity=filed.severity)
                    )

    subscription = await bus.subscribe(subject_of(NoticeFiled), hear)
    try:
        yield None
        while True:
            try:
                async with asyncio.timeout(_STILL_HERE_S):
                    filed = await waiting.get()
            except TimeoutError:
                yield None
            else:
                yield filed
    finally:
        await subscription.stop()
