"""Which technology a run really used: the programs that it started, and the tests that ran on each. What was
not used is said at the end, so that a green run never claims more than it did.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

PROPERTY = "platforms"
STARTED = "started programs"


@dataclass(frozen=True)
class Platform:
    """`fixtures` and `words` (of parameters) tell its tests, `program` what runs when it is used."""

    name: str
    words: frozenset[str] = frozenset()
    fixtures: frozenset[str] = frozenset()
    program: str = ""

    def serves(self, fixtures: Iterable[str], words: Iterable[str]) -> bool:
        return not self.fixtures.isdisjoint(fixtures) or not self.words.isdisjoint(words)


PLATFORMS = (
    Platform("SQLite", words=frozenset({"sqlite"})),
    Platform(
        "PostgreSQL", words=frozenset({"postgres"}), fixtures=frozenset({"postgres_dsn"}), program="initdb"
    ),
    Platform("NATS", words=frozenset({"nats"}), program="nats-server"),
    Platform("Chromium", fixtures=frozenset({"browser"})),
    Platform("mosquitto", fixtures=frozenset({"mosquitto"}), program="mosquitto"),
    Platform("entrepot, as a process of its own", program="entrepot"),
)


def platforms_of(item: pytest.Item) -> list[str]:
    """The names of the platforms that a test runs on."""
    parameters = getattr(getattr(item, "callspec", None), "params", {}).values()
    words = [word for text in parameters if isinstance(text, str) for word in text.replace("-", " ").split()]
    fixtures = getattr(item, "fixturenames", ())
    return [each.name for each in PLATFORMS if each.serves(fixtures, words)]


@dataclass
class Covered:
    """Counted over all processes of a run."""

    tests: Counter[str] = field(default_factory=Counter)
    started: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        found = []
        for platform in PLATFORMS:
            tests, starts = self.tests[platform.name], self.started[platform.program]
            said = [f"{tests:,} tests"] if tests else []
            said += [f"started {starts:,} times"] if starts else []
            found.append(f"{platform.name:<34} {', '.join(said) or 'NOT USED'}")
        return found


# Of this process.
PROGRAMS = Counter[str]()


def node_started() -> None:
    """A node brings a NATS of its own, which no audit hook of this process sees."""
    PROGRAMS["nats-server"] += 1


def watch_programs(count: Counter[str]) -> None:
    """Count the programs of `PLATFORMS` that this process starts, from now on."""
    known = {platform.program for platform in PLATFORMS if platform.program}

    def hear(event: str, args: tuple[Any, ...]) -> None:
        if event == "subprocess.Popen" and (name := _program(args[0], args[1])) in known:
            count[name] += 1

    sys.addaudithook(hear)


def _program(executable: Any, args: Any) -> str:
    """`entrepot` for `python -m entrepot …`, and else the file's name."""
    words = [str(word) for word in (args if isinstance(args, (list, tuple)) else [args])]
    if "-m" in words[:-1]:
        return words[words.index("-m") + 1].replace("tests.sample.node", "entrepot")
    return Path(str(executable or words[0])).name
