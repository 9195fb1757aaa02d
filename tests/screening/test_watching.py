"""What a change of a list says to others, what a person is told, and what is forgotten with time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.context_database import context_database
from tests.house import erase, exported

from entrepot.core.ports import Reading
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.screening.events import PartyMatched
from entrepot.screening.model.decision import EntryChanged, NewDecision
from entrepot.screening.model.party import NewList
from entrepot.screening.model.screening import NewScreening, Screening, ScreeningQuery
from entrepot.screening.service import decisions, party_lists, screenings, watching

ADA = Principal("ada", "acme", frozenset(), "person")
LIST = "id,name,birth_dates,programme\n1,Ivan Petrovsky,1961,ONE\n"


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Migratable]:
    dsn = request.getfixturevalue("postgres_dsn") if request.param == "postgres" else ""
    async with context_database("screening", folder=tmp_path, dsn=dsn) as opened:
        yield opened


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


async def take(database: Migratable, text: str) -> None:
    new = NewList(list="example", format="csv", text=text)
    prepared = await party_lists.prepare(database.read, ADA, new=new)
    await database.write(lambda tx: party_lists.import_parties(tx, ADA, new=new, prepared=prepared))


async def screen(database: Migratable, sealing: Sealing, name: str, *, watch: bool = True) -> Screening:
    new = NewScreening(name=name, watch=watch)
    searched = await screenings.search(database.read, ADA, new=new)
    return await database.write(
        lambda tx: screenings.screen(tx, ADA, new=new, searched=searched, sealing=sealing)
    )


async def decide(database: Migratable, sealing: Sealing, made: Screening) -> Screening:
    decision = NewDecision(list="example", entry="1", verdict="false_positive", reason="another birth place")
    return await database.write(
        lambda tx: decisions.decide_hit(tx, ADA, id=made.id, decision=decision, sealing=sealing)
    )


async def said(database: Migratable, kind: Any) -> list[Any]:
    async def look(tx: Reading) -> list[Any]:
        rows = await tx.fetch("SELECT body FROM outbox ORDER BY sequence")
        envelopes = [msgspec.json.decode(bytes(row[0])) for row in rows]
        return [each["data"] for each in envelopes if each["type"] == kind.TYPE]

    return await database.read(look)


async def test_change_of_hits_is_said_once_and_names_nobody(database: Migratable, sealing: Sealing) -> None:
    await take(database, LIST)
    ivan = await screen(database, sealing, "Ivan Petrovsky")
    nobody = await screen(database, sealing, "Ada Lovelace")
    await screen(database, sealing, "Grace Hopper", watch=False)
    await watching.screen_again(database, sealing=sealing)
    assert await said(database, PartyMatched) == []

    await take(database, LIST.replace("ONE", "TWO") + "2,Grace Hopper,,\n3,Ada Lovelace,,\n")
    for _ in range(2):
        await watching.screen_again(database, sealing=sealing)
    events = await said(database, PartyMatched)
    assert {(each["screening_id"], each["appeared"], each["changed"], each["gone"]) for each in events} == {
        (ivan.id, 0, 1, 0),
        (nobody.id, 1, 0, 0),
    }
    assert len(events) == 2 and "Lovelace" not in str(events)


async def test_decided_hit_stays_decided_while_the_entry_stays(
    database: Migratable, sealing: Sealing
) -> None:
    await take(database, LIST)
    made = await screen(database, sealing, "Ivan Petrovsky")
    assert (made.state, (await decide(database, sealing, made)).state) == ("open", "clear")
    await take(database, LIST + "2,Somebody Else,,\n")
    await watching.screen_again(database, sealing=sealing)
    page = await database.read(
        lambda tx: screenings.screenings(tx, ADA, query=ScreeningQuery(), sealing=sealing)
    )
    assert [(each.state, each.lists) for each in page.items] == [("clear", ["example/2"])]
    assert await said(database, PartyMatched) == []
    await take(database, LIST.replace("ONE", "TWO"))
    await watching.screen_again(database, sealing=sealing)
    again = await database.read(lambda tx: screenings.one_screening(tx, ADA, id=made.id, sealing=sealing))
    decision = again.hits[0].decision
    assert again.state == "open" and decision is not None and not decision.current


async def test_list_that_moved_in_between_is_not_taken_twice(database: Migratable) -> None:
    new = NewList(list="example", format="csv", text=LIST)
    prepared = await party_lists.prepare(database.read, ADA, new=new)
    await take(database, LIST.replace("ONE", "TWO"))
    with pytest.raises(party_lists.ListMoved):
        await database.write(lambda tx: party_lists.import_parties(tx, ADA, new=new, prepared=prepared))


async def test_person_is_told_what_they_did_and_then_forgotten(
    database: Migratable, sealing: Sealing
) -> None:
    await take(database, LIST)
    made = await screen(database, sealing, "Ivan Petrovsky")
    await decide(database, sealing, made)
    did = (await exported(database, "screening", sealing, "ada"))["screenings"]
    assert [each["did"] for each in did] == ["screened", "decided"]
    assert "Petrovsky" not in str(did)

    await erase(database, "screening", "ada")
    after = await database.read(lambda tx: screenings.one_screening(tx, ADA, id=made.id, sealing=sealing))
    assert after.created_by == "erased" and after.hits[0].decision is not None
    assert after.hits[0].decision.decided_by == "erased"


async def test_old_screenings_are_forgotten_unless_watched(database: Migratable, sealing: Sealing) -> None:
    await take(database, LIST)
    for watch in (True, False):
        await decide(
            database, sealing, await screen(database, sealing, f"Ivan Petrovsky {watch}", watch=watch)
        )
    old = to_us(now() - screenings.KEPT - timedelta(days=1))
    await database.write(lambda tx: tx.execute("UPDATE screening SET created_at_us = ?", old))
    await database.write(lambda tx: tx.execute("UPDATE screening_decision SET decided_at_us = ?", old))
    await database.write(screenings.tidy)
    left = await database.read(lambda tx: tx.fetch("SELECT watch FROM screening"))
    decisions = await database.read(lambda tx: tx.fetch("SELECT id FROM screening_decision"))
    assert ([tuple(row) for row in left], len(decisions)) == ([(1,)], 1)


async def test_decision_about_an_entry_that_has_changed_since_is_refused(
    database: Migratable, sealing: Sealing
) -> None:
    await take(database, LIST)
    made = await screen(database, sealing, "Ivan Petrovsky")
    [seen] = made.hits
    await take(database, LIST.replace("ONE", "TWO"))
    await watching.screen_again(database, sealing=sealing)

    async def decide_on(digest: str) -> Screening:
        new = NewDecision(
            list="example", entry="1", verdict="true_match", reason="the same man", entry_digest=digest
        )
        return await database.write(
            lambda tx: decisions.decide_hit(tx, ADA, id=made.id, decision=new, sealing=sealing)
        )

    with pytest.raises(EntryChanged) as refused:
        await decide_on(seen.entry_digest)
    again = await database.read(lambda tx: screenings.one_screening(tx, ADA, id=made.id, sealing=sealing))
    assert (again.state, again.hits[0].decision) == ("open", None)
    assert refused.value.entry_digest == again.hits[0].entry_digest
    assert (await decide_on(again.hits[0].entry_digest)).state == "matched"
