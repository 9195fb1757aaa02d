"""How much of a processor the tests take: this process, what it started, and what those started. Where others
use the machine too these seconds grow as well, but far less than those on the clock.
"""

import resource
from collections.abc import Generator
from pathlib import Path

import pytest

PROPERTY = "cpu"
# Daemons that are nobody's children any more, such as a PostgreSQL, by the id of the process; and what each
# had spent when it ended.
DAEMONS: dict[int, float] = {}
PROC = Path("/proc")
TICKS_PER_S = 100
# Fields of /proc/PID/stat behind the name: utime, stime, and the same of children that have ended (proc(5)).
TIMES = slice(11, 15)


def spent_s() -> float:
    """Processor seconds until now; without /proc those of processes that still run are missing."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    ended_s = sum(each.ru_utime + each.ru_stime for each in used)
    daemons_s = sum(_of_tree_s(str(pid)) or known_s for pid, known_s in DAEMONS.items())
    return ended_s + daemons_s + sum(map(_of_tree_s, _children("self")))


def daemon_ends(pid: int) -> None:
    """Keep what a daemon has spent; until then it is looked at."""
    DAEMONS[pid] = _of_tree_s(str(pid))


def _of_tree_s(pid: str) -> float:
    try:
        ticks = (PROC / pid / "stat").read_text().rpartition(")")[2].split()[TIMES]
    except OSError:  # it ended meanwhile, or there is no /proc
        return 0.0
    return sum(map(int, ticks)) / TICKS_PER_S + sum(map(_of_tree_s, _children(pid)))


def _children(pid: str) -> list[str]:
    found: list[str] = []
    try:
        for thread in (PROC / pid / "task").iterdir():
            found += (thread / "children").read_text().split()
    except OSError:
        return found
    return found


class Meter:
    """Says with the last report of each test what was spent since the test before it."""

    def __init__(self) -> None:
        self._before_s = spent_s()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if report.when == "teardown":
            now_s = spent_s()
            # A grandchild whose parent did not wait for it takes its seconds along: Chromium's children do.
            report.user_properties.append((PROPERTY, max(0.0, now_s - self._before_s)))
            self._before_s = now_s
        return report


def of(report: pytest.TestReport) -> float:
    return float(dict(report.user_properties).get(PROPERTY, 0.0)) if report.when == "teardown" else 0.0
