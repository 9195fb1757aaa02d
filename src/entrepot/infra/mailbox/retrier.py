"""Tries parked events again: in order for each key, later and later, and at last gives them up."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database, Transaction
from entrepot.infra.mailbox import dead_letters, parked
from entrepot.infra.mailbox.acceptance import Turn
from entrepot.infra.mailbox.hearing import Heard, Opener, describe, happen
from entrepot.infra.mailbox.pacing import Timing, keep_trying, wait_until
from entrepot.infra.mailbox.parked import Parked

log = structlog.get_logger()


class Retrier:
    """One for all sources of a reader."""

    def __init__(
        self, reader: str, database: Database, *, openers: Mapping[str, Opener], turn: Turn, timing: Timing
    ) -> None:
        self._reader = reader
        self._database = database
        self._openers = openers
        self._turn = turn
        self._timing = timing
        self.wake = asyncio.Event()
        self.dead = 0

    async def run(self) -> None:
        await keep_trying(self._step, task=f"{self._reader} retries", timing=self._timing)

    async def _step(self) -> None:
        self.wake.clear()
        now_us, latest_us = self._timing.now_us(), self._timing.latest_retry_at_us()
        due = partial(parked.due, now_us=now_us, latest_us=latest_us)
        for source, key in await self._database.read(due):
            await self._retry(source, key)
        await self._rest()

    async def _rest(self) -> None:
        """Wait until the next is due. A replay comes from another transaction, so look now and then."""
        wait_s = self._timing.pace.parked_poll_s
        next_us = await self._database.read(parked.next_due_us)
        if next_us is not None:
            wait_s = max(0.0, min(wait_s, (next_us - self._timing.now_us()) / 1_000_000))
        await wait_until(self.wake, at=asyncio.get_running_loop().time() + wait_s)

    async def _retry(self, source: str, key: str) -> None:
        """The first of the key and, as far as they succeed, those behind it, in one transaction.

        What fails only at its end (an event emitted that cannot be stored) counts against the first, if
        that fails alone too.
        """
        async with self._turn:
            for work in (self._all, self._first):
                try:
                    self.dead += await self._database.write(partial(work, source=source, key=key))
                except Unavailable:
                    raise
                except Exception as error:
                    failure = error
                else:
                    return
            blame = partial(self._blame_first, source=source, key=key, failure=failure)
            self.dead += await self._database.write(blame)

    async def _all(self, tx: Transaction, *, source: str, key: str) -> int:
        return await self._work_off(tx, await parked.waiting(tx, source, key=key))

    async def _first(self, tx: Transaction, *, source: str, key: str) -> int:
        return await self._work_off(tx, (await parked.waiting(tx, source, key=key))[:1])

    async def _work_off(self, tx: Transaction, events: Sequence[Parked]) -> int:
        """Try until one has to wait again. Return how many were given up."""
        dead = 0
        for waiting in events:
            failure = await self._try(tx, waiting)
            if failure is None:
                await parked.remove(tx, waiting)
            elif self._hopeless(waiting, failure):
                await self._give_up(tx, waiting, failure)
                dead += 1
            else:
                await self._postpone(tx, waiting, failure)
                return dead
        for waiting in events[-1:]:
            now_us = self._timing.now_us()
            await parked.first_is_due(tx, waiting.source, key=waiting.key, now_us=now_us)
        return dead

    async def _blame_first(self, tx: Transaction, *, source: str, key: str, failure: Exception) -> int:
        for waiting in (await parked.waiting(tx, source, key=key))[:1]:
            if not self._hopeless(waiting, failure):
                await self._postpone(tx, waiting, failure)
                return 0
            await self._give_up(tx, waiting, failure)
            await parked.first_is_due(tx, source, key=key, now_us=self._timing.now_us())
        return 1

    async def _try(self, tx: Transaction, waiting: Parked) -> Exception | None:
        heard = self._open(waiting)
        if heard.defect:
            return _Unreadable(heard.defect)
        try:
            await tx.attempt(lambda: happen(tx, heard))
        except Unavailable:
            raise
        except Exception as error:
            return error
        return None

    def _open(self, waiting: Parked) -> Heard:
        opener = self._openers.get(waiting.source, Opener(()))
        heard = opener.open(waiting.body, sequence=waiting.sequence, place=waiting.place)
        if heard.calls or heard.defect:
            return heard
        return Heard(heard.sequence, heard.place, heard.body, defect="nobody hears this type any more")

    def _hopeless(self, waiting: Parked, failure: Exception) -> bool:
        return isinstance(failure, _Unreadable) or waiting.attempts + 1 >= self._timing.pace.attempts

    async def _give_up(self, tx: Transaction, waiting: Parked, failure: Exception) -> None:
        poison = isinstance(failure, _Unreadable)
        await parked.remove(tx, waiting)
        await dead_letters.bury(
            tx,
            waiting,
            kind="poison" if poison else "failed",
            error=str(failure) if poison else describe(failure),
            attempts=waiting.attempts + 1,
            failed_at_us=self._timing.now_us(),
        )
        log.error("mailbox.given_up", source=waiting.source, type=waiting.type, exc_info=failure)

    async def _postpone(self, tx: Transaction, waiting: Parked, failure: Exception) -> None:
        next_at_us = self._timing.retry_at_us(waiting.attempts + 1)
        await parked.postpone(tx, waiting, next_at_us=next_at_us, error=describe(failure))


class _Unreadable(Exception):
    """The parked event cannot be opened."""
