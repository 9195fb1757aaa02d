"""The inbox: what a context hears. Each source's events have their effect once, in order."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import datetime
from random import Random, SystemRandom

import msgspec

from entrepot.core.events import HUB, placed
from entrepot.core.ports import Bus, Database, Dialect, Reading
from entrepot.core.time import now as clock
from entrepot.infra.mailbox.acceptance import Acceptor, Turn
from entrepot.infra.mailbox.follower import Follower
from entrepot.infra.mailbox.hearing import Hearing, Opener
from entrepot.infra.mailbox.pacing import PACE, Pace, Timing, at_last
from entrepot.infra.mailbox.retrier import Retrier


class InboxStatus(msgspec.Struct, frozen=True):
    """Counts since the start. `watermarks` say by source how far this reader is, and `refused` names the
    sources that do not know it.
    """

    accepted: int
    duplicates: int
    gaps: int
    parked: int
    dead: int
    watermarks: Mapping[str, int]
    refused: tuple[str, ...]


class Inbox:
    """Runs in the process that leads the database; `run` until cancelled. `hears` is by source, such as
    `tracking@hub`.
    """

    acceptor = Acceptor

    def __init__(
        self,
        context: str,
        database: Database,
        bus: Bus,
        *,
        hears: Mapping[str, Hearing],
        place: str = HUB,
        pace: Pace = PACE,
        random: Random | None = None,
        now: Callable[[], datetime] = clock,
    ) -> None:
        self.reader = placed(context, place)
        self._database = database
        self._bus = bus
        self._openers = {source: Opener(hearing) for source, hearing in hears.items()}
        self._timing = Timing(pace, random or SystemRandom(), now)
        self._followers: list[Follower] = []
        self._retrier: Retrier | None = None

    async def run(self) -> None:
        timing = self._timing
        turn = _turn(await at_last(self._dialect, task=f"inbox of {self.reader}", timing=timing))
        retrier = Retrier(self.reader, self._database, openers=self._openers, turn=turn, timing=timing)
        acceptors = [
            self.acceptor(source, self._database, opener=opener, turn=turn, timing=timing)
            for source, opener in self._openers.items()
        ]
        self._retrier = retrier
        self._followers = [
            Follower(self.reader, acceptor, self._bus, on_parked=retrier.wake.set, timing=timing)
            for acceptor in acceptors
        ]
        self._bus.on_reconnect(self._look)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(retrier.run())
            for follower in self._followers:
                tasks.create_task(follower.run())

    @property
    def status(self) -> InboxStatus:
        followers = self._followers
        return InboxStatus(
            accepted=sum(follower.accepted for follower in followers),
            duplicates=sum(follower.duplicates for follower in followers),
            gaps=sum(follower.gaps for follower in followers),
            parked=sum(follower.parked for follower in followers),
            dead=sum(follower.dead for follower in followers) + (self._retrier.dead if self._retrier else 0),
            watermarks={follower.source: follower.watermark for follower in followers},
            refused=tuple(follower.source for follower in followers if follower.refused),
        )

    async def _dialect(self) -> Dialect:
        return await self._database.read(_dialect)

    def _look(self) -> None:
        for follower in self._followers:
            follower.look()


async def _dialect(tx: Reading) -> Dialect:
    return tx.dialect


def _turn(dialect: Dialect) -> Turn:
    """On PostgreSQL one source at a time: they share small tables, whose scans are locked whole, so
    that serializable transactions side by side would only undo each other.
    """
    return asyncio.Lock() if dialect == "postgres" else nullcontext()
