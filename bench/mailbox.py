"""Figure 3: events from a commit at the source to a committed effect at the sink: SQLite, flushed on both
sides, and a real NATS between them. `python -m bench.mailbox DATA TOTAL` is a sink in its own process.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from time import perf_counter
from typing import ClassVar

import msgspec
import uvloop

from bench.report import Figure, Section, Table
from bench.server import CORES, ROOT
from entrepot.core.events import Event
from entrepot.core.ports import Bus, Transaction
from entrepot.infra import logs
from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.server import NatsServer
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import SCHEMA, Inbox, Outbox, Relay

_WRITERS = 64
_LATE_S = 60.0
_WARM = 100  # events before those that count, so that the sink follows the source already
_SETTLE_S = 1.5
_ABOUT = (
    "A source emits events of about 400 bytes as they travel, `per commit` of them in each transaction; a "
    "sink hears them and writes a row for each. Both are SQLite with synchronous=FULL, with a real NATS "
    "between them; nothing is pinned. *Events/s* counts from the first emit to the last effect. *Delay* is "
    "from the moment an event was due to its effect, at half of the events/s just measured, one event per "
    "commit."
)


class Said(Event, frozen=True, kw_only=True):
    """`at` is when it was due, by the machine's monotonic clock."""

    TYPE: ClassVar[str] = "source.said"
    KEY: ClassVar[str] = "who"
    who: str
    n: int
    at: float
    text: str


class Arrivals(msgspec.Struct):
    """What a sink saw: when the last effect happened, and how late each was."""

    last_at: float
    delays_s: list[float]

    def percentile_ms(self, percent: float) -> float:
        ordered = sorted(self.delays_s)
        return 1000 * ordered[int(len(ordered) * percent / 100)]


def measure(*, quick: bool) -> Section:
    os.sched_setaffinity(0, set(CORES))
    logs.configure("json", "warning")
    total, delay_s = (3_000, 0.5) if quick else (60_000, 5.0)
    rows, figures = [], []
    for where in ("one process", "two processes"):
        rates = {}
        for per_commit in (10, 1):
            rates[per_commit] = uvloop.run(_throughput(where, total, per_commit))
            rows.append([where, str(per_commit), f"{rates[per_commit]:,.0f}", "", ""])
        rate = rates[1] / 2
        late = uvloop.run(_delays(where, rate, int(rate * delay_s)))
        p50_ms, p99_ms = late.percentile_ms(50), late.percentile_ms(99)
        rows.append([where, "1", f"{rate:,.0f} (given)", f"{p50_ms:.1f}", f"{p99_ms:.1f}"])
        figures += [
            Figure(f"{where}, {n} per commit", f"{rates[n]:,.0f}/s", "≥ 15,000/s", rates[n] >= 15_000)
            for n in rates
        ]
        figures.append(
            Figure(f"{where}, delay p99 at half the load", f"{p99_ms:.1f} ms", "≤ 50 ms", p99_ms <= 50)
        )
    table = Table(["", "per commit", "events/s", "delay p50 ms", "delay p99 ms"], rows)
    return Section(part="mailbox", title="Events", about=_ABOUT, figures=figures, tables=[table])


async def _throughput(where: str, total: int, per_commit: int) -> float:
    async with _pair(where, _WARM + total) as (source, arrivals):
        await _warm(source)
        began_at = perf_counter()
        numbers = iter(range(0, total, per_commit))

        async def write() -> None:
            for first in numbers:
                await _say(source, first, per_commit, at=perf_counter())

        await asyncio.gather(*(write() for _ in range(_WRITERS)))
        return total / ((await arrivals()).last_at - began_at)


async def _delays(where: str, per_s: float, total: int) -> Arrivals:
    async with _pair(where, _WARM + total) as (source, arrivals):
        await _warm(source)
        began_at, said = perf_counter(), 0
        async with asyncio.TaskGroup() as writes:
            while said < total:
                due = min(total, int((perf_counter() - began_at) * per_s) + 1)
                for number in range(said, due):
                    writes.create_task(_say(source, number, 1, at=began_at + number / per_s))
                said = due
                await asyncio.sleep(0.001)
        seen = await arrivals()
        return Arrivals(seen.last_at, seen.delays_s[_WARM:])


async def _warm(source: SQLite) -> None:
    await _say(source, 0, _WARM, at=perf_counter())
    await asyncio.sleep(_SETTLE_S)


async def _say(source: SQLite, first: int, count: int, *, at: float) -> None:
    async def work(tx: Transaction) -> None:
        for number in range(first, first + count):
            tx.emit(Said(who=f"key {number % 50}", n=number, at=at, text="x" * 120))

    await source.write(work)


# ---- a source and a sink ------------------------------------------------------------------------------

Pair = tuple[SQLite, Callable[[], Awaitable[Arrivals]]]


@asynccontextmanager
async def _pair(where: str, total: int) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-mailbox-")))
        server = NatsServer(data / "nats")
        await server.start()
        stack.push_async_callback(server.stop)
        sink = _sink_here if where == "one process" else _sink_elsewhere
        arrivals = await stack.enter_async_context(sink(data, total))
        source = await stack.enter_async_context(_source(data))
        yield source, arrivals


@asynccontextmanager
async def _source(data: Path) -> AsyncIterator[SQLite]:
    outbox = Outbox("source")
    async with _part(data, "source", outbox) as (database, bus):
        relay = asyncio.create_task(Relay(outbox, database, bus, readers=["sink@hub"]).run())
        await asyncio.sleep(0.5)
        try:
            yield database
        finally:
            await _cancelled(relay)


@asynccontextmanager
async def _sink_here(data: Path, total: int) -> AsyncIterator[Callable[[], Awaitable[Arrivals]]]:
    seen, done = Arrivals(0.0, []), asyncio.Event()

    async def effect(tx: Transaction, event: Said) -> None:
        await tx.execute("INSERT INTO effect (who, n) VALUES (?, ?)", event.who, event.n)
        seen.last_at = perf_counter()
        seen.delays_s.append(seen.last_at - event.at)
        if len(seen.delays_s) >= total:
            done.set()

    async def arrivals() -> Arrivals:
        async with asyncio.timeout(_LATE_S):
            await done.wait()
        return seen

    async with _part(data, "sink", None) as (database, bus):
        await database.write(lambda tx: tx.execute("CREATE TABLE effect (who TEXT, n INTEGER)"))
        inbox = asyncio.create_task(
            Inbox("sink", database, bus, hears={"source@hub": [(Said, effect)]}).run()
        )
        try:
            yield arrivals
        finally:
            await _cancelled(inbox)


@asynccontextmanager
async def _sink_elsewhere(data: Path, total: int) -> AsyncIterator[Callable[[], Awaitable[Arrivals]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.mailbox", str(data), str(total),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    output = process.stdout
    await output.readline()  # it listens

    async def arrivals() -> Arrivals:
        return msgspec.json.decode(await output.read(), type=Arrivals)

    try:
        yield arrivals
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def _part(data: Path, name: str, outbox: Outbox | None) -> AsyncIterator[tuple[SQLite, Bus]]:
    database = SQLite.open(data / f"{name}.sqlite", closing=outbox)
    await database.lead()
    await migrate(database, {"mailbox": SCHEMA})
    address = NatsServer.address(data / "nats")
    bus = await NatsBus.connect(address.url, deployment="bench", token=address.token, name=name)
    try:
        yield database, bus
    finally:
        await bus.close()
        await database.close()


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


async def _sink_process(data: Path, total: int) -> None:
    logs.configure("json", "warning")  # on stderr: what stands on stdout is read
    async with _sink_here(data, total) as arrivals:
        await asyncio.sleep(0.2)
        print("listening", flush=True)
        found = await arrivals()
    sys.stdout.write(msgspec.json.encode(found).decode())


if __name__ == "__main__":
    uvloop.run(_sink_process(Path(sys.argv[1]), int(sys.argv[2])))
