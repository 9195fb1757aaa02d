"""A bus that loses, repeats, delays and reorders what it carries, between processes that come and go."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from random import Random
from typing import Any

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Answerer, Message, MessageHandler, NobodyAnswers, TooSlow

Record = Callable[..., None]


class Network:
    def __init__(self, random: Random, record: Record) -> None:
        self.random = random
        self.record = record
        self.loss = self.repeats = 0.0
        self.endpoints: list[UnreliableBus] = []
        self.cuts: set[tuple[str, str]] = set()

    def reaches(self, sender: "UnreliableBus", receiver: "UnreliableBus") -> bool:
        pair = tuple(sorted((sender.name, receiver.name)))
        return sender.up and receiver.up and pair not in self.cuts

    def delay_s(self) -> float:
        slow = self.random.random() < 0.05
        return self.random.expovariate(1 / 20.0 if slow else 1 / 0.02)

    def carry(self, message: Message, sender: "UnreliableBus") -> None:
        """To every listener its own fate: some get it twice, late or never."""
        for endpoint in list(self.endpoints):
            for listener in list(endpoint.listeners):
                if listener.subject != message.subject or not self.reaches(sender, endpoint):
                    continue
                copies = (self.random.random() >= self.loss) + (self.random.random() < self.repeats)
                for _ in range(copies):
                    asyncio.get_running_loop().call_later(self.delay_s(), listener.take, message)

    def heal(self) -> None:
        self.loss = self.repeats = 0.0
        self.cuts.clear()
        for endpoint in self.endpoints:
            endpoint.reconnect()


class UnreliableBus:
    """One process's end of the network."""

    def __init__(self, name: str, network: Network) -> None:
        self.name = name
        self.up = True
        self.listeners: list[Listener] = []
        self.answerers: dict[str, Answerer] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self._network = network
        self._missed: list[Callable[[], None]] = []
        network.endpoints.append(self)

    async def publish(self, subject: str, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        await asyncio.sleep(0)
        if not self.up:
            raise Unavailable("the line is down")
        self._network.carry(Message(subject, data, headers or {}), self)

    async def subscribe(self, subject: str, handler: MessageHandler) -> "Listener":
        listener = Listener(self, subject, handler)
        self.listeners.append(listener)
        self.start(listener.run())
        return listener

    async def request(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> Message:
        network = self._network
        served = [end for end in network.endpoints if subject in end.answerers and network.reaches(self, end)]
        if not served:
            raise NobodyAnswers(subject)
        replied: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        message = Message(subject, data, headers or {})
        if network.random.random() >= network.loss:
            served[0].start(served[0].serve(message, self, replied))
        try:
            async with asyncio.timeout(timeout_s):
                return await replied
        except TimeoutError:
            raise TooSlow(subject) from None

    async def serve(self, message: Message, asker: "UnreliableBus", replied: asyncio.Future[Message]) -> None:
        network = self._network
        await asyncio.sleep(network.delay_s())
        answers = self.answerers[message.subject](message)
        answer = await anext(aiter(answers))
        await answers.aclose()
        await asyncio.sleep(network.delay_s())
        if network.random.random() >= network.loss and network.reaches(self, asker) and not replied.done():
            network.record("answer", message.subject, answer.headers.get("first", ""))
            replied.set_result(answer)

    def stream(
        self, subject: str, data: bytes, headers: Mapping[str, str] | None = None, *, timeout_s: float
    ) -> AbstractAsyncContextManager[AsyncIterator[Message]]:
        raise NotImplementedError("the mailbox streams nothing")

    async def answer(self, subject: str, answerer: Answerer) -> "Answering":
        self.answerers[subject] = answerer
        return Answering(self, subject)

    def on_reconnect(self, callback: Callable[[], None]) -> None:
        self._missed.append(callback)

    def reconnect(self) -> None:
        for callback in self._missed:
            callback()

    async def close(self) -> None:
        """The process is gone: nobody hears it, it hears nobody."""
        self.up = False
        if self in self._network.endpoints:
            self._network.endpoints.remove(self)
        for task in self.tasks:
            task.cancel()
        for task in self.tasks:
            with suppress(asyncio.CancelledError):
                await task

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        self.tasks = [task for task in self.tasks if not task.done()]
        self.tasks.append(asyncio.create_task(work))

    def arrived(self, message: Message) -> None:
        self._network.record("arrived", self.name, message.subject, message.headers.get("first", ""))


class Answering:
    def __init__(self, bus: UnreliableBus, subject: str) -> None:
        self._bus, self._subject = bus, subject

    async def stop(self) -> None:
        self._bus.answerers.pop(self._subject, None)


class Listener:
    def __init__(self, bus: UnreliableBus, subject: str, handler: MessageHandler) -> None:
        self.subject = subject
        self._bus = bus
        self._handler = handler
        self._waiting: deque[Message] = deque()
        self._some = asyncio.Event()

    def take(self, message: Message) -> None:
        if self._bus.up:
            self._waiting.append(message)
            self._some.set()

    async def run(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            while self._waiting:
                message = self._waiting.popleft()
                self._bus.arrived(message)
                await self._handler(message)

    async def stop(self) -> None:
        if self in self._bus.listeners:
            self._bus.listeners.remove(self)
