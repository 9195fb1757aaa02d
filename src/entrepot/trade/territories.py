"""Territories whose customs union and whose VAT are not those of the state they belong to, or of any. The two
are different things: Åland is inside the customs union of the EU and outside its VAT.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

_FOREVER = date.max
CHECKED_ON = date(2026, 11, 29)


class Territory(NamedTuple):
    """`customs` is the country or union inside whose customs border the territory lies, `vat` the one whose
    VAT it is in; empty for its own or none. Days are the first and the last of the row.
    """

    code: str
    customs: str
    vat: str
    since: date
    until: date = _FOREVER
    note: str = ""


# Regulation (EU) 952/2013, Art. 4; Directive 2006/112/EC, Art. 6 and 7; Windsor Framework; Crown
# Dependencies Customs Arrangements 2018; Swiss-Liechtenstein Customs Treaty 1923.
TERRITORIES = (
    Territory("XI", "", "EU", date(2021, 1, 1), note="EU law and VAT for goods; UK tariff unless at risk"),
    Territory("IM", "GB", "GB", date(1980, 4, 1)),
    Territory("JE", "GB", "", date(2018, 11, 26), note="GST 5 %"),
    Territory("GG", "GB", "", date(2018, 11, 26), note="no VAT"),
    Territory("MC", "EU", "EU", date(1968, 7, 1), note="as France"),
    Territory("AX", "EU", "", date(1995, 1, 1), note="VAT border with Finland"),
    Territory("IC", "EU", "", date(1991, 7, 1), note="IGIC 7 %; own import declaration, AIEM"),
    Territory("GP", "EU", "", date(1993, 1, 1), note="VAT 8.5 %, octroi de mer"),
    Territory("MQ", "EU", "", date(1993, 1, 1), note="VAT 8.5 %, octroi de mer"),
    Territory("RE", "EU", "", date(1993, 1, 1), note="VAT 8.5 %, octroi de mer"),
    Territory("GF", "EU", "", date(1993, 1, 1), note="no VAT, octroi de mer"),
    Territory("YT", "EU", "", date(2014, 1, 1), note="no VAT, octroi de mer"),
    Territory("MF", "EU", "", date(2009, 12, 1), note="no VAT"),
    Territory("LI", "CH", "CH", date(1924, 1, 1), note="in the EEA as well"),
    Territory("NO", "", "", date(1970, 1, 1), note="EEA product law; customs and VAT of its own"),
    Territory("IS", "", "", date(1990, 1, 1), note="EEA product law; customs and VAT of its own"),
    Territory("FO", "", "", date(1974, 1, 1)),
    Territory("GL", "", "", date(1985, 2, 1)),
    Territory("PR", "US", "", date(1900, 5, 1)),
)


def of_customs_union(union: str) -> Iterator[tuple[str, date, date]]:
    """Yield the territories inside a union's customs border, each with its first and last day."""
    return ((each.code, each.since, each.until) for each in TERRITORIES if each.customs == union)


def vat_area(code: str, day: date) -> str | None:
    """Return the area whose VAT a territory is in on that day, empty for its own or none; None for a country
    that is no territory here.
    """
    found = [each for each in TERRITORIES if each.code == code and each.since <= day <= each.until]
    return found[0].vat if found else None
