"""Who asked, when trusted proxies stand between: every hop adds at the right what it saw, so the chain is
read from the right, and only as far as trusted hops wrote it (RFC 7239 §8.1). What stands further left,
anybody can have written.

Only one kind of header is read, the one that the operator's proxies write: a proxy passes on the other one
just as its caller wrote it.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Literal

from entrepot.http.headers import Header
from entrepot.net.trusted import TrustedProxies, address_of

ForwardedBy = Literal["x-forwarded-for", "forwarded"]

# An address as proxies write it: with a port or without, IPv6 in brackets or bare (RFC 7239 §6).
_NODE = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<four>[0-9]+(?:\.[0-9]+){3}))(?::[\w.-]*)?|(?P<bare>[0-9A-Fa-f:.]+)"
)
_PAIR = re.compile(r'\s*(?P<name>[\w!#$%&\'*+.^`|~-]+)=(?:"(?P<quoted>[^"]*)"|(?P<token>[^\s;"]*))\s*')
_SCHEMES = ("http", "https")
_MOST_HOPS = 32  # more than any chain has


class Forwarding:
    """Which proxies are trusted, and what they write."""

    def __init__(self, proxies: TrustedProxies, header: ForwardedBy = "x-forwarded-for") -> None:
        self.proxies, self._header = proxies, header

    def came_from(self, peer: str, headers: Sequence[Header]) -> tuple[str, str | None]:
        """Return the address of the caller and the scheme that it used, as far as trusted hops say so: the
        peer's own address and None, if it is no proxy of ours or says nothing that can be read.
        """
        if peer not in self.proxies:
            return peer, None
        hops = _forwarded(headers) if self._header == "forwarded" else _x_forwarded(headers)
        caller, scheme = peer, None
        for node, said in islice(hops, _MOST_HOPS):
            scheme = said or scheme
            if (address := _address(node)) is None:
                break
            caller = address
            if caller not in self.proxies:
                break
        return caller, scheme


def _address(node: str) -> str | None:
    """Return the address without its port; None for `unknown`, for a name that a proxy made up, and for what
    nobody should have written.
    """
    if (found := _NODE.fullmatch(node)) is None:
        return None
    address = address_of(found["six"] or found["four"] or found["bare"])
    return None if address is None else str(address)


def _x_forwarded(headers: Sequence[Header]) -> Iterator[tuple[str, str | None]]:
    """Yield (who asked the hop, by which scheme), the nearest hop first. Schemes are as many as hops, or one
    for the whole way.
    """
    schemes_said = _from_the_right(_joined(headers, b"x-forwarded-proto"), quotes=False)
    schemes = list(islice(schemes_said, _MOST_HOPS))
    for at, node in enumerate(_from_the_right(_joined(headers, b"x-forwarded-for"), quotes=False)):
        scheme = schemes[min(at, len(schemes) - 1)].lower() if schemes else ""
        yield node, scheme if scheme in _SCHEMES else None


def _forwarded(headers: Sequence[Header]) -> Iterator[tuple[str, str | None]]:
    for element in _from_the_right(_joined(headers, b"forwarded"), quotes=True):
        said = _pairs(element)
        scheme = said.get("proto", "").lower()
        yield said.get("for", ""), scheme if scheme in _SCHEMES else None


def _pairs(element: str) -> dict[str, str]:
    """Return what an element says, nothing if it is not well-formed."""
    said: dict[str, str] = {}
    for part in element.split(";"):
        if (pair := _PAIR.fullmatch(part)) is None or pair["name"].lower() in said:
            return {}
        said[pair["name"].lower()] = pair["quoted"] if pair["quoted"] is not None else pair["token"]
    return said


def _joined(headers: Sequence[Header], name: bytes) -> str:
    """Return all lines of a list as one (RFC 9110 §5.3)."""
    return ",".join(text.decode("latin-1") for each, text in headers if each == name)


def _from_the_right(text: str, *, quotes: bool) -> Iterator[str]:
    """Yield the elements of a list, the last one first, without empty ones (RFC 9110 §5.6.1). Why from that
    end? A quote that a caller left open would swallow what the proxies added behind it.
    """
    end = len(text)
    while end > 0:
        begins = text.rfind(",", 0, end)
        while quotes and text.count('"', begins + 1, end) % 2 and begins >= 0:
            begins = text.rfind(",", 0, begins)
        if element := text[begins + 1 : end].strip(" \t"):
            yield element
        end = begins
