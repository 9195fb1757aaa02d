"""What the sample context does: the good, the slow, the broken and the endless."""

import asyncio
import os
from collections.abc import AsyncIterator

from tests.sample.model import (
    Change,
    Named,
    Nap,
    NewNote,
    Note,
    NoteNotFound,
    NoteWritten,
    Number,
    Numbers,
    TitleFrozen,
    Until,
    Wanted,
)

from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import File, Page, Principal


async def write(tx: Transaction, who: Principal, *, new: NewNote) -> Note:
    """Write a note."""
    note = Note(new_id(), new.title, new.text)
    await tx.execute(
        "INSERT INTO note (id, organisation, title, text) VALUES (?, ?, ?, ?)",
        note.id, who.organisation, note.title, note.text,
    )  # fmt: skip
    tx.emit(NoteWritten(note_id=note.id, title=note.title))
    return note


async def note(tx: Reading, who: Principal, *, id: str) -> Note:
    """One note."""
    row = await tx.fetch_one(
        "SELECT id, title, text FROM note WHERE id = ? AND organisation = ?", id, who.organisation
    )
    if row is None:
        raise NoteNotFound("There is no such note.")
    return Note(*row)


async def notes(tx: Reading, who: Principal, *, query: Wanted) -> Page[Note]:
    """The notes of the caller's organisation."""
    rows = await tx.fetch(
        "SELECT id, title, text FROM note WHERE organisation = ? AND id > ? AND (? = 1 OR title = ?)"
        " ORDER BY id LIMIT ?",
        who.organisation, query.cursor or "", int(query.title is None), query.title or "", query.limit + 1,
    )  # fmt: skip
    items = [Note(*row) for row in rows[: query.limit]]
    return Page(items, items[-1].id if len(rows) > query.limit else None)


async def retitle(tx: Transaction, who: Principal, *, id: str, change: Change) -> Note:
    """Change a note's title, and then see whether that was allowed."""
    before = await note(tx, who, id=id)
    await tx.execute("UPDATE note SET title = ? WHERE id = ?", change.title, id)
    if before.title == "frozen":
        raise TitleFrozen(before.title)
    return Note(before.id, change.title, before.text)


async def discard(tx: Transaction, who: Principal, *, id: str) -> None:
    """Throw a note away."""
    await note(tx, who, id=id)
    await tx.execute("DELETE FROM note WHERE id = ?", id)


async def nap(tx: Reading, who: Principal, *, query: Nap) -> Named:
    """Sleep, then say which process slept."""
    await asyncio.sleep(query.sleep_s)
    return Named(str(os.getpid()))


async def write_slowly(tx: Transaction, who: Principal, *, new: NewNote) -> Note:
    """Write a note, and dawdle over it."""
    written = await write(tx, who, new=new)
    await asyncio.sleep(30)
    return written


async def crash(tx: Reading, who: Principal) -> None:
    """Break, with something in hand that nobody may see."""
    raise RuntimeError("the password is swordfish")


async def crash_writing(tx: Transaction, who: Principal, *, new: NewNote) -> Note:
    """Write a note, then break."""
    await write(tx, who, new=new)
    raise RuntimeError("the password is swordfish")


async def count(who: Principal, *, query: Until) -> AsyncIterator[Number]:
    """Count as far as asked."""
    for number in range(query.until):
        yield Number(number)


async def live(who: Principal) -> AsyncIterator[Number | None]:
    """Count for ever."""
    number = 0
    while True:
        yield Number(number) if number % 2 else None
        number += 1
        await asyncio.sleep(0.02)


async def export(who: Principal, *, id: str) -> File:
    """A file that is named by its caller."""

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"x" * 1000

    return File(id, "application/octet-stream", parts())


async def upload(tx: Transaction, who: Principal, *, body: bytes) -> Number:
    """Measure what was sent."""
    return Number(len(body))


async def add_up(tx: Reading, who: Principal, *, numbers: Numbers) -> Number:
    """Add numbers up."""
    return Number(sum(numbers.numbers))


async def who_am_i(tx: Reading, who: Principal) -> Named:
    """The caller, as the house knows them."""
    return Named(who.id)


async def rare(tx: Reading, who: Principal) -> Named:
    """What may be asked three times a minute."""
    return Named(who.id)


async def public(tx: Reading, who: Principal) -> Named:
    """What anybody may ask."""
    return Named(who.id)


async def internal(tx: Reading, who: Principal) -> Named:
    """What only the house asks."""
    return Named(who.id)
