"""Reads what a proxy announces before a connection that it relays: the PROXY protocol, versions 1 and 2
(https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt). Why not a library? Those on PyPI read from a
stream object of their own, or have had no release for years; the format fits on a page.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import msgspec

_V1_LONGEST = 107  # bytes with the line's end (§2.1)
_V1_BEGINS = b"PROXY "
_V2_BEGINS = b"\r\n\r\n\0\r\nQUIT\n"
_V2_FIXED = 16  # bytes before what its length field counts (§2.2)
LONGEST = _V2_FIXED + 0xFFFF
_LOCAL, _PROXY = 0x20, 0x21  # version 2, and the command
_PORT = re.compile(r"0|[1-9][0-9]{0,4}")


class Announcement(msgspec.Struct, frozen=True):
    """`size` bytes that say for whom the connection is relayed; no `source` if for nobody that has an
    address: a health check of the proxy's own, or a peer that it does not know.
    """

    size: int
    source: tuple[str, int] | None = None


class NotAnnounced(ValueError):
    """A connection that does not begin with a PROXY protocol header."""


def parse(data: bytes) -> Announcement | None:
    """Return the header at the beginning of `data`, or None if it is not all there. Raises: NotAnnounced."""
    if data.startswith(_V1_BEGINS):
        return _text(data)
    if data.startswith(_V2_BEGINS):
        return _binary(data)
    if _V1_BEGINS.startswith(data) or _V2_BEGINS.startswith(data):
        return None
    raise NotAnnounced("It begins with something else.")


def _text(data: bytes) -> Announcement | None:
    """Read version 1, such as `PROXY TCP4 192.0.2.7 192.0.2.1 56324 443`."""
    line, end, _ = data[:_V1_LONGEST].partition(b"\r\n")
    if not end:
        if len(data) >= _V1_LONGEST:
            raise NotAnnounced("Its line is too long.")
        return None
    words, size = line.decode("latin-1").split(" "), len(line) + 2
    if words[1] == "UNKNOWN":  # what follows on the line is ignored (§2.1)
        return Announcement(size)
    if len(words) != 6 or words[1] not in ("TCP4", "TCP6"):
        raise NotAnnounced("Its line has another form.")
    try:
        source, _ = str(_address(words[2])), _address(words[3])
    except AddressValueError as error:
        raise NotAnnounced("Its line holds no address.") from error
    if words[1] == "TCP4" and ":" in words[2]:
        raise NotAnnounced("Its caller has an address of another family.")
    ports = [int(each) if _PORT.fullmatch(each) else -1 for each in words[4:]]
    if not all(0 <= each <= 0xFFFF for each in ports) or "%" in source:
        raise NotAnnounced("Its line holds no port.")
    return Announcement(size, (source, ports[0]))


def _address(text: str) -> IPv4Address | IPv6Address:
    """Read an address of version 1. Why not as the line's family says? nginx names the family of one end and
    writes the other as it is (https://github.com/nginx/nginx/issues/1609). Raises: AddressValueError.
    """
    return IPv4Address(text) if ":" not in text else _unmapped(IPv6Address(text))


def _unmapped(address: IPv6Address) -> IPv4Address | IPv6Address:
    """A caller over IPv4 is the same one at a port for both (`::ffff:192.0.2.7`)."""
    return address.ipv4_mapped or address


# By address family and transport: where the source address and its port lie in what the length counts.
# Connections over UNIX sockets (0x31) have no address that tells callers apart.
_LAYOUTS = {0x11: (4, 12), 0x21: (16, 36)}
_UNSPECIFIED, _UNIX, _UNIX_BYTES = 0x00, 0x31, 216


def _binary(data: bytes) -> Announcement | None:
    """Read version 2. What follows the addresses, type-length-value vectors, is skipped."""
    if len(data) < _V2_FIXED:
        return None
    command, family = data[12], data[13]
    if command not in (_LOCAL, _PROXY):
        raise NotAnnounced("Its version or command is another.")
    length = int.from_bytes(data[14:16], "big")
    size = _V2_FIXED + length
    if command == _PROXY and family not in (_UNSPECIFIED, _UNIX, *_LAYOUTS):
        raise NotAnnounced("It names a family of addresses that no connection over TCP has.")
    address_bytes, addresses_bytes = _LAYOUTS.get(family, (0, _UNIX_BYTES if family == _UNIX else 0))
    if command == _PROXY and length < addresses_bytes:
        raise NotAnnounced("It is too short for its addresses.")
    if len(data) < size:
        return None
    if command == _LOCAL or not address_bytes:  # of LOCAL all the rest is skipped, whatever it is (§2.2)
        return Announcement(size)
    packed = data[_V2_FIXED : _V2_FIXED + address_bytes]
    source = IPv4Address(packed) if address_bytes == 4 else _unmapped(IPv6Address(packed))
    port_at = _V2_FIXED + 2 * address_bytes
    return Announcement(size, (str(source), int.from_bytes(data[port_at : port_at + 2], "big")))
