"""Lists that are refreshed from where the operator says, by the settings' calendar or on demand."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO

import msgspec
import structlog

from entrepot.core.errors import Error
from entrepot.core.file_form import TableProblem
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.publications import Publication, Publications
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.screening.functions import party_list
from entrepot.screening.functions.party_list import Packed
from entrepot.screening.functions.published.gathering import CutFile
from entrepot.screening.functions.published.recognise import layout_of
from entrepot.screening.model.party import MAX_LIST_CHARS, BadList, ListNotFound, ListReport
from entrepot.screening.model.source import PartySource
from entrepot.screening.repository import source as sources_of
from entrepot.screening.repository.source import StoredSource
from entrepot.screening.service import party_lists

log = structlog.get_logger()

# Publishers change their lists some times a week; who has not heard of one for two days should look.
STALE_AFTER = timedelta(hours=48)
_BY = "refresh"


class RefreshSchedule(msgspec.Struct, frozen=True):
    """When lists are looked at; without `cron`, never."""

    cron: str = ""
    zone: str = "UTC"


async def refresh(database: Database, due: datetime, *, publications: Publications) -> None:
    """Look at every configured list. One that fails does not keep the others back."""
    for each in publications.known:
        await _look(database, each, publications)


async def refresh_wanted(database: Database, *, publications: Publications) -> None:
    """Look at those that somebody asked for."""
    if not publications.known:
        return
    stored = await database.read(sources_of.every)
    for each in publications.known:
        if each.name in stored and stored[each.name].wanted:
            await _look(database, each, publications)


async def party_sources(tx: Reading, who: Principal, *, publications: Publications) -> Page[PartySource]:
    """The lists that the operator has refreshed, and what became of it."""
    stored = await sources_of.every(tx)
    return Page([_view(stored.get(each.name, StoredSource(list=each.name))) for each in publications.known])


async def ask_refresh(
    tx: Transaction, who: Principal, *, name: str, publications: Publications
) -> PartySource:
    """Have a list looked at within seconds. Raises: ListNotFound unless it is configured."""
    if name not in {each.name for each in publications.known}:
        raise ListNotFound("The operator configured no source for this list.")
    stored = (await sources_of.every(tx)).get(name, StoredSource(list=name))
    wanted = msgspec.structs.replace(stored, wanted=True)
    await sources_of.put(tx, wanted)
    return _view(wanted)


def _view(stored: StoredSource) -> PartySource:
    overdue = stored.good_at is None or now() - stored.good_at >= STALE_AFTER
    return PartySource(
        list=stored.list, outcome=stored.outcome, error=stored.error, checked_at=stored.checked_at,  # type: ignore[arg-type]
        good_at=stored.good_at, stale=overdue and stored.outcome != "never", version=stored.version,
        added=stored.added, changed=stored.changed, removed=stored.removed,
    )  # fmt: skip


async def _look(database: Database, publication: Publication, publications: Publications) -> None:
    before = (await database.read(sources_of.every)).get(
        publication.name, StoredSource(list=publication.name)
    )
    try:
        async with publications.fetch(publication, seen=before.seen) as fetched:
            if fetched is None:
                after = msgspec.structs.replace(before, outcome="unchanged", error="")
            else:
                packed = await asyncio.to_thread(_read, fetched.files)
                report = await _take(database, publication.name, packed)
                after = _taken(before, report, seen=fetched.seen)
    except Error as error:
        log.warning("screening.refresh_failed", list=publication.name, reason=str(error))
        after = msgspec.structs.replace(before, outcome="failed", error=str(error))
    good_at = before.good_at if after.outcome == "failed" else now()
    done = msgspec.structs.replace(after, checked_at=now(), good_at=good_at, wanted=False)
    await database.write(lambda tx: sources_of.put(tx, done))
    log.info("screening.refreshed", list=publication.name, outcome=done.outcome, version=done.version)


def _taken(before: StoredSource, report: ListReport, *, seen: str) -> StoredSource:
    if report.state == "unchanged":
        return msgspec.structs.replace(
            before, seen=seen, outcome="unchanged", error="", version=report.version
        )
    return msgspec.structs.replace(
        before, seen=seen, outcome="imported", error="", version=report.version, added=report.added,
        changed=report.changed, removed=report.removed,
    )  # fmt: skip


def _read(files: Sequence[BinaryIO]) -> Packed:
    """Read a publication: the file that has a list's layout, with the others. Raises: BadList."""
    for at, main in enumerate(files):
        if _is_list(main):
            packed = party_list.read_published(
                main, [each for number, each in enumerate(files) if number != at]
            )
            if packed is not None:
                return packed
    text = _text(files[0])
    form = "json" if text.lstrip("\ufeff \r\n\t").startswith(("{", "[")) else "csv"
    return party_list.read(text, form=form)


def _is_list(file: BinaryIO) -> bool:
    try:
        return layout_of(file) is not None
    except CutFile as error:
        raise BadList([TableProblem(error.line, str(error))]) from error


def _text(file: BinaryIO) -> str:
    """Return a list in our own form, which is read as a whole. Raises: BadList."""
    body = file.read(MAX_LIST_CHARS + 1)
    if len(body) > MAX_LIST_CHARS:
        raise BadList([TableProblem(0, f"A list in our own form has at most {MAX_LIST_CHARS} bytes.")])
    return body.decode("utf-8", "replace")


async def _take(database: Database, name: str, packed: Packed) -> ListReport:
    """Store what was read. Raises: ListMoved, FileShrinks."""
    prepared = await party_lists.compared(database.read, name, packed)
    return await database.write(lambda tx: party_lists.take(tx, name=name, prepared=prepared, by=_BY))
