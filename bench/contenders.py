"""Ours and the two twins, side by side: the same data folder, token and core."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import uvloop

from bench import traffic
from bench.load import Load, Round
from bench.server import Server, running

PATH = "/api/bench/positions"
NAMES = ("bare ASGI", "ours", "FastAPI")
_KNOWN = 300  # positions that are read, the same number everywhere
_SERVERS = {
    "bare ASGI": ("bench.twins.bare", f"{PATH}/{'0' * 36}"),
    "ours": ("bench.node", "/readyz"),
    "FastAPI": ("bench.twins.fastapi_twin", "/openapi.json"),
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Measured:
    """One round and the CPU time that the server spent on it."""

    round: Round
    cpu_s: float

    @property
    def cpu_us(self) -> float:
        return 1e6 * self.cpu_s / self.round.requests

    @property
    def busy(self) -> float:
        return self.cpu_s / self.round.took_s


class Contender:
    """A running server, and the requests that it gets."""

    def __init__(self, server: Server, bearer: str) -> None:
        self.name, self._server, self._bearer = server.name, server, bearer
        self._rounds = 0
        self._known: list[str] = []

    def warm(self, seconds: float) -> None:
        prefix = self._prefix()
        posts = traffic.posts(PATH, self._bearer, prefix=prefix)
        seen = uvloop.run(Load(posts, seconds=seconds).closed(self._server.port))
        self._known = list(islice(traffic.ids(prefix), min(_KNOWN, seen.requests)))
        self.closed("read", seconds)

    def closed(self, kind: str, seconds: float) -> Measured:
        before_s = self._server.cpu_s()
        seen = uvloop.run(Load(self._requests(kind), seconds=seconds).closed(self._server.port))
        return Measured(seen, self._server.cpu_s() - before_s)

    def open(self, kind: str, seconds: float, *, per_s: float) -> Round:
        return uvloop.run(Load(self._requests(kind), seconds=seconds).open(self._server.port, per_s=per_s))

    def _requests(self, kind: str) -> Iterator[bytes]:
        if kind == "read":
            return traffic.gets(PATH, self._bearer, known=self._known)
        return traffic.posts(PATH, self._bearer, prefix=self._prefix())

    def _prefix(self) -> str:
        self._rounds += 1
        return f"{self._rounds:x}"


@contextmanager
def contenders(names: Sequence[str], data: Path, *, warm_s: float) -> Iterator[list[Contender]]:
    bearer = traffic.token(data)
    with ExitStack() as stack:
        found = []
        for name in names:
            module, ready = _SERVERS[name]
            port, log = free_port(), data / f"{module}.log"
            server = stack.enter_context(
                running(name, ("-m", module, str(data), str(port)), port=port, log=log, ready=ready)
            )
            found.append(Contender(server, bearer))
        for contender in found:
            contender.warm(warm_s)
        yield found
