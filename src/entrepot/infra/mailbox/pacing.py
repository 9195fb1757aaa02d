"""Every wait of the mailbox, and how it behaves while a part does not answer."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from random import Random
from typing import TypeVar

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.time import to_us

T = TypeVar("T")
log = structlog.get_logger()


class Backoff(msgspec.Struct, frozen=True):
    """Exponential with full jitter, which spreads a crowd best
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
    """

    first_s: float
    most_s: float

    def ceiling_s(self, attempt: int) -> float:
        """Return the longest wait after the `attempt`-th failure, counted from 1."""
        doublings = min(attempt - 1, 60)
        return float(min(self.most_s, self.first_s * 2**doublings))

    def delay_s(self, attempt: int, random: Random) -> float:
        return random.uniform(0.0, self.ceiling_s(attempt))


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """All the mailbox's waits and sizes."""

    linger_s: float = 0.010  # between publishes under load, so that batches grow (decision 4 has the figures)
    poll_s: float = 0.05  # PostgreSQL: how soon what another process wrote is seen
    window: int = 5_000  # rows published ahead of the slowest follower
    patience_s: float = 0.25  # how long a follower may hold up the others before it has to pull
    keep_s: float = 0.5  # between two looks at what can be pruned
    heard_s: float = 600.0  # how old may be what is stored of when a reader was heard
    confirm_s: float = 0.05  # between two confirmations
    idle_pull_s: float = 5.0  # a reader that hears nothing asks, in case a message was lost
    answer_s: float = 5.0  # how long a pull may take
    parked_poll_s: float = 1.0  # how soon a replayed dead letter is noticed
    reconnect: Backoff = Backoff(0.1, 5.0)  # bus or database does not answer
    retry: Backoff = Backoff(0.5, 300.0)  # a handler failed
    attempts: int = 10  # then it is a dead letter


PACE = Pace()


class Timing(msgspec.Struct, frozen=True):
    """The pace together with chance and the calendar, which a simulation replaces. Waits go by the
    running loop's clock.
    """

    pace: Pace
    random: Random
    now: Callable[[], datetime]

    def now_us(self) -> int:
        return to_us(self.now())

    def retry_at_us(self, attempt: int) -> int:
        return self.now_us() + round(self.pace.retry.delay_s(attempt, self.random) * 1_000_000)

    def latest_retry_at_us(self) -> int:
        """Later than any retry that is put off now."""
        return self.now_us() + round(self.pace.retry.most_s * 1_000_000)

    def about(self, wait_s: float) -> float:
        """Vary a wait by up to a quarter, so that those who wait do not return together."""
        return wait_s * self.random.uniform(0.75, 1.25)


async def at_last(step: Callable[[], Awaitable[T]], *, task: str, timing: Timing) -> T:
    """Repeat `step` until it succeeds, and return its result. All background work runs in here: a failure
    is logged, and tried again after a wait.
    """
    failures = 0
    while True:
        try:
            return await step()
        except Exception as error:
            failures += 1
            _report(error, task=task, failures=failures)
        await asyncio.sleep(timing.pace.reconnect.delay_s(failures, timing.random))


async def keep_trying(step: Callable[[], Awaitable[None]], *, task: str, timing: Timing) -> None:
    """Run `step` again and again, for ever."""
    while True:
        await at_last(step, task=task, timing=timing)


def _report(error: Exception, *, task: str, failures: int) -> None:
    if not isinstance(error, Unavailable):
        log.error("mailbox.step_failed", task=task, exc_info=error)
    elif failures == 1:
        log.warning("mailbox.waiting", task=task, reason=str(error))


async def wait_until(event: asyncio.Event, *, at: float) -> None:
    """Wait for `event`, but not past `at` on the loop's clock."""
    if event.is_set():
        return
    try:
        async with asyncio.timeout_at(at):
            await event.wait()
    except TimeoutError:
        return
