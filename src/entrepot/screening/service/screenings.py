"""Screenings: somebody is searched for on the lists, and kept with what was found."""

import asyncio
from datetime import timedelta
from typing import Annotated, NamedTuple

from msgspec import Meta

from entrepot.core.ids import new_id
from entrepot.core.paging import cursor_at, page_of, place_in
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.sealing import DataKey, Sealing
from entrepot.core.time import now
from entrepot.screening.functions import identifiers, party_list
from entrepot.screening.functions.latin import latin_words
from entrepot.screening.functions.name_index import Found, NameIndex
from entrepot.screening.functions.names import spelled
from entrepot.screening.model.party import bad_day
from entrepot.screening.model.screening import (
    MOST_HITS,
    BadSubject,
    Hit,
    HitsQuery,
    HitView,
    NewScreening,
    NoLists,
    ScreenedSubject,
    Screening,
    ScreeningNotFound,
    ScreeningQuery,
    Watching,
)
from entrepot.screening.repository import decision as decisions_of
from entrepot.screening.repository import screening as screenings_of
from entrepot.screening.repository.screening import StoredScreening
from entrepot.screening.service import data_keys, party_lists, views
from entrepot.screening.service.party_lists import Searchable
from entrepot.screening.service.views import SealedContent
from entrepot.trade.countries import is_or_was_country

# Directive (EU) 2015/849 on money laundering, article 40, has such records kept for five years;
# so does FATF recommendation 11.
_Place = Annotated[int, Meta(ge=0, le=MOST_HITS)]
KEPT = timedelta(days=5 * 365)


class Searched(NamedTuple):
    """What a search found, and in which versions of the lists."""

    lists: str
    hits: list[Hit]
    total: int


async def search(read: Read, who: Principal, *, new: NewScreening) -> Searched:
    """Raises: NoLists, BadSubject."""
    check(new)
    found = await party_lists.searchable(read)
    if not found.names.sources:
        raise NoLists("No list of restricted parties was imported here yet, so nobody can be screened.")
    return await searched_in(found, subject_of(new), threshold=new.threshold)


def check(subject: ScreenedSubject) -> None:
    """What nobody can be would cost a true hit its score. Raises: BadSubject."""
    if not latin_words(subject.name):
        raise BadSubject("name", "There is nothing in the name that could be compared.")
    if subject.country is not None and not is_or_was_country(subject.country):
        raise BadSubject("country", f"There is and was no country {subject.country} (ISO 3166-1 alpha-2).")
    if subject.birth_date is not None and bad_day(subject.birth_date):
        raise BadSubject("birth_date", f"There is no day {subject.birth_date}.")
    for identifier in subject.identifiers:
        if reason := identifiers.fault(identifier):
            raise BadSubject("identifiers", reason)


async def searched_in(found: Searchable, subject: ScreenedSubject, *, threshold: float) -> Searched:
    """Return the entries that may be meant, the likeliest first; searched beside the loop."""
    hits = await asyncio.to_thread(found.names.found, subject, threshold=threshold)
    return Searched(found.name, [_hit(found.names, each) for each in hits[:MOST_HITS]], len(hits))


async def screen(
    tx: Transaction, who: Principal, *, new: NewScreening, searched: Searched, sealing: Sealing
) -> Screening:
    """Keep what was found. Earlier decisions about the same subject and entry count again."""
    key = await data_keys.key_made(tx, sealing, who.organisation)
    subject = subject_of(new)
    name = _name(key, subject)
    decided = await decisions_of.of_subject(tx, name, organisation=who.organisation)
    content = SealedContent(
        subject=subject, reference=new.reference, hits=searched.hits, total=searched.total
    )
    stored = StoredScreening(
        id=new_id(), organisation=who.organisation, subject=name, sealed=views.seal(key, content),
        threshold=new.threshold, watch=new.watch,
        state=views.state(searched.hits, decided, total=searched.total),
        lists=searched.lists, created_by=who.id, created_at=now(), screened_at=now(),
    )  # fmt: skip
    await screenings_of.add(tx, stored)
    return views.view(key, stored, decided, lists_now=searched.lists)


async def screenings(
    tx: Reading, who: Principal, *, query: ScreeningQuery, sealing: Sealing
) -> Page[Screening]:
    """The organisation's screenings, the newest first."""
    found = await screenings_of.page(
        tx, organisation=who.organisation, before=query.cursor,
        state=None if query.state == "any" else query.state,
        watch=None if query.watch == "any" else query.watch == "true", limit=query.limit + 1,
    )  # fmt: skip
    active = await party_lists.active_name(tx)
    page = page_of(found, limit=query.limit, cursor=lambda stored: stored.id)
    return Page([await _shown(tx, each, sealing, active) for each in page.items], page.next)


async def one_screening(tx: Reading, who: Principal, *, id: str, sealing: Sealing) -> Screening:
    """Raises: ScreeningNotFound."""
    active = await party_lists.active_name(tx)
    return await _shown(tx, await stored_screening(tx, who, id), sealing, active)


async def screening_hits(
    tx: Reading, who: Principal, *, id: str, query: HitsQuery, sealing: Sealing
) -> Page[HitView]:
    """Every hit that is kept with a screening. Raises: ScreeningNotFound."""
    stored = await stored_screening(tx, who, id)
    decided = await decisions_of.of_subject(tx, stored.subject, organisation=stored.organisation)
    key = await data_keys.key_of(tx, sealing, stored.organisation)
    first = place_in(query.cursor, _Place) or 0
    hits = list(enumerate(views.hits_of(key, stored, decided), 1))[first : first + query.limit + 1]
    page = page_of(hits, limit=query.limit, cursor=lambda each: cursor_at(each[0]))
    return Page([hit for _, hit in page.items], page.next)


async def watch_screening(
    tx: Transaction, who: Principal, *, id: str, change: Watching, sealing: Sealing
) -> Screening:
    """Screen the subject again whenever a list changes, or no more. Raises: ScreeningNotFound."""
    await stored_screening(tx, who, id)
    await screenings_of.watch(tx, id, watched=change.watch)
    return await one_screening(tx, who, id=id, sealing=sealing)


async def forget_screening(tx: Transaction, who: Principal, *, id: str) -> None:
    """Delete a screening; with the last one of a subject go the decisions. Raises: ScreeningNotFound."""
    stored = await stored_screening(tx, who, id)
    await screenings_of.remove(tx, id)
    if not await screenings_of.of_subject(tx, stored.subject, organisation=who.organisation):
        await decisions_of.remove_of(tx, stored.subject, organisation=who.organisation)


async def tidy(tx: Transaction) -> None:
    """Forget old screenings that nobody watches, then decisions that no screening needs."""
    await screenings_of.forget_older(tx, than=now() - KEPT)
    await decisions_of.forget_older(tx, than=now() - KEPT)


# ---- in between --------------------------------------------------------------------------------------------


def subject_of(new: NewScreening) -> ScreenedSubject:
    return ScreenedSubject(
        name=new.name,
        kind=new.kind,
        birth_date=new.birth_date,
        country=new.country,
        identifiers=new.identifiers,
    )


def _hit(index: NameIndex, found: Found) -> Hit:
    source = index.sources[found.source]
    party = source.parties[found.number]
    return Hit(
        list=source.list, version=source.version, entry=party, entry_digest=party_list.digest_of(party),
        score=found.score, matched_name=found.matched_name, parts=found.parts,
    )  # fmt: skip


def _name(key: DataKey, subject: ScreenedSubject) -> str:
    """Return the same for the same subject, however its name is capitalised or punctuated."""
    identity = (spelled(subject.name), subject.kind or "", subject.birth_date or "", subject.country or "")
    numbers = sorted(f"{each.type}:{identifiers.normal(each.value)}" for each in subject.identifiers)
    return key.index("|".join((*identity, *numbers)), "screening")


async def _shown(tx: Reading, stored: StoredScreening, sealing: Sealing, active: str) -> Screening:
    decided = await decisions_of.of_subject(tx, stored.subject, organisation=stored.organisation)
    key = await data_keys.key_of(tx, sealing, stored.organisation)
    return views.view(key, stored, decided, lists_now=active)


async def stored_screening(tx: Reading, who: Principal, id: str) -> StoredScreening:
    """Of the caller's organisation. Raises: ScreeningNotFound."""
    stored = await screenings_of.find(tx, id, organisation=who.organisation)
    if stored is None:
        raise ScreeningNotFound("There is no such screening.")
    return stored
