"""Checks: asked, kept, shown and replayed."""

from datetime import datetime

import msgspec

from entrepot.core.ids import new_id
from entrepot.core.paging import page_of
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.rule.events import CheckCompleted
from entrepot.rule.functions import check as function
from entrepot.rule.functions import formats
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import BadFact, normalised
from entrepot.rule.functions.kept_answer import differ
from entrepot.rule.model.check import (
    ENGINE,
    CheckAnswer,
    CheckNotFound,
    CheckQuery,
    CheckRow,
    NewCheck,
    Replay,
    Today,
)
from entrepot.rule.model.rule import ProductFacts
from entrepot.rule.model.tick import to_do
from entrepot.rule.repository import check as checks_of
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository.check import KeptAnswer, StoredCheck
from entrepot.rule.service import exchange, hs
from entrepot.rule.service.library import Library

_FACTS = ProductFacts.__struct_fields__


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """An answer, ready to be kept."""

    answer: CheckAnswer
    encoded: bytes
    keep: bool
    past: bool


class _Kept(msgspec.Struct, frozen=True):
    """What a replay needs of a stored answer."""

    facts: ProductFacts
    engine: int
    input_hash: str
    pack: str


_kept = msgspec.json.Decoder(_Kept).decode


async def answer(read: Read, who: Principal, *, new: NewCheck, library: Library) -> Asked:
    """By the packs that this process last knew to be active, or that were active at `known_at`.

    Raises: BadFact, StillBeginning.
    """
    facts = normalised(_only_facts(new), today=now().date())
    await hs.at_hand(read)
    known_at, latest = new.known_at, library.latest
    if known_at is not None and known_at > now():
        raise BadFact("known_at", "What will be known at a moment to come cannot be asked.")
    if known_at is not None:
        book = await read(lambda tx: _book_at(tx, library, known_at))
    else:
        book = latest if latest is not None else await read(library.current)
    if strange := sorted(facts.answers.keys() - book.index.asking):
        raise BadFact(f"answers.{strange[0]}", f"No active rule {strange[0]} waits for an answer.")
    facts = await exchange.exchanged(read, facts, book.index)
    return _asked(book, facts, keep=new.keep, past=known_at is not None)


async def check(tx: Transaction, who: Principal, *, asked: Asked, library: Library) -> msgspec.Raw:
    """What this product needs on this way, and why. The answer is kept, unless it was only to be tried.

    Raises: BadFact.
    """
    await _check_code(tx, asked.answer.facts.hs_code)
    if not asked.past:
        book = await library.current(tx)
        if book.hash != asked.answer.pack:  # another pack became active meanwhile
            asked = _asked(book, asked.answer.facts, keep=asked.keep, past=False)
    answer, at = asked.answer, now()
    if not asked.keep:
        return _shown(None, KeptAnswer(at, who.id, asked.encoded))
    facts = answer.facts
    stored = StoredCheck(
        id=new_id(), organisation=who.organisation, person_id=who.id, checked_at=at, verdict=answer.verdict,
        hs_code=facts.hs_code or "", origin=facts.origin, destination=facts.destination,
        description=facts.description, pack_set=answer.pack, past=asked.past,
        todo=to_do(answer.requirements), answer=asked.encoded,
    )  # fmt: skip
    await checks_of.add(tx, stored)
    tx.emit(
        CheckCompleted(
            check_id=stored.id, organisation=who.organisation, verdict=answer.verdict,
            hs_code=stored.hs_code, origin=facts.origin, destination=facts.destination, pack=answer.pack,
            input_hash=answer.input_hash,
        )
    )  # fmt: skip
    return _shown(stored.id, KeptAnswer(at, who.id, asked.encoded))


async def _check_code(tx: Reading, code: str | None) -> None:
    """Raises: BadFact for a code that an imported table lacks."""
    if code is not None and (await hs.knows_code(lambda work: work(tx)))(code) is False:
        raise BadFact("hs_code", f"The Harmonized System's table here has no code {code}.")


async def _book_at(tx: Reading, library: Library, moment: datetime) -> Rulebook:
    return await library.of(tx, await packs.set_at(tx, moment))


def _asked(book: Rulebook, facts: ProductFacts, *, keep: bool, past: bool) -> Asked:
    answer = book.check(facts)
    return Asked(answer=answer, encoded=function.encoded(answer), keep=keep, past=past)


async def checks(tx: Reading, who: Principal, *, query: CheckQuery) -> Page[CheckRow]:
    """The checks of the caller's organisation, the newest first."""
    found = await checks_of.page(tx, organisation=who.organisation, query=query)
    return page_of(found, limit=query.limit, cursor=lambda check: check.id)


async def one_check(tx: Reading, who: Principal, *, id: str) -> msgspec.Raw:
    """A check as it was answered."""
    return _shown(id, await _stored(tx, who, id))


async def replay_check(tx: Reading, who: Principal, *, id: str, library: Library) -> Replay:
    """Ask the packs of then again, and compare every byte."""
    then = (await _stored(tx, who, id)).answer
    kept = _kept(then)
    book = await library.of(tx, await packs.set_by_hash(tx, kept.pack))
    again = function.encoded(book.check(kept.facts))
    return Replay(
        id=id,
        identical=again == then,
        pack=kept.pack,
        input_hash=kept.input_hash,
        then=formats.digest(then),
        now=formats.digest(again),
        engine_then=kept.engine,
        engine_now=ENGINE,
    )


async def check_today(tx: Reading, who: Principal, *, id: str, library: Library) -> Today:
    """Ask what is active now the same as then: a kept answer stays, and the rules move on."""
    kept = _kept((await _stored(tx, who, id)).answer)
    then, today = await library.of(tx, await packs.set_by_hash(tx, kept.pack)), await library.current(tx)
    answer = today.check(kept.facts)
    changed = then.hash != today.hash and differ(then.check(kept.facts), answer)
    return Today(id=id, changed=changed, verdict=answer.verdict, pack=today.hash)


async def _stored(tx: Reading, who: Principal, id: str) -> KeptAnswer:
    """Raises: CheckNotFound."""
    if (found := await checks_of.by_id(tx, id, organisation=who.organisation)) is None:
        raise CheckNotFound("There is no such check.")
    return found


def _shown(id: str | None, kept: KeptAnswer) -> msgspec.Raw:
    """Return a `Check`: the answer's own bytes with its name in front."""
    head = msgspec.json.encode({"id": id, "checked_at": kept.checked_at, "checked_by": kept.person_id})
    return msgspec.Raw(head[:-1] + b"," + kept.answer[1:])


def _only_facts(new: NewCheck) -> ProductFacts:
    return ProductFacts(**{name: getattr(new, name) for name in _FACTS})
