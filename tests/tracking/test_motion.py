import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.tracking.tracks import NOON_US, Track, Walk

from entrepot.core.geo import distance_m
from entrepot.device.formats import gpx
from entrepot.device.model.arrival import Source
from entrepot.tracking.functions.derive import Derived, Work, derive
from entrepot.tracking.functions.fence_index import FenceIndex
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, breaks
from entrepot.tracking.model.segment import Segment
from entrepot.tracking.model.state import DeviceState, Watched, pack, unpack

GPX = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "gpx"
NO_FENCES = FenceIndex([])


def derived(
    fixes: Sequence[Fix], *, state: DeviceState | None = None, filter: FilterSettings | None = None
) -> Derived:
    device = Watched(id="d1", filter=filter or FilterSettings())
    return derive([Work(device, state or DeviceState(), list(fixes))], NO_FENCES)[0]


def segments(fixes: Sequence[Fix], *, filter: FilterSettings | None = None) -> list[Segment]:
    """As they stand in the end, in the order of their beginnings."""
    final = {(each.started_at_us, each.kind): each for each in derived(fixes, filter=filter).segments}
    return [final[key] for key in sorted(final)]


def kinds(fixes: Sequence[Fix]) -> list[str]:
    return [each.kind for each in segments(fixes)]


def off_s(at_us: int | None, truth_us: int) -> float:
    assert at_us is not None
    return abs(at_us - truth_us) / 1e6


def day(*, noise_m: float, seed: int, speeds: bool = True) -> Walk:
    """Home, by car to work, on foot to lunch and back, home again."""
    walk = Walk(noise_m=noise_m, seed=seed, speeds=speeds).rest(s=1_800)
    walk.ride(s=900, mps=14, course_deg=40).rest(s=3_600)
    walk.ride(s=400, mps=1.4, course_deg=100).rest(s=1_500)
    walk.ride(s=400, mps=1.4, course_deg=280).rest(s=3_600)
    return walk.ride(s=900, mps=14, course_deg=220).rest(s=1_800)


@pytest.mark.parametrize("noise_m", [0.0, 3.0, 8.0])
@pytest.mark.parametrize("speeds", [True, False], ids=["with-speeds", "without-speeds"])
@pytest.mark.parametrize("seed", range(3))
def test_trips_and_stops_are_found_where_they_were(noise_m: float, speeds: bool, seed: int) -> None:
    walk = day(noise_m=noise_m, seed=seed, speeds=speeds)
    found = segments(walk.fixes)
    assert [each.kind for each in found] == ["stop", "trip"] * 4 + ["stop"]
    trips = [each for each in found if each.kind == "trip"]
    for trip, (left_us, arrived_us) in zip(trips, walk.moves, strict=True):
        assert off_s(trip.started_at_us, left_us) < 60
        assert off_s(trip.ended_at_us, arrived_us) < 60
    lengths_m = [14 * 900, 1.4 * 400, 1.4 * 400, 14 * 900]
    for trip, length_m in zip(trips, lengths_m, strict=True):
        if speeds or noise_m < 5:  # without speeds the zigzags of noise cannot be told from a way
            assert trip.distance_mm / 1000 == pytest.approx(length_m, rel=0.12)
    fastest = max(trips, key=lambda trip: trip.max_speed_mps or 0)
    assert fastest.max_speed_mps == pytest.approx(14, rel=0.01 if speeds else 1.0)


def test_timeline_has_no_holes() -> None:
    found = segments(day(noise_m=4, seed=7).fixes)
    for before, after in itertools.pairwise(found):
        assert before.ended_at_us == after.started_at_us


def test_red_light_is_no_stop() -> None:
    walk = Walk().rest(s=600).ride(s=300, mps=12, course_deg=0).rest(s=120).ride(s=300, mps=12, course_deg=0)
    assert kinds(walk.rest(s=600).fixes) == ["stop", "trip", "stop"]


def test_reflection_is_no_trip() -> None:
    walk = Walk().rest(s=900).jump(course_deg=10, m=200).jump(course_deg=190, m=200).rest(s=900)
    assert kinds(walk.fixes) == ["stop"]


def test_single_fix_far_away_between_rare_ones_is_a_trip() -> None:
    walk = Walk().rest(s=3_600, every_s=300).jump(course_deg=10, m=1_500, s=300)
    walk.jump(course_deg=190, m=1_500, s=300).rest(s=3_600, every_s=300)
    assert kinds(walk.fixes) == ["stop", "trip", "stop"]


def test_track_that_begins_on_the_way_begins_with_a_trip() -> None:
    walk = Walk().ride(s=600, mps=10, course_deg=0)
    [trip] = segments(walk.fixes)
    assert trip.kind == "trip"
    assert trip.started_at_us == walk.fixes[0].fixed_at_us
    assert trip.ended_at_us is None


def test_silence_elsewhere_closes_a_trip_with_a_gap() -> None:
    walk = Walk().rest(s=600).ride(s=600, mps=10, course_deg=0)
    last_us = walk.at_us
    walk.jump(course_deg=0, m=20_000, s=7_200).ride(s=600, mps=10, course_deg=0)
    found = segments(walk.fixes)
    assert [each.kind for each in found] == ["stop", "trip", "gap", "trip"]
    assert found[1].ended_at_us == last_us
    assert found[2].distance_mm == pytest.approx(20_000_000, rel=0.001)


def test_silence_at_the_same_place_is_a_stop() -> None:
    walk = Walk().rest(s=600).ride(s=600, mps=10, course_deg=0)
    arrived_us = walk.at_us
    walk.jump(course_deg=0, m=3, s=30_000)
    walk.ride(s=600, mps=10, course_deg=0)
    found = segments(walk.fixes)
    assert [each.kind for each in found] == ["stop", "trip", "stop", "trip"]
    assert off_s(found[2].started_at_us, arrived_us) < 30


def test_heartbeats_alone_make_a_stop() -> None:
    assert kinds(Walk().rest(s=3_000, every_s=300).fixes) == ["stop"]


def test_odometer_is_the_sum_of_legs_on_trips() -> None:
    walk = Walk().rest(s=600).ride(s=1_200, mps=20, course_deg=123).rest(s=600)
    [trip] = [each for each in segments(walk.fixes) if each.kind == "trip"]
    [(left_us, arrived_us)] = walk.moves
    on_the_way = [each for each in walk.fixes if left_us <= each.fixed_at_us <= arrived_us]
    legs = [
        round(1000 * distance_m(a.latitude, a.longitude, b.latitude, b.longitude))
        for a, b in itertools.pairwise(on_the_way)
    ]
    assert abs(trip.distance_mm - sum(legs)) < 30_000


def test_trips_do_not_know_of_the_antimeridian_or_the_pole() -> None:
    def story(at: tuple[float, float]) -> list[tuple[str, int, int | None]]:
        walk = Walk(at=at, noise_m=3).rest(s=600).ride(s=600, mps=12, course_deg=90).rest(s=600)
        return [
            (each.kind, each.started_at_us // 10_000_000, each.distance_mm // 100_000)
            for each in segments(walk.fixes)
        ]

    assert story((0.0, 179.97)) == story((0.0, 20.0))
    assert [kind for kind, _, _ in story((89.99, 0.0))] == ["stop", "trip", "stop"]


@pytest.mark.parametrize("cut", [1, 7, 50, 333])
def test_any_cutting_gives_the_same(cut: int) -> None:
    track = day(noise_m=5, seed=3).fixes
    whole = derived(track)
    state, found = DeviceState(), []
    for start in range(0, len(track), cut):
        part = derived(track[start : start + cut], state=unpack(pack(state)))
        state = part.state
        found += part.segments
    assert found == whole.segments
    assert pack(state) == pack(whole.state)


def recorded(name: str) -> Track:
    path = GPX / name
    if not path.exists():
        pytest.skip("the third-party tracks (shared/data/gpx) are not here")
    with path.open("rb") as file:
        source = Source(device_id="d1", received_at_us=NOON_US)
        return [each for each in gpx.read(file, source) if isinstance(each, Fix)]


@pytest.mark.parametrize(
    "name", ["cerknicko-jezero.gpx", "korita-zbevnica.gpx", "around-visnjan-with-car.gpx"]
)
def test_recorded_tracks_become_trips(name: str) -> None:
    """Hikes and a drive that people recorded: mostly movement, as long as the track, without overlaps."""
    track = sorted({each.fixed_at_us: each for each in recorded(name)}.values(), key=lambda f: f.fixed_at_us)
    found = segments(track, filter=FilterSettings(max_age_s=None))
    trips = [each for each in found if each.kind == "trip"]
    assert trips
    for before, after in itertools.pairwise(found):
        assert before.ended_at_us is not None
        assert before.ended_at_us <= after.started_at_us
    length_m = sum(
        distance_m(a.latitude, a.longitude, b.latitude, b.longitude)
        for a, b in itertools.pairwise(track)
        if not breaks(b)  # the recording was stopped between the two
    )
    travelled_m = derived(track, filter=FilterSettings(max_age_s=None)).state.motion.path_mm / 1000 + sum(
        each.distance_mm / 1000 for each in trips if each.ended_at_us
    )
    assert 0.6 * length_m < travelled_m <= 1.01 * length_m
