"""One client's session: what it subscribed to, what waits for it, and which messages of QoS 2 are half
way. It outlives a connection, and if the client wants so, also the process.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import count
from typing import NamedTuple, Protocol

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.time import now, to_us
from entrepot.mqtt.gate import Identity
from entrepot.mqtt.limits import Counters, Limits
from entrepot.mqtt.packets import PUBREL, Publish, encode_publish, reply
from entrepot.mqtt.store import Store, StoreTable

# `current(session, topic, payload)`: what this client may read of a message now; None: nothing.
CurrentPayload = Callable[["MqttSession", str, bytes], bytes | None]


class ClientLink(Protocol):
    """The connection of a session, while there is one."""

    @property
    def writable(self) -> bool:
        """Whether the client reads fast enough."""

    def send(self, data: bytes) -> None: ...


class GrantedFilter(NamedTuple):
    """What a filter was granted as, and with which QoS."""

    granted: str
    qos: int


class Outgoing(msgspec.Struct, kw_only=True):
    """A message of QoS 1 or 2 on its way to the client. `sent`: on this connection or one before, by this
    process; `duplicate`: before; `released`: the client has it and shall forget its id (PUBREL); `ready`: it
    may be sent; `waited`: not sent at once, so that privacy may have changed since.
    """

    topic: str
    payload: bytes
    qos: int
    retain: bool
    packet_id: int
    number: int
    sent: bool = False
    duplicate: bool = False
    released: bool = False
    ready: bool = True
    waited: bool = False

    def encode(self) -> bytes:
        if self.released:
            return reply(PUBREL, self.packet_id)
        return encode_publish(
            Publish(self.topic, self.payload, self.qos, self.retain, self.duplicate, self.packet_id)
        )


class MqttSession:
    """A session of `identity` under `client_id`. A `kept` one is stored and stays when the client goes."""

    def __init__(
        self,
        identity: Identity,
        client_id: str,
        *,
        kept: bool,
        store: Store,
        limits: Limits,
        counters: Counters,
        current: CurrentPayload,
        id: str = "",
        seen_us: int = 0,
    ) -> None:
        self.id = id or new_id()
        self.identity, self.client_id, self.kept = identity, client_id, kept
        self.seen_us = seen_us or to_us(now())
        self.line: ClientLink | None = None
        self.subscriptions: dict[str, GrantedFilter] = {}
        # QoS 2 from the client: done when the message is on disk, and remembered if the session is kept.
        self.incoming: dict[int, asyncio.Future[None]] = {}
        self._store, self._limits, self._counters, self._current = store, limits, counters, current
        self._outgoing: dict[int, Outgoing] = {}  # in their order
        self._unsent: deque[Outgoing] = deque()
        self._bytes = 0
        self._last_id = 0
        self._numbers = count(1)

    # ---- kept on disk ----

    def remember(self) -> asyncio.Future[None] | None:
        """Store that the session exists and was used now."""
        self.seen_us = to_us(now())
        if not self.kept:
            return None
        key = (self.id,)
        return self._store.put(StoreTable.SESSION, key, self.identity.id, self.client_id, self.seen_us)

    def restore(self, message: Outgoing) -> None:
        """Take back a stored message, which is `sent` if it was before."""
        message.duplicate, message.sent, message.waited = message.sent, False, True
        self._outgoing[message.packet_id] = message
        self._unsent.append(message)
        self._bytes += len(message.payload)
        self._last_id = message.packet_id
        self._numbers = count(message.number + 1)

    def subscribe(self, topic_filter: str, subscription: GrantedFilter) -> asyncio.Future[None] | None:
        self.subscriptions[topic_filter] = subscription
        return self._keep(StoreTable.SUBSCRIPTION, (self.id, topic_filter), *subscription)

    def unsubscribe(self, topic_filter: str) -> asyncio.Future[None] | None:
        if self.subscriptions.pop(topic_filter, None) is None or not self.kept:
            return None
        return self._store.drop(StoreTable.SUBSCRIPTION, (self.id, topic_filter))

    def _keep(self, table: StoreTable, key: tuple[object, ...], *rest: object) -> asyncio.Future[None] | None:
        return self._store.put(table, key, *rest) if self.kept else None

    # ---- from the client, QoS 2 ----

    def remember_incoming(self, packet_id: int) -> asyncio.Future[None] | None:
        """Store that this message was taken: it must not be taken again until its id is released."""
        return self._keep(StoreTable.INCOMING, (self.id, packet_id))

    def release_incoming(self, packet_id: int) -> asyncio.Future[None] | None:
        """Free the id for another message. The client may not hear of it before that is on disk."""
        known = self.incoming.pop(packet_id, None)
        if known is None or not self.kept:
            return None
        return self._store.drop(StoreTable.INCOMING, (self.id, packet_id))

    # ---- to the client ----

    def deliver(self, topic: str, payload: bytes, qos: int, *, retain: bool) -> asyncio.Future[None] | None:
        """Send it, now or when its turn comes. What is returned, if anything, is done when it is stored."""
        if qos == 0:
            self._deliver_at_most_once(Publish(topic, payload, retain=retain))
            return None
        self._make_room(len(payload))
        message = Outgoing(
            topic=topic, payload=payload, qos=qos, retain=retain,
            packet_id=self._next_id(), number=next(self._numbers),
        )  # fmt: skip
        self._outgoing[message.packet_id] = message
        self._unsent.append(message)
        self._bytes += len(payload)
        stored = self._store_outgoing(message)
        if stored is not None and qos == 2:
            # Its id must be known after a crash, or the client would take it twice.
            message.ready = False
            stored.add_done_callback(lambda _: self._ready(message))
        self.pump()
        message.waited = not message.sent
        return stored

    def resume(self) -> None:
        """Continue with a client that is connected again: what it had not confirmed goes first, in the
        old order.
        """
        for message in [each for each in self._outgoing.values() if each.sent]:
            message.duplicate = True
            if self._renew(message):
                self._send(message)
        self.pump()

    def reconsider(self) -> None:
        """Look again at what waits, and at what was sent and not confirmed: privacy may have changed."""
        for message in list(self._outgoing.values()):
            self._renew(message)
        self._unsent = deque(each for each in self._unsent if self._outgoing.get(each.packet_id) is each)

    def pump(self) -> None:
        """Send as much as the window and the client's pace allow."""
        unsent = self._unsent
        while (
            unsent
            and unsent[0].ready
            and self.line is not None
            and self.line.writable
            and len(self._outgoing) - len(unsent) < self._limits.window
        ):
            message = unsent.popleft()
            if message.waited and not self._renew(message):
                continue
            message.sent = True
            if not message.duplicate and not message.released:
                self._store_outgoing(message)
            self._send(message)

    def confirmed(self, packet_id: int, *, qos: int) -> None:
        """Handle PUBACK for QoS 1 and PUBCOMP for QoS 2: the client has the message. Others are ignored."""
        message = self._outgoing.get(packet_id)
        if message is not None and message.qos == qos and (qos == 1 or message.released):
            self._remove(message)
            self.pump()

    def received(self, packet_id: int) -> None:
        """Handle PUBREC: the client has the message, and must release the id now."""
        message = self._outgoing.get(packet_id)
        if message is None or message.qos != 2:
            if self.line is not None:
                self.line.send(reply(PUBREL, packet_id))  # forgotten here; let the client forget too
            return
        if message.released:
            self._send(message)
            return
        self._bytes -= len(message.payload)
        message.released, message.payload = True, b""
        stored = self._store_outgoing(message)
        if stored is None:
            self._send(message)
        else:
            stored.add_done_callback(lambda _: self._send(message))

    def _renew(self, message: Outgoing) -> bool:
        """Bring a message to what its client may read now. False: it is gone, because that is nothing. Of a
        message of QoS 2 that the client may have, the id must be kept: it becomes empty.
        """
        if message.released:
            return True
        payload = self._current(self, message.topic, message.payload)
        if payload is None:
            if message.qos < 2 or not (message.sent or message.duplicate):
                self._counters.drop("privacy")
                self._remove(message)
                return False
            payload = b""
        if payload != message.payload:
            self._bytes += len(payload) - len(message.payload)
            message.payload = payload
            self._store_outgoing(message)
        return True

    def _deliver_at_most_once(self, message: Publish) -> None:
        if self.line is None:
            return
        if not self.line.writable:
            self._counters.drop("slow_reader")
            return
        self._counters.delivered += 1
        self.line.send(encode_publish(message))

    def _send(self, message: Outgoing) -> None:
        if self.line is not None:
            if not message.released:
                self._counters.delivered += 1
            self.line.send(message.encode())

    def _ready(self, message: Outgoing) -> None:
        message.ready = True
        self.pump()

    def _make_room(self, size: int) -> None:
        limits = self._limits
        while self._unsent and (
            len(self._outgoing) >= limits.queue or self._bytes + size > limits.queue_bytes
        ):
            self._counters.drop("queue_full")
            self._remove(self._unsent.popleft())

    def _remove(self, message: Outgoing) -> None:
        del self._outgoing[message.packet_id]
        self._bytes -= len(message.payload)
        if self.kept:
            self._store.drop(StoreTable.OUTGOING, (self.id, message.packet_id))

    def _store_outgoing(self, message: Outgoing) -> asyncio.Future[None] | None:
        return self._keep(
            StoreTable.OUTGOING, (self.id, message.packet_id), message.number, message.topic, message.payload,
            message.qos, int(message.retain), int(message.released), int(message.sent or message.duplicate),
        )  # fmt: skip

    def _next_id(self) -> int:
        """Return a free packet id. There is always one, because the queue is shorter than the ids."""
        while True:
            self._last_id = self._last_id % 65_535 + 1
            if self._last_id not in self._outgoing:
                return self._last_id
