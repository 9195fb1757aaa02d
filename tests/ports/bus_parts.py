"""What the suites of the bus share: connections, listeners and answerers."""

import asyncio
from collections.abc import AsyncIterator

from tests.suite.patience import PATIENCE_S

from entrepot.core.ports import Message
from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.server import NatsServer


async def connect(server: NatsServer, name: str, *, deployment: str = "ours") -> NatsBus:
    address = server.address(server._folder)
    return await NatsBus.connect(address.url, deployment=deployment, token=address.token, name=name)


class Heard(list[Message]):
    """A handler that keeps what it hears."""

    async def __call__(self, message: Message) -> None:
        self.append(message)

    async def reach(self, size: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while len(self) < size:
                await asyncio.sleep(0.002)


async def echo(asked: Message):
    yield Message("", asked.data, asked.headers)


def says(text: bytes):
    async def answerer(asked: Message):
        yield Message("", text)

    return answerer


async def numbers(asked: Message):
    for number in range(int(asked.data)):
        yield Message("", b"%d" % number)


async def nothing(message: Message) -> None:
    await asyncio.sleep(0)


async def yes(message: Message) -> AsyncIterator[Message]:
    yield Message(message.subject, b"yes")
