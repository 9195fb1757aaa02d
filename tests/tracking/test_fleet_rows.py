"""What reports over many devices are made of: sums, visits, speeding, columns."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.tracking.functions import columns, spreadsheet
from entrepot.tracking.functions.days import days
from entrepot.tracking.functions.speeding import episodes
from entrepot.tracking.functions.summary import sums
from entrepot.tracking.functions.visits import visits
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.fleet import FleetDay, FleetTrip
from entrepot.tracking.model.history import TimelineEntry, TimeSpan
from entrepot.tracking.model.passage import Passage

BERLIN = ZoneInfo("Europe/Berlin")
DAY_US = 86_400_000_000
MINUTE_US = 60_000_000


def test_a_trip_over_an_end_of_the_time_is_shared() -> None:
    trip = TimelineEntry("trip", 0, 4 * MINUTE_US, 0, 0, 0, 0, 4_000, 20.0, None)
    total = sums([trip], TimeSpan(MINUTE_US, 2 * MINUTE_US), at_us=DAY_US)
    assert (total.distance_mm, total.moving_us, total.trips) == (1_000, MINUTE_US, 0)
    assert (total.first_us, total.last_us) == (MINUTE_US, 2 * MINUTE_US)


@given(
    st.lists(st.tuples(st.integers(1, 3_000), st.booleans()), min_size=1, max_size=30),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia"]),
    st.integers(0, 40),
)
def test_the_whole_is_the_sum_of_its_days(parts: list[tuple[int, bool]], zone: str, begin_day: int) -> None:
    """Also over the days where clocks change, and of what still lasts."""
    at_us = int(datetime(2026, 3, 20, tzinfo=UTC).timestamp()) * 1_000_000
    begin_us, entries = at_us, []
    for minutes, moves in parts:
        ends_us = at_us + minutes * MINUTE_US
        entries.append(
            TimelineEntry("trip" if moves else "stop", at_us, ends_us, 0, 0, 0, 0, minutes * 9_000, 3.0, None)
        )
        at_us = ends_us
    span = TimeSpan(begin_us + begin_day * DAY_US // 4, at_us + DAY_US)
    told = days(entries, span, zone=ZoneInfo(zone), at_us=at_us)
    midnight_us = min(
        int(datetime.combine(each.day, datetime.min.time(), ZoneInfo(zone)).timestamp()) * 1_000_000
        for each in told
    )
    whole = sums(entries, TimeSpan(midnight_us, at_us + 2 * DAY_US), at_us=at_us)
    assert sum(each.moving_s for each in told) == pytest.approx(whole.moving_us / 1e6)
    assert sum(each.stopped_s for each in told) == pytest.approx(whole.stopped_us / 1e6)
    assert sum(each.distance_m for each in told) == pytest.approx(whole.distance_mm / 1e3, abs=len(told))
    assert sum(each.trips for each in told) == whole.trips
    assert sum(each.stops for each in told) == whole.stops


SPAN = TimeSpan(100, 200)


def told(
    *passages: tuple[int, str, str], closed: dict[str, int] | None = None
) -> list[tuple[str, int, object]]:
    found = visits([Passage(*each) for each in passages], SPAN, closed_us=closed or {})
    return [(each.geofence_id, each.entered_us, each.left_us) for each in found]


def test_who_came_before_and_left_after_the_time_was_inside_in_it() -> None:
    assert told((50, "a", "enter"), (250, "a", "exit")) == [("a", 50, 250)]
    assert told((50, "a", "inside")) == [("a", 50, None)]
    assert told((50, "a", "enter"), (60, "a", "exit"), (220, "a", "enter")) == []


def test_a_visit_ends_with_its_fence() -> None:
    assert told((120, "a", "enter"), closed={"a": 150}) == [("a", 120, 150)]


def test_leaving_and_coming_back_at_one_moment_are_two_visits() -> None:
    assert told((110, "a", "enter"), (150, "a", "enter"), (150, "a", "exit"), (170, "a", "exit")) == [
        ("a", 110, 150), ("a", 150, 170),
    ]  # fmt: skip
    assert told((150, "a", "exit"), (150, "a", "enter")) == [("a", 150, 150)]


def test_fences_are_told_apart() -> None:
    assert told((110, "b", "enter"), (120, "a", "enter"), (130, "b", "exit"), (140, "a", "exit")) == [
        ("b", 110, 130), ("a", 120, 140),
    ]  # fmt: skip


def at(second: int, speed_mps: float | None, north_m: float = 0.0) -> Fix:
    us = second * 1_000_000
    return Fix("d", us, us, 52.0 + north_m / 111_195, 13.0, 5.0, speed_mps=speed_mps)


def seconds(fixes: list[Fix], limit_mps: float = 30.0) -> list[tuple[float, float, float]]:
    return [(e.began_us / 1e6, e.ended_us / 1e6, e.max_speed_mps) for e in episodes(fixes, limit_mps)]


def test_ten_seconds_above_the_limit_are_speeding() -> None:
    assert seconds([at(0, 29), at(10, 31), at(15, 35), at(20, 31), at(30, 10)]) == [(10, 20, 35)]


def test_one_spike_of_speed_is_none() -> None:
    assert seconds([at(0, 20), at(10, 90), at(20, 20)]) == []


def test_near_the_limit_it_does_not_end_and_begin_again() -> None:
    assert seconds([at(0, 31), at(10, 28), at(20, 32), at(30, 26)]) == [(0, 20, 32)]


def test_silence_ends_it() -> None:
    assert seconds([at(0, 31), at(5, 32), at(1_000, 33), at(1_020, 33)]) == [(1_000, 1_020, 33)]


def test_speed_of_a_device_that_says_none_is_that_of_its_legs() -> None:
    fixes = [at(10 * n, None, north_m=500.0 * n) for n in range(4)]
    [(began, ended, fastest)] = seconds(fixes)
    assert (began, ended) == (10, 30)
    assert fastest == pytest.approx(49, abs=0.1)  # less the error of both ends


# ---- tables -----------------------------------------------------------------------------------------------

AT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
TRIP = FleetTrip(
    device_id="1", device_name="=cmd|' /C calc'!A0", started_at=AT, ended_at=AT + timedelta(hours=1),
    duration_s=3_600.0, distance_m=12_345.6, max_speed_mps=25.0, average_speed_mps=3.43,
    start_latitude=-33.5, start_longitude=151.0, end_latitude=None, end_longitude=None,
)  # fmt: skip
ONE_DAY = FleetDay(
    device_id="1", device_name="Van", day=date(2026, 3, 29), distance_m=1_000.0, moving_s=60.0, stopped_s=0.0,
    trips=1, stops=0, max_speed_mps=None,
)  # fmt: skip


def sheet(path: Path) -> tuple[list[list[str]], str]:
    """The cells as they stand in the file, and its styles."""
    with zipfile.ZipFile(path) as book:
        text = book.read("xl/worksheets/sheet1.xml").decode()
        styles = book.read("xl/styles.xml").decode()
    rows = re.findall(r"<row .*?</row>", text, re.DOTALL)
    return [re.findall(r"<c [^>]*?(?:/>|>.*?</c>)", row, re.DOTALL) for row in rows], styles


def write(path: Path, report: columns.FleetReportKind, rows: Iterator[object] | list[object]) -> None:
    spreadsheet.write(
        path, (columns.cells(report, row, BERLIN) for row in rows), title="T",  # type: ignore[arg-type]
        headings=columns.headings(report, BERLIN), dates=columns.dates(report, BERLIN),
    )  # fmt: skip


def test_a_spreadsheet_holds_real_moments_and_numbers_and_no_formula(tmp_path: Path) -> None:
    write(tmp_path / "t.xlsx", "trips", [TRIP])
    [head, row], styles = sheet(tmp_path / "t.xlsx")
    assert "Started (Europe/Berlin)" in head[1] and "Distance (km)" in head[4]
    assert "<f" not in "".join(row) and 't="inlineStr"' in row[0] and "=cmd" in row[0]
    # 2:30 in Berlin, still in summer time: days since 1899-12-30, the first and the second 2:30 alike.
    assert float(re.findall(r"<v>(.*?)</v>", row[1])[0]) == pytest.approx(46_320 + 2.5 / 24)
    assert float(re.findall(r"<v>(.*?)</v>", row[2])[0]) == pytest.approx(46_320 + 2.5 / 24)
    assert re.findall(r"<v>(.*?)</v>", row[4]) == ["12.346"]
    assert 'formatCode="yyyy-mm-dd hh:mm:ss"' in styles


def test_a_day_has_no_time_in_a_spreadsheet(tmp_path: Path) -> None:
    write(tmp_path / "t.xlsx", "days", [ONE_DAY])
    [_, row], styles = sheet(tmp_path / "t.xlsx")
    [formats] = re.findall(r"<cellXfs.*?</cellXfs>", styles)
    style = int(re.findall(r's="(\d+)"', row[1])[0])
    number = re.findall(r'numFmtId="(\d+)"', formats)[style]
    assert f'numFmtId="{number}" formatCode="yyyy-mm-dd"' in styles


def test_a_spreadsheet_without_rows_has_its_headings(tmp_path: Path) -> None:
    write(tmp_path / "t.xlsx", "stops", [])
    assert "Device" in sheet(tmp_path / "t.xlsx")[0][0][0]


def test_what_goes_wrong_while_a_spreadsheet_is_written_is_told(tmp_path: Path) -> None:
    def rows() -> Iterator[object]:
        yield TRIP
        raise OSError("the database went away")

    with pytest.raises(OSError, match="went away"):
        write(tmp_path / "t.xlsx", "trips", rows())


def test_csv_has_the_members_of_the_api_with_offsets_and_no_formula() -> None:
    text = columns.csv_head("trips") + columns.csv_lines([TRIP], BERLIN)
    [row] = csv.DictReader(io.StringIO(text))
    assert row["device_name"] == "'=cmd|' /C calc'!A0"
    assert (row["started_at"], row["ended_at"]) == ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00")
    assert (row["distance_m"], row["start_latitude"], row["end_latitude"]) == ("12345.6", "-33.5", "")
