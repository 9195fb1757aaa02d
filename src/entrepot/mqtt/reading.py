"""Reads packets. What the standard forbids raises `Malformed`, and the only answer to that is to close the
connection.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from entrepot.mqtt import topics
from entrepot.mqtt.packets import (
    CONNACK,
    CONNECT,
    DISCONNECT,
    PINGREQ,
    PINGRESP,
    PUBACK,
    PUBCOMP,
    PUBLISH,
    PUBREC,
    PUBREL,
    REFUSED,
    SUBACK,
    SUBSCRIBE,
    UNSUBACK,
    UNSUBSCRIBE,
    UNSUPPORTED_3,
    UNSUPPORTED_5,
    AckPacket,
    Bare,
    Connack,
    Connect,
    Malformed,
    Packet,
    Publish,
    Suback,
    Subscribe,
    Unsubscribe,
    Will,
)


def decode(first: int, body: bytes) -> Packet:
    """Read the packet with this first byte. Raises: Malformed."""
    kind = first & 0xF0
    if kind == PUBLISH:
        return decode_publish(first, body)
    if kind not in _READERS:
        raise Malformed("a packet type that does not exist")
    flags, read = _READERS[kind]
    if first & 0x0F != flags:
        raise Malformed("reserved flags in a fixed header")
    try:
        return read(kind, body)
    except IndexError:
        raise Malformed("a packet that ends too early") from None


def decode_publish(first: int, body: bytes) -> Publish:
    """Read a PUBLISH, the one packet whose speed matters. Raises: Malformed."""
    qos = first >> 1 & 3
    if len(body) < 2:
        raise Malformed("a packet that ends too early")
    end = 2 + (body[0] << 8 | body[1])
    raw = body[2:end]
    topic = _short_topic(raw) if len(raw) <= _SHORT else _topic(raw)
    if not qos:
        if first & 8:
            raise Malformed("a duplicate of QoS 0")
        if end > len(body):
            raise Malformed("a packet that ends too early")
        return Publish(topic, body[end:], 0, first & 1 == 1)
    if qos == 3:
        raise Malformed("QoS 3")
    if end + 2 > len(body):
        raise Malformed("a packet that ends too early")
    packet_id = body[end] << 8 | body[end + 1]
    if not packet_id:
        raise Malformed("packet id 0")
    return Publish(topic, body[end + 2 :], qos, first & 1 == 1, first & 8 == 8, packet_id)


_SHORT: Final = 128  # bytes of a topic that is worth remembering


def _topic(raw: bytes) -> str:
    topic = _decoded(raw)
    if not topics.is_topic(topic):
        raise Malformed("a topic that is empty or has wildcards")
    return topic


_short_topic = lru_cache(maxsize=50_000)(_topic)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Malformed("text that is not UTF-8") from None
    if "\0" in text:
        raise Malformed("text with U+0000")
    return text


class _Body:
    """Reads a packet's body from its beginning to its end. Past the end it raises IndexError."""

    __slots__ = ("_at", "_bytes")

    def __init__(self, body: bytes) -> None:
        self._bytes, self._at = body, 0

    @property
    def left(self) -> int:
        return len(self._bytes) - self._at

    def byte(self) -> int:
        self._at += 1
        return self._bytes[self._at - 1]

    def number(self) -> int:
        return self.byte() << 8 | self.byte()

    def packet_id(self) -> int:
        return self.number() or _malformed("packet id 0")

    def binary(self) -> bytes:
        begin = self._at + 2
        end = begin + self.number()
        if end > len(self._bytes):
            raise IndexError
        self._at = end
        return self._bytes[begin:end]

    def text(self) -> str:
        return _decoded(self.binary())

    def end(self) -> None:
        if self.left:
            raise Malformed("a packet that goes on after its end")


def _malformed(reason: str) -> int:
    raise Malformed(reason)


class _Flags(NamedTuple):
    """The flags of a CONNECT."""

    username: bool
    password: bool
    will_retain: bool
    will_qos: int
    will: bool
    clean: bool


def _read_connect(_: int, data: bytes) -> Connect:
    body = _Body(data)
    _check_protocol(body.binary(), body.byte())
    flags, keep_alive_s, client_id = _connect_flags(body.byte()), body.number(), body.text()
    will = None
    if flags.will:
        topic, payload = _topic(body.binary()), body.binary()
        will = Will(topic=topic, payload=payload, qos=flags.will_qos, retain=flags.will_retain)
    username = body.text() if flags.username else None
    password = body.binary() if flags.password else None
    body.end()
    return Connect(
        client_id=client_id,
        clean=flags.clean,
        keep_alive_s=keep_alive_s,
        will=will,
        username=username,
        password=password,
    )


def _check_protocol(name: bytes, level: int) -> None:
    if name not in (b"MQTT", b"MQIsdp"):
        raise Malformed("not MQTT")
    if name == b"MQTT" and level == 5:
        raise Malformed("MQTT 5", UNSUPPORTED_5)
    if (name, level) != (b"MQTT", 4):
        raise Malformed(f"level {level} of {name.decode()}", UNSUPPORTED_3)


def _connect_flags(byte: int) -> _Flags:
    flags = _Flags(
        username=bool(byte & 0x80),
        password=bool(byte & 0x40),
        will_retain=bool(byte & 0x20),
        will_qos=byte >> 3 & 3,
        will=bool(byte & 0x04),
        clean=bool(byte & 0x02),
    )
    if byte & 1:
        raise Malformed("the reserved flag of CONNECT")
    if flags.will_qos == 3 or (not flags.will and byte & 0x38):
        raise Malformed("flags of a will that make no sense")
    if flags.password and not flags.username:
        raise Malformed("a password without a username")
    return flags


def _read_connack(_: int, data: bytes) -> Connack:
    body = _Body(data)
    present, code = body.byte(), body.byte()
    body.end()
    if present > 1 or (present and code):
        raise Malformed("flags of CONNACK that make no sense")
    return Connack(code, present == 1)


def _read_reply(kind: int, data: bytes) -> AckPacket:
    body = _Body(data)
    packet_id = body.packet_id()
    body.end()
    return AckPacket(kind, packet_id)


def _read_subscribe(_: int, data: bytes) -> Subscribe:
    body = _Body(data)
    packet_id, filters = body.packet_id(), []
    while body.left:
        filters.append((_filter(body), body.byte()))
    if not filters:
        raise Malformed("a SUBSCRIBE without filters")
    if max(qos for _, qos in filters) > 2:
        raise Malformed("a QoS that does not exist")
    return Subscribe(packet_id, tuple(filters))


def _read_suback(_: int, data: bytes) -> Suback:
    body = _Body(data)
    packet_id = body.packet_id()
    codes = tuple(data[2:])
    if not codes or not {0, 1, 2, REFUSED}.issuperset(codes):
        raise Malformed("codes of SUBACK that make no sense")
    return Suback(packet_id, codes)


def _read_unsubscribe(_: int, data: bytes) -> Unsubscribe:
    body = _Body(data)
    packet_id, filters = body.packet_id(), []
    while body.left:
        filters.append(_filter(body))
    if not filters:
        raise Malformed("an UNSUBSCRIBE without filters")
    return Unsubscribe(packet_id, tuple(filters))


def _filter(body: _Body) -> str:
    found = body.text()
    if not topics.is_filter(found):
        raise Malformed("a filter that is empty or has misplaced wildcards")
    return found


def _read_bare(kind: int, data: bytes) -> Bare:
    _Body(data).end()
    return Bare(kind)


# What the lower half of the first byte must be, and who reads the rest.
_READERS: dict[int, tuple[int, Callable[[int, bytes], Packet]]] = {
    CONNECT: (0, _read_connect),
    CONNACK: (0, _read_connack),
    PUBACK: (0, _read_reply),
    PUBREC: (0, _read_reply),
    PUBREL: (2, _read_reply),
    PUBCOMP: (0, _read_reply),
    SUBSCRIBE: (2, _read_subscribe),
    SUBACK: (0, _read_suback),
    UNSUBSCRIBE: (2, _read_unsubscribe),
    UNSUBACK: (0, _read_reply),
    PINGREQ: (0, _read_bare),
    PINGRESP: (0, _read_bare),
    DISCONNECT: (0, _read_bare),
}
