"""The MQTT listener: its ports, their connections, and messages to devices."""

import asyncio
import socket
from collections import Counter
from collections.abc import Callable

import msgspec
import structlog

from entrepot.core.errors import Invalid
from entrepot.core.log_limit import LogLimit
from entrepot.core.network import counted_as
from entrepot.mqtt.broker import Broker
from entrepot.mqtt.connection import Connection
from entrepot.mqtt.gate import Ending, Gate, Identity
from entrepot.mqtt.limits import Counters, Limits
from entrepot.mqtt.store import Store
from entrepot.mqtt.topics import is_topic, matches
from entrepot.net.arriving import PLAINLY, Arriving, OpenPort, Peer, open_port
from entrepot.net.trusted import TrustedProxies

log = structlog.get_logger()

_SWEEP_S = 0.5  # between two looks for connections that are silent or stuck
_AT_ONCE = 1_000  # connections looked at without letting others run
_FORGET_S = 3_600.0  # between two looks for sessions that nobody used for too long
_DRAIN_S = 5.0  # how long a listener that closes waits for what it could still acknowledge


class Listener:
    """`await start()`, and `await close()` at the end. In between, `publish` and `cut`. `proxies` are not
    counted as callers: everybody behind one that announces nobody would be one caller.
    """

    def __init__(
        self, gate: Gate, store: Store, *, limits: Limits | None = None, proxies: TrustedProxies | None = None
    ) -> None:
        self.gate = gate
        self._proxies = proxies if proxies is not None else TrustedProxies()
        self.limits, self.counters = limits or Limits(), Counters()
        self.violations = LogLimit()  # by identity; all strangers are one
        self.broker = Broker(gate, store, limits=self.limits, counters=self.counters)
        self._store = store
        self._connections: set[Connection] = set()
        self._of_identity: dict[str, set[Connection]] = {}
        self._of_address: Counter[str] = Counter()
        self._to_write: list[Connection] = []
        self._held: list[Connection] = []
        self._ports: list[OpenPort] = []
        self._sweeping: asyncio.Task[None] | None = None
        self._closing = False

    # ---- for the house ----

    async def start(
        self,
        listening: socket.socket | None = None,
        *,
        how: Arriving = PLAINLY,
        known: Callable[[str], bool] | None = None,
    ) -> None:
        """Wake what was stored, forget what belongs to identities that are not `known` any more, then accept
        connections, if there is a port already. Raises: Unavailable when the database does not answer.
        """
        await self.broker.load()
        if known is not None:
            self.broker.forget_strangers(known)
        self.broker.reconsider()  # what was stored may be older than today's privacy
        self._store.run()
        if listening is not None:
            await self.listen(listening, how)
        self._sweeping = asyncio.create_task(self._sweep(), name="mqtt sweep")

    async def listen(self, listening: socket.socket, how: Arriving) -> None:
        """Accept connections at one port more."""
        how = msgspec.structs.replace(how, protocol="mqtt", patience_s=self.limits.connect_s)
        self._ports.append(await open_port(listening, self._connection, how))

    async def publish(
        self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False, to: str | None = None
    ) -> None:
        """Send to whoever subscribed and may read, or only `to` one identity. On return it is on disk, as far
        as it must outlive the process: if it is retained, or waits for a session that is kept. An empty
        payload that is retained clears what was. Raises: Invalid, Unavailable.
        """
        if not is_topic(topic) or qos not in (0, 1, 2):
            raise Invalid("a message needs a topic without wildcards and a QoS of 0, 1 or 2")
        if retain and to is not None:
            raise Invalid("what is retained is for everybody who may read the topic")
        await self.broker.publish(topic, payload, qos, retain=retain, to=to)

    def cut(self, identity_id: str, *, forget: bool = False) -> None:
        """End all connections of this identity at once, and their wills. `forget`: it is revoked; its
        sessions and what it retained go too.
        """
        for connection in list(self._of_identity.get(identity_id, ())):
            connection.end(Ending.CUT)
        if forget:
            self.broker.forget(identity_id)

    def connected(self, identity_id: str) -> int:
        """Return how many connections it has now."""
        return len(self._of_identity.get(identity_id, ()))

    def subscribed(self, identity_id: str, topic: str) -> bool:
        """Whether one of its connections would be sent what is published on this topic."""
        return any(
            connection.session is not None
            and connection.session.line is connection
            and any(matches(each.granted, topic) for each in connection.session.subscriptions.values())
            for connection in self._of_identity.get(identity_id, ())
        )

    async def close(self) -> None:
        """Listen no more, acknowledge what can still be stored, let everybody go, store the rest."""
        self._closing = True
        for port in self._ports:
            port.close()
        for connection in self._connections:
            connection.stop()
        await self._drain()
        for connection in list(self._connections):
            connection.end(Ending.CLOSING)
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.wait([self._sweeping])
        await self._gone()
        await self.broker.finish()
        await self._store.close()

    # ---- for connections ----

    def _connection(self, announced: Peer | None) -> Connection:
        return Connection(self, announced)

    def arrived(self, connection: Connection) -> bool:
        self._connections.add(connection)
        of_caller = counted_as(connection.address)
        self._of_address[of_caller] += 1
        self.counters.connected += 1
        limits = self.limits
        if self._closing or len(self._connections) > limits.connections:
            self.counters.refuse("connections")
            return False
        too_many = self._of_address[of_caller] > limits.connections_per_address
        if too_many and connection.address not in self._proxies:
            self.counters.refuse("connections_per_address")
            return False
        return True

    def admitted(self, connection: Connection, identity: Identity, client_id: str) -> bool:
        others = self._of_identity.get(identity.id, set())
        for other in list(others):
            if other.session is not None and other.session.client_id == client_id:
                other.end(Ending.TAKEN_OVER)
                others.discard(other)
        if self._closing or len(others) >= self.limits.connections_per_identity:
            return False
        self._of_identity[identity.id] = others
        others.add(connection)
        return True

    def left(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self.counters.connected -= 1
        of_caller = counted_as(connection.address)
        self._of_address[of_caller] -= 1
        if not self._of_address[of_caller]:
            del self._of_address[of_caller]
        if connection.identity is not None:
            others = self._of_identity.get(connection.identity.id, set())
            others.discard(connection)
            if not others:
                self._of_identity.pop(connection.identity.id, None)

    def to_write(self, connection: Connection) -> None:
        if not self._to_write:
            asyncio.get_running_loop().call_soon(self._write)
        self._to_write.append(connection)

    def hold(self, connection: Connection) -> None:
        self._held.append(connection)

    def _write(self) -> None:
        connections, self._to_write = self._to_write, []
        for connection in connections:
            connection.flush()

    # ---- by the clock ----

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        forget_at = loop.time() + _FORGET_S
        while True:
            await asyncio.sleep(_SWEEP_S)
            now_s = loop.time()
            for number, connection in enumerate(list(self._connections), start=1):
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)
                ending = connection.overdue(now_s)
                if ending is not None:
                    connection.end(ending)
                elif connection.stuck(now_s):
                    connection.abort()
            held, self._held = self._held, []
            for connection in held:
                connection.read_on()
            if now_s >= forget_at:
                forget_at = now_s + _FORGET_S
                self.broker.forget_old()

    async def _drain(self) -> None:
        until = asyncio.get_running_loop().time() + _DRAIN_S
        while asyncio.get_running_loop().time() < until:
            if all(connection.idle for connection in self._connections):
                return
            await asyncio.sleep(0.01)

    async def _gone(self) -> None:
        """Wait until every connection is closed; cut off those that do not read their end."""
        until = asyncio.get_running_loop().time() + 1.0
        while self._connections:
            if asyncio.get_running_loop().time() > until:
                for connection in self._connections:
                    connection.abort()
            await asyncio.sleep(0.01)
