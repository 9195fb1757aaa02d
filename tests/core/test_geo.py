from math import isclose

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entrepot.core.geo import (
    EARTH_RADIUS_M,
    METRES_PER_DEGREE,
    bearing_deg,
    between,
    circle_boxes,
    destination,
    distance_m,
    normal_longitude,
    split_box,
)

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 179.999999)
places = st.tuples(latitudes, longitudes)
HALF_WAY_M = EARTH_RADIUS_M * 3.141592653589793


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        ((0.0, 0.0), (0.0, 1.0), METRES_PER_DEGREE),
        ((0.0, 179.5), (0.0, -179.5), METRES_PER_DEGREE),
        ((90.0, 12.0), (90.0, -160.0), 0.0),
        ((89.0, 0.0), (89.0, 180.0), 2 * METRES_PER_DEGREE),
        ((90.0, 0.0), (-90.0, 0.0), HALF_WAY_M),
        # Sinnott's and Williams' own example: LAX to JFK, 2,144 nautical miles.
        ((33.95, -118.4), (40.633, -73.783), 0.623585 * EARTH_RADIUS_M),
    ],
)
def test_distances_are_known(a: tuple[float, float], b: tuple[float, float], metres: float) -> None:
    assert isclose(distance_m(*a, *b), metres, rel_tol=1e-5, abs_tol=1e-6)


def test_bearing_is_known() -> None:
    """Williams, Aviation Formulary: LAX to JFK starts at 66 degrees."""
    assert isclose(bearing_deg(33.95, -118.4, 40.633, -73.783), 65.89, abs_tol=0.05)


@given(places, places)
def test_distance_is_a_metric(a: tuple[float, float], b: tuple[float, float]) -> None:
    there, back = distance_m(*a, *b), distance_m(*b, *a)
    assert isclose(there, back, rel_tol=1e-9, abs_tol=1e-6)
    assert 0 <= there <= HALF_WAY_M * 1.000001


@given(st.floats(-89, 89), longitudes, st.floats(0, 359.99), st.floats(1, 1_000_000))
def test_destination_lies_as_far_as_asked_in_the_direction_asked(
    latitude: float, longitude: float, course: float, metres: float
) -> None:
    end = destination(latitude, longitude, course_deg=course, distance_m=metres)
    assert isclose(distance_m(latitude, longitude, *end), metres, rel_tol=1e-6, abs_tol=1e-3)
    assume(metres > 100 and abs(end[0]) < 89)
    turn = (bearing_deg(latitude, longitude, *end) - course) % 360
    assert min(turn, 360 - turn) < 0.01


@given(st.floats(-1_000, 1_000))
def test_normal_longitude_is_the_same_meridian(longitude: float) -> None:
    normal = normal_longitude(longitude)
    assert -180 <= normal < 180
    assert isclose((normal - longitude) % 360, 0, abs_tol=1e-9) or isclose((normal - longitude) % 360, 360)


def test_halfway_across_the_antimeridian_is_on_it() -> None:
    assert between(10.0, 179.0, 20.0, -179.0, share=0.5) == (15.0, -180.0)


@given(st.floats(-90, 90), longitudes, st.floats(1, 2_000_000), st.floats(0, 360), st.floats(0, 1))
def test_boxes_hold_the_whole_circle(
    latitude: float, longitude: float, radius_m: float, course: float, share: float
) -> None:
    lat, lon = destination(latitude, longitude, course_deg=course, distance_m=radius_m * share)
    held = [
        south - 1e-7 <= lat <= north + 1e-7 and west - 1e-6 <= lon <= east + 1e-6
        for west, south, east, north in circle_boxes(latitude, longitude, radius_m)
    ]
    near_seam = abs(abs(lon) - 180) < 1e-6
    assert any(held) or near_seam


def test_box_over_the_antimeridian_is_split() -> None:
    assert split_box((179.0, 0.0, 181.0, 1.0)) == [(179.0, 0.0, 180.0, 1.0), (-180.0, 0.0, -179.0, 1.0)]
    assert split_box((-181.0, 0.0, -179.0, 1.0)) == [(179.0, 0.0, 180.0, 1.0), (-180.0, 0.0, -179.0, 1.0)]
