"""The packs that come with the program: an empty node begins with them, signed by itself."""

import asyncio
from functools import cache
from importlib.resources import files

import msgspec
import structlog

from entrepot.core.ids import new_id
from entrepot.core.lifecycle import StepRecord
from entrepot.core.ports import Database, Keys, Transaction
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.rule.events import PackActivated
from entrepot.rule.functions import formats
from entrepot.rule.model.life import Action, PackState
from entrepot.rule.model.pack import Pack
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository.pack import StoredPack
from entrepot.rule.service.library import Library, signed_text
from entrepot.rule.service.life import begin_set

log = structlog.get_logger()

_HOUSE = Principal("house", "", frozenset(), "operator")
_REASON = "shipped with the program"
# The program's own packs are active at once: whoever made the program approved them.
_TAKEN_IN: tuple[tuple[Action, PackState], ...] = (("created", "draft"), ("activate", "active"))


@cache
def shipped() -> tuple[Pack, ...]:
    """Return every pack of the program, by name. Raises: FlawedPack for a broken installation."""
    folder = files("entrepot.rule") / "starter"
    found = [
        formats.read(each.read_bytes(), file=each.name)
        for each in sorted(folder.iterdir(), key=lambda each: each.name)
        if each.name.endswith(".yaml")
    ]
    return tuple(found)


async def begin(database: Database, *, keys: Keys, library: Library) -> None:
    """Take in the shipped packs if this house has none at all."""
    if library.begun or await database.read(packs.any_version):
        library.begun = True
        return
    ready = [await signed(pack, keys) for pack in await asyncio.to_thread(shipped)]

    async def take_in(tx: Transaction) -> None:
        if ready and not await packs.any_version(tx):
            for pack, stored in ready:
                await _add(tx, pack, stored)
            pack_set = await begin_set(tx)
            for _, stored in ready:
                tx.emit(_activated(stored, pack_set))

    await database.write(take_in)
    library.begun = True
    log.info("rules.begun", packs=len(ready), rules=sum(len(pack.rules) for pack, _ in ready))


async def signed(pack: Pack, keys: Keys) -> tuple[Pack, StoredPack]:
    """Return a pack as the first and active version of its name."""
    hash = formats.digest(formats.canonical(pack))
    key_id, signature = await keys.sign(signed_text(pack.name, 1, hash))
    about = msgspec.structs.replace(pack, rules=())
    return pack, StoredPack(
        id=new_id(), name=pack.name, version=1, state="active", revision=1, about=about, based_on="",
        shipped=True, hash=hash, key_id=key_id, signature=signature, created_at=now(),
    )  # fmt: skip


async def _add(tx: Transaction, pack: Pack, stored: StoredPack) -> None:
    await packs.add(tx, stored, pack.rules)
    for verb, state in _TAKEN_IN:
        step = StepRecord(
            verb=verb, state=state, actor=_HOUSE.id, organisation=_HOUSE.organisation, reason=_REASON,
            version=stored.revision, at=stored.created_at,
        )  # fmt: skip
        await packs.record(tx, stored.id, step)


def _activated(stored: StoredPack, pack_set: str) -> PackActivated:
    return PackActivated(
        name=stored.name, pack_id=stored.id, version=stored.version, hash=stored.hash, pack_set=pack_set
    )
