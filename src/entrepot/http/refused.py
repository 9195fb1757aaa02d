"""Counts what came to a port and was refused before anybody looked at what it wants: it has no row, so that
the access log knows nothing of it.
"""

import structlog

from entrepot.core.log_limit import LogLimit

log = structlog.get_logger()


class RefusedRequests:
    """By the slug of the problem that was answered, of all HTTP ports of a process."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self._limit = LogLimit()

    def count(self, slug: str, detail: str) -> None:
        self.counts[slug] = self.counts.get(slug, 0) + 1
        if times := self._limit.count(slug):
            log.info("http.refused", reason=slug, detail=detail, times=times)
