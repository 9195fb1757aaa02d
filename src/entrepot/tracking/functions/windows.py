"""Parts of a week in somebody's local time."""

from datetime import timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from entrepot.core.time import from_us
from entrepot.tracking.model.device import Window

_DAY = timedelta(days=1)


class Week:
    """When windows are open; without windows always. Local clocks count, summer time included."""

    __slots__ = ("_timezone", "_windows")

    def __init__(self, windows: tuple[Window, ...], timezone: str) -> None:
        self._windows = tuple((window.days, window.begins, window.ends) for window in windows)
        self._timezone = timezone

    def holds(self, at_us: int) -> bool:
        if not self._windows:
            return True
        local = from_us(at_us).astimezone(_zone(self._timezone))
        clock, today = f"{local:%H:%M}", local.weekday()
        yesterday = (local - _DAY).weekday()
        return any(
            (begins <= clock < ends and today in days)
            if begins < ends
            else (clock >= begins and today in days) or (clock < ends and yesterday in days)
            for days, begins, ends in self._windows
        )


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
