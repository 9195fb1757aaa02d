"""The US Consolidated Screening List of the Department of Commerce, in CSV and JSON. It repeats
OFAC's lists and adds those of the Bureau of Industry and Security and of State.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from entrepot.screening.functions.published.gathering import CutFile, GatheredParty, given_first, listed_day
from entrepot.screening.functions.published.json_stream import objects_in
from entrepot.screening.functions.published.streams import table
from entrepot.screening.model.party import PartyKind

_KINDS: Mapping[str, PartyKind] = {
    "individual": "person", "vessel": "vessel", "aircraft": "aircraft", "entity": "organisation",
}  # fmt: skip
# What the Bureau of Industry and Security appends to names.
_SUCCESSORS = re.compile(r"[;,]?\s+and any successor.*$", re.IGNORECASE)


def csl_csv(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the list as CSV. Raises: CutFile."""
    for _, row in table(stream):
        found = _entry(row.get("_id", ""), row)
        for each in _several(row.get("programs", "")):
            found.programme(each)
        for each in _several(row.get("alt_names", "")):
            _take_name(found, each)
        for each in _several(row.get("dates_of_birth", "")):
            found.born(each)
        for column in ("nationalities", "citizenships"):
            for each in _several(row.get(column, "")):
                found.country(each)
        if found.kind == "organisation":
            for each in _several(row.get("addresses", "")):
                found.country(each.rpartition(", ")[2])
        for each in _several(row.get("ids", "")):
            label, value, country = (*each.split(", "), "", "")[:3]
            found.identifier(label, value, country)
        yield found


def csl_json(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the list as JSON, one result at a time. Raises: CutFile."""
    for row in objects_in(stream, "results"):
        found = _entry(str(row.get("id", "")), row)
        for each in _list(row, "programs"):
            found.programme(each)
        for each in _list(row, "alt_names"):
            _take_name(found, each)
        for each in _list(row, "dates_of_birth"):
            found.born(each)
        for each in (*_list(row, "nationalities"), *_list(row, "citizenships")):
            found.country(each)
        if found.kind == "organisation":
            for address in _list(row, "addresses"):
                found.country(address.get("country"))
        for number in _list(row, "ids"):
            found.identifier(number.get("type") or "", number.get("number"), number.get("country"))
        yield found


def _entry(id: str, row: Mapping[str, Any]) -> GatheredParty:
    if not id or not row.get("name"):
        raise CutFile("An entry has no id or no name: this is no Consolidated Screening List.")
    kind = _KINDS.get(str(row.get("type") or "").lower(), "organisation")
    found = GatheredParty(id=id, kind=kind)
    _take_name(found, row["name"])
    if not row.get("programs"):
        found.programme(str(row.get("source") or "").partition(" - ")[0])
    found.listed_on = listed_day(row.get("start_date"))
    found.identifier("call sign", row.get("call_sign"))
    for name in ("source", "remarks", "license_requirement", "license_policy", "federal_register_notice"):
        found.remark(row.get(name))
    return found


def _take_name(found: GatheredParty, text: str) -> None:
    plain = _SUCCESSORS.sub("", text)
    found.name(given_first(plain) if found.kind == "person" else plain)


def _several(cell: str) -> list[str]:
    return [each.strip() for each in cell.split("; ") if each.strip()]


def _list(row: Mapping[str, Any], name: str) -> list[Any]:
    value = row.get(name)
    return value if isinstance(value, list) else []
