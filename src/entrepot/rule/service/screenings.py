"""Screenings: somebody held against the lists, what was decided about the hits, and once more when a list
changes.
"""

import asyncio
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import msgspec
import structlog

from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Read, Reading, Transaction
from entrepot.core.rewrapping import KeyBatch, KeysRewrapped
from entrepot.core.routes import Page, Principal
from entrepot.core.sealing import DataKey, Sealing
from entrepot.core.time import now
from entrepot.rule.events import PartyMatched
from entrepot.rule.functions import party_list
from entrepot.rule.functions.names import folded, spelled
from entrepot.rule.functions.screening import Found, Index
from entrepot.rule.model import places
from entrepot.rule.model.party import bad_day
from entrepot.rule.model.screening import (
    MOST_HITS,
    BadSubject,
    Hit,
    NewDecision,
    NewScreening,
    NoLists,
    NoSuchHit,
    Screening,
    ScreeningNotFound,
    ScreeningQuery,
    Subject,
    Watching,
)
from entrepot.rule.repository import screening as screenings_of
from entrepot.rule.repository.screening import StoredDecision, StoredScreening
from entrepot.rule.service import parties, screening_view
from entrepot.rule.service.parties import Searchable
from entrepot.rule.service.screening_view import Sealed

log = structlog.get_logger()

KEPT = timedelta(days=5 * 365)  # as long as records on sanctions and money laundering usually have to be
_BATCH = 100


class Searched(NamedTuple):
    """What a search found, and in which versions of the lists."""

    lists: str
    hits: list[Hit]


async def search(read: Read, who: Principal, *, new: NewScreening) -> Searched:
    """Raises: NoLists, BadSubject."""
    _check(new)
    found = await parties.searchable(read)
    if not found.names.sources:
        raise NoLists("No list of restricted parties was imported here yet, so nobody can be screened.")
    return Searched(found.name, await _searched(found, _subject(new), new.threshold))


def _check(subject: Subject) -> None:
    """What nobody can be would cost a true hit its score. Raises: BadSubject."""
    if not folded(subject.name).words:
        raise BadSubject("name", "There is nothing in the name that could be compared.")
    if subject.country is not None and not places.is_or_was_country(subject.country):
        raise BadSubject("country", f"There is and was no country {subject.country} (ISO 3166-1 alpha-2).")
    if subject.birth_date is not None and bad_day(subject.birth_date):
        raise BadSubject("birth_date", f"There is no day {subject.birth_date}.")


async def _searched(found: Searchable, subject: Subject, threshold: float) -> list[Hit]:
    hits = await asyncio.to_thread(found.names.search, subject, threshold=threshold, limit=MOST_HITS)
    return [_hit(found.names, each) for each in hits]


async def screen(
    tx: Transaction, who: Principal, *, new: NewScreening, searched: Searched, sealing: Sealing
) -> Screening:
    """Keep what was found. Earlier decisions about the same subject and entry count again."""
    key = await _key_made(tx, sealing, who.organisation)
    subject = _subject(new)
    name = _name(key, subject)
    decided = await screenings_of.decisions(tx, name, organisation=who.organisation)
    content = Sealed(subject=subject, reference=new.reference, hits=searched.hits)
    stored = StoredScreening(
        id=new_id(), organisation=who.organisation, subject=name, sealed=screening_view.seal(key, content),
        threshold=new.threshold, watch=new.watch, state=screening_view.state(searched.hits, decided),
        lists=searched.lists, created_by=who.id, created_at=now(), screened_at=now(),
    )  # fmt: skip
    await screenings_of.add(tx, stored)
    return screening_view.view(key, stored, decided, lists_now=searched.lists)


async def screenings(
    tx: Reading, who: Principal, *, query: ScreeningQuery, sealing: Sealing
) -> Page[Screening]:
    """The organisation's screenings, the newest first."""
    found = await screenings_of.page(
        tx, organisation=who.organisation, before=query.cursor,
        state=None if query.state == "any" else query.state,
        watch=None if query.watch == "any" else query.watch == "true", limit=query.limit + 1,
    )  # fmt: skip
    active = await parties.active_name(tx)
    items = [await _shown(tx, each, sealing, active) for each in found[: query.limit]]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def one_screening(tx: Reading, who: Principal, *, id: str, sealing: Sealing) -> Screening:
    """Raises: ScreeningNotFound."""
    active = await parties.active_name(tx)
    return await _shown(tx, await _found(tx, who, id), sealing, active)


async def watch_screening(
    tx: Transaction, who: Principal, *, id: str, change: Watching, sealing: Sealing
) -> Screening:
    """Screen the subject again whenever a list changes, or no more. Raises: ScreeningNotFound."""
    await _found(tx, who, id)
    await screenings_of.watch(tx, id, watched=change.watch)
    return await one_screening(tx, who, id=id, sealing=sealing)


async def forget_screening(tx: Transaction, who: Principal, *, id: str) -> None:
    """Delete a screening; with the last one of a subject go the decisions. Raises: ScreeningNotFound."""
    stored = await _found(tx, who, id)
    await screenings_of.remove(tx, id)
    if not await screenings_of.of_subject(tx, stored.subject, organisation=who.organisation):
        await screenings_of.remove_decisions(tx, stored.subject, organisation=who.organisation)


async def decide_hit(
    tx: Transaction, who: Principal, *, id: str, decision: NewDecision, sealing: Sealing
) -> Screening:
    """Say whether a hit is the subject. It counts for every screening of this subject, until the subject or
    the entry changes. Raises: ScreeningNotFound, NoSuchHit.
    """
    stored = await _found(tx, who, id)
    key = await _key_of(tx, sealing, who.organisation)
    hits = screening_view.opened(key, stored).hits
    hit = next((each for each in hits if (each.list, each.entry.id) == (decision.list, decision.entry)), None)
    if hit is None:
        raise NoSuchHit("This screening has no such hit.")
    await screenings_of.decide(
        tx,
        StoredDecision(
            id=new_id(), organisation=who.organisation, subject=stored.subject, list=hit.list,
            entry=hit.entry.id, entry_digest=hit.entry_digest, verdict=decision.verdict,
            reason=key.seal(decision.reason, screening_view.REASON), decided_by=who.id, decided_at=now(),
            sealed_entry=screening_view.seal_entry(key, hit.entry),
        ),
    )  # fmt: skip
    decided = await screenings_of.decisions(tx, stored.subject, organisation=who.organisation)
    for each in await screenings_of.of_subject(tx, stored.subject, organisation=who.organisation):
        state = screening_view.state(screening_view.opened(key, each).hits, decided)
        await screenings_of.update(
            tx, each.id, sealed=each.sealed, state=state, lists=each.lists, screened_at=each.screened_at
        )
    return await one_screening(tx, who, id=id, sealing=sealing)


async def rewrap_screening_keys(
    tx: Transaction, who: Principal, *, batch: KeyBatch, sealing: Sealing
) -> KeysRewrapped:
    """Wrap some organisations' keys again, under the newest master key; `next` says where to go on."""
    found = await screenings_of.keys(tx, after=batch.after, limit=batch.limit)
    for organisation, wrapped in found:
        fresh = await sealing.rewrap(organisation, wrapped)
        await screenings_of.replace_key(tx, organisation, wrapped=fresh)
    return KeysRewrapped(count=len(found), next=found[-1][0] if len(found) == batch.limit else None)


# ---- again, when a list changes ----------------------------------------------------------------------------


async def screen_again(database: Database, *, sealing: Sealing) -> None:
    """Hold every watched subject against the lists as they are now."""
    found: Searchable | None = None
    while True:
        active = await database.read(parties.active_name)
        waiting = await database.read(partial(screenings_of.outdated, lists=active, limit=_BATCH))
        if not waiting:
            return
        if found is None or found.name != active:
            found = await parties.searchable(database.read)
        for stored in waiting:
            await _again(database, stored, found, sealing)
        log.info("screening.again", count=len(waiting), lists=found.name)


async def _again(database: Database, stored: StoredScreening, found: Searchable, sealing: Sealing) -> None:
    key = await database.read(lambda tx: _key_of(tx, sealing, stored.organisation))
    content = screening_view.opened(key, stored)
    hits = await _searched(found, content.subject, stored.threshold)

    async def keep(tx: Transaction) -> None:
        now_stored = await screenings_of.find(tx, stored.id, organisation=stored.organisation)
        if now_stored is None or not now_stored.watch:
            return
        decided = await screenings_of.decisions(tx, stored.subject, organisation=stored.organisation)
        state, at = screening_view.state(hits, decided), now()
        sealed = screening_view.seal(key, msgspec.structs.replace(content, hits=hits))
        await screenings_of.update(
            tx, stored.id, sealed=sealed, state=state, lists=found.name, screened_at=at
        )
        before = {(each.list, each.entry.id): each.entry_digest for each in content.hits}
        after = {(each.list, each.entry.id): each.entry_digest for each in hits}
        if before != after:
            tx.emit(
                PartyMatched(
                    screening_id=stored.id,
                    organisation=stored.organisation,
                    state=state,
                    appeared=len(after.keys() - before.keys()),
                    changed=sum(before[each] != after[each] for each in after.keys() & before.keys()),
                    gone=len(before.keys() - after.keys()),
                    screened_at=at,
                )
            )

    await database.write(keep)


async def tidy(tx: Transaction) -> None:
    await screenings_of.forget_older(tx, than=now() - KEPT)


# ---- in between --------------------------------------------------------------------------------------------


def _subject(new: NewScreening) -> Subject:
    return Subject(name=new.name, kind=new.kind, birth_date=new.birth_date, country=new.country)


def _hit(index: Index, found: Found) -> Hit:
    source = index.sources[found.source]
    party = source.parties[found.number]
    return Hit(
        list=source.list, version=source.version, entry=party, entry_digest=party_list.digest_of(party),
        score=found.score, matched_name=found.matched_name, parts=found.parts,
    )  # fmt: skip


def _name(key: DataKey, subject: Subject) -> str:
    """The same for the same subject, however its name is capitalised or punctuated."""
    told = (spelled(subject.name), subject.kind or "", subject.birth_date or "", subject.country or "")
    return key.index("|".join(told), "screening")


async def _shown(tx: Reading, stored: StoredScreening, sealing: Sealing, active: str) -> Screening:
    decided = await screenings_of.decisions(tx, stored.subject, organisation=stored.organisation)
    key = await _key_of(tx, sealing, stored.organisation)
    return screening_view.view(key, stored, decided, lists_now=active)


async def _found(tx: Reading, who: Principal, id: str) -> StoredScreening:
    stored = await screenings_of.find(tx, id, organisation=who.organisation)
    if stored is None:
        raise ScreeningNotFound("There is no such screening.")
    return stored


async def _key_of(tx: Reading, sealing: Sealing, organisation: str) -> DataKey:
    wrapped = await screenings_of.wrapped_key(tx, organisation)
    if wrapped is None:
        raise ScreeningNotFound("There is no such screening.")
    return await sealing.key(organisation, wrapped)


async def _key_made(tx: Transaction, sealing: Sealing, organisation: str) -> DataKey:
    if await screenings_of.wrapped_key(tx, organisation) is None:
        _, wrapped = await sealing.make(organisation)
        await screenings_of.add_key(tx, organisation, wrapped=wrapped)
    return await _key_of(tx, sealing, organisation)
