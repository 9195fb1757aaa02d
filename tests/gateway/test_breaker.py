"""The breaker: failures in a row open it, one probe after each pause, one success closes it."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.suite.lengths import length

from entrepot.gateway.remote.breaker import FAILURES, FIRST_PAUSE_S, LONGEST_PAUSE_S, Breaker


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.closed()
        breaker.failed()
    return breaker


def test_failures_in_a_row_open_it() -> None:
    assert not broken(Clock()).closed()


def test_failures_with_a_success_between_do_not() -> None:
    breaker = Breaker(Clock())
    for number in range(FAILURES * 5):
        breaker.worked() if number % FAILURES == FAILURES - 1 else breaker.failed()
        assert breaker.closed()


def test_after_the_pause_only_the_first_may_probe() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now_s += FIRST_PAUSE_S
    assert [breaker.closed() for _ in range(5)] == [True] + [False] * 4


def test_probe_that_works_closes_it() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.now_s += FIRST_PAUSE_S
    assert breaker.closed()
    breaker.worked()
    assert [breaker.closed() for _ in range(5)] == [True] * 5


def test_pause_doubles_with_every_failed_probe_up_to_a_bound() -> None:
    clock, pauses = Clock(), []
    breaker = broken(clock)
    for _ in range(9):
        started = clock.now_s
        while not breaker.closed():
            clock.now_s += 0.25
        pauses.append(clock.now_s - started)
        breaker.failed()
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0, 15.0]
    assert LONGEST_PAUSE_S == 15.0


class AnyUse(RuleBasedStateMachine):
    """Whatever happens, a service that works again is found again within the longest pause."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = Breaker(self.clock)

    @rule(works=st.booleans(), answered=st.booleans())
    def ask(self, works: bool, answered: bool) -> None:
        if self.breaker.closed() and answered:
            self.breaker.worked() if works else self.breaker.failed()

    @rule(pause_s=st.floats(0, 20))
    def wait(self, pause_s: float) -> None:
        self.clock.now_s += pause_s

    @invariant()
    def it_is_never_stuck(self) -> None:
        assert self.breaker._open_until <= self.clock.now_s + LONGEST_PAUSE_S


AnyUse.TestCase.settings = settings(max_examples=length(50, prove=500), stateful_step_count=30)
test_breaker_is_never_stuck = AnyUse.TestCase
