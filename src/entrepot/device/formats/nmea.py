"""NMEA 0183: RMC says where, when and how fast (knots); GGA of the same second adds height and precision."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor

from entrepot.core.time import to_us
from entrepot.device.model import arrival
from entrepot.device.model.arrival import KNOT_MPS, Arrival, Source, Unreadable, number_in
from entrepot.tracking.model.fix import Fix

_MAX_LINE = 200
_ROLLOVER = timedelta(weeks=1024)  # GPS counts weeks in ten bits; old receivers fell back by that much
_ROLLED_BACK = timedelta(weeks=1000)  # older than this no receiver keeps a fix
_CENTURY_FROM = 80  # two digits from here on mean 19…


class _Height:
    """What the last GGA said, for the RMC of the same second."""

    __slots__ = ("altitude_m", "attributes", "clock")

    def __init__(self) -> None:
        self.clock, self.altitude_m = "", None
        self.attributes: dict[str, object] = {}

    altitude_m: float | None


def decode(payload: bytes, source: Source) -> list[Arrival]:
    return list(read(payload.decode("ascii", "replace").splitlines(), source))


def read(lines: Iterable[str], source: Source) -> Iterator[Arrival]:
    """Sentences other than RMC and GGA, and fixes that the receiver itself calls void, are passed over. GGA
    counts if it comes before its RMC, or if no RMC comes between.
    """
    height, waiting = _Height(), None
    for line in lines:
        text = line.strip()
        if not text or text[0] not in "$!":
            continue
        fields = sentence(text)
        if fields is None:
            yield Unreadable("A sentence is broken: its checksum does not fit.")
            continue
        kind = fields[0][-3:]
        if kind == "RMC":
            if waiting is not None:
                yield _joined(waiting[0], waiting[1], height)
            waiting = None
            found = _rmc(fields, source)
            if isinstance(found, Unreadable):
                yield found
            elif found is not None:
                waiting = (fields[1], found)
        elif kind == "GGA":
            _gga(fields, height)
    if waiting is not None:
        yield _joined(waiting[0], waiting[1], height)


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


def _joined(clock: str, fix: Fix, height: _Height) -> Fix:
    if height.clock != clock:
        return fix
    return Fix(
        fix.device_id, fix.fixed_at_us, fix.received_at_us, fix.latitude, fix.longitude, fix.accuracy_m,
        height.altitude_m, fix.speed_mps, fix.course_deg, fix.battery_pct, arrival.kept(height.attributes),
    )  # fmt: skip


def _rmc(fields: list[str], source: Source) -> Fix | Unreadable | None:
    """`$GPRMC,hhmmss.ss,A,ddmm.mmmm,N,dddmm.mmmm,E,knots,course,ddmmyy,…`; None when it is void."""
    if len(fields) < 10:
        return Unreadable("An RMC sentence is too short.")
    if fields[2] != "A":
        return None
    latitude = _degrees(fields[3], fields[4], negative="S", most=90.0)
    longitude = _degrees(fields[5], fields[6], negative="W", most=180.0)
    at_us = _moment(fields[9], fields[1], source.received_at_us)
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


def _gga(fields: list[str], height: _Height) -> None:
    """`$GPGGA,hhmmss.ss,ddmm.mmmm,N,dddmm.mmmm,E,quality,satellites,hdop,altitude,M,…`."""
    if len(fields) < 10 or fields[6] in ("", "0"):
        return
    height.clock, height.altitude_m = fields[1], arrival.altitude_m(number_in(fields[9]))
    said = {"satellites": number_in(fields[7]), "hdop": number_in(fields[8])}
    height.attributes = {name: value for name, value in said.items() if value is not None}


def _degrees(text: str, hemisphere: str, *, negative: str, most: float) -> float | None:
    point = text.find(".") if "." in text else len(text)
    degrees, minutes = number_in(text[: point - 2] or "0"), number_in(text[max(0, point - 2) :])
    if degrees is None or minutes is None or not 0 <= minutes < 60 or hemisphere not in ("N", "S", "E", "W"):
        return None
    found = arrival.within(degrees + minutes / 60, 0.0, most)
    return -found if found is not None and hemisphere == negative else found


def _moment(date: str, clock: str, received_at_us: int) -> int | None:
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
    if received_at_us - us > _ROLLED_BACK / timedelta(microseconds=1):
        us += int(_ROLLOVER / timedelta(microseconds=1))
    return us
