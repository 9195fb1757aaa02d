"""One subscription at NATS, which ends without losing what is under way."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription as Interest
from nats.errors import Error as NatsError

from entrepot.infra.bus.answering import DRAIN_S, UnderWay
from entrepot.infra.bus.cancelling import heeding_cancellation, to_its_end

MAX_WAITING = 1_000_000  # messages, and
MAX_WAITING_BYTES = 128 * 1024 * 1024  # bytes that a slow handler may be behind before it misses some

log = structlog.get_logger()


class NatsSubscription:
    def __init__(
        self,
        among: "set[NatsSubscription]",
        subject: str,
        take: Callable[[Msg], Awaitable[None]],
        *,
        group: str = "",
        under_way: UnderWay | None = None,
    ) -> None:
        self.subject = subject
        self._among = among
        self._take = take
        self._group = group
        self._under_way = under_way or UnderWay()
        self._interest: tuple[Client, Interest] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    def stands_on(self, client: Client) -> bool:
        return self._interest is not None and self._interest[0] is client

    async def open(self, client: Client) -> None:
        interest = await heeding_cancellation(
            client.subscribe(
                self.subject,
                self._group,
                cb=self._take_one,
                pending_msgs_limit=MAX_WAITING,
                pending_bytes_limit=MAX_WAITING_BYTES,
            )
        )
        self._interest = client, interest

    async def stop(self) -> None:
        if self not in self._among:
            return
        if self._interest is not None:
            client, interest = self._interest
            if not (client.is_connected and await self._drained(interest)):
                await self._drop(client, interest)
        self._among.discard(self)
        await self._under_way.finish(DRAIN_S)

    async def _take_one(self, arrived: Msg) -> None:
        if self not in self._among:
            return
        self._idle.clear()
        try:
            await self._take(arrived)
        finally:
            self._idle.set()

    async def _drained(self, interest: Interest) -> bool:
        drain: Callable[[], Coroutine[Any, Any, None]] = interest.drain
        try:
            async with asyncio.timeout(DRAIN_S):
                await to_its_end(drain())
        except (NatsError, OSError) as error:
            log.warning("bus.not_drained", subject=self.subject, error=repr(error))
            return False
        return True

    async def _drop(self, client: Client, interest: Interest) -> None:
        """Unsubscribe after the message under way is finished, and begin no other. Why not call nats-py's
        `unsubscribe`? It refuses after a `drain` that failed.
        """
        self._among.discard(self)
        client._remove_sub(interest._id)
        await asyncio.wait([asyncio.create_task(self._idle.wait())], timeout=DRAIN_S)
        interest._stop_processing()
