"""Databases get their new names and tables their new context once, wholly, whenever the process dies."""

import asyncio
import multiprocessing
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.context_database import grant_create, lower_role, new_database
from tests.infra.relocation import toys
from tests.infra.relocation.toys import ALERTS, NEWER, Place, contents, make_older, relocate

from entrepot import wiring
from entrepot.core.errors import Conflict, Error
from entrepot.core.inheritance import Inherits
from entrepot.infra.database.migrate import NotMoved, migrate
from entrepot.infra.database.postgres import NotPermitted, Postgres
from entrepot.infra.database.relocate import Owner, check
from entrepot.node.hosting import parts_of

STAGES = 17  # five of the name, six of each of the two moves

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.infra.relocation.toys"])

Places = Callable[[], Place]


@pytest.fixture(params=["sqlite", "postgres"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    """Gives an empty place at every call."""

    def place() -> Place:
        if request.param == "postgres":
            return Place(new_database(request.getfixturevalue("postgres_dsn")))
        folder = tmp_path / f"data-{len(list(tmp_path.glob('data-*')))}"
        folder.mkdir()
        return Place(str(folder))

    yield place


@pytest.fixture
def older(places: Places, tmp_path: Path) -> Places:
    """Gives a place as the older program left it at every call; what it gave before is gone."""
    place = places()

    def again() -> Place:
        asyncio.run(place.empty())
        asyncio.run(make_older(place, tmp_path))
        return place

    return again


def upgraded(
    place: Place, tmp_path: Path, *, stage: Callable[[str], None] = lambda name: None
) -> dict[str, Any]:
    asyncio.run(relocate(place, tmp_path, stage=stage))
    found: dict[str, Any] = asyncio.run(contents(place, list(NEWER)))
    assert len(found["alert"]["outbox_epoch"].pop("rows")) == 1  # a new log, which chance has named
    return found


def shapes(looks: dict[str, Any]) -> Any:
    return {
        name: {table: (look["columns"], look["indexes"]) for table, look in tables.items()}
        for name, tables in looks.items()
    }


def rows(looks: dict[str, Any], name: str, table: str) -> list[Any]:
    return list(looks[name][table]["rows"])


def test_every_row_moves_and_the_shape_is_that_of_a_fresh_deployment(
    older: Places, places: Places, tmp_path: Path
) -> None:
    found = upgraded(older(), tmp_path)
    assert shapes(found) == shapes(upgraded(places(), tmp_path))
    assert len(rows(found, "alert", "alert")) == ALERTS
    assert ("u1", 1202, "sos", 1202 / 3, b"\xb2", 0) in rows(found, "alert", "alert")
    assert ("u2", 7, "low", 7 / 3, b"\x07", 0) in rows(found, "alert", "alert")
    assert rows(found, "device", "unit") == [(1, "u1", "U 1", "", "none"), (2, "u2", "U 2", "", "none")]
    assert rows(found, "tracking", "watched") == [(1, "u1"), (2, "u2")]
    assert rows(found, "tracking", "position") == [(1, 5)]
    assert "alert" not in found["tracking"]
    assert rows(found, "device", "quarantine") == [("q", b"\0\xff")]


def test_log_of_a_renamed_context_goes_on_where_it_was(older: Places, tmp_path: Path) -> None:
    found = upgraded(older(), tmp_path)
    assert (41, b"unheard") in [row[-2:] for row in rows(found, "device", "outbox")]
    assert (1, "edge-epoch", 0) in rows(found, "device", "outbox_epoch")
    assert rows(found, "device", "outbox_pruned") == [(40,)]
    [heard] = rows(found, "tracking", "inbox")
    assert heard[0].partition("@")[0] == "device"
    assert heard[1:] == ("edge-epoch", 40, 40)
    [parked] = rows(found, "tracking", "inbox_parked")
    assert parked[0].partition("@")[0] == "device"
    assert {row[0].partition("@")[0] for row in rows(found, "tracking", "outbox_reader")} == {
        "device",
        "common",
    }
    assert {row[0].partition("@")[0] for row in rows(found, "common", "inbox")} == {"edgewise"}
    [letter] = rows(found, "common", "dead_letter")
    assert letter[2].partition("@")[0] == "device"


def test_second_run_changes_nothing(older: Places, tmp_path: Path) -> None:
    place = older()
    found = upgraded(place, tmp_path)
    assert upgraded(place, tmp_path, stage=pytest.fail) == found


@pytest.mark.parametrize("third", [0, 1, 2])
def test_killed_between_any_two_stages_it_ends_the_same(older: Places, tmp_path: Path, third: int) -> None:
    stages: list[str] = []
    undisturbed = upgraded(older(), tmp_path, stage=stages.append)
    assert len(stages) == len(set(stages)) == STAGES, stages
    for stage in stages[third::3]:
        place = older()
        process = processes.Process(target=toys.die, args=(place, tmp_path, stage))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, stage
        assert upgraded(place, tmp_path) == undisturbed, stage


def test_file_that_has_both_names_gets_its_new_one(tmp_path: Path) -> None:
    """Where the process died between the two halves of giving a file its new name."""
    undisturbed, place = Place(str(tmp_path / "one")), Place(str(tmp_path / "other"))
    Path(undisturbed.where).mkdir()
    asyncio.run(make_older(undisturbed, tmp_path))
    shutil.copytree(undisturbed.where, place.where)
    (Path(place.where) / "device.sqlite").hardlink_to(Path(place.where) / "edge.sqlite")
    assert upgraded(place, tmp_path) == upgraded(undisturbed, tmp_path)
    assert {file.name for file in Path(place.where).glob("*.sqlite*")} >= {"edge.sqlite", "device.sqlite"}
    assert not (Path(place.where) / "edge.sqlite").samefile(Path(place.where) / "device.sqlite")


def test_older_program_is_refused_by_every_database_that_changed(older: Places, tmp_path: Path) -> None:
    place = older()
    upgraded(place, tmp_path)
    asyncio.run(refused(place, tmp_path, "edge", "tracking"))


@pytest.mark.parametrize(
    ("stage", "names"),
    [
        ("edge is marked", ("edge",)),
        ("tracking knows of device", ("edge", "tracking")),
        ("edge is renamed", ("edge", "tracking", "common")),
        ("tracking is marked for alert", ("edge", "tracking", "common")),
        ("alert has taken", ("edge", "tracking", "common")),
    ],
)
def test_older_program_is_refused_from_the_first_stage_on(
    older: Places, tmp_path: Path, stage: str, names: tuple[str, ...]
) -> None:
    place = older()

    def stop(name: str) -> None:
        if name == stage:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        asyncio.run(relocate(place, tmp_path, stage=stop))
    asyncio.run(refused(place, tmp_path, *names))


async def refused(place: Place, tmp_path: Path, *names: str) -> None:
    """Look at the table as programs of before did, whose code knew no marks."""
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        for name in names:
            [owner] = [each for each in toys.owners(toys.FILES, tmp_path, newer=False) if each.name == name]
            database = await databases.open(name)
            applied = await database.read(lambda tx: tx.fetch("SELECT part, number FROM migration"))
            await database.close()
            known = {("mailbox", 1), *(("context", number) for number in (1, 2))}
            assert {each for each in applied if each[0] in owner.parts} - known, name


async def test_migration_alone_never_drops_what_was_not_taken(places: Places, tmp_path: Path) -> None:
    place = places()
    await make_older(place, tmp_path)
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        [tracking] = [each for each in toys.owners(NEWER, tmp_path, newer=True) if each.name == "tracking"]
        database = await databases.open("tracking")
        with pytest.raises(NotMoved, match="alert"):
            await migrate(database, tracking.parts)
        assert await database.read(lambda tx: tx.fetch_one("SELECT count(*) FROM alert")) == (ALERTS,)
        await database.close()


async def test_database_that_another_process_leads_is_left_alone(places: Places, tmp_path: Path) -> None:
    place = places()
    await make_older(place, tmp_path)
    async with AsyncExitStack() as stack:
        elsewhere = await place.databases(stack)
        assert await elsewhere.claim("tracking")
        before = await contents(place, ["edge", "tracking", "common"])
        moving = asyncio.create_task(relocate(place, tmp_path))
        with pytest.raises(Conflict, match="Stop every node"):
            await moving
        assert await contents(place, ["edge", "tracking", "common"]) == before
        await elsewhere.release("tracking")
    await relocate(place, tmp_path)


async def test_still_older_deployment_first_comes_to_where_the_tables_moved(
    places: Places, tmp_path: Path
) -> None:
    place = places()
    await make_older(place, tmp_path, through={"mailbox": 1, "context": 1})
    await relocate(place, tmp_path)
    found = await contents(place, list(NEWER))
    assert rows(found, "device", "unit") == [(1, "u1", "U 1", "u 1", "none"), (2, "u2", "U 2", "u 2", "none")]
    assert len(rows(found, "alert", "alert")) == ALERTS


async def test_schema_that_a_process_uses_without_leading_it_is_left_alone(
    postgres_dsn: str, tmp_path: Path
) -> None:
    """On PostgreSQL an older process writes, whoever leads."""
    place = Place(new_database(postgres_dsn))
    await make_older(place, tmp_path)
    older = await Postgres.open(place.where, "tracking")
    with pytest.raises(Conflict, match="tracking"):
        await relocate(place, tmp_path)
    assert await older.read(lambda tx: tx.fetch_one("SELECT count(*) FROM alert")) == (ALERTS,)
    await older.close()
    await relocate(place, tmp_path)


async def test_role_that_may_not_create_schemas_is_told_before_anything_changes(
    postgres_dsn: str, tmp_path: Path
) -> None:
    place = Place(new_database(postgres_dsn))
    await make_older(place, tmp_path)
    lower = Place(await lower_role(place.where))
    before = await contents(lower, ["edge", "tracking", "common"])
    with pytest.raises(NotPermitted, match="CREATE on the database"):
        await relocate(lower, tmp_path)
    assert await contents(lower, ["edge", "tracking", "common"]) == before
    await grant_create(place.where, to=lower.where)
    await relocate(lower, tmp_path)
    assert len(rows(await contents(lower, list(NEWER)), "alert", "alert")) == ALERTS


async def test_role_that_may_not_create_schemas_migrates_those_that_are_there(
    postgres_dsn: str, tmp_path: Path
) -> None:
    place = Place(new_database(postgres_dsn))
    await make_older(place, tmp_path)
    lower = await lower_role(place.where)
    [common] = [each for each in toys.owners(NEWER, tmp_path, newer=True) if each.name == "common"]
    database = await Postgres.open(lower, "common")
    assert await migrate(database, common.parts)
    await database.close()
    fresh = await Postgres.open(lower, "fresh")
    with pytest.raises(NotPermitted, match="fresh"):
        await migrate(fresh, common.parts)
    await fresh.close()


async def test_schema_of_another_role_is_not_touched(postgres_dsn: str, tmp_path: Path) -> None:
    place = Place(new_database(postgres_dsn))
    lower = await lower_role(place.where)
    await grant_create(place.where, to=lower)
    await make_older(place, tmp_path)
    with pytest.raises(NotPermitted, match="edge"):
        await relocate(Place(lower), tmp_path)


async def test_two_processes_that_start_at_once_move_everything_once(places: Places, tmp_path: Path) -> None:
    place = places()
    await make_older(place, tmp_path)
    stages: list[str] = []
    toys.owners(NEWER, tmp_path, newer=True)
    await asyncio.gather(*(relocate(place, tmp_path, stage=stages.append) for _ in range(3)))
    assert len(stages) == STAGES, stages
    assert len(rows(await contents(place, list(NEWER)), "alert", "alert")) == ALERTS


async def test_receiver_with_rows_of_its_own_is_refused(places: Places, tmp_path: Path) -> None:
    place = places()
    await make_older(place, tmp_path)
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        [alert] = [each for each in toys.owners(NEWER, tmp_path, newer=True) if each.name == "alert"]
        database = await databases.open("alert")
        await migrate(database, alert.parts)
        await database.close()
    with pytest.raises(Conflict, match="already"):
        await relocate(place, tmp_path)


async def test_two_databases_of_one_context_are_refused(places: Places, tmp_path: Path) -> None:
    place = places()
    await make_older(place, tmp_path)
    async with AsyncExitStack() as stack:
        databases = await place.databases(stack)
        [device] = [each for each in toys.owners(NEWER, tmp_path, newer=True) if each.name == "device"]
        database = await databases.open("device")
        await migrate(database, device.parts)
        await database.close()
    with pytest.raises(Conflict, match="two"):
        await relocate(place, tmp_path)


async def test_source_that_does_not_wait_for_the_move_is_told(
    places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = places()
    await make_older(place, tmp_path)
    monkeypatch.setitem(toys.INHERITS, "alert", (Inherits(source="tracking", tables=("alert",), before=2),))
    with pytest.raises(Error, match="After the move of alert"):
        await relocate(place, tmp_path)


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_what_the_contexts_of_today_inherit_waits_for_its_move(dialect: Any) -> None:
    owners = {
        each.name: Owner(each.name, parts_of(each), each.formerly, each.inherits) for each in wiring.CONTEXTS
    }
    check(owners, dialect)
