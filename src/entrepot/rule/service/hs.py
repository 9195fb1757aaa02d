"""The Harmonized System: which table answers, its import, and what is found in it."""

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from entrepot.core.file_form import refuse_shrinking
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.rule.functions import doubts, hs_model, hs_table
from entrepot.rule.functions.classification import HeadingIndex, Ranked
from entrepot.rule.functions.described import described
from entrepot.rule.functions.hs_table import Table
from entrepot.rule.model.headings import HEADINGS
from entrepot.rule.model.hs import (
    EDITION,
    NOTES,
    CodeView,
    HsQuery,
    Match,
    Matches,
    NewSuggestion,
    NewTable,
    NotACode,
    NothingImported,
    Suggestions,
    TableReport,
    TableView,
    UnknownCode,
    normalised,
    parents,
)
from entrepot.rule.repository import hs as tables

_MOST_INDEXES = 3
_SEPARATORS = re.compile(r"[\s.\-]+")
_indexes: OrderedDict[str, HeadingIndex] = OrderedDict()  # by the digest of what they hold, so never stale
_building = threading.Lock()


class IndexedTable(NamedTuple):
    """The table that answers now, indexed."""

    indexed: HeadingIndex
    view: TableView

    @property
    def table(self) -> Table:
        return self.indexed.table


class Imported(NamedTuple):
    """A file's rows, ready to be stored."""

    read: hs_table.HsRows
    digest: str
    body: bytes


async def nomenclature(read: Read, who: Principal) -> IndexedTable:
    """The table that answers, with the model that reads descriptions beside it."""
    await asyncio.to_thread(hs_model.shipped)
    return await current(read)


async def knows_code(read: Read) -> Callable[[str], bool | None]:
    """Whether a code of two to ten digits may be one. Without an imported table nobody knows that of most
    subheadings: None.
    """
    return partial(_exists, await current(read))


def _exists(hs: IndexedTable, code: str) -> bool | None:
    depth = min(len(code), 6) // 2 * 2
    if code[:depth] in hs.table.entries:
        return True
    if hs.view.source == "imported" or code[:2] not in hs.table.entries:
        return False
    return (depth == 4 or None) if code[:4] in HEADINGS else False


async def at_hand(read: Read) -> None:
    """Index the table that answers if none was indexed yet, so that no transaction has to wait for it."""
    if not _indexes:
        await current(read)


async def current(read: Read) -> IndexedTable:
    """Return the table that answers; it is indexed beside the loop when it is first asked for."""
    found = await read(tables.newest)
    edition, digest, at = found if found is not None else (EDITION, "", None)
    index = _indexes.get(digest + edition)
    if index is None:
        body = None if not digest else await read(lambda tx: tables.body(tx, digest))
        index = await asyncio.to_thread(_indexed, digest + edition, edition, body)
    view = TableView(
        edition=edition,
        source="imported" if digest else "own",
        digest=digest,
        codes=len(index.table.entries),
        imported_at=at,
    )
    return IndexedTable(index, view)


def _indexed(held: str, edition: str, body: bytes | None) -> HeadingIndex:
    with _building:
        if (index := _indexes.get(held)) is None:
            table = hs_table.own()
            if body is not None:
                table = hs_table.put_together(edition, hs_table.unpacked(body))
            index = _indexes[held] = HeadingIndex(table, partial=body is None)
            while len(_indexes) > _MOST_INDEXES:
                _indexes.popitem(last=False)
        return index


async def read_table(read: Read, who: Principal, *, new: NewTable) -> Imported:
    """Raises: BadTable."""
    return await asyncio.to_thread(_read, new)


def _read(new: NewTable) -> Imported:
    """Indexed too: the first check after the import should not have to, in its transaction."""
    found = hs_table.read_table(new.text)
    read = Imported(found, hs_table.digest(found.rows), hs_table.packed(found.rows))
    _indexed(read.digest + new.edition, new.edition, read.body)
    return read


async def import_codes(tx: Transaction, who: Principal, *, new: NewTable, imported: Imported) -> TableReport:
    """Take a table of the Harmonized System: all of it, or nothing. The same file again changes nothing.
    Raises: FileShrinks.
    """
    before = await tables.newest(tx)
    rows = imported.read.rows
    unchanged = before is not None and before[:2] == (new.edition, imported.digest)
    old = rows if unchanged else await _rows(tx, before[1] if before is not None else "")
    removed = len(old.keys() - rows.keys())
    if not new.shrinks:
        had = old.keys() or HEADINGS
        refuse_shrinking(had=len(had), has=len(rows), removed=len(had - rows.keys()))
    if not unchanged:
        await tables.put(
            tx, edition=new.edition, digest=imported.digest, body=imported.body, by=who.id, at=now()
        )
    return TableReport(
        state="unchanged" if unchanged else "imported",
        edition=new.edition,
        digest=imported.digest,
        lines=imported.read.lines,
        chapters=sum(len(code) == 2 for code in rows),
        headings=sum(len(code) == 4 for code in rows),
        subheadings=sum(len(code) == 6 for code in rows),
        added=len(rows.keys() - old.keys()),
        changed=sum(old[code] != rows[code] for code in rows.keys() & old.keys()),
        removed=removed,
        skipped=imported.read.skipped[:100],
    )


async def take_back(tx: Transaction, who: Principal) -> None:
    """Take the newest imported table back: the one before answers again, or the program's own."""
    found = await tables.newest(tx)
    if found is None:
        raise NothingImported("No table was imported.")
    await tables.drop(tx, edition=found[0], digest=found[1])


async def _rows(tx: Reading, digest: str) -> Mapping[str, str]:
    body = await tables.body(tx, digest) if digest else None
    return {} if body is None else hs_table.unpacked(body)


async def search_codes(tx: Reading, who: Principal, *, query: HsQuery, hs: IndexedTable) -> Matches:
    """Codes by their beginning (dots, dashes and spaces do not matter) or by words, the best first. Digits
    that no code begins with find what their own beginning does: a national code finds its subheading.
    """
    digits = _SEPARATORS.sub("", query.q)
    if digits.isascii() and digits.isdigit():
        return _by_digits(hs, digits, limit=query.limit)
    ranking = hs.indexed.rank(query.q, limit=query.limit)
    # A heading that nothing divides is among the headings and among the codes.
    by_code = {each.code: each for each in (*ranking.codes, *ranking.headings)}
    ranked = sorted(by_code.values(), key=lambda each: (-each.chance, each.code))
    return Matches(items=[_match(hs, each) for each in ranked[: query.limit]], table=hs.view)


def _by_digits(hs: IndexedTable, digits: str, *, limit: int) -> Matches:
    ends = [len(digits), *(end for end in (6, 4, 2) if end < len(digits))]
    beginning = next((digits[:end] for end in ends if end > 1 and hs.table.beginning(digits[:end])), "")
    found = hs.table.beginning(beginning)[:limit] if beginning else []
    return Matches(
        items=[_match(hs, Ranked(code, 1.0, ())) for code in found],
        table=hs.view,
        digits=digits,
        beginning=beginning,
        exists=_exists(hs, digits) if len(digits) > 1 else None,
    )


async def suggest_codes(tx: Reading, who: Principal, *, new: NewSuggestion, hs: IndexedTable) -> Suggestions:
    """Codes for a described product, with chances; when it is not enough to tell, what to find out."""
    ranking = hs.indexed.rank(new.description, limit=max(new.limit, 7))
    doubt, question = doubts.doubt(ranking, hs.table, new.description)
    return Suggestions(
        headings=[_match(hs, each) for each in ranking.headings[: new.limit]],
        items=[_match(hs, each) for each in ranking.codes[: new.limit]],
        sure=not doubt,
        doubt=doubt,
        question=question,
        traits=described(new.description),
        table=hs.view,
    )


async def show_code(tx: Reading, who: Principal, *, code: str, hs: IndexedTable) -> CodeView:
    """A code with what is above and below it. Raises: UnknownCode."""
    try:
        digits = normalised(code)
    except NotACode as error:
        raise UnknownCode(str(error)) from error
    entry = hs.table.entries.get(digits)
    if entry is None:
        raise UnknownCode(_unknown(hs, digits))
    numeral, section = hs_table.section_of(hs.table, digits)
    return CodeView(
        code=digits,
        title=entry.title,
        text=entry.text,
        section=numeral,
        section_title=section,
        chapter=doubts.line(hs.table, digits[:2]),
        parents=[doubts.line(hs.table, each) for each in _above(hs.table, digits)],
        children=[doubts.line(hs.table, each) for each in hs.table.children.get(digits, ())],
        words=list(entry.words),
        notes=NOTES.get(digits[:2], []),
        table=hs.view,
    )


def _unknown(hs: IndexedTable, digits: str) -> str:
    if _exists(hs, digits) is False:
        return f"{hs.view.edition} has no code {digits}."
    return f"What {digits} covers is not known here: only a part of {hs.view.edition} comes with the program."


def _match(hs: IndexedTable, found: Ranked) -> Match:
    entry = doubts.line(hs.table, found.code)
    return Match(
        code=found.code,
        title=entry.title,
        text=entry.text,
        score=found.chance,
        because=list(found.because),
        parents=[doubts.line(hs.table, each) for each in _above(hs.table, found.code)],
    )


def _above(table: Table, code: str) -> list[str]:
    return [each for each in parents(code) if each in table.entries]
