"""The steps of a version's life. Each is recorded with who took it and why, and two people are needed."""

import msgspec

from entrepot.core.lifecycle import StepRecord, StepRequest
from entrepot.core.ports import Keys, Read, Reading, Transaction
from entrepot.core.routes import NO_KEY, IdempotencyKey, Principal
from entrepot.core.time import now
from entrepot.rule.events import PackActivated, PackSubmitted
from entrepot.rule.functions import formats
from entrepot.rule.functions.check import set_hash
from entrepot.rule.functions.revision import counted
from entrepot.rule.model.flaw import FlawedPack
from entrepot.rule.model.life import (
    LIFE,
    Action,
    ActivatedMeanwhile,
    EditedMeanwhile,
    PackState,
    PackView,
    StepInput,
)
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Rule
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository.pack import StoredPack
from entrepot.rule.service.library import Library, signed_text
from entrepot.rule.service.packs import active_named, found, review, show_pack


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """A version without flaws, and the node's signature of it. `counted` are the rules whose revision changes
    against the version `active`, if there is one.
    """

    stored: StoredPack
    active: str
    counted: tuple[Rule, ...]
    hash: str
    key_id: str
    signature: bytes


async def look_through(
    read: Read, who: Principal, *, id: str, step: StepInput, keys: Keys, library: Library
) -> Sound:
    """Run its tests, look for flaws, count its rules' revisions and sign it.

    Raises: FlawedPack, WrongState, EditedMeanwhile.
    """
    LIFE.check_person("submit", who)
    reviewed = await review(read, who, id=id, library=library)
    stored = reviewed.stored
    LIFE.next_state("submit", stored.state)
    if step.revision is not None and step.revision != stored.revision:
        raise EditedMeanwhile(stored.revision)
    if reviewed.flaws:
        raise FlawedPack(reviewed.flaws)
    await read(lambda tx: _check_base(tx, stored))
    active = await read(lambda tx: active_named(tx, stored.name))
    changed = tuple(counted(reviewed.pack, active[1] if active else None))
    hash = formats.digest(formats.canonical(_with(reviewed.pack, changed)))
    key_id, signature = await keys.sign(signed_text(stored.name, stored.version, hash))
    return Sound(
        stored=stored, active=active[0].id if active else "", counted=changed, hash=hash, key_id=key_id,
        signature=signature,
    )  # fmt: skip


async def submit_pack(
    tx: Transaction, who: Principal, *, id: str, step: StepInput, sound: Sound, key: IdempotencyKey = NO_KEY
) -> PackView:
    """Hand a draft over for approval. Its tests pass and nothing is wrong with it, or it is refused."""
    if (active := await packs.active_id(tx, sound.stored.name)) != sound.active:
        raise ActivatedMeanwhile(active)
    record = await _checked(tx, sound.stored, _asked("submit", who, step=step, key=key))
    await _keep(tx, sound.stored, record)
    await packs.replace_rules(tx, id, sound.counted)
    await packs.sign(tx, id, hash=sound.hash, key_id=sound.key_id, signature=sound.signature)
    stored = sound.stored
    tx.emit(PackSubmitted(name=stored.name, pack_id=id, version=stored.version, submitted_at=now()))
    return await show_pack(tx, who, id=id)


async def give_pack_back(
    tx: Transaction, who: Principal, *, id: str, step: StepInput, key: IdempotencyKey = NO_KEY
) -> PackView:
    """Give a submitted version back to its authors."""
    stored = await found(tx, id)
    await _keep(tx, stored, await _checked(tx, stored, _asked("return", who, step=step, key=key)))
    await packs.sign(tx, id, hash="", key_id="", signature=b"")
    return await show_pack(tx, who, id=id)


async def approve_pack(
    tx: Transaction, who: Principal, *, id: str, step: StepInput, key: IdempotencyKey = NO_KEY
) -> PackView:
    """Approve a submitted version that somebody else wrote and submitted."""
    LIFE.check_person("approve", who)
    stored = await found(tx, id)
    record = await _checked(tx, stored, _asked("approve", who, step=step, key=key))
    await _check_base(tx, stored)
    await _keep(tx, stored, record)
    return await show_pack(tx, who, id=id)


async def activate_pack(
    tx: Transaction, who: Principal, *, id: str, step: StepInput, key: IdempotencyKey = NO_KEY
) -> PackView:
    """Answer checks with this version from now on. One that was begun from another than the active one is
    refused: it would take back what that one changed.
    """
    return await _become_active(tx, id, _asked("activate", who, step=step, key=key))


async def roll_pack_back(
    tx: Transaction, who: Principal, *, id: str, step: StepInput, key: IdempotencyKey = NO_KEY
) -> PackView:
    """Answer checks with this version again, which was active before."""
    return await _become_active(tx, id, _asked("rollback", who, step=step, key=key))


async def _become_active(tx: Transaction, id: str, step: StepRequest) -> PackView:
    LIFE.check_person(step.verb, step.who)
    stored = await found(tx, id)
    record = await _checked(tx, stored, step)
    if step.verb == "activate":
        await _check_base(tx, stored)
    for other in await packs.active(tx):
        if other.name == stored.name:
            reason = f"replaced by version {stored.version}: {step.reason}"
            retire = StepRequest("retire", step.who, reason=reason, key=step.key)
            await _keep(tx, other, await _checked(tx, other, retire))
    await _keep(tx, stored, record)
    pack_set = await begin_set(tx)
    tx.emit(
        PackActivated(
            name=stored.name, pack_id=id, version=stored.version, hash=stored.hash, pack_set=pack_set,
            rolled_back=step.verb == "rollback",
        )
    )  # fmt: skip
    return await show_pack(tx, step.who, id=id)


async def begin_set(tx: Transaction) -> str:
    """Note which versions are active together from now on; the hash of the set."""
    active = await packs.active(tx)
    hash = set_hash((each.name, each.version, each.hash) for each in active)
    await packs.begin_set(tx, hash=hash, pack_ids=[each.id for each in active], at=now())
    return hash


async def _check_base(tx: Reading, stored: StoredPack) -> None:
    """Raises: ActivatedMeanwhile."""
    active = await packs.active_id(tx, stored.name)
    if active not in ("", stored.based_on):
        raise ActivatedMeanwhile(active)


def _with(pack: Pack, changed: tuple[Rule, ...]) -> Pack:
    rules = {rule.id: rule for rule in (*pack.rules, *changed)}
    return msgspec.structs.replace(pack, rules=tuple(rules.values()))


def _asked(verb: Action, who: Principal, *, step: StepInput, key: str) -> StepRequest:
    return StepRequest(verb, who, reason=step.reason, expected=step.revision, key=key)


async def _checked(tx: Reading, stored: StoredPack, step: StepRequest) -> StepRecord[PackState]:
    """Return the record of a step that this version can take now, and this caller. Raises: what the
    table says.
    """
    hands = await packs.hands(tx, stored.id)
    return LIFE.take(step, state=stored.state, version=stored.revision, hands=hands)


async def _keep(tx: Transaction, stored: StoredPack, step: StepRecord[PackState]) -> None:
    """Raises: WrongState or EditedMeanwhile when somebody else was faster."""
    if not await packs.move(tx, stored, to=step.state):
        current = await found(tx, stored.id)
        LIFE.next_state(step.verb, current.state)
        raise EditedMeanwhile(current.revision)
    await packs.record(tx, stored.id, step)
