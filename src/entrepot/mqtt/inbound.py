"""What a client publishes, on its way to the disk: taken at once, acknowledged in order, and with QoS 2
taken once however often it comes.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import msgspec
import structlog

from entrepot.core.errors import Unavailable
from entrepot.mqtt.broker import Broker
from entrepot.mqtt.gate import Ending, Gate, Identity, NotUsed
from entrepot.mqtt.in_order import InOrder, Outcome, failure
from entrepot.mqtt.limits import Counters, Limits
from entrepot.mqtt.packets import PUBACK, PUBREC, Malformed, Publish, reply
from entrepot.mqtt.session import MqttSession

log = structlog.get_logger()


class SharedParts(Protocol):
    """What all connections of a listener share."""

    gate: Gate
    broker: Broker
    limits: Limits
    counters: Counters


class PublisherLink(Protocol):
    """The connection, as far as its publishes need it. Once it has ended it ignores what it is told."""

    def answer(self, data: bytes) -> None: ...

    def end(self, ending: Ending) -> None: ...

    def read_on(self) -> None:
        """Called when something was acknowledged, so that there may be room again."""


class _NoRoom(Exception):
    """A message cannot be retained, and its client is told so by the end of its connection."""


class _Pending(msgspec.Struct):
    """`routed`: it is on disk, and only the storing of what it caused is awaited."""

    publish: Publish
    routed: bool = False


class Inbound:
    """The publishes of one connection. They are finished even if it ends meanwhile."""

    def __init__(
        self, shared: SharedParts, publisher: PublisherLink, identity: Identity, session: MqttSession
    ) -> None:
        self._gate, self._broker = shared.gate, shared.broker
        self._limits, self._counters = shared.limits, shared.counters
        self._publisher, self._identity, self._session = publisher, identity, session
        self._loop = asyncio.get_running_loop()
        self._pending: InOrder[_Pending] = InOrder(self._finish, publisher.read_on)
        self._bytes = 0
        self._forbidden = False
        self.settle: Callable[[], None] = self._pending.settle

    def __len__(self) -> int:
        return len(self._pending)

    @property
    def too_much(self) -> bool:
        """Whether nothing more should be read from this client."""
        return (
            len(self._pending) > self._limits.pending
            or self._bytes > self._limits.pending_bytes
            or self._counters.pending_bytes > self._limits.pending_bytes_of_all
        )

    @property
    def little(self) -> bool:
        """Whether so much was finished that its client may be read again."""
        return (
            len(self._pending) <= self._limits.pending // 2 and self._bytes <= self._limits.pending_bytes // 2
        )

    def take(self, publish: Publish, *, size: int | None = None) -> None:
        """Begin to take a message; with `size` one of so many bytes that is too large and of which only the
        beginning is here. `settle` follows when all is taken that came together. Raises: Malformed.
        """
        counters, here = self._counters, len(publish.payload)
        counters.received += 1
        counters.received_bytes += here if size is None else size
        if publish.qos == 2:
            self._take_once(publish, size)
        else:
            self._pending.add(_Pending(publish), self._taken(publish, size))
        self._bytes += here
        counters.pending += 1
        counters.pending_bytes += here

    def release(self, packet_id: int) -> asyncio.Future[None] | None:
        """Handle PUBREL: the id may be used again. PUBCOMP follows when what is returned is done."""
        known = self._session.incoming.get(packet_id)
        if known is not None and not known.done():
            raise Malformed("PUBREL before PUBREC")
        return self._session.release_incoming(packet_id)

    def _taken(self, publish: Publish, size: int | None) -> Outcome:
        identity, topic, payload = self._identity, publish.topic, publish.payload
        if not self._gate.may_publish(identity, topic):
            self._counters.forbidden += 1
            if not self._forbidden:
                self._forbidden = True
                log.warning("mqtt.forbidden", identity=identity.id)
            why = NotUsed.FOREIGN
        elif size is None:
            return asyncio.ensure_future(self._gate.take(identity, topic, payload, retain=publish.retain))
        else:
            self._counters.drop("too_large")
            why = NotUsed.TOO_LARGE
        whole = len(payload) if size is None else size
        return asyncio.ensure_future(self._gate.set_aside(identity, topic, payload, size=whole, why=why))

    def _take_once(self, publish: Publish, size: int | None) -> None:
        """Take a message of QoS 2. One with an id that is not released is the same again, and waits for
        the first.
        """
        incoming = self._session.incoming
        known = incoming.get(publish.packet_id)
        if known is not None:
            self._pending.add(_Pending(publish, routed=True), known)
            return
        if len(incoming) >= self._limits.incoming:
            raise Malformed("too many messages of QoS 2 that were not released")
        incoming[publish.packet_id] = self._loop.create_future()
        self._pending.add(_Pending(publish), self._taken(publish, size))

    def _finish(self, pending: _Pending, outcome: Outcome) -> Outcome | None:
        publish, error = pending.publish, failure(outcome)
        if error is None and not pending.routed:
            pending.routed = True
            self._counters.taken += 1
            try:
                stored = self._route(publish, outcome.result())
            except _NoRoom as no_room:
                stored, error = None, no_room
            if stored is not None:
                return stored
        size = len(publish.payload)
        self._bytes -= size
        self._counters.pending -= 1
        self._counters.pending_bytes -= size
        if error is not None:
            self._failed(publish, error)
        elif publish.qos == 1:
            self._publisher.answer(reply(PUBACK, publish.packet_id))
        elif publish.qos == 2:
            self._done_once(publish.packet_id, None)
            self._publisher.answer(reply(PUBREC, publish.packet_id))
        return None

    def _route(self, publish: Publish, read: bytes | None) -> asyncio.Future[None] | None:
        """Pass it on. What is returned must be done before the client hears. Raises: _NoRoom."""
        stored = None
        if read is not None:
            retain = publish.retain and self._has_room(publish, read)
            stored = self._broker.route(publish.topic, read, publish.qos, retain=retain, by=self._identity.id)
        if publish.qos == 2:
            stored = self._session.remember_incoming(publish.packet_id) or stored
        return stored

    def _has_room(self, publish: Publish, read: bytes) -> bool:
        """Whether it may be retained; if not, what was retained before it goes all the same. A message of QoS
        0 may be discarded in silence [MQTT-3.3.1-7]; otherwise the end of its connection is the one way in
        which a client can hear of it, and it hears once. Its owner sees it either way.

        Raises: _NoRoom.
        """
        if self._broker.retained.fits(publish.topic, read, by=self._identity.id):
            return True
        self._counters.drop("retained_too_much")
        self._broker.note_not_retained(self._identity, publish.topic, publish.payload)
        if publish.qos and self._broker.refuses(self._identity):
            raise _NoRoom("there is no room to retain this")
        self._broker.retained.clear(publish.topic)
        return False

    def _failed(self, publish: Publish, error: BaseException) -> None:
        """Handle a message that is not on disk. With QoS 0 it is lost; otherwise the client sends it
        again.
        """
        self._counters.unavailable += 1
        if not isinstance(error, Unavailable | _NoRoom):
            log.error("mqtt.take_failed", exc_info=error)
        if publish.qos == 2:
            self._done_once(publish.packet_id, error)
        if publish.qos:
            self._publisher.end(Ending.VIOLATION if isinstance(error, _NoRoom) else Ending.UNAVAILABLE)

    def _done_once(self, packet_id: int, error: BaseException | None) -> None:
        """Tell those who wait for the same message; a failed one may be taken again."""
        known = self._session.incoming.get(packet_id)
        if known is None or known.done():
            return
        if error is None:
            known.set_result(None)
            return
        del self._session.incoming[packet_id]
        known.set_exception(error)
        known.exception()  # perhaps nobody waits
