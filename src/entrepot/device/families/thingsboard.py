"""Telemetry as ThingsBoard's devices send it: an object of values, `{"ts": ms, "values": {…}}`, or an array
of either. A position is `latitude` and `longitude` (or `lat` and `lon`) in degrees; the rest is in SI units.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from entrepot.core.events import UNREADABLE
from entrepot.device.model import arrival
from entrepot.device.model.arrival import LATEST_US, Arrival, DeviceReport, Source, Unreadable, kept, number
from entrepot.device.model.family import Family, OverMqtt
from entrepot.device.model.words import WORDS, understood
from entrepot.tracking.model.fix import Fix

_MAX_MESSAGES = 10_000
_LATITUDES, _LONGITUDES = ("latitude", "lat"), ("longitude", "lon", "lng")
_ACCURACIES, _ALTITUDES = ("accuracy", "accuracy_m"), ("altitude", "altitude_m")
_SPEEDS, _COURSES = ("speed", "speed_mps"), ("course", "heading", "bearing", "course_deg")
_BATTERIES = ("battery", "batteryLevel", "battery_pct")
_TAKEN = frozenset((*_LATITUDES, *_LONGITUDES, *_ACCURACIES, *_ALTITUDES, *_SPEEDS, *_COURSES, *_BATTERIES))
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def decode(payload: bytes, source: Source) -> list[Arrival]:
    if not payload.strip():
        return []
    try:
        said = _decode(payload)
    except UNREADABLE as error:
        return [Unreadable(f"It is no JSON: {str(error)[:200]}")]
    if type(said) is list and len(said) <= _MAX_MESSAGES:
        return [each for part in said for each in _part(part, source)]
    return _part(said, source)


def _part(said: object, source: Source) -> list[Arrival]:
    if type(said) is not dict:
        return [Unreadable("Telemetry is no JSON object.")]
    if "ts" in said and type(values := said.get("values")) is dict:
        ms = number(said["ts"])
        if ms is None or not 0 < ms < LATEST_US / 1000:
            return [Unreadable("ts is no time in milliseconds.")]
        return _values(values, source, at_us=round(ms * 1000))
    return _values(said, source, at_us=source.received_at_us)


def _values(said: dict[str, Any], source: Source, *, at_us: int) -> list[Arrival]:
    latitude, longitude = _first(said, _LATITUDES), _first(said, _LONGITUDES)
    if latitude is None or longitude is None:
        if any(name in said for name in (*_LATITUDES, *_LONGITUDES)):
            return [Unreadable("A position needs two numbers, latitude and longitude.")]
        words, wordless = understood(said)
        known = _TAKEN | WORDS
        return [DeviceReport("status", at_us, _encode(words)), *wordless, *arrival.unknown(words, known)]
    attributes, wordless = understood({name: said[name] for name in said if name not in _TAKEN})
    fix = Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        latitude,
        longitude,
        arrival.accuracy_m(_first(said, _ACCURACIES)),
        arrival.altitude_m(_first(said, _ALTITUDES)),
        arrival.speed_mps(_first(said, _SPEEDS)),
        arrival.course_deg(_first(said, _COURSES)),
        arrival.battery_pct(_first(said, _BATTERIES, read=arrival.percent)),
        kept(attributes),
    )
    ignored = arrival.unused(
        *_said(said, _ACCURACIES, fix.accuracy_m),
        *_said(said, _ALTITUDES, fix.altitude_m),
        *_said(said, _SPEEDS, fix.speed_mps),
        *_said(said, _COURSES, fix.course_deg),
        *_said(said, _BATTERIES, fix.battery_pct),
    )
    return [fix, *ignored, *wordless, *arrival.unknown(attributes, WORDS)]


def _said(
    said: dict[str, Any], names: tuple[str, ...], used: float | None
) -> list[tuple[str, object, float | None]]:
    return [(name, said[name], used) for name in names if name in said]


def _first(
    said: dict[str, Any], names: tuple[str, ...], *, read: Callable[[object], float | None] = number
) -> float | None:
    for name in names:
        if (found := read(said.get(name))) is not None:
            return found
    return None


FAMILY = Family(
    name="thingsboard",
    about="Devices and firmware made for ThingsBoard, which show their token as the username.",
    protocols={"thingsboard": decode},
    mqtt=OverMqtt(
        publishes=dict.fromkeys(
            ("v1/devices/me/telemetry", "v1/devices/me/attributes", "v2/t", "v2/a"), "thingsboard"
        ),
        in_front={"v1/devices/{device}/+/#": "thingsboard"},
        grants=("v1/devices/me/#",),
    ),
)
