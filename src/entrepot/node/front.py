"""The gateway in front of a node, with its pages and its journal."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from time import monotonic

import msgspec
import structlog

from entrepot.core import tokens
from entrepot.core.errors import Unavailable
from entrepot.core.events import Event
from entrepot.core.ports import Message, Transaction
from entrepot.core.time import now
from entrepot.gateway.app import Gateway
from entrepot.gateway.context import CONTEXT as GATEWAY
from entrepot.gateway.directory import Directory, PageSource
from entrepot.gateway.openapi.document import document
from entrepot.gateway.pages import PAGES, metrics
from entrepot.gateway.pages.console import Console
from entrepot.gateway.pages.tiles import tiles
from entrepot.gateway.remote.remote import Remote
from entrepot.gateway.remote.upstream import Upstream
from entrepot.gateway.rows.door import Door
from entrepot.gateway.session.auth import Authenticator
from entrepot.gateway.session.cookies import SessionCookies
from entrepot.gateway.session.recognise import recognise
from entrepot.http import problem
from entrepot.http.access_log import Served
from entrepot.http.answer import JSON, Answer
from entrepot.http.headers import page_policy
from entrepot.http.mounts import Logged
from entrepot.http.server import Connections, serving
from entrepot.monitor.events import RequestsServed
from entrepot.node.arrivals import HTTP, OPERATORS
from entrepot.node.assembly import Assembled
from entrepot.node.measuring import Measuring
from entrepot.node.node import Node, background
from entrepot.node.readiness import Readiness
from entrepot.node.reloading import Reloadable

log = structlog.get_logger()

_FLUSH_S = 0.25  # between two writes of the access log: one write for many lines
_REPORT_S = 1.0  # between two reports of what was served; activity is counted by the hour


class Front:
    """The gateway in front of a node, with its pages and its journal."""

    def __init__(self, node: Node) -> None:
        parts = self._parts = node.parts
        self._node = node
        self._tiles = tiles(parts.settings.map_tiles, parts.settings.map_attribution)
        self._console = Console.built(page_policy(self._tiles.origin))
        self._doors = {
            context.name: (
                node.hosted[context.name].doors
                if context.name in node.hosted
                else {row.name: Door(row, parts.supplies) for row in context.rows}
            )
            for context in parts.assembly
        }
        self._upstreams = {context.name: self._upstream(context.name) for context in parts.assembly}
        asks = recognise(self._upstreams, self._doors)
        issuer = parts.settings.issuer
        self._authenticator = Authenticator(parts.keys, asks, issuer=issuer, audience=issuer)
        for hosted in node.hosted.values():
            hosted.revocations.told_to(self._authenticator.forget)
        self._access_log = parts.access_log
        self._readiness = Readiness(node, parts.stopping, parts.reloads)
        self._connections: Connections = []
        directory = Directory(
            {name: tuple(doors.values()) for name, doors in self._doors.items()},
            self._upstreams,
            self._authenticator,
            self._access_log,
            pages=self._pages(),
            cors_origins=parts.settings.cors_origins,
            cookies=SessionCookies(
                deployment=parts.deployment.id,
                secure=parts.settings.public_url.lower().startswith("https://"),
            ),
            console=self._console,
        )
        mounts = self._mounts()
        self.app = Gateway(directory, mounts=mounts)
        self._public = Gateway(directory, mounts=mounts, withheld=frozenset(self._for_operators()))
        self._measuring = Measuring(
            node, self._readiness, connections=self._connections, streams=lambda: directory.streams
        )
        self._metrics = metrics.registry(self._access_log, self._measuring.samples)
        parts.reloads.add(
            Reloadable(("cors_origins",), lambda new: partial(directory.allow, new.cors_origins))
        )

    async def run(
        self, listener: socket.socket, operators: socket.socket | None, *, ready: Callable[[], None]
    ) -> None:
        """Serve until the process shall stop; then first say that it is not ready, and at the end finish what
        is under way. With a port for `operators`, their pages are only there.
        """
        subscription = await self._parts.bus.subscribe("event.>", self._hear)
        self._parts.bus.on_reconnect(self._authenticator.forget_all)
        public = self.app if operators is None else self._public
        try:
            async with (
                background(self._flush(), self._report(), self._measuring.run()),
                nullcontext() if operators is None else self._serving(self.app, operators, OPERATORS),
                self._serving(public, listener, HTTP),
            ):
                ready()
                await self._stopped()
                self.app.close()
            await self._report_once()
            self._access_log.flush()
        finally:
            await subscription.stop()

    def _serving(self, app: Gateway, listener: socket.socket, port: str) -> AbstractAsyncContextManager[None]:
        parts = self._parts
        return serving(
            app,
            listener,
            times=parts.times,
            how=parts.arrivals.at(port),
            forwarding=parts.arrivals.forwarding,
            hangs_up=parts.stopping.asked.is_set,
            connections=self._connections,
            refused=self._access_log.refused,
        )

    def _for_operators(self) -> Iterator[str]:
        """Yield the paths that the public port need not have. `/healthz` stays: a balancer may ask both."""
        yield from (*PAGES, "/openapi.json", "/metrics", "/readyz")
        if self._console is None:
            yield "/"  # it leads to /docs

    async def _stopped(self) -> None:
        stopping, reloads = self._parts.stopping, self._parts.reloads
        await stopping.asked.wait()
        drain_s = reloads.now.drain_s
        if stopping.drains and drain_s > 0:
            log.info("node.draining", seconds=drain_s)
        await stopping.wait_to_end(drain_s)

    def _upstream(self, name: str) -> Upstream:
        hosted = self._node.hosted.get(name)
        remote = Remote(name, self._parts.bus, monotonic, forget=self._forget)
        return Upstream(hosted.database if hosted else None, remote, lambda: self._node.presence.others(name))

    async def _hear(self, message: Message) -> None:
        """Forget credentials that were revoked elsewhere."""
        said, revokes = msgspec.json.decode(message.data, type=list[_Mention]), self._parts.assembly.revokes
        if gone := [each.subject for each in said if each.type in revokes]:
            self._authenticator.forget(gone)

    def _forget(self, revoked: Sequence[str]) -> None:
        self._authenticator.forget(revoked)

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            self._access_log.flush()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_S)
            await self._report_once()

    async def _report_once(self) -> None:
        """Emit what was served since the last time, through the gateway's own outbox."""
        hosted = self._node.hosted.get(GATEWAY.name)
        if hosted is None or not hosted.database.writable or not (sums := self._access_log.take()):
            return

        async def say(tx: Transaction) -> None:
            for served in sums:
                tx.emit(journal_entry(served))

        try:
            await hosted.database.write(say)
        except Unavailable as error:
            log.warning("gateway.journal_lost", requests=sum(s.count for s in sums), reason=str(error))

    def _pages(self) -> dict[str, PageSource]:
        parts = self._parts
        described = document(
            {c.name: [row for row in c.rows if not row.internal] for c in parts.assembly},
            title="Entrepot",
            version=parts.version,
            descriptions={c.name: c.context.about for c in parts.assembly},
        )
        fixed = {
            "/openapi.json": Answer(200, described, JSON),
            "/map.json": Answer(200, msgspec.json.encode(self._tiles), JSON),
            "/contexts.json": Answer(200, msgspec.json.encode([*map(_said_of, parts.assembly)]), JSON),
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
        """Return 503 while this node should not be asked, with every reason."""
        if not (found := await self._readiness.obstacles()):
            return Answer(
                200, msgspec.json.encode({"status": "ready", "contexts": sorted(self._upstreams)}), JSON
            )
        reasons = list(dict.fromkeys(each.reason for each in found))
        missing = sorted({each.context for each in found if each.context})
        sentences = " ".join(dict.fromkeys(each.sentence for each in found))
        return problem.problem(
            503, "not-ready", f"Not ready. {sentences}", extensions={"reasons": reasons, "missing": missing}
        )

    async def _metrics_page(self) -> Answer:
        await self._measuring.look()
        return Answer(200, metrics.render(self._metrics), metrics.CONTENT_TYPE)

    def _mounts(self) -> dict[str, Logged]:
        """Return the contexts' own applications, with their answers in the access log."""
        described = [each.context for each in self._parts.assembly]
        return {
            path: Logged(self._parts.supplies.of(mount.app), self._access_log, paths=mount.paths)
            for each in described
            for mount in each.mounts
            for path in mount.paths
        }


class _Mention(msgspec.Struct, frozen=True):
    """The part of a CloudEvent that says what it is about."""

    type: str
    subject: str


class _ContextSaid(msgspec.Struct, frozen=True):
    """The public part of a context's table, from which the console builds its menu."""

    name: str
    about: str
    scopes: tuple[str, ...]


def _said_of(context: Assembled) -> _ContextSaid:
    scopes = {row.scope for row in context.rows if row.scope is not None and not row.internal}
    return _ContextSaid(context.name, " ".join(context.context.about.split()), tuple(sorted(scopes)))


def _always(answer: Answer) -> PageSource:
    async def page() -> Answer:
        return answer

    return page


def journal_entry(served: Served) -> Event:
    return RequestsServed(
        row=served.row,
        status=served.status,
        principal=served.principal,
        organisation=served.organisation,
        count=served.count,
        total_us=served.total_us,
        longest_us=served.longest_us,
        bytes_out=served.bytes_out,
        until=now(),
    )
