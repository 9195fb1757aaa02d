"""The expiry alarm: facts of active packs that nobody has checked again in time."""

from entrepot.core.ports import Database, Transaction
from entrepot.core.time import now
from entrepot.rule.events import FactsStale
from entrepot.rule.functions import formats
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.repository import pack as packs
from entrepot.rule.service.library import Library
from entrepot.rule.service.rules import is_stale


async def look(database: Database, *, library: Library) -> None:
    """Say of each pack which of its facts are stale, whenever those become others."""
    book = await database.read(library.current)
    await database.write(lambda tx: _say(tx, book))


async def _say(tx: Transaction, book: Rulebook) -> None:
    at = now()
    for ref, pack in book.packs:
        stale = [rule for rule in pack.rules if is_stale(rule, pack, today=at.date())]
        told = formats.digest("\n".join(rule.id for rule in stale).encode()) if stale else ""
        if told == await packs.stale_said(tx, ref.name):
            continue
        await packs.say_stale(tx, ref.name, told)
        if stale:
            oldest = min(rule.citation.checked_on for rule in stale)
            tx.emit(FactsStale(name=ref.name, count=len(stale), oldest=str(oldest), looked_at=at))
