"""Which bytes of a file a request asks for (RFC 9110, sections 13 and 14): one range, or all of them."""

from collections.abc import Mapping
from typing import NamedTuple

from entrepot.http.problem import Refusal

_MOST_DIGITS = 18


class ByteRange(NamedTuple):
    """From `first` on, `length` bytes; `whole` if nobody asked for less."""

    first: int
    length: int
    whole: bool


def asked(headers: Mapping[bytes, bytes], *, size: int, etag: str) -> ByteRange:
    """What is asked of a file of `size` bytes. A range of another version (If-Range) is the whole file, and
    so is
    what is no range of bytes. Several ranges at once are refused: no client of ours needs them, and their
    answers cost much. Raises: Refusal 416.
    """
    everything = ByteRange(0, size, whole=True)
    header = headers.get(b"range")
    condition = headers.get(b"if-range")
    if header is None or (condition is not None and condition.decode("latin-1").strip() != etag):
        return everything
    unit, equals, spec = header.decode("latin-1").strip().partition("=")
    if unit.strip().lower() != "bytes" or not equals:
        return everything
    if "," in spec:
        raise _unsatisfiable(size, "One range at a time is answered.")
    begin, hyphen, end = (each.strip() for each in spec.partition("-"))
    if not hyphen or not all(_digits(each) for each in (begin, end)) or not (begin or end):
        raise _unsatisfiable(size, "This is no range of bytes.")
    if begin:
        first, last = int(begin), min(int(end) if end else size - 1, size - 1)
        if end and int(end) < first:
            raise _unsatisfiable(size, "The range ends before it begins.")
    else:
        first, last = max(0, size - int(end)), size - 1
        if int(end) == 0:
            raise _unsatisfiable(size, "The last 0 bytes are none.")
    if first >= size:
        raise _unsatisfiable(size, f"The file has {size} bytes.")
    return ByteRange(first, last - first + 1, whole=False)


def matches(header: bytes | None, etag: str) -> bool:
    """Whether If-None-Match names this version."""
    if header is None:
        return False
    told = [each.strip() for each in header.decode("latin-1").split(",")]
    return "*" in told or etag in (each.removeprefix("W/") for each in told)


def _digits(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS)


def _unsatisfiable(size: int, why: str) -> Refusal:
    return Refusal(416, "range-not-satisfiable", why, headers=(("content-range", f"bytes */{size}"),))
