"""A family to copy: `cp _blueprint.py NAME.py`, give it that name below, put its samples into
`tests/device/`, and it is there. This one is not, because its name begins with `_`. Say here where the format
is described.
"""

import msgspec

from entrepot.core.events import UNREADABLE
from entrepot.device.model import arrival
from entrepot.device.model.arrival import Arrival, DeviceReport, Source, Unreadable, number, seconds_us
from entrepot.device.model.family import DeviceRequest, Enrolled, Family, OverHttp, OverMqtt, Request, SetUp
from entrepot.tracking.model.fix import Fix

_FIELDS = frozenset(("at", "lat", "lon", "kmh"))
_decode = msgspec.json.Decoder().decode


# A decoder is pure and never raises. What cannot be understood is Unreadable, and goes into quarantine with
# that reason: write it for the person who has to find out why.
def decode(payload: bytes, source: Source) -> list[Arrival]:
    """`{"at": seconds, "lat": degrees, "lon": degrees, "kmh": km/h}`."""
    try:
        said = _decode(payload)
    except UNREADABLE as error:
        return [Unreadable(f"It is no JSON: {str(error)[:200]}")]
    if type(said) is not dict:
        return [Unreadable("A message is no JSON object.")]
    # Null is a gap and never 0, so use `number`. A device's time is believed only if it says its zone, or is
    # Unix time; otherwise take the moment of arrival.
    at_us = seconds_us(number(said.get("at"))) or source.received_at_us
    latitude, longitude = number(said.get("lat")), number(said.get("lon"))
    if latitude is None or longitude is None:  # anything but a position is a report, kept as JSON
        return [DeviceReport("status", at_us, payload)]
    # Units are the family's to know: `arrival` turns them into SI, and drops what no device can measure.
    speed_mps = arrival.speed_mps(number(said.get("kmh")), factor=1 / 3.6)
    fix = Fix(source.device_id, at_us, source.received_at_us, latitude, longitude, speed_mps=speed_mps)
    # Nothing vanishes: the owner sees which fields could not be used, and which nobody knows.
    return [fix, *arrival.unused(("kmh", said.get("kmh"), speed_mps)), *arrival.unknown(said, _FIELDS)]


# Over HTTP: which protocol a request speaks. A message that names its device says so with `name` and `token`
# (and `names_itself=True` below); otherwise the Authorization header tells, Basic or Bearer.
def _read(request: Request) -> DeviceRequest:
    return DeviceRequest(protocol="blueprint", payload=request.body)


class BlueprintSetup(msgspec.Struct, frozen=True, kw_only=True):
    """What its owner types into it; a link or a file is better still."""

    url: str


def _set_up(device: Enrolled) -> BlueprintSetup:
    return BlueprintSetup(url=f"{device.url}/blueprint")


FAMILY = Family(
    name="blueprint",  # as the file
    about="What this family is, in one sentence.",
    # Names that stay beside quarantined messages: never give one to another decoder.
    protocols={"blueprint": decode},
    http=OverHttp(
        paths=frozenset(("/blueprint",)),
        read=_read,
        # Sent when the message is on disk: a device that hears anything but 2xx should send it again.
        answer=lambda commands, friends: commands[0].encode() if commands else b"",
        # port=5099,  if its devices cannot send to a path
    ),
    mqtt=OverMqtt(
        # `{device}` is the username. A will and what is retained need to be allowed here, too.
        publishes={"blueprint/{device}/state": "blueprint"},
        reads=("blueprint/{device}/#",),
        home="blueprint/{device}",
        commands="set",  # blueprint/<username>/set
    ),
    set_up=(SetUp("blueprint", _set_up),),  # shown under that name when a device is enrolled
)
