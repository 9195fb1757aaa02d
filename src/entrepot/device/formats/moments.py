"""Times as files write them: ISO 8601, a date and a clock, seconds or milliseconds since 1970."""

import re
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from entrepot.core.time import to_us
from entrepot.device.model.arrival import LATEST_US, number_in, seconds_us

UTC = ZoneInfo("UTC")
_ZONE = re.compile(r"\s*(?:UTC|GMT)$", re.I)
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(.*)", re.S)
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:,?\s+|T)?(.*)", re.S)
_MICROSECONDS_FROM = 1e14  # milliseconds until the year 5138
_LONGEST = 64


def moment_us(text: str, zone: tzinfo = UTC) -> int | None:
    """Microseconds since 1970 of a time; one that names no offset is by the clock of `zone`. None for what
    is no time, or could be two, as 03/04/2026.
    """
    text = text.strip()[:_LONGEST]
    if (value := number_in(text)) is not None:
        us = round(value) if value >= _MICROSECONDS_FROM else seconds_us(value)
    else:
        us = _written_us(text, zone)
    return us if us is not None and 0 < us < LATEST_US else None


def _written_us(text: str, zone: tzinfo) -> int | None:
    plain = _ZONE.sub("Z", text)
    if (slashed := _SLASHED.fullmatch(plain)) is not None:
        year, month, day, rest = slashed.groups()
        plain = f"{year}-{int(month):02}-{int(day):02}{rest}"
    elif (day_first := _DAY_FIRST.fullmatch(plain)) is not None:
        day, month, year, rest = day_first.groups()
        plain = f"{year}-{int(month):02}-{int(day):02}" + (f" {rest}" if rest else "")
    try:
        found = datetime.fromisoformat(plain.replace(" +", "+"))
        return to_us(found if found.tzinfo else found.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None
