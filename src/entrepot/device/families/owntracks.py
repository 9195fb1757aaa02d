"""OwnTracks' JSON (https://owntracks.org/booklet/tech/json/): speeds in km/h, times in seconds, zeros
left out, -1 for unknown; encrypted with NaCl's secretbox if the device wants.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from entrepot.core.events import UNREADABLE
from entrepot.device.model import arrival
from entrepot.device.model.access import Access
from entrepot.device.model.arrival import Arrival, DeviceReport, Source, Unreadable, kept, number, seconds_us
from entrepot.device.model.family import (
    DeviceRequest,
    Enrolled,
    Family,
    Friend,
    OverHttp,
    OverMqtt,
    Request,
    SetUp,
)
from entrepot.device.model.words import WORDS, understood
from entrepot.tracking.model.fix import Fix, told_accuracy_m

_KMH = 1 / 3.6
_MPS_KMH = 3.6
_HOME = "phone"  # the deviceId that the set-up of a phone gives it
_MAX_MESSAGES = 10_000
_KEY_BYTES = SecretBox.KEY_SIZE
_LEAST_BYTES = SecretBox.NONCE_SIZE + SecretBox.MACBYTES
_ACTIONS = frozenset(
    (
        "action", "clearWaypoints", "dump", "reportLocation", "reportSteps", "response",
        "setConfiguration", "setWaypoints", "status", "waypoints",
    )
)  # fmt: skip
_REQUESTS = frozenset(("tour", "tours", "untour"))
_FIELDS = frozenset(("_type", "lat", "lon", "tst", "acc", "alt", "vel", "cog", "batt"))
# What else a location may say (https://owntracks.org/booklet/tech/json/, and what the apps add to it).
_KNOWN = frozenset(
    (
        "BSSID", "SSID", "_id", "bs", "conn", "cog", "created_at", "desc", "face", "image", "imagename",
        "inregions", "inrids", "isotst", "m", "motionactivities", "p", "poi", "rad", "rid", "source", "t",
        "tag", "tid", "topic", "uuid", "vac", *WORDS,
    )
)  # fmt: skip
_CHARGES = {"1": False, "2": True, "3": True}  # `bs`: 0 unknown, 1 unplugged, 2 charging, 3 full
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

JsonMessage = dict[str, Any]


def decode(payload: bytes, source: Source) -> list[Arrival]:
    """One message, an array of them, or nothing."""
    if not payload.strip():
        return []
    try:
        said = _decode(payload)
    except UNREADABLE as error:
        return [Unreadable(f"It is no JSON: {str(error)[:200]}")]
    if type(said) is dict:
        return _message(said, source)
    if type(said) is list and len(said) <= _MAX_MESSAGES:
        return [each for message in said for each in _message(message, source)]
    return [Unreadable("It is neither a message nor an array of messages.")]


def key_of(secret: bytes) -> bytes:
    """The key that OwnTracks makes of the user's secret."""
    return secret[:_KEY_BYTES].ljust(_KEY_BYTES, b"\0")


def _message(said: object, source: Source) -> list[Arrival]:
    if type(said) is not dict:
        return [Unreadable("A message is no JSON object.")]
    kind = said.get("_type")
    if kind == "location":
        return _location(said, source)
    understand = _KINDS.get(kind) if type(kind) is str else None
    if understand is None:
        return [Unreadable("There is no _type that is known.")]
    return understand(said, source)


def _location(said: JsonMessage, source: Source) -> list[Arrival]:
    get = said.get
    latitude, longitude, fixed_at_us = number(get("lat")), number(get("lon")), seconds_us(_time(get("tst")))
    if latitude is None or longitude is None:
        return [Unreadable("A location needs the numbers lat and lon.")]
    if fixed_at_us is None:
        return [Unreadable("A location needs tst, a time in seconds.")]
    attributes, wordless = understood({name: said[name] for name in said if name not in _FIELDS})
    if (charges := _CHARGES.get(str(get("bs")))) is not None:
        attributes.setdefault("charge", charges)
    fix = Fix(
        source.device_id,
        fixed_at_us,
        source.received_at_us,
        latitude,
        longitude,
        arrival.accuracy_m(number(get("acc"))),
        arrival.altitude_m(number(get("alt"))),
        arrival.speed_mps(number(get("vel")), factor=_KMH),
        arrival.course_deg(number(get("cog"))),
        arrival.battery_pct(arrival.percent(get("batt"))),
        kept(attributes),
    )
    ignored = arrival.unused(
        ("acc", get("acc"), fix.accuracy_m),
        ("alt", get("alt"), fix.altitude_m),
        ("vel", get("vel"), fix.speed_mps),
        ("cog", get("cog"), fix.course_deg),
        ("batt", get("batt"), fix.battery_pct),
    )
    return [fix, *ignored, *wordless, *arrival.unknown(attributes, _KNOWN)]


def _time(value: object) -> float | None:
    """A will's `tst` comes as a text from some phones."""
    return arrival.number_in(value) if type(value) is str else number(value)


def _transition(said: JsonMessage, source: Source) -> list[Arrival]:
    if said.get("event") not in ("enter", "leave"):
        return [Unreadable("A transition needs event, enter or leave.")]
    if (reason := _bad_place(said)) or seconds_us(_time(said.get("tst"))) is None:
        return [Unreadable(reason or "A transition needs tst, a time in seconds.")]
    return [_report("transition", said, source)]


def _waypoint(said: JsonMessage, source: Source) -> list[Arrival]:
    if seconds_us(_time(said.get("tst"))) is None or type(said.get("desc")) is not str:
        return [Unreadable("A waypoint needs desc and tst.")]
    reason = _bad_place(said)
    return [Unreadable(reason) if reason else _report("waypoint", said, source)]


def _waypoints(said: JsonMessage, source: Source) -> list[Arrival]:
    found = said.get("waypoints")
    if type(found) is not list or len(found) > _MAX_MESSAGES:
        return [Unreadable("waypoints holds no array of waypoints.")]
    wrong = Unreadable("A waypoint is no JSON object.")
    return [
        each for point in found for each in (_waypoint(point, source) if type(point) is dict else [wrong])
    ]


def _bad_place(said: JsonMessage) -> str:
    for name, most in (("lat", 90.0), ("lon", 180.0)):
        if name in said and arrival.within(arrival.plain_number(said[name]), -most, most) is None:
            return f"{name} is no number from -{most:.0f} to {most:.0f}."
    return ""


def _card(said: JsonMessage, source: Source) -> list[Arrival]:
    for name in ("name", "face", "tid"):
        if name in said and type(said[name]) is not str:
            return [Unreadable(f"A card's {name} is a text.")]
    if "face" in said and arrival.base64(said["face"]) is None:
        return [Unreadable("A card's face is base64.")]
    return [_report("card", said, source)]


def _steps(said: JsonMessage, source: Source) -> list[Arrival]:
    if any(arrival.plain_number(said.get(name)) is None for name in ("tst", "from", "to", "steps")):
        return [Unreadable("steps needs the numbers tst, from, to and steps.")]
    return [_report("steps", said, source)]


def _will(said: JsonMessage, source: Source) -> list[Arrival]:
    return [_report("will", said, source)]


def _status(said: JsonMessage, source: Source) -> list[Arrival]:
    return [_report("status", said, source)]


def _beacon(said: JsonMessage, source: Source) -> list[Arrival]:
    return [_report("beacon", said, source)]


def _command(said: JsonMessage, source: Source) -> list[Arrival]:
    """Devices are commanded; one that says a command is heard, and nothing is done."""
    action = said.get("action")
    if type(action) is not str or action not in _ACTIONS:
        return [Unreadable("A cmd needs an action that is known.")]
    return [_contact("cmd", source)]


def _request(said: JsonMessage, source: Source) -> list[Arrival]:
    request = said.get("request")
    if type(request) is not str or request not in _REQUESTS:
        return [Unreadable("A request needs a request that is known.")]
    return [_report("status", said, source)]


def _configuration(said: JsonMessage, source: Source) -> list[Arrival]:
    """It holds the device's own password, so nothing of it is kept."""
    return [_contact("configuration", source)]


def _contact(kind: str, source: Source) -> DeviceReport:
    return DeviceReport("status", source.received_at_us, _encode({"_type": kind}))


def _encrypted(said: JsonMessage, source: Source) -> list[Arrival]:
    data = arrival.base64(said["data"]) if type(said.get("data")) is str else None
    if data is None or len(data) < _LEAST_BYTES:
        return [Unreadable("encrypted needs data in base64, with nonce and authentication code.")]
    if source.payload_key is None:
        return [Unreadable("It is encrypted, and this device has no payload key here.")]
    try:
        inside = SecretBox(key_of(source.payload_key)).decrypt(data)
    except CryptoError:
        return [Unreadable("It does not open with this device's payload key.")]
    found = decode(inside, msgspec.structs.replace(source, payload_key=None))
    return found or [Unreadable("Nothing was encrypted.")]


def _report(kind: arrival.ArrivalKind, said: JsonMessage, source: Source) -> DeviceReport:
    at_us = seconds_us(_time(said.get("tst"))) or source.received_at_us
    return DeviceReport(kind, at_us, _encode(said))


_KINDS: dict[str, Callable[[JsonMessage, Source], list[Arrival]]] = {
    "transition": _transition,
    "waypoint": _waypoint,
    "waypoints": _waypoints,
    "card": _card,
    "steps": _steps,
    "lwt": _will,
    "status": _status,
    "beacon": _beacon,
    "cmd": _command,
    "request": _request,
    "configuration": _configuration,
    "dump": _configuration,
    "encrypted": _encrypted,
}


# ---- what is shown of friends -----------------------------------------------------------------------


def shown(access: Access, fix: Fix) -> bytes:
    """Where a device is, as its phone would say it."""
    return _encode(_where(access, fix))


def _where(access: Access, fix: Fix) -> JsonMessage:
    message: JsonMessage = {
        "_type": "location",
        "tid": _tid(access),
        "topic": _topic(access),
        "lat": fix.latitude,
        "lon": fix.longitude,
        "tst": fix.fixed_at_us // 1_000_000,
    }
    for name, value in (
        ("acc", told_accuracy_m(fix.accuracy_m, fix.attributes)),
        ("alt", fix.altitude_m),
        ("vel", None if fix.speed_mps is None else fix.speed_mps * _MPS_KMH),
        ("cog", fix.course_deg),
        ("batt", fix.battery_pct),
    ):
        if value is not None:
            message[name] = round(value)
    return message


def _card_of(friend: Friend) -> JsonMessage:
    said: JsonMessage = {} if friend.card is None else _decode(friend.card)
    return {
        "_type": "card",
        "tid": _tid(friend.access),
        "name": said.get("name") or friend.access.name,
        "topic": _topic(friend.access),
        **({"face": said["face"]} if "face" in said else {}),
    }


def _topic(access: Access) -> str:
    return f"owntracks/{access.username}/{_HOME}"


def _tid(access: Access) -> str:
    """Two characters that stand for a device on a small map."""
    return access.username[-2:]


# ---- how it speaks HTTP -----------------------------------------------------------------------------


def _read(request: Request) -> DeviceRequest:
    """Only the credential tells who it is: X-Limit-U, X-Limit-D and the query are anybody's to write."""
    return DeviceRequest(protocol="owntracks", payload=request.body)


def _answer(commands: Sequence[str], friends: Sequence[Friend]) -> bytes:
    """An array of messages: commands, where friends are, and cards that this phone does not have yet."""
    if not commands and not friends:
        return b"[]"
    messages: list[JsonMessage | msgspec.Raw] = [msgspec.Raw(each.encode()) for each in commands]
    for friend in friends:
        messages.append(_where(friend.access, friend.fix))
        if friend.card_is_new:
            messages.append(_card_of(friend))
    return _encode(messages)


# ---- how a phone is set up --------------------------------------------------------------------------


class OwnTracksSetup(msgspec.Struct, frozen=True, kw_only=True):
    """`link` opens the app with the configuration in it; `configuration` is the same as a file (`.otrc`)."""

    link: str
    configuration: dict[str, Any]


def _over_http(device: Enrolled) -> OwnTracksSetup:
    return _set_up(_common(device) | {"mode": 3, "url": f"{device.url}/owntracks"})


def _over_mqtt(device: Enrolled) -> OwnTracksSetup | None:
    port = device.ports.mqtts or device.ports.mqtt
    if not port:
        return None
    return _set_up(
        _common(device)
        | {
            "mode": 0, "host": urlsplit(device.url).hostname or "", "port": port,
            "tls": bool(device.ports.mqtts), "ws": False, "clientId": device.username, "cleanSession": False,
            "keepalive": 60,
            "mqttProtocolLevel": 4, "pubTopicBase": "owntracks/%u/%d", "pubQos": 1, "subQos": 1, "sub": True,
            "pubRetain": False,
        }
    )  # fmt: skip


def _common(device: Enrolled) -> JsonMessage:
    return {
        "_type": "configuration", "auth": True, "username": device.username, "password": device.password,
        "deviceId": _HOME, "tid": _initials(device.name), "cmd": True, "allowRemoteLocation": True,
        "monitoring": 1,
    }  # fmt: skip


def _set_up(configuration: JsonMessage) -> OwnTracksSetup:
    """OwnTracks imports a configuration as a file, or by a link that holds it (booklet, "Configuration
    file").
    """
    inline = b64encode(json.dumps(configuration, separators=(",", ":")).encode()).decode()
    return OwnTracksSetup(
        link=f"owntracks:///config?inline={quote(inline, safe='')}", configuration=configuration
    )


def _initials(name: str) -> str:
    """The two characters that OwnTracks shows on its map."""
    words = [word for word in name.split() if word[0].isalnum()]
    letters = "".join(word[0] for word in words) if len(words) > 1 else "".join(words)
    return letters[:2].upper() or "DE"


FAMILY = Family(
    name="owntracks",
    about="OwnTracks on phones, and what speaks its JSON.",
    protocols={"owntracks": decode},
    http=OverHttp(
        paths=frozenset(("/owntracks", "/pub")),
        read=_read,
        answer=_answer,
        media_type=b"application/json",
        commands=100,
        shows_friends=True,
        keeps_too_large=True,
    ),
    mqtt=OverMqtt(
        publishes=dict.fromkeys(
            ("owntracks/{device}/+", "owntracks/{device}/+/+", "owntracks/{device}/+/+/+"), "owntracks"
        ),
        never=("owntracks/+/cmd", "owntracks/+/+/cmd", "owntracks/+/+/+/cmd"),
        in_front={"owntracks/{device}/+/#": "owntracks"},
        reads=("owntracks/{device}/#",),
        friends_read=(
            "owntracks/{device}/+", "owntracks/{device}/+/event", "owntracks/{device}/+/info",
        ),
        home=f"owntracks/{{device}}/{_HOME}",
        homes="owntracks/{device}/+",
        commands="cmd",
        show=shown,
    ),
    set_up=(SetUp("owntracks_http", _over_http), SetUp("owntracks_mqtt", _over_mqtt)),
)  # fmt: skip
