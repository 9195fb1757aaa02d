"""What the version before left behind opens: everything is there, and what waited in a log is heard."""

import asyncio
import tarfile
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.context_database import new_database
from tests.journeys.command import Node, Shell, until
from tests.old_folder.folder import CONTEXTS, put
from tests.old_folder.people import EMAIL, MASTER_KEY
from tests.user.people import Person

from entrepot.device.context import CONTEXT as DEVICE
from entrepot.infra.database import backup_postgres, backup_sqlite
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.database.sqlite import SQLite
from entrepot.settings import Settings

KNOWN_THEN = {"user": 3, "monitor": 2, "common": 2, "edge": 2, "tracking": 5, "rule": 8, "gateway": 0}
ALL_DAY = "from=2026-11-29T00:00:00Z&to=2026-11-30T00:00:00Z"


@pytest.fixture(params=["sqlite", "postgres"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    """One whose node has the old folder's keys, and as yet no data."""
    if request.param == "sqlite":
        return Shell(tmp_path, ENTREPOT_MASTER_KEY=MASTER_KEY)
    dsn = new_database(request.getfixturevalue("postgres_dsn"))
    return Shell(tmp_path, ENTREPOT_MASTER_KEY=MASTER_KEY, ENTREPOT_DATABASE=dsn)


class Ada:
    """She watches a van, and a party."""

    def __init__(self, node: Node) -> None:
        where: Any = SimpleNamespace(url=node.url, settings=Settings(data=node.folder))
        self._node = node
        self._token = Person(where, email=EMAIL).sign_in().tokens["access_token"]

    def sees(self, path: str) -> list[Any]:
        items: list[Any] = self._node.ask("GET", path, token=self._token)["items"]
        return items


def test_old_folder_opens_and_what_waited_is_heard(shell: Shell) -> None:
    put(shell.folder / "data", dsn=shell.env.get("ENTREPOT_DATABASE", ""))
    with shell.up() as node:
        ada = Ada(node)
        devices = {device["name"]: device["id"] for device in ada.sees("/api/devices")}
        assert set(devices) == {"Van", "Phone", "Newcomer"}
        positions = f"/api/devices/{devices['Van']}/positions?{ALL_DAY}"
        until(lambda: len(ada.sees(positions)) == 13)  # nine were heard by the old program
        assert len(ada.sees("/api/alerts")) >= 2
        assert sorted(each["state"] for each in ada.sees("/api/screenings")) == ["clear", "open"]
        until(lambda: "rule.party_matched" in [each["kind"] for each in ada.sees("/api/notifications")])
        alerts = {each["id"] for each in ada.sees("/api/alerts")}
        until(lambda: len(ada.sees("/api/notifications")) >= len(alerts) + 1)
        until(lambda: asyncio.run(_roster(shell)) == sorted(devices.values()))


def test_program_of_then_is_refused_by_every_database_that_it_knew(shell: Shell) -> None:
    """It looked for numbers of steps that it did not know, in the parts that it knew."""
    put(shell.folder / "data", dsn=shell.env.get("ENTREPOT_DATABASE", ""))
    shell.ok("migrate", "--data", "data")
    for name, last in KNOWN_THEN.items():
        known = {("mailbox", 1), ("door", 1), *(("context", number) for number in range(1, last + 1))}
        assert {each for each in asyncio.run(_steps(shell, name)) if " " not in each[0]} - known, name


async def _steps(shell: Shell, name: str) -> set[tuple[str, int]]:
    async with AsyncExitStack() as stack:
        database = await _open(shell, name, stack)
        rows = await database.read(lambda tx: tx.fetch("SELECT part, number FROM migration"))
        return {(part, number) for part, number in rows}


async def _roster(shell: Shell) -> list[str]:
    """Which devices the door lets in."""
    async with AsyncExitStack() as stack:
        database = await _open(shell, DEVICE.name, stack)
        rows = await database.read(lambda tx: tx.fetch("SELECT id FROM device ORDER BY id"))
        return [device_id for (device_id,) in rows]


async def _open(shell: Shell, name: str, stack: AsyncExitStack) -> Any:
    if dsn := shell.env.get("ENTREPOT_DATABASE"):
        database: Any = await Postgres.open(dsn, name)
    else:
        database = SQLite.open(shell.folder / "data" / f"{name}.sqlite")
    stack.push_async_callback(database.close)
    return database


def test_backup_of_the_version_before_is_restored_over_a_deployment_of_today(shell: Shell) -> None:
    put(shell.folder / "data", dsn=shell.env.get("ENTREPOT_DATABASE", ""))
    asyncio.run(_back_up(shell))
    with shell.up() as node:
        until(lambda: Ada(node).sees("/api/notifications"))
        assert node.interrupt() == 0
    shell.ok("restore", "old.tar", "--replace", "--data", "data")
    with shell.up() as node:
        ada = Ada(node)
        assert {device["name"] for device in ada.sees("/api/devices")} == {"Van", "Phone", "Newcomer"}
        until(lambda: "rule.party_matched" in [each["kind"] for each in ada.sees("/api/notifications")])


async def _back_up(shell: Shell) -> None:
    """As the program of then did: `old.tar`."""
    async with AsyncExitStack() as stack:
        databases = {name: await _open(shell, name, stack) for name in CONTEXTS}
        folder = shell.folder / "databases"
        if dsn := shell.env.get("ENTREPOT_DATABASE"):
            await backup_postgres.backup(dsn, list(CONTEXTS), folder)
        else:
            await backup_sqlite.backup(databases, folder)
    with tarfile.open(shell.folder / "old.tar", "w") as tar:
        tar.add(folder, "databases")
