"""Calls the rows of a context in other processes over the bus. The same door as here answers there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack

import structlog

from entrepot.core import trace
from entrepot.core.errors import Unavailable
from entrepot.core.ports import Bus, Message, NobodyAnswers, TooSlow
from entrepot.core.routes import Principal
from entrepot.gateway.remote.breaker import Breaker
from entrepot.gateway.remote.call import Call, Head, pack, read_head, subject
from entrepot.gateway.rows.binding import Arguments
from entrepot.gateway.rows.door import Door
from entrepot.http.answer import Answer

log = structlog.get_logger()

# A call that is safe to repeat waits this long for one process before another is asked: the first
# may have died with it.
PATIENCE_S = 1.0


class Remote:
    """A context in other processes, as the gateway sees it."""

    def __init__(
        self,
        context: str,
        bus: Bus,
        clock: Callable[[], float],
        *,
        forget: Callable[[Sequence[str]], None] = lambda revoked: None,
    ) -> None:
        """`forget` gets the credentials that an answer says were revoked, before it is passed on."""
        self._context, self._bus, self._forget = context, bus, forget
        self._clock, self.breaker = clock, Breaker(clock)

    async def ask(self, door: Door, who: Principal, asked: Arguments) -> Answer:
        """Raises: Unavailable, at once when nobody serves the context or its breaker is open."""
        if not self.breaker.closed():
            raise Unavailable(f"The {self._context} service does not keep up; it is left alone for a moment.")
        asked_at = self._clock()
        call = Call(door.row.name, who, asked, trace.request_id.get(), trace.traceparent.get())
        try:
            answer = await self._send(door, pack(call), repeatable=_repeatable(door, asked))
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
                return self._whole(
                    await self._bus.request(where, data, timeout_s=min(PATIENCE_S, deadline_s / 2))
                )
            except TooSlow:
                log.info("gateway.asked_again", context=self._context, row=door.row.name)
        return self._whole(await self._bus.request(where, data, timeout_s=deadline_s))

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
        head = read_head(first.headers["head"])
        if not head.in_parts:
            await stack.aclose()
            return self._answer(head, first.data)
        return Answer(head.status, b"", head.media_type, head.headers, _rest(messages, stack))

    def _whole(self, message: Message) -> Answer:
        return self._answer(read_head(message.headers["head"]), message.data)

    def _answer(self, head: Head, body: bytes) -> Answer:
        if head.revoked:
            self._forget(head.revoked)
        return Answer(head.status, body, head.media_type, head.headers)


async def _rest(messages: AsyncIterator[Message], stack: AsyncExitStack) -> AsyncIterator[bytes]:
    async with stack:
        async for message in messages:
            yield message.data


def _repeatable(door: Door, asked: Arguments) -> bool:
    return not door.writes or bool(asked.idempotency_key)
