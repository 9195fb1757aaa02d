"""Batches: many subjects screened at once; each becomes a screening."""

from collections import Counter
from typing import NamedTuple

from entrepot.core import csv_cells
from entrepot.core.file_form import FileForm, TableProblem
from entrepot.core.ports import Read, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.screening.functions import batch_file
from entrepot.screening.functions.batch_file import SubjectRow
from entrepot.screening.model.batch import MAX_BATCH_CHARS, BadBatch, BatchReport, BatchResult, NewBatch
from entrepot.screening.model.screening import BadSubject, NoLists
from entrepot.screening.service import party_lists, screenings
from entrepot.screening.service.screenings import Searched


class SearchedBatch(NamedTuple):
    """The subjects, and what was found for each."""

    rows: list[SubjectRow]
    found: list[Searched]


async def search_all(read: Read, who: Principal, *, new: NewBatch) -> SearchedBatch:
    """Search for everybody, or for nobody. Raises: BadBatch, NoLists."""
    if bool(new.subjects) == bool(new.text):
        raise BadBatch([TableProblem(0, "A batch has either subjects or a text.")])
    rows = [SubjectRow(at, each) for at, each in enumerate(new.subjects, 1)] or batch_file.read(
        new.text, threshold=new.threshold, watch=new.watch
    )
    problems: list[TableProblem] = []
    for row in rows:
        try:
            screenings.check(row.subject)
        except BadSubject as error:
            problems.append(TableProblem(row.line, str(error)))
    if problems:
        raise BadBatch(problems)
    lists = await party_lists.searchable(read)
    if not lists.names.sources:
        raise NoLists("No list of restricted parties was imported here yet, so nobody can be screened.")
    found = [
        await screenings.searched_in(
            lists, screenings.subject_of(row.subject), threshold=row.subject.threshold
        )
        for row in rows
    ]
    return SearchedBatch(rows, found)


async def screen_all(
    tx: Transaction, who: Principal, *, new: NewBatch, searched: SearchedBatch, sealing: Sealing
) -> BatchReport:
    """Keep a screening of each. Earlier decisions about the same subject and entry count again."""
    results = [
        await _one(tx, who, row=row, found=found, sealing=sealing)
        for row, found in zip(searched.rows, searched.found, strict=True)
    ]
    states = Counter(each.state for each in results)
    return BatchReport(
        screened=len(results), clear=states["clear"], open=states["open"], matched=states["matched"],
        results=results,
    )  # fmt: skip


async def _one(
    tx: Transaction, who: Principal, *, row: SubjectRow, found: Searched, sealing: Sealing
) -> BatchResult:
    kept = await screenings.screen(tx, who, new=row.subject, searched=found, sealing=sealing)
    result = BatchResult(
        line=row.line, id=kept.id, name=kept.subject.name, reference=kept.reference, state=kept.state,
        total=kept.total,
    )  # fmt: skip
    if not kept.hits:
        return result
    best = kept.hits[0]
    return BatchResult(
        line=result.line, id=result.id, name=result.name, reference=result.reference, state=result.state,
        total=result.total, score=best.score, matched_name=best.matched_name, list=best.list,
        entry=best.entry.id,
    )  # fmt: skip


def batch_form() -> FileForm:
    """Return a file of subjects to screen."""
    return FileForm(
        columns=batch_file.FORM, sample=csv_cells.sample(batch_file.FORM), most_bytes=MAX_BATCH_CHARS
    )
