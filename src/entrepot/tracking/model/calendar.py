"""Time zones and weekly windows, as far as they must make sense."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from entrepot.core.errors import Unfit
from entrepot.core.time import zone_names
from entrepot.tracking.model.device import Window


def check_zone(name: str, *, field: str) -> None:
    """Raises: Unfit."""
    if name not in zone_names():
        raise Unfit(field, f"There is no time zone {name!r}; one is Europe/Berlin.")


def zone(name: str, *, field: str = "timezone") -> ZoneInfo:
    """Raises: Unfit."""
    check_zone(name, field=field)
    return ZoneInfo(name)


def check_windows(windows: Iterable[Window], *, field: str) -> None:
    """Raises: Unfit."""
    for number, window in enumerate(windows):
        if window.begins == window.ends:
            raise Unfit(f"{field}[{number}]", "A window ends at another time than it begins.")
