"""The limit of positions end to end: MQTT → JSON → fences → SQLite in one loop, for these messages and
nothing else. No passwords, filter, trips, history, events, outbox, alerts, quotas or second protocol. What it
acknowledges is on disk, with the fences that were entered and left.

    python -m bench.twins.positions DATA PORT
"""

import asyncio
import random
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from math import cos, radians
from pathlib import Path
from time import time_ns
from typing import Any

import msgspec
import uvloop

from bench.twins import setting

FENCES, RADIUS_M = 1_000, 500.0
_CELL_DEG = 0.1
_METRES_PER_DEG = 111_195.0
_SCHEMA = """
CREATE TABLE position (
    device TEXT NOT NULL, fixed_at_us INTEGER NOT NULL, received_at_us INTEGER NOT NULL,
    latitude REAL NOT NULL, longitude REAL NOT NULL, accuracy_m REAL,
    speed_kmh REAL, course_deg REAL, battery_pct REAL,
    PRIMARY KEY (device, fixed_at_us)
) WITHOUT ROWID;
CREATE TABLE passage (
    device TEXT NOT NULL, fence INTEGER NOT NULL, at_us INTEGER NOT NULL, entered INTEGER NOT NULL
);
"""
_POSITION = "INSERT OR IGNORE INTO position VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PASSAGE = "INSERT INTO passage VALUES (?, ?, ?, ?)"
_CONNECT, _PUBLISH, _PINGREQ = 0x10, 0x30, 0xC0
_ACCEPTED = b"\x20\x02\x00\x00"


class Location(msgspec.Struct):
    """What OwnTracks sends, as far as it is kept."""

    tst: int
    lat: float
    lon: float
    acc: float | None = None
    vel: float | None = None
    cog: float | None = None
    batt: float | None = None


class Fences:
    """Circles on a grid of tenths of a degree, and who is in which."""

    def __init__(self, circles: list[tuple[float, float]]) -> None:
        self._grid: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
        for number, (latitude, longitude) in enumerate(circles):
            for north in (-1, 0, 1):
                for east in (-1, 0, 1):
                    cell = (int(latitude // _CELL_DEG) + north, int(longitude // _CELL_DEG) + east)
                    self._grid.setdefault(cell, []).append((number, latitude, longitude))
        self._inside: dict[str, set[int]] = {}

    def passed(self, device: str, latitude: float, longitude: float) -> list[tuple[int, bool]]:
        """The fences that the device entered (True) or left since it was last seen."""
        near = self._grid.get((int(latitude // _CELL_DEG), int(longitude // _CELL_DEG)))
        before = self._inside.get(device)
        if near is None and not before:
            return []
        scale = cos(radians(latitude))
        now = {
            number
            for number, north, east in near or ()
            if ((latitude - north) ** 2 + ((longitude - east) * scale) ** 2) * _METRES_PER_DEG**2
            <= RADIUS_M**2
        }
        self._inside[device] = now
        return [(each, each in now) for each in now ^ (before or set())]


class Writer:
    """Group commit: the loop inserts what arrived while a thread flushed what was before it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self._thread = connection, ThreadPoolExecutor(1)
        self._loop = asyncio.get_running_loop()
        self._positions: list[tuple[Any, ...]] = []
        self._passages: list[tuple[Any, ...]] = []
        self._acknowledge: list[tuple[Any, bytes]] = []
        self._busy = False

    def add(self, position: tuple[Any, ...], passages: list[tuple[Any, ...]]) -> None:
        self._positions.append(position)
        self._passages += passages

    def then(self, transport: Any, acknowledgements: bytes) -> None:
        """Send the acknowledgements when all that was added is on disk."""
        self._acknowledge.append((transport, acknowledgements))
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        positions, self._positions = self._positions, []
        passages, self._passages = self._passages, []
        due, self._acknowledge = self._acknowledge, []
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(_POSITION, positions)
        self._connection.executemany(_PASSAGE, passages)
        flushed = self._loop.run_in_executor(self._thread, self._connection.execute, "COMMIT")
        flushed.add_done_callback(lambda done: self._settle(done, due))

    def _settle(self, flushed: "asyncio.Future[Any]", due: list[tuple[Any, bytes]]) -> None:
        flushed.result()  # a failure ends the bench
        for transport, acknowledgements in due:
            transport.write(acknowledgements)
        self._busy = bool(self._acknowledge)
        if self._busy:
            self._flush()


class Receiver(asyncio.Protocol):
    """One connection of MQTT 3.1.1: CONNECT, PUBLISH with QoS 1, PINGREQ; whatever else comes is skipped."""

    def __init__(self, writer: Writer, fences: Fences) -> None:
        self._writer, self._fences = writer, fences
        self._decode = msgspec.json.Decoder(Location).decode
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        at, size, acknowledgements = 0, len(data), []
        while size - at >= 2:
            length, start, shift = data[at + 1], at + 2, 7
            if length > 127:
                if size - at < 6:
                    break
                length &= 127
                while True:
                    digit, start = data[start], start + 1
                    length |= (digit & 127) << shift
                    if digit < 128:
                        break
                    shift += 7
            if size < (end := start + length):
                break
            kind = data[at] & 0xF0
            if kind == _PUBLISH:
                body = start + 2 + (data[start] << 8 | data[start + 1])
                self._position(data[start + 2 : body].decode(), data[body + 2 : end])
                acknowledgements.append(b"\x40\x02" + data[body : body + 2])
            elif kind == _CONNECT:
                self._transport.write(_ACCEPTED)
            elif kind == _PINGREQ:
                self._transport.write(b"\xd0\x00")
            at = end
        self._rest = data[at:]
        if acknowledgements:
            self._writer.then(self._transport, b"".join(acknowledgements))

    def _position(self, topic: str, payload: bytes) -> None:
        device, said = topic.split("/", 2)[1], self._decode(payload)
        at_us, received_at_us = said.tst * 1_000_000, time_ns() // 1000
        passed = self._fences.passed(device, said.lat, said.lon)
        self._writer.add(
            (device, at_us, received_at_us, said.lat, said.lon, said.acc, said.vel, said.cog, said.batt),
            [(device, fence, at_us, entered) for fence, entered in passed],
        )


async def serve(data: Path, port: int) -> None:
    connection = setting.connect(data / "positions.sqlite")
    connection.executescript(_SCHEMA)
    chance = random.Random(1)
    fences = Fences([(chance.uniform(-60, 60), chance.uniform(-170, 170)) for _ in range(FENCES)])
    writer, loop = Writer(connection), asyncio.get_running_loop()
    server = await loop.create_server(lambda: Receiver(writer, fences), "127.0.0.1", port, backlog=2048)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
