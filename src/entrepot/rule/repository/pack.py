"""Versions of packs, their rules, and which were active when."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from entrepot.core.ids import new_id
from entrepot.core.lifecycle import StepRecord
from entrepot.core.paging import Text
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.rule.model.life import PackState, StepView
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Rule

_COLUMNS = (
    "id, name, version, state, revision, about, based_on, shipped, hash, key_id, signature, created_at_us"
)
_RANK = "CASE WHEN state = 'active' THEN 0 ELSE 1 END"
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode_pack = msgspec.json.Decoder(Pack).decode
_decode_rule = msgspec.json.Decoder(Rule).decode


class StoredPack(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it is stored; `about` is the pack without its rules."""

    id: str
    name: str
    version: int
    state: PackState
    revision: int
    about: Pack
    based_on: str
    shipped: bool
    hash: str
    key_id: str
    signature: bytes
    created_at: datetime


class VersionPosition(NamedTuple):
    """Where a version stands in the list of all. Callers can make a cursor up, so it is bounded."""

    name: Text
    rank: Annotated[int, Meta(ge=0, le=1)]
    version: Annotated[int, Meta(ge=0, le=2**53)]


def place_of(stored: StoredPack) -> VersionPosition:
    return VersionPosition(stored.name, int(stored.state != "active"), stored.version)


class PackSet(msgspec.Struct, frozen=True, kw_only=True):
    """Versions that are active together."""

    hash: str
    pack_ids: tuple[str, ...]
    since: datetime


async def add(tx: Transaction, stored: StoredPack, rules: Iterable[Rule]) -> None:
    await tx.execute(
        f"INSERT INTO pack ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        stored.id, stored.name, stored.version, stored.state, stored.revision, _encode(stored.about),
        stored.based_on, int(stored.shipped), stored.hash, stored.key_id, stored.signature,
        to_us(stored.created_at),
    )  # fmt: skip
    await _add_rules(tx, stored.id, rules)


async def _add_rules(tx: Transaction, pack_id: str, rules: Iterable[Rule]) -> None:
    await tx.execute_many(
        "INSERT INTO pack_rule (pack_id, rule_id, content) VALUES (?, ?, ?)",
        [(pack_id, rule.id, _encode(rule)) for rule in rules],
    )


async def by_id(tx: Reading, id: str) -> StoredPack | None:
    row = await tx.fetch_one(f"SELECT {_COLUMNS} FROM pack WHERE id = ?", id)
    return None if row is None else _stored(row)


async def active(tx: Reading) -> Sequence[StoredPack]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM pack WHERE state = 'active' ORDER BY name")
    return [_stored(row) for row in rows]


async def active_id(tx: Reading, name: str) -> str:
    """Empty if no version of this name is active."""
    row = await tx.fetch_one("SELECT id FROM pack WHERE name = ? AND state = 'active'", name)
    return "" if row is None else str(row[0])


async def page(
    tx: Reading, *, name: str | None, state: str | None, after: VersionPosition | None, limit: int
) -> Sequence[StoredPack]:
    """Return versions by name; of each pack, the active one first, then the newest."""
    asked: list[tuple[str, tuple[Any, ...]]] = [
        (sql, (each,)) for sql, each in (("name = ?", name), ("state = ?", state)) if each
    ]
    if after is not None:
        sql = f"(name > ? OR (name = ? AND ({_RANK} > ? OR ({_RANK} = ? AND version < ?))))"
        asked.append((sql, (after.name, after.name, after.rank, after.rank, after.version)))
    where = f"WHERE {' AND '.join(sql for sql, _ in asked)}" if asked else ""
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM pack {where} ORDER BY name, {_RANK}, version DESC LIMIT ?",
        *(each for _, values in asked for each in values), limit,
    )  # fmt: skip
    return [_stored(row) for row in rows]


async def last_version(tx: Reading, name: str) -> int:
    row = await tx.fetch_one("SELECT MAX(version) FROM pack WHERE name = ?", name)
    return 0 if row is None or row[0] is None else int(row[0])


async def any_version(tx: Reading) -> bool:
    return await tx.fetch_one("SELECT 1 FROM pack LIMIT 1") is not None


async def remove(tx: Transaction, id: str) -> None:
    for table, column in (("pack_rule", "pack_id"), ("pack_step", "pack_id"), ("pack", "id")):
        await tx.execute(f"DELETE FROM {table} WHERE {column} = ?", id)


# ---- rules ------------------------------------------------------------------------------------------


async def rules(tx: Reading, pack_id: str) -> tuple[Rule, ...]:
    rows = await tx.fetch("SELECT content FROM pack_rule WHERE pack_id = ? ORDER BY rule_id", pack_id)
    return tuple(_decode_rule(bytes(content)) for (content,) in rows)


async def contents(tx: Reading, pack_id: str) -> Sequence[bytes]:
    """Return the rules as they are stored, to be decoded elsewhere."""
    rows = await tx.fetch("SELECT content FROM pack_rule WHERE pack_id = ? ORDER BY rule_id", pack_id)
    return [bytes(content) for (content,) in rows]


async def rules_page(tx: Reading, pack_id: str, *, after: str, limit: int) -> Sequence[Rule]:
    rows = await tx.fetch(
        "SELECT content FROM pack_rule WHERE pack_id = ? AND rule_id > ? ORDER BY rule_id LIMIT ?",
        pack_id, after, limit,
    )  # fmt: skip
    return [_decode_rule(bytes(content)) for (content,) in rows]


async def rule(tx: Reading, pack_id: str, rule_id: str) -> Rule | None:
    row = await tx.fetch_one(
        "SELECT content FROM pack_rule WHERE pack_id = ? AND rule_id = ?", pack_id, rule_id
    )
    return None if row is None else _decode_rule(bytes(row[0]))


async def count_rules(tx: Reading, pack_id: str) -> int:
    row = await tx.fetch_one("SELECT COUNT(*) FROM pack_rule WHERE pack_id = ?", pack_id)
    return 0 if row is None else int(row[0])


async def put_rule(tx: Transaction, pack_id: str, rule: Rule) -> None:
    await drop_rule(tx, pack_id, rule.id)
    await tx.execute(
        "INSERT INTO pack_rule (pack_id, rule_id, content) VALUES (?, ?, ?)", pack_id, rule.id, _encode(rule)
    )


async def replace_rules(tx: Transaction, pack_id: str, rules: Iterable[Rule]) -> None:
    """Of rules that the version has."""
    await tx.execute_many(
        "UPDATE pack_rule SET content = ? WHERE pack_id = ? AND rule_id = ?",
        [(_encode(rule), pack_id, rule.id) for rule in rules],
    )


async def drop_rule(tx: Transaction, pack_id: str, rule_id: str) -> bool:
    return await tx.execute("DELETE FROM pack_rule WHERE pack_id = ? AND rule_id = ?", pack_id, rule_id) > 0


def decoded(contents: Sequence[bytes]) -> tuple[Rule, ...]:
    return tuple(map(_decode_rule, contents))


# ---- changes ----------------------------------------------------------------------------------------


async def edited(tx: Transaction, stored: StoredPack, *, about: Pack | None = None) -> bool:
    """Count an edit of a draft; False if somebody else was faster."""
    return await tx.execute(
        "UPDATE pack SET revision = revision + 1, about = ?"
        " WHERE id = ? AND revision = ? AND state = 'draft'",
        _encode(about or stored.about), stored.id, stored.revision,
    ) > 0  # fmt: skip


async def rebase(
    tx: Transaction, stored: StoredPack, *, based_on: str, about: Pack, rules: Iterable[Rule]
) -> None:
    """Put other rules into a draft whose edit was counted."""
    await tx.execute(
        "UPDATE pack SET based_on = ?, about = ? WHERE id = ?", based_on, _encode(about), stored.id
    )
    await tx.execute("DELETE FROM pack_rule WHERE pack_id = ?", stored.id)
    await _add_rules(tx, stored.id, rules)


async def move(tx: Transaction, stored: StoredPack, *, to: PackState) -> bool:
    """Change the state, unless somebody else has done so or edited."""
    return await tx.execute(
        "UPDATE pack SET state = ?, revision = revision + 1 WHERE id = ? AND state = ? AND revision = ?",
        to, stored.id, stored.state, stored.revision,
    ) > 0  # fmt: skip


async def sign(tx: Transaction, id: str, *, hash: str, key_id: str, signature: bytes) -> None:
    await tx.execute(
        "UPDATE pack SET hash = ?, key_id = ?, signature = ? WHERE id = ?", hash, key_id, signature, id
    )


async def record(tx: Transaction, pack_id: str, step: StepRecord[PackState]) -> None:
    await tx.execute(
        "INSERT INTO pack_step (id, pack_id, action, state, actor, organisation, reason, revision,"
        " idempotency_key, at_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new_id(), pack_id, step.verb, step.state, step.actor, step.organisation, step.reason, step.version,
        step.key, to_us(step.at),
    )  # fmt: skip


async def steps(tx: Reading, pack_id: str) -> list[StepView]:
    """Return the steps of a version, the oldest first."""
    rows = await tx.fetch(
        "SELECT action, state, actor, reason, at_us FROM pack_step WHERE pack_id = ? ORDER BY id", pack_id
    )
    return [
        StepView(action=action, state=state, actor=actor, reason=reason, at=from_us(at_us))
        for action, state, actor, reason, at_us in rows
    ]


async def hands(tx: Reading, pack_id: str) -> frozenset[tuple[str, str]]:
    """(organisation, id) of everybody who wrote or submitted this version."""
    rows = await tx.fetch(
        "SELECT DISTINCT organisation, actor FROM pack_step"
        " WHERE pack_id = ? AND action IN ('created', 'edited', 'submit')",
        pack_id,
    )
    return frozenset((organisation, actor) for organisation, actor in rows)


# ---- what was active when ---------------------------------------------------------------------------


async def current_set(tx: Reading) -> PackSet | None:
    return _set(
        await tx.fetch_one("SELECT hash, pack_ids, since_us FROM pack_set ORDER BY since_us DESC LIMIT 1")
    )


async def set_at(tx: Reading, moment: datetime) -> PackSet | None:
    return _set(
        await tx.fetch_one(
            "SELECT hash, pack_ids, since_us FROM pack_set"
            " WHERE since_us <= ? ORDER BY since_us DESC LIMIT 1",
            to_us(moment),
        )
    )


async def set_by_hash(tx: Reading, hash: str) -> PackSet | None:
    return _set(
        await tx.fetch_one("SELECT hash, pack_ids, since_us FROM pack_set WHERE hash = ? LIMIT 1", hash)
    )


async def begin_set(tx: Transaction, *, hash: str, pack_ids: Iterable[str], at: datetime) -> None:
    """From `at` on; a moment later if the last set began then or, by a clock that went back, after."""
    row = await tx.fetch_one("SELECT MAX(since_us) FROM pack_set")
    since_us = to_us(at) if row is None or row[0] is None else max(to_us(at), int(row[0]) + 1)
    await tx.execute(
        "INSERT INTO pack_set (since_us, hash, pack_ids) VALUES (?, ?, ?)", since_us, hash, " ".join(pack_ids)
    )


async def stale_said(tx: Reading, name: str) -> str:
    row = await tx.fetch_one("SELECT rules FROM stale_notice WHERE name = ?", name)
    return "" if row is None else str(row[0])


async def say_stale(tx: Transaction, name: str, rules: str) -> None:
    await tx.execute("DELETE FROM stale_notice WHERE name = ?", name)
    await tx.execute("INSERT INTO stale_notice (name, rules) VALUES (?, ?)", name, rules)


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    """Steps stay; whose they were is forgotten."""
    await tx.execute("UPDATE pack_step SET actor = '', idempotency_key = '' WHERE actor = ?", person_id)


async def steps_of(tx: Reading, person_id: str) -> list[StepView]:
    rows = await tx.fetch(
        "SELECT action, state, actor, reason, at_us FROM pack_step WHERE actor = ? ORDER BY id", person_id
    )
    return [
        StepView(action=action, state=state, actor=actor, reason=reason, at=from_us(at_us))
        for action, state, actor, reason, at_us in rows
    ]


def _set(row: Row | None) -> PackSet | None:
    if row is None:
        return None
    hash, pack_ids, since_us = row
    return PackSet(hash=hash, pack_ids=tuple(pack_ids.split()), since=from_us(since_us))


def _stored(row: Row) -> StoredPack:
    id, name, version, state, revision, about, based_on, shipped, hash, key_id, signature, created_us = row
    return StoredPack(
        id=id, name=name, version=version, state=state, revision=revision, about=_decode_pack(bytes(about)),
        based_on=based_on, shipped=bool(shipped), hash=hash, key_id=key_id, signature=bytes(signature),
        created_at=from_us(created_us),
    )  # fmt: skip
