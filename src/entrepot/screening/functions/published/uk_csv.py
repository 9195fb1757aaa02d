"""The UK Sanctions List in CSV, and the ConList that the Treasury published until January 2026. Both have
a row for each name, address and birth date.
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from entrepot.screening.functions.published.gathering import CutFile, GatheredParty, listed_day
from entrepot.screening.functions.published.streams import table
from entrepot.screening.model.party import PartyKind

_KINDS: Mapping[str, PartyKind] = {
    "individual": "person", "entity": "organisation", "ship": "vessel", "aircraft": "aircraft",
}  # fmt: skip
_NAMES = ("Name 1", "Name 2", "Name 3", "Name 4", "Name 5", "Name 6")  # the family name is the sixth
_SEVERAL = "|"
_FIRST = ("primary name", "prime alias")


class _Columns(NamedTuple):
    """Where a layout keeps what. `facts` and `identifiers` say what a column holds."""

    id: str
    kind: str
    quality: str
    country: str
    name_type: str
    facts: Mapping[str, str]
    identifiers: Mapping[str, str]


_SANCTIONS_LIST = _Columns(
    id="Unique ID",
    kind="Designation Type",
    quality="Alias strength",
    country="Address Country",
    name_type="Name type",
    facts={
        "D.O.B": "born", "Nationality(/ies)": "country", "Date Designated": "listed",
        "Regime Name": "programme", "Other Information": "remark", "UK Statement of Reasons": "remark",
    },
    identifiers={
        "Passport number": "passport", "National Identifier number": "national id",
        "Business registration number (s)": "registration", "IMO number": "IMO",
    },
)  # fmt: skip
_CONLIST = _Columns(
    id="Group ID",
    kind="Group Type",
    quality="Alias Quality",
    country="Country",
    name_type="Alias Type",
    facts={
        "DOB": "born", "Nationality": "country", "Listed On": "listed", "Regime": "programme",
        "Other Information": "remark",
    },
    identifiers={"Passport Number": "passport", "National Identification Number": "national id"},
)  # fmt: skip


def uk_csv(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the UK Sanctions List, whose first line says when it was made. Raises: CutFile."""
    yield from _grouped(stream, _SANCTIONS_LIST)


def conlist_csv(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the ConList of the Office of Financial Sanctions Implementation. Raises: CutFile."""
    yield from _grouped(stream, _CONLIST)


def _grouped(stream: BinaryIO, columns: _Columns) -> Iterator[GatheredParty]:
    """Yield the entries; the rows of one need not follow each other."""
    found: dict[str, GatheredParty] = {}
    for line, row in table(stream, skip=1, ragged=True):
        number, type = (row.get(name, "").strip() for name in (columns.id, columns.kind))
        if not number or not type:
            raise CutFile("The row has no number or no type: the file is not whole.", line=line)
        each = found.get(number)
        if each is None:
            each = found[number] = GatheredParty(id=number, kind=_KINDS.get(type.lower(), "organisation"))
        _names_of(each, row, columns)
        _facts(each, row, columns.facts)
        for column, label in columns.identifiers.items():
            for value in row.get(column, "").split(_SEVERAL):
                each.identifier(label, value)
        if each.kind == "organisation":
            each.country(row.get(columns.country))
    yield from found.values()


def _names_of(found: GatheredParty, row: Mapping[str, str], columns: _Columns) -> None:
    name = _name(row)
    found.name(name, weak="low" in row.get(columns.quality, "").lower())
    found.name(row.get("Name non-latin script") or row.get("Name Non-Latin Script"))
    if row.get(columns.name_type, "").lower() in _FIRST:
        found.names = dict(sorted(found.names.items(), key=lambda pair: pair[0] != name))


def _name(row: Mapping[str, str]) -> str:
    return " ".join(" ".join(filter(None, (row.get(name, "").strip() for name in _NAMES))).split())


def _facts(found: GatheredParty, row: Mapping[str, str], names: Mapping[str, str]) -> None:
    for column, what in names.items():
        value = row.get(column, "").strip()
        if what == "born":
            for each in value.split(_SEVERAL):
                found.born(each)
        elif what == "country":
            for each in value.replace(" | ", _SEVERAL).split(_SEVERAL):
                found.country(each.lstrip("(123456789) "))
        elif what == "listed":
            found.listed_on = found.listed_on or listed_day(value)
        elif what == "programme":
            found.programme(value)
        else:
            found.remark(value)
