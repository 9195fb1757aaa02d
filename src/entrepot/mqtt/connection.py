"""One connection of a device: it reads packets, and answers them in order and only when they are on disk."""

import asyncio
import socket
from collections.abc import Callable
from enum import Enum
from typing import Protocol, cast

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.log_limit import LogLimit
from entrepot.mqtt import inbound, packets
from entrepot.mqtt.frames import Beginning, Frames
from entrepot.mqtt.gate import ConnectRefusal, Ending, Identity
from entrepot.mqtt.inbound import Inbound
from entrepot.mqtt.packets import (
    PUBCOMP,
    PUBLISH,
    REFUSED,
    UNSUBACK,
    AckPacket,
    Bare,
    Connack,
    Connect,
    Malformed,
    Packet,
    Suback,
    Subscribe,
    Unsubscribe,
)
from entrepot.mqtt.reading import decode, decode_publish
from entrepot.mqtt.session import MqttSession
from entrepot.net.arriving import Peer

log = structlog.get_logger()

# About two minutes until a peer is noticed that vanished without a word.
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
_WITHOUT_WILL = (Ending.LEFT, Ending.CUT, Ending.CLOSING)


class ConnectionHost(inbound.SharedParts, Protocol):
    """The listener, as its connections see it."""

    violations: LogLimit

    def arrived(self, connection: "Connection") -> bool:
        """Count a new connection. Return False when there are too many."""

    def admitted(self, connection: "Connection", identity: Identity, client_id: str) -> bool:
        """Note who it is, and end another connection of the same client. Return False when this identity
        has too many.
        """

    def left(self, connection: "Connection") -> None:
        """Forget a connection that is closed."""

    def to_write(self, connection: "Connection") -> None:
        """Call its `flush` at the end of this turn of the loop."""

    def hold(self, connection: "Connection") -> None:
        """Call its `read_on` when less is pending everywhere."""


class Stage(Enum):
    NEW = 1  # waits for CONNECT
    ADMITTING = 2  # the gate is asked
    OPEN = 3
    ENDED = 4


class Connection(asyncio.Protocol):
    """From the first byte to the last."""

    def __init__(self, host: ConnectionHost, announced: Peer | None = None) -> None:
        self._host, self._gate, self._broker = host, host.gate, host.broker
        self._limits, self._counters = host.limits, host.counters
        self._loop = asyncio.get_running_loop()
        self._frames = Frames(host.limits.connect_bytes)  # and nothing is cut for a stranger
        self._stage = Stage.NEW
        self._out: list[bytes] = []
        self._inbound: Inbound | None = None
        self._admission: asyncio.Task[None] | None = None
        self._will: packets.Will | None = None
        self._stopping = False
        self._transport: asyncio.Transport
        self.address = announced[0] if announced is not None else ""
        self.identity: Identity | None = None
        self.session: MqttSession | None = None
        self.writable = True
        self.reading = True
        self.heard_at = self._ended_at = self._loop.time()
        self._silence_s = host.limits.connect_s

    # ---- called by the transport ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's do not derive from it
        peer = transport.get_extra_info("peername")
        self.address = self.address or (str(peer[0]) if peer else "")
        _notice_silence(transport.get_extra_info("socket"))
        if not self._host.arrived(self):
            self._stage = Stage.ENDED
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._stage is Stage.ENDED:
            return
        self._frames.add(data)
        self._work()

    def eof_received(self) -> None:
        self.end(Ending.LOST)

    def pause_writing(self) -> None:
        """Read no more while the client does not read: everything would have to be answered."""
        self.writable = False
        self._pause()

    def resume_writing(self) -> None:
        self.writable = True
        self.read_on()
        if self.session is not None:
            self.session.pump()

    def connection_lost(self, error: Exception | None) -> None:
        self.end(Ending.LOST)
        self._host.left(self)

    # ---- what the session and the listener ask ----

    def send(self, data: bytes) -> None:
        """Queue bytes, which are written at the end of the loop's turn, all together."""
        if not self._out:
            self._host.to_write(self)
        self._out.append(data)

    def flush(self) -> None:
        out, self._out = self._out, []
        if out and not self._transport.is_closing():
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def read_on(self) -> None:
        """Read again, if nothing of its own stands against it."""
        if self.reading or self._stopping or not self.writable:
            return
        if self._stage not in (Stage.NEW, Stage.OPEN) or not (self._inbound is None or self._inbound.little):
            return
        if self._counters.pending_bytes > self._limits.pending_bytes_of_all:
            self._host.hold(self)
            return
        self.reading = True
        self._transport.resume_reading()

    def end(self, ending: Ending) -> None:
        """Close, once. What was said before is still written, except to who is cut off."""
        if self._stage is Stage.ENDED:
            return
        self._stage, self._ended_at = Stage.ENDED, self._loop.time()
        self._counters.end(ending.value)
        if self._admission is not None:
            self._admission.cancel()
        if ending is Ending.CUT:
            self._transport.abort()
        else:
            self.flush()
            self._transport.close()
        if self.session is not None and self.identity is not None:
            self._leave(self.session, self.identity, ending)

    def stop(self) -> None:
        """Read no more, because the listener closes. What is pending is still answered."""
        self._stopping = True
        self._pause()

    def overdue(self, now_s: float) -> Ending | None:
        """Return why it should end, if it has said nothing for too long."""
        if self._stage is Stage.ENDED:
            return None
        if self._stage is Stage.OPEN and self.writable and not self.reading:
            self.heard_at = now_s  # it is we who do not listen
        return Ending.SILENT if now_s - self.heard_at > self._silence_s else None

    def stuck(self, now_s: float) -> bool:
        """Whether it has ended, and the other side does not read its last packets."""
        return self._stage is Stage.ENDED and now_s - self._ended_at > self._limits.closing_s

    @property
    def idle(self) -> bool:
        return not self._inbound

    def abort(self) -> None:
        self._transport.abort()

    def _pause(self) -> None:
        if self.reading and not self._transport.is_closing():
            self.reading = False
            self._transport.pause_reading()

    def _leave(self, session: MqttSession, identity: Identity, ending: Ending) -> None:
        session.line = None
        if session.kept:
            session.remember()
        else:
            self._broker.drop(session)
        if self._will is not None and ending not in _WITHOUT_WILL:
            self._broker.publish_will(identity, self._will)
        self._gate.gone(identity, session.client_id, ending)

    # ---- packets ----

    def _work(self) -> None:
        take, first = self._frames.take, 0
        try:
            while self._stage is Stage.OPEN and (packet := take()) is not None:
                first, body = packet
                if first & 0xF0 == PUBLISH:
                    assert self._inbound is not None
                    size = body.size if type(body) is Beginning else None
                    self._inbound.take(decode_publish(first, body), size=size)
                else:
                    self._on_packet(decode(first, body))
            if self._stage is Stage.NEW and (packet := take()) is not None:
                first, body = packet
                self._on_first(decode(first, body))
        except Malformed as error:
            self._violated(error)
        if first or self._frames.cutting:
            self.heard_at = self._loop.time()
        if self._inbound:
            self._inbound.settle()
            if self._inbound.too_much:
                self._pause()

    def _violated(self, error: Malformed) -> None:
        who = self.identity.id if self.identity else ""
        if times := self._host.violations.count(who):
            log.info("mqtt.violation", reason=str(error), identity=who or None, times=times)
        if error.answer and self._stage is Stage.NEW:
            self._counters.refuse("version")
            self.send(error.answer)
        self.end(Ending.VIOLATION)

    def _on_first(self, packet: Packet) -> None:
        if not isinstance(packet, Connect):
            raise Malformed("something before CONNECT")
        if self._refused_id(packet):
            self._refuse(ConnectRefusal.CLIENT_ID)
            return
        self._stage = Stage.ADMITTING
        self._pause()
        self._admission = self._loop.create_task(self._admit(packet))

    def _on_packet(self, packet: Packet) -> None:
        assert self.session is not None and self._inbound is not None
        match packet:
            case AckPacket(packets.PUBACK, packet_id):
                self.session.confirmed(packet_id, qos=1)
            case AckPacket(packets.PUBREC, packet_id):
                self.session.received(packet_id)
            case AckPacket(packets.PUBREL, packet_id):
                stored = self._inbound.release(packet_id)
                self._answer_after(stored, lambda: self.answer(packets.reply(PUBCOMP, packet_id)))
            case AckPacket(packets.PUBCOMP, packet_id):
                self.session.confirmed(packet_id, qos=2)
            case Subscribe():
                self._on_subscribe(self.session, packet)
            case Unsubscribe():
                self._on_unsubscribe(self.session, packet)
            case Bare(packets.PINGREQ):
                self.send(packets.PINGRESP_BYTES)
            case Bare(packets.DISCONNECT):
                self.end(Ending.LEFT)
            case _:
                raise Malformed(f"a {type(packet).__name__} that a client does not send here")

    # ---- CONNECT ----

    def _refused_id(self, packet: Connect) -> bool:
        """Refuse an empty client id unless the session is clean [MQTT-3.1.3-7]."""
        return (not packet.client_id and not packet.clean) or (
            len(packet.client_id) > self._limits.client_id_length
        )

    def _refuse(self, why: ConnectRefusal) -> None:
        self._counters.refuse(why.name.lower())
        self.send(packets.encode(Connack(why.value)))
        self.end(Ending.REFUSED)

    async def _admit(self, packet: Connect) -> None:
        try:
            found = await self._gate.admit(packet.username, packet.password, packet.client_id, self.address)
        except Unavailable:
            found = ConnectRefusal.UNAVAILABLE
        except Exception as error:  # the door of this connection
            log.error("mqtt.admit_failed", exc_info=error)
            found = ConnectRefusal.UNAVAILABLE
        self._admission = None
        if isinstance(found, ConnectRefusal):
            self._refuse(found)
        elif packet.will is not None and not self._gate.may_publish(found, packet.will.topic):
            self._refuse(ConnectRefusal.NOT_ALLOWED)
        elif not self._host.admitted(self, found, packet.client_id):
            self._refuse(ConnectRefusal.UNAVAILABLE)
        else:
            self._open(packet, found)

    def _open(self, packet: Connect, identity: Identity) -> None:
        # Whoever sent no id has a session that nobody else can name.
        client_id = packet.client_id or f"\0{id(self)}"
        session, present = self._broker.open(identity, client_id, clean=packet.clean)
        self.identity, self.session, self._will = identity, session, packet.will
        self._inbound = Inbound(self._host, self, identity, session)
        self._stage, session.line = Stage.OPEN, self
        self._frames.most_bytes, self._frames.cuts = self._limits.packet_bytes, True
        self._silence_s = packet.keep_alive_s * 1.5 or float("inf")
        self.heard_at = self._loop.time()
        self._counters.admitted += 1
        self.send(packets.encode(Connack(0, present)))
        session.resume()
        if present:
            self._gate.resumed(identity, [each.granted for each in session.subscriptions.values()])
        self._work()  # a client may send on without waiting for CONNACK
        self.read_on()

    # ---- subscriptions ----

    def _on_subscribe(self, session: MqttSession, packet: Subscribe) -> None:
        codes = tuple(self._broker.subscribe(session, each, qos) for each, qos in packet.filters)

        def answer() -> None:
            self.answer(packets.encode(Suback(packet.packet_id, codes)))
            for (topic_filter, qos), code in zip(packet.filters, codes, strict=True):
                if code != REFUSED and topic_filter in session.subscriptions:
                    self._broker.deliver_retained(session, topic_filter, qos)

        self._answer_after(self._broker.stored(session), answer)

    def _on_unsubscribe(self, session: MqttSession, packet: Unsubscribe) -> None:
        for topic_filter in packet.filters:
            self._broker.unsubscribe(session, topic_filter)
        answer = packets.reply(UNSUBACK, packet.packet_id)
        self._answer_after(self._broker.stored(session), lambda: self.answer(answer))

    # ---- answers ----

    def answer(self, data: bytes) -> None:
        """Send, unless the connection has ended."""
        if self._stage is Stage.OPEN:
            self.send(data)

    def _answer_after(self, stored: asyncio.Future[None] | None, answer: Callable[[], None]) -> None:
        """Answer when it is on disk; if that fails, close, so that the client asks again."""

        def on_stored(done: asyncio.Future[None]) -> None:
            if done.exception() is None:
                answer()
            else:
                self.end(Ending.UNAVAILABLE)

        if stored is None:
            answer()
        else:
            stored.add_done_callback(on_stored)


def _notice_silence(sock: socket.socket) -> None:
    """Let the system notice a peer that vanished, which matters where MQTT's keep-alive is off."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
