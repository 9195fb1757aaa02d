"""Files as spreadsheets write them: which sign stands between cells, what a file that is not UTF-8 looks
like, and rows with the line that each begins in.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from entrepot.core.file_form import Column

_NOT_UTF8 = ("\ufffd", "\x00")  # what other encodings leave behind when they are read as UTF-8
_FIRST_LINE = re.compile(r"[^\r\n]*")
_WORDS = {
    "unexpected end of data": 'A cell begins with " here, and the " that ends it is missing.',
    "expected after": 'A " stands inside a cell. Write it twice ("") and put the whole cell in quotes.',
    "field larger than": "A cell is longer than anybody writes; a quote may be missing before it.",
}


class BadCells(ValueError):
    """The file cannot be read any further than `line`."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def delimiter(text: str) -> str:
    """Return what stands between the cells of the first line: a comma, a semicolon or a tab."""
    found = _FIRST_LINE.match(text)
    return max(",;\t", key=(found.group() if found else "").count)


def readable(text: str) -> str:
    """Return the text without the mark that some programs put first. Raises: BadCells unless it was UTF-8."""
    found = [at for sign in _NOT_UTF8 if (at := text.find(sign)) >= 0]
    if found:
        raise BadCells(
            text.count("\n", 0, min(found)) + 1,
            "The letters cannot be read: the file is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”;"
            " in an editor, choose the encoding UTF-8.",
        )
    return text.removeprefix("\ufeff")


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with its first line. Raises: BadCells."""
    text = readable(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        said = (words for part, words in _WORDS.items() if part in str(error))
        raise BadCells(line, next(said, f"This is not CSV: {error}.")) from error


def sample(columns: Sequence[Column]) -> str:
    """Return a file with the columns' examples, marked so that spreadsheets read it as UTF-8."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([each.name for each in columns])
    writer.writerows(zip(*(each.examples for each in columns), strict=True))
    return "\ufeff" + written.getvalue()
