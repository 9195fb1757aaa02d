"""An operator's own broker in front: we subscribe to what its devices publish, and confirm each message to
the broker when it is on disk. What we had not confirmed the broker keeps and sends again.

Mosquitto sends 20 messages ahead of our confirmations unless its `max_inflight_messages` says more.
"""

import asyncio
import ssl
from collections.abc import Awaitable
from random import Random
from typing import Protocol, cast

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.mqtt import packets
from entrepot.mqtt.frames import Beginning, Frames
from entrepot.mqtt.gate import STRANGER, Identity, NotUsed
from entrepot.mqtt.in_order import InOrder, Outcome, failure
from entrepot.mqtt.packets import (
    PUBACK,
    REFUSED,
    AckPacket,
    Bare,
    Connack,
    Connect,
    Malformed,
    Packet,
    Publish,
    Suback,
    Subscribe,
)
from entrepot.mqtt.reading import decode

log = structlog.get_logger()

_PACKET_BYTES = 1024 * 1024  # the largest that is taken from the operator's broker
_MOST_PENDING = 1_000  # then the broker is not read until the disk follows
_FIRST_S, _MOST_S = 0.5, 60.0  # between two attempts to connect
_SUBSCRIBE_ID = 65_535  # the ids below are for what we publish


class FrontBroker(msgspec.Struct, frozen=True, kw_only=True):
    """The broker, and what to ask it for. The same `client_id` must not be used twice at one broker, which
    keeps our session by it. `answer_s` is how long it may take to answer.
    """

    host: str
    port: int = 1883
    filters: tuple[str, ...]
    client_id: str = "entrepot"
    username: str | None = None
    password: bytes | None = None
    keep_alive_s: int = 30
    answer_s: float = 10.0


class Sources(Protocol):
    """Who stands behind the topics of a broker. The listener's gate is often one."""

    def by_topic(self, topic: str) -> Identity | None:
        """Return whose message this is, by its topic; None: nobody's we know. It is set aside as STRANGER's,
        and confirmed.
        """

    def take(
        self, identity: Identity, topic: str, payload: bytes, *, retain: bool
    ) -> Awaitable[bytes | None]:
        """As of the listener's gate: done when it is on disk."""

    def set_aside(
        self, identity: Identity, topic: str, payload: bytes, *, size: int, why: NotUsed
    ) -> Awaitable[None]:
        """As of the listener's gate."""


class BridgeCounters(msgspec.Struct, kw_only=True):
    """Since the bridge began."""

    connected: bool = False
    connections: int = 0
    received: int = 0
    taken: int = 0
    unknown: int = 0
    unavailable: int = 0


class Bridge:
    """`run` until cancelled. `publish` says something to the broker's devices while it is connected."""

    def __init__(
        self,
        remote: FrontBroker,
        sources: Sources,
        *,
        tls: ssl.SSLContext | None = None,
        random: Random | None = None,
    ) -> None:
        self.counters = BridgeCounters()
        self._remote, self._sources, self._tls = remote, sources, tls
        self._random = random or Random()  # noqa: S311
        self._line: _Line | None = None

    async def run(self) -> None:
        failures = 0
        while True:
            began = self.counters.connections
            try:
                await self._connect()
            except (OSError, Unavailable) as error:  # the broker, the network or our disk
                if failures == 0 or self.counters.connections > began:
                    log.warning("bridge.lost", host=self._remote.host, reason=str(error))
            failures = 0 if self.counters.connections > began else failures + 1
            longest_s = min(_MOST_S, _FIRST_S * 2.0 ** min(failures, 10))
            await asyncio.sleep(self._random.uniform(longest_s / 2, longest_s))

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Send with QoS 1; on return the broker has it. Raises: Unavailable."""
        if self._line is None or not self.counters.connected:
            raise Unavailable("the broker in front is not connected")
        try:
            async with asyncio.timeout(self._remote.answer_s):
                await self._line.publish(topic, payload, retain=retain)
        except TimeoutError:
            raise Unavailable("the broker in front does not answer") from None

    async def _connect(self) -> None:
        """One connection, until it ends. Raises: OSError, Unavailable."""
        loop = asyncio.get_running_loop()
        line = _Line(self._remote, self._sources, self.counters)
        async with asyncio.timeout(self._remote.answer_s):
            await loop.create_connection(lambda: line, self._remote.host, self._remote.port, ssl=self._tls)
        self._line = line
        try:
            await line.ended
        finally:
            line.close()
            self._line, self.counters.connected = None, False


class _Line(asyncio.Protocol):
    """One connection to the broker."""

    def __init__(self, remote: FrontBroker, sources: Sources, counters: BridgeCounters) -> None:
        self._remote, self._sources, self._counters = remote, sources, counters
        self._loop = asyncio.get_running_loop()
        self._frames = Frames(_PACKET_BYTES, cuts=True)
        self._pending: InOrder[Publish] = InOrder(self._finish, self._read_on)
        self._published: dict[int, asyncio.Future[None]] = {}
        self._last_id = 0
        self._out: list[bytes] = []
        self._reading = True
        self._heard_at = self._loop.time()
        self._admitted = False
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None
        self.ended: asyncio.Future[None] = self._loop.create_future()

    # ---- what the transport tells ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        remote = self._remote
        hello = Connect(
            client_id=remote.client_id,
            clean=False,
            keep_alive_s=remote.keep_alive_s,
            username=remote.username,
            password=remote.password,
        )
        self._send(packets.encode(hello))
        self._timer = self._loop.call_later(remote.answer_s, self._tick)

    def data_received(self, data: bytes) -> None:
        self._heard_at = self._loop.time()
        self._frames.add(data)
        try:
            while (packet := self._frames.take()) is not None:
                self._on_packet(
                    decode(*packet), size=packet[1].size if type(packet[1]) is Beginning else None
                )
        except Malformed as error:
            self._end(Unavailable(f"the broker does not keep to the standard: {error}"))
        self._pending.settle()
        if len(self._pending) > _MOST_PENDING and self._reading:
            self._reading = False
            self._transport.pause_reading()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(Unavailable("the broker closed the connection"))

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for waiting in self._published.values():
            if not waiting.done():
                waiting.set_exception(Unavailable("the broker in front was lost"))
        self._published = {}
        self._transport.abort()

    # ---- packets ----

    def _on_packet(self, packet: Packet, *, size: int | None) -> None:
        match packet:
            case Connack(code) if not self._admitted:
                self._on_connack(code)
            case Publish() if self._admitted and packet.qos < 2:
                self._on_publish(packet, size)
            case Suback(_, codes):
                refused = [
                    each for each, code in zip(self._remote.filters, codes, strict=False) if code == REFUSED
                ]
                if refused:
                    log.error("bridge.filters_refused", host=self._remote.host, filters=refused)
            case AckPacket(packets.PUBACK, packet_id):
                waiting = self._published.pop(packet_id, None)
                if waiting is not None and not waiting.done():
                    waiting.set_result(None)
            case Bare(packets.PINGRESP):
                pass
            case _:
                raise Malformed(f"a {type(packet).__name__} that a broker does not send here")

    def _on_connack(self, code: int) -> None:
        if code:
            self._end(Unavailable(f"the broker refuses us with code {code}"))
            return
        self._admitted = self._counters.connected = True
        self._counters.connections += 1
        log.info("bridge.connected", host=self._remote.host)
        # Each time, because the filters may have changed; retained messages that come again are known.
        asked = tuple((each, 1) for each in self._remote.filters)
        self._send(packets.encode(Subscribe(_SUBSCRIBE_ID, asked)))

    def _on_publish(self, publish: Publish, size: int | None) -> None:
        self._counters.received += 1
        topic, payload = publish.topic, publish.payload
        identity = self._sources.by_topic(topic)
        if identity is None:
            self._counters.unknown += 1
        if identity is not None and size is None:
            taken = self._sources.take(identity, topic, payload, retain=publish.retain)
            self._pending.add(publish, asyncio.ensure_future(taken))
            return
        why = NotUsed.FOREIGN if identity is None else NotUsed.TOO_LARGE
        whole = len(payload) if size is None else size
        aside = self._sources.set_aside(identity or STRANGER, topic, payload, size=whole, why=why)
        self._pending.add(publish, asyncio.ensure_future(aside))

    def _finish(self, publish: Publish, outcome: Outcome) -> None:
        error = failure(outcome)
        if error is None:
            self._counters.taken += 1
            if publish.qos:
                self._send(packets.reply(PUBACK, publish.packet_id))
            return
        self._counters.unavailable += 1
        if not isinstance(error, Unavailable):
            log.error("bridge.take_failed", exc_info=error)
        if publish.qos:  # the broker sends it again when we come back
            self._end(Unavailable(str(error)))

    async def publish(self, topic: str, payload: bytes, *, retain: bool) -> None:
        self._last_id = self._last_id % (_SUBSCRIBE_ID - 1) + 1
        waiting = self._published[self._last_id] = self._loop.create_future()
        self._send(packets.encode(Publish(topic, payload, 1, retain, packet_id=self._last_id)))
        await waiting

    # ---- the line ----

    def _send(self, data: bytes) -> None:
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(data)

    def _flush(self) -> None:
        out, self._out = self._out, []
        if not self._transport.is_closing():
            self._transport.write(b"".join(out))

    def _read_on(self) -> None:
        if not self._reading and len(self._pending) <= _MOST_PENDING // 2:
            self._reading = True
            self._transport.resume_reading()

    def _tick(self) -> None:
        """Ping, and notice a broker that is silent."""
        remote = self._remote
        silent_s = self._loop.time() - self._heard_at
        if not self._admitted or (self._reading and silent_s > remote.keep_alive_s + remote.answer_s):
            self._end(Unavailable("the broker does not answer"))
            return
        self._send(packets.PINGREQ_BYTES)
        self._timer = self._loop.call_later(remote.keep_alive_s / 2, self._tick)

    def _end(self, reason: Unavailable) -> None:
        if not self.ended.done():
            self.ended.set_exception(reason)
            self._transport.abort()
