"""Strangers: whoever says something under our subjects and is not known here. Each is refused every time,
and logged once.
"""

import structlog

log = structlog.get_logger()

_REMEMBERED = 1_000


class Strangers:
    """Those who were refused at one log, or by one reader."""

    def __init__(self, **where: str) -> None:
        self._where = where
        self._seen: set[str] = set()

    def refuse(self, name: str, reason: str) -> None:
        """Log `name`, unless it was; one who changes names cannot fill the memory or the log."""
        if name in self._seen or len(self._seen) >= _REMEMBERED:
            return
        self._seen.add(name)
        log.warning("mailbox.stranger", **self._where, stranger=name[:200], reason=reason)

    def forgive(self, name: str) -> None:
        """It is known now; if it becomes a stranger again, that is worth a line."""
        self._seen.discard(name)
