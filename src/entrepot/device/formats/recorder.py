"""OwnTracks' recorder keeps lines of time, topic and JSON, between tabs or, if they were copied, spaces."""

from collections.abc import Iterator
from typing import IO

from entrepot.device.model.arrival import Arrival, Decode, Ignored, Source, Unreadable

_MAX_LINE = 1024 * 1024


def read(file: IO[bytes], source: Source, decode: Decode) -> Iterator[Arrival]:
    """`decode` understands OwnTracks' JSON."""
    while line := file.readline(_MAX_LINE):
        yield from arrivals_of(line, source, decode)


def arrivals_of(line: bytes, source: Source, decode: Decode) -> Iterator[Arrival]:
    payload = payload_of(line)
    if payload is None:
        if line.strip():
            yield Unreadable("A line holds no JSON, or only a part of it.")
        return
    for each in decode(payload, source):
        if not isinstance(each, Ignored):
            yield each


def payload_of(line: bytes) -> bytes | None:
    """The JSON of a line, wherever it begins."""
    begin = line.find(b"{")
    payload = line[begin:].strip() if begin >= 0 else b""
    return payload if payload.endswith(b"}") else None
