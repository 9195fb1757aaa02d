"""Which backups stay, and that the last good one always does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrepot.core.errors import Invalid
from entrepot.infra.backups.retention import kept, rule_of

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
moments = st.datetimes(
    datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)
).map(lambda at: at.replace(microsecond=0))  # fmt: skip
rules = st.dictionaries(
    st.sampled_from(["last", "hourly", "daily", "weekly", "monthly", "yearly"]), st.integers(0, 9)
)


def test_the_last_of_each_day_week_and_month_stays() -> None:
    hourly = [NOON - timedelta(hours=number) for number in range(24 * 90)]
    keeps = sorted(kept(hourly, rule_of(["last=2", "daily=3", "weekly=2", "monthly=3"]), zone="UTC"))
    assert [f"{at:%m-%d %H}" for at in keeps] == [
        "01-31 23", "02-28 23", "03-22 23", "03-27 23", "03-28 23", "03-29 11", "03-29 12",
    ]  # fmt: skip


def test_days_are_those_of_the_operators_clock() -> None:
    late, early = datetime(2026, 3, 1, 22, 30, tzinfo=UTC), datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert kept([late, early], {"daily": 2}, zone="UTC") == {early}
    assert kept([late, early], {"daily": 2}, zone="Europe/Paris") == {late, early}


def test_a_month_without_backups_ages_nothing() -> None:
    """https://github.com/eduardolat/pgbackweb/issues/121"""
    old = [NOON - timedelta(days=400 + number) for number in range(5)]
    assert kept(old, {"daily": 7}, zone="UTC") == set(old)


@given(st.lists(moments, min_size=1, max_size=60), rules)
def test_the_newest_stays_whatever_the_rule_says(taken: list[datetime], rule: dict[str, int]) -> None:
    keeps = kept(taken, rule, zone="UTC")
    assert max(taken) in keeps
    assert keeps <= set(taken)
    assert len(keeps) <= 1 + sum(rule.values())
    assert kept(sorted(keeps), rule, zone="UTC") == keeps, "what stayed once stays when nothing is new"


@pytest.mark.parametrize("text", ["daily", "daily=", "daily=-1", "fortnightly=2", "=", "daily=x"])
def test_a_rule_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        rule_of([text])
