"""A delivery link: stops left, and when it comes, never more exactly than anybody can know."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node
from tests.tracking.fleet import add_positions, enrolled

from entrepot.core.time import now
from entrepot.tracking.functions import arrival

DEGREE_M = 111_195.0


def north(metres: float) -> tuple[float, float]:
    return 50 + metres / DEGREE_M, 8.0


def drive(mps: float, minutes: int) -> list[arrival.Seen]:
    return [(k * 30_000_000, *north(mps * 30 * k)) for k in range(2 * minutes + 1)]


def test_formula_is_what_the_documents_say() -> None:
    """6 km straight at 10 m/s with one stop before: 1.15 d / 1.3 v + 2 min, and 1.6 d / 0.6 v + 10 min."""
    found = arrival.span(north(0), [north(3_000), north(6_000)], 10.0)
    assert (found.earliest_s, found.latest_s, found.measured) == (600, 2_400, True)
    assumed = arrival.span(north(0), [north(6_000)], None)
    assert not assumed.measured and assumed.latest_s > 2_400


def test_speed_is_of_moving_only_and_unknown_for_what_hardly_moved() -> None:
    seen = drive(12.0, 10)
    parked = [(seen[-1][0] + k * 30_000_000, *seen[-1][1:]) for k in range(1, 40)]
    assert round(arrival.speed_mps(seen + parked) or 0) == 12
    assert arrival.speed_mps(parked) is None


def test_stop_that_was_left_out_lies_behind() -> None:
    stops = [(51.0, 9.0), north(5_000), north(9_000)]
    assert arrival.done(stops, [(0, *north(0))]) == 0
    assert arrival.done(stops, [(0, *north(0)), (1, *north(4_950))]) == 2


@given(st.floats(100, 500_000), st.floats(1, 40), st.floats(1.2, 1.55), st.floats(0.7, 1.25))
def test_truth_lies_within_the_span(d: float, mps: float, detour: float, pace: float) -> None:
    found = arrival.span(north(0), [north(d)], mps)
    truth_s = detour * d / (pace * mps)
    assert found.earliest_s <= truth_s <= found.latest_s
    assert found.latest_s - found.earliest_s >= 300 and found.earliest_s % 300 == 0


def test_guest_sees_sender_stops_left_and_a_span(node: Node, fleet: Caller) -> None:
    van = enrolled(fleet, kind="vehicle")
    at = now().replace(microsecond=0)
    add_positions(
        node, van["id"], [(at - timedelta(seconds=600 - 30 * k), *north(300 * k)) for k in range(20)]
    )
    stops = [
        {"name": name, "latitude": north(metres)[0], "longitude": 8.0}
        for name, metres in (("Secret Ltd", 3_000), ("Other Ltd", 9_000), ("Anna, Hill 3", 12_000))
    ]
    asked = {
        "devices": [van["id"]], "expires_at": (at + timedelta(hours=3)).isoformat(), "sender": "Bakery",
        "from": (at - timedelta(hours=1)).isoformat(), "stops": stops,
    }  # fmt: skip
    made = fleet.post("/api/shares", asked)
    assert made.status == 201, made
    reply = node.stranger().get(f"/api/shares/{made.json()['token']}")
    seen = reply.json()
    assert seen["sender"] == "Bakery" and "Secret" not in reply.body.decode()
    told = seen["delivery"]
    assert (told["to"], told["stops_left"], told["measured"]) == ("Anna, Hill 3", 2, True)
    earliest, latest = (datetime.fromisoformat(told[name]) for name in ("earliest", "latest"))
    assert earliest < latest and earliest.minute % 5 == latest.minute % 5 == 0
    several = {**asked, "devices": [van["id"], enrolled(fleet)["id"]]}
    assert fleet.post("/api/shares", several).status == 422
