"""The US Treasury's lists (OFAC): SDN.CSV with its ALT, ADD and SDN_COMMENTS files, and sdn.xml. The
Consolidated (non-SDN) list has the same layouts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO
from xml.etree.ElementTree import Element

from entrepot.screening.functions.published.gathering import CutFile, GatheredParty, given_first
from entrepot.screening.functions.published.streams import csv_rows, elements, text_of
from entrepot.screening.model.party import PartyKind

_KINDS: Mapping[str, PartyKind] = {
    "individual": "person", "vessel": "vessel", "aircraft": "aircraft", "entity": "organisation",
    "": "organisation",
}  # fmt: skip
_CUT_AT = 995  # remarks of 1,000 characters go on in SDN_COMMENTS in the middle of a word
_SDN_CELLS, _ALT_CELLS, _ADD_CELLS, _COMMENT_CELLS = 12, 5, 6, 2
_WEAK = re.compile(r"(?:a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) '([^']+)'")
_WITH_COUNTRY = re.compile(r"(.+?)\s*\(([^()]+)\)")
_WALLET = re.compile(r"(Digital Currency Address - \S+)\s+(\S+)")
_NUMBERED = re.compile(
    r"((?:[^\d;]*?\b(?:No\.?|Number|ID|#|Identification|Code|Passport|IMO|MMSI|MSN\)|R\.F\.C\.|C\.U\.I\.T\.|D\.N\.I\."
    r"|SSN|NIT|RUC|RIF|License|Registry|Card|C\.U\.R\.P\.|I\.F\.E\.|BIK|LE|VAT|SWIFT/BIC))[^\w;]*)\s+(\S.*)"
)


def is_sdn(cells: Sequence[str]) -> bool:
    return len(cells) == _SDN_CELLS and cells[0].strip().isdigit()


def is_part(cells: Sequence[str]) -> bool:
    """Whether it is a row of a file that goes with SDN.CSV."""
    return len(cells) in (_ALT_CELLS, _ADD_CELLS, _COMMENT_CELLS) and cells[0].strip().isdigit()


def sdn_csv(main: BinaryIO, more: Sequence[BinaryIO]) -> Iterator[GatheredParty]:
    """Read SDN.CSV; `more` are its other files in any order. Raises: CutFile."""
    names: dict[str, list[list[str]]] = {}
    for stream in more:
        for line, cells in csv_rows(stream):
            if not is_part(cells):
                raise CutFile("This is no row of an ALT, ADD or SDN_COMMENTS file.", line=line)
            names.setdefault(cells[0].strip(), []).append([_cell(each) for each in cells[1:]])
    for line, cells in csv_rows(main):
        if not is_sdn(cells):
            raise CutFile(
                f"The row has {len(cells)} cells where SDN.CSV has {_SDN_CELLS}: the file is not whole.",
                line=line,
            )
        yield _sdn([_cell(each) for each in cells], names.get(cells[0].strip(), []))


def _cell(text: str) -> str:
    plain = text.strip()
    return "" if plain == "-0-" else plain


def _sdn(cells: list[str], more: list[list[str]]) -> GatheredParty:
    id, name, type, programmes, _, call_sign, _, _, _, flag, _, remarks = cells
    kind = _KINDS.get(type.lower(), "organisation")
    found = GatheredParty(id=id, kind=kind)
    person = kind == "person"
    found.name(given_first(name) if person else name)
    for each in programmes.split("] ["):
        found.programme(each.strip("[]"))
    found.identifier("call sign", call_sign)
    found.remark(f"Flag: {flag}." if flag else "")
    for row in more:
        if len(row) == _ALT_CELLS - 1:
            found.name(given_first(row[2]) if person else row[2])
        elif len(row) == _ADD_CELLS - 1:
            if not person:
                found.country(row[3])
        else:
            remarks += row[0] if len(remarks) >= _CUT_AT else f"; {row[0]}"
    if type.lower() not in _KINDS:
        found.remark(f"Published as: {type}.")
    _read_remarks(found, remarks)
    return found


def _read_remarks(found: GatheredParty, remarks: str) -> None:
    """Take out of the remarks what has a field of its own; all of them are kept too."""
    person = found.kind == "person"
    for piece in remarks.rstrip(".").split("; "):
        plain = piece.removeprefix("alt. ").removeprefix("Alt. ").strip().rstrip(".")
        lower = plain.lower()
        if lower.startswith("dob "):
            found.born(plain[4:])
        elif lower.startswith(("nationality ", "citizen ")):
            found.country(plain.partition(" ")[2])
        elif weak := _WEAK.search(plain):
            found.name(given_first(weak[1]) if person else weak[1], weak=True)
        elif wallet := _WALLET.match(plain):
            found.identifier(wallet[1], wallet[2])
        elif numbered := _NUMBERED.match(plain):
            value, country = numbered[2], ""
            if issued := _WITH_COUNTRY.match(value):
                value, country = issued[1], issued[2]
            found.identifier(numbered[1], value.split(" expires")[0].split(" issued")[0], country)
    found.remark(remarks)


def sdn_xml(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read sdn.xml or consolidated.xml. Raises: CutFile."""
    for _, entry in elements(stream, ("sdnEntry",)):
        kind = _KINDS.get(text_of(entry, "sdnType").lower(), "organisation")
        found = GatheredParty(id=text_of(entry, "uid"), kind=kind)
        found.name(_two_names(entry))
        for each in entry.iterfind("programList/program"):
            found.programme(each.text)
        for each in entry.iterfind("akaList/aka"):
            found.name(_two_names(each), weak=text_of(each, "category") == "weak")
        for each in entry.iterfind("idList/id"):
            found.identifier(text_of(each, "idType"), text_of(each, "idNumber"), text_of(each, "idCountry"))
        for each in entry.iterfind("dateOfBirthList/dateOfBirthItem/dateOfBirth"):
            found.born(each.text)
        for path in ("nationalityList/nationality/country", "citizenshipList/citizenship/country"):
            for each in entry.iterfind(path):
                found.country(each.text)
        if kind == "organisation":
            for each in entry.iterfind("addressList/address/country"):
                found.country(each.text)
        found.identifier("call sign", text_of(entry, "vesselInfo/callSign"))
        found.remark(text_of(entry, "remarks"))
        yield found


def _two_names(element: Element) -> str:
    return f"{text_of(element, 'firstName')} {text_of(element, 'lastName')}".strip()
