"""The table of the Harmonized System: read from a file, put together with our own facts."""

import csv
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

import msgspec

from entrepot.core import csv_cells
from entrepot.core.file_form import Column, TableProblem
from entrepot.rule.model.hs import EDITION, SECTIONS, BadTable, Entry, parents

COLUMNS = (
    Column(
        name="hscode",
        about="two, four or six digits, with or without dots; may also be called `code`",
        required=True,
        examples=("95", "95.03", "9503.00"),
    ),
    Column(
        name="description",
        about="what the code covers",
        required=True,
        examples=(
            "Toys, games and sports requisites",
            "Tricycles, dolls and other toys; puzzles",
            "Tricycles, dolls and other toys; puzzles",
        ),
    ),
)
_CODE_NAMES = ("hscode", "code", "hs_code")
_TEXT_NAMES = ("description", "title", "text")
_RESERVED = ("77", "98", "99")  # kept free by the system, or for what a country puts there
_MOST_PROBLEMS = 100
_MOST_CHARS = 4000


@dataclass(frozen=True)
class HsRows:
    """A file's rows (code → text), and the lines that were left out."""

    rows: Mapping[str, str]
    lines: int  # without the heading and empty ones
    skipped: list[TableProblem]


@dataclass(frozen=True)
class Table:
    """Every code that a node knows. `digest` names the imported part, and is empty without one."""

    edition: str
    digest: str
    entries: Mapping[str, Entry]

    @cached_property
    def codes(self) -> list[str]:
        return sorted(self.entries)

    @cached_property
    def children(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in self.codes:
            if above := parents(code):
                found.setdefault(above[-1], []).append(code)
        return found

    def beginning(self, digits: str) -> list[str]:
        return [code for code in self.codes if code.startswith(digits)]


def read_table(text: str) -> HsRows:
    """Return the rows of a CSV file. Raises: BadTable with every problem and its line."""
    rows: dict[str, str] = {}
    problems: list[TableProblem] = []
    skipped: list[TableProblem] = []
    lines = 0
    try:
        found = csv_cells.rows(text)
        names = [name.strip().lower() for name in next(found, (1, []))[1]]
        columns = _column(names, _CODE_NAMES), _column(names, _TEXT_NAMES)
        for line, cells in found:
            lines += 1
            problem = _take(cells, columns, rows)
            if problem.startswith("skip: "):
                skipped.append(TableProblem(line, problem.removeprefix("skip: ")))
            elif problem and len(problems) < _MOST_PROBLEMS:
                problems.append(TableProblem(line, problem))
    except csv_cells.BadCells as error:
        problems.append(TableProblem(error.line, str(error)))
    else:
        problems += [TableProblem(0, each) for each in _gaps(rows)][: _MOST_PROBLEMS - len(problems)]
    if problems or not rows:
        raise BadTable(problems or [TableProblem(1, "The table has no rows.")])
    return HsRows(dict(sorted(rows.items())), lines, skipped)


def _column(names: list[str], wanted: tuple[str, ...]) -> int:
    for name in wanted:
        if name in names:
            return names.index(name)
    told = f"There are: {', '.join(names)[:200]}." if any(names) else "The file is empty."
    raise BadTable([TableProblem(1, f"There is no column {wanted[0]!r}. {told}")])


def _take(cells: list[str], columns: tuple[int, int], rows: dict[str, str]) -> str:
    """Put a line's code into `rows`. Return what is wrong with it, or nothing."""
    if max(columns) >= len(cells):
        return f"The line has {len(cells)} cells: its code or its description is missing."
    code, text = cells[columns[0]].strip().replace(".", ""), " ".join(cells[columns[1]].split())
    if code.upper() == "TOTAL":
        return "skip: a total is no code."
    if not code.isascii() or not code.isdigit() or len(code) not in (2, 4, 6):
        return f"{code[:20]!r} is no code of two, four or six digits."
    if code[:2] in _RESERVED:
        return f"skip: {code} is in chapter {code[:2]}, which is not part of the system."
    if not "01" <= code[:2] <= "97":
        return f"{code} is in no chapter from 01 to 97."
    if code in rows:
        return f"{code} is there twice."
    if not text:
        return f"{code} has no description."
    if len(text) > _MOST_CHARS:
        return f"{code} has a description of over {_MOST_CHARS} characters."
    rows[code] = text
    return ""


def _gaps(rows: Mapping[str, str]) -> Iterator[str]:
    """Return the codes whose chapter or heading is missing."""
    for code in sorted(rows):
        for above in parents(code):
            if above not in rows:
                yield f"{code} is there, but {above} above it is not."


def packed(rows: Mapping[str, str]) -> bytes:
    return zlib.compress(msgspec.json.encode(rows, order="deterministic"), 6)


def unpacked(body: bytes) -> dict[str, str]:
    return msgspec.json.decode(zlib.decompress(body), type=dict[str, str])


def digest(rows: Mapping[str, str]) -> str:
    return hashlib.sha256(msgspec.json.encode(rows, order="deterministic")).hexdigest()


@lru_cache(maxsize=1)
def own() -> Table:
    """Return what the product knows by itself: all chapters, and the codes that are traded or ruled on
    most.
    """
    return Table(EDITION, "", {entry.code: entry for entry in (*_own("chapters"), *_own("headings"))})


def _own(name: str) -> Iterable[Entry]:
    text = files("entrepot.rule").joinpath("hs", f"{name}.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(text)):
        words = tuple(word.strip() for word in row["words"].split(";"))
        yield Entry(row["code"], row["title"], words=words, section=row.get("section") or "")


def put_together(edition: str, rows: Mapping[str, str]) -> Table:
    """Return an imported table with our own words for its codes. Ours that it does not have are left out."""
    known = own().entries
    nothing = Entry("", "")
    entries = {
        code: Entry(
            code,
            known.get(code, nothing).title or text,
            text,
            known.get(code, nothing).words,
            known.get(code, nothing).section,
        )
        for code, text in rows.items()
    }
    return Table(edition, digest(rows), entries)


def section_of(table: Table, code: str) -> tuple[str, str]:
    """Return the Roman numeral and the title of a code's section."""
    numeral = own().entries[code[:2]].section
    return numeral, SECTIONS[numeral]
