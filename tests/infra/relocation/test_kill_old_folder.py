"""The old folder moves to where the contexts of today have their tables, wherever it is killed."""

import asyncio
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.context_database import new_database
from tests.infra.relocation.toys import Place, contents
from tests.old_folder.folder import put

from entrepot import wiring
from entrepot.node.relocation import relocate
from entrepot.node.stopped import migrate_all
from entrepot.settings import Settings

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.infra.relocation.test_kill_old_folder"])
NAMES = [each.name for each in wiring.CONTEXTS]


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return Settings(data=tmp_path / "data")
    return Settings(data=tmp_path / "data", database=new_database(request.getfixturevalue("postgres_dsn")))


def begin_anew(settings: Settings) -> None:
    settings.data.mkdir(exist_ok=True)
    asyncio.run(_place(settings).empty())
    put(settings.data, dsn=settings.database)


def _place(settings: Settings) -> Place:
    return Place(settings.database or str(settings.data))


def upgraded(settings: Settings) -> dict[str, Any]:
    """Everything, once it is up to date; a context that is new has a log of its own, which chance names."""
    asyncio.run(migrate_all(settings))
    found: dict[str, Any] = asyncio.run(contents(_place(settings), NAMES))
    for each in wiring.CONTEXTS:
        if each.inherits and not each.formerly:
            assert len(found[each.name]["outbox_epoch"].pop("rows")) == 1
    return found


def die(settings: Settings, stage: str) -> None:
    def kill(name: str) -> None:
        if name == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(relocate(settings, wiring.CONTEXTS, stage=kill))


@pytest.mark.parametrize("third", [0, 1, 2])
def test_old_folder_ends_the_same_wherever_its_move_is_killed(settings: Settings, third: int) -> None:
    stages: list[str] = []
    begin_anew(settings)
    asyncio.run(relocate(settings, wiring.CONTEXTS, stage=stages.append))
    undisturbed = upgraded(settings)
    assert len(stages) == len(set(stages))
    assert stages
    for stage in stages[third::3]:
        begin_anew(settings)
        process = processes.Process(target=die, args=(settings, stage))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL, stage
        assert upgraded(settings) == undisturbed, stage
