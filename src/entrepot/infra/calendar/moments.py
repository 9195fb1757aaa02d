"""Moments of a calendar: cron's five fields, read in a time zone.

Daylight saving as Debian's cron has it: a moment that the clock skips comes when the clock has gone on, and
one that the clock shows twice comes once, unless the calendar names every hour.

`@every 6h` is no calendar but an interval: each moment so long after the one before, whatever the clock
shows.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from entrepot.core.time import NO_SUCH_ZONE

_EVERY = "@every "
_INTERVAL = re.compile(r"([1-9]\d{0,5})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class BadCalendar(ValueError):
    """It cannot be read, or has no moment in the next years."""


def following(cron: str, zone: str, after: datetime) -> datetime:
    """Return the first moment after `after`, which has a time zone. Raises: BadCalendar."""
    if cron.startswith(_EVERY):
        return after + _interval(cron.removeprefix(_EVERY))
    try:
        found: datetime = next(CronSim(cron, after.astimezone(ZoneInfo(zone))))
    except (CronSimError, StopIteration) as error:
        raise BadCalendar(f"{cron!r} is no calendar that has a next moment: {error}") from error
    except NO_SUCH_ZONE as error:
        raise BadCalendar(f"There is no time zone {zone!r}.") from error
    return found


def calendar_of(text: str) -> tuple[str, str]:
    """Read what a setting says: `6h`, or five fields of cron with or without a time zone after them. Return
    what `following` takes. Raises: BadCalendar when it takes no such thing.
    """
    if _INTERVAL.fullmatch(text.strip()):
        return f"{_EVERY}{text.strip()}", "UTC"
    fields = text.split()
    zone = fields[5] if len(fields) == 6 else "UTC"
    cron = " ".join(fields[:5] if len(fields) == 6 else fields)
    following(cron, zone, datetime.now(ZoneInfo("UTC")))
    return cron, zone


def _interval(text: str) -> timedelta:
    found = _INTERVAL.fullmatch(text)
    if found is None:
        raise BadCalendar(f"{text!r} is no interval such as 30m, 6h or 1d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
