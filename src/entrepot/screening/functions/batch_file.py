"""Files of subjects to screen: CSV with a row each."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from entrepot.core import csv_cells
from entrepot.core.file_form import Column, TableProblem
from entrepot.core.validation import fault_of
from entrepot.screening.functions.births import as_written
from entrepot.screening.functions.party_list import identifier_of
from entrepot.screening.model.batch import MOST_SUBJECTS, BadBatch
from entrepot.screening.model.screening import NewScreening

FORM = (
    Column(
        name="name", about="whom to screen, in any script", required=True,
        examples=("Iwan Beispiel", "MV Example"),
    ),
    Column(
        name="kind", about="`person`, `organisation`, `vessel` or `aircraft`; if empty, all of them",
        examples=("person", "vessel"),
    ),
    Column(
        name="birth_date", about="`1961-04-02`, `1961-04`, `1961`, `circa 1961`", examples=("1961-04-02", "")
    ),
    Column(name="country", about="a two-letter code (ISO 3166-1)", examples=("RU", "")),
    Column(
        name="identifiers", about="as in a list of parties: `imo:9074729; lei:…`; several with `;`",
        examples=("", "imo:9999993"),
    ),
    Column(name="reference", about="your own number", examples=("C-1001", "C-1002")),
)  # fmt: skip
COLUMNS = tuple(each.name for each in FORM)


class SubjectRow(NamedTuple):
    """A subject, and the line that it stands in."""

    line: int
    subject: NewScreening


def read(text: str, *, threshold: float, watch: bool) -> list[SubjectRow]:
    """Return the subjects of a file. Raises: BadBatch with every problem and its line."""
    rows: list[SubjectRow] = []
    problems: list[TableProblem] = []
    try:
        found = csv_cells.rows(text)
        heading = [name.strip().lower() for name in next(found, (1, []))[1]]
        if problem := _bad_heading(heading):
            raise BadBatch([TableProblem(1, problem)])
        for line, cells in found:
            subject = _subject(heading, cells, {"threshold": threshold, "watch": watch})
            if isinstance(subject, str):
                problems.append(TableProblem(line, subject))
            else:
                rows.append(SubjectRow(line, subject))
            if len(rows) > MOST_SUBJECTS:
                problems.append(
                    TableProblem(line, f"The file has more than {MOST_SUBJECTS} subjects. Divide it.")
                )
                break
    except csv_cells.BadCells as error:
        problems.append(TableProblem(error.line, str(error)))
    if problems or not rows:
        raise BadBatch(problems or [TableProblem(1, "There is nobody to screen.")])
    return rows


def _bad_heading(heading: Sequence[str]) -> str:
    if "name" not in heading:
        return "There is no column 'name'."
    unknown = [name for name in heading if name not in COLUMNS]
    if unknown:
        return f"There is a column {unknown[0][:40]!r} that nobody knows. Use: {', '.join(COLUMNS)}."
    return "A column is there twice." if len(set(heading)) < len(heading) else ""


def _subject(heading: Sequence[str], cells: Sequence[str], more: Mapping[str, Any]) -> NewScreening | str:
    """Return the subject of a row, or what is wrong with it."""
    if len(cells) != len(heading):
        return f"The line has {len(cells)} cells, the heading {len(heading)}."
    fields: dict[str, Any] = {
        name: cell.strip() for name, cell in zip(heading, cells, strict=True) if cell.strip()
    }
    if born := fields.get("birth_date"):
        fields["birth_date"] = as_written(born)
    if country := fields.get("country"):
        fields["country"] = country.upper()
    if kind := fields.get("kind"):
        fields["kind"] = kind.lower()
    if numbers := fields.get("identifiers"):
        fields["identifiers"] = [identifier_of(each.strip()) for each in numbers.split(";") if each.strip()]
    try:
        return msgspec.convert(fields | dict(more), NewScreening)
    except msgspec.ValidationError as error:
        return _fault_in(fields, error)


def _fault_in(fields: Mapping[str, Any], error: msgspec.ValidationError) -> str:
    """Return which cell does not fit, and what it should hold."""
    found = fault_of(error, whole="The row")
    column = next((each for each in FORM if each.name == found.field.partition("[")[0]), None)
    if column is None or column.name not in fields:
        return str(found)
    value = str(fields[column.name])[:60]
    return f"In the column {column.name}, {value!r} does not fit. It holds {column.about}."
