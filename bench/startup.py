"""Figure 4: how long one waits for the program, and what it takes while it does nothing."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.contenders import free_port
from bench.report import Figure, Section, Table
from bench.server import Server, family

_PROGRAM = Path(sys.executable).with_name("entrepot")
_ABOUT = (
    "*Version*: wall time of `entrepot --version`. *Ready*: from the start of `entrepot up` to the first 200 "
    "of `/readyz`, in a new data folder and again in the same one, one core. *Memory*: of the node and its "
    "NATS child, at rest for 10 s, shared pages counted by share (PSS)."
)


def measure(*, quick: bool) -> Section:
    times, rest_s = (2, 0.5) if quick else (10, 10.0)
    version_s = median(_version_s() for _ in range(times))
    firsts, again, memory_mb = [], [], 0.0
    for _ in range(1 if quick else 3):
        with tempfile.TemporaryDirectory(prefix="bench-startup-") as folder:
            firsts.append(_ready_s(Path(folder))[0])
            restart_s, memory_mb = _ready_s(Path(folder), rest_s=rest_s)
            again.append(restart_s)
    figures = [
        Figure("`entrepot --version`", f"{version_s:.2f} s", "≤ 0.2 s", version_s <= 0.2),
        Figure("ready, first start", f"{median(firsts):.2f} s", "≤ 3 s", median(firsts) <= 3),
        Figure("ready, again", f"{median(again):.2f} s", "≤ 3 s", median(again) <= 3),
        Figure("memory at rest", f"{memory_mb:.0f} MB", "≤ 250 MB", memory_mb <= 250),
    ]
    rows = [[f"{one:.2f}", f"{two:.2f}"] for one, two in zip(firsts, again, strict=True)]
    tables = [Table(["first start s", "again s"], rows)]
    return Section(part="startup", title="Start and rest", about=_ABOUT, figures=figures, tables=tables)


def _version_s() -> float:
    began_at = time.perf_counter()
    subprocess.run([_PROGRAM, "--version"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began_at


def _ready_s(data: Path, *, rest_s: float = 0.0) -> tuple[float, float]:
    """(seconds until ready, MB after `rest_s` more)."""
    port = free_port()
    began_at = time.perf_counter()
    doors = ("--mqtt-port", "off", "--osmand-port", "off")
    command = ("-m", "entrepot", "up", "--data", str(data), "--port", str(port), *doors)
    server = Server("entrepot up", command, port=port, log=data / "up.log")
    try:
        server.wait_ready()
        ready_s = time.perf_counter() - began_at
        time.sleep(rest_s)
        return ready_s, sum(_pss_mb(pid) for pid in family(server.process.pid))
    finally:
        server.stop()


def _pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
