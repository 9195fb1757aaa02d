"""What a context hears from a source: which events, and which handlers they reach."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from entrepot.core import trace
from entrepot.core.events import UNREADABLE, Event, decode
from entrepot.core.ports import Transaction

EventHandler = Callable[[Transaction, Any], Awaitable[None]]
Hearing = Sequence[tuple[type[Event], EventHandler]]


class Heard(msgspec.Struct, frozen=True):
    """One event of a source, opened. It has no `calls` when nobody wants its type, and a `defect` when
    it cannot be read.
    """

    sequence: int
    place: int
    body: bytes | msgspec.Raw
    key: str = ""
    type: str = ""
    traceparent: str = ""
    calls: tuple[tuple[EventHandler, Event], ...] = ()
    defect: str = ""


class Opener:
    """Turns stored bytes into the events that handlers take, also those stored under a former name."""

    def __init__(self, hearing: Hearing) -> None:
        self._wanted: dict[str, list[tuple[msgspec.json.Decoder[Event], EventHandler]]] = {}
        for kind, handler in hearing:
            for name in (kind.TYPE, *kind.FORMERLY):
                self._wanted.setdefault(name, []).append((msgspec.json.Decoder(kind), handler))

    def open(self, body: bytes | msgspec.Raw, *, sequence: int, place: int) -> Heard:
        try:
            envelope = decode(body)
        except UNREADABLE as error:
            return Heard(sequence, place, body, defect=describe(error))
        key, kind = storable(envelope.subject), storable(envelope.type)
        try:
            calls = tuple(
                (handler, decoder.decode(envelope.data)) for decoder, handler in self._wanted.get(kind, ())
            )
        except UNREADABLE as error:
            return Heard(sequence, place, body, key, kind, defect=describe(error))
        return Heard(sequence, place, body, key, kind, envelope.traceparent or "", calls)


async def happen(tx: Transaction, heard: Heard) -> None:
    """Call the handlers, in the trace of the request that caused the event."""
    token = trace.traceparent.set(heard.traceparent)
    try:
        for handler, event in heard.calls:
            if trace.tracer is None:
                await handler(tx, event)
            else:
                with trace.tracer.span(f"on {heard.type}", kind="consumer", parent=heard.traceparent):
                    await handler(tx, event)
    finally:
        trace.traceparent.reset(token)


def describe(error: Exception) -> str:
    """Return class and message, for a table. The stack goes to the log."""
    return storable(f"{type(error).__name__}: {error}"[:500])


def storable(text: str) -> str:
    """Replace what no database stores: NUL, which PostgreSQL refuses, and half a surrogate pair."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()
