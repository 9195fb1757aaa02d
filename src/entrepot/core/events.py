"""Events: what happened in a context, the logs that keep them, and the CloudEvents 1.0 envelope in which
they travel.
"""

from typing import ClassVar, Literal, TypeVar

import msgspec

from entrepot.core import trace
from entrepot.core.ids import new_id
from entrepot.core.time import Moment, now


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened, in the past tense; flat, and never changed once shipped.

    `TYPE` is its stable wire name (`context.what_happened`); `KEY` names the field by which order is
    kept: events with the same key reach a consumer in the order in which they were committed.
    `FORMERLY` lists its wire names in older versions: what still waits in a log under one of them is
    decoded as this class.
    """

    TYPE: ClassVar[str]
    KEY: ClassVar[str]
    FORMERLY: ClassVar[tuple[str, ...]] = ()

    @property
    def key(self) -> str:
        return str(getattr(self, self.KEY))


class CloudEvent(msgspec.Struct, frozen=True, kw_only=True):
    """The envelope, in CloudEvents' structured JSON form. `subject` holds the event's key."""

    id: str
    source: str
    type: str
    subject: str
    time: Moment
    specversion: Literal["1.0"] = "1.0"
    datacontenttype: Literal["application/json"] = "application/json"
    traceparent: str | msgspec.UnsetType = msgspec.UNSET
    data: msgspec.Raw


HUB = "hub"  # the place of a node that is no site's

E = TypeVar("E", bound=Event)

# What decoding foreign bytes may raise: msgspec lets the last two through as they are.
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def placed(context: str, place: str = HUB) -> str:
    """Return a context at a place, such as `tracking@hub`: the name of its log, and of a reader of logs."""
    return f"{context}@{place}"


def sources(kind: type[Event], *, place: str = HUB) -> tuple[str, ...]:
    """Return the logs that hold such events: that of the context that says them now, then those of contexts
    that said them under a former name.
    """
    contexts = (name.partition(".")[0] for name in (kind.TYPE, *kind.FORMERLY))
    return tuple(dict.fromkeys(placed(context, place) for context in contexts))


def subject_of(kind: type[Event], *, place: str = HUB) -> str:
    """Return the subject on which the bus carries such events to whoever only watches, without any
    guarantee.
    """
    return f"event.{sources(kind, place=place)[0]}"


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(CloudEvent)


def envelop(event: Event, *, source: str) -> CloudEvent:
    """Wrap what `source` (a context's name) says, with the trace of the running task."""
    return CloudEvent(
        id=new_id(),
        source=f"/{source}",
        type=event.TYPE,
        subject=event.key,
        time=now(),
        traceparent=trace.traceparent.get() or msgspec.UNSET,
        data=msgspec.Raw(_encoder.encode(event)),
    )


def encode(envelope: CloudEvent) -> bytes:
    return _encoder.encode(envelope)


def decode(body: bytes | msgspec.Raw) -> CloudEvent:
    """Raises: one of UNREADABLE when it is no CloudEvent."""
    return _decoder.decode(body)


def open_envelope(envelope: CloudEvent, kind: type[E]) -> E:
    return msgspec.json.decode(envelope.data, type=kind)
