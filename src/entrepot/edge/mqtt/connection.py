"""One device's connection: its bytes in, its packets answered, in order and only when the disk has them."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol, cast

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.edge.mqtt import packets
from entrepot.edge.mqtt.broker import Broker
from entrepot.edge.mqtt.gate import Ending, Gate, Identity, Refusal
from entrepot.edge.mqtt.limits import Counters, Limits
from entrepot.edge.mqtt.packets import (
    PUBACK,
    PUBCOMP,
    PUBLISH,
    PUBREC,
    REFUSED,
    UNSUBACK,
    Bare,
    Connack,
    Connect,
    Frames,
    Malformed,
    Packet,
    Publish,
    Reply,
    Suback,
    Subscribe,
    Unsubscribe,
)  # fmt: skip
from entrepot.edge.mqtt.session import Session

log = structlog.get_logger()

# About two minutes until a peer is noticed that vanished without a word.
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
_WITHOUT_WILL = (Ending.LEFT, Ending.CUT, Ending.CLOSING)


class Hall(Protocol):
    """What all connections of a listener share."""

    gate: Gate
    broker: Broker
    limits: Limits
    counters: Counters

    def arrived(self, connection: "Connection") -> bool:
        """A new connection; False: there are too many."""

    def admitted(self, connection: "Connection", identity: Identity, client_id: str) -> bool:
        """Who it is; another connection of the same client ends. False: this identity has too many."""

    def left(self, connection: "Connection") -> None:
        """It is closed."""

    def to_write(self, connection: "Connection") -> None:
        """Call its `flush` at the end of this turn of the loop."""

    def hold(self, connection: "Connection") -> None:
        """Call its `read_on` when less is pending everywhere."""


class Stage(Enum):
    NEW = 1  # waits for CONNECT
    ADMITTING = 2  # the gate is asked
    OPEN = 3
    ENDED = 4


class _Pending(msgspec.Struct):
    """A publish on its way to the disk; `routed` when only the storing of what it caused is awaited."""

    outcome: asyncio.Future[bytes | None] | asyncio.Future[None]
    publish: Publish
    routed: bool = False


class Connection(asyncio.Protocol):
    """From the first byte to the last."""

    def __init__(self, hall: Hall) -> None:
        self._hall, self._gate, self._broker = hall, hall.gate, hall.broker
        self._limits, self._counters = hall.limits, hall.counters
        self._loop = asyncio.get_running_loop()
        self._frames = Frames(hall.limits.connect_bytes)
        self._stage = Stage.NEW
        self._out: list[bytes] = []
        self._pending: deque[_Pending] = deque()
        self._pending_bytes = 0
        self._awaiting = False  # a callback waits for the first of the pending
        self._admission: asyncio.Task[None] | None = None
        self._will: packets.Will | None = None
        self._forbidden = False
        self._stopping = False
        self._transport: asyncio.Transport
        self.address = ""
        self.identity: Identity | None = None
        self.session: Session | None = None
        self.writable = True
        self.reading = True
        self.heard_at = self._ended_at = self._loop.time()
        self._silence_s = hall.limits.connect_s

    # ---- what the transport tells ----

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's do not derive from it
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if peer else ""
        _notice_silence(transport.get_extra_info("socket"))
        if not self._hall.arrived(self):
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
        """The client does not read; then nothing more is read from it that would have to be answered."""
        self.writable = False
        self._pause()

    def resume_writing(self) -> None:
        self.writable = True
        self.read_on()
        if self.session is not None:
            self.session.pump()

    def connection_lost(self, error: Exception | None) -> None:
        self.end(Ending.LOST)
        self._hall.left(self)

    # ---- what the session and the listener ask ----

    def send(self, data: bytes) -> None:
        """Written at the end of the loop's turn, together with what else comes."""
        if not self._out:
            self._hall.to_write(self)
        self._out.append(data)

    def flush(self) -> None:
        out, self._out = self._out, []
        if out and not self._transport.is_closing():
            self._transport.write(out[0] if len(out) == 1 else b"".join(out))

    def read_on(self) -> None:
        """Read again, if nothing of its own stands against it."""
        few = len(self._pending) <= self._limits.pending // 2
        if self.reading or self._stopping or not (self.writable and few):
            return
        if self._stage not in (Stage.NEW, Stage.OPEN):
            return
        if self._counters.pending_bytes > self._limits.pending_bytes_of_all:
            self._hall.hold(self)
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
        """Why it should end, if it should: it said nothing for too long."""
        if self._stage is Stage.ENDED:
            return None
        if self._stage is Stage.OPEN and self.writable and not self.reading:
            self.heard_at = now_s  # it is we who do not listen
        return Ending.SILENT if now_s - self.heard_at > self._silence_s else None

    def stuck(self, now_s: float) -> bool:
        """It ended, and the other side does not read what it was told at last."""
        return self._stage is Stage.ENDED and now_s - self._ended_at > self._limits.closing_s

    @property
    def idle(self) -> bool:
        return not self._pending

    def abort(self) -> None:
        self._transport.abort()

    def _pause(self) -> None:
        if self.reading and not self._transport.is_closing():
            self.reading = False
            self._transport.pause_reading()

    def _leave(self, session: Session, identity: Identity, ending: Ending) -> None:
        if session.line is self:
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
                    self._on_publish(packets.decode_publish(first, body))
                else:
                    self._on_packet(packets.decode(first, body))
            if self._stage is Stage.NEW and (packet := take()) is not None:
                first, body = packet
                self._on_first(packets.decode(first, body))
        except Malformed as error:
            self._violated(error)
        if first:
            self.heard_at = self._loop.time()
        if self._pending and not self._awaiting:
            self._settle()

    def _violated(self, error: Malformed) -> None:
        log.info("mqtt.violation", reason=str(error), identity=self.identity.id if self.identity else None)
        if error.answer and self._stage is Stage.NEW:
            self._counters.refuse("version")
            self.send(error.answer)
        self.end(Ending.VIOLATION)

    def _on_first(self, packet: Packet) -> None:
        if not isinstance(packet, Connect):
            raise Malformed("something before CONNECT")
        if self._refused_id(packet):
            self._refuse(Refusal.CLIENT_ID)
            return
        self._stage = Stage.ADMITTING
        self._pause()
        self._admission = self._loop.create_task(self._admit(packet))

    def _on_packet(self, packet: Packet) -> None:
        assert self.session is not None
        match packet:
            case Reply(packets.PUBACK, packet_id):
                self.session.confirmed(packet_id, qos=1)
            case Reply(packets.PUBREC, packet_id):
                self.session.received(packet_id)
            case Reply(packets.PUBREL, packet_id):
                self._on_release(self.session, packet_id)
            case Reply(packets.PUBCOMP, packet_id):
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
        """An empty id is for clean sessions [MQTT-3.1.3-7]."""
        return (not packet.client_id and not packet.clean) or (
            len(packet.client_id) > self._limits.client_id_length
        )

    def _refuse(self, why: Refusal) -> None:
        self._counters.refuse(why.name.lower())
        self.send(packets.encode(Connack(why.value)))
        self.end(Ending.REFUSED)

    async def _admit(self, packet: Connect) -> None:
        try:
            found = await self._gate.admit(packet.username, packet.password, packet.client_id, self.address)
        except Unavailable:
            found = Refusal.UNAVAILABLE
        except Exception as error:  # the door of this connection
            log.error("mqtt.admit_failed", exc_info=error)
            found = Refusal.UNAVAILABLE
        self._admission = None
        if isinstance(found, Refusal):
            self._refuse(found)
        elif packet.will is not None and not self._gate.may_publish(found, packet.will.topic):
            self._refuse(Refusal.NOT_ALLOWED)
        elif not self._hall.admitted(self, found, packet.client_id):
            self._refuse(Refusal.UNAVAILABLE)
        else:
            self._open(packet, found)

    def _open(self, packet: Connect, identity: Identity) -> None:
        # Whoever sent no id has a session that nobody else can name.
        client_id = packet.client_id or f"\0{id(self)}"
        session, present = self._broker.open(identity, client_id, clean=packet.clean)
        self.identity, self.session, self._will = identity, session, packet.will
        self._stage, session.line = Stage.OPEN, self
        self._frames.most_bytes = self._limits.packet_bytes
        self._silence_s = packet.keep_alive_s * 1.5 or float("inf")
        self.heard_at = self._loop.time()
        self._counters.admitted += 1
        self.send(packets.encode(Connack(0, present)))
        session.resume()
        self._work()  # a client may send on without waiting for CONNACK
        self.read_on()

    # ---- PUBLISH from the client ----

    def _on_publish(self, publish: Publish) -> None:
        counters, identity, session = self._counters, self.identity, self.session
        assert identity is not None and session is not None
        size = len(publish.payload)
        counters.received += 1
        counters.received_bytes += size
        if publish.qos == 2:
            pending = self._pending_twice(publish, identity, session)
        else:
            pending = _Pending(self._taken(publish, identity), publish)
        self._pending.append(pending)
        self._pending_bytes += size
        counters.pending += 1
        counters.pending_bytes += size
        if (
            len(self._pending) > self._limits.pending
            or self._pending_bytes > self._limits.pending_bytes
            or counters.pending_bytes > self._limits.pending_bytes_of_all
        ):
            self._pause()

    def _taken(self, publish: Publish, identity: Identity) -> asyncio.Future[bytes | None]:
        if self._gate.may_publish(identity, publish.topic):
            return asyncio.ensure_future(
                self._gate.take(identity, publish.topic, publish.payload, retain=publish.retain)
            )
        self._counters.forbidden += 1
        if not self._forbidden:
            self._forbidden = True
            log.warning("mqtt.forbidden", identity=identity.id)
        return self._nothing()

    def _pending_twice(self, publish: Publish, identity: Identity, session: Session) -> _Pending:
        """QoS 2: an id that is known and not released is the same message again; it waits for the first."""
        known = session.incoming.get(publish.packet_id)
        if known is not None:
            return _Pending(known, publish, routed=True)
        if len(session.incoming) >= self._limits.incoming:
            raise Malformed("too many messages of QoS 2 that were not released")
        session.incoming[publish.packet_id] = self._loop.create_future()
        return _Pending(self._taken(publish, identity), publish)

    def _settle(self) -> None:
        """Acknowledge from the front of the queue what is on disk, then wait for the rest."""
        pending = self._pending
        while pending and pending[0].outcome.done():
            self._on_outcome(pending[0])
        if pending and not self._awaiting:
            self._awaiting = True
            pending[0].outcome.add_done_callback(self._on_settled)
        if not self.reading:
            self.read_on()

    def _on_settled(self, _: object) -> None:
        self._awaiting = False
        self._settle()

    def _on_outcome(self, first: _Pending) -> None:
        publish, error = first.publish, _error(first.outcome)
        if error is not None:
            self._forget_pending(first)
            self._failed(publish, error)
            return
        if not first.routed:
            first.routed = True
            stored = self._route(publish, first.outcome.result())
            if stored is not None:
                first.outcome = stored
                return
        self._forget_pending(first)
        self._finish(publish)

    def _route(self, publish: Publish, read: bytes | None) -> asyncio.Future[None] | None:
        """Pass it on. What is returned must be done before the client hears."""
        assert self.identity is not None and self.session is not None
        self._counters.taken += 1
        stored = None
        if read is not None:
            stored = self._broker.route(
                publish.topic, read, publish.qos, retain=publish.retain, by=self.identity.id
            )
        if publish.qos == 2:
            stored = self.session.remember_incoming(publish.packet_id) or stored
        return stored

    def _finish(self, publish: Publish) -> None:
        assert self.session is not None
        if publish.qos == 1:
            self._answer(packets.reply(PUBACK, publish.packet_id))
        elif publish.qos == 2:
            known = self.session.incoming.get(publish.packet_id)
            if known is not None and not known.done():
                known.set_result(None)
            self._answer(packets.reply(PUBREC, publish.packet_id))

    def _failed(self, publish: Publish, error: BaseException) -> None:
        """It is not on disk. Without QoS it is lost; otherwise the client sends it again after a while."""
        assert self.session is not None
        self._counters.unavailable += 1
        if not isinstance(error, Unavailable):
            log.error("mqtt.take_failed", exc_info=error)
        if publish.qos == 2:
            known = self.session.incoming.get(publish.packet_id)
            if known is not None and not known.done():
                del self.session.incoming[publish.packet_id]
                known.set_exception(error)
                known.exception()
        if publish.qos:
            self.end(Ending.UNAVAILABLE)

    def _forget_pending(self, first: _Pending) -> None:
        self._pending.popleft()
        size = len(first.publish.payload)
        self._pending_bytes -= size
        self._counters.pending -= 1
        self._counters.pending_bytes -= size

    def _on_release(self, session: Session, packet_id: int) -> None:
        known = session.incoming.get(packet_id)
        if known is not None and not known.done():
            raise Malformed("PUBREL before PUBREC")
        stored = session.release_incoming(packet_id)
        self._answer_after(stored, lambda: self._answer(packets.reply(PUBCOMP, packet_id)))

    # ---- subscriptions ----

    def _on_subscribe(self, session: Session, packet: Subscribe) -> None:
        codes = tuple(self._broker.subscribe(session, each, qos) for each, qos in packet.filters)

        def answer() -> None:
            self._answer(packets.encode(Suback(packet.packet_id, codes)))
            for (topic_filter, qos), code in zip(packet.filters, codes, strict=True):
                if code != REFUSED and topic_filter in session.subscriptions:
                    self._broker.deliver_retained(session, topic_filter, qos)

        self._answer_after(self._broker.stored(session), answer)

    def _on_unsubscribe(self, session: Session, packet: Unsubscribe) -> None:
        for topic_filter in packet.filters:
            self._broker.unsubscribe(session, topic_filter)
        answer = packets.reply(UNSUBACK, packet.packet_id)
        self._answer_after(self._broker.stored(session), lambda: self._answer(answer))

    # ---- answers ----

    def _answer(self, data: bytes) -> None:
        if self._stage is Stage.OPEN:
            self.send(data)

    def _answer_after(self, stored: asyncio.Future[None] | None, answer: Callable[[], None]) -> None:
        """Answer when it is on disk; if that fails, close, so that the client asks again."""

        def told(done: asyncio.Future[None]) -> None:
            if done.exception() is None:
                answer()
            else:
                self.end(Ending.UNAVAILABLE)

        if stored is None:
            answer()
        else:
            stored.add_done_callback(told)

    def _nothing(self) -> asyncio.Future[bytes | None]:
        outcome: asyncio.Future[bytes | None] = self._loop.create_future()
        outcome.set_result(None)
        return outcome


def _error(outcome: asyncio.Future[bytes | None] | asyncio.Future[None]) -> BaseException | None:
    return Unavailable("the work was given up") if outcome.cancelled() else outcome.exception()


def _notice_silence(sock: socket.socket) -> None:
    """Let the system notice a peer that vanished, which matters where MQTT's keep-alive is off."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        sock.setsockopt(socket.IPPROTO_TCP, option, value)
