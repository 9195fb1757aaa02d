"""MQTT 3.1.1 packets as bytes and as structs, for both ends of a connection. What the standard forbids
raises `Malformed`; nobody answers that but by closing the connection.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from entrepot.edge.mqtt import topics

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = range(0x10, 0x80, 0x10)
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT = range(0x80, 0xF0, 0x10)

MOST_BYTES = 268_435_455  # four bytes of remaining length, 7 bits each
REFUSED = 0x80  # SUBACK's code for a filter that is not granted
PINGREQ_BYTES, PINGRESP_BYTES, DISCONNECT_BYTES = b"\xc0\x00", b"\xd0\x00", b"\xe0\x00"
UNSUPPORTED_3 = b"\x20\x02\x00\x01"  # CONNACK, unacceptable protocol version
UNSUPPORTED_5 = b"\x20\x03\x00\x84\x00"  # MQTT 5's CONNACK, reason 0x84: unsupported protocol version


class Malformed(Exception):
    """The other side broke the standard. `answer` is what it may hear before the connection is closed."""

    def __init__(self, reason: str, answer: bytes = b"") -> None:
        super().__init__(reason)
        self.answer = answer


class Will(msgspec.Struct, frozen=True, kw_only=True):
    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


class Connect(msgspec.Struct, frozen=True, kw_only=True):
    """`keep_alive_s` 0 switches the keep-alive off."""

    client_id: str
    clean: bool = True
    keep_alive_s: int = 0
    will: Will | None = None
    username: str | None = None
    password: bytes | None = None


class Connack(msgspec.Struct, frozen=True):
    code: int
    session_present: bool = False


class Publish(msgspec.Struct, frozen=True, gc=False):
    """`packet_id` is 0 for QoS 0, and only then."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    duplicate: bool = False
    packet_id: int = 0


class Reply(msgspec.Struct, frozen=True):
    """PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK: a `kind` and the packet that it is about."""

    kind: int
    packet_id: int


class Subscribe(msgspec.Struct, frozen=True):
    """Filters with the highest QoS that is asked for."""

    packet_id: int
    filters: tuple[tuple[str, int], ...]


class Suback(msgspec.Struct, frozen=True):
    packet_id: int
    codes: tuple[int, ...]


class Unsubscribe(msgspec.Struct, frozen=True):
    packet_id: int
    filters: tuple[str, ...]


class Bare(msgspec.Struct, frozen=True):
    """PINGREQ, PINGRESP and DISCONNECT: a `kind` and nothing else."""

    kind: int


Packet = Connect | Connack | Publish | Reply | Subscribe | Suback | Unsubscribe | Bare


# ---- a stream of bytes ---------------------------------------------------------------------------


class Frames:
    """Cuts a stream into packets: `add` what arrives, then `take` until it returns None. A packet that is
    announced with more than `most_bytes` is refused before it is there.
    """

    __slots__ = ("_at", "_data", "_held", "_needed", "most_bytes")

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self._data, self._at = b"", 0
        self._held = bytearray()  # the beginning of a packet, until `_needed` bytes are there
        self._needed = 0

    def add(self, data: bytes) -> None:
        if self._held:
            self._held += data
            if len(self._held) < self._needed:
                return
            data = bytes(self._held)
            self._held.clear()
        elif self._at < len(self._data):
            data = self._data[self._at :] + data
        self._data, self._at = data, 0

    def take(self) -> tuple[int, bytes] | None:
        """The next packet's first byte and what follows its fixed header. Raises: Malformed."""
        data, at = self._data, self._at
        if len(data) - at < 2:
            self._wait(2)
            return None
        length, begin = data[at + 1], at + 2
        if length > 127:
            length, begin = _length(data, at + 1)
            if begin == 0:
                self._wait(len(data) - at + 1)
                return None
        if length > self.most_bytes:
            raise Malformed(f"a packet of {length} bytes, more than {self.most_bytes}")
        end = begin + length
        if end > len(data):
            self._wait(end - at)
            return None
        self._at = end
        return data[at], data[begin:end]

    def _wait(self, needed: int) -> None:
        self._held += self._data[self._at :]
        self._data, self._at, self._needed = b"", 0, needed


def _length(data: bytes, at: int) -> tuple[int, int]:
    """Remaining length and where the packet goes on; there 0 when bytes are missing."""
    value = 0
    for shift, each in zip((0, 7, 14, 21), data[at : at + 4], strict=False):
        value |= (each & 127) << shift
        at += 1
        if each < 128:
            return value, at
        if shift == 21:
            raise Malformed("a remaining length of more than four bytes")
    return 0, 0


# ---- bytes to packets ----------------------------------------------------------------------------


def decode(first: int, body: bytes) -> Packet:
    """The packet with this first byte. Raises: Malformed."""
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
    """A PUBLISH; the one packet whose speed matters. Raises: Malformed."""
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


def _read_reply(kind: int, data: bytes) -> Reply:
    body = _Body(data)
    packet_id = body.packet_id()
    body.end()
    return Reply(kind, packet_id)


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


# ---- packets to bytes ----------------------------------------------------------------------------


def encode(packet: Packet) -> bytes:
    """The packet with its fixed header."""
    match packet:
        case Publish():
            return encode_publish(packet)
        case Reply(kind, packet_id):
            return reply(kind, packet_id)
        case Connack(code, session_present):
            return bytes((CONNACK, 2, session_present, code))
        case Connect():
            return _framed(CONNECT, _connect_body(packet))
        case Subscribe(packet_id, filters):
            asked = b"".join(_text(each) + bytes((qos,)) for each, qos in filters)
            return _framed(SUBSCRIBE | 2, packet_id.to_bytes(2) + asked)
        case Suback(packet_id, codes):
            return _framed(SUBACK, packet_id.to_bytes(2) + bytes(codes))
        case Unsubscribe(packet_id, names):
            return _framed(UNSUBSCRIBE | 2, packet_id.to_bytes(2) + b"".join(map(_text, names)))
        case Bare(kind):
            return bytes((kind, 0))


def encode_publish(packet: Publish) -> bytes:
    first = PUBLISH | packet.duplicate << 3 | packet.qos << 1 | packet.retain
    packet_id = packet.packet_id.to_bytes(2) if packet.qos else b""
    return _framed(first, _text(packet.topic) + packet_id + packet.payload)


def reply(kind: int, packet_id: int) -> bytes:
    """PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK."""
    return bytes((kind | 2 if kind == PUBREL else kind, 2, packet_id >> 8, packet_id & 255))


def _connect_body(packet: Connect) -> bytes:
    flags, parts = packet.clean << 1, [_text(packet.client_id)]
    if packet.will is not None:
        flags |= 0x04 | packet.will.qos << 3 | packet.will.retain << 5
        parts += [_text(packet.will.topic), _binary(packet.will.payload)]
    if packet.username is not None:
        flags |= 0x80
        parts.append(_text(packet.username))
    if packet.password is not None:
        flags |= 0x40
        parts.append(_binary(packet.password))
    return b"\x00\x04MQTT\x04" + bytes((flags,)) + packet.keep_alive_s.to_bytes(2) + b"".join(parts)


def _framed(first: int, body: bytes) -> bytes:
    length = len(body)
    if length < 128:
        return bytes((first, length)) + body
    header = bytearray((first,))
    while length > 127:
        header.append(length & 127 | 128)
        length >>= 7
    header.append(length)
    return bytes(header) + body


def _text(value: str) -> bytes:
    return _binary(value.encode())


def _binary(value: bytes) -> bytes:
    return len(value).to_bytes(2) + value
