"""Rows whose context lives in another process: asked over the bus, answered by the same door there.

A question goes to `call.<context>.read` or `call.<context>.write`; every process that hosts the context
answers reads, and those that may write its database answer writes.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack

import msgspec
import structlog

from entrepot.core import trace
from entrepot.core.errors import Unavailable
from entrepot.core.ports import Answerer, Bus, Database, Message, NobodyAnswers, Subscription, TooSlow
from entrepot.core.routes import Principal
from entrepot.gateway import problem
from entrepot.gateway.answer import Answer
from entrepot.gateway.binding import Asked
from entrepot.gateway.breaker import Breaker
from entrepot.gateway.door import Door

log = structlog.get_logger()

# A question that is safe to repeat waits this long for one process before another is asked: the first
# may have died with it.
PATIENCE_S = 1.0


class Question(msgspec.Struct, frozen=True, array_like=True):
    """What travels: who asks what, and in whose name it is traced."""

    row: str
    who: Principal
    asked: Asked
    request_id: str
    traceparent: str


class Head(msgspec.Struct, frozen=True, array_like=True):
    """What precedes the bytes of an answer."""

    status: int
    media_type: str
    headers: tuple[tuple[str, str], ...]
    in_parts: bool


_pack = msgspec.msgpack.Encoder().encode
_unpack_question = msgspec.msgpack.Decoder(Question).decode
_unpack_head = msgspec.json.Decoder(Head).decode
_head_text = msgspec.json.Encoder().encode


def subject(context: str, *, writes: bool) -> str:
    return f"call.{context}.{'write' if writes else 'read'}"


class There:
    """A context in other processes, as the gateway sees it."""

    def __init__(self, context: str, bus: Bus, clock: Callable[[], float]) -> None:
        self._context, self._bus = context, bus
        self._clock, self.breaker = clock, Breaker(clock)

    async def ask(self, door: Door, who: Principal, asked: Asked) -> Answer:
        """Raises: Unavailable, at once when nobody serves the context or its breaker is open."""
        if not self.breaker.closed():
            raise Unavailable(f"The {self._context} service does not keep up; it is left alone for a moment.")
        asked_at = self._clock()
        question = Question(door.row.name, who, asked, trace.request_id.get(), trace.traceparent.get())
        try:
            answer = await self._send(door, _pack(question), repeatable=_repeatable(door, asked))
        except NobodyAnswers as error:
            raise Unavailable(f"No process serves {self._context} now.") from error
        except Unavailable:
            self.breaker.failed()
            raise
        except asyncio.CancelledError:
            # The row's deadline, or the caller's patience: only after a fair wait is it a failure.
            if self._clock() - asked_at >= min(PATIENCE_S, door.row.deadline_s / 2):
                self.breaker.failed()
            raise
        self.breaker.worked()
        return answer

    async def _send(self, door: Door, data: bytes, *, repeatable: bool) -> Answer:
        where, deadline_s = subject(self._context, writes=door.writes), door.row.deadline_s
        if door.answers_in_parts:
            return await self._open(where, data, deadline_s)
        if repeatable:
            try:
                return _whole(await self._bus.request(where, data, timeout_s=min(PATIENCE_S, deadline_s / 2)))
            except TooSlow:
                log.info("gateway.asked_again", context=self._context, row=door.row.name)
        return _whole(await self._bus.request(where, data, timeout_s=deadline_s))

    async def _open(self, where: str, data: bytes, deadline_s: float) -> Answer:
        stack = AsyncExitStack()
        try:
            messages = await stack.enter_async_context(self._bus.stream(where, data, timeout_s=deadline_s))
            first = await anext(messages)
        except StopAsyncIteration as error:
            await stack.aclose()
            raise Unavailable("The answer ended before it began.") from error
        except BaseException:
            await stack.aclose()
            raise
        head = _unpack_head(first.headers["head"])
        if not head.in_parts:
            await stack.aclose()
            return _answer(head, first.data)
        return Answer(head.status, b"", head.media_type, head.headers, _rest(messages, stack))


async def _rest(messages: AsyncIterator[Message], stack: AsyncExitStack) -> AsyncIterator[bytes]:
    async with stack:
        async for message in messages:
            yield message.data


def _repeatable(door: Door, asked: Asked) -> bool:
    return not door.writes or bool(asked.idempotency_key)


def _whole(message: Message) -> Answer:
    return _answer(_unpack_head(message.headers["head"]), message.data)


def _answer(head: Head, body: bytes) -> Answer:
    return Answer(head.status, body, head.media_type, head.headers)


class Counter:
    """Where a hosting process answers for its context."""

    def __init__(self, context: str, doors: Mapping[str, Door], database: Database, bus: Bus) -> None:
        self._context, self._doors, self._database, self._bus = context, doors, database, bus
        self._subscriptions: dict[bool, Subscription] = {}

    async def open(self) -> None:
        """Answer what this process can; call again when it became the writer."""
        for writes in (False, True) if self._database.writable else (False,):
            if writes not in self._subscriptions:
                answerer: Answerer = self._reply
                self._subscriptions[writes] = await self._bus.answer(
                    subject(self._context, writes=writes), answerer
                )

    async def close(self) -> None:
        for subscription in self._subscriptions.values():
            await subscription.stop()
        self._subscriptions.clear()

    async def _reply(self, message: Message) -> AsyncIterator[Message]:
        question = _unpack_question(message.data)
        trace.request_id.set(question.request_id)
        trace.traceparent.set(question.traceparent)
        answer = await self._answer(question)
        head = Head(answer.status, answer.media_type, answer.headers, answer.parts is not None)
        headers = {"head": _head_text(head).decode()}
        yield Message(message.subject, answer.body, headers)
        if answer.parts is not None:
            async for part in answer.parts:
                yield Message(message.subject, part)

    async def _answer(self, question: Question) -> Answer:
        if (door := self._doors.get(question.row)) is None:
            return problem.of_error(Unavailable("This process runs another version, without this route."))
        return await door.ask(self._database, question.who, question.asked)
