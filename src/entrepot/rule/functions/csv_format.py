"""Packs as CSV, one rule per row, for spreadsheets. A cell that a spreadsheet would run as a formula is
written behind an apostrophe, and refused when it comes without one.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import msgspec

from entrepot.core import csv_cells
from entrepot.rule.functions.source import Located, SourceFault, Steps, UnreadableSource
from entrepot.rule.functions.yaml_format import number
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.rule import Condition, Evidence, Rule, Season

MAX_CELL = 1 << 20
csv.field_size_limit(MAX_CELL)

_FORMULA = tuple("=+-@\t\r")
_DEFUSED = (*_FORMULA, "'")
_TO_QUOTE = re.compile(r"[,;\t\r\n\"]")
_CONDITION = re.compile(r"(\w+)\s*(<=|>=|!=|<|>|=)\s*(-?[0-9.]+)\s*(\S*)")
_PACK_COLUMNS = ("stale_after_months", "covers")
_ABOUT = ("name", "title", "notice", *_PACK_COLUMNS)

Tree = dict[str, Any]


# ---- cells ------------------------------------------------------------------------------------------


def _list(cell: str) -> list[str]:
    return [each.strip() for each in cell.split(";")]


def _written_list(values: tuple[str, ...]) -> str:
    return "; ".join(values)


def _conditions(cell: str) -> list[Tree]:
    """Parse `battery_energy > 100 Wh; value <= 150 EUR`; after a value of money stands its currency."""
    found = []
    for each in _list(cell):
        match = _CONDITION.fullmatch(each)
        if match is None:
            raise ValueError(f"{each!r} is no condition like: battery_energy > 100 Wh")
        field, op, value, unit = match.groups()
        kind = "currency" if re.fullmatch("[A-Z]{3}", unit) else "unit"
        found.append({"field": field, "op": op, "value": value, **({kind: unit} if unit else {})})
    return found


def _written_conditions(conditions: tuple[Condition, ...]) -> str:
    return "; ".join(
        f"{each.field} {each.op} {number(each.value)} {each.unit or each.currency}".rstrip()
        for each in conditions
    )


def _seasons(cell: str) -> list[Tree]:
    found = []
    for each in _list(cell):
        begins, dots, ends = each.partition("..")
        if not dots:
            raise ValueError(f"{each!r} is no season like: 09-01..04-30")
        found.append({"begins": begins, "ends": ends})
    return found


def _written_seasons(seasons: tuple[Season, ...]) -> str:
    return "; ".join(f"{each.begins}..{each.ends}" for each in seasons)


def _evidence(cell: str) -> list[Tree]:
    """Parse `all: a, b | any: c, d`, or JSON where a group has waivers or is both."""
    if cell.startswith("["):
        found: list[Tree] = _json(cell)
        return found
    groups = []
    for each in cell.split("|"):
        kind, colon, ids = each.strip().partition(":")
        if not colon or kind not in ("all", "any"):
            raise ValueError(f"{each.strip()!r} is no group like: all: declaration, test-report")
        groups.append({f"{kind}_of": [id.strip() for id in ids.split(",")]})
    return groups


def _written_evidence(groups: tuple[Evidence, ...]) -> str:
    if any(each.waivers or bool(each.all_of) == bool(each.any_of) for each in groups):
        return _written_json(groups)
    return " | ".join(
        f"all: {', '.join(each.all_of)}" if each.all_of else f"any: {', '.join(each.any_of)}"
        for each in groups
    )


def _json(cell: str) -> Any:
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("this is no JSON") from error


def _written_json(value: object) -> str:
    return msgspec.json.encode(value).decode()


_LISTS = (_list, _written_list)
_JSON = (_json, _written_json)
# How the columns that hold more than a word are read and written.
_CELLS: dict[str, tuple[Callable[[str], Any], Callable[[Any], str]]] = {
    **dict.fromkeys(
        (
            "destinations", "exclude_destinations", "origins", "exclude_origins", "hs_include", "hs_exclude",
            "traits_all", "traits_any", "traits_none", "modes", "roles", "supersedes", "exempts",
        ),
        _LISTS,
    ),
    "numeric": (_conditions, _written_conditions),
    "seasons": (_seasons, _written_seasons),
    "evidence": (_evidence, _written_evidence),
    "charges": _JSON,
    "tests": _JSON,
}  # fmt: skip
# The citation's members are columns of their own.
_CITATION = ("law", "article", "url", "checked_on")
_RULE_COLUMNS = tuple(
    column for field in Rule.__struct_fields__ for column in (_CITATION if field == "citation" else (field,))
)
COLUMNS = ("kind", *_RULE_COLUMNS, *_PACK_COLUMNS)


# ---- reading ----------------------------------------------------------------------------------------


def parse(text: str) -> Located:
    """Raises: UnreadableSource."""
    tree: Tree = {"documents": [], "rules": []}
    lines: dict[Steps, int] = {(): 1}
    faults: list[SourceFault] = []
    for line, told in _rows(text, faults):
        kind = told.get("kind", "rule")
        id = told.get("id", "") if kind == "rule" else ""
        cells = {name: _armed(cell, id, name, line, faults) for name, cell in told.items() if name != "kind"}
        match kind:
            case "pack" if "name" in tree:
                faults.append(SourceFault("", "", "A file holds one pack; this is a second.", line, "csv"))
            case "pack":
                tree |= _about(cells, line, faults)
                lines |= dict.fromkeys(((name,) for name in _ABOUT), line)
            case "document":
                lines["documents", len(tree["documents"])] = line
                tree["documents"].append(_renamed(cells, {"summary": "about"}, line, faults))
            case "rule":
                lines["rules", len(tree["rules"])] = line
                tree["rules"].append(_rule(cells, line, faults))
            case _:
                reason = f"A row is a pack, a document or a rule, not {kind[:60]!r}."
                faults.append(SourceFault("", "", reason, line, "csv"))
    if "name" not in tree:
        raise UnreadableSource("csv", "There is no row of the kind `pack` with the pack's name in `id`.")
    return Located(tree, lines, faults)


def _rows(text: str, faults: list[SourceFault]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each row's first line, and its cells that are not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=csv_cells.delimiter(text), strict=True)
    header, line = _header(reader), reader.line_num + 1
    try:
        for row in reader:
            if len(row) > len(header):
                reason = f"There are {len(row)} cells, and {len(header)} columns."
                faults.append(SourceFault("", "", reason, line, "csv"))
            elif cells := {name: cell for name, cell in zip(header, row, strict=False) if cell}:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableSource("csv", f"This row cannot be read: {error}.", line) from error


def _header(reader: Any) -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise UnreadableSource("csv", f"The first line cannot be read: {error}.", 1) from error
    if unknown := [name for name in header if name not in COLUMNS]:
        raise UnreadableSource("csv", f"There is no column {unknown[0][:60]!r}.", 1)
    if len(set(header)) < len(header) or "id" not in header:
        raise UnreadableSource("csv", "The first line names each column once, `id` among them.", 1)
    return header


def _armed(cell: str, rule: str, name: str, line: int, faults: list[SourceFault]) -> str:
    if cell.startswith(_FORMULA):
        reason = f"{cell[:40]!r} is a formula. If it is meant as text, put ' before it."
        faults.append(SourceFault(rule, name, reason, line, "csv_formula"))
    return cell.removeprefix("'") if cell.startswith("'") else cell


def _renamed(cells: dict[str, str], names: dict[str, str], line: int, faults: list[SourceFault]) -> Tree:
    allowed = {"id", "title", "summary", *(_PACK_COLUMNS if "id" in names else ())}
    surplus = sorted(set(cells) - allowed)
    faults += [
        SourceFault("", "", f"The column {each} means nothing in this row.", line, "csv") for each in surplus
    ]
    return {names.get(name, name): cell for name, cell in cells.items() if name in allowed}


def _about(cells: dict[str, str], line: int, faults: list[SourceFault]) -> Tree:
    about: Tree = _renamed(cells, {"id": "name", "summary": "notice"}, line, faults)
    try:
        return about | ({"covers": _json(about["covers"])} if "covers" in about else {})
    except ValueError as error:
        faults.append(SourceFault("", "covers", f"In the column covers, {error}.", line))
        return {name: cell for name, cell in about.items() if name != "covers"}


def _rule(cells: dict[str, str], line: int, faults: list[SourceFault]) -> Tree:
    rule: Tree = {}
    for name, cell in cells.items():
        try:
            value = _CELLS[name][0](cell) if name in _CELLS else cell
        except ValueError as error:
            reason = f"In the column {name}, {error}."
            faults.append(SourceFault(cells.get("id", ""), name, reason, line))
            continue
        if name in _CITATION:
            rule.setdefault("citation", {})[name] = value
        else:
            rule[name] = value
    return rule


# ---- writing ----------------------------------------------------------------------------------------


def write(pack: Pack) -> str:
    about = {"kind": "pack", "id": pack.name, "title": pack.title, "summary": pack.notice}
    if pack.stale_after_months != 12:
        about["stale_after_months"] = str(pack.stale_after_months)
    if pack.covers:
        about["covers"] = _written_json(pack.covers)
    rows = (about, *map(_document_cells, pack.documents), *map(_rule_cells, pack.rules))
    lines = (",".join(_quoted(_defused(cells.get(name, ""))) for name in COLUMNS) for cells in rows)
    return "".join(f"{line}\n" for line in (",".join(COLUMNS), *lines))


def _document_cells(document: Document) -> dict[str, str]:
    return {"kind": "document", "id": document.id, "title": document.title, "summary": document.about}


def _rule_cells(rule: Rule) -> dict[str, str]:
    said = msgspec.to_builtins(rule, builtin_types=(date,))
    said |= said.pop("citation")
    return {"kind": "rule"} | {name: _cell(rule, name, value) for name, value in said.items()}


def _cell(rule: Rule, name: str, value: object) -> str:
    return _CELLS[name][1](getattr(rule, name)) if name in _CELLS else str(value)


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_DEFUSED) else cell


def _quoted(cell: str) -> str:
    """Quote a cell. Why not leave that to the csv module? It leaves a lone carriage return bare, which
    ends the row.
    """
    return '"' + cell.replace('"', '""') + '"' if _TO_QUOTE.search(cell) else cell
