"""Names of places: the organisation's own first, then the nearest town, by how large it is."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from entrepot.core.gazetteer import MOST_M, Near, _towns, in_words, near
from entrepot.core.geo import distance_m
from entrepot.core.notices import at_place
from entrepot.tracking.functions.fence_index import Fence, FenceIndex
from entrepot.tracking.functions.naming import names
from entrepot.tracking.model.geofence import Definition, FenceRevision


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((46.08, 14.50), "3.2 km north of Ljubljana, SI"),
        ((45.776, 4.848), "3 km north of Lyon, FR"),
        ((52.5196, 13.4069), "Berlin, DE"),
        ((37.78674, -122.39222), "2.8 km north-east of San Francisco, US"),  # [thampiman/reverse-geocoder#10]
        ((40.0, -120.5), "21 km north of Portola, US"),
        ((0.0, -30.0), ""),  # the middle of the Atlantic
        ((90.0, 0.0), ""),
    ],
)
def test_a_place_is_told_by_the_town_near_it(place: tuple[float, float], words: str) -> None:
    assert in_words(near(*place)) == words


def test_a_district_does_not_stand_for_its_town() -> None:
    """[jsdelivr/globalping#412]"""
    assert in_words(near(48.8867, 2.343)) == "3.8 km north of Paris, FR"
    assert in_words(near(48.9362, 2.3574)) == "Saint-Denis, FR", "a town of its own does"


@pytest.mark.parametrize("longitude", [179.99, -179.99])
def test_towns_are_found_across_the_antimeridian(longitude: float) -> None:
    assert (found := near(-17.0, longitude)) is not None
    assert found.town == "Savusavu"


def test_far_in_the_north_a_degree_is_narrow() -> None:
    """Tromsø's neighbours in degrees are not those in metres."""
    assert (found := near(69.66, 18.5)) is not None
    assert found.town == "Tromsø" and found.distance_m < 20_000


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_has_an_answer(latitude: float, longitude: float) -> None:
    found = near(latitude, longitude)
    assert found is None or 0 <= found.distance_m <= MOST_M


@given(st.floats(40, 55), st.floats(-5, 25))
def test_no_town_says_it_better(latitude: float, longitude: float) -> None:
    """What is told is the best of all towns, not only of those that were looked at first."""
    latitude, longitude = round(latitude, 3), round(longitude, 3)
    towns = _towns()
    north_m = (towns.latitude - latitude) * 111_195
    east_m = (towns.longitude - longitude) * 111_195 * np.cos(np.radians(latitude))
    over_m = np.hypot(north_m, east_m) - towns.reach_m
    best = int(over_m.argmin())
    expected = distance_m(latitude, longitude, float(towns.latitude[best]), float(towns.longitude[best]))
    assume(expected < 70_000)
    assert (found := near(latitude, longitude)) is not None
    assert found.distance_m == pytest.approx(expected)


@pytest.mark.parametrize(
    ("distance", "bearing", "words"),
    [
        (999.0, 0.0, "Lyon, FR"), (1_000.0, 359.0, "1 km north of Lyon, FR"),
        (9_940.0, 44.0, "9.9 km north-east of Lyon, FR"),
        (12_600.0, 225.0, "13 km south-west of Lyon, FR"),
    ],
)  # fmt: skip
def test_distance_and_direction_are_said(distance: float, bearing: float, words: str) -> None:
    assert in_words(Near("Lyon", "FR", distance, bearing)) == words


def fence(id: str, radius_m: float, **more: object) -> Fence:
    geometry = {"type": "Point", "coordinates": [4.848, 45.776]}
    definition = Definition(geometry=geometry, radius_m=radius_m, devices=more.pop("devices", frozenset()))  # type: ignore[arg-type]
    return Fence(FenceRevision(id=id, name=id, definition=definition, **more))  # type: ignore[arg-type]


def test_the_organisations_own_places_come_first_and_the_smallest_of_them() -> None:
    index = FenceIndex([fence("yard", 2_000), fence("gate", 50), fence("gone", 10, until_us=5),
                        fence("others", 20, devices=frozenset({"x"}))])  # fmt: skip
    spots = [(45.776, 4.848), (45.776, 4.855), None, (45.83, 4.82)]
    found = names(spots, device_id="van", index=index)
    assert found[:3] == ["gate", "yard", ""]
    assert found[3].endswith(", FR")


def test_letters_say_the_town_beside_the_place() -> None:
    assert at_place({"latitude": 52.52, "longitude": 13.405}) == "52.52000, 13.40500 (Berlin, DE)"
    assert at_place({"latitude": 0.0, "longitude": -30.0}) == "0.00000, -30.00000"
    assert at_place({"latitude": None, "longitude": None}) == "an unknown place"
