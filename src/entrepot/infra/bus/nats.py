"""The bus over core NATS, without JetStream: what must not be lost rests on the outbox. It reconnects
for ever, and refuses at once while it is not connected instead of keeping messages in memory. Every subject
on the wire begins with the deployment's id, so that two deployments on one NATS never meet.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import Context
from typing import Any, TypeVar

import structlog
from nats.aio.client import Client, Server
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError, SlowConsumerError
from nats.errors import Error as NatsError

from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.ports import Answerer, Message, MessageHandler
from entrepot.infra.bus.answering import UnderWay, notify, run_handler
from entrepot.infra.bus.cancelling import TolerantClient, heeding_cancellation, to_its_end
from entrepot.infra.bus.conversation import (
    BEAT_S,
    STREAM,
    PendingReply,
    ReplyInbox,
    StreamAnswer,
    StreamParts,
    answer_once,
    too_slow,
)
from entrepot.infra.bus.nats_subscription import NatsSubscription
from entrepot.infra.bus.outgoing import check_pattern, header_bytes, outgoing

CONNECT_S = 5.0
FIRST_WAIT_S = 0.25  # before the first try to reconnect; doubled for each that fails, with jitter
LONGEST_WAIT_S = 5.0
_NOTIFY_AFTER_S = 0.05

_DEPLOYMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_FLUSH_S = 2
_FIRST_TRIES: dict[str, Any] = {"reconnect_time_wait": 0.1}  # seconds; nats-py says int, and only sleeps it

T = TypeVar("T")
log = structlog.get_logger()


class NatsBus:
    """Made by `connect`. What subscribes while it is not connected hears from the next connection on."""

    def __init__(
        self,
        servers: Sequence[str],
        *,
        deployment: str,
        name: str,
        token: str | None,
        credentials: str | None,
    ) -> None:
        self._servers = servers
        self._prefix = f"{deployment}."
        self._name = name
        self._token = token
        self._credentials = credentials
        self._client = TolerantClient()
        self._inbox = ReplyInbox(self._send, prefix=self._prefix)
        self._subscriptions: set[NatsSubscription] = set()
        self._missed: list[Callable[[], None]] = []
        self._notifying: asyncio.TimerHandle | None = None
        self._own = UnderWay()
        self._closed = False
        self._reconnects = 0

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        deployment: str,
        name: str,
        token: str | None = None,
        credentials_file: str | None = None,
        within_s: float = CONNECT_S,
    ) -> "NatsBus":
        """`url` may list several servers, with commas; `deployment` is the first word of every subject.

        Raises: Unavailable when none takes us in; Invalid for an id that is no such word.
        """
        if _DEPLOYMENT.fullmatch(deployment) is None:
            raise Invalid(f"{deployment[:80]!r} is no id of a deployment: letters, digits, - and _ are.")
        servers = url.split(",")
        bus = cls(servers, deployment=deployment, name=name, token=token, credentials=credentials_file)
        try:
            async with asyncio.timeout(within_s):
                await _in_empty_context(bus._open())
        except (TimeoutError, NatsError, OSError) as error:
            raise Unavailable("no NATS server takes us in") from error
        bus._own.start(bus._beat())
        return bus

    async def publish(self, subject: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        message = outgoing(subject, data, headers)
        await self._send(self._prefix + message.subject, message.data, message.headers)

    async def subscribe(self, subject: str, handler: MessageHandler) -> NatsSubscription:
        check_pattern(subject)

        async def take(arrived: Msg) -> None:
            await run_handler(handler, Message(self._word(arrived), arrived.data, arrived.headers or {}))

        return await self._listen(NatsSubscription(self._subscriptions, self._prefix + subject, take))

    async def request(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> Message:
        asked = outgoing(subject, data, headers)
        reply = PendingReply(asked)
        address = self._inbox.open(reply)
        try:
            async with asyncio.timeout(timeout_s):
                await self._send(self._prefix + asked.subject, asked.data, asked.headers, reply=address)
                return await reply.take()
        except TimeoutError:
            raise too_slow(asked, timeout_s) from None
        finally:
            self._inbox.close(address)

    @asynccontextmanager
    async def stream(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> AsyncIterator[AsyncIterator[Message]]:
        asked = outgoing(subject, data, headers)
        parts = StreamParts(asked, self._send, timeout_s=timeout_s)
        address = self._inbox.open(parts)
        try:
            headers = {**asked.headers, STREAM: "1"}
            await self._send(self._prefix + asked.subject, asked.data, headers, reply=address)
            await parts.accepted()
            yield parts
        finally:
            self._inbox.close(address)
            if self._client.is_connected:
                await parts.leave()

    async def answer(self, subject: str, answerer: Answerer) -> NatsSubscription:
        check_pattern(subject)
        under_way = UnderWay()

        async def take(arrived: Msg) -> None:
            if arrived.reply:
                under_way.start(self._answer(answerer, arrived))

        where = self._prefix + subject
        return await self._listen(
            NatsSubscription(self._subscriptions, where, take, group=where, under_way=under_way)
        )

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        self._missed.append(callback)

    @property
    def connected(self) -> bool:
        return self._client.is_connected and not self._closed

    @property
    def reconnects(self) -> int:
        return self._reconnects

    @property
    def largest_bytes(self) -> int:
        return int(self._client.max_payload)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await asyncio.gather(*(subscription.stop() for subscription in list(self._subscriptions)))
        self._inbox.lose()
        await self._own.finish(0)
        if self._notifying is not None:
            self._notifying.cancel()
        await _close(self._client)

    def _word(self, arrived: Msg) -> str:
        """Return the subject without the deployment's id."""
        return arrived.subject[len(self._prefix) :]

    async def _send(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, reply: str = ""
    ) -> None:
        client = self._client
        if not client.is_connected:
            raise Unavailable("the bus is not connected")
        if len(data) + header_bytes(headers or {}) > client.max_payload:
            raise Invalid(f"this NATS server takes at most {client.max_payload} bytes")
        try:
            sending = client.publish(subject, data, reply, dict(headers) if headers else None)
            await heeding_cancellation(sending)
        except (NatsError, OSError) as error:
            raise Unavailable("the bus is not connected") from error

    async def _answer(self, answerer: Answerer, arrived: Msg) -> None:
        headers = dict(arrived.headers or {})
        wants_all = headers.pop(STREAM, None) is not None
        asked = Message(self._word(arrived), arrived.data, headers)
        try:
            if wants_all:
                await StreamAnswer(arrived.reply, self._send, self._inbox).run(answerer, asked)
            else:
                await answer_once(answerer, asked, arrived.reply, self._send)
        except Unavailable:
            log.warning("bus.answer_lost", subject=asked.subject)

    async def _listen(self, subscription: NatsSubscription) -> NatsSubscription:
        if self._closed:
            raise Unavailable("the bus is closed")
        self._subscriptions.add(subscription)
        if not self._client.is_closed:
            await _in_empty_context(subscription.open(self._client))
        if self._client.is_connected:
            try:
                await to_its_end(self._client.flush(_FLUSH_S))
            except NatsError:
                log.info("bus.subscribes_later", subject=subscription.subject)
        return subscription

    async def _open(self) -> None:
        client = TolerantClient()

        async def on_closed() -> None:
            if client is self._client and not self._closed:
                self._own.start(self._open_again())

        try:
            await client.connect(
                list(self._servers),
                name=self._name,
                token=self._token,
                user_credentials=self._credentials,
                max_reconnect_attempts=-1,
                **_FIRST_TRIES,
                reconnect_to_server_handler=_next_server,
                ping_interval=5,
                flush_timeout=_FLUSH_S,
                skip_subject_validation=True,
                error_cb=self._on_error,
                disconnected_cb=self._on_disconnected,
                reconnected_cb=self._on_reconnected,
                closed_cb=on_closed,
            )
            await client.subscribe(self._inbox.subject, cb=self._inbox.take)
            await to_its_end(client.flush(_FLUSH_S))
            while missing := [one for one in self._subscriptions if not one.stands_on(client)]:
                for subscription in missing:  # more may come while these are awaited
                    await subscription.open(client)
            if client.is_closed:
                raise ConnectionClosedError
        except BaseException:
            await _close(client)
            raise
        self._client = client

    async def _open_again(self) -> None:
        """nats-py gives up for good on some errors of the server; we do not."""
        wait_s = FIRST_WAIT_S
        while True:
            await asyncio.sleep(wait_s * random.uniform(0.5, 1))  # noqa: S311 - jitter is no secret
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
            try:
                async with asyncio.timeout(CONNECT_S):
                    await self._open()
            except (TimeoutError, NatsError, OSError) as error:
                log.info("bus.reconnect_failed", error=repr(error))
                continue
            return await self._on_reconnected()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await self._inbox.beat()
            except Unavailable:
                log.debug("bus.beat_lost")

    async def _on_error(self, error: Exception) -> None:
        if self._client.is_connected or isinstance(error, SlowConsumerError):
            log.info("bus.trouble", error=repr(error))
        if isinstance(error, SlowConsumerError):
            if error.sub is not None and error.sub.subject == self._inbox.subject:
                self._inbox.lose()
            self._notify_missed()

    async def _on_disconnected(self) -> None:
        if not self._closed:
            log.warning("bus.disconnected")
        self._inbox.lose()

    async def _on_reconnected(self) -> None:
        self._reconnects += 1
        log.info("bus.reconnected")
        self._notify_missed()

    def _notify_missed(self) -> None:
        """Notify soon, once for a burst of drops, and after the last of them."""
        if self._notifying is None and not self._closed:
            self._notifying = asyncio.get_running_loop().call_later(_NOTIFY_AFTER_S, self._notify)

    def _notify(self) -> None:
        self._notifying = None
        notify(self._missed)


def _next_server(servers: list[Server], _: dict[str, Any]) -> tuple[Server, float]:
    """Return the server that failed least, and a wait that grows with its failures."""
    server = min(servers, key=lambda server: server.reconnects)
    wait_s = min(FIRST_WAIT_S * 2 ** min(server.reconnects, 10), LONGEST_WAIT_S)
    return server, wait_s * random.uniform(0.2, 1)  # noqa: S311 - jitter is no secret


async def _close(client: Client) -> None:
    try:
        await client.close()
    except (NatsError, OSError) as error:  # when the connection breaks meanwhile
        log.info("bus.not_closed", error=repr(error))
    for interest in list(client._subs.values()):  # what a close that broke off leaves behind
        interest._stop_processing()


async def _in_empty_context(work: Coroutine[Any, Any, T]) -> T:
    """Tasks that nats-py starts would otherwise carry the trace of whoever subscribed."""
    return await asyncio.create_task(work, context=Context())
