"""NMEA 0183: RMC says where, when and how fast (knots); GGA and GNS of the same second say where, how high
and how precisely. Without RMC they are fixes of their own, on the day that ZDA, or an RMC before, says.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor

from entrepot.core.time import to_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import KNOT_MPS, Arrival, Source, Unreadable, number_in
from entrepot.tracking.model.fix import Fix

_MAX_LINE = 200
_READ = frozenset(("RMC", "GGA", "GNS", "ZDA"))
_CENTURY_FROM = 80  # two digits from here on mean 19…


class _Epoch:
    """What the sentences of one second say."""

    __slots__ = ("altitude_m", "attributes", "clock", "fix", "place")

    def __init__(self, clock: str) -> None:
        self.clock = clock
        self.fix: Fix | None = None  # of RMC
        self.place: tuple[float, float] | None = None  # of GGA or GNS
        self.altitude_m: float | None = None
        self.attributes: dict[str, object] = {}


def decode(payload: bytes, source: Source) -> list[Arrival]:
    return list(read(payload.decode("ascii", "replace").splitlines(), source))


def read(lines: Iterable[str], source: Source) -> Iterator[Arrival]:
    """Other sentences than RMC, GGA, GNS and ZDA, and fixes that the receiver itself calls void, are passed
    over. Places whose day nobody says come as Unreadable.
    """
    epoch, date = _Epoch(""), ""
    for line in lines:
        text = line.strip()
        if not text or text[0] not in "$!":
            continue
        fields = sentence(text)
        if fields is None:
            yield Unreadable("A sentence is broken: its checksum does not fit.")
            continue
        kind = fields[0][-3:]
        if kind not in _READ or len(fields) < 2:
            continue
        if kind == "ZDA":
            date = _zda(fields) or date
            continue
        if fields[1] != epoch.clock:
            yield from _told(epoch, date, source)
            date = _next_day(date, epoch.clock, fields[1])
            epoch = _Epoch(fields[1])
        if kind == "RMC":
            found = _rmc(fields, source)
            if isinstance(found, Unreadable):
                yield found
            elif found is not None:
                date = fields[9]
                epoch.fix = found
        else:
            (_gga if kind == "GGA" else _gns)(fields, epoch)
    yield from _told(epoch, date, source)


def _told(epoch: _Epoch, date: str, source: Source) -> Iterator[Arrival]:
    """The fix of a second that is over."""
    fix, said = epoch.fix, arrival.kept(epoch.attributes)
    if fix is not None:
        yield Fix(
            fix.device_id, fix.fixed_at_us, fix.received_at_us, fix.latitude, fix.longitude, fix.accuracy_m,
            epoch.altitude_m, fix.speed_mps, fix.course_deg, fix.battery_pct, said,
        )  # fmt: skip
    elif epoch.place is not None:
        at_us = _moment(date, epoch.clock) if date else None
        if at_us is None:
            yield Unreadable("GGA or GNS says no day, and neither RMC nor ZDA came before it.")
        else:
            yield Fix(
                source.device_id, at_us, source.received_at_us, *epoch.place, altitude_m=epoch.altitude_m,
                attributes=said,
            )  # fmt: skip


def _next_day(date: str, clock: str, following: str) -> str:
    """The day of the following second: another one, if the clock passed midnight."""
    if not date or not clock or not following.startswith("00") or not clock.startswith("23"):
        return date
    try:
        day = datetime(2000 + int(date[4:6]), int(date[2:4]), int(date[:2]), tzinfo=UTC) + timedelta(days=1)
    except ValueError:
        return date
    return f"{day:%d%m%y}"


def sentence(text: str) -> list[str] | None:
    """Its fields; None when the checksum, which some receivers leave out, does not fit."""
    body, star, told = text[1:].partition("*")
    if len(text) > _MAX_LINE or not body.isascii():
        return None
    if star:
        try:
            if int(told[:2], 16) != reduce(xor, body.encode(), 0):
                return None
        except ValueError:
            return None
    return body.split(",")


def _rmc(fields: list[str], source: Source) -> Fix | Unreadable | None:
    """`$GPRMC,hhmmss.ss,A,ddmm.mmmm,N,dddmm.mmmm,E,knots,course,ddmmyy,…`; None when it is void."""
    if len(fields) < 10:
        return Unreadable("An RMC sentence is too short.")
    if fields[2] != "A":
        return None
    latitude = _degrees(fields[3], fields[4], negative="S", most=90.0)
    longitude = _degrees(fields[5], fields[6], negative="W", most=180.0)
    at_us = _moment(fields[9], fields[1])
    if latitude is None or longitude is None or at_us is None:
        return Unreadable("An RMC sentence has no place or no time.")
    return Fix(
        source.device_id,
        at_us,
        source.received_at_us,
        latitude,
        longitude,
        speed_mps=arrival.speed_mps(number_in(fields[7]), factor=KNOT_MPS),
        course_deg=arrival.course_deg(number_in(fields[8])),
    )


def _gga(fields: list[str], epoch: _Epoch) -> None:
    """`$GPGGA,hhmmss.ss,ddmm.mmmm,N,dddmm.mmmm,E,quality,satellites,hdop,altitude,M,…`."""
    if len(fields) >= 10 and fields[6] not in ("", "0"):
        _place(fields, epoch)


def _gns(fields: list[str], epoch: _Epoch) -> None:
    """`$GNGNS,hhmmss.ss,ddmm.mmmm,N,dddmm.mmmm,E,modes,satellites,hdop,altitude,…`; a mode is a letter for
    each system, N for none.
    """
    if len(fields) >= 10 and fields[6].strip("N"):
        _place(fields, epoch)


def _place(fields: list[str], epoch: _Epoch) -> None:
    latitude = _degrees(fields[2], fields[3], negative="S", most=90.0)
    longitude = _degrees(fields[4], fields[5], negative="W", most=180.0)
    if latitude is not None and longitude is not None:
        epoch.place = (latitude, longitude)
    epoch.altitude_m = arrival.altitude_m(number_in(fields[9]))
    said = {"satellites": number_in(fields[7]), "hdop": number_in(fields[8])}
    epoch.attributes = {name: value for name, value in said.items() if value is not None}


def _zda(fields: list[str]) -> str:
    """`$GPZDA,hhmmss.ss,dd,mm,yyyy,…`; the day as RMC writes it, empty if there is none."""
    if len(fields) < 5 or not all(part.isdigit() for part in fields[2:5]) or len(fields[4]) != 4:
        return ""
    return f"{int(fields[2]):02}{int(fields[3]):02}{fields[4][2:]}"


def _degrees(text: str, hemisphere: str, *, negative: str, most: float) -> float | None:
    point = text.find(".") if "." in text else len(text)
    degrees, minutes = number_in(text[: point - 2] or "0"), number_in(text[max(0, point - 2) :])
    if degrees is None or minutes is None or not 0 <= minutes < 60 or hemisphere not in ("N", "S", "E", "W"):
        return None
    found = arrival.within(degrees + minutes / 60, 0.0, most)
    return -found if found is not None and hemisphere == negative else found


def _moment(date: str, clock: str) -> int | None:
    """As the receiver says it; the door puts right what rolled over."""
    whole, _, fraction = clock.partition(".")
    try:
        day, month, year = int(date[:2]), int(date[2:4]), int(date[4:6])
        hour, minute, second = int(whole[:2]), int(whole[2:4]), int(whole[4:6])
        found = datetime(
            year + (1900 if year >= _CENTURY_FROM else 2000), month, day, hour, minute, min(second, 59),
            tzinfo=UTC,
        )  # fmt: skip
        us = to_us(found) + int(fraction[:6].ljust(6, "0")) + (1_000_000 if second == 60 else 0)
    except ValueError:
        return None
    return us
