"""KML: `gx:Track` with its times, and placemarks of one point with a TimeStamp. Read as it comes, entities
refused.
"""

from collections import deque
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from entrepot.core.errors import Invalid
from entrepot.device.formats.moments import moment_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import Arrival, Broken, Source, Unreadable, number_in
from entrepot.tracking.functions.export import SEGMENT_ENDS_AFTER_S
from entrepot.tracking.model.fix import TRACK_BREAK, Fix

_MOST_DEPTH = 64
_MOST_WAITING = 2_000_000  # times of one track before its places


def read(file: IO[bytes], source: Source) -> Iterator[Arrival]:
    """Lines without times say nothing about when, and come as Unreadable, as does what breaks the file."""
    parents: list[Element] = []
    track, placemark = _Track(source), _Placemark(source)
    try:
        for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
            name = str(element.tag).rpartition("}")[2]
            if event == "start":
                if not parents and name != "kml":
                    raise Invalid(f"it begins with {name[:40]}")
                parents.append(element)
                if len(parents) > _MOST_DEPTH:
                    raise Invalid("its elements lie too deep in each other")
                if name == "Track":
                    track.begin()
                continue
            parents.pop()
            text, above = (element.text or "").strip(), parents[-1] if parents else None
            in_track = above is not None and str(above.tag).rpartition("}")[2] == "Track"
            if in_track and name == "when":
                track.when(text)
            elif in_track and name == "coord":
                yield track.coord(text)
            elif name == "Placemark":
                yield from placemark.end()
            elif not in_track:
                placemark.hear(name, text, within={str(each.tag).rpartition("}")[2] for each in parents})
            if above is not None:
                above.remove(element)
    except (ParseError, DefusedXmlException, Invalid, ValueError, LookupError) as error:
        said = str(error)[:200] or type(error).__name__
        yield Broken(f"The file is no KML, or ends early: {said}")


class _Track:
    """Times wait for their places, in order."""

    def __init__(self, source: Source) -> None:
        self._source, self._times = source, deque[int]()
        self._before_us, self._breaks = 0, False

    def begin(self) -> None:
        self._times.clear()
        self._breaks = self._before_us > 0

    def when(self, text: str) -> None:
        """Raises: Invalid."""
        if len(self._times) >= _MOST_WAITING:
            raise Invalid("a track has too many times before its places")
        self._times.append(moment_us(text) or 0)

    def coord(self, text: str) -> Arrival:
        at_us = self._times.popleft() if self._times else 0
        found = _fix(text.split(), at_us, self._source)
        if isinstance(found, Fix):
            near = at_us - self._before_us <= SEGMENT_ENDS_AFTER_S * 1e6
            breaks, self._before_us, self._breaks = self._breaks and near, at_us, False
            return _fix(text.split(), at_us, self._source, breaks=breaks)
        return found


class _Placemark:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._when = self._point = ""
        self._line = False

    def hear(self, name: str, text: str, *, within: set[str]) -> None:
        if name == "when" and "TimeStamp" in within:
            self._when = text
        elif name == "coordinates":
            if "Point" in within:
                self._point = text
            else:
                self._line = True

    def end(self) -> Iterator[Arrival]:
        point, when, line = self._point, self._when, self._line
        self._when, self._point, self._line = "", "", False
        if point:
            yield _fix(point.split(","), moment_us(when) or 0, self._source)
        elif line:
            yield Unreadable("A line has no times.")


def _fix(place: list[str], at_us: int, source: Source, *, breaks: bool = False) -> Arrival:
    """`place` is longitude, latitude and perhaps metres of height."""
    numbers = [number_in(each) for each in place[:3]]
    if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
        return Unreadable("A point has no place.")
    if not at_us:
        return Unreadable("A point has no time.")
    return Fix(
        source.device_id, at_us, source.received_at_us, numbers[1], numbers[0],
        altitude_m=arrival.altitude_m(numbers[2] if len(numbers) > 2 else None),
        attributes={TRACK_BREAK: True} if breaks else None,
    )  # fmt: skip
