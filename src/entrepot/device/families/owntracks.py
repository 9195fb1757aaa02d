"""OwnTracks' JSON (https://owntracks.org/booklet/tech/json/): speeds in km/h, times in seconds, zeros
left out, -1 for unknown; encrypted with NaCl's secretbox if the device wants.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from entrepot.core.events import UNREADABLE
from entrepot.device.model import arrival
from entrepot.device.model.arrival import Arrival, Report, Source, Unreadable, kept, number, seconds_us
from entrepot.tracking.model.fix import Fix

_KMH = 1 / 3.6
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
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode

Message = dict[str, Any]


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


def key_of(secret: str) -> bytes:
    """The key that OwnTracks makes of the user's secret."""
    return secret.encode()[:_KEY_BYTES].ljust(_KEY_BYTES, b"\0")


def _message(said: object, source: Source) -> list[Arrival]:
    if type(said) is not dict:
        return [Unreadable("A message is no JSON object.")]
    kind = said.get("_type")
    if kind == "location":
        return [_location(said, source)]
    understand = _KINDS.get(kind) if type(kind) is str else None
    if understand is None:
        return [Unreadable("There is no _type that is known.")]
    return understand(said, source)


def _location(said: Message, source: Source) -> Arrival:
    get = said.get
    latitude, longitude, fixed_at_us = number(get("lat")), number(get("lon")), seconds_us(_time(get("tst")))
    if latitude is None or longitude is None:
        return Unreadable("A location needs the numbers lat and lon.")
    if fixed_at_us is None:
        return Unreadable("A location needs tst, a time in seconds.")
    return Fix(
        source.device_id,
        fixed_at_us,
        source.received_at_us,
        latitude,
        longitude,
        arrival.accuracy_m(number(get("acc"))),
        arrival.altitude_m(number(get("alt"))),
        arrival.speed_mps(number(get("vel")), factor=_KMH),
        arrival.course_deg(number(get("cog"))),
        arrival.battery_pct(number(get("batt"))),
        kept({name: value for name, value in said.items() if name not in _FIELDS}),
    )


def _time(value: object) -> float | None:
    """A will's `tst` comes as a text from some phones."""
    return arrival.number_in(value) if type(value) is str else number(value)


def _transition(said: Message, source: Source) -> list[Arrival]:
    if said.get("event") not in ("enter", "leave"):
        return [Unreadable("A transition needs event, enter or leave.")]
    if (reason := _bad_place(said)) or seconds_us(_time(said.get("tst"))) is None:
        return [Unreadable(reason or "A transition needs tst, a time in seconds.")]
    return [_report("transition", said, source)]


def _waypoint(said: Message, source: Source) -> list[Arrival]:
    if seconds_us(_time(said.get("tst"))) is None or type(said.get("desc")) is not str:
        return [Unreadable("A waypoint needs desc and tst.")]
    reason = _bad_place(said)
    return [Unreadable(reason) if reason else _report("waypoint", said, source)]


def _waypoints(said: Message, source: Source) -> list[Arrival]:
    found = said.get("waypoints")
    if type(found) is not list or len(found) > _MAX_MESSAGES:
        return [Unreadable("waypoints holds no array of waypoints.")]
    wrong = Unreadable("A waypoint is no JSON object.")
    return [
        each for point in found for each in (_waypoint(point, source) if type(point) is dict else [wrong])
    ]


def _bad_place(said: Message) -> str:
    for name, most in (("lat", 90.0), ("lon", 180.0)):
        if name in said and arrival.within(number(said[name]), -most, most) is None:
            return f"{name} is no number from -{most:.0f} to {most:.0f}."
    return ""


def _card(said: Message, source: Source) -> list[Arrival]:
    for name in ("name", "face", "tid"):
        if name in said and type(said[name]) is not str:
            return [Unreadable(f"A card's {name} is a text.")]
    if "face" in said and arrival.base64(said["face"]) is None:
        return [Unreadable("A card's face is base64.")]
    return [_report("card", said, source)]


def _steps(said: Message, source: Source) -> list[Arrival]:
    if any(number(said.get(name)) is None for name in ("tst", "from", "to", "steps")):
        return [Unreadable("steps needs the numbers tst, from, to and steps.")]
    return [_report("steps", said, source)]


def _will(said: Message, source: Source) -> list[Arrival]:
    return [_report("will", said, source)]


def _status(said: Message, source: Source) -> list[Arrival]:
    return [_report("status", said, source)]


def _beacon(said: Message, source: Source) -> list[Arrival]:
    return [_report("beacon", said, source)]


def _command(said: Message, source: Source) -> list[Arrival]:
    """Devices are commanded; one that says a command is heard, and nothing is done."""
    action = said.get("action")
    if type(action) is not str or action not in _ACTIONS:
        return [Unreadable("A cmd needs an action that is known.")]
    return [_contact("cmd", source)]


def _request(said: Message, source: Source) -> list[Arrival]:
    request = said.get("request")
    if type(request) is not str or request not in _REQUESTS:
        return [Unreadable("A request needs a request that is known.")]
    return [_report("status", said, source)]


def _configuration(said: Message, source: Source) -> list[Arrival]:
    """It holds the device's own password, so nothing of it is kept."""
    return [_contact("configuration", source)]


def _contact(kind: str, source: Source) -> Report:
    return Report("status", source.received_at_us, _encode({"_type": kind}))


def _encrypted(said: Message, source: Source) -> list[Arrival]:
    data = arrival.base64(said["data"]) if type(said.get("data")) is str else None
    if data is None or len(data) < _LEAST_BYTES:
        return [Unreadable("encrypted needs data in base64, with nonce and authentication code.")]
    if source.payload_key is None:
        return [Unreadable("It is encrypted, and this device has no payload key here.")]
    try:
        inside = SecretBox(source.payload_key).decrypt(data)
    except CryptoError:
        return [Unreadable("It does not open with this device's payload key.")]
    found = decode(inside, msgspec.structs.replace(source, payload_key=None))
    return found or [Unreadable("Nothing was encrypted.")]


def _report(kind: arrival.ReportKind, said: Message, source: Source) -> Report:
    at_us = seconds_us(_time(said.get("tst"))) or source.received_at_us
    return Report(kind, at_us, _encode(said))


_KINDS: dict[str, Callable[[Message, Source], list[Arrival]]] = {
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
