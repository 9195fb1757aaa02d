"""Lists of restricted parties: their import, their versions, and the index that all screenings share."""

import asyncio
import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from io import BytesIO
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from entrepot.core import csv_cells
from entrepot.core.errors import Conflict
from entrepot.core.file_form import FileForm, refuse_shrinking
from entrepot.core.paging import cursor_at, page_of, place_in
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.time import now
from entrepot.screening.functions import party_list
from entrepot.screening.functions.name_index import IndexedList, NameIndex
from entrepot.screening.functions.party_list import Packed
from entrepot.screening.model.party import (
    MAX_LIST_CHARS,
    DiffQuery,
    EntryQuery,
    ListedEntry,
    ListNotFound,
    ListReport,
    ListVersion,
    NewList,
    PartyChange,
)
from entrepot.screening.repository import party_list as lists

_MOST_INDEXES = 2
_MOST_SHOWN = 200
_ABOVE_ALL = 1_000_001  # versions: `DiffQuery` takes none above a million
_Place = Annotated[int, Meta(ge=0)]
_Version = Annotated[int, Meta(ge=1, lt=_ABOVE_ALL)]

_indexes: OrderedDict[str, NameIndex] = OrderedDict()  # by what they hold, so never stale
_building = threading.Lock()


class ListMoved(Conflict):
    """Somebody else imported this list in between."""


class Searchable(NamedTuple):
    """The lists that answer now; `name` says which versions."""

    name: str
    names: NameIndex


class Prepared(NamedTuple):
    """A list that was read and compared with the newest version, which was this one (0: none)."""

    packed: Packed
    changes: list[PartyChange]
    over: int
    over_digest: str


async def searchable(read: Read) -> Searchable:
    """Index the active lists, beside the loop, unless that was done already."""
    versions = await read(lists.active)
    name = " ".join(f"{each.list}/{each.version}" for each in versions)
    content = " ".join(f"{each.list}/{each.version}/{each.digest}" for each in versions)
    index = _indexes.get(content)
    if index is None:
        bodies = await read(lambda tx: _bodies(tx, versions))
        index = await asyncio.to_thread(_indexed, content, versions, bodies)
    return Searchable(name, index)


async def _bodies(tx: Reading, versions: Sequence[ListVersion]) -> list[bytes]:
    return [await lists.body(tx, each.list, each.version) or b"" for each in versions]


def _indexed(content: str, versions: Sequence[ListVersion], bodies: Sequence[bytes]) -> NameIndex:
    with _building:
        if (index := _indexes.get(content)) is not None:
            return index
        sources = [
            IndexedList(each.list, each.version, each.digest, party_list.unpacked(body))
            for each, body in zip(versions, bodies, strict=True)
        ]
        index = _indexes[content] = NameIndex(sources)
        while len(_indexes) > _MOST_INDEXES:
            _indexes.popitem(last=False)
        return index


async def prepare(read: Read, who: Principal, *, new: NewList) -> Prepared:
    """Raises: BadList."""
    packed = await asyncio.to_thread(_packed, new)
    return await compared(read, new.list, packed)


async def compared(read: Read, name: str, packed: Packed) -> Prepared:
    """Compare a list that was read with its newest version."""
    newest = await read(lambda tx: lists.newest(tx, name))
    over = 0 if newest is None else newest.version
    body = await read(lambda tx: lists.body(tx, name, over)) if over else None
    found = await asyncio.to_thread(_changes, packed, body)
    return Prepared(packed, found, over, newest.digest if newest else "")


def _changes(packed: Packed, body: bytes | None) -> list[PartyChange]:
    return party_list.changes([] if body is None else party_list.unpacked(body), packed.parties)


def _packed(new: NewList) -> Packed:
    """Raises: BadList."""
    form = new.format
    if form == "auto":
        main = BytesIO(new.text.encode("utf-8", "surrogatepass"))
        found = party_list.read_published(
            main, [BytesIO(each.encode("utf-8", "surrogatepass")) for each in new.more]
        )
        if found is not None:
            return found
        form = "json" if new.text.lstrip("\ufeff \r\n\t").startswith(("{", "[")) else "csv"
    return party_list.read(new.text, form=form)


async def import_parties(tx: Transaction, who: Principal, *, new: NewList, prepared: Prepared) -> ListReport:
    """Take a whole list as its next version, or nothing of it. The same list again only takes its title and
    the day of its publication. Raises: ListMoved, FileShrinks.
    """
    published = "" if new.published_on is None else new.published_on.isoformat()
    return await take(
        tx, name=new.list, prepared=prepared, by=who.id, title=new.title, published_on=published,
        shrinks=new.shrinks,
    )  # fmt: skip


async def take(
    tx: Transaction, *, name: str, prepared: Prepared, by: str, title: str = "", published_on: str = "",
    shrinks: bool = False,
) -> ListReport:  # fmt: skip
    """Store what was read and compared. Raises: ListMoved, FileShrinks."""
    newest = await lists.newest(tx, name)
    if (0 if newest is None else newest.version) != prepared.over:
        raise ListMoved("Somebody else imported this list just now. Look at it, then try again.")
    stored = _next(name, prepared, newest, title=title, published_on=published_on)
    answers = newest if newest is not None and not newest.retired else None
    unchanged = answers is not None and answers.digest == stored.digest
    if unchanged:
        stored = msgspec.structs.replace(stored, version=prepared.over)
        await lists.describe(tx, stored)
    else:
        if answers is not None and not shrinks:
            refuse_shrinking(had=answers.entries, has=stored.entries, removed=stored.removed)
        await lists.add(tx, stored, body=prepared.packed.body, by=by)
    return ListReport(
        state="unchanged" if unchanged else "imported", list=stored.list, version=stored.version,
        title=stored.title, published_on=stored.published_on, digest=stored.digest, entries=stored.entries,
        names=prepared.packed.names, added=stored.added, changed=stored.changed, removed=stored.removed,
        changes=tuple(prepared.changes[:_MOST_SHOWN]), layout=prepared.packed.layout,
        notes=prepared.packed.notes,
    )  # fmt: skip


def _next(
    name: str, prepared: Prepared, newest: ListVersion | None, *, title: str, published_on: str
) -> ListVersion:
    """Return the version that this import makes, unless nothing has changed."""
    packed, kinds = prepared.packed, Counter(each.change for each in prepared.changes)
    same = newest is not None and newest.digest == packed.digest
    return ListVersion(
        list=name, version=prepared.over + 1, digest=packed.digest, entries=len(packed.parties),
        title=title or (newest.title if newest is not None else ""),
        published_on=published_on or (newest.published_on if newest is not None and same else ""),
        added=kinds["added"], changed=kinds["changed"], removed=kinds["removed"], retired=False,
        imported_at=now(),
    )  # fmt: skip


async def party_lists(tx: Reading, who: Principal) -> Page[ListVersion]:
    """The version of each list that answers now."""
    return Page(list(await lists.active(tx)))


async def party_versions(tx: Reading, who: Principal, *, name: str, query: Cursor) -> Page[ListVersion]:
    """Every version of a list, the newest first. Raises: ListNotFound."""
    below = place_in(query.cursor, _Version)
    found = await lists.versions(tx, name, below=below or _ABOVE_ALL, limit=query.limit + 1)
    if not found and below is None:
        raise ListNotFound("There is no such list.")
    return page_of(found, limit=query.limit, cursor=lambda each: cursor_at(each.version))


async def party_changes(tx: Reading, who: Principal, *, name: str, query: DiffQuery) -> Page[PartyChange]:
    """What differs between two versions of a list, by entry. Raises: ListNotFound."""
    newest = await lists.newest(tx, name)
    until = query.until or (0 if newest is None else newest.version)
    since = max(until - 1, 0) if query.since < 0 else query.since
    after = await lists.body(tx, name, until)
    before = await lists.body(tx, name, since) if since else None
    if after is None or (since and before is None):
        raise ListNotFound("There is no such list, or no such version of it.")
    changes = party_list.changes(
        [] if before is None else party_list.unpacked(before), party_list.unpacked(after)
    )
    later = [each for each in changes if not query.cursor or each.id > query.cursor]
    return page_of(later, limit=query.limit, cursor=lambda change: change.id)


async def look_up(read: Read, who: Principal, *, query: EntryQuery) -> Searchable:
    """The lists that answer now, indexed."""
    return await searchable(read)


async def party_entries(
    tx: Reading, who: Principal, *, query: EntryQuery, searched: Searchable
) -> Page[ListedEntry]:
    """Entries with a name that has all of these words, or with this identifier, in the order of the lists. It
    is no screening: nothing is weighed or kept.
    """
    sources = searched.names.sources
    wanted = [
        (at, number) for at, number in searched.names.with_word(query.q)
        if not query.list or sources[at].list == query.list
    ]  # fmt: skip
    first = place_in(query.cursor, _Place) or 0
    page = page_of(
        list(enumerate(wanted, 1))[first : first + query.limit + 1],
        limit=query.limit, cursor=lambda each: cursor_at(each[0]),
    )  # fmt: skip
    return Page(
        [
            ListedEntry(list=sources[at].list, version=sources[at].version, entry=sources[at].parties[number])
            for _, (at, number) in page.items
        ],
        page.next,
    )


async def retire_parties(tx: Transaction, who: Principal, *, name: str) -> None:
    """Let a list find nobody any more; its versions stay, for what was once found. Raises: ListNotFound."""
    newest = await lists.newest(tx, name)
    if newest is None or newest.retired:
        raise ListNotFound("There is no such list.")
    await lists.retire(tx, name)


def list_form() -> FileForm:
    """Return a list of restricted parties."""
    return FileForm(
        columns=party_list.FORM, sample=csv_cells.sample(party_list.FORM), most_bytes=MAX_LIST_CHARS
    )


async def active_name(tx: Reading) -> str:
    """Return which versions of which lists answer now."""
    return " ".join(f"{each.list}/{each.version}" for each in await lists.active(tx))
