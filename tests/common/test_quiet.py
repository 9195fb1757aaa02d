"""Quiet hours are what the wall clock says, whatever the clocks do in spring and autumn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entrepot.common.model import quiet
from entrepot.common.model.quiet import BadTimeZone, NeverAwake, QuietHours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo",
    "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Apia",
)  # fmt: skip
BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = QuietHours(days=list(DAYS), begins="22:00", ends="06:00")

walls = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))
hours = st.builds(
    QuietHours,
    days=st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True),
    begins=walls,
    ends=walls,
)
# Minutes around the nights when clocks change, and any others.
moments = st.one_of(
    st.datetimes(datetime(2011, 12, 25), datetime(2030, 1, 1)).map(lambda each: each.replace(tzinfo=UTC)),
    st.builds(
        lambda day, minutes: day + timedelta(minutes=minutes),
        st.sampled_from(
            [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC),
             datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC),
             datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC)]
        ),
        st.integers(-1500, 1500),
    ),
)  # fmt: skip


def on_the_wall(moment: datetime, each: QuietHours, zone: ZoneInfo) -> bool:
    """Whether the wall clock stands within these hours."""
    local = moment.astimezone(zone)
    clock, today = f"{local:%H:%M}", DAYS[local.weekday()]
    yesterday = DAYS[(local.weekday() - 1) % 7]
    if each.begins < each.ends:
        return today in each.days and each.begins <= clock < each.ends
    return (today in each.days and clock >= each.begins) or (yesterday in each.days and clock < each.ends)


def comes_twice(moment: datetime, zone: ZoneInfo) -> bool:
    """Whether this hour was or will be on the wall a second time, or a whole day never was."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    around = {zone.utcoffset(local + timedelta(hours=each)) for each in range(-26, 27)}
    folds = {local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1)}
    return len(folds) > 1 or max(around) - min(around) > timedelta(hours=2)  # type: ignore[type-var,operator]


@given(
    moment=moments, some=st.lists(hours, min_size=1, max_size=3), zone=st.sampled_from(ZONES).map(ZoneInfo)
)
def test_it_is_quiet_when_the_wall_clock_says_so(
    moment: datetime, some: list[QuietHours], zone: ZoneInfo
) -> None:
    try:
        quiet.check(some, zone=zone.key)
    except NeverAwake:
        assume(False)
    until = quiet.quiet_until(moment, some, zone=zone)
    said = any(on_the_wall(moment, each, zone) for each in some)
    if not comes_twice(moment, zone):
        assert (until is not None) == said
    elif said:
        assert until is not None
    if until is not None:
        assert moment < until
        assert quiet.quiet_until(until, some, zone=zone) is None
        between = [moment + (until - moment) * part / 20 for part in range(20)]
        assert all(quiet.quiet_until(each, some, zone=zone) == until for each in between)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        # The night of 29 March 2026 lasts seven hours, that of 25 October nine.
        ("2026-03-28T21:00:00+00:00", "2026-03-29T04:00:00+00:00"),
        ("2026-10-24T20:00:00+00:00", "2026-10-25T05:00:00+00:00"),
        ("2026-07-01T20:00:00+00:00", "2026-07-02T04:00:00+00:00"),
        ("2026-07-01T19:59:59+00:00", None),
        ("2026-07-02T04:00:00+00:00", None),
    ],
)
def test_nights_of_summer_time_are_as_long_as_they_are(moment: str, until: str | None) -> None:
    found = quiet.quiet_until(datetime.fromisoformat(moment), [NIGHTS], zone=BERLIN)
    assert found == (None if until is None else datetime.fromisoformat(until))


@pytest.mark.parametrize(
    ("begins", "ends", "moment", "until"),
    [
        # On 25 October 2026 the wall clock of Berlin shows 02:30 twice: at 00:30 and at 01:30 UTC.
        ("02:30", "04:00", "2026-10-25T00:30:00+00:00", "2026-10-25T03:00:00+00:00"),
        ("22:00", "02:30", "2026-10-25T00:45:00+00:00", "2026-10-25T01:30:00+00:00"),
    ],
)
def test_hour_that_comes_twice_is_quiet_from_the_first_to_the_second(
    begins: str, ends: str, moment: str, until: str
) -> None:
    some = [QuietHours(days=list(DAYS), begins=begins, ends=ends)]
    found = quiet.quiet_until(datetime.fromisoformat(moment), some, zone=BERLIN)
    assert found == datetime.fromisoformat(until)


def test_hours_that_end_where_the_clock_leaps_end_with_the_leap() -> None:
    early = QuietHours(days=list(DAYS), begins="22:00", ends="02:30")
    found = quiet.quiet_until(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), [early], zone=BERLIN)
    assert found == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_hours_that_touch_are_one_quiet() -> None:
    weekend = [
        QuietHours(days=["fri"], begins="18:00", ends="00:00"),
        QuietHours(days=["sat", "sun"], begins="00:00", ends="00:00"),
    ]
    friday = datetime(2026, 7, 3, 20, tzinfo=BERLIN)
    assert quiet.quiet_until(friday, weekend, zone=BERLIN) == datetime(2026, 7, 6, tzinfo=BERLIN)


def test_quiet_that_never_ends_is_refused() -> None:
    always = [QuietHours(days=list(DAYS), begins="08:00", ends="08:00")]
    with pytest.raises(NeverAwake):
        quiet.check(always, zone="UTC")
    halves = [
        QuietHours(days=list(DAYS), begins="00:00", ends="12:00"),
        QuietHours(days=list(DAYS), begins="12:00", ends="00:00"),
    ]
    with pytest.raises(NeverAwake):
        quiet.check(halves, zone="UTC")
    quiet.check(halves[:1], zone="UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "localtime", "Europe/berlin"])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadTimeZone):
        quiet.check([], zone=zone)
