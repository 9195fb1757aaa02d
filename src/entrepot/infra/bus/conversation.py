"""Requests and streams over NATS subjects. The parts of all conversations of a connection arrive on one
inbox. A stream's answerer sends while it has credit and beats when it has nothing to send; NATS tells
it when the caller's connection is gone, and an inbox that does not know a stream tells it to stop.
"""

import asyncio
import secrets
from collections.abc import Mapping
from itertools import count
from typing import Protocol

import structlog
from nats.aio.msg import Msg

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Answerer, Message, NobodyAnswers, TooSlow
from entrepot.infra.bus.answering import CREDIT, StreamEnding, run_answerer
from entrepot.infra.bus.outgoing import check_data, check_headers

BEAT_S = 1.0
QUIET_BEATS = 4  # after so many beats without a word an answerer counts as gone

STREAM = "Bus-Stream"  # on a request: all parts are wanted
PART = "Bus-Part"  # on an answer that is no part: accepted, beat, end or failed

_GRANT = CREDIT // 2
_STOP = b"stop"
log = structlog.get_logger()


class SendMessage(Protocol):
    async def __call__(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, reply: str = ""
    ) -> None:
        """Raises: Unavailable when not connected, Invalid when too large for the server."""


class Receiver(Protocol):
    def receive(self, arrived: Msg | None) -> None:
        """Take what arrived for this conversation; None when the connection was lost."""

    async def beat(self) -> None:
        """Called every `BEAT_S`."""


class ReplyInbox:
    """`prefix` keeps answers, too, among the subjects of one deployment."""

    def __init__(self, send: SendMessage, *, prefix: str) -> None:
        self._prefix = f"{prefix}reply.{secrets.token_hex(11)}"
        self._count = count()
        self._send = send
        self._receivers: dict[str, Receiver] = {}
        self.subject = f"{self._prefix}.*"

    def open(self, receiver: Receiver) -> str:
        address = f"{self._prefix}.{next(self._count):x}"
        self._receivers[address] = receiver
        return address

    def close(self, address: str) -> None:
        self._receivers.pop(address, None)

    async def take(self, arrived: Msg) -> None:
        receiver = self._receivers.get(arrived.subject)
        if receiver is not None:
            receiver.receive(arrived)
        elif arrived.reply:
            await self._send(arrived.reply, _STOP)

    def lose(self) -> None:
        """Break off every conversation, because some parts may never come."""
        receivers, self._receivers = self._receivers, {}
        for receiver in receivers.values():
            receiver.receive(None)

    async def beat(self) -> None:
        for receiver in list(self._receivers.values()):
            await receiver.beat()


class PendingReply:
    """The caller's end of a request."""

    def __init__(self, asked: Message) -> None:
        self._asked = asked
        self._arrived: asyncio.Future[Msg | None] = asyncio.get_running_loop().create_future()

    def receive(self, arrived: Msg | None) -> None:
        if not self._arrived.done():
            self._arrived.set_result(arrived)

    async def beat(self) -> None:
        pass

    async def take(self) -> Message:
        arrived = _check(self._asked, await self._arrived)
        return _part(self._asked, arrived)


class StreamParts:
    """The caller's end of a stream."""

    def __init__(self, asked: Message, send: SendMessage, *, timeout_s: float) -> None:
        self._asked = asked
        self._send = send
        self._timeout_s = timeout_s
        self._arrived: asyncio.Queue[Msg | None] = asyncio.Queue()
        self._answerer = ""
        self._quiet = 0
        self._taken = 0
        self._ended = False

    def receive(self, arrived: Msg | None) -> None:
        self._quiet = 0
        if arrived is None or _kind(arrived) != "beat":
            self._arrived.put_nowait(arrived)

    async def beat(self) -> None:
        self._quiet += 1
        if self._answerer and self._quiet == QUIET_BEATS:
            self._arrived.put_nowait(None)

    async def accepted(self) -> None:
        self._answerer = (await self._take()).reply

    async def leave(self) -> None:
        if not self._ended and self._answerer:
            await self._send(self._answerer, _STOP)

    def __aiter__(self) -> "StreamParts":
        return self

    async def __anext__(self) -> Message:
        if self._ended:
            raise StopAsyncIteration
        arrived = await self._take()
        if _kind(arrived) == "end":
            self._ended = True
            raise StopAsyncIteration
        self._taken += 1
        if self._taken % _GRANT == 0:
            await self._send(self._answerer, b"%d" % _GRANT)
        return _part(self._asked, arrived)

    async def _take(self) -> Msg:
        try:
            async with asyncio.timeout(self._timeout_s):
                return _check(self._asked, await self._arrived.get())
        except TimeoutError:
            raise too_slow(self._asked, self._timeout_s) from None


class StreamAnswer:
    """The answerer's end of a stream."""

    def __init__(self, caller: str, send: SendMessage, inbox: ReplyInbox) -> None:
        self._caller = caller
        self._send = send
        self._inbox = inbox
        self._address = inbox.open(self)
        self._credit = asyncio.Semaphore(CREDIT)
        self._task = asyncio.current_task()
        self._gone = False

    def receive(self, arrived: Msg | None) -> None:
        if arrived is None or arrived.data == _STOP or _nobody(arrived):
            self._leave()
            return
        for _ in range(int(arrived.data)):
            self._credit.release()

    async def beat(self) -> None:
        await self._mark("beat")

    async def run(self, answerer: Answerer, asked: Message) -> None:
        ending: StreamEnding = "failed"
        try:
            await self._mark("accepted")
            ending = await run_answerer(answerer, asked, self._part)
        finally:
            self._inbox.close(self._address)
            if not self._gone:
                await self._mark(ending)

    def _leave(self) -> None:
        self._gone = True
        self._inbox.close(self._address)
        if self._task is not None:
            self._task.cancel()

    async def _part(self, part: Message) -> bool:
        await self._credit.acquire()
        await self._send(
            self._caller, check_data(part.data), check_headers(part.headers), reply=self._address
        )
        return True

    async def _mark(self, kind: str) -> None:
        reply = self._address if kind in ("accepted", "beat") else ""
        await self._send(self._caller, b"", {PART: kind}, reply=reply)


async def answer_once(answerer: Answerer, asked: Message, caller: str, send: SendMessage) -> None:
    """Send the first part that the answerer gives."""
    sent = False

    async def send_first(part: Message) -> bool:
        nonlocal sent
        await send(caller, check_data(part.data), check_headers(part.headers))
        sent = True
        return False

    await run_answerer(answerer, asked, send_first)
    if not sent:
        await send(caller, b"", {PART: "failed"})


def too_slow(asked: Message, timeout_s: float) -> TooSlow:
    return TooSlow(f"no answer on {asked.subject} within {timeout_s:g} s")


def _check(asked: Message, arrived: Msg | None) -> Msg:
    if arrived is None:
        raise Unavailable(f"the answer on {asked.subject} was lost with the connection")
    if _nobody(arrived):
        raise NobodyAnswers(f"nobody answers on {asked.subject}")
    if _kind(arrived) == "failed":
        raise Unavailable(f"the answer on {asked.subject} broke off")
    return arrived


def _nobody(arrived: Msg) -> bool:
    """NATS's word that nobody listens; https://docs.nats.io/nats-concepts/core-nats/reqreply"""
    return not arrived.data and arrived.headers is not None and arrived.headers.get("Status") == "503"


def _kind(arrived: Msg) -> str:
    return arrived.headers.get(PART, "") if arrived.headers else ""


def _part(asked: Message, arrived: Msg) -> Message:
    return Message(asked.subject, arrived.data, arrived.headers or {})
