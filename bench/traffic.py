"""What is asked of a server under test: 274-byte positions, authorised by the node's own token."""

import asyncio
from collections.abc import Iterator
from itertools import count, cycle
from pathlib import Path

from bench.node import settings
from entrepot.cli.running import operator_token
from entrepot.node.node_keys import open_keys

BODY_BYTES = 274
_BODY = (
    '{"id":"%s","device":"%s","latitude":48.858370,"longitude":2.294481,"altitude_m":35.25,'
    '"speed_mps":13.90,"course_deg":271.50,"fixed_at":"2026-03-01T12:34:56.789012Z"}'
)
_DEVICE = "truck-0042-".ljust(BODY_BYTES - len(_BODY % ("i" * 36, "")), "x")


def token(data: Path) -> str:
    """Opens every row of a node whose data folder this is, for a day."""
    return asyncio.run(new_token(data))


async def new_token(data: Path) -> str:
    """The same, on a loop that runs already."""
    open_keys(settings(data))  # makes them, in a folder where no node ran yet
    return await operator_token(settings(data), scope="*", organisation="bench", seconds=24 * 60 * 60)


def ids(prefix: str) -> Iterator[str]:
    """36 characters each, growing as UUIDv7 does."""
    return (f"{prefix:0>8}-{number:027d}" for number in count())


def body(id: str) -> bytes:
    return (_BODY % (id, _DEVICE)).encode()


def posts(path: str, bearer: str, *, prefix: str) -> Iterator[bytes]:
    """Requests that store a new position each."""
    before, after = _head("POST", path, bearer, length=BODY_BYTES), _BODY % ("\0", _DEVICE)
    first, last = after.encode().split(b"\0")
    for id in ids(prefix):
        yield before + first + id.encode() + last


def post(path: str, bearer: str, id: str, *, key: str) -> bytes:
    """One request that may be repeated."""
    head = _head("POST", path, bearer, length=BODY_BYTES)
    return head[:-2] + f"Idempotency-Key: {key}\r\n\r\n".encode() + body(id)


def gets(path: str, bearer: str, *, known: list[str]) -> Iterator[bytes]:
    """Requests for one known position after the other, in no order that a cache would like."""
    requests = [_head("GET", f"{path}/{known[at * 7919 % len(known)]}", bearer) for at in range(len(known))]
    return cycle(requests)


def _head(method: str, path: str, bearer: str, *, length: int | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {bearer}"]
    if length is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {length}"]
    return "\r\n".join([*lines, "", ""]).encode()


def get(path: str, bearer: str) -> bytes:
    """One request that reads."""
    return _head("GET", path, bearer)


def json_post(path: str, content: bytes, *, bearer: str = "") -> bytes:
    """One request on a connection of its own; without a bearer for what is public."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Content-Type: application/json",
        "Connection: close",
    ]
    lines += [f"Authorization: Bearer {bearer}"] if bearer else []
    return "\r\n".join([*lines, f"Content-Length: {len(content)}", "", ""]).encode() + content
