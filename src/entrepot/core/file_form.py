"""What a file to import has to look like, and what is wrong with one: one description for the reader, the
console and the documents.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from entrepot.core.errors import Conflict


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of a CSV file: what its cells hold, and the cells of a sample."""

    name: str
    about: str
    required: bool = False
    examples: tuple[str, ...] = ()


class FileForm(msgspec.Struct, frozen=True, kw_only=True):
    """`sample` is a whole CSV file that can be imported; larger files than `most_bytes` are not taken."""

    columns: tuple[Column, ...]
    sample: str
    most_bytes: int


@dataclass(frozen=True)
class ImportedFile:
    """A kind of file that a context imports. `form()` describes it."""

    name: str
    form: Callable[[], FileForm]


class ImportedFiles(msgspec.Struct, frozen=True):
    """The files that the contexts of this program import, by name."""

    forms: Mapping[str, Callable[[], FileForm]]


class TableProblem(msgspec.Struct, frozen=True):
    """What is wrong in a line of a file; line 0 is the file as a whole."""

    line: int
    reason: str


def first_of(problems: list[TableProblem]) -> str:
    """Return the first problem, and how many more there are."""
    line, reason = problems[0].line, problems[0].reason
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"Line {line}: {reason}{more}" if line else f"{reason}{more}"


class FileShrinks(Conflict):
    """More than half of what is there would go: it may be half a file. It takes `shrinks` to mean it."""

    fields: ClassVar[tuple[str, ...]] = ("had", "has", "removed")

    def __init__(self, *, had: int, has: int, removed: int) -> None:
        super().__init__(
            f"{removed} of the {had} entries that are there now are not in this file, which has {has}."
            " Is the file whole? Nothing was changed."
        )
        self.had, self.has, self.removed = had, has, removed


def refuse_shrinking(*, had: int, has: int, removed: int) -> None:
    """Raises: FileShrinks if more than half would go."""
    if removed * 2 > had:
        raise FileShrinks(had=had, has=has, removed=removed)
