"""The list of Switzerland's State Secretariat for Economic Affairs (SECO), in XML. It keeps targets that are
listed no more: their newest modification says so.
"""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO
from xml.etree.ElementTree import Element

from entrepot.screening.functions.published.gathering import GatheredParty, listed_day
from entrepot.screening.functions.published.streams import elements, text_of
from entrepot.screening.model.party import PartyKind

_OBJECTS: dict[str, PartyKind] = {"vessel": "vessel", "aircraft": "aircraft"}
_LATIN = "Latn"
_MOST_SPELLINGS = 5


def seco_xml(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the list. Raises: CutFile."""
    programmes: dict[str, str] = {}
    for tag, element in elements(stream, ("sanctions-program", "target")):
        if tag == "sanctions-program":
            key = text_of(element, "program-key") or text_of(element, "program-name")
            programmes |= {each.get("ssid", ""): key for each in element.iterfind("sanctions-set")}
        elif _is_listed(element):
            found = _target(element)
            if found is not None:
                found.programme(programmes.get(element.get("sanctions-set-id", "")))
                yield found


def _is_listed(target: Element) -> bool:
    changes = sorted(
        target.iterfind("modification"),
        key=lambda each: each.get("effective-date") or each.get("publication-date") or "",
    )
    return not changes or changes[-1].get("modification-type") != "de-listed"


def _target(target: Element) -> GatheredParty | None:
    subject = next(
        (each for name in ("individual", "entity", "object") if (each := target.find(name)) is not None), None
    )
    if subject is None:
        return None
    kind: PartyKind = (
        "person"
        if subject.tag == "individual"
        else _OBJECTS.get(subject.get("object-type", ""), "organisation")
    )
    found = GatheredParty(id=target.get("ssid", ""), kind=kind)
    for identity in sorted(subject.iterfind("identity"), key=lambda each: each.get("main") != "true"):
        names = sorted(identity.iterfind("name"), key=lambda each: each.get("name-type") != "primary-name")
        for name in names:
            for text in _spellings(name):
                found.name(text, weak=name.get("quality") == "low")
        for born in identity.iterfind("day-month-year"):
            parts = [born.get("year", ""), born.get("month", "").zfill(2), born.get("day", "").zfill(2)]
            found.born("-".join(part for part in parts if part.strip("0")))
        for each in identity.iterfind("nationality/country"):
            found.country(each.get("iso-code"))
        for document in identity.iterfind("identification-document"):
            issuer = document.find("issuer")
            found.identifier(
                document.get("document-type", ""), text_of(document, "number"),
                "" if issuer is None else issuer.get("code"),
            )  # fmt: skip
    for each in subject.iterfind("other-information"):
        found.remark(each.text)
    for each in subject.iterfind("justification"):
        found.remark(each.text)
    listed = [
        each.get("effective-date") or each.get("publication-date") or ""
        for each in target.iterfind("modification")
        if each.get("modification-type") == "listed"
    ]
    found.listed_on = listed_day(min(listed, default=""))
    return found


def _spellings(name: Element) -> Iterator[str]:
    """Yield a name as it stands, then once for each language that its parts are spelled in: all combinations
    of the parts' variants would be thousands.
    """
    parts = sorted(name.iterfind("name-part"), key=lambda each: int(each.get("order") or 0))
    yield " ".join(text_of(part, "value") for part in parts)
    variants = [_script(each) for part in parts for each in part.iterfind("spelling-variant")]
    for script in islice(dict.fromkeys(variants), _MOST_SPELLINGS):
        yield " ".join(filter(None, (_spelled(part, script) for part in parts)))


def _script(variant: Element) -> tuple[str, str]:
    return variant.get("lang", ""), variant.get("script", "")


def _spelled(part: Element, script: tuple[str, str]) -> str:
    """Return a part of a name in a script; what has no spelling there is taken as it is for Latin."""
    texts = (each.text or "" for each in part.iterfind("spelling-variant") if _script(each) == script)
    return next(texts, text_of(part, "value") if script[1] == _LATIN else "")
