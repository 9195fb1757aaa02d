"""Which publisher's layout a file has, told from how it begins, and its entries."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from entrepot.screening.functions.published import (
    csl,
    eu,
    ofac,
    ofac_advanced,
    opensanctions,
    seco,
    uk_csv,
    un_xml,
)
from entrepot.screening.functions.published.gathering import CutFile, GatheredParty
from entrepot.screening.functions.published.streams import head_of

ListReader = Callable[[BinaryIO, Sequence[BinaryIO]], Iterable[GatheredParty]]
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_WEB_PAGE = re.compile(r"\s*(<!doctype html|<html)", re.IGNORECASE)


class Layout(NamedTuple):
    """How a publisher lays out a list; `is_it` looks at how a file begins."""

    name: str
    about: str
    is_it: Callable[[str], bool]
    read: ListReader


def _alone(read: Callable[[BinaryIO], Iterator[GatheredParty]]) -> ListReader:
    """A reader of a file that comes alone."""

    def of_one(main: BinaryIO, more: Sequence[BinaryIO]) -> Iterable[GatheredParty]:
        if more:
            raise CutFile("Only SDN.CSV comes with other files; this list is one file.")
        return read(main)

    return of_one


def _root(name: str, *, near: str = "") -> Callable[[str], bool]:
    def is_it(head: str) -> bool:
        found = _ROOT.search(head)
        return found is not None and found[1] == name and near in head

    return is_it


def _heading(*columns: str, delimiter: str = ",") -> Callable[[str], bool]:
    def is_it(head: str) -> bool:
        return all(_has_columns(line, columns, delimiter) for line in head.splitlines()[:1])

    return is_it


def _second_line(*columns: str) -> Callable[[str], bool]:
    def is_it(head: str) -> bool:
        lines = head.splitlines()
        return len(lines) > 1 and _has_columns(lines[1], columns, ",")

    return is_it


def _has_columns(line: str, columns: Sequence[str], delimiter: str) -> bool:
    names = {name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])}
    return names >= set(columns)


def _is_sdn(head: str) -> bool:
    lines = head.splitlines()
    return bool(lines) and ofac.is_sdn(next(csv.reader([lines[0]]), []))


def _is_json_of(*names: str) -> Callable[[str], bool]:
    return lambda head: head.lstrip().startswith("{") and all(f'"{name}"' in head for name in names)


LAYOUTS: tuple[Layout, ...] = (
    Layout(
        "ofac-advanced-xml", "OFAC SDN_ADVANCED.XML", _root("Sanctions"), _alone(ofac_advanced.advanced_xml)
    ),
    Layout("ofac-xml", "OFAC sdn.xml, consolidated.xml", _root("sdnList"), _alone(ofac.sdn_xml)),
    Layout("ofac-csv", "OFAC SDN.CSV, with ALT, ADD and SDN_COMMENTS", _is_sdn, ofac.sdn_csv),
    Layout("un-xml", "UN consolidated list", _root("CONSOLIDATED_LIST"), _alone(un_xml.un_xml)),
    Layout("eu-xml", "EU FSF XML 1.1", _root("export", near="fpi/fsd/export"), _alone(eu.eu_xml)),
    Layout(
        "eu-csv", "EU FSF CSV 1.1",
        _heading("Entity_LogicalId", "NameAlias_WholeName", "BirthDate_BirthDate", delimiter=";"),
        _alone(eu.eu_csv),
    ),
    Layout(
        "uk-csv", "UK Sanctions List", _second_line("Unique ID", "Name 6", "Designation Type"),
        _alone(uk_csv.uk_csv),
    ),
    Layout(
        "uk-conlist", "OFSI ConList (until January 2026)", _second_line("Group ID", "Name 6", "Group Type"),
        _alone(uk_csv.conlist_csv),
    ),
    Layout(
        "us-csl-csv", "US CSL CSV", _heading("_id", "source", "entity_number", "name"), _alone(csl.csl_csv)
    ),
    Layout("us-csl-json", "US CSL JSON", _is_json_of("results", "source"), _alone(csl.csl_json)),
    Layout(
        "opensanctions-simple", "OpenSanctions targets.simple.csv",
        _heading("id", "schema", "name", "aliases", "identifiers"), _alone(opensanctions.simple_csv),
    ),
    Layout(
        "opensanctions-ftm", "OpenSanctions FollowTheMoney JSON lines",
        _is_json_of("id", "schema", "properties"), _alone(opensanctions.ftm_json),
    ),
    Layout("ch-seco-xml", "Swiss SECO XML", _root("swiss-sanctions-list"), _alone(seco.seco_xml)),
)  # fmt: skip


def layout_of(stream: BinaryIO) -> Layout | None:
    """Return the layout, or None if no publisher's is known that begins like this. Raises: CutFile for a web
    page and an empty file.
    """
    head = head_of(stream)
    if not head.strip():
        raise CutFile("The file is empty.")
    if _WEB_PAGE.match(head):
        raise CutFile("This is a web page, not a list: the address may ask for a login or have moved.")
    return next((each for each in LAYOUTS if each.is_it(head)), None)


def names() -> Iterator[str]:
    return (each.name for each in LAYOUTS)
