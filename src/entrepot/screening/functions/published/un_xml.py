"""The consolidated list of the Security Council of the United Nations, in XML."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element

from entrepot.screening.functions.published.gathering import GatheredParty, listed_day
from entrepot.screening.functions.published.streams import elements, text_of

_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")


def un_xml(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the list. Raises: CutFile."""
    for tag, entry in elements(stream, ("INDIVIDUAL", "ENTITY")):
        found = GatheredParty(
            id=text_of(entry, "DATAID"), kind="person" if tag == "INDIVIDUAL" else "organisation"
        )
        found.name(" ".join(filter(None, (text_of(entry, name) for name in _NAMES))))
        found.name(text_of(entry, "NAME_ORIGINAL_SCRIPT"))
        for alias in entry.iterfind(f"{tag}_ALIAS"):
            for name in text_of(alias, "ALIAS_NAME").split("; "):
                found.name(name, weak=text_of(alias, "QUALITY").lower() == "low")
        for born in entry.iterfind(f"{tag}_DATE_OF_BIRTH"):
            _born(found, born)
        for document in entry.iterfind(f"{tag}_DOCUMENT"):
            label = " ".join((text_of(document, "TYPE_OF_DOCUMENT"), text_of(document, "TYPE_OF_DOCUMENT2")))
            country = text_of(document, "ISSUING_COUNTRY") or text_of(document, "COUNTRY_OF_ISSUE")
            found.identifier(label, text_of(document, "NUMBER"), country)
        for value in entry.iterfind("NATIONALITY/VALUE"):
            found.country(value.text)
        if tag == "ENTITY":
            for address in entry.iterfind("ENTITY_ADDRESS/COUNTRY"):
                found.country(address.text)
        found.programme(text_of(entry, "UN_LIST_TYPE"))
        found.listed_on = listed_day(text_of(entry, "LISTED_ON"))
        found.remark(text_of(entry, "REFERENCE_NUMBER"))
        found.remark(text_of(entry, "COMMENTS1"))
        yield found


def _born(found: GatheredParty, born: Element) -> None:
    kind = text_of(born, "TYPE_OF_DATE").upper()
    first, last = text_of(born, "FROM_YEAR"), text_of(born, "TO_YEAR")
    if kind == "BETWEEN" and first and last:
        found.born(f"{first}/{last}")
    else:
        found.born(text_of(born, "DATE") or text_of(born, "YEAR"), circa=kind.startswith("APPROX"))
