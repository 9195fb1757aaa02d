"""Drafting packs: made from a file or from what is active, edited rule by rule, compared and written out."""

import asyncio
from collections.abc import AsyncIterator

import msgspec

from entrepot.core.errors import Invalid
from entrepot.core.ids import new_id
from entrepot.core.lifecycle import StepRecord, StepRequest
from entrepot.core.paging import cursor_at, page_of, place_in
from entrepot.core.ports import Duplicate, Read, Reading, Transaction
from entrepot.core.routes import NO_KEY, File, IdempotencyKey, Page, Principal
from entrepot.core.time import now
from entrepot.rule.functions import diff as diffs
from entrepot.rule.functions import formats
from entrepot.rule.functions.lint import lint
from entrepot.rule.functions.rebase import rebased
from entrepot.rule.model.flaw import Flaw, FlawedPack
from entrepot.rule.model.life import (
    LIFE,
    ActivatedMeanwhile,
    Clashing,
    Diff,
    DraftRevision,
    EditedMeanwhile,
    FileKind,
    Flaws,
    ImportReport,
    NameTaken,
    NewPack,
    PackChange,
    PackNotFound,
    PackQuery,
    PackState,
    PackView,
    Rebase,
    RuleChange,
    may_approve,
)
from entrepot.rule.model.pack import MOST_RULES, Pack
from entrepot.rule.model.rule import Rule, RuleNotFound
from entrepot.rule.repository import pack as packs
from entrepot.rule.repository.pack import StoredPack
from entrepot.rule.service.library import Library, as_pack
from entrepot.rule.service.surroundings import around

ACTIVE = "active"
# What a version's file is said to be, by the kind of file.
MEDIA = {"yaml": "application/yaml", "csv": "text/csv; charset=utf-8"}


class NothingToDraft(Invalid):
    """A new pack has a file, a version that it is based on, or a name and a title."""


class IdTaken(Invalid):
    """Another document of the pack has this id."""

    fields = ("field",)

    def __init__(self, reason: str, *, field: str) -> None:
        super().__init__(reason)
        self.field = field


class NothingActive(Invalid):
    """There is nothing to bring into a draft."""


class TooManyRules(Invalid):
    """A pack is full."""


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """A pack that may become a draft."""

    pack: Pack
    based_on: str
    flaws: list[Flaw]
    changes: Diff | None
    dry_run: bool


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """A pack as a file."""

    name: str
    kind: str
    text: str


class BroughtTogether(msgspec.Struct, frozen=True, kw_only=True):
    """A draft with what the active version changed."""

    pack: Pack
    active: StoredPack


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A version with what is wrong with it."""

    stored: StoredPack
    pack: Pack
    flaws: list[Flaw]


# ---- new drafts -------------------------------------------------------------------------------------


async def read_draft(read: Read, who: Principal, *, new: NewPack, library: Library) -> Drafted:
    """Raises: FlawedPack, PackNotFound, NothingToDraft."""
    if new.file:
        return await _from_file(read, new, library)
    if new.based_on:
        stored, pack = await read(lambda tx: whole(tx, new.based_on))
        return Drafted(pack=pack, based_on=stored.id, flaws=[], changes=None, dry_run=new.dry_run)
    if not new.name or not new.title:
        raise NothingToDraft("A new pack has a file, a version that it is based on, or a name and a title.")
    empty = Pack(name=new.name, title=new.title)
    return Drafted(pack=empty, based_on="", flaws=[], changes=None, dry_run=new.dry_run)


async def _from_file(read: Read, new: NewPack, library: Library) -> Drafted:
    """Make a draft of a file, whole or not at all. Its report names the line of every flaw."""
    opened = await asyncio.to_thread(formats.opened, new.content, file=new.file)
    pack = formats.ordered(opened.pack)
    surroundings = await around(read, library, without=pack.name)
    flaws = await asyncio.to_thread(opened.linted, surroundings)
    if flaws and (opened.flaws or not new.dry_run):
        raise FlawedPack(flaws)
    before = await read(lambda tx: active_named(tx, pack.name))
    changes = None
    if before is not None:
        changes = diffs.diff(before[1], pack, names=(before[0].id, new.file))
    return Drafted(
        pack=pack, based_on=before[0].id if before else "", flaws=flaws, changes=changes, dry_run=new.dry_run
    )


async def create_pack(
    tx: Transaction, who: Principal, *, drafted: Drafted, key: IdempotencyKey = NO_KEY
) -> ImportReport:
    """Make a draft: the next version of the pack's name."""
    pack, view = drafted.pack, None
    if not drafted.dry_run:
        view = await shown(tx, who, await add_draft(tx, who, pack, based_on=drafted.based_on, key=key))
    return ImportReport(
        pack=view,
        name=pack.name,
        rules=len(pack.rules),
        documents=len(pack.documents),
        flaws=drafted.flaws[:200],
        changes=drafted.changes,
    )


async def add_draft(
    tx: Transaction, who: Principal, pack: Pack, *, based_on: str, key: IdempotencyKey = NO_KEY
) -> StoredPack:
    """Raises: NameTaken."""
    at = now()
    stored = StoredPack(
        id=new_id(), name=pack.name, version=await packs.last_version(tx, pack.name) + 1, state="draft",
        revision=1, about=msgspec.structs.replace(pack, rules=()), based_on=based_on, shipped=False, hash="",
        key_id="", signature=b"", created_at=at,
    )  # fmt: skip
    try:
        await packs.add(tx, stored, pack.rules)
    except Duplicate as error:
        raise NameTaken(f"Version {stored.version} of {pack.name} was made meanwhile.") from error
    base = await packs.by_id(tx, based_on) if based_on else None
    reason = f"from version {base.version}" if base else "new"
    created = StepRecord[PackState](
        verb="created", state="draft", actor=who.id, organisation=who.organisation, reason=reason,
        version=stored.revision, key=key, at=at,
    )  # fmt: skip
    await packs.record(tx, stored.id, created)
    return stored


# ---- editing ----------------------------------------------------------------------------------------


async def change_pack(
    tx: Transaction, who: Principal, *, id: str, change: PackChange, key: IdempotencyKey = NO_KEY
) -> PackView:
    """Change a draft's title, notice or documents. What changes nothing makes nobody an editor."""
    stored = await _draft(tx, id, change.revision)
    said = {
        name: value
        for name in ("title", "notice", "stale_after_months", "covers", "documents")
        if (value := getattr(change, name)) is not None
    }
    about = msgspec.structs.replace(stored.about, **said)
    if len({each.id for each in about.documents}) < len(about.documents):
        raise IdTaken("Two documents of a pack cannot have one id.", field="documents")
    if about == stored.about:
        return await shown(tx, who, stored)
    changed = [name for name in said if getattr(about, name) != getattr(stored.about, name)]
    return await _edited(tx, who, stored, f"its {', '.join(changed)}", key=key, about=about)


async def put_rule(
    tx: Transaction,
    who: Principal,
    *,
    id: str,
    rule_id: str,
    change: RuleChange,
    key: IdempotencyKey = NO_KEY,
) -> PackView:
    """Add a rule to a draft, or replace it. What changes nothing makes nobody an editor."""
    if change.rule.id != rule_id:
        raise RuleNotFound("The rule's id differs from that of the path.")
    stored = await _draft(tx, id, change.revision)
    before = await packs.rule(tx, id, rule_id)
    if before == change.rule:
        return await shown(tx, who, stored)
    if before is None and await packs.count_rules(tx, id) >= MOST_RULES:
        raise TooManyRules(f"A pack holds at most {MOST_RULES:,} rules.")
    await packs.put_rule(tx, id, change.rule)
    return await _edited(tx, who, stored, f"rule {rule_id}", key=key)


async def drop_rule(
    tx: Transaction,
    who: Principal,
    *,
    id: str,
    rule_id: str,
    query: DraftRevision,
    key: IdempotencyKey = NO_KEY,
) -> PackView:
    """Take a rule out of a draft."""
    stored = await _draft(tx, id, query.revision)
    if not await packs.drop_rule(tx, id, rule_id):
        raise RuleNotFound("There is no such rule in this draft.")
    return await _edited(tx, who, stored, f"without rule {rule_id}", key=key)


async def bring_together(read: Read, who: Principal, *, id: str, rebase: Rebase) -> BroughtTogether:
    """Raises: PackNotFound, NothingActive, Clashing."""
    stored, mine = await read(lambda tx: whole(tx, id))
    active = await read(lambda tx: active_named(tx, stored.name))
    if active is None or active[0].id == stored.based_on:
        raise NothingActive("This draft has all that the active version has changed.")
    base = Pack(name=stored.name, title=stored.about.title)
    if stored.based_on:
        base = (await read(lambda tx: whole(tx, stored.based_on)))[1]
    together = await asyncio.to_thread(rebased, base, active[1], mine, rebase.choices)
    if together.clashes:
        raise Clashing(together.clashes)
    return BroughtTogether(pack=together.pack, active=active[0])


async def rebase_pack(
    tx: Transaction,
    who: Principal,
    *,
    id: str,
    rebase: Rebase,
    together: BroughtTogether,
    key: IdempotencyKey = NO_KEY,
) -> PackView:
    """Bring into a draft what the active version changed since it was begun. Where both changed the same, it
    is refused with what clashes until that is chosen.
    """
    stored = await _draft(tx, id, rebase.revision)
    if await packs.active_id(tx, stored.name) != together.active.id:
        raise ActivatedMeanwhile(await packs.active_id(tx, stored.name))
    view = await _edited(tx, who, stored, f"with the changes of version {together.active.version}", key=key)
    about = msgspec.structs.replace(together.pack, rules=())
    await packs.rebase(tx, stored, based_on=together.active.id, about=about, rules=together.pack.rules)
    return await show_pack(tx, who, id=view.id)


async def remove_pack(tx: Transaction, who: Principal, *, id: str) -> None:
    """Throw a draft away."""
    stored = await found(tx, id)
    LIFE.next_state("removed", stored.state)
    await packs.remove(tx, id)


async def _draft(tx: Reading, id: str, revision: int) -> StoredPack:
    """Raises: PackNotFound, WrongState, EditedMeanwhile."""
    stored = await found(tx, id)
    LIFE.next_state("edited", stored.state)
    if stored.revision != revision:
        raise EditedMeanwhile(stored.revision)
    return stored


async def _edited(
    tx: Transaction, who: Principal, stored: StoredPack, what: str, *, key: str, about: Pack | None = None
) -> PackView:
    if not await packs.edited(tx, stored, about=about):
        raise EditedMeanwhile(stored.revision)
    edit = StepRequest("edited", who, reason=what, expected=stored.revision, key=key)
    await packs.record(tx, stored.id, LIFE.take(edit, state=stored.state, version=stored.revision))
    return await show_pack(tx, who, id=stored.id)


# ---- looking ----------------------------------------------------------------------------------------


async def list_packs(tx: Reading, who: Principal, *, query: PackQuery) -> Page[PackView]:
    """Versions of packs by name: the active one, then the others, the newest first."""
    after = place_in(query.cursor or None, packs.VersionPosition)
    rows = await packs.page(tx, name=query.name, state=query.state, after=after, limit=query.limit + 1)
    page = page_of(rows, limit=query.limit, cursor=lambda stored: cursor_at(packs.place_of(stored)))
    return Page([await shown(tx, who, each) for each in page.items], page.next)


async def show_pack(tx: Reading, who: Principal, *, id: str) -> PackView:
    """A version of a pack, with everything that was done to it."""
    return await shown(tx, who, await found(tx, id))


async def pack_rules(tx: Reading, who: Principal, *, id: str, query: PackQuery) -> Page[Rule]:
    """A version's rules, by id."""
    await found(tx, id)
    rules = await packs.rules_page(tx, id, after=query.cursor or "", limit=query.limit + 1)
    return page_of(rules, limit=query.limit, cursor=lambda rule: rule.id)


async def pack_rule(tx: Reading, who: Principal, *, id: str, rule_id: str) -> Rule:
    """A rule of a version."""
    await found(tx, id)
    if (rule := await packs.rule(tx, id, rule_id)) is None:
        raise RuleNotFound("There is no such rule in this version.")
    return rule


async def review(read: Read, who: Principal, *, id: str, library: Library) -> Reviewed:
    """Raises: PackNotFound."""
    stored, pack = await read(lambda tx: whole(tx, id))
    surroundings = await around(read, library, without=stored.name)
    return Reviewed(stored=stored, pack=pack, flaws=await asyncio.to_thread(lint, pack, surroundings))


async def pack_flaws(tx: Reading, who: Principal, *, id: str, reviewed: Reviewed) -> Flaws:
    """What keeps a version from being submitted: its own tests, and everything else that is wrong."""
    return Flaws(
        revision=reviewed.stored.revision,
        flaws=reviewed.flaws[:1000],
        tests=sum(len(rule.tests) for rule in reviewed.pack.rules),
    )


async def compare(read: Read, who: Principal, *, id: str, other: str) -> Diff:
    """Raises: PackNotFound."""
    stored, before = await read(lambda tx: whole(tx, id))
    if other == ACTIVE:
        active = await read(lambda tx: active_named(tx, stored.name))
        if active is None:
            raise PackNotFound(f"No version of {stored.name} is active.")
        return diffs.diff(active[1], before, names=(active[0].id, id))
    stored_after, after = await read(lambda tx: whole(tx, other))
    return diffs.diff(before, after, names=(id, stored_after.id))


async def pack_diff(tx: Reading, who: Principal, *, id: str, other: str, compared: Diff) -> Diff:
    """What the other version changes of this one; with `active`, what this one changes of the active one."""
    return compared


async def write(read: Read, who: Principal, *, id: str, query: FileKind) -> Written:
    """Raises: PackNotFound."""
    stored, pack = await read(lambda tx: whole(tx, id))
    text = await asyncio.to_thread(formats.write, pack, kind=query.kind)
    return Written(name=f"{stored.name}-{stored.version}.{query.kind}", kind=query.kind, text=text)


async def pack_file(who: Principal, *, id: str, written: Written) -> File:
    """A version as a YAML or CSV file, in its canonical form."""
    return File(written.name, MEDIA[written.kind], _parts(written.text))


async def _parts(text: str) -> AsyncIterator[bytes]:
    yield text.encode()


async def found(tx: Reading, id: str) -> StoredPack:
    """Raises: PackNotFound."""
    if (stored := await packs.by_id(tx, id)) is None:
        raise PackNotFound("There is no such version of a pack.")
    return stored


async def whole(tx: Reading, id: str) -> tuple[StoredPack, Pack]:
    """Raises: PackNotFound."""
    stored = await found(tx, id)
    return stored, as_pack(stored, await packs.contents(tx, id))


async def active_named(tx: Reading, name: str) -> tuple[StoredPack, Pack] | None:
    for stored in await packs.active(tx):
        if stored.name == name:
            return stored, as_pack(stored, await packs.contents(tx, stored.id))
    return None


async def shown(tx: Reading, who: Principal, stored: StoredPack) -> PackView:
    hands = await packs.hands(tx, stored.id)
    return PackView(
        id=stored.id, name=stored.name, version=stored.version, state=stored.state, revision=stored.revision,
        title=stored.about.title, notice=stored.about.notice,
        stale_after_months=stored.about.stale_after_months, covers=list(stored.about.covers),
        documents=list(stored.about.documents),
        rules=await packs.count_rules(tx, stored.id), shipped=stored.shipped, based_on=stored.based_on,
        hash=stored.hash, signed_by=stored.key_id, signature=stored.signature.hex(),
        created_at=stored.created_at, active=await packs.active_id(tx, stored.name),
        hands=sorted(id for _, id in hands if id), may_approve=may_approve(who, stored.state, hands),
        steps=await packs.steps(tx, stored.id),
    )  # fmt: skip
