"""Positions end to end: from a phone's bytes to a row that everybody can query, and to an alert."""

import asyncio
import os
import random
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from itertools import islice
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import NamedTuple, Protocol

import aiohttp
import apsw
import uvloop

from bench import traffic
from bench.contenders import free_port
from bench.devices import Client, Device, Said, connect, enrol, posts, talk
from bench.load import Load
from bench.report import Figure, Section, Table
from bench.server import CORES, Server, house, running
from bench.stored import look
from bench.twins.positions import FENCES

_DEVICES = 500
_FENCES = FENCES
_WINDOW = 16  # publishes that a device sends at a time over MQTT after a while without a line
_BATCH = 100
_CATCH_UP_S = 120.0
_PROBE_S = 0.05
_ABOUT = (
    f"`entrepot up` on both cores, which the load generator shares; SQLite, synchronous=FULL, {_DEVICES} "
    f"devices that drive, {_FENCES:,} geofences of theirs, every filter on. *Acknowledged* counts from the "
    "first byte to the last acknowledgement (HTTP 200 or PUBACK, both after the flush). *Queryable* counts "
    "until the last position is a committed row of the history, its trip and fences worked out; it is the "
    "figure beside the aim. *Single*: every device has one message under way; *at a time*: it sends so "
    "many together, as after a while without a line. *Delays*: at half of that rate, in the same shape, "
    "devices of the probe send a fix at random moments and look until it is a committed row, or its alert "
    "is. Once one process is the whole node, once `entrepot serve tracking` runs beside it; the aims are "
    "held against the faster. *Bare loop* is the limit, before and after each MQTT way in the same run: "
    "MQTT, JSON, a grid of as many fences, and a row for each position and passage in group commits, by "
    "hand, in one process; no passwords, filter, trips, events, outbox or alerts. What stands between the "
    "node and that limit is what makes it one: an acknowledged position is committed twice, by the door "
    "and by tracking, with an event between them that is never lost, and is filtered, folded into trips "
    "and looked at by alerts on the way. `cpu` is what a position costs all processes of the node at full "
    "speed. ThingsBoard publishes 1,111 messages/s on four virtual cores."
)


class Target(Protocol):
    """Who is spoken to."""

    port: int
    mqtt_port: int
    devices: list[Device]


class Node:
    """A node under load, and a look at what it has stored."""

    def __init__(self, data: Path, *, apart: bool) -> None:
        self.data, self.port, self.mqtt_port = data, free_port(), free_port()
        self._apart = "tracking" if apart else ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Node"]:
        options = ("--mqtt-port", str(self.mqtt_port))
        with house(self.data, self.port, *options, apart=self._apart) as self.servers:
            self.server = self.servers[0]
            self.bearer = await traffic.new_token(self.data)
            self.devices = await enrol(self.server.url, self.bearer, _DEVICES)
            await self._draw_fences()
            yield self

    def cpu_s(self) -> float:
        return sum(each.cpu_s() for each in self.servers)

    def stored(self) -> int:
        """Positions that are committed rows."""
        with closing(self._look()) as database:
            return int(database.execute("SELECT count(*) FROM position").fetchone()[0])

    def holds(self, said: Said) -> bool:
        with closing(self._look()) as database:
            sql = (
                "SELECT 1 FROM position p JOIN device d ON d.no = p.device_no"
                " WHERE d.id = ? AND p.fixed_at_us = ?"
            )
            return database.execute(sql, (said.device.id, said.fixed_at_s * 1_000_000)).fetchone() is not None

    def alerted(self, device: Device) -> int:
        with closing(self._look("alert")) as database:
            sql = "SELECT count(*) FROM alert WHERE subject = ?"
            return int(database.execute(sql, (device.id,)).fetchone()[0])

    async def caught_up(self, expected: int) -> float:
        """The moment when everything was queryable. Raises: TimeoutError."""
        async with asyncio.timeout(_CATCH_UP_S):
            while await asyncio.to_thread(self.stored) < expected:
                await asyncio.sleep(0.02)
        return perf_counter()

    async def _draw_fences(self) -> None:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        chance = random.Random(1)
        async with aiohttp.ClientSession(self.server.url, headers=headers, raise_for_status=True) as session:
            for first in range(0, _FENCES, 50):

                async def one(number: int) -> None:
                    at = [chance.uniform(-170, 170), chance.uniform(-60, 60)]
                    fence = {
                        "name": f"bench {number}",
                        "geometry": {"type": "Point", "coordinates": at},
                        "radius_m": 500,
                    }
                    (await session.post("/api/geofences", json=fence)).release()

                await asyncio.gather(*(one(number) for number in range(first, first + 50)))

    def _look(self, context: str = "tracking") -> apsw.Connection:
        return look(self.data, context)


class Outcome(NamedTuple):
    """What one way in was seen to carry."""

    sent: int
    acknowledged_per_s: float
    queryable_per_s: float
    rows_ms: list[float]
    alerts_ms: list[float]
    cpu_us: float

    def cells(self) -> list[str]:
        return [
            f"{self.sent:,}", f"{self.acknowledged_per_s:,.0f}", f"{self.queryable_per_s:,.0f}",
            f"{self.cpu_us:.0f}", *(self._delays() if self.rows_ms else [""] * 4),
        ]  # fmt: skip

    def _delays(self) -> list[str]:
        return [
            f"{_percentile(self.rows_ms, 50):.0f}", f"{_percentile(self.rows_ms, 99):.0f}",
            f"{_percentile(self.alerts_ms, 99):.0f}", f"{len(self.rows_ms)}",
        ]  # fmt: skip


def measure(*, quick: bool) -> Section:
    os.sched_setaffinity(0, set(CORES))
    seconds = 1.0 if quick else 5.0
    rows, figures = [], []
    for name, aim, way in (
        ("HTTP, single", 10_000, _http_single),
        ("MQTT, QoS 1, single", 25_000, _mqtt_single),
        (f"MQTT, QoS 1, {_WINDOW} at a time", 25_000, mqtt_windows),
        (f"HTTP, batches of {_BATCH}", 80_000, _http_batches),
    ):
        limits = [uvloop.run(_bare(way, seconds))] if way in _BARE_WAYS else []
        outcomes = [uvloop.run(_measured(way, seconds, apart=apart)) for apart in (False, True)]
        limits += [uvloop.run(_bare(way, seconds))] if way in _BARE_WAYS else []
        for where, each in zip(("one process", "tracking in its own"), outcomes, strict=True):
            rows.append([name, where, *each.cells()])
        best = max(outcomes, key=lambda each: each.queryable_per_s)
        if limits:
            rows += [[name, "bare loop", *each.cells()] for each in limits]
            limit_per_s = mean(each.queryable_per_s for each in limits)
            by_cpu = mean(each.cpu_us for each in limits) / best.cpu_us
            share = (
                f"{best.queryable_per_s / limit_per_s:.0%} of {limit_per_s:,.0f}/s, {by_cpu:.0%} by CPU time"
            )
            figures.append(Figure(f"{name}: of the bare loop", share, "told", True))
        row_ms, alert_ms = _percentile(best.rows_ms, 99), _percentile(best.alerts_ms, 99)
        figures += [
            Figure(f"{name}: positions/s, queryable", f"{best.queryable_per_s:,.0f}", f"≥ {aim:,}",
                   best.queryable_per_s >= aim),
            Figure(f"{name}: p99 until queryable, half load", f"{row_ms:.0f} ms", "≤ 250 ms", row_ms <= 250),
            Figure(f"{name}: p99 until alert, half load", f"{alert_ms:.0f} ms", "≤ 250 ms", alert_ms <= 250),
        ]  # fmt: skip
    header = [
        "", "node", "positions", "acknowledged/s", "queryable/s", "cpu µs", "delay p50 ms", "delay p99 ms",
        "alert p99 ms", "probes",
    ]  # fmt: skip
    table = Table(header, rows)
    return Section(
        part="tracking", title="Positions, end to end", about=_ABOUT, figures=figures, tables=[table]
    )


Way = Callable[[Target, float, float | None], Awaitable[int]]


async def _measured(way: Way, seconds: float, *, apart: bool) -> Outcome:
    """Full speed first, then the probe at half of it, each on a node of its own."""
    with tempfile.TemporaryDirectory(prefix="bench-tracking-") as folder:
        async with Node(Path(folder), apart=apart).running() as node:
            began_at, before_s = perf_counter(), node.cpu_s()
            sent = await way(node, seconds, None)
            acknowledged_s = perf_counter() - began_at
            queryable_s = await node.caught_up(sent) - began_at
            cpu_us = 1e6 * (node.cpu_s() - before_s) / sent
    with tempfile.TemporaryDirectory(prefix="bench-tracking-") as folder:
        async with Node(Path(folder), apart=apart).running() as node:
            probes = await enrol_probes(node)
            load = asyncio.ensure_future(way(node, 2 * seconds, sent / queryable_s / 2))
            await asyncio.sleep(min(1.0, seconds / 4))
            rows_ms, alerts_ms = await probe(node, probes, until=load)
            await load
    return Outcome(sent, sent / acknowledged_s, sent / queryable_s, rows_ms, alerts_ms, cpu_us)


class _Bare:
    """The bare loop under load."""

    def __init__(self, server: Server) -> None:
        self.port = self.mqtt_port = server.port
        self.devices = [Device(f"{number}", f"bench-{number:05d}", "none") for number in range(_DEVICES)]


async def _bare(way: Way, seconds: float) -> Outcome:
    """What the bare loop acknowledges is a committed row."""
    with tempfile.TemporaryDirectory(prefix="bench-tracking-") as folder:
        data, port = Path(folder), free_port()
        command = ("-m", "bench.twins.positions", folder, str(port))
        with running("bare loop", command, port=port, log=data / "bare.log", ready="", cores=CORES) as server:
            began_at, before_s = perf_counter(), server.cpu_s()
            sent = await way(_Bare(server), seconds, None)
            per_s = sent / (perf_counter() - began_at)
            cpu_us = 1e6 * (server.cpu_s() - before_s) / sent
            with closing(sqlite3.connect(data / "positions.sqlite")) as database:
                (stored,) = database.execute("SELECT count(*) FROM position").fetchone()
    if stored != sent:
        raise RuntimeError(f"the bare loop acknowledged {sent} and stored {stored}")
    return Outcome(sent, per_s, per_s, [], [], cpu_us)


# ---- the ways in: each sends for so long, as fast as it can or at a rate, and says how many ----------


async def _http_single(node: Target, seconds: float, per_s: float | None) -> int:
    return await _http(node, seconds, per_s, batch=1)


async def _http_batches(node: Target, seconds: float, per_s: float | None) -> int:
    return await _http(node, seconds, per_s and per_s / _BATCH, batch=_BATCH)


async def _http(node: Target, seconds: float, per_s: float | None, *, batch: int) -> int:
    load = Load(posts(talk(node.devices, batch=batch)), seconds=seconds)
    done = await (load.closed(node.port) if per_s is None else load.open(node.port, per_s=per_s))
    if done.errors:
        raise RuntimeError(f"{done.errors} of {done.requests} posts were refused")
    return done.requests * batch


async def _mqtt_single(node: Target, seconds: float, per_s: float | None) -> int:
    return await _mqtt(node, seconds, per_s, window=1)


async def mqtt_windows(node: Target, seconds: float, per_s: float | None) -> int:
    return await _mqtt(node, seconds, per_s, window=_WINDOW)


async def _mqtt(node: Target, seconds: float, per_s: float | None, *, window: int) -> int:
    """Each device has `window` publishes under way, or sends so many at a time at the given rate."""
    talks = {device.id: talk([device]) for device in node.devices}
    until, sent = perf_counter() + seconds, 0

    def acknowledged(client: Client, how_many: int) -> None:
        del client.under_way[:how_many]
        if per_s is None and perf_counter() < until:
            say(client, how_many)

    def say(client: Client, how_many: int) -> None:
        nonlocal sent
        sent += how_many
        client.publish(*(said.body for said in islice(talks[client.device.id], how_many)))

    clients = await connect(node.mqtt_port, node.devices, acknowledged)
    until = perf_counter() + seconds
    if per_s is None:
        for client in clients:
            say(client, window)
    else:
        await _paced(clients, lambda client: say(client, window), per_s / window, until)
    async with asyncio.timeout(_CATCH_UP_S):
        while any(client.under_way for client in clients):
            await asyncio.sleep(0.005)
    for client in clients:
        client.transport.abort()
    return sent


_BARE_WAYS = (_mqtt_single, mqtt_windows)  # the bare loop speaks MQTT only


async def _paced(clients: list[Client], say: Callable[[Client], None], per_s: float, until: float) -> None:
    began_at, said = perf_counter(), 0
    while (now := perf_counter()) < until:
        due = int((now - began_at) * per_s)
        for number in range(said, due):
            say(clients[number % len(clients)])
        said = due
        await asyncio.sleep(0.002)


# ---- the probe: how long until one sees it ------------------------------------------------------------


async def enrol_probes(node: Node) -> list[Device]:
    """Devices of their own, each alerted by the first fix above a speed limit."""
    headers = {"Authorization": f"Bearer {node.bearer}"}
    probes = []
    async with aiohttp.ClientSession(node.server.url, headers=headers, raise_for_status=True) as session:
        for number in range(400):
            new = {"name": f"probe {number}", "kind": "vehicle", "username": f"probe-{number:05d}"}
            async with session.post("/api/devices", json=new) as answer:
                made = await answer.json()
            probes.append(Device(made["id"], made["username"], made["password"]))
    return probes


async def probe(
    node: Node, probes: list[Device], *, until: "asyncio.Future[int]"
) -> tuple[list[float], list[float]]:
    """Milliseconds from just before a fix is sent to when its row is committed, and its alert."""
    waiting: asyncio.Queue[Device] = asyncio.Queue()
    for each in probes:
        waiting.put_nowait(each)
    rows_ms: list[float] = []
    alerts_ms: list[float] = []
    talks = {each.id: talk([each]) for each in probes}
    chance = random.Random(2)

    async def one(device: Device) -> None:
        said = next(talks[device.id])
        low = said.body.replace(b'"batt":77', b'"batt":5')
        began_at = perf_counter()
        await _send(node, Said(device, said.fixed_at_s, low))
        await _seen(lambda: node.holds(said))
        rows_ms.append(1000 * (perf_counter() - began_at))
        await _seen(lambda: node.alerted(device) > 0)
        alerts_ms.append(1000 * (perf_counter() - began_at))

    async with asyncio.TaskGroup() as group:
        while not until.done() and not waiting.empty():
            group.create_task(one(waiting.get_nowait()))
            await asyncio.sleep(chance.expovariate(1 / _PROBE_S))
    return rows_ms, alerts_ms


async def _send(node: Node, said: Said) -> None:
    request = next(posts(iter([said])))
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    writer.write(request)
    status = await reader.readline()
    writer.close()
    if b" 200 " not in status:
        raise RuntimeError(status.decode())


async def _seen(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(_CATCH_UP_S):
        while not await asyncio.to_thread(look):
            await asyncio.sleep(0.002)


def _percentile(values: list[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] if ordered else float("nan")
