"""Figure 2: what the gateway adds to the work itself. In one process, without a socket: a function in its
transaction, against the gateway's application with a ready scope. And over the socket, at a steady load
that neither server feels.
"""

import tempfile
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import msgspec
import uvloop

from bench import node, traffic
from bench.contenders import PATH, contenders
from bench.load import Round
from bench.position import service
from bench.position.model import Position
from bench.report import Figure, Section, Table
from entrepot.core.routes import ANONYMOUS
from entrepot.http.wire import Wire
from entrepot.infra.mailbox import PACE
from entrepot.node import opening as platform
from entrepot.node.arrivals import Arrivals
from entrepot.node.assembly import assemble
from entrepot.node.front import Front
from entrepot.node.machine import DeviceSockets
from entrepot.node.node import Node

_PER_S = 1_000
_ABOUT = (
    "*Directly*: the service's function in its transaction, called in process. *Through the gateway*: the "
    "same function and database, asked through the gateway's ASGI application with a ready scope, no socket; "
    "calls alternate, one at a time. *Over the socket*: "
    f"{_PER_S:,} requests/s due at random moments (Poisson), each latency counted from when the request "
    "was due, 64 connections."
)
Call = Callable[[], Awaitable[object]]


class Nowhere(Wire):
    """Takes an answer as the wire of a connection would."""

    full = False

    def __init__(self) -> None:
        self.status = 0

    def write(self, status: int, lines: bytes, body: bytes) -> None:
        self.status = status


def measure(*, quick: bool) -> Section:
    calls, seconds, rounds = (200, 0.5, 1) if quick else (3_000, 6.0, 3)
    with tempfile.TemporaryDirectory(prefix="bench-latency-") as folder:
        inside = uvloop.run(_in_process(Path(folder) / "inside", calls))
        outside = _over_the_socket(Path(folder) / "outside", seconds, rounds)
    added = {kind: _percentile(pair[1], 50) - _percentile(pair[0], 50) for kind, pair in inside.items()}
    figures = [
        Figure(f"{kind}: added p50, in process", f"{ms:.3f} ms", "≤ 0.1 ms", ms <= 0.1)
        for kind, ms in added.items()
    ]
    for kind in ("read", "write"):
        extra = _middle(outside["ours", kind], 50) - _middle(outside["bare ASGI", kind], 50)
        figures.append(
            Figure(
                f"{kind}: more than bare ASGI at p50, over the socket",
                f"{extra:.3f} ms",
                "≤ 0.1 ms",
                extra <= 0.1,
            )
        )
    errors = sum(each.errors for found in outside.values() for each in found)
    figures.append(Figure("errors", str(errors), "0", errors == 0))
    return Section(
        part="latency", title="Added latency", about=_ABOUT, figures=figures,
        tables=[_inside_table(inside), _outside_table(outside)],
    )  # fmt: skip


# ---- in process -------------------------------------------------------------------------------------


async def _in_process(data: Path, calls: int) -> dict[str, tuple[list[float], list[float]]]:
    """Per kind: milliseconds directly, and through the gateway."""
    data.mkdir()
    settings, assembly = node.settings(data), assemble(node.CONTEXTS)
    devices, arrivals = DeviceSockets(settings.host, {}), Arrivals(settings)
    async with (
        platform.parts(
            settings, assembly, starts_nats=True, devices=devices, arrivals=arrivals, pace=PACE
        ) as parts,
        Node.open(parts, hosts=assembly.names) as opened,
    ):
        app, database = Front(opened).app, opened.hosted["position"].database
        bearer = await traffic.new_token(data)
        numbers = count()

        def fresh() -> bytes:
            return traffic.body(f"{next(numbers):036d}")

        async def record() -> None:
            new = msgspec.json.decode(fresh(), type=Position)
            await database.write(lambda tx: service.record(tx, ANONYMOUS, position=new))

        async def show() -> None:
            await database.read(lambda tx: service.read(tx, ANONYMOUS, id="0" * 36))

        await record()
        return {
            "read": await _alternate(
                show, lambda: _ask(app, bearer, "GET", f"{PATH}/{'0' * 36}", b""), calls
            ),
            "write": await _alternate(record, lambda: _ask(app, bearer, "POST", PATH, fresh()), calls),
        }


async def _alternate(directly: Call, through: Call, calls: int) -> tuple[list[float], list[float]]:
    took_ms: tuple[list[float], list[float]] = ([], [])
    for at in range(2 * calls):
        call = (directly, through)[at % 2]
        began_at = perf_counter()
        await call()
        took_ms[at % 2].append(1000 * (perf_counter() - began_at))
    return took_ms


async def _ask(app: Any, bearer: str, method: str, path: str, body: bytes) -> None:
    wire = Nowhere()
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "client": ("127.0.0.1", 1),
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"authorization", f"Bearer {bearer}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(body)),
        ],
    }

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    await app(scope, receive, wire)
    if wire.status not in (200, 201):
        raise RuntimeError(f"{method} {path} was answered {wire.status}")


# ---- over the socket --------------------------------------------------------------------------------


def _over_the_socket(data: Path, seconds: float, rounds: int) -> dict[tuple[str, str], list[Round]]:
    data.mkdir()
    seen: dict[tuple[str, str], list[Round]] = {}
    with contenders(("bare ASGI", "ours"), data, warm_s=min(1.0, seconds)) as servers:
        for _ in range(rounds):
            for kind in ("read", "write"):
                for server in servers:
                    found = server.open(kind, seconds, per_s=_PER_S)
                    seen.setdefault((server.name, kind), []).append(found)
    return seen


def _middle(found: list[Round], percent: float) -> float:
    return median(each.percentile_ms(percent) for each in found)


def _percentile(took_ms: list[float], percent: float) -> float:
    return sorted(took_ms)[int(len(took_ms) * percent / 100)]


def _inside_table(inside: dict[str, tuple[list[float], list[float]]]) -> Table:
    rows = []
    for kind, (directly, through) in inside.items():
        for percent in (50, 99):
            low, high = _percentile(directly, percent), _percentile(through, percent)
            rows.append([kind, f"p{percent}", f"{low:.3f}", f"{high:.3f}", f"{high - low:.3f}"])
    return Table(["in process", "", "directly ms", "through the gateway ms", "added ms"], rows)


def _outside_table(outside: dict[tuple[str, str], list[Round]]) -> Table:
    rows = [
        [
            kind,
            name,
            f"{median(e.per_s for e in found):,.0f}",
            f"{_middle(found, 50):.3f}",
            f"{_middle(found, 99):.3f}",
        ]
        for (name, kind), found in sorted(outside.items(), key=lambda item: (item[0][1], item[0][0]))
    ]
    return Table(["over the socket", "server", "requests/s", "p50 ms", "p99 ms"], rows)
