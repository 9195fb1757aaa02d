"""GPX: what our export writes, our reader reads again as it was; waypoints and breaks are what the format
says.
"""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.time import to_us
from entrepot.device.formats import gpx
from entrepot.device.model.arrival import Source
from entrepot.tracking.functions import export
from entrepot.tracking.functions.derive import Work, derive
from entrepot.tracking.functions.fence_index import FenceIndex
from entrepot.tracking.model.fix import TRACK_BREAK, Fix, rounded
from entrepot.tracking.model.history import Position
from entrepot.tracking.model.state import DeviceState, Watched

SOURCE = Source("d", to_us(datetime(2026, 5, 1, tzinfo=UTC)))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def read(text: str) -> list[Any]:
    return list(gpx.read(io.BytesIO(text.encode()), SOURCE))


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


ATTRIBUTES = st.dictionaries(
    st.text(max_size=8), st.one_of(st.booleans(), st.integers(-1000, 1000), st.text(max_size=12)), max_size=3
)
MEASURED = st.tuples(
    st.integers(1, 30_000_000),  # tenths of a second since the one before: up to 34 days
    st.integers(-900_000_000, 900_000_000),
    st.integers(-1_800_000_000, 1_800_000_000),
    maybe(st.integers(1, 10_000)),
    maybe(st.integers(-1_000, 90_000)),
    maybe(st.integers(0, 100_000)),
    maybe(st.integers(0, 3_599)),
    maybe(st.integers(0, 100)),
    ATTRIBUTES,
    st.booleans(),
)


@given(st.lists(MEASURED, min_size=1, max_size=8), st.text(max_size=10))
def test_what_goes_out_comes_back_the_same(measured: list[Any], name: str) -> None:
    at, positions = START, []
    for tenths, lat, lon, acc, alt, speed, course, battery, attributes, broke in measured:
        at += timedelta(milliseconds=100 * tenths)
        said = {**attributes, **({TRACK_BREAK: True} if broke else {})} or None
        positions.append(
            Position(
                at, at, lat / 1e7, lon / 1e7, acc and acc / 10, alt and alt / 10, speed and speed / 100,
                course and course / 10, battery, said,
            )
        )  # fmt: skip
    half = len(positions) // 2
    form = export.GPX
    written = form.head(name) + form.body(positions[:half], None, name)
    written += form.body(positions[half:], positions[half - 1] if half else None, name) + form.foot
    found = [rounded(each) for each in read(written)]
    assert [
        (f.fixed_at_us, f.latitude, f.longitude, f.accuracy_m, f.altitude_m, f.speed_mps, f.course_deg,
         f.battery_pct, f.attributes)
        for f in found
    ] == [
        (to_us(p.fixed_at), p.latitude, p.longitude, p.accuracy_m, p.altitude_m, p.speed_mps, p.course_deg,
         p.battery_pct, p.attributes)
        for p in positions
    ]  # fmt: skip


def point(seconds: float, north_m: float, tag: str = "trkpt", inner: str = "") -> str:
    at = (START + timedelta(seconds=seconds)).isoformat()
    return f'<{tag} lat="{50 + north_m / 111_195:.7f}" lon="8"><time>{at}</time>{inner}</{tag}>'


def track(*segments: str, before: str = "") -> str:
    return f"<gpx>{before}<trk>{''.join(f'<trkseg>{each}</trkseg>' for each in segments)}</trk></gpx>"


def test_waypoint_of_the_same_second_takes_no_track_points_place() -> None:
    waypoint, first, second = read(
        track(point(0, 0) + point(10, 80), before=point(0, 4_000, "wpt", "<name>Kiosk</name>"))
    )
    assert waypoint.attributes == {"waypoint": "Kiosk"}
    assert len({waypoint.fixed_at_us, first.fixed_at_us, second.fixed_at_us}) == 3


def test_waypoints_link_is_not_its_name() -> None:
    inner = '<name>Kiosk</name><link href="x"><name>other</name></link>'
    [waypoint] = read(f"<gpx>{point(0, 0, 'wpt', inner)}</gpx>")
    assert waypoint.attributes == {"waypoint": "Kiosk"}


def test_no_journey_is_made_of_a_break_between_segments() -> None:
    drive = "".join(point(10 * k, 150 * k) for k in range(60))
    on = "".join(point(1_200 + 10 * k, 40_000 + 150 * k) for k in range(60))
    fixes = [each for each in read(track(drive, "", on)) if isinstance(each, Fix)]
    assert [TRACK_BREAK in (each.attributes or {}) for each in fixes].index(True) == 60
    watched = Watched(id="d")
    [found] = derive([Work(watched, DeviceState(), fixes)], FenceIndex([]))
    kinds = [(each.kind, each.distance_mm // 1_000_000) for each in found.segments if each.ended_at_us]
    assert ("gap", 31) in kinds and all(km < 10 for kind, km in kinds if kind == "trip")


def test_time_that_is_none_and_time_that_is_missing_are_told_apart() -> None:
    found = read('<gpx><wpt lat="1" lon="2"><time>soon</time></wpt><wpt lat="1" lon="2"/></gpx>')
    assert [each.reason for each in found] == ["A point's time is none.", "A point has no time."]


def test_elements_nobody_reads_are_let_go_and_depth_is_bounded() -> None:
    [deep] = read("<gpx>" + "<a>" * 5_000)
    assert "too deep" in deep.reason


# ---- what users of other programs reported ------------------------------------------------------------


def test_recorder_that_puts_every_point_into_its_own_segment_makes_one_journey() -> None:
    """tumic0/GPXSee#432."""
    found = read(track(*(point(10 * k, 100 * k) for k in range(5))))
    assert not any(each.attributes for each in found)


def test_empty_segments_of_a_paused_recorder_break_nothing() -> None:
    """OpenTracksApp/OpenTracks#1291."""
    found = read(track("", point(0, 0) + point(10, 90), "", point(20, 180)))
    assert len(found) == 3 and [bool(each.attributes) for each in found] == [False, False, True]


def test_speed_without_a_prefix_is_read() -> None:
    """OpenTracksApp/OpenTracks#774."""
    [found] = read(track(point(0, 0, inner="<extensions><speed>1.5</speed></extensions>")))
    assert found.speed_mps == 1.5


def test_microseconds_and_offsets_are_the_moment_they_name() -> None:
    """yihong0618/running_page#337, SamR1/FitTrackee#156."""
    one, other = (
        read(f'<gpx><wpt lat="1" lon="2"><time>{text}</time></wpt></gpx>')[0].fixed_at_us
        for text in ("2022-03-27T20:32:01.137000Z", "2022-03-27T22:32:01.137+02:00")
    )
    assert one == other


def test_points_without_times_among_timed_ones_are_told_and_the_others_kept() -> None:
    """tumic0/GPXSee#237, Freika/dawarich#3046."""
    found = read(track(point(0, 0) + '<trkpt lat="1" lon="2"><time>null</time></trkpt>' + point(10, 90)))
    assert [isinstance(each, Fix) for each in found] == [True, False, True]
