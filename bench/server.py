"""Servers under test: each a process of its own, on core 0 unless told otherwise, its log in a file, its CPU
time counted with that of its children.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from entrepot.wiring import CONTEXTS

ROOT = Path(__file__).resolve().parent.parent
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, LOAD_CORE = CORES[0], CORES[-1]
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
READY_S = 30.0


class Server:
    """A process started with `python -m …`."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        port: int,
        log: Path,
        cores: Collection[int] = (SERVER_CORE,),
    ) -> None:
        self.name, self.port, self.log = name, port, log
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                preexec_fn=lambda: os.sched_setaffinity(0, cores),
            )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self, path: str = "/readyz") -> None:
        """Without a path: until the port is open.

        Raises: RuntimeError with the log's end when it dies or never answers.
        """
        deadline_s = time.monotonic() + READY_S
        while time.monotonic() < deadline_s and self.process.poll() is None:
            try:
                if not path:
                    socket.create_connection(("127.0.0.1", self.port), timeout=2).close()
                    return
                with urlopen(self.url + path, timeout=2):
                    return
            except HTTPError as error:
                if error.code < 500:  # a twin has no page for this, and answers
                    return
            except OSError:
                pass
            time.sleep(0.005)
        raise RuntimeError(f"{self.name} is not ready:\n{self.log.read_text()[-2000:]}")

    def cpu_s(self) -> float:
        return sum(cpu_s_of(pid) for pid in family(self.process.pid))

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    *,
    port: int,
    log: Path,
    ready: str,
    cores: Collection[int] = (SERVER_CORE,),
) -> Iterator[Server]:
    server = Server(name, command, port=port, log=log, cores=cores)
    try:
        server.wait_ready(ready)
        yield server
    finally:
        server.stop()


@contextmanager
def house(data: Path, port: int, *options: str, apart: str = "") -> Iterator[list[Server]]:
    """`entrepot up` on both cores, and the context `apart` in a process of its own beside it."""
    command = [
        "-m", "entrepot", "up", "--data", str(data), "--port", str(port), "--osmand-port", "off", *options,
    ]  # fmt: skip
    if apart:
        command += ["--only", ",".join(each.name for each in CONTEXTS if each.name != apart)]
    servers = [Server("entrepot up", command, port=port, log=data / "up.log", cores=CORES)]
    try:
        if apart:
            _wait_for(data / "node.json")
            command = ["-m", "entrepot", "serve", apart, "--data", str(data)]
            servers.append(Server("entrepot serve", command, port=port, log=data / "serve.log", cores=CORES))
        servers[0].wait_ready()
        yield servers
    finally:
        for each in reversed(servers):
            each.stop()


def _wait_for(file: Path) -> None:
    """Raises: TimeoutError."""
    until_s = time.monotonic() + READY_S
    while not file.exists():
        if time.monotonic() > until_s:
            raise TimeoutError(f"{file} does not come")
        time.sleep(0.02)


def family(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                found += family(int(child))
    except OSError:  # it just ended
        return found
    return found


def cpu_s_of(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / _TICKS_PER_S
