"""What happens often is logged seldom, and nothing of it is lost count of."""

from entrepot.core.log_limit import LogLimit


def test_entry_says_how_often_there_was_a_reason_for_it() -> None:
    at_s = [0.0]
    limit = LogLimit(clock=lambda: at_s[0])
    assert [limit.count("a"), limit.count("a"), limit.count("b"), limit.count("a")] == [1, 0, 1, 0]
    at_s[0] = 59.0
    assert limit.count("a") == 0
    at_s[0] = 60.0
    assert (limit.count("a"), limit.count("b"), limit.count("a")) == (4, 1, 0)


def test_kinds_that_others_choose_take_no_room_without_bounds() -> None:
    limit = LogLimit(clock=lambda: 0.0)
    assert all(limit.count(str(number)) for number in range(1_500))
    assert len(limit._kinds) == 1_000
