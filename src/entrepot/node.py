"""A node: some contexts, hosted in this process, and (for `up`) the gateway in front of all of them."""

import asyncio
import errno
import fcntl
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import msgspec
import structlog
import uvicorn

from entrepot.core import tokens
from entrepot.core.errors import Conflict, Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Bus, Keys, Message, Transaction
from entrepot.gateway import metrics, openapi, problem
from entrepot.gateway.access_log import AccessLog, Line, Served
from entrepot.gateway.answer import JSON, Answer
from entrepot.gateway.app import Gateway, PageSource
from entrepot.gateway.auth import Authenticator, Recognise
from entrepot.gateway.console import Console
from entrepot.gateway.door import Door
from entrepot.gateway.pages import PAGES
from entrepot.gateway.places import Place, Presence
from entrepot.gateway.protocol import Protocol, drop_the_slow
from entrepot.gateway.remote import There
from entrepot.hosting import Context, Hosted, OpenDatabase
from entrepot.settings import Settings

log = structlog.get_logger()

GATEWAY = "gateway"
_FLUSH_S = 0.25
_TELL_S = 1.0
_TRIES = 10


class Running(msgspec.Struct, frozen=True):
    """What `DATA/node.json` says to the other commands."""

    pid: int
    url: str


@dataclass(frozen=True)
class Parts:
    """What the wiring chose for this node."""

    settings: Settings
    version: str
    contexts: Sequence[Context]
    bus: Bus
    keys: Keys
    supplies: Mapping[type, object]
    open_database: OpenDatabase
    recognise: Callable[[Mapping[str, Place], Mapping[str, Mapping[str, Door]]], Recognise]
    served: Callable[[Served], Event]
    forgets: frozenset[str]
    write_lines: Callable[[list[Line]], None] | None


class Node:
    """Contexts in this process."""

    def __init__(self, parts: Parts, hosted: Mapping[str, Hosted]) -> None:
        self.parts, self.hosted = parts, hosted
        self.presence = Presence(parts.bus, frozenset(hosted), monotonic)

    @classmethod
    @asynccontextmanager
    async def open(cls, parts: Parts, *, hosts: Collection[str]) -> AsyncIterator["Node"]:
        """Host the named contexts. Raises: Error when one cannot be hosted."""
        hosted: dict[str, Hosted] = {}
        try:
            for context in parts.contexts:
                if context.name in hosts:
                    hosted[context.name] = await Hosted.open(
                        context, parts.bus, parts.supplies, open_database=parts.open_database
                    )
            node = cls(parts, hosted)
            async with _background(node.presence.run(), *(each.run() for each in hosted.values())):
                yield node
        finally:
            for each in hosted.values():
                await each.close()


class Front:
    """The gateway in front of a node, with its pages and its journal."""

    def __init__(self, node: Node) -> None:
        parts = self._parts = node.parts
        self._node = node
        self._console = Console.built()
        self._doors = {
            context.name: (
                node.hosted[context.name].doors
                if context.name in node.hosted
                else {row.name: Door(row, parts.supplies) for row in context.routes}
            )
            for context in parts.contexts
        }
        self._places = {context.name: self._place(context.name) for context in parts.contexts}
        recognise = parts.recognise(self._places, self._doors)
        issuer = parts.settings.issuer
        self._authenticator = Authenticator(parts.keys, recognise, issuer=issuer, audience=issuer)
        self._access_log = AccessLog(parts.write_lines)
        self._metrics = metrics.registry(self._access_log, self._gauges)
        self.app = Gateway(
            {name: tuple(doors.values()) for name, doors in self._doors.items()},
            self._places,
            self._authenticator,
            self._access_log,
            pages=self._pages(),
            cors_origins=parts.settings.cors_origins,
            secure_cookies=parts.settings.public_url.startswith("https://"),
            console=self._console,
        )

    async def run(self, *, listener: socket.socket, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Serve until `stop`, then finish what is under way."""
        settings = self._parts.settings
        config = uvicorn.Config(
            self.app,
            http=Protocol,
            ws="none",
            proxy_headers=False,
            lifespan="off",
            loop="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=int(settings.shutdown_s),
        )
        server = _Server(config)
        subscription = await self._parts.bus.subscribe("event.>", self._hear)
        self._parts.bus.on_reconnect(self._authenticator.forget_all)
        slow = drop_the_slow(server.server_state.connections, patience_s=settings.header_timeout_s)
        try:
            async with _background(slow, self._flush(), self._tell()):
                serving = asyncio.create_task(server.serve([listener]))
                ready()
                await stop.wait()
                self.app.close()
                server.should_exit = True
                await serving
            await self._tell_once()
            self._access_log.flush()
        finally:
            await subscription.stop()

    def _place(self, name: str) -> Place:
        hosted = self._node.hosted.get(name)
        there = There(name, self._parts.bus, monotonic)
        return Place(hosted.database if hosted else None, there, lambda: self._node.presence.others(name))

    async def _hear(self, message: Message) -> None:
        """Forget credentials that were revoked."""
        for body in msgspec.json.decode(message.data, type=list[_Mention]):
            if body.type in self._parts.forgets:
                self._authenticator.forget(body.subject)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            self._access_log.flush()

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(_TELL_S)
            await self._tell_once()

    async def _tell_once(self) -> None:
        """Say what was served: the access log as events, in the gateway's own outbox."""
        hosted = self._node.hosted.get(GATEWAY)
        if hosted is None or not hosted.database.writable or not (sums := self._access_log.take()):
            return

        async def say(tx: Transaction) -> None:
            for served in sums:
                tx.emit(self._parts.served(served))

        try:
            await hosted.database.write(say)
        except Unavailable as error:
            log.warning("gateway.journal_lost", requests=sum(s.count for s in sums), reason=str(error))

    def _pages(self) -> dict[str, PageSource]:
        parts = self._parts
        document = openapi.document(
            {c.name: [row for row in c.routes if not row.internal] for c in parts.contexts},
            title="Entrepot",
            version=parts.version,
            descriptions={c.name: c.about for c in parts.contexts},
        )
        fixed = {
            "/openapi.json": Answer(200, document, JSON),
            **{path: Answer(200, body, media_type) for path, (media_type, body) in PAGES.items()},
        }
        pages: dict[str, PageSource] = {path: _always(answer) for path, answer in fixed.items()}
        if self._console is None:
            pages["/"] = _always(Answer(302, b"", "text/plain", (("location", "/docs"),)))
        pages["/healthz"] = _always(Answer(200, b'{"status":"ok"}', JSON))
        pages["/.well-known/jwks.json"] = self._keys_page
        pages["/readyz"] = self._ready_page
        pages["/metrics"] = self._metrics_page
        return pages

    async def _keys_page(self) -> Answer:
        return Answer(200, tokens.jwks(await self._parts.keys.verifying_keys()), JSON)

    async def _ready_page(self) -> Answer:
        """503 while a context of this node cannot be asked."""
        missing = [name for name in self._places if not await self._answers(name)]
        if missing:
            return problem.problem(
                503, "not-ready", f"Not ready: {', '.join(missing)}.", extensions={"missing": missing}
            )
        return Answer(200, msgspec.json.encode({"status": "ready", "contexts": sorted(self._places)}), JSON)

    async def _answers(self, name: str) -> bool:
        hosted = self._node.hosted.get(name)
        if hosted is None:
            return self._node.presence.others(name) > 0
        try:
            return await hosted.database.read(lambda tx: tx.fetch_one("SELECT 1")) is not None
        except Unavailable:
            return False

    async def _metrics_page(self) -> Answer:
        return Answer(200, metrics.render(self._metrics), metrics.CONTENT_TYPE)

    def _gauges(self) -> Iterator[metrics.Gauge]:
        for name in self._places:
            labels = {"context": name}
            others = float(self._node.presence.others(name))
            yield "other_processes", "Other processes that serve the context.", labels, others
        for name, hosted in self._node.hosted.items():
            leads = float(hosted.database.leading)
            yield "leads", "Whether this process leads the context.", {"context": name}, leads
            yield from hosted.gauges()


class _Mention(msgspec.Struct, frozen=True):
    """As much of a CloudEvent as tells what it is about."""

    type: str
    subject: str


class _Server(uvicorn.Server):
    """Signals are the node's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _always(answer: Answer) -> PageSource:
    async def page() -> Answer:
        return answer

    return page


@asynccontextmanager
async def _background(*works: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Run coroutines beside the block; one that fails ends the block with its error."""
    tasks = [asyncio.create_task(work) for work in works]
    me = asyncio.current_task()
    assert me is not None
    broke: list[BaseException] = []

    def ended(task: "asyncio.Future[object]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            broke.append(error)
            me.cancel()

    for task in tasks:
        task.add_done_callback(ended)
    try:
        yield
    except asyncio.CancelledError:
        if not broke:
            raise
        me.uncancel()
        raise broke[0] from None
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# ---- what a node needs of its machine -------------------------------------------------------------


def listen(host: str, port: int) -> socket.socket:
    """Raises: Conflict or Unavailable, with the option that helps."""
    try:
        # An empty name would mean every address, which nobody should get by accident.
        family = socket.getaddrinfo(host or "-", port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (socket.gaierror, UnicodeError) as error:
        raise _no_address(host) from error
    except OSError as error:
        raise _cannot_listen(host, port, error) from error


def url_of(host: str, port: int) -> str:
    """Where a browser on this machine finds a node that listens on `host`."""
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{here}:{port}"


def _no_address(host: str) -> Unavailable:
    return Unavailable(f"{host or 'Nothing'} is no address of this machine. Choose another with --host.")


def _cannot_listen(host: str, port: int, error: OSError) -> Unavailable | Conflict:
    if error.errno == errno.EADDRNOTAVAIL:
        return _no_address(host)
    if error.errno == errno.EADDRINUSE:
        return Conflict(f"Port {port} on {host} is taken. Choose another with --port.")
    if error.errno == errno.EACCES:
        return Unavailable(f"Port {port} needs more rights than you have. Choose one above 1023 with --port.")
    reason = os.strerror(error.errno) if error.errno else str(error)
    return Unavailable(f"Cannot listen on {host}:{port}: {reason}. Choose others with --host or --port.")


@contextmanager
def data_folder(folder: Path, *, alone: bool) -> Iterator[None]:
    """Make the folder, and for a whole node make sure that it is the only one there.

    Raises: Conflict or Unavailable, with the option that helps.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(folder / "node.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        reason = "It is no folder" if isinstance(error, FileExistsError) else error.strerror
        raise Unavailable(
            f"The data folder {folder} cannot be written: {reason}. Choose another with --data."
        ) from error
    try:
        if alone:
            _take(lock, folder)
        yield
    finally:
        os.close(lock)


@contextmanager
def keepable(folder: Path) -> Iterator[None]:
    """What a node makes at its start must fit into the folder. Raises: Unavailable, as `data_folder`."""
    try:
        yield
    except OSError as error:
        raise Unavailable(
            f"The data folder {folder} cannot be written: {error.strerror}. Choose another with --data."
        ) from error


def _take(lock: int, folder: Path) -> None:
    """Raises: Conflict. A command that only looks holds the lock too, for less than a moment."""
    for _ in range(_TRIES):
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sleep(0.02)
    raise Conflict(f"Another node already runs on {folder}. Stop it, or choose another folder with --data.")


def runs_on(folder: Path) -> bool:
    """Whether a node runs there now; the note alone may be that of a node that was killed."""
    try:
        lock = os.open(folder / "node.lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


@contextmanager
def announced(folder: Path, running: Running) -> Iterator[None]:
    """Leave a note for the other commands while the node runs."""
    note = folder / "node.json"
    note.write_bytes(msgspec.json.encode(running))
    note.chmod(0o600)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def stop_on_signals() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM; a second Ctrl-C ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            sys.exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked)
    return stop
