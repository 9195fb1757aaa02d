"""How often one may ask: the law of GCRA, and what the headers say of it."""

from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import Caller, Node

from entrepot.core.routes import Limit
from entrepot.http.rates import Meter

limits = st.builds(Limit, st.integers(1, 50), st.floats(0.5, 3600, allow_nan=False))
pauses = st.lists(st.floats(0, 100, allow_nan=False), max_size=120)


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def taken(meter: Meter, clock: Clock, pauses_s: list[float]) -> list[float]:
    """When each request came that was let through."""
    through = []
    for pause_s in pauses_s:
        clock.now_s += pause_s
        if meter.take("ann")[0] >= 0:
            through.append(clock.now_s)
    return through


@given(limits, pauses)
def test_no_window_holds_more_than_a_burst_and_what_came_back_since(
    limit: Limit, pauses_s: list[float]
) -> None:
    """In any span of t seconds at most q + t * q / w pass: the burst, and what was earned meanwhile."""
    clock = Clock()
    through = taken(Meter(limit, clock), clock, pauses_s)
    rate = limit.requests / limit.window_s
    for first, since in enumerate(through):
        for last in range(first, len(through)):
            allowed = limit.requests + (through[last] - since) * rate
            assert last - first + 1 <= allowed + 0.01


@given(limits, st.integers(1, 200))
def test_burst_of_exactly_the_limit_passes_at_once(limit: Limit, more: int) -> None:
    clock = Clock()
    meter = Meter(limit, clock)
    left = [meter.take("ann")[0] for _ in range(limit.requests + more)]
    assert left == [*range(limit.requests - 1, -1, -1), *[-1] * more]


@given(limits, pauses)
def test_wait_that_a_refusal_names_is_enough_and_not_more(limit: Limit, pauses_s: list[float]) -> None:
    clock = Clock()
    meter = Meter(limit, clock)
    taken(meter, clock, pauses_s)
    while (told := meter.take("ann"))[0] >= 0:
        pass
    forgiven_s = limit.window_s * 2e-6  # a millionth of the window passes for rounding
    clock.now_s += told[1] - forgiven_s
    early = meter.take("ann")[0]
    clock.now_s += forgiven_s + 1e-6
    assert (early, meter.take("ann")[0] >= 0) == (-1, True) or told[1] < forgiven_s


@given(limits, pauses)
def test_what_is_refused_costs_nothing(limit: Limit, pauses_s: list[float]) -> None:
    clock, other = Clock(), Clock()
    meter, undisturbed = Meter(limit, clock), Meter(limit, other)
    for one, through in ((meter, clock), (undisturbed, other)):
        taken(one, through, pauses_s)
    for _ in range(limit.requests):
        undisturbed.take("ann")
        meter.take("ann")
    for _ in range(50):
        meter.take("ann")
    assert meter.wait_s("ann") == undisturbed.wait_s("ann")


@given(limits)
def test_blocked_says_what_take_would_do(limit: Limit) -> None:
    meter = Meter(limit, Clock())
    for _ in range(limit.requests + 3):
        blocked = meter.blocked("ann")
        assert (meter.take("ann")[0] < 0) == blocked


def test_callers_do_not_pay_for_each_other() -> None:
    meter = Meter(Limit(1, 60.0), Clock())
    assert [meter.take(caller)[0] for caller in ("ann", "bob", "ann")] == [0, 0, -1]


def test_memory_of_callers_is_bounded() -> None:
    meter = Meter(Limit(1, 60.0), Clock())
    for number in range(100_000):
        meter.take(str(number))
    assert len(meter._arrivals) <= 20_001


def test_headers_tell_policy_what_is_left_and_when_to_come_again(ann: Caller) -> None:
    replies = [ann.get("/api/rare") for _ in range(4)]
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert {reply.header("ratelimit-policy") for reply in replies} == {'"default";q=3;w=60'}
    told = [reply.header("ratelimit") or "" for reply in replies]
    assert [text.split(";")[1] for text in told] == ["r=2", "r=1", "r=0", "r=0"]
    refused = replies[-1]
    assert refused.json()["type"] == "urn:entrepot:problem:too-many-requests"
    assert 10 <= int(refused.header("retry-after") or 0) <= 20


def test_limit_is_each_caller_s_own_and_each_row_s(node: Node, ann: Caller) -> None:
    assert [ann.get("/api/rare").status for _ in range(4)][-1] == 429
    assert ann.get("/api/who").status == 200
    assert node.caller().get("/api/rare").status == 200


def test_anonymous_callers_are_told_apart_by_address(node: Node) -> None:
    somebody = node.stranger()
    assert [somebody.get("/api/public").status for _ in range(6)] == [200] * 5 + [429]
    assert node.stranger().get("/api/public").status == 200


def test_namesakes_in_two_organisations_have_limits_of_their_own(node: Node) -> None:
    ours, theirs = (node.caller(sub="namesake", org=org) for org in ("ours", "theirs"))
    assert [ours.get("/api/rare").status for _ in range(4)][-1] == 429
    assert theirs.get("/api/rare").status == 200
