"""GPX 1.1 (and 1.0): the points of tracks and routes that have a time, read as they come, so that a file may
be larger than memory. Entities and external references are refused.

A new segment means that the receiver was off or saw no sky in between (GPX 1.1, `trksegType`): its first
point
gets the attribute TRACK_BREAK, so that no journey is made of the leg to it. A waypoint is a mark beside the
track,
often of the same second as one of its points; it is put one microsecond later, so that neither takes the
other's place.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from entrepot.core.errors import Invalid
from entrepot.core.time import to_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import LATEST_US, Arrival, Broken, Source, Unreadable, kept, number_in
from entrepot.tracking.functions.export import OWN_NAMESPACE, SEGMENT_ENDS_AFTER_S
from entrepot.tracking.model.fix import TRACK_BREAK, Fix

_POINTS = ("trkpt", "rtept", "wpt")
_MOST_DEPTH = 64  # no GPX is deeper than ten
_OWN = f"{{{OWN_NAMESPACE}}}"
_decode = msgspec.json.Decoder(dict[str, object]).decode
_NUMBERS = {"hdop": "hdop", "vdop": "vdop", "pdop": "pdop", "sat": "satellites", "hr": "heart_rate",
            "cad": "cadence", "atemp": "temperature_c"}  # fmt: skip


def read(file: IO[bytes], source: Source) -> Iterator[Arrival]:
    """Points without a time are no fixes, and come as Unreadable; at the end so does what breaks the file."""
    parents: list[Element] = []
    before_us, breaks, within, points = 0, False, 0, 0
    try:
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            name = _local(element)
            if event == "start":
                if not parents and name != "gpx":
                    raise Invalid(f"it begins with {name[:40]}")
                parents.append(element)
                within += name in _POINTS
                if len(parents) > _MOST_DEPTH:
                    raise Invalid("its elements lie too deep in each other")
                continue
            parents.pop()
            if name in _POINTS:
                within -= 1
                found = _point(element, source, waypoint=name == "wpt")
                if name == "trkpt" and isinstance(found, Fix):
                    if breaks and before_us and found.fixed_at_us - before_us <= SEGMENT_ENDS_AFTER_S * 1e6:
                        found = _breaking(found)
                    before_us, breaks, points = found.fixed_at_us, False, points + 1
                yield found
            elif name == "trkseg":
                # Some recorders put every point into a segment of its own:
                # https://github.com/tumic0/GPXSee/issues/432
                breaks, points = breaks or points > 1, 0
            if parents and not within:  # nobody asks for it any more
                parents[-1].remove(element)
    except (ParseError, DefusedXmlException, Invalid, ValueError, LookupError) as error:
        yield Broken(f"The file is no GPX, or ends early: {_told(error)}")


def _told(error: Exception) -> str:
    return str(error)[:200] or type(error).__name__


def _breaking(fix: Fix) -> Fix:
    return msgspec.structs.replace(fix, attributes={**(fix.attributes or {}), TRACK_BREAK: True})


def _point(point: Element, source: Source, *, waypoint: bool) -> Arrival:
    latitude, longitude = number_in(point.get("lat", "")), number_in(point.get("lon", ""))
    if latitude is None or longitude is None:
        return Unreadable("A point has no lat or no lon.")
    said, own = _said(point)
    at_us = _moment(said.get("time", ""))
    if at_us is None:
        return Unreadable("A point has no time." if not said.get("time") else "A point's time is none.")
    value = {name: number_in(text) for name, text in said.items()}
    attributes: dict[str, object] = {
        ours: value[theirs] for theirs, ours in _NUMBERS.items() if value.get(theirs) is not None
    }
    if waypoint:
        at_us += 1
        attributes["waypoint"] = said.get("name", "")[:120]
    if "attributes" in own:
        attributes = _own_attributes(own["attributes"])
    return Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        latitude,
        longitude,
        accuracy_m=arrival.accuracy_m(number_in(own.get("accuracy", ""))),
        altitude_m=arrival.altitude_m(value.get("ele")),
        speed_mps=arrival.speed_mps(value.get("speed")),
        course_deg=arrival.course_deg(value.get("course")),
        battery_pct=arrival.battery_pct(number_in(own.get("battery", ""))),
        attributes=kept(attributes),
    )


def _said(point: Element) -> tuple[dict[str, str], dict[str, str]]:
    """What a point says, by local names; and what our own export said besides."""
    said: dict[str, str] = {}
    own: dict[str, str] = {}
    for each in point.iter():
        if each is not point:
            tag, text = str(each.tag), (each.text or "").strip()
            if tag.startswith(_OWN):
                own[tag.removeprefix(_OWN)] = text
            else:  # the point's own come before those of what is in it, such as a link's
                said.setdefault(tag.rpartition("}")[2], text)
    return said, own


def _own_attributes(text: str) -> dict[str, object]:
    try:
        return _decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return {"attributes_unreadable": text[:200]}


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
