"""What happens by itself: the first packs, the alarm about stale facts, seals, privacy."""

import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.at_rest import opened
from tests.context_database import context_database
from tests.gateway.client import running_node, until
from tests.house import erase, exported
from tests.rule.pack_life import drafted
from tests.rule.samples import pack, rule

from entrepot.core.errors import Conflict
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.rule.events import FactsStale, PackActivated
from entrepot.rule.model.check import CheckQuery, NewCheck, StillBeginning
from entrepot.rule.model.life import ActivatedMeanwhile, StepInput
from entrepot.rule.model.rule import Citation
from entrepot.rule.repository import pack as packs
from entrepot.rule.service import checks, freshness, life, starter, ticks
from entrepot.rule.service.library import Library, signed_text
from entrepot.rule.service.packs import add_draft
from entrepot.rule.service.rules import is_stale

ADA = Principal("ada", "acme", frozenset({"*"}), "person")
HEAD = ("id", "checked_at", "checked_by")  # what a kept answer shows before itself
NEW = NewCheck(origin="CN", destination="DE", hs_code="9503", traits=("lithium_ion",))


@pytest.fixture
def keys(tmp_path: Path) -> LocalKeys:
    return LocalKeys.open(tmp_path / "keys")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Migratable]:
    async with context_database("rule", folder=tmp_path) as opened:
        yield opened


async def said(database: Migratable, kind: Any) -> list[Any]:
    """Events of a kind that wait in the outbox."""

    async def look(tx: Reading) -> list[Any]:
        rows = await tx.fetch("SELECT body FROM outbox ORDER BY sequence")
        envelopes = [msgspec.json.decode(bytes(row[0])) for row in rows]
        return [each["data"] for each in envelopes if each["type"] == kind.TYPE]

    return await database.read(look)


async def check(database: Migratable, library: Library, *, new: NewCheck = NEW) -> Any:
    asked = await checks.answer(database.read, ADA, new=new, library=library)
    return msgspec.json.decode(
        await database.write(lambda tx: checks.check(tx, ADA, asked=asked, library=library))
    )


# ---- the first packs --------------------------------------------------------------------------------


async def test_empty_node_begins_with_the_shipped_packs_and_only_once(
    database: Migratable, keys: LocalKeys
) -> None:
    library = Library(keys)
    with pytest.raises(StillBeginning):
        await database.read(library.current)
    for _ in range(2):
        await starter.begin(database, keys=keys, library=Library(keys))
    stored = await database.read(packs.active)
    assert {each.name for each in stored} == {each.name for each in starter.shipped()}
    assert all(each.shipped and each.version == 1 for each in stored)
    assert len(await said(database, PackActivated)) == len(stored)
    answer = await check(database, library)
    assert answer["requirements"]
    assert any("legal advice" in notice for notice in answer["notices"])


async def test_node_that_has_packs_keeps_its_own(database: Migratable, keys: LocalKeys) -> None:
    await database.write(lambda tx: _own(tx, keys))
    await starter.begin(database, keys=keys, library=Library(keys))
    assert [each.name for each in await database.read(packs.active)] == ["test"]


async def _own(tx: Transaction, keys: LocalKeys, *, checked_on: date = date(2026, 11, 1)) -> None:
    old = rule("nz-old", citation=Citation(law="Act", checked_on=checked_on))
    ready, stored = await starter.signed(pack(old), keys)
    await packs.add(tx, stored, ready.rules)
    await life.begin_set(tx)


# ---- seals ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE pack_rule SET content = CAST(REPLACE(CAST(content AS TEXT), 'known', 'verified') AS BLOB)",
        "DELETE FROM pack_rule",
        "UPDATE pack SET signature = zeroblob(64)",
        "UPDATE pack SET key_id = 'another'",
        "UPDATE pack SET version = 9",
    ],
)
async def test_altered_pack_is_not_used(database: Migratable, keys: LocalKeys, tamper: str) -> None:
    await database.write(lambda tx: _own(tx, keys))
    assert await database.read(Library(keys).current)
    await database.write(lambda tx: tx.execute(tamper))
    with pytest.raises(Conflict, match="not what was signed"):
        await database.read(Library(keys).current)


async def test_signature_outlives_a_rotation_of_keys(database: Migratable, keys: LocalKeys) -> None:
    await database.write(lambda tx: _own(tx, keys))
    await keys.rotate()
    assert await database.read(Library(keys).current)
    assert signed_text("a", 1, "b") != signed_text("a", 2, "b")


# ---- steps ------------------------------------------------------------------------------------------


def test_step_is_kept_with_who_why_of_which_revision_and_under_which_key(tmp_path: Path) -> None:
    with running_node(tmp_path) as node:
        who = node.caller("rule:read rule:write", kind="person")
        until(lambda: who.get("/api/rules").status == 200, within_s=20)
        made = drafted(who, "kept", rule("kept"))
        for _ in range(2):
            at, why = f"/api/packs/{made['id']}/submit", {"reason": "ready"}
            assert who.post(at, why, headers={"idempotency-key": "key-1"}).status == 200
        with closing(opened(node.settings.data, "rule")) as database:
            steps = database.execute(
                "SELECT action, state, reason, revision, idempotency_key FROM pack_step"
                " WHERE pack_id = ? ORDER BY id",
                (made["id"],),
            ).fetchall()
    assert steps == [("created", "draft", "new", 1, ""), ("submit", "submitted", "ready", 1, "key-1")]


# ---- revisions --------------------------------------------------------------------------------------


async def test_version_is_not_submitted_with_revisions_counted_against_another(
    database: Migratable, keys: LocalKeys
) -> None:
    await database.write(lambda tx: _own(tx, keys))
    library, step = Library(keys), StepInput(reason="a test")
    changed = pack(rule("nz-old", severity="label"))
    stale = await database.write(lambda tx: add_draft(tx, ADA, changed, based_on=""))
    with pytest.raises(ActivatedMeanwhile):
        await life.look_through(database.read, ADA, id=stale.id, step=step, keys=keys, library=library)
    active = await database.read(lambda tx: packs.active_id(tx, changed.name))
    draft = await database.write(lambda tx: add_draft(tx, ADA, changed, based_on=active))
    sound = await life.look_through(database.read, ADA, id=draft.id, step=step, keys=keys, library=library)
    assert [each.revision for each in sound.counted] == [2]
    await database.write(lambda tx: tx.execute("UPDATE pack SET state = 'retired' WHERE state = 'active'"))
    with pytest.raises(ActivatedMeanwhile):
        await database.write(lambda tx: life.submit_pack(tx, ADA, id=draft.id, step=step, sound=sound))


# ---- stale facts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "stale"), [(date(2027, 10, 31), False), (date(2027, 11, 1), True), (date(2028, 1, 1), True)]
)
def test_fact_is_stale_once_its_months_have_passed(day: date, stale: bool) -> None:
    assert is_stale(rule(), pack(), today=day) == stale


async def test_stale_facts_are_said_once_until_they_change(database: Migratable, keys: LocalKeys) -> None:
    library = Library(keys)
    await database.write(lambda tx: _own(tx, keys, checked_on=date(2020, 1, 1)))
    for _ in range(2):
        await freshness.look(database, library=library)
    [stale] = await said(database, FactsStale)
    assert stale.pop("looked_at") and stale == {"name": "test", "count": 1, "oldest": "2020-01-01"}


# ---- privacy ----------------------------------------------------------------------------------------


async def test_person_is_told_what_they_checked_and_then_forgotten(
    database: Migratable, keys: LocalKeys
) -> None:
    library, sealing = Library(keys), Sealing(keys)
    await database.write(lambda tx: _own(tx, keys))
    made = await check(database, library, new=msgspec.structs.replace(NEW, destination="NZ"))
    await database.write(lambda tx: ticks.tick(tx, ADA, id=made["id"], rule="nz-old"))
    held = await exported(database, "rule", sealing, "ada")
    assert [each["id"] for each in held["checks"]] == [made["id"]]
    assert [(each["check"], each["rule"]) for each in held["ticks"]] == [(made["id"], "nz-old")]
    await erase(database, "rule", "ada")
    rows = await database.read(lambda tx: tx.fetch("SELECT person_id FROM checked"))
    assert list(rows) == [("",)]
    [left] = (await database.read(lambda tx: ticks.ticks(tx, ADA, id=made["id"]))).items
    assert (left.rule, left.by) == ("nz-old", "")
    page = await database.read(lambda tx: checks.checks(tx, ADA, query=CheckQuery()))
    assert [each.id for each in page.items] == [made["id"]]


# ---- room on the disk -------------------------------------------------------------------------------


async def test_answers_are_stored_small_and_stay_the_same(database: Migratable, keys: LocalKeys) -> None:
    library = Library(keys)
    await database.write(lambda tx: _own(tx, keys))
    made = await check(database, library)
    said = {name: value for name, value in made.items() if name not in HEAD}
    [(bytes_stored,)] = await database.read(lambda tx: tx.fetch("SELECT LENGTH(answer) FROM checked"))
    assert bytes_stored < 0.7 * len(msgspec.json.encode(said))
    again = await database.read(lambda tx: checks.one_check(tx, ADA, id=made["id"]))
    assert msgspec.json.decode(again) == made
    replayed = await database.read(lambda tx: checks.replay_check(tx, ADA, id=made["id"], library=library))
    assert replayed.identical


async def test_answer_counts_what_became_active_while_it_was_made(
    database: Migratable, keys: LocalKeys
) -> None:
    library = Library(keys)
    await database.write(lambda tx: _own(tx, keys))
    asked = await checks.answer(database.read, ADA, new=NEW, library=library)
    other = pack(rule("de-new", destinations=("DE",)), name="other")
    ready, stored = await starter.signed(other, keys)

    async def activate(tx: Transaction) -> None:
        await packs.add(tx, stored, ready.rules)
        await life.begin_set(tx)

    await database.write(activate)
    made = msgspec.json.decode(
        await database.write(lambda tx: checks.check(tx, ADA, asked=asked, library=library))
    )
    assert [each["rule"]["id"] for each in made["requirements"]] == ["de-new"]


@pytest.mark.parametrize(("packed", "pack"), [(0, bytes), (1, zlib.compress)])
async def test_answers_of_earlier_versions_still_open(
    database: Migratable, keys: LocalKeys, packed: int, pack: Callable[[bytes], bytes]
) -> None:
    library = Library(keys)
    await database.write(lambda tx: _own(tx, keys))
    made = await check(database, library)
    kept = {name: value for name, value in made.items() if name not in HEAD}

    async def as_before(tx: Transaction) -> None:
        answer = pack(msgspec.json.encode(kept))
        await tx.execute("UPDATE checked SET packed = ?, answer = ? WHERE id = ?", packed, answer, made["id"])

    await database.write(as_before)
    again = await database.read(lambda tx: checks.one_check(tx, ADA, id=made["id"]))
    assert msgspec.json.decode(again) == made
