"""The headers of every answer, and what to believe of a request's headers."""

import re
from collections.abc import Collection, Iterable
from random import getrandbits

from entrepot.core import trace

Header = tuple[bytes, bytes]


def lines(pairs: Iterable[Header]) -> bytes:
    """Return the headers as they travel, each with its line end."""
    return b"".join([b"%b: %b\r\n" % pair for pair in pairs])


def pairs(lines: bytes) -> list[Header]:
    """Return the inverse of `lines`."""
    return [
        (name, text) for name, _, text in (each.partition(b": ") for each in lines.split(b"\r\n")) if name
    ]


# OWASP REST Security Cheat Sheet; an API answer is never framed, sniffed, cached or run.
ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
API: tuple[Header, ...] = (
    *ALWAYS,
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


def page_policy(tiles: str = "") -> str:
    """Return what a page may load: from its own host, and map tiles from the origin `tiles` if there is
    one.
    """
    also = f" {tiles}" if tiles else ""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{also}; "
        f"font-src 'self'; connect-src 'self'{also}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


POLICY = "content-security-policy"
# For an answer that says its own policy.
OWN_PAGE: tuple[Header, ...] = (*ALWAYS, (b"cache-control", b"no-cache"))
PAGE: tuple[Header, ...] = (*OWN_PAGE, (POLICY.encode(), page_policy().encode()))
ASSET: tuple[Header, ...] = (
    *ALWAYS,
    (b"cache-control", b"public, max-age=31536000, immutable"),
)

_NOT_ZERO = 1 << 64 | 1  # neither the trace's id nor the span's may be all zeros
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_EXPOSED = b"idempotency-replayed, ratelimit, ratelimit-policy, retry-after, x-request-id, location"
_METHODS = b"GET, POST, PUT, PATCH, DELETE"
_REQUESTED = b"authorization, content-type, idempotency-key, x-request-id, traceparent"


def identify(headers: dict[bytes, bytes]) -> tuple[str, str]:
    """Bind the request's id and traceparent to the running task; make what is missing or malformed.

    Returns: the request's id, and the traceparent that came with it or nothing.
    """
    fresh = f"{getrandbits(192) | _NOT_ZERO:048x}"
    trace_id, span_id, flags, came_from = fresh[:32], fresh[32:], "00", ""
    if (sent := headers.get(b"traceparent")) is not None and trace.valid_traceparent(sent.decode("latin-1")):
        came_from = sent.decode()
        trace_id, flags = came_from[3:35], came_from[53:55]
    trace.traceparent.set(f"00-{trace_id}-{span_id}-{flags}")
    wanted = headers.get(b"x-request-id")
    request_id = wanted.decode() if wanted is not None and _REQUEST_ID.fullmatch(wanted) else trace_id
    trace.request_id.set(request_id)
    return request_id, came_from


class Cors:
    """Which other origins may read answers: none, unless the operator names them."""

    def __init__(self, origins: Collection[str]) -> None:
        self._origins = frozenset(origin.encode("latin-1") for origin in origins)

    def for_origin(self, origin: bytes | None) -> list[Header]:
        """Return the headers for the request's origin: none for one that the operator did not name."""
        if not self._origins or origin is None:
            return []
        granted = [(b"vary", b"origin")]
        if origin in self._origins:
            granted += [
                (b"access-control-allow-origin", origin),
                (b"access-control-expose-headers", _EXPOSED),
            ]
        return granted

    def preflight(self, origin: bytes | None) -> list[Header]:
        """Return the headers for an OPTIONS request with Access-Control-Request-Method."""
        granted = self.for_origin(origin)
        if len(granted) > 1:
            granted += [
                (b"access-control-allow-methods", _METHODS),
                (b"access-control-allow-headers", _REQUESTED),
                (b"access-control-max-age", b"600"),
            ]
        return granted
