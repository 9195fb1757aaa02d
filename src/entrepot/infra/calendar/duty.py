"""Runs one duty at the moments of its calendar, in the process that leads its context.

When it is due next stands in the database, so that a moment counts once in a deployment, whoever leads. What
passed while nobody led, or while the duty still ran, is made up for once, however many moments it was. A duty
whose process died before it ended runs again for the same moment, which it is told: it does not do twice what
must be done once.

A clock that was ahead and is right again may have left a moment that is years away. A little step back
repeats no moment; after a great one the calendar begins anew, but not at once: a machine without a battery
may have just started in the past, and will hear the time from the network.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.time import from_us, now, to_us
from entrepot.infra.calendar.moments import following

log = structlog.get_logger()

# The clock of a machine may jump, so nobody sleeps longer than this before looking at it again.
LOOK_AGAIN_S = 30.0
BELIEVED_AFTER_TURNS = 20  # about ten minutes
# After a failure; the moment stays due.
TRY_AGAIN_S = 60.0


class CalendarDuty:
    """`duty(database, due)` at the moments of `cron` in the time zone `zone`."""

    def __init__(
        self, name: str, duty: Callable[[Database, datetime], Awaitable[None]], *, cron: str, zone: str,
        clock: Callable[[], datetime] = now, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._name, self._duty, self._cron, self._zone = name, duty, cron, zone
        self._clock, self._sleep = clock, sleep
        self._out_of_reach = 0  # turns in a row

    async def run(self, database: Database) -> None:
        """Until cancelled."""
        while True:
            await self._sleep(await self.turn(database))

    async def turn(self, database: Database) -> float:
        """Run the duty if it is due; how many seconds to wait before the next turn."""
        try:
            at = self._clock()
            due = await database.read(self._due)
            if due is None or self._is_out_of_reach(due, at):
                due = await database.write(partial(self._begin, at=at))
                self._out_of_reach = 0
            if (early_s := (due - at).total_seconds()) > 0:
                return min(early_s, LOOK_AGAIN_S)
            await self._duty(database, due)
            await database.write(partial(self._done, due=due, begun=at))
        except Unavailable as error:
            log.warning("calendar.waits", duty=self._name, reason=str(error))
            return TRY_AGAIN_S
        except Exception:  # a duty is a door: it is tried again
            log.exception("calendar.duty_failed", duty=self._name)
            return TRY_AGAIN_S
        return 0.0

    async def _due(self, tx: Reading) -> datetime | None:
        row = await tx.fetch_one(
            "SELECT due_at_us FROM calendar_duty WHERE name = ? AND calendar = ?", self._name, self._calendar
        )
        return None if row is None else from_us(row[0])

    def _is_out_of_reach(self, due: datetime, at: datetime) -> bool:
        """Whether `due` follows from a time that the clock should not have had: for some while, more than one
        moment has lain between now and then. One may, which came before a little step back.
        """
        strange = due > self._following(self._following(at))
        self._out_of_reach = self._out_of_reach + 1 if strange else 0
        return self._out_of_reach >= BELIEVED_AFTER_TURNS

    async def _begin(self, tx: Transaction, *, at: datetime) -> datetime:
        """Note when a new calendar, or a changed one, comes next."""
        due = self._following(at)
        await tx.execute(
            "INSERT INTO calendar_duty (name, calendar, due_at_us) VALUES (?, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET calendar = excluded.calendar, due_at_us = excluded.due_at_us",
            self._name, self._calendar, to_us(due),
        )  # fmt: skip
        return due

    async def _done(self, tx: Transaction, *, due: datetime, begun: datetime) -> None:
        """Unless another process, which leads now, went on from the same moment."""
        await tx.execute(
            "UPDATE calendar_duty SET due_at_us = ?, done_at_us = ?"
            " WHERE name = ? AND calendar = ? AND due_at_us = ?",
            to_us(self._following(begun)), to_us(self._clock()), self._name, self._calendar, to_us(due),
        )  # fmt: skip

    def _following(self, at: datetime) -> datetime:
        return following(self._cron, self._zone, at)

    @property
    def _calendar(self) -> str:
        return f"{self._cron} {self._zone}"
