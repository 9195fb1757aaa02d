"""Keeps acknowledgements in order: many items are under way at once, and each is finished in its turn."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from entrepot.core.errors import Unavailable

T = TypeVar("T")
Outcome = asyncio.Future[bytes | None] | asyncio.Future[None]


class InOrder(Generic[T]):
    """`finish` is called with each item when its outcome is done and all before it are finished. It may
    return another outcome that has to be awaited before it is called again for the same item.
    """

    def __init__(self, finish: Callable[[T, Outcome], Outcome | None], settled: Callable[[], None]) -> None:
        self._finish, self._settled = finish, settled
        self._waiting: deque[tuple[T, Outcome]] = deque()
        self._awaiting = False  # a callback waits for the first one; the others need none

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: T, outcome: Outcome) -> None:
        """Whoever has added calls `settle` once, when all is added that came together."""
        self._waiting.append((item, outcome))

    def settle(self) -> None:
        """Finish from the front what is done, then wait for the rest; `settled` is called after that."""
        waiting = self._waiting
        while waiting and waiting[0][1].done():
            item, outcome = waiting[0]
            another = self._finish(item, outcome)
            if another is None:
                waiting.popleft()
            else:
                waiting[0] = (item, another)
        if waiting and not self._awaiting:
            self._awaiting = True
            waiting[0][1].add_done_callback(self._first_done)
        self._settled()

    def _first_done(self, _: object) -> None:
        self._awaiting = False
        self.settle()


def failure(outcome: Outcome) -> BaseException | None:
    """Return why it failed, if it did."""
    return Unavailable("the work was given up") if outcome.cancelled() else outcome.exception()
