"""Words that devices say beside a position, which mean something here: an alarm, ignition, charge, motion,
the device's own odometer and hours. Families write them in many ways; they are kept in one.
"""

import re
from collections.abc import Mapping
from typing import Any

from entrepot.device.model.arrival import Ignored, number, number_in

_APART = re.compile(r"[\s_\-.]+")
_SEVERAL = re.compile(r"[,;|]")
_YES = frozenset(("true", "1", "on", "yes", "y"))
_NO = frozenset(("false", "0", "off", "no", "n", "none", "normal", ""))

# What a truth is called, as it is kept; without case, blanks, _ and -.
_TRUTHS = {
    "ignition": "ignition", "ign": "ignition", "ignitionon": "ignition", "engineon": "ignition",
    "charge": "charge", "charging": "charge", "ischarging": "charge",
    "motion": "motion", "ismoving": "motion", "moving": "motion",
}  # fmt: skip
# An alarm of its own name that is true, such as `sos=1`.
_ALARM_KEYS = frozenset(("sos", "panic", "tow", "towing", "powercut", "powerfailure"))
# Traccar's alarms (Position.java) and what firmware calls them.
_ALARMS = {
    "sos": "sos", "panic": "sos", "emergency": "sos", "help": "sos", "helpme": "sos",
    "tow": "tow", "towing": "tow",
    "powercut": "power_cut", "poweroff": "power_cut", "powerfailure": "power_cut",
    "externalpowercut": "power_cut",
}  # fmt: skip
_ODOMETERS = frozenset(("odometer", "mileage"))
_HOURS = frozenset(("hours", "enginehours"))
# Traccar counts the hours of an engine in milliseconds; no engine runs for eleven years without a rest.
_MILLISECONDS_FROM_H, _MILLISECONDS_OF_H = 100_000, 3_600_000.0
WORDS = frozenset(("alarm", "ignition", "charge", "motion", "odometer", "hours"))


def understood(said: Mapping[str, Any]) -> tuple[dict[str, Any], list[Ignored]]:
    """Return the attributes with these words in one form: `alarm` a word (`sos`, `tow`, `power_cut`, or the
    device's own), `ignition`, `charge` and `motion` true or false, `odometer` in metres, `hours` in hours;
    and what was said so that nobody understands it.
    """
    found: dict[str, Any] = {}
    ignored: list[Ignored] = []
    alarms: list[str] = []
    readings: list[tuple[str, str, bool | float | None]] = []
    for name, value in said.items():
        key = _APART.sub("", name).casefold()
        if key in _TRUTHS:
            readings.append((name, _TRUTHS[key], truth(value)))
        elif key in _ALARM_KEYS and (raised := truth(value)) is not None:
            alarms += [_ALARMS[key]] if raised else []
        elif key == "alarm":
            alarms += _alarms(value)
        elif key in _ODOMETERS or key in _HOURS:
            told = number_in(value) if type(value) is str else number(value)
            if key in _HOURS and told is not None and told > _MILLISECONDS_FROM_H:
                told /= _MILLISECONDS_OF_H
            used = told if told is not None and told >= 0 else None
            readings.append((name, "odometer" if key in _ODOMETERS else "hours", used))
        else:
            found[name] = value
    for name, word, reading in readings:
        if reading is not None:
            found[word] = reading
        elif said[name] is not None and said[name] != "":
            ignored.append(Ignored(name, "no_meaning", said[name]))
    if alarms:
        found["alarm"] = ",".join(dict.fromkeys(alarms))
    return found, ignored


def truth(value: object) -> bool | None:
    """Whether it says yes or no; None if it says neither."""
    if type(value) is bool:
        return value
    if type(value) is int or type(value) is float:
        return bool(value) if value in (0, 1) else None
    if type(value) is str:
        word = value.strip().casefold()
        return True if word in _YES else False if word in _NO else None
    return None


def _alarms(value: object) -> list[str]:
    """The alarms in a text; one that is only true has no name."""
    if type(value) is str and truth(value) is None:
        words = (part.strip() for part in _SEVERAL.split(value))
        return [
            _ALARMS.get(_APART.sub("", word).casefold(), word) for word in words if truth(word) is not False
        ]
    return ["general"] if truth(value) else []
