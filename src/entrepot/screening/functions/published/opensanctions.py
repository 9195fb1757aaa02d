"""OpenSanctions: `targets.simple.csv`, and FollowTheMoney entities as JSON lines (`entities.ftm.json`,
`targets.nested.json`).
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

from entrepot.screening.functions.published.gathering import CutFile, GatheredParty, listed_day
from entrepot.screening.functions.published.json_stream import lines_of
from entrepot.screening.functions.published.streams import table
from entrepot.screening.model.party import PartyKind

_KINDS: Mapping[str, PartyKind] = {
    "Person": "person", "Vessel": "vessel", "Airplane": "aircraft", "Organization": "organisation",
    "Company": "organisation", "LegalEntity": "organisation", "PublicBody": "organisation",
}  # fmt: skip
_NAMES = ("name", "alias", "previousName", "abbreviation")
_COUNTRIES = ("nationality", "citizenship", "country", "jurisdiction", "mainCountry")
# The properties of FollowTheMoney that name one party, and how we call them.
_NUMBERS = {
    "imoNumber": "imo", "mmsi": "mmsi", "callSign": "call sign", "leiCode": "lei", "innCode": "inn",
    "taxNumber": "tax", "vatCode": "tax", "ogrnCode": "ogrn", "registrationNumber": "registration",
    "passportNumber": "passport", "idNumber": "national id", "socialSecurityNumber": "national id",
    "swiftBic": "swift", "serialNumber": "serial number", "uniqueEntityId": "other", "npiCode": "other",
    "dunsCode": "other", "okpoCode": "registration", "uscCode": "registration", "cageCode": "other",
}  # fmt: skip
_LISTED = re.compile(r"\d{4}-\d{2}-\d{2}")
_IMO = re.compile(r"IMO\s?(\d{7})")


def simple_csv(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read `targets.simple.csv`, which knows neither the quality of names nor the kinds of numbers."""
    for line, row in table(stream):
        if not row["id"] or not row["schema"]:
            raise CutFile("The row has no id or no schema.", line=line)
        found = GatheredParty(id=row["id"], kind=_KINDS.get(row["schema"], "organisation"))
        found.name(row["name"])
        for each in _several(row["aliases"]):
            found.name(each)
        for each in _several(row["birth_date"]):
            found.born(each)
        for each in _several(row["countries"]):
            found.country(each)
        for each in _several(row["identifiers"]):
            imo = _IMO.fullmatch(each)
            found.identifier("imo" if imo else "other", imo[1] if imo else each)
        for each in _several(row.get("program_ids", "")) or _several(row["dataset"]):
            found.programme(each)
        if days := _LISTED.findall(row["sanctions"]):
            found.listed_on = min(days)
        found.remark(row["sanctions"])
        yield found


def ftm_json(stream: BinaryIO) -> Iterator[GatheredParty]:
    """Read FollowTheMoney entities. Those that are only related to a target are left out; sanctions, wallets
    and documents of their own go to whom they belong.
    """
    found: dict[str, GatheredParty] = {}
    later: list[tuple[str, Mapping[str, Any]]] = []
    for entity in lines_of(stream):
        schema, properties = entity.get("schema"), entity.get("properties")
        if (
            not isinstance(schema, str)
            or not isinstance(properties, dict)
            or not isinstance(entity.get("id"), str)
        ):
            raise CutFile("An entity has no id, schema or properties: these are no FollowTheMoney entities.")
        if schema in ("Sanction", "CryptoWallet", "Identification", "Passport"):
            later.append((schema, properties))
        elif schema in _KINDS and entity.get("target"):
            found[entity["id"]] = _entity(entity["id"], schema, properties, str(entity.get("caption") or ""))
    for schema, properties in later:
        for owner in (*_texts(properties, "entity"), *_texts(properties, "holder")):
            if (each := found.get(owner)) is not None:
                _belongs(each, schema, properties)
    yield from found.values()


def _entity(id: str, schema: str, properties: Mapping[str, Any], caption: str) -> GatheredParty:
    found = GatheredParty(id=id, kind=_KINDS[schema])
    found.name(caption)
    for property in _NAMES:
        for each in _texts(properties, property):
            found.name(each)
    for each in _texts(properties, "weakAlias"):
        found.name(each, weak=True)
    for each in _texts(properties, "birthDate"):
        found.born(each)
    for property in _COUNTRIES:
        for each in _texts(properties, property):
            found.country(each)
    for property, label in _NUMBERS.items():
        for each in _texts(properties, property):
            found.identifier(label, each)
    for each in _texts(properties, "publicKey"):
        found.identifier("wallet", each)
    for each in _texts(properties, "topics"):
        found.topics[each] = None
    for each in (*_texts(properties, "programId"), *_texts(properties, "program")):
        found.programme(each)
    for name, schema_of in (
        ("sanctions", "Sanction"),
        ("cryptoWallets", "CryptoWallet"),
        ("identification", "Identification"),
    ):
        for nested in properties.get(name, ()):
            if isinstance(nested, dict):
                _belongs(found, schema_of, nested.get("properties", {}))
    for each in _texts(properties, "notes"):
        found.remark(each)
    return found


def _belongs(found: GatheredParty, schema: str, properties: Mapping[str, Any]) -> None:
    if schema == "Sanction":
        for each in (*_texts(properties, "programId"), *_texts(properties, "program")):
            found.programme(each)
        days = sorted(filter(None, map(listed_day, _texts(properties, "listingDate"))))
        if days and (not found.listed_on or days[0] < found.listed_on):
            found.listed_on = days[0]
    elif schema == "CryptoWallet":
        for each in _texts(properties, "publicKey"):
            found.identifier("wallet", each)
    else:
        label = "passport" if schema == "Passport" else " ".join(_texts(properties, "type"))
        for each in _texts(properties, "number"):
            found.identifier(label, each, next(iter(_texts(properties, "country")), ""))


def _texts(properties: Mapping[str, Any], name: str) -> list[str]:
    values = properties.get(name, ())
    return [each for each in values if isinstance(each, str)] if isinstance(values, Iterable) else []


def _several(cell: str) -> list[str]:
    """Return the values of a cell, which are CSV of their own with semicolons."""
    if not cell:
        return []
    return [each.strip() for row in csv.reader([cell], delimiter=";") for each in row if each.strip()]
