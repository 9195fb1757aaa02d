"""Whose topic is it, and what is it good for: the families' filters put together. It is asked for every
message, so that what was found is remembered by topic.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import msgspec

from entrepot.device.model.family import Family, OverMqtt
from entrepot.mqtt.topics import matches

_DEVICE = "{device}"
_REMEMBERED = 65_536  # topics


class SendTopic(msgspec.Struct, frozen=True):
    """A topic to which devices send. `username` is in the topic; empty: it is of whoever sends. `listens`
    False: only a broker in front lets it through. `home`: whoever sends there has its home there.
    """

    family: Family
    protocol: str
    username: str
    listens: bool
    home: bool


class ReadTopic(msgspec.Struct, frozen=True):
    """A topic of a device that it may read, and whether friends may."""

    username: str
    friends: bool


class FamilyTopics:
    """The topics of some families."""

    def __init__(self, families: Sequence[Family]) -> None:
        self.families: Mapping[str, OverMqtt] = {
            each.name: each.mqtt for each in families if each.mqtt is not None
        }
        self._families = {each.name: each for each in families}
        self.sent = lru_cache(_REMEMBERED)(self._sent)
        self.read = lru_cache(_REMEMBERED)(self._read)

    def granted(self, asked: str, *, username: str, friends: bool, first: str = "") -> str | None:
        """What of a filter may be subscribed to: of the family `first` if it fits there, else of the first
        in which it does.
        """
        names = sorted(self.families, key=lambda name: name != first)
        for name in names:
            for space in self.families[name].reads:
                if (found := narrowed(asked, _put(space, "+" if friends else username))) is not None:
                    return found
        spaces = (space for name in names for space in self.families[name].grants)
        return next((found for space in spaces if (found := narrowed(asked, space)) is not None), None)

    def home(self, family: str, username: str) -> str:
        """Where a device of this family publishes as we set it up; empty if it has no home."""
        return _put(self.families[family].home, username)

    def _sent(self, topic: str) -> SendTopic | None:
        for name, mqtt in self.families.items():
            never = any(matches(each, topic) for each in mqtt.never)
            for listens, patterns in ((not never, mqtt.publishes), (False, mqtt.in_front)):
                for pattern, protocol in patterns.items():
                    if (username := named(pattern, topic)) is not None and (listens or username):
                        home = bool(mqtt.homes) and named(mqtt.homes, topic) is not None
                        return SendTopic(self._families[name], protocol, username, listens, home)
        return None

    def _read(self, topic: str) -> ReadTopic | None:
        for mqtt in self.families.values():
            for username in _all_named(mqtt.reads, topic):
                return ReadTopic(username, any(_all_named(mqtt.friends_read, topic)))
        return None


def named(pattern: str, topic: str) -> str | None:
    """The username that stands in a topic where the pattern has `{device}`, or an empty text if the pattern
    has none; None if it does not match.
    """
    levels, username = topic.split("/"), ""
    asked = pattern.split("/")
    if _DEVICE in asked:
        at = asked.index(_DEVICE)
        if at >= len(levels) or not levels[at]:
            return None
        asked[at] = username = levels[at]
    return username if matches("/".join(asked), topic) else None


def narrowed(asked: str, space: str) -> str | None:
    """What lets through just what both filters do; None if that is nothing."""
    found: list[str] = []
    one, other = asked.split("/"), space.split("/")
    if one[0] in ("+", "#") and space.startswith("$"):
        return None
    for depth in range(max(len(one), len(other))):
        rest, others = one[depth:], other[depth:]
        if rest[:1] == ["#"]:
            return "/".join([*found, *others])
        if others[:1] == ["#"]:
            return "/".join([*found, *rest])
        if not rest or not others or ("+" not in (rest[0], others[0]) and rest[0] != others[0]):
            return None
        found.append(others[0] if rest[0] == "+" else rest[0])
    return "/".join(found)


def _put(pattern: str, username: str) -> str:
    return pattern.replace(_DEVICE, username)


def _all_named(patterns: Sequence[str], topic: str) -> Iterator[str]:
    return (found for each in patterns if (found := named(each, topic)))
