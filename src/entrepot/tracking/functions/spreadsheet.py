"""Writes one sheet as XLSX, row after row, so that a hundred thousand rows take no more memory than one."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from rustpy_xlsxwriter import Format, write_worksheet

from entrepot.core.errors import Invalid
from entrepot.tracking.functions.columns import Cell

MOST_ROWS = 1_048_575  # Excel's limit ("Excel specifications and limits") less the headings
_MOMENT, _DAY = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
_WIDTH = 18.0  # of a column, in characters: a moment fits


class TooManyRows(Invalid):
    """A spreadsheet cannot hold so much."""


def write(
    path: Path, rows: Iterable[Sequence[Cell]], *, title: str, headings: Sequence[str], dates: Sequence[str]
) -> None:
    """Write a sheet. Text stays text, also if it looks like a formula. `dates` are headings of days.

    Raises: TooManyRows.
    """
    write_worksheet(
        _records(rows, headings), str(path), sheet_name=title, freeze_row=1, autofilter=True,
        bold_headers=True, datetime_format=_MOMENT,
        column_formats={each: Format().set_num_format(_DAY) for each in dates},
        column_widths=dict.fromkeys(headings, _WIDTH),
    )  # fmt: skip


def _records(rows: Iterable[Sequence[Cell]], headings: Sequence[str]) -> Iterable[dict[str, Cell]]:
    """A sheet without rows has its headings all the same: one empty row carries them."""
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise TooManyRows(f"A spreadsheet holds {MOST_ROWS:,} rows. Ask for a shorter time, or take CSV.")
        yield dict(zip(headings, row, strict=True))
    if not number:
        yield dict.fromkeys(headings)
