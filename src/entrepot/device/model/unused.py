"""What came and was not used: counted by what it is and why, with an example, so that its owner sees it."""

from datetime import datetime
from typing import Literal

import msgspec

UnusedKind = Literal["topic", "field"]
# foreign, not_retained           of a topic: the device may not publish there; there is no room to retain it
# no_number, out_of_range, no_meaning   of a field, as `model.arrival` has them
UnusedReason = Literal["foreign", "not_retained", "no_number", "out_of_range", "no_meaning"]

NAME_LETTERS = 200  # of a topic or a field; more is cut off
EXAMPLE_BYTES = 512
MOST_OF_DEVICE = 100  # kinds of things; those that came longest ago go
REST = "..."  # the name under which those are counted together that went


class UnusedKey(msgspec.Struct, frozen=True):
    """What is counted together. Nobody's device, behind a broker in front, has an empty `device_id`."""

    device_id: str
    kind: UnusedKind
    name: str
    reason: UnusedReason


class UnusedCount(msgspec.Struct):
    """How often it came between two moments, and the example that came last; `size` is that of all of it."""

    organisation: str
    count: int
    first_at_us: int
    last_at_us: int
    example: bytes = b""
    size: int = 0

    def add(self, other: "UnusedCount") -> None:
        self.count += other.count
        self.first_at_us = min(self.first_at_us, other.first_at_us)
        if other.last_at_us >= self.last_at_us:
            self.last_at_us = other.last_at_us
            if other.example:
                self.example, self.size = other.example, other.size


class NotUsedView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that came and was not used: a topic on which it came, or a field of messages that were used
    otherwise. An empty `device_id` is nobody's: a broker in front let it through. `has_example` says whether
    one may be looked at.
    """

    id: str
    device_id: str
    kind: UnusedKind
    name: str
    reason: UnusedReason
    count: int
    first_at: datetime
    last_at: datetime
    has_example: bool


class NotUsedExample(NotUsedView, frozen=True, kw_only=True):
    """With what came last of it, as text where it is one; `whole` False when only the beginning was kept."""

    content: str
    encoding: Literal["text", "base64"]
    bytes: int
    whole: bool
