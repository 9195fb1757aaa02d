"""What a person sees while the tests run: a line for each part that is done, every failure at once, and how
far it has come. A log gets a line now and then, a terminal one line that changes.
"""

import sys
import time

import pytest
from tests.suite.parts import Tally, part_of

# How often a log hears how far it is.
TELLS_EVERY_S = 20.0
# How often a terminal's line changes.
DRAWS_EVERY_S = 0.2


class Progress:
    """Takes the place of pytest's dots; `-vv` brings pytest's own lines back."""

    def __init__(self, config: pytest.Config, tally: Tally) -> None:
        self._tally, self._began_s, self._told_s = tally, time.monotonic(), time.monotonic()
        self._out = config.get_terminal_writer()
        self._draws, self._width = sys.stdout.isatty(), self._out.fullwidth - 1
        self._told: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._expect([item.nodeid for item in session.items])

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._expect(ids)

    def _expect(self, test_ids: list[str]) -> None:
        if test_ids and not self._tally.parts:
            self._tally.expect(test_ids)
            self._say(f"{len(test_ids):,} tests of {len(self._tally.parts)} parts")

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Let pytest count a test, and write nothing: this class writes."""
        if hasattr(report, "wasxfail") or (report.when != "call" and report.passed):
            return None
        category = "error" if report.failed and report.when != "call" else report.outcome
        return category, "", category.upper()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._tally.running[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        part = self._tally.parts.get(part_of(nodeid))
        if part is not None and part.done >= part.tests:
            self._tell_part(part_of(nodeid))
        self._tell_now_and_then()
        self._tally.running.pop(nodeid, None)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            during = "" if report.when == "call" else f" ({report.when})"
            self._say(f"FAILED {report.nodeid}{during} after {report.duration:.1f} s")

    def pytest_sessionfinish(self) -> None:
        self._wipe()

    def _tell_part(self, name: str) -> None:
        if name in self._told:
            return
        self._told.add(name)
        part = self._tally.parts[name]
        self._say(f"{name:<12} {part.said}, {part.seconds:.0f} s")

    def _tell_now_and_then(self) -> None:
        now_s, every_s = time.monotonic(), DRAWS_EVERY_S if self._draws else TELLS_EVERY_S
        if now_s - self._told_s < every_s:
            return
        self._told_s, whole = now_s, self._tally.total
        modules = dict.fromkeys(_short(test_id) for test_id in self._tally.running)
        line = f"{100 * whole.done // max(whole.tests, 1):>3} %  {whole.done:,} of {whole.tests:,}"
        failed = f", {whole.endings['failed']} failed" if whole.endings["failed"] else ""
        at = f", now in {', '.join(modules)}" if modules else ""
        if self._draws:
            self._out.write(
                f"\r{self._clock()}  {line}{failed}{at}"[: self._width].ljust(self._width), flush=True
            )
        else:
            self._say(f"{line}{failed}{at}")

    def _say(self, text: str) -> None:
        self._wipe()
        self._out.line(f"{self._clock()}  {text}")
        self._out.flush()

    def _wipe(self) -> None:
        if self._draws:
            self._out.write("\r" + " " * self._width + "\r")

    def _clock(self) -> str:
        passed_s = int(time.monotonic() - self._began_s)
        return f"{passed_s // 60:>2}:{passed_s % 60:02}"


def _short(test_id: str) -> str:
    return test_id.partition("::")[0].removeprefix("tests/").removesuffix(".py").replace("test_", "")
