"""What travels over the bus when another process hosts a row's context: a call, and the head of its answer.

A call goes to `call.<context>.read` or `call.<context>.write`; every process that hosts the context answers
reads, and those that may write its database answer writes.
"""

import msgspec

from entrepot.core.routes import Principal
from entrepot.gateway.rows.binding import Arguments


class Call(msgspec.Struct, frozen=True, array_like=True):
    """A caller, what they ask of which row, and the trace that the call belongs to."""

    row: str
    who: Principal
    asked: Arguments
    request_id: str
    traceparent: str


class Head(msgspec.Struct, frozen=True, array_like=True):
    """The status and headers of an answer, sent before its bytes, and the credentials that were revoked
    meanwhile where it was made.
    """

    status: int
    media_type: str
    headers: tuple[tuple[str, str], ...]
    in_parts: bool
    revoked: tuple[str, ...] = ()


pack = msgspec.msgpack.Encoder().encode
unpack = msgspec.msgpack.Decoder(Call).decode
head_text = msgspec.json.Encoder().encode
read_head = msgspec.json.Decoder(Head).decode


def subject(context: str, *, writes: bool) -> str:
    return f"call.{context}.{'write' if writes else 'read'}"
