"""GPX 1.1 (and 1.0): the points of tracks and routes that have a time, read as they come, so that a file may
be larger than memory. Entities and external references are refused.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from entrepot.core.time import to_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import LATEST_US, Arrival, Source, Unreadable, kept, number_in
from entrepot.tracking.model.fix import Fix

_POINTS = ("trkpt", "rtept", "wpt")
_LET_GO = (*_POINTS, "trkseg", "trk", "rte")
_NUMBERS = {"hdop": "hdop", "vdop": "vdop", "pdop": "pdop", "sat": "satellites", "hr": "heart_rate",
            "cad": "cadence", "atemp": "temperature_c"}  # fmt: skip


def read(file: IO[bytes], source: Source) -> Iterator[Arrival]:
    """Points without a time are no fixes, and come as Unreadable; at the end so does what breaks the file."""
    parents: list[Element] = []
    try:
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                parents.append(element)
                continue
            parents.pop()
            name = _local(element)
            if name in _POINTS:
                yield _point(element, source)
            if parents and name in _LET_GO:
                parents[-1].remove(element)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        yield Unreadable(f"The file is no GPX: {str(error)[:200] or type(error).__name__}")


def _point(point: Element, source: Source) -> Arrival:
    latitude, longitude = number_in(point.get("lat", "")), number_in(point.get("lon", ""))
    if latitude is None or longitude is None:
        return Unreadable("A point has no lat or no lon.")
    said = {_local(each): (each.text or "").strip() for each in point.iter() if each is not point}
    at_us = _moment(said.get("time", ""))
    if at_us is None:
        return Unreadable("A point has no time.")
    value = {name: number_in(text) for name, text in said.items()}
    attributes = {ours: value[theirs] for theirs, ours in _NUMBERS.items() if value.get(theirs) is not None}
    return Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        latitude,
        longitude,
        altitude_m=arrival.altitude_m(value.get("ele")),
        speed_mps=arrival.speed_mps(value.get("speed")),
        course_deg=arrival.course_deg(value.get("course")),
        attributes=kept(attributes),
    )


def _local(element: Element) -> str:
    """A name without its namespace: files in the wild have 1.0's, 1.1's, or none."""
    return str(element.tag).rpartition("}")[2]


def _moment(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text)
        us = to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    return us if 0 < us < LATEST_US else None
