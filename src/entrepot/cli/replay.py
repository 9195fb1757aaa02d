"""Sends a recorded track as a device would: GPX, NMEA or an OwnTracks recorder's log, over the protocol of a
phone, at the speed of life or faster.
"""

import http.client
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import msgspec

from entrepot.core.errors import Conflict, Invalid, Unavailable
from entrepot.core.time import now, to_us
from entrepot.device.families import owntracks
from entrepot.device.formats import gpx, nmea
from entrepot.device.model.arrival import KNOT_MPS, Arrival, Source
from entrepot.tracking.model.fix import Fix

DeviceProtocol = Literal["owntracks", "osmand"]

_MPS_KMH = 3.6
_PATIENCE_S = 120.0  # with a node that does not answer
_TIMEOUT_S = 30.0  # for one answer of the node
_NOT_OWNTRACKS = frozenset(("attributes_too_large_bytes",))
_encode = msgspec.json.Encoder().encode


class DeviceRefused(Conflict):
    """The node will not take what this device sends."""


class TrackStep(msgspec.Struct, frozen=True):
    """One message, and the device's time in it."""

    at_us: int
    fix: Fix
    message: dict[str, Any] | None = None


class SentCounts(msgspec.Struct):
    """Counts of messages. Those acknowledged are on the node's disk."""

    acknowledged: int = 0
    tried_again: int = 0
    passed_over: int = 0


def read(file: Path) -> tuple[list[TrackStep], int]:
    """Return the file's fixes, ordered by time, and how many of its parts are no fix. Raises: Invalid."""
    steps: list[TrackStep] = []
    passed_over = 0
    for found in _arrivals(file):
        if isinstance(found, TrackStep):
            steps.append(found)
        elif isinstance(found, Fix):
            steps.append(TrackStep(found.fixed_at_us, found))
        else:
            passed_over += 1
    if not steps:
        raise Invalid(f"{file} holds no positions with a time, as GPX, NMEA or an OwnTracks log would.")
    steps.sort(key=lambda step: step.at_us)
    return steps, passed_over


def _arrivals(file: Path) -> Iterator[Arrival | TrackStep]:
    source = Source("", to_us(now()))
    try:
        if file.suffix.lower() == ".gpx":
            with file.open("rb") as opened:
                yield from gpx.read(opened, source)
        elif file.suffix.lower() == ".rec":
            with file.open(encoding="utf-8", errors="replace") as opened_text:
                for line in opened_text:
                    yield from _recorded(line, source)
        else:
            with file.open(encoding="ascii", errors="replace") as opened_text:
                yield from nmea.read(opened_text, source)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error


def _recorded(line: str, source: Source) -> Iterator[Arrival | TrackStep]:
    """Parse a line `time TAB topic TAB JSON` of OwnTracks' recorder."""
    payload = line.rstrip("\n").split("\t")[-1].encode()
    for found in owntracks.decode(payload, source):
        if isinstance(found, Fix):
            said = msgspec.json.decode(payload)
            yield TrackStep(found.fixed_at_us, found, said if isinstance(said, dict) else None)
        else:
            yield found


def shifted(steps: Sequence[TrackStep], *, speed: float | None) -> list[TrackStep]:
    """Shift the times so that, replayed at `speed` (None: all at once), the last fix is sent at its own
    time.
    """
    first_us, last_us = steps[0].at_us, steps[-1].at_us
    lasts_us = 0 if speed is None else round((last_us - first_us) / speed)
    by_us = to_us(now()) + lasts_us - last_us
    return [_moved(step, by_us) for step in steps]


def _moved(step: TrackStep, by_us: int) -> TrackStep:
    at_us = step.at_us + by_us
    message = step.message
    if message is not None:
        message = {name: value for name, value in message.items() if name != "created_at"}
        message["tst"] = at_us // 1_000_000
    return TrackStep(at_us, msgspec.structs.replace(step.fix, fixed_at_us=at_us), message)


class ReplayedDevice:
    """A device at `url` that shows its credential."""

    def __init__(self, url: str, *, username: str, password: str, protocol: DeviceProtocol) -> None:
        """Raises: Invalid."""
        where = urlsplit(url)
        if where.scheme not in ("http", "https") or not where.hostname:
            raise Invalid(f"{url} is no http:// or https:// address. Give the node's with --to.")
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(where.hostname, where.port, timeout=_TIMEOUT_S)
        self._base, self._protocol = where.path.rstrip("/"), protocol
        self._username, self._password = username, password
        credential = b64encode(f"{username}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credential}", "Content-Type": "application/json"}

    def send(self, steps: Sequence[TrackStep], sent: SentCounts) -> None:
        """Send until it is acknowledged. Raises: DeviceRefused; Unavailable when the node stays away."""
        give_up_at, pause_s = time.monotonic() + _PATIENCE_S, 0.2
        while True:
            try:
                status, wait_s = self._ask(steps)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                status, wait_s, reason = 0, pause_s, str(error) or type(error).__name__
                pause_s = min(pause_s * 2, 10.0)
            if 200 <= status < 300:
                sent.acknowledged += len(steps)
                return
            if status not in (0, 429, 500, 502, 503, 504):
                raise DeviceRefused(f"The node answered {status}. Check the username, the password and --to.")
            if time.monotonic() > give_up_at:
                said = f"it answers {status}" if status else reason
                raise Unavailable(f"The node does not take anything: {said}.")
            sent.tried_again += 1
            time.sleep(wait_s)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, steps: Sequence[TrackStep]) -> tuple[int, float]:
        if self._protocol == "owntracks":
            messages = [_owntracks(step) for step in steps]
            body = _encode(messages[0] if len(messages) == 1 else messages)
            self._connection.request("POST", f"{self._base}/owntracks", body, self._headers)
        else:
            query = _osmand(steps[0], username=self._username, password=self._password)
            self._connection.request("GET", f"{self._base}/osmand?{query}")
        answer = self._connection.getresponse()
        answer.read()
        asked = answer.headers.get("Retry-After", "1")
        return answer.status, min(float(asked), 60.0) if asked.isdigit() else 1.0


def replay(
    device: ReplayedDevice, steps: Sequence[TrackStep], sent: SentCounts, *, speed: float | None,
    batch: int = 1, progress: Callable[[int], None] = lambda count: None,
) -> None:  # fmt: skip
    """Send all steps, at `speed` times the real speed or as fast as the node takes them. `sent` counts what
    was acknowledged, even when this ends early. Raises: as `ReplayedDevice.send`.
    """
    started_s, first_us = time.monotonic(), steps[0].at_us
    size = 1 if speed is not None else batch
    for at in range(0, len(steps), size):
        part = steps[at : at + size]
        if speed is not None:
            due_s = started_s + (part[0].at_us - first_us) / 1e6 / speed
            time.sleep(max(0.0, due_s - time.monotonic()))
        device.send(part, sent)
        progress(len(part))


def _owntracks(step: TrackStep) -> dict[str, Any]:
    if step.message is not None:
        return step.message
    fix = step.fix
    seconds, fraction = divmod(step.at_us, 1_000_000)
    message: dict[str, Any] = {
        **{name: value for name, value in (fix.attributes or {}).items() if name not in _NOT_OWNTRACKS},
        "_type": "location",
        "lat": fix.latitude,
        "lon": fix.longitude,
        "tst": seconds if not fraction else step.at_us / 1e6,
        "acc": fix.accuracy_m,
        "alt": fix.altitude_m,
        "vel": None if fix.speed_mps is None else round(fix.speed_mps * _MPS_KMH, 3),
        "cog": fix.course_deg,
        "batt": fix.battery_pct,
    }
    return {name: value for name, value in message.items() if value is not None}


def _osmand(step: TrackStep, *, username: str, password: str) -> str:
    fix = step.fix
    said = {
        "id": username,
        "token": password,
        "timestamp": step.at_us // 1000,
        "lat": fix.latitude,
        "lon": fix.longitude,
        "accuracy": fix.accuracy_m,
        "altitude": fix.altitude_m,
        "speed": None if fix.speed_mps is None else round(fix.speed_mps / KNOT_MPS, 4),
        "bearing": fix.course_deg,
        "batt": fix.battery_pct,
    }
    return urlencode({name: value for name, value in said.items() if value is not None})
