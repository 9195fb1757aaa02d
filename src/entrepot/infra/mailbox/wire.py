"""What the mailbox says on the bus: batches of a source's log, pulls, confirmations, and their subjects."""

from collections.abc import Mapping, Sequence

import msgspec

from entrepot.core.events import UNREADABLE
from entrepot.core.ports import Message

REFUSED = "refused"  # a header: who pulls is no reader of this log

_BATCH = "application/cloudevents-batch+json"
_bodies = msgspec.json.Decoder(list[msgspec.Raw])


class Garbage(Exception):
    """A message that no mailbox sent."""


class Foreign(Garbage):
    """A batch of another log, under this one's subject."""

    def __init__(self, sender: str) -> None:
        super().__init__(f"it says that it comes from {sender[:80]!r}")
        self.sender = sender


class Pull(msgspec.Struct, frozen=True):
    """`reader` has everything through `after` of `epoch`, and asks for what follows."""

    reader: str
    epoch: str
    after: int


class ReaderConfirmation(msgspec.Struct, frozen=True):
    """`reader` has everything through `watermark` of `epoch`, on disk."""

    reader: str
    epoch: str
    watermark: int


class EventBatch(msgspec.Struct, frozen=True):
    """Events `first` to `last` of a log: all that still exists of it after `base`, through `last`.

    `data` is a CloudEvents batch (a JSON array), opened only when it is wanted. `head` is the log's
    last sequence as far as the sender knew.
    """

    epoch: str
    base: int
    first: int
    last: int
    head: int
    data: bytes

    def bodies(self) -> list[msgspec.Raw]:
        """Return the events, still encoded. Raises: Garbage."""
        try:
            bodies = _bodies.decode(self.data)
        except UNREADABLE as error:
            raise Garbage(f"no JSON array: {error}") from error
        if len(bodies) != self.last - self.first + 1:
            raise Garbage(f"{len(bodies)} events where {self.first} to {self.last} were announced")
        return bodies


def events_of(source: str) -> str:
    return f"event.{source}"


def pulls_of(source: str) -> str:
    return f"outbox.{source}"


def twins_of(source: str) -> str:
    return f"twin.{source}"


def confirmations_of(source: str) -> str:
    return f"confirm.{source}"


def batch(bodies: Sequence[bytes], *, epoch: str, base: int, first: int, head: int) -> EventBatch:
    """Joined from the stored bytes, not encoded again."""
    data = b"[" + b",".join(bodies) + b"]"
    return EventBatch(epoch, base, first, first + len(bodies) - 1, head, data)


def batch_headers(batch: EventBatch, *, source: str) -> Mapping[str, str]:
    return {
        "content-type": _BATCH,
        "source": source,
        "epoch": batch.epoch,
        "base": str(batch.base),
        "first": str(batch.first),
        "last": str(batch.last),
        "head": str(batch.head),
    }


def parse_batch(message: Message, *, source: str) -> EventBatch:
    """Raises: Foreign, Garbage when the headers are none of ours; `data` is not looked at."""
    headers = message.headers
    try:
        base, first, last, head = (int(headers[name]) for name in ("base", "first", "last", "head"))
        found = EventBatch(headers["epoch"], base, first, last, head, message.data)
        sender = headers["source"]
    except (KeyError, ValueError) as error:
        raise Garbage(f"headers: {error!r}") from error
    if sender != source:
        raise Foreign(sender)
    if not found.epoch or not 0 <= base < first <= last + 1 <= head + 1:
        raise Garbage(f"headers: {found.epoch} {base} {first} {last} {head}")
    return found
