"""The packets of MQTT 3.1.1, for both ends of a connection, and how to write them."""

import msgspec

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


class AckPacket(msgspec.Struct, frozen=True):
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


Packet = Connect | Connack | Publish | AckPacket | Subscribe | Suback | Unsubscribe | Bare


# ---- packets to bytes ----------------------------------------------------------------------------


def encode(packet: Packet) -> bytes:
    """Return the packet with its fixed header."""
    match packet:
        case Publish():
            return encode_publish(packet)
        case AckPacket(kind, packet_id):
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
    """Return a PUBACK, PUBREC, PUBREL, PUBCOMP or UNSUBACK."""
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
