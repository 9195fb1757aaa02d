"""The PROXY protocol, versions 1 and 2, byte by byte."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.net.announcement import Announcement, NotAnnounced, parse

SIGNATURE = bytes.fromhex("0d0a0d0a000d0a515549540a")
REQUEST = b"GET / HTTP/1.1\r\n\r\n"

ports = st.integers(0, 65_535)
payloads = st.binary(max_size=40)
vectors = st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=60)), max_size=4)


def v2(command: int, family: int, body: bytes) -> bytes:
    return SIGNATURE + bytes([command, family]) + len(body).to_bytes(2, "big") + body


def v1_of(source: object, port: int) -> bytes:
    kind = "TCP4" if isinstance(source, IPv4Address) else "TCP6"
    here = "192.0.2.1" if kind == "TCP4" else "2001:db8::1"
    return f"PROXY {kind} {source} {here} {port} 443\r\n".encode()


def v2_of(source: IPv4Address | IPv6Address, port: int, more: list[tuple[int, bytes]]) -> bytes:
    tlvs = b"".join(bytes([kind]) + len(text).to_bytes(2, "big") + text for kind, text in more)
    ends = port.to_bytes(2, "big") + (443).to_bytes(2, "big")
    family = 0x11 if source.version == 4 else 0x21
    return v2(0x21, family, source.packed + bytes(len(source.packed)) + ends + tlvs)


@given(st.ip_addresses(), ports, payloads, vectors)
def test_what_a_proxy_writes_is_read_whole_and_nothing_of_what_follows(
    source: IPv4Address | IPv6Address, port: int, payload: bytes, more: list[tuple[int, bytes]]
) -> None:
    for header in (v1_of(source, port), v2_of(source, port, more)):
        mapped = getattr(source, "ipv4_mapped", None)
        assert parse(header + payload) == Announcement(len(header), (str(mapped or source), port))
        assert all(parse(header[:length]) is None for length in range(len(header)))


@given(st.binary(max_size=300))
def test_anything_else_is_refused_or_not_yet_all_there(data: bytes) -> None:
    for start in (b"", b"PROXY ", SIGNATURE, SIGNATURE + b"\x21\x11"):
        try:
            found = parse(start + data)
        except NotAnnounced:
            continue
        assert found is None or found.size <= len(start + data)


@pytest.mark.parametrize(
    ("header", "source"),
    [
        # §2.1, the examples and the longest lines of the text
        (b"PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", ("192.168.0.1", 56324)),
        (b"PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", ("255.255.255.255", 65535)),
        (
            b"PROXY TCP6 ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n".replace(
                b"ffff:f...f:ffff", b":".join([b"ffff"] * 8)
            ),
            (":".join(["ffff"] * 8), 65535),
        ),
        # What nginx writes of callers over IPv4 at a port for both (pires/go-proxyproto#94), and where the
        # two ends are of two kinds (nginx/nginx#1609, pires/go-proxyproto#167)
        (b"PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.1 56324 443\r\n", ("192.0.2.7", 56324)),
        (b"PROXY TCP6 2001:db8::1 192.0.2.1 51512 22\r\n", ("2001:db8::1", 51512)),
        (b"PROXY TCP6 192.0.2.7 2001:db8::1 51512 22\r\n", ("192.0.2.7", 51512)),
        (b"PROXY TCP4 192.0.2.7 2001:db8::1 48874 25\r\n", ("192.0.2.7", 48874)),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", None),
        # §2.2: a health check says LOCAL, with whatever addresses, which are skipped
        (v2(0x20, 0x00, b""), None),
        (v2(0x20, 0x11, bytes(12)), None),
        (v2(0x20, 0xFF, b"anything"), None),
        (v2(0x21, 0x00, b"\x04\x00\x01x"), None),
        (v2(0x21, 0x31, bytes(216)), None),
    ],
)
def test_examples_of_the_specification(header: bytes, source: tuple[str, int] | None) -> None:
    assert parse(header + REQUEST) == Announcement(len(header), source)


@pytest.mark.parametrize(
    "header",
    [
        REQUEST,
        b"\x16\x03\x01\x02\x00\x01",
        b"PROXY TCP4 192.168.0.1 192.168.0.11 56324\r\n",
        b"PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 \r\n",
        b"PROXY  TCP4 192.168.0.1 192.168.0.11 56324 443\r\n",
        b"PROXY TCP4 192.168.0.1 192.168.0.11 056324 443\r\n",
        b"PROXY TCP4 192.168.0.1 192.168.0.11 65536 443\r\n",
        b"PROXY TCP4 192.168.0.1 192.168.0.11 -1 443\r\n",
        b"PROXY TCP4 192.168.0.01 192.168.0.11 1 443\r\n",
        b"PROXY TCP4 ::1 ::1 1 443\r\n",
        b"PROXY TCP6 192.168.0.01 192.168.0.11 1 443\r\n",
        b"PROXY TCP6 fe80::1%eth0 ::1 1 443\r\n",
        b"PROXY UDP4 192.168.0.1 192.168.0.11 1 443\r\n",
        b"PROXY " + b"x" * 200,
        b"PROXY UNKNOWN " + b"x" * 100 + b"\r\n",
        b"proxy TCP4 192.168.0.1 192.168.0.11 1 443\r\n",
        v2(0x11, 0x11, bytes(12)),  # version 1 in binary
        v2(0x22, 0x11, bytes(12)),  # a command that does not exist
        v2(0x21, 0x12, bytes(12)),  # UDP
        v2(0x21, 0x11, bytes(11)),
        v2(0x21, 0x21, bytes(35)),
        v2(0x21, 0x31, bytes(215)),
    ],
)
def test_what_breaks_the_specification_is_refused(header: bytes) -> None:
    with pytest.raises(NotAnnounced):
        parse(header)
