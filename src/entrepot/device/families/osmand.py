"""What OsmAnd and Traccar Client send (https://www.traccar.org/osmand/): a query or a form with the speed in
knots, or JSON with the speed in m/s. `id`, `deviceid` and `token` say who it is and are no part of it.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from entrepot.core.events import UNREADABLE
from entrepot.core.time import to_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import (
    KNOT_MPS,
    LATEST_US,
    Arrival,
    DeviceReport,
    Source,
    Unreadable,
    kept,
    number,
    number_in,
)
from entrepot.device.model.family import DeviceRequest, Enrolled, Family, Friend, OverHttp, Request, SetUp
from entrepot.device.model.words import WORDS, understood
from entrepot.tracking.model.fix import Fix

_SECONDS_BELOW = 2**31 - 1  # Traccar takes greater numbers for milliseconds
_MAX_FIELDS = 100
_REPEATED = ("cell", "wifi")
_WHO = frozenset(("id", "deviceid", "device_id", "token"))
_TAKEN = _WHO | {
    "lat", "lon", "latitude", "longitude", "location", "timestamp", "speed", "bearing", "heading", "altitude",
    "accuracy", "batt",
}  # fmt: skip
# What else a message may say (https://www.traccar.org/osmand/, and what Traccar Client and its library send).
_KNOWN = frozenset(
    (
        "cell", "driverUniqueId", "event", "hdop", "mock", "notificationToken", "valid", "wifi", *WORDS,
    )
)  # fmt: skip
_KNOWN_IN_JSON = frozenset(
    (
        "activity", "age", "event", "extras", "geofence", "manual", "mock", "recorded_at", "uuid", *WORDS,
    )
)  # fmt: skip
_PLACES = frozenset(("lat", "lon", "latitude", "longitude"))
_TRUTHS = {"true": True, "1": True, "false": False, "0": False}
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_SPACED = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)")

QueryFields = Mapping[str, str]


def _fields(text: bytes) -> list[tuple[str, str]] | None:
    """The members of a query or a form; None if it is neither."""
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None


def decode_fields(payload: bytes, source: Source) -> list[Arrival]:
    """A query, or a form."""
    pairs = _fields(payload)
    if pairs is None:
        return [Unreadable("It is no query, and no form.")]
    said = dict(pairs)
    at_us = _time(said["timestamp"]) if said.get("timestamp") else source.received_at_us
    if at_us is None:
        return [Unreadable("timestamp is no time that is known.")]
    place = _place(said)
    if isinstance(place, Unreadable):
        return [place]
    attributes, wordless = understood(_attributes(pairs))
    if place is None:
        if "batt" in said:
            attributes["batt"] = said["batt"]
        return [DeviceReport("status", at_us, _encode(attributes)), *wordless]
    value = {name: number_in(said[name]) for name in _TAKEN if name in said}
    if "batt" in said:
        value["batt"] = arrival.percent(said["batt"])
    bearing = "bearing" if "bearing" in said else "heading"
    fix = Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        *place,
        arrival.accuracy_m(value.get("accuracy")),
        arrival.altitude_m(value.get("altitude")),
        _speed(arrival.speed_mps(value.get("speed"), factor=KNOT_MPS), attributes),
        arrival.course_deg(value.get(bearing)),
        arrival.battery_pct(value.get("batt")),
        kept(attributes),
    )
    ignored = arrival.unused(
        ("accuracy", said.get("accuracy"), fix.accuracy_m),
        ("altitude", said.get("altitude"), fix.altitude_m),
        ("speed", said.get("speed"), fix.speed_mps),
        (bearing, said.get(bearing), fix.course_deg),
        ("batt", said.get("batt"), fix.battery_pct),
    )
    return [fix, *ignored, *wordless, *arrival.unknown(attributes, _KNOWN)]


def _speed(told_mps: float | None, attributes: dict[str, Any]) -> float | None:
    """A device that measures no speed, and says that it does not move, stands."""
    return 0.0 if told_mps is None and attributes.get("motion") is False else told_mps


def decode_json(payload: bytes, source: Source) -> list[Arrival]:
    """`{"device_id", "location": {…} or […]}`."""
    try:
        said = _decode(payload)
    except UNREADABLE as error:
        return [Unreadable(f"It is no JSON: {str(error)[:200]}")]
    found = said.get("location") if type(said) is dict else None
    if type(found) is dict:
        return _location(found, source)
    if type(found) is list:
        wrong: list[Arrival] = [Unreadable("A location is no JSON object.")]
        return [each for one in found for each in (_location(one, source) if type(one) is dict else wrong)]
    return [Unreadable("There is no location.")]


def _named(payload: bytes) -> str:
    """Who a JSON message says it is from; empty if it does not say."""
    try:
        said = _decode(payload)
    except UNREADABLE:
        return ""
    found = said.get("device_id") if type(said) is dict else None
    return found if type(found) is str else ""


def _place(said: QueryFields) -> tuple[float, float] | Unreadable | None:
    """None when the message has no position."""
    if "location" in said:
        texts = said["location"].split(",")
        if len(texts) == 4:  # 52,5,13,4: commas in the numbers too
            texts = [",".join(texts[:2]), ",".join(texts[2:])]
    elif _PLACES & said.keys():
        texts = [said.get("lat") or said.get("latitude", ""), said.get("lon") or said.get("longitude", "")]
    else:
        return None
    found = [number_in(text) for text in texts]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return Unreadable("A position needs two numbers, lat and lon.")
    return found[0], found[1]


def _attributes(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in pairs:
        if name in _REPEATED:
            found.setdefault(name, []).append(text)
        elif name not in _TAKEN:
            found[name] = _TRUTHS.get(text.lower(), text) if name == "valid" else text
    return found


def _time(value: object) -> int | None:
    """Seconds, milliseconds, ISO 8601, or "2024-05-01 12:00:00" in UTC."""
    seconds = number_in(value) if type(value) is str else number(value)
    if seconds is not None:
        us = seconds * (1e6 if seconds < _SECONDS_BELOW else 1e3)
        return round(us) if 0 < us < LATEST_US else None
    if type(value) is not str:
        return None
    try:
        found = datetime.fromisoformat(_SPACED.sub(r"\1T\2", value))
        us = to_us(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return None
    return us if 0 < us < LATEST_US else None


def _location(said: dict[str, Any], source: Source) -> list[Arrival]:
    at_us = _time(said["timestamp"]) if "timestamp" in said else source.received_at_us
    if at_us is None:
        return [Unreadable("timestamp is no time that is known.")]
    attributes, wordless = understood(
        {name: value for name, value in said.items() if name not in ("coords", "timestamp", "battery")}
    )
    ignored = [*wordless, *arrival.unknown(attributes, _KNOWN_IN_JSON)]
    battery = said.get("battery")
    level = None
    if type(battery) is dict:
        told = arrival.percent(battery.get("level"))
        level = arrival.within(told, 0.0, 100.0)
        if type(battery.get("is_charging")) is bool:
            attributes["charge"] = battery["is_charging"]
        ignored += arrival.unused(("battery.level", battery.get("level"), level))
    coords = said.get("coords")
    # The format says a fraction; some clients say per cent.
    percent = None if level is None else round(level * 100, 2) if level <= 1.0 else level
    if coords is None:
        if percent is not None:
            attributes["batt"] = percent
        return [DeviceReport("status", at_us, _encode(attributes)), *ignored]
    if type(coords) is not dict:
        return [Unreadable("coords is no JSON object.")]
    latitude, longitude = number(coords.get("latitude")), number(coords.get("longitude"))
    if latitude is None or longitude is None:
        return [Unreadable("coords needs the numbers latitude and longitude.")]
    fix = Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        latitude,
        longitude,
        arrival.accuracy_m(number(coords.get("accuracy"))),
        arrival.altitude_m(number(coords.get("altitude"))),
        _speed(arrival.speed_mps(number(coords.get("speed"))), attributes),
        arrival.course_deg(number(coords.get("heading"))),
        percent,
        kept(attributes),
    )
    ignored += arrival.unused(
        ("coords.accuracy", coords.get("accuracy"), fix.accuracy_m),
        ("coords.altitude", coords.get("altitude"), fix.altitude_m),
        ("coords.speed", coords.get("speed"), fix.speed_mps),
        ("coords.heading", coords.get("heading"), fix.course_deg),
    )
    return [fix, *ignored]


# ---- how it speaks HTTP -----------------------------------------------------------------------------


def _read(request: Request) -> DeviceRequest:
    """JSON in the body, or a query, or a form, or both of these."""
    query, body = request.query, request.body
    in_json = b"json" in request.content_type or body[:1] == b"{"
    payload = body if in_json else b"&".join(part for part in (query, body) if part)
    said = dict(_fields(query if in_json else payload) or ())
    name = _named(body) if in_json else ""
    return DeviceRequest(
        protocol="osmand-json" if in_json else "osmand",
        payload=payload,
        name=name or said.get("id") or said.get("deviceid") or said.get("device_id") or "",
        token=said.get("token"),
        expects_404=in_json,
    )


def _answer(commands: Sequence[str], friends: Sequence[Friend]) -> bytes:
    """The body is the command."""
    return commands[0].encode() if commands else b""


# ---- how a phone is set up --------------------------------------------------------------------------


class TraccarSetup(msgspec.Struct, frozen=True, kw_only=True):
    """`link` opens the app, or is scanned by it; `url` and `id` are for typing."""

    link: str
    url: str
    id: str


def _traccar(device: Enrolled) -> TraccarSetup:
    """Traccar Client takes its settings from the query of a link of its own scheme. It keeps the query of
    its server's URL, so the password travels there.
    """
    port = device.ports.families.get("osmand")
    scheme = "https" if device.ports.tls else "http"
    server = f"{scheme}://{_host(device.url)}:{port}/" if port else f"{device.url}/osmand"
    server += f"?{urlencode({'token': device.password})}"
    settings = {
        "url": server, "id": device.username, "accuracy": "high", "buffer": "true", "stop_detection": "true",
    }  # fmt: skip
    return TraccarSetup(
        link=f"org.traccar.client://config?{urlencode(settings)}", url=server, id=device.username
    )


def _host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


FAMILY = Family(
    name="osmand",
    about="OsmAnd and Traccar Client, on phones.",
    protocols={"osmand": decode_fields, "osmand-json": decode_json},
    http=OverHttp(
        paths=frozenset(("/osmand",)),
        methods=frozenset(("GET", "POST")),
        read=_read,
        names_itself=True,
        answer=_answer,
        port=5055,
    ),
    set_up=(SetUp("traccar", _traccar),),
)
