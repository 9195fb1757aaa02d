"""Sends a recorded track as a device would, over the protocol of a phone, at the speed of life or faster."""

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
from entrepot.device.formats import recorder, recordings
from entrepot.device.model.arrival import KNOT_MPS, Arrival, Broken, Source, Unreadable
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
    held_back: dict[str, int] = {}

    @property
    def sent_on(self) -> int:
        """How many positions the door did not hold back."""
        return self.acknowledged - sum(self.held_back.values())


class RecordedTrack(msgspec.Struct):
    """What a file holds, ordered by time; how many of its parts are no position, and why it breaks off if it
    does.
    """

    steps: list[TrackStep]
    passed_over: int
    broken: str


def read(file: Path) -> RecordedTrack:
    """Raises: Invalid when nothing of it can be sent."""
    track = RecordedTrack([], 0, "")
    reason = ""
    for found in _arrivals(file):
        if isinstance(found, TrackStep):
            track.steps.append(found)
        elif isinstance(found, Fix):
            track.steps.append(TrackStep(found.fixed_at_us, found))
        else:
            track.passed_over += 1
            if isinstance(found, Unreadable):
                reason = reason or found.reason
            if isinstance(found, Broken):
                track.broken = found.reason
    if not track.steps:
        raise Invalid(f"{file} holds no positions with a time. {track.broken or reason}".rstrip())
    track.steps.sort(key=lambda step: step.at_us)
    return track


def _arrivals(file: Path) -> Iterator[Arrival | TrackStep]:
    source = Source("", to_us(now()))
    try:
        with file.open("rb") as opened:
            head = opened.read(recordings.HEAD_BYTES)
            opened.seek(0)
            if recordings.form_of(head) == "rec":
                for line in opened:
                    yield from _recorded(line, source)
            else:
                yield from recordings.sniffed(opened, source, owntracks=owntracks.decode)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error


def _recorded(line: bytes, source: Source) -> Iterator[Arrival | TrackStep]:
    """Keep the message of a position as the phone wrote it."""
    for found in recorder.arrivals_of(line, source, owntracks.decode):
        if isinstance(found, Fix):
            said = msgspec.json.decode(recorder.payload_of(line) or b"{}")
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
                status, wait_s, held_back = self._ask(steps)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                status, wait_s, held_back, reason = 0, pause_s, {}, str(error) or type(error).__name__
                pause_s = min(pause_s * 2, 10.0)
            if 200 <= status < 300:
                sent.acknowledged += len(steps)
                for reason, count in held_back.items():
                    sent.held_back[reason] = sent.held_back.get(reason, 0) + count
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

    def _ask(self, steps: Sequence[TrackStep]) -> tuple[int, float, dict[str, int]]:
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
        told = (each.partition("=") for each in answer.headers.get("Entrepot-Held-Back", "").split(", "))
        held_back = {name: int(count) for name, _, count in told if count.isdigit()}
        return answer.status, min(float(asked), 60.0) if asked.isdigit() else 1.0, held_back


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
