"""Countries by their two-letter codes (ISO 3166-1 alpha-2), and the withdrawn ones that old lists name."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

# ISO 3166-1 alpha-2, officially assigned (249 codes); compared with the tz database's iso3166.tab on
# 2026-11-21, and by a test. Customs also use XK (Kosovo) and XI (Northern Ireland), which ISO
# leaves to its users (EU Implementing Regulation 2020/1470), and IC (Canary Islands), which it reserves.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW IC XI XK
    """.split()  # noqa: SIM905
)

# Withdrawn from ISO 3166-1 (its part 3 has them). No goods go there, but lists of people still say so.
FORMER = frozenset(("AN", "BU", "CS", "DD", "FX", "NT", "SU", "TP", "YD", "YU", "ZR"))


def is_or_was_country(code: str) -> bool:
    """Of today, or of a time when somebody on a list was born."""
    return code in COUNTRIES or code in FORMER


def name_of(country: str) -> str:
    """Return the English name, or the code itself where there is none."""
    return _names().get(country, country)


@cache
def _names() -> Mapping[str, str]:
    """Of the tz database, and those that customs use beside ISO."""
    table = files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[0]: row[1] for row in rows} | {
        "IC": "Canary Islands",
        "XI": "Northern Ireland",
        "XK": "Kosovo",
    }
