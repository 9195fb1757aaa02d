"""The broker: it keeps sessions, and delivers each message to those who subscribed and may read it."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import islice

import structlog

from entrepot.core.errors import Unavailable
from entrepot.core.time import now, to_us
from entrepot.mqtt.gate import Gate, Identity, NotUsed
from entrepot.mqtt.limits import Counters, Limits
from entrepot.mqtt.packets import REFUSED, Will
from entrepot.mqtt.retained import HOUSE, RetainedMessages
from entrepot.mqtt.session import GrantedFilter, MqttSession, Outgoing
from entrepot.mqtt.store import Store
from entrepot.mqtt.topics import DEEPEST, Filters

log = structlog.get_logger()

_KNOWN_TOPICS = 20_000  # for how many the subscribers are remembered
_AT_ONCE = 500  # retained messages delivered, or sessions looked at, without letting others run
_TOLD_LATELY = 100_000  # more than one node has devices
_WILL_ATTEMPTS, _WILL_AGAIN_S = 5, 1.0


class Broker:
    """What connections share. Clients of different identities never share a session."""

    def __init__(self, gate: Gate, store: Store, *, limits: Limits, counters: Counters) -> None:
        self._gate, self._store, self._limits, self._counters = gate, store, limits, counters
        self.retained = RetainedMessages(store, limits=limits, counters=counters)
        self._sessions: dict[str, dict[str, MqttSession]] = {}  # by identity and client id
        self._filters: Filters[tuple[MqttSession, str], int] = Filters()
        self._readers: dict[str, list[tuple[MqttSession, int]]] = {}  # by topic, as long as no filter changes
        self._told_no_room: dict[str, None] = {}  # identities that heard that something cannot be retained
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Wake the sessions and retained messages that were stored."""
        kept = await self._store.load()
        sessions = {}
        for id, identity, client_id, seen_us in kept.sessions:
            session = self._new(Identity(identity), client_id, kept=True, id=id, seen_us=seen_us)
            sessions[id] = session
        for id, topic_filter, granted, qos in kept.subscriptions:
            sessions[id].subscriptions[topic_filter] = GrantedFilter(granted, qos)
            self._filters.put(granted, (sessions[id], topic_filter), qos)
        for id, packet_id, number, topic, payload, qos, retain, released, sent in kept.outgoing:
            message = Outgoing(
                topic=topic, payload=bytes(payload), qos=qos, retain=bool(retain),
                packet_id=packet_id, number=number, released=bool(released), sent=bool(sent),
            )  # fmt: skip
            sessions[id].restore(message)
        for id, packet_id in kept.incoming:
            sessions[id].incoming[packet_id] = _finished()
        self.retained.load(kept.retained)
        self.forget_old()

    # ---- sessions ----

    def open(self, identity: Identity, client_id: str, *, clean: bool) -> tuple[MqttSession, bool]:
        """Return the session for a client that connects, and whether it was there before."""
        known = self._sessions.get(identity.id, {}).get(client_id)
        if known is not None and known.kept and not clean:
            known.identity = identity
            known.remember()
            return known, True
        if known is not None:
            self.drop(known)
        session = self._new(identity, client_id, kept=not clean)
        session.remember()
        if not clean:
            self._make_room(identity.id)
        return session, False

    def find(self, identity_id: str, client_id: str) -> MqttSession | None:
        return self._sessions.get(identity_id, {}).get(client_id)

    def drop(self, session: MqttSession) -> None:
        """End a session for good."""
        of_identity = self._sessions.get(session.identity.id, {})
        if of_identity.get(session.client_id) is session:
            del of_identity[session.client_id]
            if not of_identity:
                del self._sessions[session.identity.id]
        for topic_filter, subscription in session.subscriptions.items():
            self._filters.drop(subscription.granted, (session, topic_filter))
        if session.subscriptions:
            self._readers.clear()
        session.subscriptions = {}
        if session.kept:
            session.kept = False
            self._store.forget(session.id)

    def forget(self, identity_id: str) -> None:
        """Remove the sessions and the retained messages of an identity."""
        for session in list(self._sessions.get(identity_id, {}).values()):
            self.drop(session)
        self.retained.forget(identity_id)
        self._told_no_room.pop(identity_id, None)

    def forget_strangers(self, known: Callable[[str], bool]) -> None:
        """Forget identities that were revoked while the listener was off."""
        for identity_id in {*self._sessions, *self.retained.owners()}:
            if not known(identity_id):
                self.forget(identity_id)

    def forget_old(self) -> None:
        """Remove sessions that nobody has used for too long."""
        oldest_us = to_us(now()) - round(self._limits.session_s * 1_000_000)
        sessions = [each for of_one in self._sessions.values() for each in of_one.values()]
        for session in sessions:
            if session.line is None and session.seen_us < oldest_us:
                self.drop(session)

    def _new(
        self, identity: Identity, client_id: str, *, kept: bool, id: str = "", seen_us: int = 0
    ) -> MqttSession:
        session = MqttSession(
            identity, client_id, kept=kept, id=id, seen_us=seen_us, current=self._current,
            store=self._store, limits=self._limits, counters=self._counters,
        )  # fmt: skip
        self._sessions.setdefault(identity.id, {})[client_id] = session
        return session

    def _make_room(self, identity_id: str) -> None:
        asleep = [each for each in self._sessions[identity_id].values() if each.kept and each.line is None]
        asleep.sort(key=lambda each: each.seen_us)
        for session in asleep[: -self._limits.sessions_per_identity]:
            self.drop(session)

    # ---- privacy ----

    def reconsider(self, identity_id: str | None = None) -> None:
        """Privacy is another now, of this identity or perhaps of any: rewrite or drop what is retained, at
        once, and look through what waits for others. What is sent meanwhile is looked at when it is sent.
        """
        for topic in self.retained.owned(identity_id):
            message = self.retained.get(topic)
            assert message is not None
            payload = self._gate.shown(topic, message.payload)
            if not payload:
                self.retained.clear(topic)
                self.route(topic, b"", message.qos, retain=False, by=message.by)  # readers forget it, too
            elif payload != message.payload:
                self.retained.rewrite(topic, payload)
        self._spawn(self._reconsider_queues())

    async def _reconsider_queues(self) -> None:
        sessions = [each for of_one in self._sessions.values() for each in of_one.values()]
        for number, session in enumerate(sessions, start=1):
            session.reconsider()
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)

    def _current(self, session: MqttSession, topic: str, payload: bytes) -> bytes | None:
        return self._gate.shown(topic, payload) if self._gate.may_read(session.identity, topic) else None

    # ---- subscriptions ----

    def subscribe(self, session: MqttSession, topic_filter: str, qos: int) -> int:
        """Subscribe, replacing the same filter. Return SUBACK's code."""
        granted = self._granted(session, topic_filter)
        if granted is None:
            return REFUSED
        self._forget_filter(session, topic_filter)
        session.subscribe(topic_filter, GrantedFilter(granted, qos))
        self._filters.put(granted, (session, topic_filter), qos)
        return qos

    def unsubscribe(self, session: MqttSession, topic_filter: str) -> asyncio.Future[None] | None:
        self._forget_filter(session, topic_filter)
        return session.unsubscribe(topic_filter)

    def stored(self, session: MqttSession) -> asyncio.Future[None] | None:
        """Return what is done when the whole session is on disk, or None if it is not stored."""
        return self._store.promise() if session.kept else None

    def deliver_retained(self, session: MqttSession, topic_filter: str, qos: int) -> None:
        """Send what is retained under a filter that was just granted [MQTT-3.3.1-6]."""
        topics = self.retained.match(session.subscriptions[topic_filter].granted)
        if len(topics) <= _AT_ONCE:
            self._deliver_retained(session, topics, qos)
        else:
            self._spawn(self._deliver_many_retained(session, topics, qos))

    def _granted(self, session: MqttSession, topic_filter: str) -> str | None:
        known = session.subscriptions
        if topic_filter.count("/") >= DEEPEST:
            return None
        if topic_filter not in known and len(known) >= self._limits.subscriptions:
            return None
        return self._gate.readable(session.identity, topic_filter)

    def _forget_filter(self, session: MqttSession, topic_filter: str) -> None:
        known = session.subscriptions.get(topic_filter)
        if known is not None:
            self._filters.drop(known.granted, (session, topic_filter))
        self._readers.clear()

    async def _deliver_many_retained(self, session: MqttSession, topics: list[str], qos: int) -> None:
        waiting = iter(topics)
        while some := list(islice(waiting, _AT_ONCE)):
            self._deliver_retained(session, some, qos)
            await asyncio.sleep(0)

    def _deliver_retained(self, session: MqttSession, topics: list[str], qos: int) -> None:
        for topic in topics:
            message = self.retained.get(topic)  # as it is now: never older than what was sent meanwhile
            if message is None:
                continue
            payload = self._current(session, topic, message.payload)
            if payload:
                session.deliver(topic, payload, min(qos, message.qos), retain=True)

    # ---- messages ----

    def route(
        self, topic: str, payload: bytes, qos: int, *, retain: bool, by: str, to: str | None = None
    ) -> asyncio.Future[None] | None:
        """Deliver to whoever subscribed and may read, or to `to` alone; retain if asked. What is returned,
        if anything, is done when all that must outlive the process is stored.
        """
        if by != HOUSE:
            shown = self._gate.shown(topic, payload)
            if shown is None:
                return None
            payload = shown
        if retain:
            self.retained.keep(topic, payload, qos, by=by)
        readers = self._readers.get(topic)
        if readers is None:
            readers = self._find_readers(topic)
        stored = None
        for session, granted in readers:
            reader = session.identity
            if self._gate.may_read(reader, topic) if to is None else reader.id == to:
                stored = session.deliver(topic, payload, min(qos, granted), retain=False) or stored
        return stored

    def refuses(self, identity: Identity) -> bool:
        """Whether the client of a message that has no room to be retained shall hear that: once. From then on
        such messages are taken without being retained. Why not once for each topic or value? A device that
        retains a state under 65 topics, as Home Assistant's do, would lose its connection for ever.
        """
        if identity.id in self._told_no_room:
            return False
        if len(self._told_no_room) >= _TOLD_LATELY:
            del self._told_no_room[next(iter(self._told_no_room))]
        self._told_no_room[identity.id] = None
        return True

    async def publish(
        self, topic: str, payload: bytes, qos: int, *, retain: bool, to: str | None = None
    ) -> None:
        """Publish a message of our own. On return it is stored, as far as it must be."""
        stored = self.route(topic, payload, qos, retain=retain, by=HOUSE, to=to)
        if retain:
            stored = self._store.promise()
        if stored is not None:
            await stored

    def note_not_retained(self, identity: Identity, topic: str, payload: bytes) -> None:
        """Let its owner see that there is no room to retain it."""
        self._spawn(self._set_aside(identity, topic, payload, why=NotUsed.NOT_RETAINED))

    async def _set_aside(self, identity: Identity, topic: str, payload: bytes, *, why: NotUsed) -> None:
        try:
            await self._gate.set_aside(identity, topic, payload, size=len(payload), why=why)
        except Unavailable:
            log.warning("mqtt.not_noted", identity=identity.id, why=why.value)

    def publish_will(self, identity: Identity, will: Will) -> None:
        """Publish the will of a device that went without DISCONNECT, as any other of its messages."""
        if self._gate.may_publish(identity, will.topic):
            self._spawn(self._publish_will(identity, will))

    async def _publish_will(self, identity: Identity, will: Will) -> None:
        for _ in range(_WILL_ATTEMPTS):
            try:
                read = await self._gate.take(identity, will.topic, will.payload, retain=will.retain)
            except Unavailable:
                await asyncio.sleep(_WILL_AGAIN_S)
                continue
            if read is not None:
                if will.retain and not self.retained.fits(will.topic, read, by=identity.id):
                    self.note_not_retained(identity, will.topic, read)
                self.route(will.topic, read, will.qos, retain=will.retain, by=identity.id)
            return
        self._counters.drop("will")
        log.error("mqtt.will_lost", identity=identity.id)

    async def finish(self) -> None:
        """Wait for what is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _find_readers(self, topic: str) -> list[tuple[MqttSession, int]]:
        """Return each session once, with the highest QoS among its filters that match [MQTT-3.3.5-1]."""
        best: dict[MqttSession, int] = {}
        for (session, _), qos in self._filters.match(topic):
            best[session] = max(qos, best.get(session, 0))
        if len(self._readers) >= _KNOWN_TOPICS:
            self._readers.clear()
        readers = list(best.items())
        self._readers[topic] = readers
        return readers

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _finished() -> asyncio.Future[None]:
    done = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done
