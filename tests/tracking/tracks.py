"""Tracks whose truth is known, and a fleet that sends them through the real service."""

import itertools
import random
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from entrepot.core.geo import destination
from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us
from entrepot.device.events import PositionsAccepted
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.geofence import Definition
from entrepot.tracking.repository import geofence as geofences_of
from entrepot.tracking.service.positions import on_positions_accepted

NOON_US = 1_750_000_000_000_000
ORGANISATION = "acme"

_NO_WISHES, _ANY = AlertSettings(), FilterSettings()

_moments = itertools.count(1)

Track = list[Fix]


class Walk:
    """Fixes as a receiver with Gaussian noise would tell them, and where the truth lies."""

    def __init__(
        self, *, device: str = "d1", noise_m: float = 0.0, seed: int = 1, speeds: bool = True,
        at: tuple[float, float] = (50.0, 8.0),
    ) -> None:  # fmt: skip
        self.device, self.noise_m, self.speeds = device, noise_m, speeds
        self.random = random.Random(seed)
        self.at_us, self.latitude, self.longitude = NOON_US, *at
        self.fixes: Track = []
        self.moves: list[tuple[int, int]] = []

    def rest(self, *, s: float, every_s: float = 10.0) -> "Walk":
        for _ in range(int(s / every_s)):
            self._say(every_s, 0.0, 0.0)
        return self

    def ride(self, *, s: float, mps: float, course_deg: float, every_s: float = 5.0) -> "Walk":
        start_us = self.at_us
        for _ in range(int(s / every_s)):
            self.latitude, self.longitude = destination(
                self.latitude, self.longitude, course_deg=course_deg, distance_m=mps * every_s
            )
            self._say(every_s, mps, course_deg)
        self.moves.append((start_us, self.at_us))
        return self

    def jump(self, *, course_deg: float, m: float, s: float = 10.0) -> "Walk":
        """Be elsewhere at once."""
        self.latitude, self.longitude = destination(
            self.latitude, self.longitude, course_deg=course_deg, distance_m=m
        )
        self._say(s, 0.0, course_deg)
        return self

    def _say(self, after_s: float, mps: float, course_deg: float) -> None:
        self.at_us += int(after_s * 1e6)
        east, north = self.random.gauss(0, self.noise_m), self.random.gauss(0, self.noise_m)
        latitude, longitude = destination(self.latitude, self.longitude, course_deg=90, distance_m=east)
        latitude, longitude = destination(latitude, longitude, course_deg=0, distance_m=north)
        self.fixes.append(
            Fix(
                self.device,
                self.at_us,
                self.at_us + 1_000_000,
                latitude,
                longitude,
                max(5.0, self.noise_m),
                None,
                float(mps) if self.speeds else None,
                course_deg,
            )
        )


def circle(latitude: float, longitude: float, radius_m: float, **rest: Any) -> Definition:
    geometry = {"type": "Point", "coordinates": [longitude, latitude]}
    return Definition(geometry=geometry, radius_m=radius_m, **rest)


def polygon(*places: tuple[float, float], **rest: Any) -> Definition:
    """Places as (longitude, latitude)."""
    ring = [list(place) for place in (*places, places[0])]
    return Definition(geometry={"type": "Polygon", "coordinates": [ring]}, **rest)


async def enrolled(
    database: Migratable, *ids: str, alerts: AlertSettings = _NO_WISHES,
    filter: FilterSettings = _ANY, simulated: bool = False,
) -> None:  # fmt: skip
    """Devices, as a fleet's manager would enrol them."""

    async def add(tx: Transaction) -> None:
        for no, id in enumerate(ids, 1):
            await tx.execute(
                "INSERT INTO device (no, id, organisation, person_id, name, kind, username, needs_password,"
                " filter, privacy, alerts, friends, simulated, revision, created_at_us)"
                " VALUES (?, ?, ?, '', ?, 'phone', ?, 1, ?, '{}', ?, 0, ?, 1, 0)",
                no, id, ORGANISATION, f"Van {no}", id,
                msgspec.json.encode(filter).decode(), msgspec.json.encode(alerts).decode(), int(simulated),
            )  # fmt: skip

    await database.write(add)


async def fenced(
    database: Migratable, id: str, definition: Definition, *, created_us: int | None = None
) -> None:
    """A fence, drawn before all tracks; no two at the same time, as by people."""
    created_us = next(_moments) if created_us is None else created_us
    await database.write(
        lambda tx: geofences_of.add(
            tx, id, revision=1, organisation=ORGANISATION, name=id.title(), definition=definition, from_us=0,
            at=from_us(created_us),
        )
    )  # fmt: skip


async def send(database: Migratable, fixes: Sequence[Fix], *, batch: int = 1_000) -> None:
    for start in range(0, len(fixes), batch):
        event = PositionsAccepted(site="hub", fixes=list(fixes[start : start + batch]))
        await database.write(lambda tx, event=event: on_positions_accepted(tx, event))


async def found(database: Migratable) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that was concluded, without when and how it was found."""
    questions = {
        "segments": "SELECT device_no, kind, started_at_us, ended_at_us, latitude_e7, longitude_e7,"
        " end_latitude_e7, end_longitude_e7, distance_mm, max_speed_mps, decided_us, closed_us FROM segment",
        "fence_events": "SELECT device_no, at_us, geofence_id, kind, latitude_e7, longitude_e7, crossed,"
        " decided_us FROM fence_event",
        "incidents": "SELECT id, kind, occurred_at_us, decided_us, value FROM incident",
        "positions": "SELECT device_no, fixed_at_us, latitude_e7, longitude_e7, accuracy_dm, speed_cms,"
        " rejected FROM position",
        "latest": "SELECT device_no, fixed_at_us, latitude_e7, longitude_e7, motion, motion_since_us,"
        " odometer_mm, contact_at_us FROM latest",
        "derivation": "SELECT device_no, state, newest_us, closed_mm FROM derivation",
    }

    async def ask(tx: Reading) -> dict[str, list[tuple[Any, ...]]]:
        return {name: sorted(await tx.fetch(sql), key=repr) for name, sql in questions.items()}

    return await database.read(ask)


async def said(database: Migratable) -> int:
    """How many events lie in the outbox."""

    async def ask(tx: Reading) -> int:
        row = await tx.fetch_one("SELECT COUNT(*) FROM outbox")
        assert row is not None
        count: int = row[0]
        return count

    return await database.read(ask)


def in_some_order(fixes: Iterable[Fix], seed: int) -> Track:
    shuffled = list(fixes)
    random.Random(seed).shuffle(shuffled)
    return shuffled
