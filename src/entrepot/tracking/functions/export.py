"""Positions as files that other programs read: GPX 1.1, GeoJSON (RFC 7946) and CSV (RFC 4180)."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape

import msgspec

from entrepot.tracking.model.fix import TRACK_BREAK
from entrepot.tracking.model.history import Position

# Silence of an hour ends a segment of a track, as it ends a trip.
SEGMENT_ENDS_AFTER_S = 3_600.0
# Of what neither GPX nor Garmin's extension has a word for: accuracy in metres, battery in per cent,
# attributes.
OWN_NAMESPACE = "urn:entrepot:gpx:1"
# What XML 1.0 cannot hold at all.
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_encode = msgspec.json.Encoder().encode
_COLUMNS = (
    "device", "fixed_at", "received_at", "latitude", "longitude", "accuracy_m", "altitude_m", "speed_mps",
    "course_deg", "battery_pct", "attributes",
)  # fmt: skip


class Form(NamedTuple):
    """How a file is written, part by part: `head` from the device's name, `body` from positions and the one
    before them, `foot`.
    """

    suffix: str
    media_type: str
    head: Callable[[str], str]
    body: Callable[[Iterable[Position], Position | None, str], str]
    foot: str


def defused(text: str) -> str:
    """Return the text in a form that no spreadsheet calculates."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _time(position: Position) -> str:
    return position.fixed_at.isoformat().replace("+00:00", "Z")


# ---- GPX --------------------------------------------------------------------------------------------


def _gpx_head(name: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Entrepot" xmlns="http://www.topografix.com/GPX/1/1"'
        ' xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"'
        f' xmlns:e="{OWN_NAMESPACE}">\n'
        f"<trk><name>{escape(_NO_XML.sub('', name))}</name><trkseg>\n"
    )


def _gpx_body(positions: Iterable[Position], before: Position | None, name: str) -> str:
    parts = []
    for position in positions:
        silent_s = 0.0 if before is None else (position.fixed_at - before.fixed_at).total_seconds()
        broke = before is not None and (position.attributes or {}).get(TRACK_BREAK) is True
        if broke or silent_s > SEGMENT_ENDS_AFTER_S:
            parts.append("</trkseg><trkseg>\n")
        parts.append(_trkpt(position))
        before = position
    return "".join(parts)


def _trkpt(position: Position) -> str:
    height = "" if position.altitude_m is None else f"<ele>{position.altitude_m}</ele>"
    measured = "".join(
        f"<tpx:{tag}>{value}</tpx:{tag}>"
        for tag, value in (("speed", position.speed_mps), ("course", position.course_deg))
        if value is not None
    )
    more = f"<tpx:TrackPointExtension>{measured}</tpx:TrackPointExtension>" if measured else ""
    said = _encode(position.attributes).decode() if position.attributes else None
    more += "".join(
        f"<e:{tag}>{value}</e:{tag}>"
        for tag, value in (
            ("accuracy", position.accuracy_m),
            ("battery", position.battery_pct),
            ("attributes", None if said is None else escape(_NO_XML.sub(_as_json, said))),
        )
        if value is not None
    )
    more = f"<extensions>{more}</extensions>" if more else ""
    at = f'lat="{position.latitude:.7f}" lon="{position.longitude:.7f}"'
    return f"<trkpt {at}>{height}<time>{_time(position)}</time>{more}</trkpt>\n"


def _as_json(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


# ---- GeoJSON ----------------------------------------------------------------------------------------


def _geojson_body(positions: Iterable[Position], before: Position | None, name: str) -> str:
    first = "" if before is None else ",\n"
    return first + ",\n".join(_encode(_feature(position)).decode() for position in positions)


def _feature(position: Position) -> dict[str, object]:
    place = [position.longitude, position.latitude]
    if position.altitude_m is not None:
        place.append(position.altitude_m)
    told = msgspec.structs.asdict(position)
    told = {name: told[name] for name in told if name not in ("latitude", "longitude", "rejected")}
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": told}


# ---- CSV --------------------------------------------------------------------------------------------


def _csv_body(positions: Iterable[Position], before: Position | None, name: str) -> str:
    out = io.StringIO()
    rows = csv.writer(out)
    called = defused(name)
    for each in positions:
        attributes = "" if each.attributes is None else defused(_encode(each.attributes).decode())
        rows.writerow(
            (
                called, _time(each), each.received_at.isoformat().replace("+00:00", "Z"),
                f"{each.latitude:.7f}", f"{each.longitude:.7f}", each.accuracy_m, each.altitude_m,
                each.speed_mps, each.course_deg, each.battery_pct, attributes,
            )
        )  # fmt: skip
    return out.getvalue()


GPX = Form("gpx", "application/gpx+xml", _gpx_head, _gpx_body, "</trkseg></trk></gpx>\n")
GEOJSON = Form(
    "geojson", "application/geo+json", lambda _: '{"type":"FeatureCollection","features":[\n', _geojson_body,
    "\n]}\n",
)  # fmt: skip
CSV = Form("csv", "text/csv; charset=utf-8", lambda _: ",".join(_COLUMNS) + "\r\n", _csv_body, "")
