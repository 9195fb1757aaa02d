"""Countries and groups against what others publish."""

from datetime import date
from importlib.resources import files

import pytest

from entrepot.rule.model import places

_USED_BY_CUSTOMS = {"XI", "XK"}


def test_countries_are_those_of_the_tz_database() -> None:
    """The package `tzdata` carries iso3166.tab."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text()
    codes = {line.partition("\t")[0] for line in table.splitlines() if line and not line.startswith("#")}
    assert codes | _USED_BY_CUSTOMS == places.COUNTRIES


@pytest.mark.parametrize(
    ("day", "members"), [(date(2003, 1, 1), 15), (date(2004, 5, 1), 25), (date(2020, 1, 1), 28)]
)
def test_the_union_has_as_many_members_as_it_had_on_that_day(day: date, members: int) -> None:
    assert sum(places.within(country, "EU", day) for country in places.COUNTRIES) == members


def test_groups_name_countries_only() -> None:
    for name, group in places.GROUPS.items():
        assert {each.country for each in group.members} <= places.COUNTRIES, name
