"""Figure: how long a revoked key still opens something, at the gateway that revoked it and at another, while
the bus is well and while it hangs.
"""

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from shutil import copytree
from statistics import median
from time import perf_counter, sleep
from typing import Any

import msgspec

from bench import traffic
from bench.contenders import free_port
from bench.report import Figure, Section, Table
from bench.server import CORES, running
from entrepot.gateway.session.auth import LEASE_S

_ABOUT = (
    "A key asks `GET /api/keys` all the time, at the node that revokes it (which keeps credentials) and at "
    "another gateway that asks that node over NATS. From the answer to the revocation until the last answer "
    "that was still a 200; 0 means that none was. *Hung*: the NATS server is stopped (SIGSTOP) just before."
)
_PLACES, _AIMS_S = ("where it was revoked", "elsewhere"), (0.0, LEASE_S)
_PAUSE_S = 0.005  # a key may ask 1,200 times a minute
_DOORS = ("--mqtt-port", "off", "--osmand-port", "off")


def measure(*, quick: bool) -> Section:
    rounds = {"well": 2 if quick else 20, "hung": 1 if quick else 5}
    with tempfile.TemporaryDirectory(prefix="bench-revocation-") as folder, _pair(Path(folder)) as ports:
        bearer = traffic.token(Path(folder) / "a")
        pid = int((Path(folder) / "a" / "nats" / "nats.pid").read_text())
        seen = {
            bus: [_round(ports, bearer, pid if bus == "hung" else 0) for _ in range(count)]
            for bus, count in rounds.items()
        }
    figures: list[Figure] = []
    rows: list[list[str]] = []
    for bus, found in seen.items():
        for place, aim_s, served in zip(_PLACES, _AIMS_S, zip(*found, strict=True), strict=True):
            worst = max(served)
            met = worst <= aim_s
            figures.append(
                Figure(f"still served {place}, bus {bus}", f"≤ {worst:.3f} s", f"≤ {aim_s:g} s", met)
            )
            rows.append([place, bus, str(len(served)), f"{median(served):.3f}", f"{worst:.3f}"])
    tables = [Table(["gateway", "bus", "rounds", "median s", "longest s"], rows)]
    return Section(part="revocation", title="Revocation", about=_ABOUT, figures=figures, tables=tables)


@contextmanager
def _pair(folder: Path) -> Iterator[tuple[int, int]]:
    """A node, and a gateway that hosts nothing."""
    here, there = free_port(), free_port()
    a, b = folder / "a", folder / "b"
    a.mkdir()
    b.mkdir()
    command = ("-m", "entrepot", "up", "--data", str(a), "--port", str(here), *_DOORS)
    with running("node", command, port=here, log=a / "up.log", ready="/readyz", cores=CORES):
        copytree(a / "keys", b / "keys")
        nats = msgspec.json.decode((a / "nats" / "nats.json").read_bytes())
        url = f"nats://{nats['token']}@127.0.0.1:{nats['port']}"
        command = (
            "-m", "entrepot", "up", "--data", str(b), "--port", str(there), "--only", "gateway",
            "--nats", url, *_DOORS,
        )  # fmt: skip
        with running("gateway", command, port=there, log=b / "up.log", ready="/readyz", cores=CORES):
            yield here, there


def _round(ports: tuple[int, int], bearer: str, pid: int) -> tuple[float, float]:
    """Seconds for which each of both still served, after the answer to the revocation."""
    _, made = _ask(ports[0], "POST", "/api/keys", bearer, {"name": "till", "scopes": ["key:read"]})
    holders = [_Holder(port, made["secret"]) for port in ports]
    for holder in holders:
        holder.served.wait(10)
    if pid:
        os.kill(pid, signal.SIGSTOP)
    try:
        _ask(ports[0], "DELETE", f"/api/keys/{made['key']['id']}", bearer)
        revoked_at = perf_counter()
        for holder in holders:
            holder.thread.join(30)
    finally:
        if pid:
            os.kill(pid, signal.SIGCONT)
            sleep(2.0)  # the gateway finds the node again
    here, there = (max(0.0, holder.last_at - revoked_at) for holder in holders)
    return here, there


class _Holder:
    """Somebody who uses a key until it is refused."""

    def __init__(self, port: int, secret: str) -> None:
        self.served, self.last_at = threading.Event(), 0.0
        self.thread = threading.Thread(target=self._use, args=(port, secret), daemon=True)
        self.thread.start()

    def _use(self, port: int, secret: str) -> None:
        while _ask(port, "GET", "/api/keys", secret)[0] == 200:
            self.last_at = perf_counter()
            self.served.set()
            sleep(_PAUSE_S)


def _ask(port: int, method: str, path: str, bearer: str, body: object = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else msgspec.json.encode(body), headers)
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, msgspec.json.decode(content) if content else None
    finally:
        connection.close()
