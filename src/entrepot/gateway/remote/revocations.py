"""The credentials that this process revoked, so that nobody is answered before they are forgotten.

Why not leave it to the bus? The answer to a revocation would overtake the message about it, by some 40 ms, or
by as long as the bus hangs.
"""

from collections import deque
from collections.abc import Callable, Sequence

from entrepot.core.events import Event

_MOST = 10_000  # ids at hand for answers under way; one call ends a person's sessions, or those of a role

Forget = Callable[[Sequence[str]], None]


class Revocations:
    """What one context revoked in this process, after each commit."""

    def __init__(self, kinds: Sequence[type[Event]]) -> None:
        self._kinds = tuple(kinds)
        self._newest: deque[str] = deque(maxlen=_MOST)
        self._count = 0
        self._forget: Forget | None = None

    def told_to(self, forget: Forget) -> None:
        """Tell the gateway of this process, if it has one."""
        self._forget = forget

    def hear(self, events: Sequence[Event]) -> None:
        """Take in what was committed."""
        if gone := [event.key for event in events if isinstance(event, self._kinds)]:
            self._newest.extend(gone)
            self._count += len(gone)
            if self._forget is not None:
                self._forget(gone)

    def mark(self) -> int:
        """Return a moment for `since`."""
        return self._count

    def since(self, mark: int) -> tuple[str, ...]:
        """Return what was revoked since, also by others meanwhile: forgetting that does no harm."""
        if (gone := self._count - mark) == 0:
            return ()
        return tuple(self._newest)[-gone:]
