import math
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.tracking.tracks import NOON_US, Track, Walk

from entrepot.core.geo import destination
from entrepot.tracking.functions.filter import alone, sift
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix, Rejection
from entrepot.tracking.model.state import FilterState

HERE = (50.0, 8.0)


def fix(s: float = 0.0, *, east_m: float = 0.0, **rest: object) -> Fix:
    """So long after noon, so far from here."""
    latitude, longitude = destination(*HERE, course_deg=90, distance_m=east_m)
    at_us = NOON_US + int(s * 1e6)
    known = {"latitude": latitude, "longitude": longitude, "received_at_us": at_us}
    return Fix(device_id="d", fixed_at_us=at_us, **(known | rest))  # type: ignore[arg-type]


def passed(fixes: Track, settings: FilterSettings | None = None) -> Track:
    """What is kept in the end, those that are believed later included."""
    state, kept = FilterState(), []
    for each in fixes:
        reason, believed = sift(state, each, settings or FilterSettings())
        kept += believed if reason else [*believed, each]
    return kept


def judged(*fixes: Fix, settings: FilterSettings | None = None) -> list[str]:
    state = FilterState()
    return [Rejection(sift(state, each, settings or FilterSettings())[0]).reason for each in fixes]


@dataclass(frozen=True)
class Case:
    fix: Fix
    reason: str


@pytest.mark.parametrize(
    "case",
    [
        Case(fix(), "kept"),
        Case(fix(latitude=90.1), "invalid"),
        Case(fix(longitude=-180.5), "invalid"),
        Case(fix(latitude=math.nan), "invalid"),
        Case(fix(longitude=math.inf), "invalid"),
        Case(fix(accuracy_m=-1.0), "invalid"),
        Case(fix(accuracy_m=math.nan), "invalid"),
        Case(fix(attributes={"valid": False}), "invalid"),
        Case(fix(attributes={"valid": True}), "kept"),
        Case(fix(latitude=0.0, longitude=0.0), "zero"),
        Case(fix(latitude=0.0, longitude=0.1), "kept"),
        Case(fix(received_at_us=NOON_US - 59_000_000), "kept"),
        Case(fix(received_at_us=NOON_US - 61_000_000), "future"),
        Case(fix(received_at_us=NOON_US + 89 * 86_400_000_000), "kept"),
        Case(fix(received_at_us=NOON_US + 91 * 86_400_000_000), "stale"),
        Case(fix(accuracy_m=200.0), "kept"),
        Case(fix(accuracy_m=201.0), "inaccurate"),
    ],
)
def test_single_fixes_are_judged_on_their_own(case: Case) -> None:
    assert Rejection(alone(case.fix, FilterSettings())).reason == case.reason


def test_every_rule_can_be_switched_off() -> None:
    off = FilterSettings(
        max_future_s=None, max_age_s=None, max_accuracy_m=None, max_speed_mps=None, drift_m=None,
        min_period_s=None, min_distance_m=None,
    )  # fmt: skip
    wild = [fix(0, accuracy_m=5_000.0), fix(0.1, east_m=90_000), fix(0.2, east_m=0.1, speed_mps=0.0)]
    assert judged(*wild, settings=off) == ["kept"] * 3


def test_what_is_said_twice_is_a_duplicate() -> None:
    assert judged(fix(0), fix(0)) == ["kept", "duplicate"]


def test_drift_around_a_standing_device_is_dropped() -> None:
    assert judged(fix(0), fix(10, east_m=20, speed_mps=0.4), fix(40, east_m=24)) == [
        "kept", "static_drift", "static_drift",
    ]  # fmt: skip


def test_slow_walking_is_not_drift() -> None:
    steps = [fix(5 * n, east_m=7.0 * n, speed_mps=1.4) for n in range(10)]
    assert judged(*steps) == ["kept"] * 10


def test_standing_device_stays_visible() -> None:
    kept = passed([fix(10 * n, east_m=n % 2, speed_mps=0.0) for n in range(100)])
    assert [(each.fixed_at_us - NOON_US) / 1e6 for each in kept] == [0, 300, 600, 900]


def test_too_close_in_time_or_place_is_dropped() -> None:
    settings = FilterSettings(drift_m=None)
    assert judged(fix(0), fix(0.9, east_m=30), fix(2, east_m=4.9), fix(3, east_m=5.1), settings=settings) == [
        "kept", "min_period", "min_distance", "kept",
    ]  # fmt: skip


def test_alarm_is_never_dropped_as_a_repetition() -> None:
    assert judged(fix(0), fix(0.5, attributes={"alarm": "sos"})) == ["kept", "kept"]


def test_jump_and_back_is_impossible() -> None:
    assert judged(fix(0), fix(10, east_m=5_000), fix(20, east_m=150), fix(30, east_m=300)) == [
        "kept", "impossible_speed", "kept", "kept",
    ]  # fmt: skip


def test_stated_errors_excuse_a_jump() -> None:
    assert judged(fix(0, accuracy_m=150.0), fix(1, east_m=350, accuracy_m=150.0)) == ["kept", "kept"]


def test_fixes_that_agree_with_each_other_are_believed_in_the_end() -> None:
    track = [fix(0), *(fix(10 * n, east_m=80_000 + 100 * n) for n in range(1, 5))]
    assert judged(*track) == ["kept", "impossible_speed", "impossible_speed", "kept", "kept"]
    assert passed(track) == track


def test_fixes_that_do_not_agree_are_not_believed() -> None:
    places = [50_000, 90_000, 50_000, 90_000]
    track = [fix(0), *(fix(10 * n, east_m=east_m) for n, east_m in enumerate(places, 1))]
    assert passed(track) == [track[0]]


def test_state_survives_being_stored() -> None:
    track = Walk(noise_m=5).rest(s=300).ride(s=300, mps=8, course_deg=30).rest(s=300).fixes
    state, reasons = FilterState(), []
    for each in track:
        reasons.append(sift(state, each, FilterSettings())[0])
        state = msgspec.msgpack.decode(msgspec.msgpack.encode(state), type=FilterState)
    whole = FilterState()
    assert reasons == [sift(whole, each, FilterSettings())[0] for each in track]


seconds = st.integers(0, 4_000)
anywhere = st.builds(
    fix,
    seconds,
    east_m=st.one_of(st.floats(0, 60), st.floats(0, 400_000)),
    accuracy_m=st.one_of(st.none(), st.floats(0, 250)),
    speed_mps=st.one_of(st.none(), st.floats(0, 40)),
)
tracks = st.lists(anywhere, max_size=60, unique_by=lambda each: each.fixed_at_us).map(
    lambda fixes: sorted(fixes, key=lambda each: each.fixed_at_us)
)


@given(tracks)
def test_filtering_twice_is_filtering_once(track: Track) -> None:
    once = passed(track)
    assert passed(once) == once


@given(tracks, st.integers(0, 60))
def test_what_comes_later_decides_only_about_suspects(track: Track, until: int) -> None:
    """A decision depends on what came before; only an impossible speed may be forgiven."""
    early, whole = judged(*track[:until]), judged(*track)
    assert whole[:until] == early
