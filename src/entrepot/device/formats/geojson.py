"""GeoJSON: features with a time, one at a time from files larger than memory. Points say it among their
properties, lines in `coordTimes`, as converters from GPX write it.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any

from entrepot.device.formats.moments import moment_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import Arrival, Broken, Source, Unreadable, kept, number, number_in
from entrepot.tracking.model.fix import TRACK_BREAK, Fix

_PART = 64 * 1024
_HEAD = 256 * 1024  # before the first feature
_MOST_FEATURE = 32 * 1024 * 1024  # a line of a day
_LIST = re.compile(r'"(?:features|locations)"\s*:\s*\[')
_FIRST = re.compile(r"\s*(?:\[|\{)")
_SKIPPED = " \t\r\n,\x1e\ufeff"
_TIMES = ("fixed_at", "time", "timestamp", "tst", "datetime", "when", "recorded_at")
_decoder = json.JSONDecoder()


def read(file: IO[bytes], source: Source) -> Iterator[Arrival]:
    """Features of a collection, or one a line; what breaks the file comes as Unreadable."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace")
    try:
        for feature in _features(text):
            yield from _arrivals(feature, source)
    except (ValueError, RecursionError) as error:
        yield Broken(f"The file is no GeoJSON, or ends early: {str(error)[:200]}")
    finally:
        text.detach()


def _features(text: IO[str]) -> Iterator[Any]:
    """Raises: ValueError where the file is broken or ends too early."""
    buffer = text.read(_HEAD)
    found = _LIST.search(buffer)
    listed = found is not None or buffer.lstrip(_SKIPPED).startswith("[")
    buffer = buffer[found.end() :] if found else buffer.lstrip(_SKIPPED).removeprefix("[")
    if not listed and not _FIRST.match(buffer):
        raise ValueError("it begins with no object")
    wanted = _PART
    while True:
        buffer = buffer.lstrip(_SKIPPED)
        if listed and buffer.startswith("]"):
            return
        try:
            feature, end = _decoder.raw_decode(buffer)
        except ValueError:
            more = text.read(wanted)
            if not more:
                if not buffer and not listed:
                    return
                raise ValueError("it ends in the middle of a feature") from None
            if len(buffer) > _MOST_FEATURE:
                raise ValueError("a feature is too large") from None
            # Twice as much each time: a large feature is not begun anew for every small part of it.
            buffer, wanted = buffer + more, min(wanted * 2, _MOST_FEATURE)
            continue
        buffer, wanted = buffer[end:], _PART
        yield feature


def _arrivals(feature: Any, source: Source) -> Iterator[Arrival]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict):
        yield Unreadable("A feature has no place.")
        return
    found = feature.get("properties")
    said: dict[str, Any] = found if isinstance(found, dict) else {}
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind == "Point":
        when = next((said[name] for name in _TIMES if said.get(name) is not None), None)
        yield _fix(coordinates, when, said, source)
    elif kind in ("LineString", "MultiLineString") and isinstance(coordinates, list):
        yield from _line(coordinates if kind == "MultiLineString" else [coordinates], said, source)
    else:
        yield Unreadable(f"A feature is a {str(kind)[:40]}, which says nothing about where a device was.")


def _line(parts: list[Any], said: Mapping[str, Any], source: Source) -> Iterator[Arrival]:
    inner = said.get("coordinateProperties")
    times = said.get("coordTimes") or (inner.get("times") if isinstance(inner, dict) else None)
    if not isinstance(times, list):
        yield Unreadable("A line has no times.")
        return
    nested = times if times and isinstance(times[0], list) else [times]
    for number_, (part, moments) in enumerate(zip(parts, nested, strict=False)):
        for at, place in enumerate(part if isinstance(part, list) else ()):
            when = moments[at] if isinstance(moments, list) and at < len(moments) else None
            breaks = {"attributes": {TRACK_BREAK: True}} if number_ and not at else {}
            yield _fix(place, when, breaks, source)


def _fix(place: Any, when: object, said: Mapping[str, Any], source: Source) -> Arrival:
    numbers = [number(each) for each in place[:3]] if isinstance(place, list) else []
    if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
        return Unreadable("A point has no place.")
    at_us = None if isinstance(when, bool) else moment_us(str(when)) if when is not None else None
    if at_us is None:
        return Unreadable("A point has no time." if when is None else "A point's time is none.")
    attributes = said.get("attributes")
    return Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        numbers[1],
        numbers[0],
        arrival.accuracy_m(_said(said, "accuracy_m", "accuracy", "horizontal_accuracy", "acc")),
        arrival.altitude_m(numbers[2] if len(numbers) > 2 else _said(said, "altitude_m", "altitude", "alt")),
        arrival.speed_mps(_said(said, "speed_mps", "speed", "velocity")),
        arrival.course_deg(_said(said, "course_deg", "course", "bearing")),
        arrival.battery_pct(_battery(said)),
        kept(attributes) if isinstance(attributes, dict) else None,
    )


def _said(said: Mapping[str, Any], *names: str) -> float | None:
    for name in names:
        value = said.get(name)
        found = number_in(value) if isinstance(value, str) else number(value)
        if found is not None:
            return found
    return None


def _battery(said: Mapping[str, Any]) -> float | None:
    """Per cent; Overland says a share of one."""
    share = _said(said, "battery_level")
    if share is not None and 0 <= share <= 1:
        return share * 100
    return _said(said, "battery_pct", "battery", "batt") if share is None else share
