"""Countries and groups against what others publish."""

from datetime import date
from importlib.resources import files

import pytest

from entrepot.trade import markets, territories
from entrepot.trade.countries import COUNTRIES

_USED_BY_CUSTOMS = {"IC", "XI", "XK"}
_TERRITORIES = {"AX", "GF", "GP", "IC", "MC", "MF", "MQ", "RE", "YT", "XI"}


def test_countries_are_those_of_the_tz_database() -> None:
    """The package `tzdata` carries iso3166.tab."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text()
    codes = {line.partition("\t")[0] for line in table.splitlines() if line and not line.startswith("#")}
    assert codes | _USED_BY_CUSTOMS == COUNTRIES


@pytest.mark.parametrize(
    ("day", "members"), [(date(2003, 1, 1), 15), (date(2004, 5, 1), 25), (date(2020, 1, 1), 28)]
)
def test_the_union_has_as_many_members_as_it_had_on_that_day(day: date, members: int) -> None:
    states = COUNTRIES - _TERRITORIES
    assert sum(markets.within(country, "EU", day) for country in states) == members


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
    states = [each for each in markets.GROUPS["EU"].members if each.until == date.max]
    assert len([each for each in states if each.country not in _TERRITORIES]) == 27
    assert {each.country for each in states} > _TERRITORIES
    assert len(COUNTRIES) == 249 + 3


@pytest.mark.parametrize(
    ("one", "other", "united"),
    [
        ("DE", "MC", True), ("FI", "AX", True), ("ES", "IC", True), ("FR", "GP", True), ("GB", "IM", True),
        ("GB", "JE", True), ("CH", "LI", True), ("DE", "NO", False), ("DE", "LI", False), ("FR", "NC", False),
        ("DK", "FO", False), ("GB", "GI", False), ("DE", "JE", False),
    ],
)  # fmt: skip
def test_territories_are_inside_their_customs_union(one: str, other: str, united: bool) -> None:
    assert markets.in_one_union(one, other, date(2026, 11, 30)) is united


@pytest.mark.parametrize(
    ("code", "area"),
    [("XI", "EU"), ("MC", "EU"), ("IM", "GB"), ("JE", ""), ("AX", ""), ("IC", ""), ("NO", ""), ("DE", None)],
)
def test_vat_area_is_another_thing_than_the_customs_union(code: str, area: str | None) -> None:
    assert territories.vat_area(code, date(2026, 11, 30)) == area


def test_group_belongs_to_those_that_hold_all_its_members() -> None:
    day = date(2026, 11, 30)
    assert markets.with_groups("EU", day) == ("EU", "EEA")
    assert markets.with_groups("EEA", day) == ("EEA",)
    assert markets.with_groups("INT", day) == ("INT",)
    assert markets.with_groups("NO", day) == ("NO", "EEA", "EFTA")
