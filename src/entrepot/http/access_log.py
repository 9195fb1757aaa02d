"""Records what was served: a line per request for people and machines, and sums by row, status and caller
that become events and metrics. It keeps no paths with values in them and no addresses, so nothing personal.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import datetime

import msgspec

from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.http.refused import RefusedRequests

# From what a read takes at best to the deadline that a row has by default.
BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_MAX_SUMS = 5_000  # between two reports of the gateway; about 1 MB
_MAX_LINES = 20_000  # between two flushes: a second of the busiest core


class AccessLine(msgspec.Struct, frozen=True, gc=False):
    """One request. `row` is the path's template; `ms` and `bytes` measure the answer."""

    timestamp: datetime
    event: str
    method: str
    row: str
    status: int
    ms: float
    bytes: int
    principal: str
    request_id: str


class Served(msgspec.Struct):
    """Requests with the same row, status and caller since the last `take`."""

    row: str
    status: int
    principal: str
    organisation: str
    count: int = 0
    total_us: int = 0
    longest_us: int = 0
    bytes_out: int = 0


class RowTally:
    """What a row served since the node started. For /metrics."""

    __slots__ = ("buckets", "statuses", "sum_s")

    def __init__(self) -> None:
        self.buckets = [0] * (len(BUCKETS_S) + 1)
        self.statuses: dict[int, int] = {}
        self.sum_s = 0.0


class AccessLog:
    """Records every answer. `write` takes a batch of lines; None keeps none."""

    def __init__(self, write: Callable[[list[AccessLine]], None] | None) -> None:
        self._write = write
        self._lines: list[AccessLine] = []
        self._sums: dict[tuple[str, int, str, str], Served] = {}
        self.tallies: dict[str, RowTally] = {}
        self.refused = RefusedRequests()

    def write_to(self, write: Callable[[list[AccessLine]], None] | None) -> None:
        """Write lines there from now on, or nowhere."""
        self.flush()
        self._write = write

    def record(
        self, who: Principal, *, method: str, row: str, status: int, took_s: float, size: int, request_id: str
    ) -> None:
        key = (row, status, who.id, who.organisation)
        if (served := self._sums.get(key)) is None:
            served = self._open(key)
        took_us = int(took_s * 1e6)
        served.count += 1
        served.total_us += took_us
        served.bytes_out += size
        if took_us > served.longest_us:
            served.longest_us = took_us
        self._tally(row, status, took_s)
        if self._write is not None and len(self._lines) < _MAX_LINES:
            self._lines.append(
                AccessLine(
                    now(), "http.served", method, row, status, took_us / 1000, size, who.id, request_id
                )
            )

    def take(self) -> list[Served]:
        """Return the sums since the last call."""
        sums, self._sums = self._sums, {}
        return list(sums.values())

    def flush(self) -> None:
        """Write the lines that wait."""
        if self._write is not None and self._lines:
            lines, self._lines = self._lines, []
            self._write(lines)

    def _open(self, key: tuple[str, int, str, str]) -> Served:
        """Begin a sum. There are only so many; past the bound, all other callers share one."""
        if len(self._sums) >= _MAX_SUMS:
            key = (key[0], key[1], "others", "")
            if (known := self._sums.get(key)) is not None:
                return known
        served = self._sums[key] = Served(*key)
        return served

    def _tally(self, row: str, status: int, took_s: float) -> None:
        if (tally := self.tallies.get(row)) is None:
            tally = self.tallies[row] = RowTally()
        tally.buckets[bisect_left(BUCKETS_S, took_s)] += 1
        tally.statuses[status] = tally.statuses.get(status, 0) + 1
        tally.sum_s += took_s
