"""Watched subjects, screened again when a list changes."""

from collections.abc import Sequence
from functools import partial

import msgspec
import structlog

from entrepot.core.ports import Database, Transaction
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.screening.events import PartyMatched
from entrepot.screening.model.screening import Hit
from entrepot.screening.repository import decision as decisions_of
from entrepot.screening.repository import screening as screenings_of
from entrepot.screening.repository.screening import StoredScreening
from entrepot.screening.service import data_keys, party_lists, views
from entrepot.screening.service.party_lists import Searchable
from entrepot.screening.service.screenings import searched_in

log = structlog.get_logger()

_BATCH = 100


async def screen_again(database: Database, *, sealing: Sealing) -> None:
    """Screen every watched subject again whose lists are not those of now."""
    found: Searchable | None = None
    while True:
        active = await database.read(party_lists.active_name)
        waiting = await database.read(partial(screenings_of.outdated, lists=active, limit=_BATCH))
        if not waiting:
            return
        if found is None or found.name != active:
            found = await party_lists.searchable(database.read)
        for stored in waiting:
            await _again(database, stored, found, sealing)
        log.info("screening.again", count=len(waiting), lists=found.name)


async def _again(database: Database, stored: StoredScreening, found: Searchable, sealing: Sealing) -> None:
    key = await database.read(lambda tx: data_keys.key_of(tx, sealing, stored.organisation))
    content = views.opened(key, stored)
    searched = await searched_in(found, content.subject, threshold=stored.threshold)
    hits = searched.hits

    async def keep(tx: Transaction) -> None:
        current = await screenings_of.find(tx, stored.id, organisation=stored.organisation)
        if current is None or not current.watch:
            return
        decided = await decisions_of.of_subject(tx, stored.subject, organisation=stored.organisation)
        state, at = views.state(hits, decided, total=searched.total), now()
        sealed = views.seal(key, msgspec.structs.replace(content, hits=hits, total=searched.total))
        await screenings_of.update(
            tx, stored.id, sealed=sealed, state=state, lists=found.name, screened_at=at
        )
        if (changes := _changes(content.hits, hits)) is not None:
            tx.emit(
                PartyMatched(
                    screening_id=stored.id, organisation=stored.organisation, state=state, screened_at=at,
                    **changes,
                )
            )  # fmt: skip

    await database.write(keep)


def _changes(before: Sequence[Hit], after: Sequence[Hit]) -> dict[str, int] | None:
    """Return how many hits appeared, changed and are gone; None if all are as they were."""
    old, new = ({(hit.list, hit.entry.id): hit.entry_digest for hit in hits} for hits in (before, after))
    if old == new:
        return None
    return {
        "appeared": len(new.keys() - old.keys()),
        "changed": sum(old[each] != new[each] for each in new.keys() & old.keys()),
        "gone": len(old.keys() - new.keys()),
    }
