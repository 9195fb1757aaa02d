"""Which format a recorded track has, by what is in it rather than by its name; and its reader."""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import IO

from entrepot.device.formats import geojson, gpx, kml, nmea, recorder, tables
from entrepot.device.formats.moments import UTC
from entrepot.device.model.arrival import Arrival, Broken, Decode, Source

FORMS = ("gpx", "nmea", "kml", "geojson", "csv", "rec")
HEAD_BYTES = 4096
_RECORDED = re.compile(rb"\s*\d{4}-\d\d-\d\dT[\d:.]+Z?[ \t]+[^{\n]*\{")
_PACKED = {
    b"PK\x03\x04": "It is a zip or a KMZ: unpack it first.",
    b"\x1f\x8b": "It is packed with gzip: unpack it first.",
    b".FIT": "It is a FIT file, which is not read: convert it to GPX.",
}


def form_of(head: bytes) -> str:
    """The format of a file that begins so; or a sentence why it is none that is read."""
    for mark, why in _PACKED.items():
        if head.startswith(mark) or (mark == b".FIT" and head[8:12] == mark):
            return why
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"<\x00" not in head[:8]:
        return "It is in UTF-16: save it as UTF-8."
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start:
        return "The file is empty."
    if start.startswith((b"<", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        plain = start.replace(b"\x00", b"")
        return "kml" if re.search(rb"<(?:\w+:)?kml[\s>]", plain) else "gpx"
    if _RECORDED.match(start) or re.match(rb'\{[^{\[\n]*"_type"', start):
        return "rec"
    if start[:1] in (b"{", b"["):
        return "geojson"
    if start[:1] in (b"$", b"!"):
        return "nmea"
    if b"$GP" in start or b"$GN" in start:
        return "nmea"
    if b"," in start or b";" in start or b"\t" in start:
        return "csv"
    return "It is no GPX, KML, GeoJSON, NMEA, CSV or log of OwnTracks' recorder."


def read(
    file: IO[bytes], source: Source, form: str, *, owntracks: Decode,
    columns: Mapping[str, str] | None = None, zone: tzinfo = UTC,
) -> Iterator[Arrival]:  # fmt: skip
    """What the file holds, in its order, never more of it in memory than one part."""
    if form == "gpx":
        return gpx.read(file, source)
    if form == "kml":
        return kml.read(file, source)
    if form == "geojson":
        return geojson.read(file, source)
    if form == "csv":
        return tables.read(file, source, columns=columns, zone=zone)
    if form == "rec":
        return recorder.read(file, source, owntracks)
    return nmea.read(io.TextIOWrapper(file, encoding="ascii", errors="replace"), source)


def sniffed(file: IO[bytes], source: Source, *, owntracks: Decode) -> Iterator[Arrival]:
    """As `read`, of a file that can seek."""
    form = form_of(file.read(HEAD_BYTES))
    file.seek(0)
    if form in FORMS:
        yield from read(file, source, form, owntracks=owntracks)
    else:
        yield Broken(form)
