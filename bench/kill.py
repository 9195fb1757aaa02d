"""Figure 5: kill -9, again and again, in the middle of the work. Clients post reports with an
Idempotency-Key and insist until they are told that each is stored; the node and its NATS child are killed
in turn. Afterwards every acknowledged report is there once, and so is the effect of every event.
"""

import asyncio
import os
import random
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop

from bench import traffic
from bench.contenders import free_port
from bench.load import Connection
from bench.report import Figure, Section, Table
from bench.server import Server, family
from bench.stored import look

_CLIENTS = 32
_ANSWER_S = 10.0
_CATCH_UP_S = 60.0
_REPORTS = "/api/bench/reports"
_ABOUT = (
    f"{_CLIENTS} clients post reports and repeat each, with its Idempotency-Key, until it is acknowledged. "
    "Meanwhile the node and its NATS child get SIGKILL in turn, at random moments. A report is a row and an "
    "event; a second context hears it and counts the effect per id. Neither table would refuse a second one. "
    "This is a crash of processes; a power cut is simulated in the tests of the database."
)


@dataclass
class Outcome:
    """What the clients were told, and what was found on disk afterwards."""

    kills: int = 0
    repeats: int = 0
    refused: int = 0
    acknowledged: set[str] = field(default_factory=set)
    stored: dict[str, int] = field(default_factory=dict)
    effects: dict[str, int] = field(default_factory=dict)
    back_s: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return len(self.acknowledged - self.stored.keys())

    @property
    def stored_twice(self) -> int:
        return sum(times > 1 for times in self.stored.values())

    @property
    def events_lost(self) -> int:
        return len(self.stored.keys() - self.effects.keys())

    @property
    def effects_twice(self) -> int:
        return sum(times > 1 for times in self.effects.values())

    @property
    def effects_of_nothing(self) -> int:
        return len(self.effects.keys() - self.stored.keys())


def measure(*, quick: bool) -> Section:
    with tempfile.TemporaryDirectory(prefix="bench-kill-") as folder:
        found = run(Path(folder), kills=4 if quick else 100)
    counts = (
        ("acknowledged, then lost", found.lost),
        ("stored twice", found.stored_twice),
        ("events lost", found.events_lost),
        ("effects twice", found.effects_twice),
        ("effects of nothing", found.effects_of_nothing),
        ("refused", found.refused),
    )
    figures = [Figure(name, str(number), "0", number == 0) for name, number in counts]
    back_s = sorted(found.back_s)
    numbers = [found.kills, len(found.acknowledged), len(found.effects), found.repeats]
    table = Table(
        ["kills", "acknowledged", "effects", "repeated requests", "node back, median s", "longest s"],
        [[*(f"{n:,}" for n in numbers), f"{back_s[len(back_s) // 2]:.2f}", f"{back_s[-1]:.2f}"]],
    )
    return Section(part="kill", title="Killed at work", about=_ABOUT, figures=figures, tables=[table])


def run(data: Path, *, kills: int, seed: int = 1) -> Outcome:
    """Kill `kills` times under load; deterministic only in what is killed and how long is waited."""
    bearer, port = traffic.token(data), free_port()
    node = Killable(data, port)
    found = Outcome()
    try:
        uvloop.run(_under_load(node, bearer, found, kills=kills, chance=random.Random(seed)))
        _wait_for_effects(data)
    finally:
        node.stop()
    found.stored = _counts(data, "position", "SELECT id, count(*) FROM report GROUP BY id")
    found.effects = _counts(data, "tally", "SELECT id, times FROM effect")
    return found


class Killable:
    """A node that is started again after it was killed."""

    def __init__(self, data: Path, port: int) -> None:
        self._data, self.port = data, port
        self._start()

    def kill_node(self) -> float:
        """Seconds until it was ready again."""
        self._server.process.kill()
        self._server.process.wait()
        began_at = time.monotonic()
        self._start()
        return time.monotonic() - began_at

    def kill_nats(self) -> bool:
        """Whether there was one to kill: the last kill may still be under repair."""
        for pid in family(self._server.process.pid)[1:]:
            try:
                if Path(f"/proc/{pid}/comm").read_text().startswith("nats-server"):
                    os.kill(pid, signal.SIGKILL)
                    return True
            except (FileNotFoundError, ProcessLookupError):
                continue
        return False

    def stop(self) -> None:
        self._server.stop()

    def _start(self) -> None:
        command = ("-m", "bench.node", str(self._data), str(self.port))
        self._server = Server("node", command, port=self.port, log=self._data / "node.log")
        self._server.wait_ready()


async def _under_load(
    node: Killable, bearer: str, found: Outcome, *, kills: int, chance: random.Random
) -> None:
    stop = asyncio.Event()
    clients = [
        asyncio.create_task(Client(node.port, bearer, found, stop=stop, number=number).run())
        for number in range(_CLIENTS)
    ]
    while found.kills < kills:
        await asyncio.sleep(chance.uniform(0.2, 0.7))
        if found.kills % 2 == 0:
            found.back_s.append(await asyncio.to_thread(node.kill_node))
            found.kills += 1
        else:
            found.kills += node.kill_nats()
    await asyncio.sleep(0.5)
    stop.set()
    await asyncio.gather(*clients)


class Client:
    """Posts one report after the other, and insists."""

    def __init__(self, port: int, bearer: str, found: Outcome, *, stop: asyncio.Event, number: int) -> None:
        self._port, self._bearer, self._found, self._stop = port, bearer, found, stop
        self._ids = traffic.ids(f"{number:x}")
        self._connection: Connection | None = None
        self._answer: asyncio.Future[bool] | None = None

    async def run(self) -> None:
        while not self._stop.is_set():
            id = next(self._ids)
            request = traffic.post(_REPORTS, self._bearer, id, key=id)
            while (status := await self._ask(request)) not in (200, 201):
                if 400 <= status < 500:
                    self._found.refused += 1
                    break
                self._found.repeats += 1
                await asyncio.sleep(0.02)
            else:
                self._found.acknowledged.add(id)
        if self._connection is not None:
            self._connection.transport.abort()

    async def _ask(self, request: bytes) -> int:
        """The status, or 0 when there was no whole answer."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_ANSWER_S):
                if self._connection is None or self._connection.lost:
                    _, self._connection = await loop.create_connection(
                        lambda: Connection(self._answered), "127.0.0.1", self._port
                    )
                self._answer = loop.create_future()
                self._connection.send(request, 0.0)
                await self._answer
                return 0 if self._connection.lost else self._connection.status
        except (OSError, TimeoutError):
            if self._connection is not None:
                self._connection.transport.abort()
                self._connection = None
            return 0

    def _answered(self, connection: Connection, good: bool) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(good)


def _wait_for_effects(data: Path) -> None:
    """Until every event was heard, or nothing has moved for long."""
    until = time.monotonic() + _CATCH_UP_S
    while time.monotonic() < until:
        stored = _number(data, "position", "SELECT count(*) FROM report")
        if _number(data, "tally", "SELECT coalesce(sum(times), 0) FROM effect") >= stored:
            break
        time.sleep(0.2)
    time.sleep(1.0)  # time for one too many


def _number(data: Path, context: str, sql: str) -> int:
    return int(_rows(data, context, sql)[0][0])


def _counts(data: Path, context: str, sql: str) -> dict[str, int]:
    return {str(id): int(times) for id, times in _rows(data, context, sql)}


def _rows(data: Path, context: str, sql: str) -> Sequence[tuple[Any, ...]]:
    with closing(look(data, context)) as connection:
        return connection.execute(sql).fetchall()
