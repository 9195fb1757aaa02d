"""Batches: many subjects screened at once, from rows of a file or of a program."""

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from entrepot.core.errors import Invalid
from entrepot.core.file_form import TableProblem, first_of
from entrepot.core.routes import Input
from entrepot.screening.model.screening import THRESHOLD, NewScreening, ScreeningState

MOST_SUBJECTS = 1000
MAX_BATCH_CHARS = 4 * 1024 * 1024


class BadBatch(Invalid):
    """Nobody of the batch was screened: every problem is named with its line."""

    fields: ClassVar[tuple[str, ...]] = ("problems",)

    def __init__(self, problems: list[TableProblem]) -> None:
        super().__init__(first_of(problems))
        self.problems = problems[:100]


class NewBatch(Input, frozen=True, kw_only=True):
    """Either `subjects`, or a CSV file as `text`; `threshold` and `watch` are for the rows of a file."""

    subjects: Annotated[tuple[NewScreening, ...], Meta(max_length=MOST_SUBJECTS)] = ()
    text: Annotated[str, Meta(max_length=MAX_BATCH_CHARS)] = ""
    threshold: Annotated[float, Meta(ge=0.6, le=1.0)] = THRESHOLD
    watch: bool = False


class BatchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one subject. `line` is that of the file, else its number; `score`, `matched_name`, `list`
    and `entry` are those of the likeliest hit, if there is one.
    """

    line: int
    id: str
    name: str
    reference: str
    state: ScreeningState
    total: int
    score: float = 0.0
    matched_name: str = ""
    list: str = ""
    entry: str = ""


class BatchReport(msgspec.Struct, frozen=True, kw_only=True):
    """Every subject in its order; each is a screening of its own by now."""

    screened: int
    clear: int
    open: int
    matched: int
    results: list[BatchResult]
