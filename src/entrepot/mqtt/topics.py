"""Topic names and filters: what is well formed, what matches, and two trees that find matches without
trying each one.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

DEEPEST = 32  # levels of a filter; more serves nobody and costs a walk


def is_topic(text: str) -> bool:
    """Whether a message may be published on it [MQTT-3.3.2-2, 4.7.3-1]."""
    return bool(text) and "+" not in text and "#" not in text


def is_filter(text: str) -> bool:
    """Whether it may be subscribed to: `+` is a whole level, `#` the whole last one [MQTT-4.7.1-2, -3]."""
    if not text:
        return False
    if "+" not in text and "#" not in text:
        return True
    levels = text.split("/")
    return (
        all(level in ("+", "#") or ("+" not in level and "#" not in level) for level in levels)
        and "#" not in levels[:-1]
    )


def matches(topic_filter: str, topic: str) -> bool:
    """Whether the filter lets the topic through. A wildcard at the beginning does not match a topic that
    begins with `$` [MQTT-4.7.2-1].
    """
    asked, given = topic_filter.split("/"), topic.split("/")
    if topic.startswith("$") and asked[0] in ("+", "#"):
        return False
    for depth, level in enumerate(asked):
        if level == "#":
            return True
        if depth == len(given) or level not in ("+", given[depth]):
            return False
    return len(asked) == len(given)


class _Node(Generic[K, V]):
    """A level: what lies below it, and what ends at it."""

    __slots__ = ("below", "here")

    def __init__(self) -> None:
        self.below: dict[str, _Node[K, V]] = {}
        self.here: dict[K, V] = {}


class _Tree(Generic[K, V]):
    def __init__(self) -> None:
        self._root: _Node[K, V] = _Node()

    def put(self, path: str, key: K, value: V) -> None:
        """Add a value, or replace the one under the same path and key."""
        node = self._root
        for level in path.split("/"):
            node = node.below.setdefault(level, _Node())
        node.here[key] = value

    def drop(self, path: str, key: K) -> None:
        """Remove a value, and the levels that are empty then."""
        way, node = [], self._root
        for level in path.split("/"):
            if level not in node.below:
                return
            way.append((node, level))
            node = node.below[level]
        node.here.pop(key, None)
        for above, level in reversed(way):
            if above.below[level].here or above.below[level].below:
                return
            del above.below[level]


class Filters(_Tree[K, V]):
    """Filters, each with keys and their values; found by topic."""

    def match(self, topic: str) -> list[tuple[K, V]]:
        """Return what stands under every filter that lets the topic through."""
        found: list[tuple[K, V]] = []
        nodes = [self._root]
        hidden = topic.startswith("$")
        for level in topic.split("/"):
            following = []
            for node in nodes:
                below = node.below
                if not hidden and "#" in below:
                    found += below["#"].here.items()
                if not hidden and "+" in below:
                    following.append(below["+"])
                if level in below:
                    following.append(below[level])
            nodes, hidden = following, False
            if not nodes:
                return found
        for node in nodes:
            found += node.here.items()
            if "#" in node.below:  # `a/#` matches `a` too
                found += node.below["#"].here.items()
        return found


class Topics(_Tree[str, None]):
    """Topics; found by filter."""

    def add(self, topic: str) -> None:
        self.put(topic, topic, None)

    def discard(self, topic: str) -> None:
        self.drop(topic, topic)

    def match(self, topic_filter: str) -> list[str]:
        """Return every topic that the filter lets through."""
        nodes = [self._root]
        for depth, level in enumerate(topic_filter.split("/")):
            if level == "#":
                return [topic for node in nodes for topic in _all(node, shown_only=depth == 0)]
            if level == "+":
                nodes = [
                    below
                    for node in nodes
                    for name, below in node.below.items()
                    if depth > 0 or not name.startswith("$")
                ]
            else:
                nodes = [node.below[level] for node in nodes if level in node.below]
        return [topic for node in nodes for topic in node.here]


def _all(top: _Node[str, None], *, shown_only: bool) -> Iterator[str]:
    if not shown_only:
        yield from top.here
    waiting = [below for name, below in top.below.items() if not (shown_only and name.startswith("$"))]
    while waiting:
        node = waiting.pop()
        yield from node.here
        waiting += node.below.values()
