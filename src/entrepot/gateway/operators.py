"""What operators may ask the node itself: the flow of events, and a backup."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from entrepot.core.events import CloudEvent, decode
from entrepot.core.ports import Bus, Message
from entrepot.core.routes import File, Input, Limit, Principal, Route, Stream
from entrepot.core.time import now

_WAITING_EVENTS = 10_000  # then the watcher is too slow, and misses some
_STILL_HERE_S = 15.0  # proxies close a silent stream after 30 to 60 s
_TAR, _ENCRYPTED = "application/x-tar", "application/octet-stream"


class Backups(Protocol):
    """Makes backups of what this process leads."""

    @property
    def recipients(self) -> Sequence[str]:
        """For whom archives are encrypted where nobody says otherwise."""

    async def take(self, *, with_keys: bool, recipients: Sequence[str]) -> AsyncIterator[bytes]:
        """Return a tar archive, in parts: a consistent cut over all contexts, encrypted if there are
        recipients.
        """


class EventFilter(Input, frozen=True, kw_only=True):
    """Which events: all, or those whose type begins with `type`."""

    type: Annotated[str, Meta(max_length=128)] = ""


class BackupQuery(Input, frozen=True, kw_only=True):
    """Whether the keys, which open everything sealed, go into the archive; and for whom it is encrypted with
    age: `age1…` or an SSH public key, several with commas, `none` for nobody. By default it is as the
    settings say.
    """

    with_keys: bool = False
    recipient: Annotated[str, Meta(max_length=4096)] = ""


async def events(who: Principal, *, query: EventFilter, bus: Bus) -> AsyncIterator[CloudEvent | None]:
    """Committed events as they flow, from now on. A watcher that is too slow misses some."""
    waiting: asyncio.Queue[CloudEvent] = asyncio.Queue(_WAITING_EVENTS)

    async def hear(message: Message) -> None:
        for body in msgspec.json.decode(message.data, type=list[msgspec.Raw]):
            envelope = decode(body)
            if envelope.type.startswith(query.type) and not waiting.full():
                waiting.put_nowait(envelope)

    subscription = await bus.subscribe("event.>", hear)
    try:
        yield None
        while True:
            try:
                async with asyncio.timeout(_STILL_HERE_S):
                    envelope = await waiting.get()
            except TimeoutError:
                yield None
            else:
                yield envelope
    finally:
        await subscription.stop()


async def backup(who: Principal, *, query: BackupQuery, backups: Backups) -> File:
    """A consistent copy of everything this node keeps, as one tar archive, while it runs."""
    named = [each.strip() for each in query.recipient.split(",") if each.strip() not in ("", "none")]
    recipients = named if query.recipient.strip() else backups.recipients
    name, media = f"entrepot-{now():%Y%m%dT%H%M%SZ}.tar", _TAR
    if recipients:
        name, media = f"{name}.age", _ENCRYPTED
    return File(name, media, await backups.take(with_keys=query.with_keys, recipients=recipients))


ROUTES: tuple[Route, ...] = (
    Route("GET", "/api/events", events, takes=EventFilter, gives=Stream[CloudEvent], scope="node:operate"),
    Route(
        "GET", "/api/backup", backup, takes=BackupQuery, gives=File, scope="node:operate",
        limit=Limit(requests=10, window_s=60.0), deadline_s=600.0, media=(_TAR, _ENCRYPTED),
    ),
)  # fmt: skip
