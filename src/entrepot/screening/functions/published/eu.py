"""The European Union's consolidated financial sanctions list (FSF), in XML 1.1 and CSV 1.1."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.etree.ElementTree import Element

from entrepot.screening.functions.published.gathering import GatheredParty, listed_day
from entrepot.screening.functions.published.streams import elements, table, text_of

_BIRTH_COLUMNS = {
    "day": "BirthDate", "of_month": "Day", "month": "Month", "year": "Year", "circa": "Circa",
    "from": "YearRangeFrom", "to": "YearRangeTo",
}  # fmt: skip
_BIRTH_ATTRIBUTES = {
    "day": "birthdate", "of_month": "dayOfMonth", "month": "monthOfYear", "year": "year", "circa": "circa",
    "from": "yearRangeFrom", "to": "yearRangeTo",
}  # fmt: skip


def eu_xml(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the list. Raises: CutFile."""
    for _, entity in elements(stream, ("sanctionEntity",)):
        subject = entity.find("subjectType")
        person = subject is not None and subject.get("code") == "person"
        found = GatheredParty(id=entity.get("logicalId", ""), kind="person" if person else "organisation")
        for name in entity.iterfind("nameAlias"):
            weak = name.get("strong") == "false" or _is_weak(text_of(name, "remark"))
            found.name(name.get("wholeName"), weak=weak)
        for born in entity.iterfind("birthdate"):
            _born(found, {name: born.get(attribute, "") for name, attribute in _BIRTH_ATTRIBUTES.items()})
        for each in entity.iterfind("citizenship"):
            found.country(each.get("countryIso2Code"))
        for number in entity.iterfind("identification"):
            label = " ".join(number.get(f"identificationType{each}", "") for each in ("Code", "Description"))
            found.identifier(
                label, number.get("latinNumber") or number.get("number"), number.get("countryIso2Code")
            )
        if not person:
            for each in entity.iterfind("address"):
                found.country(each.get("countryIso2Code"))
        for each in entity.iterfind("regulation"):
            found.programme(each.get("programme"))
        found.listed_on = _listed(entity)
        for each in entity.iterfind("remark"):
            found.remark(each.text)
        yield found


def eu_csv(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the list: a row per fact, all of an entity together. Raises: CutFile."""
    found: GatheredParty | None = None
    for _, row in table(stream, delimiter=";", ragged=True):
        id = row.get("Entity_LogicalId", "")
        if found is None or found.id != id:
            if found is not None:
                yield found
            # both headings: published files have their cells exchanged
            kinds = {row.get("Entity_SubjectType", ""), row.get("Entity_SubjectType_ClassificationCode", "")}
            person = bool(kinds & {"P", "person"})
            found = GatheredParty(id=id, kind="person" if person else "organisation")
            found.listed_on = listed_day(row.get("Entity_DesignationDate"))
            found.remark(row.get("Entity_Remark"))
        _fact(found, row)
    if found is not None:
        yield found


def _fact(found: GatheredParty, row: Mapping[str, str]) -> None:
    found.programme(row.get("Entity_Regulation_Programme"))
    found.name(row.get("NameAlias_WholeName"), weak=_is_weak(row.get("NameAlias_Remark", "")))
    _born(found, {name: row.get(f"BirthDate_{column}", "") for name, column in _BIRTH_COLUMNS.items()})
    label = f"{row.get('Identification_TypeCode', '')} {row.get('Identification_TypeDescription', '')}"
    number = row.get("Identification_LatinNumber") or row.get("Identification_Number")
    found.identifier(label, number, row.get("Identification_CountryIso2Code"))
    found.country(row.get("Citizenship_CountryIso2Code"))
    if found.kind != "person":
        found.country(row.get("Address_CountryIso2Code"))


def _is_weak(remark: str) -> bool:
    return "low quality" in remark.lower()


def _born(found: GatheredParty, born: Mapping[str, str]) -> None:
    if born["from"] and born["to"]:
        found.born(f"{born['from']}/{born['to']}")
        return
    parts = [born["year"], born["month"].zfill(2), born["of_month"].zfill(2)]
    known = "-".join(parts[: 1 + (parts[1] != "00") + (parts[1] != "00" != parts[2])]) if parts[0] else ""
    found.born(born["day"] or known, circa=born["circa"] == "true")


def _listed(entity: Element) -> str:
    days = [each.get("publicationDate", "") for each in entity.iterfind("regulation")]
    return listed_day(entity.get("designationDate")) or min((day for day in days if day), default="")
