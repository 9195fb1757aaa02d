"""The tests by folder, which is by part of the program: how many, how they ended, how long they took."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from tests.suite import cpu

ENDINGS = ("passed", "failed", "skipped")


def part_of(test_id: str) -> str:
    """The folder below `tests`; what lies beside the folders are the commands and settings."""
    folders = test_id.partition("::")[0].split("/")[:-1]
    return folders[1] if len(folders) > 1 else "top"


@dataclass
class Part:
    """Tests of one folder."""

    tests: int = 0
    endings: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_s: float = 0.0

    @property
    def done(self) -> int:
        return self.endings.total()

    @property
    def said(self) -> str:
        return ", ".join(f"{count:,} {ending}" for ending in ENDINGS if (count := self.endings[ending]))


@dataclass
class Tally:
    """All parts, and what runs at this moment."""

    parts: dict[str, Part] = field(default_factory=dict)
    running: dict[str, None] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    # Processor seconds of each test.
    cpu_s: Counter[str] = field(default_factory=Counter)

    def expect(self, test_ids: list[str]) -> None:
        self.parts = {}
        for test_id in test_ids:
            self.parts.setdefault(part_of(test_id), Part()).tests += 1

    def take(self, report: pytest.TestReport) -> Part:
        """Count one phase of a test, which ends with its call, or with a set-up or process that broke off."""
        part = self.parts.setdefault(part_of(report.nodeid), Part())
        part.seconds += report.duration
        part.cpu_s += cpu.of(report)
        self.cpu_s[report.nodeid] += cpu.of(report)  # type: ignore[assignment]
        if report.when == "teardown":
            if report.failed:
                part.endings.update(failed=1, passed=-1)
        elif report.when == "call" or not report.passed:
            part.endings[report.outcome] += 1
            if report.skipped:
                self.skipped[_reason(report)] += 1
        return part

    def lines(self) -> list[str]:
        """A table: tests, seconds and endings of each part and of all."""
        rows = [*sorted(self.parts.items()), ("together", self.total)]
        return [
            f"  {name:<12} {part.done:>6,} tests {part.seconds:>6.0f} s"
            f" {part.cpu_s:>6.0f} s of CPU   {part.said}"
            for name, part in rows
        ]

    def dearest(self, count: int) -> list[str]:
        """The modules and the tests that took most of the processor."""
        modules = Counter[str]()
        for test_id, spent_s in self.cpu_s.items():
            modules[test_id.partition("::")[0]] += spent_s  # type: ignore[assignment]
        return [
            f"  {spent_s:>6.1f} s of CPU   {name}"
            for table in (modules, self.cpu_s)
            for name, spent_s in table.most_common(count)
        ]

    @property
    def total(self) -> Part:
        whole = Part()
        for part in self.parts.values():
            whole.tests += part.tests
            whole.endings += part.endings
            whole.seconds += part.seconds
            whole.cpu_s += part.cpu_s
        return whole


def _reason(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return f"known to fail: {report.wasxfail}"
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
