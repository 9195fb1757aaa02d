"""A database in a troubled world."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from entrepot.core.errors import Contended, Unavailable
from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import to_us
from entrepot.infra.database.sqlite import SQLite

T = TypeVar("T")


class TroubledDatabase:
    """SQLite that sometimes refuses, sometimes does not tell that it committed, and takes its time, so
    that a process can die between any two steps. One write at a time: how SQLite groups them depends on
    the real clock.
    """

    def __init__(self, file: SQLite, process: Any) -> None:
        self._file = file
        self._process = process
        self._turn = asyncio.Lock()

    async def lead(self) -> bool:
        return await self._file.lead()

    @property
    def leading(self) -> bool:
        return self._file.leading

    async def read(self, work: Callable[[Reading], Awaitable[T]]) -> T:
        await self._pause()
        return await self._file.read(work)

    async def write(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        async with self._turn:
            await self._pause()
            result = await self._file.write(self._witnessed(work))
            await self._pause()
            return result

    def _witnessed(
        self, work: Callable[[Transaction], Awaitable[T]]
    ) -> Callable[[Transaction], Awaitable[T]]:
        """The shop's database knows no time of ours: say when it dropped something."""
        if self._process.name != "shop":
            return work

        async def witnessed(tx: Transaction) -> T:
            result = await work(tx)
            now_us = to_us(self._process.world.now())
            await tx.execute("UPDATE dropped SET at_us = ? WHERE at_us IS NULL", now_us)
            return result

        return witnessed

    async def close(self) -> None:
        await self._file.close()

    async def _pause(self) -> None:
        random, trouble = self._process.random, self._process.world.trouble
        await asyncio.sleep(random.expovariate(1 / (5.0 if random.random() < trouble else 0.002)))
        if random.random() < trouble / 10:
            raise random.choice((Contended, Unavailable))("trouble")
