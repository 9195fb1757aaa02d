"""Countries and groups against what others publish."""

from datetime import date
from importlib.resources import files

import pytest

from entrepot.trade import markets
from entrepot.trade.countries import COUNTRIES

_USED_BY_CUSTOMS = {"XI", "XK"}


def test_countries_are_those_of_the_tz_database() -> None:
    """The package `tzdata` carries iso3166.tab."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text()
    codes = {line.partition("\t")[0] for line in table.splitlines() if line and not line.startswith("#")}
    assert codes | _USED_BY_CUSTOMS == COUNTRIES


@pytest.mark.parametrize(
    ("day", "members"), [(date(2003, 1, 1), 15), (date(2004, 5, 1), 25), (date(2020, 1, 1), 28)]
)
def test_the_union_has_as_many_members_as_it_had_on_that_day(day: date, members: int) -> None:
    assert sum(markets.within(country, "EU", day) for country in COUNTRIES) == members


def test_groups_name_countries_only() -> None:
    for name, group in markets.GROUPS.items():
        assert {each.country for each in group.members} <= COUNTRIES, name


def test_membership_counts_on_the_day() -> None:
    assert markets.within("GB", "EU", date(2020, 12, 31))
    assert not markets.within("GB", "EU", date(2021, 1, 1))
    assert not markets.within("HR", "EU", date(2013, 6, 30))
    assert markets.within("NO", "EEA", date(2020, 1, 1))
    assert not markets.within("NO", "EU", date(2020, 1, 1))
    assert markets.within("AQ", markets.ANYWHERE, date(1900, 1, 1))


def test_groups_have_known_members_and_a_source() -> None:
    for group in markets.GROUPS.values():
        assert {each.country for each in group.members} <= COUNTRIES
        assert group.source
        assert all(each.since <= each.until for each in group.members)
    assert len([each for each in markets.GROUPS["EU"].members if each.until == date.max]) == 28  # 27 and XI
    assert len(COUNTRIES) == 249 + 2
