"""Markets that rules name: a country, a customs union or another group of countries, or `INT` for anywhere.
Members of a group have the days on which they came and went.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from entrepot.trade import territories
from entrepot.trade.countries import COUNTRIES, name_of

ANYWHERE = "INT"
_EVER, _FOREVER = date.min, date.max


class UnionMember(NamedTuple):
    """A country in a group, from its first day in to its last."""

    country: str
    since: date
    until: date = _FOREVER


class Group(NamedTuple):
    """`source` says where the list of members is published, `checked_on` when somebody compared it there;
    None: written from general knowledge, not yet compared.
    """

    title: str
    source: str
    checked_on: date | None
    members: tuple[UnionMember, ...]


def _since(day: date, codes: str) -> tuple[UnionMember, ...]:
    return tuple(UnionMember(code, day) for code in codes.split())


_EU = (
    *_since(date(1993, 11, 1), "BE DE DK ES FR GR IE IT LU NL PT"),
    # The law of the single market ended for Great Britain with the transition period, not with the exit.
    UnionMember("GB", date(1993, 11, 1), date(2020, 12, 31)),
    UnionMember("XI", date(2021, 1, 1)),  # for goods, under the Windsor Framework
    *_since(date(1995, 1, 1), "AT FI SE"),
    *_since(date(2004, 5, 1), "CY CZ EE HU LT LV MT PL SI SK"),
    *_since(date(2007, 1, 1), "BG RO"),
    *_since(date(2013, 7, 1), "HR"),
)
_UNCHECKED = None
# Territories in a customs union beside the states that made it. Their VAT is another thing: `territories`.
_EU_TERRITORIES = tuple(
    UnionMember(code, max(since, date(1993, 11, 1)), until)
    for code, since, until in territories.of_customs_union("EU")
)

GROUPS: Mapping[str, Group] = {
    "EU": Group(
        "European Union", "https://european-union.europa.eu, EU countries; Regulation (EU) 952/2013, Art. 4",
        _UNCHECKED, (*_EU, *_EU_TERRITORIES),
    ),
    "EEA": Group(
        "European Economic Area", "https://www.efta.int/eea, EEA Agreement", _UNCHECKED,
        (
            *(UnionMember(code, max(since, date(1994, 1, 1)), until) for code, since, until in _EU),
            *_EU_TERRITORIES, *_since(date(1994, 1, 1), "IS NO"),
            *_since(date(1995, 5, 1), "LI"),
        ),
    ),
    "EFTA": Group(
        "European Free Trade Association", "https://www.efta.int", _UNCHECKED,
        (
            *_since(date(1960, 5, 3), "CH NO"), UnionMember("IS", date(1970, 3, 1)),
            UnionMember("LI", date(1991, 9, 1)),
        ),
    ),
    "EAEU": Group(
        "Eurasian Economic Union", "https://www.eaeunion.org", _UNCHECKED,
        (
            *_since(date(2015, 1, 1), "BY KZ RU"), UnionMember("AM", date(2015, 1, 2)),
            UnionMember("KG", date(2015, 8, 12)),
        ),
    ),
    "GCC": Group(
        "Gulf Cooperation Council", "https://www.gcc-sg.org", _UNCHECKED,
        _since(date(1981, 5, 25), "AE BH KW OM QA SA"),
    ),
    "MERCOSUR": Group(
        "Southern Common Market", "https://www.mercosur.int", _UNCHECKED,
        (
            *_since(date(1991, 11, 29), "AR BR PY UY"),
            UnionMember("VE", date(2012, 7, 31), date(2016, 12, 1)),
            UnionMember("BO", date(2024, 8, 7)),
        ),
    ),
    "EUVAT": Group(
        "VAT area of the European Union", "Directive 2006/112/EC, Art. 5 to 7", date(2026, 11, 29),
        (
            *_EU,
            *(
                UnionMember(each.code, each.since, each.until)
                for each in territories.TERRITORIES
                if each.vat == "EU" and each.code != "XI"
            ),
        ),
    ),
    "UKCU": Group(
        "United Kingdom and Crown Dependencies (customs)", "Customs arrangements of 2018 and 2019",
        date(2026, 11, 29),
        (
            UnionMember("GB", date(1973, 1, 1)),
            *(UnionMember(*each) for each in territories.of_customs_union("GB")),
        ),
    ),
    "CHCU": Group(
        "Switzerland and Liechtenstein (customs)", "Customs Treaty of 29 March 1923", date(2026, 11, 29),
        (
            UnionMember("CH", date(1924, 1, 1)),
            *(UnionMember(*each) for each in territories.of_customs_union("CH")),
        ),
    ),
}  # fmt: skip
# Groups without customs borders between their members; MERCOSUR and the EEA still have them.
CUSTOMS_UNIONS = ("EU", "EAEU", "GCC", "UKCU", "CHCU")


def known(place: str) -> bool:
    """Whether a rule may name it: a country, a group, or INT for anywhere."""
    return place in COUNTRIES or place in GROUPS or place == ANYWHERE


@lru_cache(maxsize=4096)
def within(country: str, place: str, day: date) -> bool:
    """Whether the country is, or belongs on that day to, this place."""
    if place == ANYWHERE or country == place:
        return True
    group = GROUPS.get(place)
    return group is not None and any(
        each.country == country and each.since <= day <= each.until for each in group.members
    )


@lru_cache(maxsize=256)
def ever_within(place: str) -> frozenset[str]:
    """Return every country that was ever in this place; INT is everything."""
    if place == ANYWHERE:
        return COUNTRIES
    if place in GROUPS:
        return frozenset(each.country for each in GROUPS[place].members)
    return frozenset((place,))


def markets_of(country: str, day: date) -> tuple[str, ...]:
    """Return the country, then the groups it belongs to on that day."""
    return (country, *(name for name in GROUPS if within(country, name, day)))


def with_groups(market: str, day: date) -> tuple[str, ...]:
    """Return a market and the groups to which it belongs on that day: a group belongs to those that hold all
    of its members, as the EU to the EEA.
    """
    if market in COUNTRIES:
        return markets_of(market, day)
    own = _members(market, day)
    return (market, *(name for name in GROUPS if name != market and own and own <= _members(name, day)))


@lru_cache(maxsize=256)
def _members(group: str, day: date) -> frozenset[str]:
    named = GROUPS[group].members if group in GROUPS else ()
    return frozenset(each.country for each in named if each.since <= day <= each.until)


def in_one_union(one: str, other: str, day: date) -> bool:
    """Whether goods go from one to the other without a customs border."""
    return one == other or any(
        within(one, union, day) and within(other, union, day) for union in CUSTOMS_UNIONS
    )


def title(market: str) -> str:
    """Return the English name of a country or group."""
    return GROUPS[market].title if market in GROUPS else name_of(market)
