"""Moments of a calendar: cron's five fields, read in a time zone.

Daylight saving as Debian's cron has it: a moment that the clock skips comes when the clock has gone on, and
one that the clock shows twice comes once, unless the calendar names every hour.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from entrepot.core.time import NO_SUCH_ZONE


class BadCalendar(ValueError):
    """It cannot be read, or has no moment in the next years."""


def following(cron: str, zone: str, after: datetime) -> datetime:
    """Return the first moment after `after`, which has a time zone. Raises: BadCalendar."""
    try:
        found: datetime = next(CronSim(cron, after.astimezone(ZoneInfo(zone))))
    except (CronSimError, StopIteration) as error:
        raise BadCalendar(f"{cron!r} is no calendar that has a next moment: {error}") from error
    except NO_SUCH_ZONE as error:
        raise BadCalendar(f"There is no time zone {zone!r}.") from error
    return found
