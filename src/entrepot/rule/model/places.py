"""Countries by ISO 3166-1 alpha-2 code, and the groups that law speaks of, with the days on which their
members came and went.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

# ISO 3166-1 alpha-2, officially assigned (249 codes); compared with the tz database's iso3166.tab on
# 2026-11-21, and by a test. Customs also use XK (Kosovo) and XI (Northern Ireland), which ISO
# leaves to its users: EU Implementing Regulation 2020/1470.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW XI XK
    """.split()  # noqa: SIM905
)

# Withdrawn from ISO 3166-1 (its part 3 has them). No goods go there, but lists of people still say so.
FORMER = frozenset(("AN", "BU", "CS", "DD", "FX", "NT", "SU", "TP", "YD", "YU", "ZR"))

ANYWHERE = "INT"
_EVER, _FOREVER = date.min, date.max


class Member(NamedTuple):
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
    members: tuple[Member, ...]


def _since(day: date, codes: str) -> tuple[Member, ...]:
    return tuple(Member(code, day) for code in codes.split())


_EU = (
    *_since(date(1993, 11, 1), "BE DE DK ES FR GR IE IT LU NL PT"),
    # The law of the single market ended for Great Britain with the transition period, not with the exit.
    Member("GB", date(1993, 11, 1), date(2020, 12, 31)),
    Member("XI", date(2021, 1, 1)),  # for goods, under the Windsor Framework
    *_since(date(1995, 1, 1), "AT FI SE"),
    *_since(date(2004, 5, 1), "CY CZ EE HU LT LV MT PL SI SK"),
    *_since(date(2007, 1, 1), "BG RO"),
    *_since(date(2013, 7, 1), "HR"),
)
_UNCHECKED = None

GROUPS: Mapping[str, Group] = {
    "EU": Group("European Union", "https://european-union.europa.eu, EU countries", _UNCHECKED, _EU),
    "EEA": Group(
        "European Economic Area", "https://www.efta.int/eea, EEA Agreement", _UNCHECKED,
        (
            *(Member(code, max(since, date(1994, 1, 1)), until) for code, since, until in _EU),
            *_since(date(1994, 1, 1), "IS NO"),
            *_since(date(1995, 5, 1), "LI"),
        ),
    ),
    "EFTA": Group(
        "European Free Trade Association", "https://www.efta.int", _UNCHECKED,
        (*_since(date(1960, 5, 3), "CH NO"), Member("IS", date(1970, 3, 1)), Member("LI", date(1991, 9, 1))),
    ),
    "EAEU": Group(
        "Eurasian Economic Union", "https://www.eaeunion.org", _UNCHECKED,
        (
            *_since(date(2015, 1, 1), "BY KZ RU"), Member("AM", date(2015, 1, 2)),
            Member("KG", date(2015, 8, 12)),
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
            Member("VE", date(2012, 7, 31), date(2016, 12, 1)),
            Member("BO", date(2024, 8, 7)),
        ),
    ),
}  # fmt: skip


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
    """Every country that was ever in this place; INT is everything."""
    if place == ANYWHERE:
        return COUNTRIES
    if place in GROUPS:
        return frozenset(each.country for each in GROUPS[place].members)
    return frozenset((place,))


def is_or_was_country(code: str) -> bool:
    """Of today, or of a time when somebody on a list was born."""
    return code in COUNTRIES or code in FORMER


def markets_of(country: str, day: date) -> tuple[str, ...]:
    """The country, then the groups it belongs to on that day."""
    return (country, *(name for name in GROUPS if within(country, name, day)))


def title(market: str) -> str:
    """The English name of a country or group."""
    return GROUPS[market].title if market in GROUPS else _names().get(market, market)


@cache
def _names() -> Mapping[str, str]:
    """Of the tz database, and those that customs use beside ISO."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows} | {"XI": "Northern Ireland", "XK": "Kosovo"}
