"""Reports over 500 devices and 90 days: how long pages and files take, and how much memory."""

import os
import random
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlencode

import msgspec
import uvloop

from bench import traffic
from bench.contenders import free_port
from bench.node import settings
from bench.report import Figure, Section, Table
from bench.server import CORES, Server
from entrepot.core.gazetteer import near
from entrepot.node.machine import data_folder
from entrepot.node.stopped import migrate_all

_BEGAN = datetime(2026, 6, 1, tzinfo=UTC)
_DEVICES, _DAYS, _TRIPS = 500, 90, 12
_SPAN = {"from": _BEGAN.isoformat(), "to": (_BEGAN + timedelta(days=_DAYS)).isoformat()}
_MINUTE_US = 60_000_000
_ABOUT = (
    "A node on SQLite with {devices} vehicles that for {days} days made {trips} trips and as many stops a "
    "day and were in two geofences: {segments:,} trips and stops. One trip in ten exceeded 100 km/h; of "
    "these there are positions, one each 30 s; no report reads those of the others. Asked over HTTP, read to "
    "the end. *Memory* is by how much the node's largest resident size grew while all this was asked for."
)


class _Answer(msgspec.Struct):
    items: list[msgspec.Raw]
    next: str | None


def measure(*, quick: bool) -> Section:
    os.sched_setaffinity(0, set(CORES))
    devices, days = (20, 10) if quick else (_DEVICES, _DAYS)
    with tempfile.TemporaryDirectory(prefix="bench-fleet-") as folder:
        data = Path(folder)
        bearer, segments = uvloop.run(_fill(data, devices, days))
        rows, grown_mb = _ask(data, bearer)
    lookups, held_mb = _gazetteer(1_000 if quick else 20_000)
    took = {row[0]: float(row[2]) for row in rows}
    figures = [
        Figure("summary, a page of 50 devices", f"{took['summary, first page']:.2f} s", "≤ 1 s",
               took["summary, first page"] <= 1),
        Figure("summary of all", f"{took['summary, every page']:.1f} s", "≤ 10 s",
               took["summary, every page"] <= 10),
        Figure("trips, a page of 50", f"{took['trips, first page']:.2f} s", "≤ 0.2 s",
               took["trips, first page"] <= 0.2),
        Figure("speeding, a page of 50", f"{took['speeding, first page']:.2f} s", "≤ 2 s",
               took["speeding, first page"] <= 2),
        Figure("every trip as a spreadsheet", f"{took['trips.xlsx']:.0f} s", "≤ 120 s",
               took["trips.xlsx"] <= 120),
        Figure("names of places", f"{lookups:,.0f}/s of CPU", "≥ 10,000/s", lookups >= 10_000),
        Figure("memory of the gazetteer", f"{held_mb:.0f} MB", "≤ 30 MB", held_mb <= 30),
        Figure("memory", f"+{grown_mb:.0f} MB", "≤ 100 MB", grown_mb <= 100),
    ]  # fmt: skip
    about = _ABOUT.format(devices=devices, days=days, trips=_TRIPS, segments=segments)
    table = Table(["report", "rows", "s", "answer"], rows)
    return Section(part="fleet", title="Reports over a fleet", about=about, figures=figures, tables=[table])


async def _fill(data: Path, devices: int, days: int) -> tuple[str, int]:
    with data_folder(data, alone=False):
        await migrate_all(settings(data))
    bearer = await traffic.new_token(data)
    chance = random.Random(1)
    with closing(sqlite3.connect(data / "tracking.sqlite")) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.executemany(
            "INSERT INTO device (no, id, organisation, person_id, name, kind, username,"
            " needs_password, filter, privacy, alerts, friends, simulated, revision, created_at_us) VALUES"
            " (?, ?, 'bench', '', ?, 'vehicle', ?, 1, '{}', '{}', '{}', 0, 0, 1, 0)",
            (
                (no, f"00000000-0000-7000-8000-{no:012d}", f"vehicle {no}", f"v{no}")
                for no in range(1, devices + 1)
            ),
        )
        database.executemany(
            "INSERT INTO geofence VALUES (?, 1, 'bench', ?, ?, 0, NULL, 0)",
            ((f"f{number}", f"Depot {number}", _fence(11.6 + number / 100)) for number in range(2)),
        )
        trips = list(_trips(devices, days, chance))
        database.executemany(
            "INSERT INTO segment VALUES (?, ?, ?, ?, 482000000, 116000000, 483000000, 116000000, ?, ?, 0,"
            " NULL, NULL)",
            _segments(trips),
        )
        database.executemany(
            "INSERT INTO fence_event VALUES (?, ?, ?, ?, 482000000, 116000000, 0, 0, 0)",
            (
                (no, at_us + hours * 60 * _MINUTE_US, f"f{fence}", kind)
                for no, at_us, _, nth in trips if nth == 0
                for fence in range(2) for hours, kind in ((fence, "enter"), (fence + 8, "exit"))
            ),
        )  # fmt: skip
        database.executemany(
            "INSERT INTO position VALUES (?, ?, ?, ?, 116000000, 80, NULL, ?, 0, NULL, 0, NULL)",
            (
                (no, at_us + n * 30_000_000, at_us + n * 30_000_000, 482_000_000 + n * 5_000,
                 3_200 if 20 <= n < 23 else 2_000)
                for no, at_us, fast, _ in trips if fast for n in range(60)
            ),
        )  # fmt: skip
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return bearer, 2 * len(trips)


def _fence(longitude: float) -> str:
    shape = {"type": "Point", "coordinates": [longitude, 48.2]}
    return msgspec.json.encode({"geometry": shape, "radius_m": 300.0}).decode()


def _trips(devices: int, days: int, chance: random.Random) -> Iterator[tuple[int, int, bool, int]]:
    """(device, begin, whether it was fast, which of the day), in the order of time."""
    for day in range(days):
        midnight_us = int((_BEGAN + timedelta(days=day)).timestamp()) * 1_000_000
        for nth in range(_TRIPS):
            for no in range(1, devices + 1):
                yield no, midnight_us + (300 + nth * 60 + no % 20) * _MINUTE_US, chance.random() < 0.1, nth


def _segments(trips: list[tuple[int, int, bool, int]]) -> Iterator[tuple[object, ...]]:
    for no, at_us, fast, nth in trips:
        half_us = at_us + 30 * _MINUTE_US
        stood_us = 30 * _MINUTE_US if nth < _TRIPS - 1 else (24 * 60 - nth * 60 - 30) * _MINUTE_US
        yield no, at_us, "trip", half_us, 25_000_000, 32.0 if fast else 22.0
        yield no, half_us, "stop", half_us + stood_us, 0, None


def _ask(data: Path, bearer: str) -> tuple[list[list[str]], float]:
    port = free_port()
    command = (
        "-m", "entrepot", "up", "--data", str(data), "--port", str(port), "--mqtt-port", "off",
        "--osmand-port", "off",
    )  # fmt: skip
    server = Server("entrepot up", command, port=port, log=data / "up.log")
    try:
        server.wait_ready()
        asked = HTTPConnection("127.0.0.1", port, timeout=600)

        def get(path: str, **query: object) -> tuple[int, bytes, float, int]:
            began = perf_counter()
            target = f"/api/fleet/{path}?{urlencode(_SPAN | query)}"
            asked.request("GET", target, headers={"Authorization": f"Bearer {bearer}"})
            answer = asked.getresponse()
            size, kept = 0, b""
            while part := answer.read(1 << 20):
                size += len(part)
                kept = part if not path.endswith(("csv", "xlsx")) else b""
            if answer.status != 200:
                raise RuntimeError(f"{target}: {answer.status} {kept[:300]!r}")
            return answer.status, kept, perf_counter() - began, size

        get("trips", limit=1)
        before_kb = _peak_kb(server.process.pid)
        rows = []
        for report, more in (
            ("summary", {}), ("days", {"timezone": "Europe/Berlin"}), ("trips", {}), ("visits", {}),
            ("speeding", {"above_mps": 27.8}),
        ):  # fmt: skip
            _, body, took_s, size = get(report, limit=50, **more)
            first = msgspec.json.decode(body, type=_Answer)
            rows.append(
                [f"{report}, first page", str(len(first.items)), f"{took_s:.3f}", f"{size / 1e3:.0f} kB"]
            )
        count, cursor, began = 0, "", perf_counter()
        while cursor is not None:
            page = msgspec.json.decode(
                get("summary", limit=200, **({"cursor": cursor} if cursor else {}))[1], type=_Answer
            )
            count, cursor = count + len(page.items), page.next
        rows.append(["summary, every page", str(count), f"{perf_counter() - began:.2f}", ""])
        for file in ("days.xlsx", "visits.csv", "speeding.csv", "trips.csv", "trips.xlsx"):
            more = {"above_mps": 27.8} if file.startswith("speeding") else {}
            _, _, took_s, size = get(file, **more)
            rows.append([file, "all", f"{took_s:.1f}", f"{size / 1e6:.1f} MB"])
        return rows, (_peak_kb(server.process.pid) - before_kb) / 1e3
    finally:
        server.stop()


def _gazetteer(number: int) -> tuple[float, float]:
    """Names of places all over Europe, none twice: (a second of CPU, megabytes with a full cache)."""
    chance, pid = random.Random(3), os.getpid()
    places = [(chance.uniform(36, 60), chance.uniform(-9, 30)) for _ in range(number)]
    before_kb = _resident_kb(pid)
    near(48.0, 2.0)
    began = process_time()
    for place in places:
        near(*place)
    return number / (process_time() - began), (_resident_kb(pid) - before_kb) / 1e3


def _resident_kb(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()[0])


def _peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])
