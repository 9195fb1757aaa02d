"""What a device did, or what became of it, that may be worth an alert."""

from typing import Literal
from uuid import UUID, uuid5

import msgspec

IncidentKind = Literal[
    "enter", "exit", "dwell", "overspeed", "offline", "low_battery", "unexpected_movement", "unusual",
    "sos", "tow", "power_cut", "device_alarm",
]  # fmt: skip

_NAMESPACE = UUID("0e1f6c0a-93c5-5c62-9d0c-64a3c2b1a7de")


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """Something happened that may be worth an alert, at `occurred_at_us` in the device's time.
    `decided_us` is the time of the fix (or of the clock) that showed it; `value` is m/s, per cent,
    seconds or metres, as the kind asks.
    """

    id: str
    kind: IncidentKind
    occurred_at_us: int
    decided_us: int
    geofence_id: str = ""
    geofence_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    value: float | None = None


# What devices call for help, tell of by themselves; of what else they may tell, only that it is an alarm.
ALARMS: dict[str, IncidentKind] = {"sos": "sos", "tow": "tow", "power_cut": "power_cut"}


def alarms_in(said: object) -> list[IncidentKind]:
    """Return the kinds of alarms that an `alarm` names, as the device families write it."""
    if type(said) is not str or not said:
        return []
    return list(dict.fromkeys(ALARMS.get(word, "device_alarm") for word in said.split(",")))


def incident_id(device_id: str, kind: IncidentKind, geofence_id: str, occurred_at_us: int) -> str:
    """Return the id of an incident: the same for the same happening, however often it is found."""
    return str(uuid5(_NAMESPACE, f"{device_id}/{kind}/{geofence_id}/{occurred_at_us}"))
