"""Places and habits are found in what a device did; what is not usual is told, and seldom anything else."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.suite.lengths import length
from tests.tracking.lives import (
    DAY_US,
    HOME,
    HOUR_US,
    MONDAY_US,
    WEEK_US,
    Life,
    lived,
    off,
)

from entrepot.core.geo import distance_m
from entrepot.tracking.functions.patterns import places
from entrepot.tracking.functions.patterns.episodes import episodes
from entrepot.tracking.functions.patterns.habits import Learned, Memory, learn
from entrepot.tracking.functions.patterns.hours import likelihood, smooth
from entrepot.tracking.functions.patterns.routes import deviation_m
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.pattern import Judgement, PlaceVisit, StayPlace
from entrepot.tracking.model.segment import Segment

THRESHOLD = AlertSettings().unusual_score
LEARNED_WEEKS = 8
KINDS = ("phone", "vehicle")


def learned(
    life: Life, kind: str = "phone", *, until_us: int = 2**62, known: Sequence[StayPlace] = ()
) -> Learned:
    past = [each for each in life.segments if each.ended_at_us is not None and each.ended_at_us < until_us]
    return learn(past, life.lines, device_id="d1", device_kind=kind, timezone="UTC", known=known)


def judgements(life: Life, found: Learned, *, from_us: int, until_us: int = 2**62) -> list[Judgement]:
    memory = Memory(found.habits, found.places)
    return [
        memory.judge(each, life.lines.get(each.journey.begin_us) if each.journey else None)
        for each in episodes(life.segments, at_us=life.at_us)
        if from_us <= each.began_us < until_us
    ]


def kinds(found: Learned) -> dict[str, int]:
    counted: dict[str, int] = {}
    for each in found.places:
        counted[each.kind] = counted.get(each.kind, 0) + 1
    return counted


# ---- places -------------------------------------------------------------------------------------------


def test_phone_has_a_home_and_a_place_of_work() -> None:
    life = lived("phone", days=range(28))
    found = learned(life)
    for kind, spot in (("home", life.home), ("work", life.work)):
        [place] = [each for each in found.places if each.kind == kind]
        assert distance_m(place.latitude, place.longitude, *spot) < 15
        assert place.score > 0.7


def test_van_has_a_depot_and_customers() -> None:
    life = lived("vehicle", days=range(28))
    found = learned(life, "vehicle")
    assert kinds(found) == {"depot": 1, "customer": 12}
    [depot] = [each for each in found.places if each.kind == "depot"]
    assert distance_m(depot.latitude, depot.longitude, *life.depot) < 15


def test_moving_about_in_a_yard_is_one_visit() -> None:
    life = Life()
    life.stay(minutes=60)
    life.go(off(HOME, m=20, course_deg=10))
    life.stay(minutes=60)
    life.go(off(HOME, m=5_000, course_deg=10))
    first, second = episodes(life.end().segments, at_us=life.at_us)
    assert first.visit is not None and second.journey is not None
    assert first.visit.end_us == second.journey.begin_us


def test_place_keeps_its_id_and_what_people_said_of_it() -> None:
    life = lived("phone", days=range(56))
    early = learned(life, until_us=MONDAY_US + 4 * WEEK_US)
    said = [msgspec.structs.replace(each, name=f"n{n}", kind="other", fixed=True)
            for n, each in enumerate(early.places)]  # fmt: skip
    later = {each.id: each for each in learned(life, known=said).places}
    for each in said:
        assert (later[each.id].name, later[each.id].kind, later[each.id].score) == (each.name, "other", 1.0)


SPOTS = st.tuples(st.integers(0, 6), st.floats(0, 60), st.floats(0, 360))
STAYS = st.lists(st.tuples(SPOTS, st.integers(1, 600)), max_size=40)
MIDDLES = st.sampled_from([(50.0, 8.0), (0.0, 180.0), (-17.0, -180.0), (89.9995, 0.0), (0.0, 0.0)])


def visits_of(stays: Any, middle: tuple[float, float] = HOME, *, after_us: int = 0) -> list[PlaceVisit]:
    found = []
    for number, ((spot, away_m, course), minutes) in enumerate(stays):
        centre = off(middle, m=spot * 110.0, course_deg=90)
        latitude, longitude = off(centre, m=away_m, course_deg=course)
        begin_us = after_us + number * DAY_US
        found.append(PlaceVisit(begin_us, begin_us + minutes * 60_000_000, latitude, longitude))
    return found


def shape(found: Sequence[places.Cluster]) -> list[tuple[Any, ...]]:
    return [(each.first_us, len(each.members), each.dwell_us, round(each.radius_m, 2)) for each in found]


@given(STAYS, MIDDLES, st.randoms(use_true_random=False))
def test_order_of_visits_does_not_matter(stays: Any, middle: tuple[float, float], random: Any) -> None:
    visits = visits_of(stays, middle)
    shuffled = visits[:]
    random.shuffle(shuffled)
    assert shape(places.clusters(shuffled)) == shape(places.clusters(visits))


@given(STAYS, st.sampled_from([90.0, 180.0, -171.99, 172.0]))
def test_places_are_the_same_anywhere_around_the_earth(stays: Any, turned: float) -> None:
    here = visits_of(stays)
    there = [
        PlaceVisit(each.begin_us, each.end_us, each.latitude, (each.longitude + turned + 180) % 360 - 180)
        for each in here
    ]
    assert shape(places.clusters(there)) == shape(places.clusters(here))


@given(STAYS, STAYS)
def test_more_history_never_takes_visits_from_a_place(some: Any, more: Any) -> None:
    first, second = visits_of(some), visits_of(more, after_us=400 * DAY_US)
    merged = [set(each.members) for each in places.clusters(first + second)]
    for cluster in places.clusters(first):
        assert any(set(cluster.members) <= members for members in merged)


# ---- habits ---------------------------------------------------------------------------------------------


def test_way_to_work_is_a_habit_with_its_time_and_corridor() -> None:
    life = lived("phone", days=range(28))
    found = learned(life)
    at = {each.kind: each.id for each in found.places}
    [way] = [
        each for each in found.habits.routes if (each.origin, each.destination) == (at["home"], at["work"])
    ]
    assert way.count == 20
    assert 14 * 60 < way.duration_s < 19 * 60
    assert way.corridors and way.width_m < 300


def test_history_shifted_by_whole_weeks_teaches_the_same() -> None:
    life, moved = (
        lived("phone", days=range(21)),
        lived("phone", days=range(21), begins_us=MONDAY_US - 30 * WEEK_US),
    )
    one, other = learned(life), learned(moved)
    assert [(p.visits, p.dwell_us, p.kind, p.score, p.hours) for p in one.places] == [
        (p.visits, p.dwell_us, p.kind, p.score, p.hours) for p in other.places
    ]
    assert one.habits.strangest == other.habits.strangest


@settings(max_examples=length(5, prove=50))
@given(st.randoms(use_true_random=False))
def test_order_of_trips_and_stops_does_not_matter(random: Any) -> None:
    life = lived("vehicle", days=range(10))
    first = learned(life, "vehicle")
    random.shuffle(life.segments)
    assert learned(life, "vehicle") == first


@settings(max_examples=length(20, prove=200))
@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0, 30)), min_size=168, max_size=168))
def test_likelihood_is_one(hours: list[tuple[float, float]]) -> None:
    spent, rest = (np.array(each) for each in zip(*hours, strict=True))
    likely = likelihood(smooth(spent), smooth(spent + rest))
    assert ((likely > 0) & (likely < 1)).all()


def test_line_across_the_antimeridian_is_as_far_from_its_corridor() -> None:
    for longitude in (8.0, 180.0, -180.0):
        begin, end = (10.0, longitude), off((10.0, longitude), m=20_000, course_deg=90)
        via = off(off(begin, m=10_000, course_deg=90), m=2_000, course_deg=0)
        away = deviation_m([*begin, *via, *end], [[*off(begin, m=5_000, course_deg=270), *end]])
        assert away == pytest.approx(2_000, abs=20)


# ---- what is not usual --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_usual_life_raises_at_most_one_alarm_a_week(kind: str) -> None:
    """Learned anew every four weeks, as it would be every day; figures of docs/tracking.md."""
    alarms = weeks = 0
    for seed in range(3):
        life = lived(kind, days=range(16 * 7), seed=seed)
        for week in range(4, 16, 4):
            now_us = MONDAY_US + week * WEEK_US
            found = learned(life, kind, until_us=now_us)
            told = judgements(life, found, from_us=now_us, until_us=now_us + 4 * WEEK_US)
            alarms += sum(each.score >= THRESHOLD for each in told)
            weeks += 4
    assert alarms / weeks <= 0.5


def night_out(life: Life, day: int) -> None:
    life.until(2.5, day=day)
    life.go(off(life.home, m=6_000, course_deg=130))


def elsewhere_at_work_time(life: Life, day: int) -> None:
    life.until(8, day=day)
    life.go(off(life.home, m=30_000, course_deg=130))
    life.stay(minutes=240)


def far_detour(life: Life, day: int) -> None:
    life.until(7.7, day=day)
    work = life.work
    life.go(work, via=off(off(life.home, m=4_500, course_deg=70), m=6_000, course_deg=160))


def never_leaves_work(life: Life, day: int) -> None:
    life.until(7.7, day=day)
    life.go(life.work)
    life.until(6, day=day + 1)


def stolen_on_sunday(life: Life, day: int) -> None:
    life.until(14, day=day + 4)
    life.go(off(life.depot, m=25_000, course_deg=130))


def long_at_a_customer(life: Life, day: int) -> None:
    life.until(7.5, day=day)
    life.go(life.customers[3])
    life.stay(minutes=300)


def customer_at_night(life: Life, day: int) -> None:
    life.until(1.0, day=day)
    life.go(life.customers[5])


Plant = Callable[[Life, int], None]
PLANTED: dict[str, tuple[Plant, ...]] = {
    "phone": (night_out, elsewhere_at_work_time, far_detour, never_leaves_work),
    "vehicle": (night_out, stolen_on_sunday, long_at_a_customer, customer_at_night),
}


@pytest.mark.parametrize(
    ("kind", "plant"),
    list(chain.from_iterable(((kind, plant) for plant in planted) for kind, planted in PLANTED.items())),
)
def test_what_is_unusual_is_found(kind: str, plant: Plant) -> None:
    """In every life that was tried; docs/tracking.md tells of more."""
    found = 0
    for seed in range(3):
        life = lived(kind, days=range(7 * LEARNED_WEEKS), seed=seed)
        habits = learned(life, kind)
        day = 7 * LEARNED_WEEKS + 2
        begun_us = life.begins_us + 7 * LEARNED_WEEKS * DAY_US
        plant(life, day)
        told = judgements(life.end(), habits, from_us=begun_us)
        found += any(each.score >= THRESHOLD and each.reasons for each in told)
    assert found == 3


def test_reasons_are_plain() -> None:
    life = lived("phone", days=range(7 * LEARNED_WEEKS))
    habits = learned(life)
    night_out(life, 7 * LEARNED_WEEKS + 2)
    [told] = judgements(life.end(), habits, from_us=life.begins_us + LEARNED_WEEKS * WEEK_US)
    assert {each.kind for each in told.reasons} >= {"unknown_place", "moving"}
    assert any("Wednesday about 02:00" in each.text for each in told.reasons)


def test_what_happens_every_week_is_usual() -> None:
    life = Life()
    for day in range(56):
        if day % 7 == 2:
            night_out(life, day)
            life.stay(minutes=30)
            life.go(life.home)
    found = learned(life)
    night_out(life, 58)
    told = judgements(life.end(), found, from_us=life.begins_us + 56 * DAY_US)
    assert all(each.score < THRESHOLD for each in told)


def test_restless_life_is_held_against_itself() -> None:
    """Twice a week at any hour to somewhere new: strange each time, and yet nothing unusual."""
    strange = alarms = weeks = 0
    for seed in range(4):
        life = Life(seed=seed)
        for day in range(16 * 7):
            if day % 7 in (1, 4):
                life.until(life.random.uniform(0, 20), day=day)
                far, course = life.random.uniform(3_000, 30_000), life.random.uniform(0, 360)
                life.go(off(life.home, m=far, course_deg=course))
                life.stay(minutes=90, jitter=0.2)
                life.go(life.home)
        found = learned(life, until_us=MONDAY_US + LEARNED_WEEKS * WEEK_US)
        told = judgements(life, found, from_us=MONDAY_US + LEARNED_WEEKS * WEEK_US)
        strange += sum(sum(reason.weight for reason in each.reasons) >= 1 for each in told)
        alarms += sum(each.score >= THRESHOLD for each in told)
        weeks += 16 - LEARNED_WEEKS
    assert strange / weeks > 0.75
    assert alarms / weeks <= 0.5


def test_two_weeks_and_twenty_visits_are_needed() -> None:
    assert not learned(lived("phone", days=range(11))).habits.enough
    assert not learned(Life().end()).habits.enough
    assert learned(lived("phone", days=range(21))).habits.enough


def segment(kind: str, begin_h: float, end_h: float | None, **rest: Any) -> Segment:
    told: dict[str, Any] = {"latitude": 50.0, "longitude": 8.0} | rest
    end_us = None if end_h is None else round(end_h * HOUR_US)
    return Segment(
        kind=kind, started_at_us=round(begin_h * HOUR_US), decided_us=0, ended_at_us=end_us, **told
    )


def test_nobody_knows_the_way_through_a_gap() -> None:
    told = [segment("stop", 0, 1), segment("trip", 1, 2), segment("gap", 2, 5), segment("stop", 5, None)]
    first, way, after = episodes(told, at_us=6 * HOUR_US)
    assert (first.journey, way.visit, after.journey, after.before) == (None, None, None, None)
    assert after.visit is not None and after.visit.open and after.ended_us == 6 * HOUR_US
