"""The bus inside one process, for tests and for contexts that share a process. It behaves as NATS does,
without a server.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Answerer, Message, MessageHandler, NobodyAnswers, TooSlow
from entrepot.infra.bus.answering import (
    CREDIT,
    DRAIN_S,
    StreamEnding,
    UnderWay,
    notify,
    run_answerer,
    run_handler,
)
from entrepot.infra.bus.outgoing import (
    LARGEST_BYTES,
    check_data,
    check_headers,
    check_pattern,
    matches,
    outgoing,
)

MAX_WAITING = 65_536  # messages a slow handler may be behind before it misses some


class MemoryBus:
    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self._answering: deque[_Answering] = deque()
        self._missed: list[Callable[[], None]] = []
        self._closed = False

    async def publish(self, subject: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        message = self._outgoing(subject, data, headers)
        for listener in [listener for listener in self._listeners if matches(listener.pattern, subject)]:
            if not listener.take(message):
                notify(self._missed)
        await asyncio.sleep(0)  # as a socket would, let the listeners run

    async def subscribe(self, subject: str, handler: MessageHandler) -> "_Listener":
        self._check_open()
        check_pattern(subject)
        listener = _Listener(subject, handler, self._listeners)
        self._listeners.append(listener)
        return listener

    async def request(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> Message:
        call = _Call(self._outgoing(subject, data, headers), only_first=True)
        self._next_answering(subject).take(call)
        return await call.next(timeout_s)

    @asynccontextmanager
    async def stream(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> AsyncIterator[AsyncIterator[Message]]:
        call = _Call(self._outgoing(subject, data, headers), only_first=False)
        task = self._next_answering(subject).take(call)
        try:
            yield _Parts(call, timeout_s)
        finally:
            task.cancel()

    async def answer(self, subject: str, answerer: Answerer) -> "_Answering":
        self._check_open()
        check_pattern(subject)
        answering = _Answering(subject, answerer, self._answering)
        self._answering.append(answering)
        return answering

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        self._missed.append(callback)

    @property
    def connected(self) -> bool:
        return not self._closed

    @property
    def reconnects(self) -> int:
        return 0

    @property
    def largest_bytes(self) -> int:
        return LARGEST_BYTES

    async def close(self) -> None:
        self._closed = True
        stops = [listener.stop() for listener in self._listeners] + [one.stop() for one in self._answering]
        await asyncio.gather(*stops)

    def _outgoing(self, subject: str, data: bytes, headers: Mapping[str, str] | None) -> Message:
        self._check_open()
        return outgoing(subject, data, headers)

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("the bus is closed")

    def _next_answering(self, subject: str) -> "_Answering":
        for answering in self._answering:
            if matches(answering.pattern, subject):
                self._answering.remove(answering)
                self._answering.append(answering)
                return answering
        raise NobodyAnswers(f"nobody answers on {subject}")


class _Listener:
    def __init__(self, pattern: str, handler: MessageHandler, among: "list[_Listener]") -> None:
        self.pattern = pattern
        self._handler = handler
        self._among = among
        self._waiting: asyncio.Queue[Message | None] = asyncio.Queue()
        self._running = UnderWay()
        self._running.start(self._run())

    def take(self, message: Message) -> bool:
        """Queue a message. Return False when the handler is too far behind; the message is lost then."""
        if self._waiting.qsize() >= MAX_WAITING:
            return False
        self._waiting.put_nowait(message)
        return True

    async def stop(self) -> None:
        if self in self._among:
            self._among.remove(self)
            self._waiting.put_nowait(None)
        await self._running.finish(DRAIN_S)

    async def _run(self) -> None:
        while (message := await self._waiting.get()) is not None:
            await run_handler(self._handler, message)


class _Answering:
    def __init__(self, pattern: str, answerer: Answerer, among: "deque[_Answering]") -> None:
        self.pattern = pattern
        self._answerer = answerer
        self._among = among
        self._under_way = UnderWay()

    def take(self, call: "_Call") -> asyncio.Task[None]:
        return self._under_way.start(call.run(self._answerer))

    async def stop(self) -> None:
        if self in self._among:
            self._among.remove(self)
        await self._under_way.finish(DRAIN_S)


class _Call:
    """One request on its way: the answerer puts parts while there is credit, the caller takes them."""

    def __init__(self, asked: Message, *, only_first: bool) -> None:
        self._asked = asked
        self._only_first = only_first
        self._credit = asyncio.Semaphore(CREDIT)
        self._ready: asyncio.Queue[Message | StreamEnding] = asyncio.Queue()

    async def run(self, answerer: Answerer) -> None:
        ending: StreamEnding = "failed"
        try:
            ending = await run_answerer(answerer, self._asked, self._send)
        finally:
            self._ready.put_nowait(ending)

    async def _send(self, part: Message) -> bool:
        await self._credit.acquire()
        part = Message(self._asked.subject, check_data(part.data), check_headers(part.headers))
        self._ready.put_nowait(part)
        return not self._only_first

    async def take(self, timeout_s: float) -> Message | StreamEnding:
        try:
            async with asyncio.timeout(timeout_s):
                taken = await self._ready.get()
        except TimeoutError:
            raise TooSlow(f"no answer on {self._asked.subject} within {timeout_s:g} s") from None
        self._credit.release()
        if taken == "failed":
            raise Unavailable(f"the answer on {self._asked.subject} broke off")
        return taken

    async def next(self, timeout_s: float) -> Message:
        taken = await self.take(timeout_s)
        if isinstance(taken, Message):
            return taken
        raise Unavailable(f"the answerer of {self._asked.subject} gave no answer")


class _Parts:
    def __init__(self, call: _Call, timeout_s: float) -> None:
        self._call = call
        self._timeout_s = timeout_s
        self._ended = False

    def __aiter__(self) -> "_Parts":
        return self

    async def __anext__(self) -> Message:
        taken = None if self._ended else await self._call.take(self._timeout_s)
        if isinstance(taken, Message):
            return taken
        self._ended = True
        raise StopAsyncIteration
