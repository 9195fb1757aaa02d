"""SDN_ADVANCED.XML of the US Treasury: ids resolve in reference sets that come first; a party's documents
come before it, its listing after all parties. Only references and parties are held, never the 120 MB.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import Element

from entrepot.screening.functions.published.gathering import CutFile, GatheredParty
from entrepot.screening.functions.published.streams import elements, text_of
from entrepot.screening.model.party import PartyKind

_REFERENCES = (
    "AliasType", "Country", "FeatureType", "IDRegDocType", "NamePartType", "PartySubType", "PartyType",
    "SanctionsType",
)  # fmt: skip
_KINDS: Mapping[str, PartyKind] = {
    "individual": "person", "entity": "organisation", "vessel": "vessel", "aircraft": "aircraft",
    "transport": "vessel",
}  # fmt: skip
_GIVEN_FIRST = (
    "First Name",
    "Middle Name",
    "Patronymic",
    "Matronymic",
    "Nickname",
    "Last Name",
    "Maiden Name",
)


@dataclass
class _References:
    """What the file defined so far: (set, id) → text."""

    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    subtypes: dict[str, str] = field(default_factory=dict)
    locations: dict[str, str] = field(default_factory=dict)  # → country
    documents: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)  # by identity

    def text(self, kind: str, id: str | None) -> str:
        return self.texts.get((kind, id or ""), "")


def advanced_xml(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read the file. Raises: CutFile."""
    known = _References()
    parties: dict[str, GatheredParty] = {}
    wanted = (
        *_REFERENCES,
        "Location",
        "IDRegDocument",
        "DistinctParty",
        "SanctionsEntry",
        "SanctionsEntries",
    )
    ended = False
    for tag, element in elements(stream, wanted):
        if tag in _REFERENCES:
            known.texts[tag, element.get("ID", "")] = (element.text or "").strip()
            if tag == "PartySubType":
                known.subtypes[element.get("ID", "")] = element.get("PartyTypeID", "")
        elif tag == "Location":
            country = element.find("LocationCountry")
            if country is not None:
                known.locations[element.get("ID", "")] = known.text("Country", country.get("CountryID"))
        elif tag == "IDRegDocument":
            known.documents.setdefault(element.get("IdentityID", ""), []).append(
                (
                    known.text("IDRegDocType", element.get("IDRegDocTypeID")),
                    text_of(element, "IDRegistrationNo"),
                    known.text("Country", element.get("IssuedBy-CountryID")),
                )
            )
        elif tag == "DistinctParty":
            for profile in element.iter("Profile"):
                parties[profile.get("ID", "")] = _party(profile, known)
        elif tag == "SanctionsEntry":
            _listed(element, parties, known)
        else:
            ended = True
    if not ended:
        raise CutFile("The file has no sanctions entries: it is not whole.")
    yield from parties.values()


def _party(profile: Element, known: _References) -> GatheredParty:
    subtype = profile.get("PartySubTypeID", "")
    words = (known.text("PartySubType", subtype), known.text("PartyType", known.subtypes.get(subtype)))
    kinds = [_KINDS[word.lower()] for word in words if word.lower() in _KINDS]
    kind: PartyKind = kinds[0] if kinds else "organisation"
    found = GatheredParty(id=profile.get("ID", ""), kind=kind)
    for identity in profile.iterfind("Identity"):
        groups = {
            each.get("ID", ""): known.text("NamePartType", each.get("NamePartTypeID"))
            for each in identity.iter("NamePartGroup")
        }
        aliases = sorted(identity.iterfind("Alias"), key=lambda each: each.get("Primary") != "true")
        for alias in aliases:
            for name in alias.iterfind("DocumentedName"):
                found.name(_name(name, groups), weak=alias.get("LowQuality") == "true")
        for label, value, country in known.documents.pop(identity.get("ID", ""), ()):
            found.identifier(label, value, country)
    for feature in profile.iterfind("Feature"):
        _feature(found, feature, known)
    return found


def _name(name: Element, groups: dict[str, str]) -> str:
    parts = [
        (groups.get(each.get("NamePartGroupID", ""), ""), (each.text or "").strip())
        for each in name.iter("NamePartValue")
    ]
    order = {part: at for at, part in enumerate(_GIVEN_FIRST)}
    return " ".join(text for _, text in sorted(parts, key=lambda each: order.get(each[0], 4)))


def _feature(found: GatheredParty, feature: Element, known: _References) -> None:
    label = known.text("FeatureType", feature.get("FeatureTypeID"))
    for version in feature.iterfind("FeatureVersion"):
        place = version.find("VersionLocation")
        country = "" if place is None else known.locations.get(place.get("LocationID", ""), "")
        detail = text_of(version, "VersionDetail")
        if label == "Birthdate":
            for period in version.iterfind("DatePeriod"):
                found.born(_period(period), circa=_about(period))
        elif label.startswith(("Nationality", "Citizenship")) or (
            label == "Location" and found.kind == "organisation"
        ):
            found.country(country or detail)
        elif detail and (
            "Digital Currency" in label
            or "Call Sign" in label
            or "Number" in label
            or "SWIFT" in label
            or "MMSI" in label
        ):
            found.identifier(label, detail)


def _about(period: Element) -> bool:
    start = period.find("Start")
    return start is not None and start.get("Approximate") == "true"


def _period(period: Element) -> str:
    """Return a birth date; from the first to the last day of a year is the year."""
    first, last = (_date(period, path) for path in ("Start/From", "End/To"))
    if first == last or not last:
        return first
    if first[:4] == last[:4]:
        if first.endswith("-01-01") and last.endswith("-12-31"):
            return first[:4]
        if first[:7] == last[:7]:
            return first[:7]
    return f"{first} to {last}"


def _date(period: Element, path: str) -> str:
    parts = [text_of(period, f"{path}/{name}") for name in ("Year", "Month", "Day")]
    known = [parts[0].zfill(4), *(part.zfill(2) for part in parts[1:] if part)]
    return "-".join(known) if parts[0] else ""


def _listed(entry: Element, parties: dict[str, GatheredParty], known: _References) -> None:
    found = parties.get(entry.get("ProfileID", ""))
    if found is None:
        return
    date = entry.find("EntryEvent/Date")
    if date is not None and not found.listed_on:
        found.listed_on = "-".join(
            text_of(date, name).zfill(size) for name, size in (("Year", 4), ("Month", 2), ("Day", 2))
        )
    for measure in entry.iterfind("SanctionsMeasure"):
        if known.text("SanctionsType", measure.get("SanctionsTypeID")) == "Program":
            found.programme(text_of(measure, "Comment"))
