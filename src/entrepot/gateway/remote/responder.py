"""Answers calls from gateways of other processes for a context that this process hosts."""

from collections.abc import AsyncIterator, Mapping

from entrepot.core import trace
from entrepot.core.errors import Unavailable
from entrepot.core.ports import Answerer, Bus, Database, Message, Subscription
from entrepot.gateway.remote.call import Call, Head, head_text, subject, unpack
from entrepot.gateway.remote.revocations import Revocations
from entrepot.gateway.rows.door import Door
from entrepot.http import problem
from entrepot.http.answer import Answer


class Responder:
    """Answers the calls for one context."""

    def __init__(
        self,
        context: str,
        doors: Mapping[str, Door],
        database: Database,
        bus: Bus,
        *,
        revocations: Revocations,
    ) -> None:
        self._context, self._doors, self._database, self._bus = context, doors, database, bus
        self._revocations = revocations
        self._subscriptions: dict[bool, Subscription] = {}

    async def open(self) -> None:
        """Begin to answer what this process can: reads, and writes if it may write. Call again when it
        may.
        """
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
        call = unpack(message.data)
        trace.request_id.set(call.request_id)
        trace.traceparent.set(call.traceparent)
        mark = self._revocations.mark()
        answer = await self._answer(call)
        revoked = self._revocations.since(mark)
        head = Head(answer.status, answer.media_type, answer.headers, answer.parts is not None, revoked)
        headers = {"head": head_text(head).decode()}
        yield Message(message.subject, answer.body, headers)
        if answer.parts is not None:
            async for part in answer.parts:
                yield Message(message.subject, part)

    async def _answer(self, call: Call) -> Answer:
        if (door := self._doors.get(call.row)) is None:
            return problem.of_error(Unavailable("This process runs another version, without this route."))
        return await door.ask(self._database, call.who, call.asked)
