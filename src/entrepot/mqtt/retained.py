"""The newest retained message of every topic, for whoever subscribes later."""

from collections.abc import Iterable

import msgspec

from entrepot.core.ports import Row
from entrepot.mqtt.limits import Counters, Limits
from entrepot.mqtt.store import Store, StoreTable
from entrepot.mqtt.topics import DEEPEST, Topics

HOUSE = ""  # who retained what the house itself publishes


class Retained(msgspec.Struct, frozen=True):
    """`by` is the identity that published it."""

    payload: bytes
    qos: int
    by: str


class RetainedMessages:
    """By topic. What devices retain is replaced often and written lazily; a loss with the process leaves
    an older value, and the device's history has them all anyway.
    """

    def __init__(self, store: Store, *, limits: Limits, counters: Counters) -> None:
        self._store, self._limits, self._counters = store, limits, counters
        self._messages: dict[str, Retained] = {}
        self._topics = Topics()
        self._owned: dict[str, set[str]] = {}

    def load(self, rows: Iterable[Row]) -> None:
        for topic, payload, qos, by in rows:
            self._add(topic, Retained(bytes(payload), qos, by))

    def __len__(self) -> int:
        return len(self._messages)

    def get(self, topic: str) -> Retained | None:
        return self._messages.get(topic)

    def match(self, topic_filter: str) -> list[str]:
        """Return the topics that the filter lets through; without wildcards that is one look."""
        if "+" not in topic_filter and "#" not in topic_filter:
            return [topic_filter] if topic_filter in self._messages else []
        return self._topics.match(topic_filter)

    def fits(self, topic: str, payload: bytes, *, by: str) -> bool:
        """Whether `keep` would keep it."""
        if len(payload) > self._limits.retained_bytes or topic.count("/") >= DEEPEST:
            return False
        owned = self._owned.get(by, ())
        return not payload or by == HOUSE or topic in owned or len(owned) < self._limits.retained_per_identity

    def keep(self, topic: str, payload: bytes, qos: int, *, by: str) -> None:
        """Set, replace or, by an empty payload, clear what `by` retains under this topic."""
        if not payload:
            self.clear(topic)
        elif self.fits(topic, payload, by=by):
            self._add(topic, Retained(payload, qos, by))
            if by == HOUSE:
                self._store.put(StoreTable.RETAINED, (topic,), payload, qos, by)
            else:
                self._store.put_lazily(StoreTable.RETAINED, (topic,), payload, qos, by)
        else:
            self._counters.drop("retained_too_much")

    def rewrite(self, topic: str, payload: bytes) -> None:
        """Put another payload in the place of what is retained, on disk at once."""
        known = self._messages[topic]
        self._messages[topic] = Retained(payload, known.qos, known.by)
        self._store.put(StoreTable.RETAINED, (topic,), payload, known.qos, known.by)

    def clear(self, topic: str) -> None:
        known = self._messages.pop(topic, None)
        if known is not None:
            self._disown(topic, known)
            self._topics.discard(topic)
            self._store.drop(StoreTable.RETAINED, (topic,))

    def owned(self, by: str | None = None) -> list[str]:
        """Return the topics under which this identity, or any, retains something; without the house's."""
        if by is not None:
            return list(self._owned.get(by, ()))
        return [topic for topic, message in self._messages.items() if message.by != HOUSE]

    def owners(self) -> set[str]:
        """Return the identities that retain something, without the house."""
        return self._owned.keys() - {HOUSE}

    def forget(self, by: str) -> None:
        """Clear everything that this identity retained."""
        for topic in list(self._owned.get(by, ())):
            self.clear(topic)

    def _add(self, topic: str, message: Retained) -> None:
        known = self._messages.get(topic)
        self._messages[topic] = message
        if known is None:
            self._topics.add(topic)
        elif known.by != message.by:
            self._disown(topic, known)
        self._owned.setdefault(message.by, set()).add(topic)

    def _disown(self, topic: str, message: Retained) -> None:
        owned = self._owned[message.by]
        owned.discard(topic)
        if not owned:
            del self._owned[message.by]
