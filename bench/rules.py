"""Figures of compliance checks: in the process, beside two other engines on the same rules, and whole through
the gateway, where each is stored.
"""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Any

import uvloop

from bench.contenders import Measured, free_port
from bench.load import Load
from bench.node import settings
from bench.report import Figure, Section, Table
from bench.rulebook import ENGINES, Ours, encoded_bytes, products, rules
from bench.server import CORES, house
from entrepot.core import tokens
from entrepot.core.ids import new_id
from entrepot.node.node_keys import open_keys

_CALLERS = 40  # a caller may check 100 times a second for long
_ABOUT = (
    "A product against 10,000 synthetic rules (seven markets, seven chapters, prefixes of 2, 4 and 6 digits, "
    "half with a trait, a fifth with a value, all with a first day); the same rules in two other engines. "
    "All have found the same rules for every product, or there is no figure. Ours explains: every condition "
    "with its fact, evidence, near misses, questions, coverage, hashes. The others return the names of what "
    "matched. *Through the gateway* is POST /api/checks on a whole node with the packs that come with it, "
    "on both cores, which the load generator shares, 64 connections, sixteen products and ways: checked, "
    "answered in full, compressed, stored and on disk, and an event written and published. Once one process "
    "is the whole node, once `entrepot serve rule` runs beside it; the aim is held against the faster."
)


def measure(*, quick: bool) -> Section:
    count, rounds = (1000, 20) if quick else (10_000, 300)
    rows, ours = _engines(count, rounds)
    wholes = []
    for apart in (False, True):
        with tempfile.TemporaryDirectory(prefix="bench-rules-") as folder:
            wholes.append(_through_gateway(Path(folder), seconds=1.0 if quick else 8.0, apart=apart))
    best = max(each.round.per_s for each in wholes)
    errors = sum(each.round.errors for each in wholes)
    p50_ms = ours[0]
    return Section(
        part="rules",
        title="Compliance checks",
        about=_ABOUT,
        figures=[
            Figure(f"check, {count:,} rules, explained, p50", f"{p50_ms:.3f} ms", "≤ 0.2 ms", p50_ms <= 0.2),
            Figure(
                "checks/s through the gateway", f"{best:,.0f}", "≥ 2,000", best >= 2000
            ),
            Figure("errors", str(errors), "0", errors == 0),
        ],
        tables=[
            Table(["engine", "build ms", "p50 ms", "p99 ms", "rules found"], rows),
            Table(
                ["POST /api/checks", "checks/s", "p50 ms", "p99 ms", "cpu µs", "busy"],
                [
                    [
                        where, f"{each.round.per_s:,.0f}", f"{each.round.percentile_ms(50):.1f}",
                        f"{each.round.percentile_ms(99):.1f}", f"{each.cpu_us:.0f}", f"{each.busy:.0%}",
                    ]
                    for where, each in zip(("one process", "rule in its own"), wholes, strict=True)
                ],
            ),
        ],
    )  # fmt: skip


def _engines(count: int, rounds: int) -> tuple[list[list[str]], tuple[float, float]]:
    """Raises: AssertionError when two engines disagree."""
    made, asked = rules(count), products(rounds)
    rows, first = [], (0.0, 0.0)
    truth: list[set[str]] | None = None
    for engine in ENGINES:
        began = perf_counter()
        ready = engine(made)
        build_ms = 1000 * (perf_counter() - began)
        prepared: list[Any] = [ready.prepared(facts) for facts in asked]
        found = [ready.evaluate(facts) for facts in prepared]
        truth = truth or found
        assert found == truth, f"{engine.name} finds other rules"
        # The slow ones need not be asked as often.
        took_ms = _timed(ready, prepared if isinstance(ready, Ours) else prepared[: max(20, rounds // 10)])
        p50, p99 = median(took_ms), sorted(took_ms)[int(len(took_ms) * 0.99)]
        if engine is Ours:
            first = (p50, p99)
            size = mean(encoded_bytes(facts, ready) for facts in asked[:50])  # type: ignore[arg-type]
        hits = mean(len(each) for each in found)
        rows.append([engine.name, f"{build_ms:.0f}", f"{p50:.3f}", f"{p99:.3f}", f"{hits:.0f}"])
    rows[0][0] += f" ({size / 1024:.0f} kB of JSON)"
    return rows, first


def _timed(ready: Any, prepared: list[Any]) -> list[float]:
    for facts in prepared[:10]:
        ready.ask(facts)
    took = []
    for facts in prepared:
        began = perf_counter()
        ready.ask(facts)
        took.append(1000 * (perf_counter() - began))
    return took


# ---- the whole way ----------------------------------------------------------------------------------


def _through_gateway(data: Path, *, seconds: float, apart: bool) -> Measured:
    bearers = asyncio.run(_bearers(data))
    port = free_port()
    os.sched_setaffinity(0, set(CORES))
    with house(data, port, "--mqtt-port", "off", apart="rule" if apart else "") as servers:
        _wait_for_packs(port, bearers[0])
        requests = _requests(bearers)
        uvloop.run(Load(requests, seconds=min(seconds, 1.5)).closed(port))
        before_s = sum(each.cpu_s() for each in servers)
        seen = uvloop.run(Load(requests, seconds=seconds).closed(port))
        return Measured(seen, sum(each.cpu_s() for each in servers) - before_s)


async def _bearers(data: Path) -> list[str]:
    keys, now = open_keys(settings(data)), int(time.time())
    return [
        await tokens.issue(
            keys,
            tokens.Claims(
                iss="entrepot", aud="entrepot", sub=f"caller-{number}", org="bench",
                scope="check:write rule:read", kind="operator", jti=new_id(), iat=now, exp=now + 3600,
            ),
        )
        for number in range(_CALLERS)
    ]  # fmt: skip


def _requests(bearers: list[str]) -> Iterator[bytes]:
    """Battery toys, radios, food, clothes: as customers describe them, partly."""
    bodies = [
        json.dumps({"origin": "CN", "destination": to, "date": "2026-11-20"} | product).encode()
        for to in ("DE", "US", "GB", "JP")
        for product in (
            {"hs_code": "9503.00", "traits": ["lithium_ion"], "mode": "sea", "no_other_traits": True},
            {"hs_code": "851713", "traits": ["radio", "lithium_ion"], "mode": "air"},
            {"hs_code": "0805", "no_other_traits": True, "mode": "sea"},
            {"hs_code": "6109", "traits": ["consumer", "textile"], "no_other_traits": True, "mode": "road"},
        )
    ]
    posts = [
        (
            "POST /api/checks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {bearers[n % len(bearers)]}\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body
        for n, body in enumerate(islice(cycle(bodies), len(bodies) * len(bearers)))
    ]
    return cycle(posts)


def _wait_for_packs(port: int, bearer: str) -> None:
    for _ in range(100):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/api/rules?limit=1", headers={"Authorization": f"Bearer {bearer}"})
        answer = connection.getresponse()
        if answer.status == 200 and json.loads(answer.read())["items"]:
            return
        connection.close()
        time.sleep(0.1)
    raise RuntimeError("the node has no rules")
