"""Group commit: many transactions share one commit, because flushing the disk costs far more than the work
itself. No caller goes on before the flush that covers its transaction.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from time import perf_counter

from entrepot.core.errors import Unavailable
from entrepot.core.events import Event

FULL_MEMBERS = 256
FULL_AGE_S = 0.002
NOTHING_KEPT = "the database could not write; nothing was kept"


class CommitGroup:
    """The transactions that will be committed together, each with the future its caller waits on."""

    __slots__ = ("emitted", "lost", "members", "opened_at")

    def __init__(self) -> None:
        self.members: list[asyncio.Future[None]] = []
        self.emitted: list[Event] = []
        self.lost = False
        self.opened_at = perf_counter()

    @property
    def full(self) -> bool:
        return len(self.members) >= FULL_MEMBERS or perf_counter() - self.opened_at > FULL_AGE_S

    def admit(self) -> asyncio.Future[None]:
        member = asyncio.get_running_loop().create_future()
        self.members.append(member)
        return member

    def settle(self, error: BaseException | None) -> None:
        for member in self.members:
            if member.done():  # its caller was cancelled and does not want to know
                continue
            if error is None:
                member.set_result(None)
            else:  # an exception of its own for each: callers add their tracebacks to it
                member.set_exception(Unavailable(str(error)))


class GroupCommit:
    """Hands the turn from caller to caller, in order, and commits when nobody waits or enough joined.

    `begin` and `rollback` run on the loop, `commit` in `thread` (or on the loop when there is none);
    `committed` is called with the events of a commit that carried some, before its callers go on. While a
    commit runs the turn is held, so the next group gathers behind it.
    """

    def __init__(
        self,
        *,
        begin: Callable[[], None],
        commit: Callable[[], None],
        rollback: Callable[[], None],
        committed: Callable[[Sequence[Event]], None],
        thread: Executor | None,
    ) -> None:
        self._begin = begin
        self._commit = commit
        self._rollback = rollback
        self._committed = committed
        self._thread = thread
        self._taken = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._group: CommitGroup | None = None

    async def join(self) -> CommitGroup:
        """Wait for the turn; whoever gets it must `leave`. Raises: what `begin` raises."""
        if self._taken:
            await self._turn()
        else:
            self._taken = True
        group = self._group
        if group is None:
            try:
                self._begin()
            except BaseException:
                self._give()
                raise
            group = self._group = CommitGroup()
        return group

    def leave(self) -> None:
        """Pass the turn on, or commit if nobody waits."""
        group = self._group
        if group is None or (self._wanted() and not group.full and not group.lost):
            self._give()
        else:
            self._finish(group)

    async def pause(self) -> None:
        """Take the turn with no group open, so that nothing is under way; end with `leave`."""
        if self._taken:
            await self._turn()
        self._taken = True
        if self._group is not None:
            mine = asyncio.get_running_loop().create_future()
            self._waiting.appendleft(mine)
            self._finish(self._group)
            await self._arrival(mine)

    def _turn(self) -> Awaitable[None]:
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        return self._arrival(mine)

    async def _arrival(self, mine: asyncio.Future[None]) -> None:
        try:
            await mine
        except asyncio.CancelledError:
            if not mine.cancelled():  # the turn came together with the cancellation
                self.leave()
            raise

    def _wanted(self) -> bool:
        while self._waiting and self._waiting[0].done():
            self._waiting.popleft()
        return bool(self._waiting)

    def _give(self) -> None:
        if self._wanted():
            self._waiting.popleft().set_result(None)
        else:
            self._taken = False

    def _finish(self, group: CommitGroup) -> None:
        if group.lost or not group.members:
            self._rollback()
            self._end(group, Unavailable(NOTHING_KEPT) if group.lost else None)
        elif self._thread is None:
            try:
                self._commit()
            except Exception as error:
                self._end(group, error)
            else:
                self._end(group, None)
        else:
            flushed = asyncio.get_running_loop().run_in_executor(self._thread, self._commit)
            flushed.add_done_callback(lambda done: self._end(group, done.exception()))

    def _end(self, group: CommitGroup, error: BaseException | None) -> None:
        self._group = None
        group.settle(error)
        self._give()
        if error is None and group.emitted:
            self._committed(group.emitted)
