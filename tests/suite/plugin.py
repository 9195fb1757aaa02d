"""Ties progress and cover to pytest, on one process and on several."""

from collections import Counter
from typing import Any

import pytest
from tests.suite import cpu
from tests.suite.covered import PROGRAMS, PROPERTY, STARTED, Covered, platforms_of, watch_programs
from tests.suite.parts import Tally
from tests.suite.progress import Progress


def install(config: pytest.Config) -> None:
    """On the process that a person looks at, and on each that runs tests."""
    worker = hasattr(config, "workerinput")
    programs = PROGRAMS
    watch_programs(programs)
    config.pluginmanager.register(Watcher(programs), "tests-watcher")
    config.pluginmanager.register(cpu.Meter(), "tests-meter")
    if not worker:
        tally = Tally()
        config.pluginmanager.register(Report(tally, programs), "tests-report")
        if config.get_verbosity() < 0:
            config.pluginmanager.register(Progress(config, tally), "tests-progress")


class Watcher:
    """Where tests run: notes at each of them which platforms it is on."""

    def __init__(self, programs: Counter[str]) -> None:
        self._programs = programs

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        item.user_properties.append((PROPERTY, platforms_of(item)))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[STARTED] = dict(self._programs)


class Report:
    """Where a person looks: adds up what the processes say, and tells it at the end."""

    def __init__(self, tally: Tally, programs: Counter[str]) -> None:
        self._tally, self._covered = tally, Covered(started=programs)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._tally.take(report)
        if report.when == "call" and not report.skipped:
            self._covered.tests.update(dict(report.user_properties).get(PROPERTY, ()))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._covered.started.update(getattr(node, "workeroutput", {}).get(STARTED, {}))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self._tally.parts) < 1 or not self._tally.total.done:
            return
        for line in ("What this run covered:", *self._tally.lines(), "", *self._covered.lines()):
            terminalreporter.write_line(line)
        for line in self._tally.dearest(terminalreporter.config.getoption("dearest")):
            terminalreporter.write_line(line)
        for reason, count in self._tally.skipped.items():
            terminalreporter.write_line(f"skipped {count}: {reason}")
