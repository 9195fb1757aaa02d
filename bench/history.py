"""Ten million stored positions: how fast one asks for a day, and for where everybody is; what a row takes."""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

import apsw
import uvloop

from bench import traffic
from bench.contenders import free_port
from bench.node import settings
from bench.report import Figure, Section, Table
from bench.server import CORES, Server
from bench.stored import look
from entrepot.node.machine import data_folder
from entrepot.node.stopped import migrate_all

_BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
_DAYS = 10
_ABOUT = (
    "A node on SQLite, filled in the order of time: {devices:,} devices, of which {busy} report every 10 s "
    "and {steady} every 30 s for {days} days, and the others now and then: {total:,} positions with "
    "accuracy, speed, course and battery. Each question is asked over HTTP, with its token, its rate limit "
    "and the note of who looked, and the answer is read to its end; days and devices in random order."
)


def measure(*, quick: bool) -> Section:
    os.sched_setaffinity(0, set(CORES))
    share = 100 if quick else 1
    devices, busy, steady, rest = 10_000, 50 // min(share, 50), 200 // share or 1, 0
    total = 10_000_000 // share
    rest = max(1, (total - busy * 86_400 - steady * 28_800) // (devices - busy - steady))
    with tempfile.TemporaryDirectory(prefix="bench-history-") as folder:
        data = Path(folder)
        bearer, stored, size = uvloop.run(_fill(data, devices, busy, steady, rest))
        rows = _ask(data, bearer, busy, steady, times=5 if quick else 40)
    day, dense, latest = rows
    figures = [
        Figure("positions stored", f"{stored:,}", "10,000,000 or so", quick or stored > 9_500_000),
        Figure("a day of one device, every 30 s, p50", f"{day[2]} ms", "≤ 20 ms", float(day[2]) <= 20),
        Figure("a day of one device, every 10 s, p50", f"{dense[2]} ms", "≤ 20 ms", float(dense[2]) <= 20),
        Figure("latest of 10,000 devices, p50", f"{latest[2]} ms", "≤ 50 ms", float(latest[2]) <= 50),
        Figure("bytes per position on disk", f"{size / stored:.0f}", "none given", True),
    ]
    about = _ABOUT.format(devices=devices, busy=busy, steady=steady, days=_DAYS, total=stored)
    table = Table(["question", "positions in the answer", "p50 ms", "p99 ms", "answer"], rows)
    return Section(part="history", title="History", about=about, figures=figures, tables=[table])


async def _fill(data: Path, devices: int, busy: int, steady: int, rest: int) -> tuple[str, int, int]:
    """(token, positions, bytes that they take). Devices come in through SQL too: 10,000 exceed any limit."""
    with data_folder(data, alone=False):
        await migrate_all(settings(data))
    bearer = await traffic.new_token(data)
    with closing(look(data, "tracking", flags=apsw.SQLITE_OPEN_READWRITE)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("PRAGMA cache_size = -2000000")
        before = _pages(database)
        database.execute("BEGIN")
        database.executemany(
            "INSERT INTO device (no, id, organisation, person_id, name, kind, username,"
            " needs_password, filter, privacy, alerts, friends, simulated, revision, created_at_us) VALUES"
            " (?, ?, 'bench', '', ?, 'vehicle', ?, 1, '{}', '{}', '{}', 0, 0, 1, 0)",
            ((no, _id(no), f"vehicle {no}", f"vehicle-{no}") for no in range(1, devices + 1)),
        )
        database.executemany(
            "INSERT INTO position VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, 0, NULL)",
            _positions(devices, busy, steady, rest),
        )
        stored = database.execute("SELECT count(*) FROM position").fetchone()[0]
        size = _pages(database) - before
        database.execute(
            "INSERT INTO latest SELECT device_no, max(fixed_at_us), received_at_us, latitude_e7,"
            " longitude_e7, accuracy_dm, altitude_dm, speed_cms, course_dd, battery_pct, attributes,"
            " received_at_us, 'moving', fixed_at_us, 0, NULL FROM position GROUP BY device_no"
        )
        database.execute("COMMIT")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return bearer, stored, size


def _pages(database: apsw.Connection) -> int:
    count = database.execute("PRAGMA page_count").fetchone()[0]
    return int(count * database.execute("PRAGMA page_size").fetchone()[0])


def _id(no: int) -> str:
    return f"00000000-0000-7000-8000-{no:012d}"


def _positions(devices: int, busy: int, steady: int, rest: int) -> Iterator[tuple[object, ...]]:
    """In the order of time, as they would have come: every 10 s those that are due."""
    chance = random.Random(1)
    places = [(chance.randint(-600_000_000, 600_000_000), chance.randint(-1_700_000_000, 1_700_000_000))
              for _ in range(devices + 1)]  # fmt: skip
    ticks = _DAYS * 8_640
    now_and_then = sorted(
        (chance.randrange(ticks), no) for no in range(busy + steady + 1, devices + 1) for _ in range(rest)
    )
    seen, at = set[tuple[int, int]](), 0
    for tick in range(ticks):
        due = list(range(1, busy + 1))
        if tick % 3 == 0:
            due += range(busy + 1, busy + steady + 1)
        while at < len(now_and_then) and now_and_then[at][0] == tick:
            if now_and_then[at] not in seen:
                due.append(now_and_then[at][1])
                seen.add(now_and_then[at])
            at += 1
        moment_us = int(_BEGAN.timestamp() * 1e6) + tick * 10_000_000
        for no in due:
            latitude, longitude = places[no]
            yield (
                no, moment_us, moment_us + 800_000, latitude + tick * 900, longitude + tick * 300, 80,
                1390 + tick % 300, tick % 3600, 90 - tick % 60,
            )  # fmt: skip


def _ask(data: Path, bearer: str, busy: int, steady: int, *, times: int) -> list[list[str]]:
    port = free_port()
    command = (
        "-m", "entrepot", "up", "--data", str(data), "--port", str(port), "--mqtt-port", "off",
        "--osmand-port", "off",
    )  # fmt: skip
    server = Server("entrepot up", command, port=port, log=data / "up.log")
    chance = random.Random(2)
    try:
        server.wait_ready()
        asked = HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {bearer}"}

        def day(no: int) -> str:
            begins = _BEGAN + timedelta(days=chance.randrange(_DAYS))
            span = {
                "from": begins.isoformat(),
                "to": (begins + timedelta(days=1)).isoformat(),
                "limit": 10_000,
            }
            return f"/api/devices/{_id(no)}/positions?{urlencode(span)}"

        def one(name: str, path: str) -> tuple[float, int, int]:
            began_at = perf_counter()
            asked.request("GET", path, headers=headers)
            answer = asked.getresponse()
            body = answer.read()
            took_ms = 1000 * (perf_counter() - began_at)
            if answer.status != 200:
                raise RuntimeError(f"{name}: {answer.status} {body[:300]!r}")
            return took_ms, body.count(b'"fixed_at"'), len(body)

        kinds = (
            ("a day, every 30 s", lambda: day(busy + 1 + chance.randrange(steady))),
            ("a day, every 10 s", lambda: day(1 + chance.randrange(busy))),
            ("latest of all", lambda: "/api/positions/latest?limit=10000"),
        )
        rows = []
        for name, path in kinds:
            answers = [one(name, path()) for _ in range(times)]
            took_ms = sorted(each[0] for each in answers)
            rows.append(
                [
                    name, f"{answers[0][1]:,}", f"{took_ms[len(took_ms) // 2]:.1f}",
                    f"{took_ms[min(len(took_ms) - 1, int(len(took_ms) * 0.99))]:.1f}",
                    f"{answers[0][2] / 1000:,.0f} kB",
                ]
            )  # fmt: skip
        return rows
    finally:
        server.stop()
