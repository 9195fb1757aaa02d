"""What Entrepot e4f0552 left behind, where `rule` had the lists and screenings, opens with all of them."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.context_database import new_database
from tests.infra.relocation.toys import Place, contents, relocate_all
from tests.journeys.command import Shell, until
from tests.old_folder.folder import put
from tests.old_folder.people import EMAIL, MASTER_KEY
from tests.user.people import Person

from entrepot import wiring
from entrepot.infra.database.relocate import Owner
from entrepot.node.hosting import parts_of

TABLES = ("party_list", "screening_key", "screening", "screening_decision")
STAGES = (
    "rule is marked for screening", "rule is ready to give to screening", "screening is ready to take",
    "screening is about to commit", "screening has taken", "rule has given to screening",
)  # fmt: skip

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.screening.test_old_folder"])


# ---- as a user has it --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ada(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Somebody of then, at today's program with the data of then."""
    folder = tmp_path_factory.mktemp("old")
    on_postgres = request.param == "postgres"
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if on_postgres else ""
    put(folder / "data", dsn=dsn)
    where = {"ENTREPOT_DATABASE": dsn} if dsn else {}
    with Shell(folder, ENTREPOT_MASTER_KEY=MASTER_KEY, **where).up() as node:
        at: Any = SimpleNamespace(url=node.url)
        token = Person(at, email=EMAIL).sign_in().tokens["access_token"]
        yield lambda method, path, body=None: node.ask(method, path, body, token=token)


def test_old_deployment_opens_with_its_lists_screenings_and_decisions(ada: Callable[..., Any]) -> None:
    [listed] = ada("GET", "/api/parties")["items"]
    assert (listed["list"], listed["version"], listed["entries"]) == ("example", 2, 2)
    found = {each["subject"]["name"]: each for each in ada("GET", "/api/screenings")["items"]}
    assert {name: each["state"] for name, each in found.items()} == {
        "Grace Hopper": "open", "Ivan Petrovsky": "clear",
    }  # fmt: skip
    [hit] = found["Ivan Petrovsky"]["hits"]
    decision = hit["decision"]
    assert (decision["verdict"], decision["reason"]) == ("false_positive", "Born much later.")
    again = ada("POST", "/api/screenings", {"name": "ivan petrovsky"})
    assert again["state"] == "clear"  # what was decided counts again


def test_event_that_waited_under_its_old_name_is_heard(ada: Callable[..., Any]) -> None:
    """`rule.party_matched` waits in rule's log; `screening.party_matched` is what `common` hears today."""

    def told() -> list[Any]:
        notices = ada("GET", "/api/notifications")["items"]
        return [each for each in notices if each["kind"] == "rule.party_matched"]

    [notice] = until(told)
    watched = next(each for each in ada("GET", "/api/screenings")["items"] if each["watch"])
    assert notice["page"] == f"/screenings/{watched['id']}"
    assert notice["subject"] == "A watched party: 1 appeared"


# ---- killed in the middle ----------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    on_postgres = request.param == "postgres"
    dsn = new_database(request.getfixturevalue("postgres_dsn")) if on_postgres else ""
    put(tmp_path / "data", dsn=dsn)
    return Place(dsn or str(tmp_path / "data"))


@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_the_middle_of_the_move_nothing_is_lost_or_doubled(place: Place, stage: str) -> None:
    before = asyncio.run(contents(place, ["rule"]))["rule"]
    process = processes.Process(target=die, args=(place, stage))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    asyncio.run(relocate_all(place, owners()))
    after = asyncio.run(contents(place, ["rule", "screening"]))
    for table in TABLES:
        assert after["screening"][table]["rows"] == before[table]["rows"] != []
        assert table not in after["rule"]


def die(place: Place, stage: str) -> None:
    """Move the tables, and be killed at a stage."""

    def kill(name: str) -> None:
        if name == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(relocate_all(place, owners(), stage=kill))


def owners() -> list[Owner]:
    """The contexts of today."""
    return [Owner(each.name, parts_of(each), each.formerly, each.inherits) for each in wiring.CONTEXTS]
