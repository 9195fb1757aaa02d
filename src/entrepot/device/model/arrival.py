"""What a message says, once it is understood; and the numbers in it, which devices write in many ways."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Literal

import msgspec

from entrepot.tracking.model.fix import Fix

ArrivalKind = Literal["transition", "waypoint", "card", "status", "will", "steps", "beacon"]
# no_number     a text or an object where a number belongs, such as "12 km/h"
# out_of_range  no device can measure this: another unit, or a sensor that is broken
# no_meaning    nobody here knows this field; it is kept beside the position, or with the report
IgnoredReason = Literal["no_number", "out_of_range", "no_meaning"]


class DeviceReport(msgspec.Struct, frozen=True, gc=False):
    """Something else than a position. `body` is the message as JSON; `at_us` is the device's time."""

    kind: ArrivalKind
    at_us: int
    body: bytes


class Unreadable(msgspec.Struct, frozen=True, gc=False):
    """A message, or a part of one, that can never be understood, and why."""

    reason: str


class Broken(Unreadable, frozen=True, gc=False):
    """What ends a file before its end: nothing behind it can be read."""


class Ignored(msgspec.Struct, frozen=True, gc=False):
    """A field of a message that was not used, why, and what stood in it. The rest of the message was used."""

    field: str
    reason: IgnoredReason
    value: object


Arrival = Fix | DeviceReport | Unreadable | Ignored


class Source(msgspec.Struct, frozen=True, gc=False):
    """Whose message it is, when it came, and the secret that opens its payload if the device encrypts."""

    device_id: str
    received_at_us: int
    payload_key: bytes | None = None


# `decode(payload, source)` of one protocol: pure, and it never raises.
Decode = Callable[[bytes, Source], list[Arrival]]

KNOT_MPS = 1852 / 3600
LATEST_US = 7_258_118_400_000_000  # 2200-01-01: what lies beyond is no time of a device
_MILLISECONDS_FROM = 100_000_000_000  # seconds until the year 5138
_MAX_ATTRIBUTES_BYTES = 8 * 1024
_encode = msgspec.json.Encoder(decimal_format="number").encode


def number(value: object) -> float | None:
    """As `plain_number`, or a text that is one: many a script writes numbers as texts."""
    return number_in(value) if type(value) is str else plain_number(value)


def plain_number(value: object) -> float | None:
    """A finite number, or None: what is no number, or too large for one, is as good as not said."""
    if type(value) is float:
        return value if isfinite(value) else None
    if type(value) is int:
        try:
            return float(value)
        except OverflowError:
            return None
    return None


def number_in(text: str) -> float | None:
    """As `number`, of a text; phones set to many languages write a comma for the point."""
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    try:
        found = float(text)
    except ValueError:
        return None
    return found if isfinite(found) else None


def within(value: float | None, low: float, high: float) -> float | None:
    return value if value is not None and low <= value <= high else None


def accuracy_m(value: float | None) -> float | None:
    """Nobody knows a place to the nanometre: 0 and negative numbers mean that it was not known."""
    return within(value, 1e-9, 1e7)


def altitude_m(value: float | None) -> float | None:
    return within(value, -12_000.0, 1e6)


def speed_mps(value: float | None, *, factor: float = 1.0) -> float | None:
    """Negative means unknown; nothing on a phone outruns a spacecraft."""
    return None if value is None else within(value * factor, 0.0, 12_000.0)


def course_deg(value: float | None) -> float | None:
    found = within(value, 0.0, 360.0)
    return 0.0 if found == 360.0 else found


def battery_pct(value: float | None) -> float | None:
    """Below 1 it is a fraction: no device measures its battery to less than a hundredth."""
    found = within(value, 0.0, 100.0)
    return round(found * 100, 2) if found is not None and 0.0 < found < 1.0 else found


def percent(value: object) -> float | None:
    """A number that may carry a sign of per cent."""
    return number_in(value.strip().removesuffix("%")) if type(value) is str else number(value)


def seconds_us(value: float | None) -> int | None:
    """Microseconds of a time in seconds, or in milliseconds where that is the only sense it makes."""
    if value is None or value <= 0:
        return None
    us = value * (1e3 if value >= _MILLISECONDS_FROM else 1e6)
    return round(us) if us < LATEST_US else None


def unused(*fields: tuple[str, object, object]) -> list[Ignored]:
    """Those of (name, what was said, what could be used of it) that say something of which nothing could be
    used. 0 and -1 are how devices say that they do not know.
    """
    found: list[Ignored] = []
    for name, said, used in fields:
        if used is None and said is not None and said != "":
            value = percent(said)
            if value is None:
                found.append(Ignored(name, "no_number", said))
            elif not -1.0 <= value <= 0.0:
                found.append(Ignored(name, "out_of_range", said))
    return found


def unknown(said: Mapping[str, Any], known: frozenset[str]) -> list[Ignored]:
    """Fields that have no meaning here."""
    return [Ignored(name, "no_meaning", said[name]) for name in said.keys() - known]


def kept(attributes: Mapping[str, Any]) -> dict[str, Any] | None:
    """Attributes as they are kept; too many are replaced by their size, so that this shows."""
    if not attributes:
        return None
    size = len(_encode(attributes))
    return dict(attributes) if size <= _MAX_ATTRIBUTES_BYTES else {"attributes_too_large_bytes": size}


def base64(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None
