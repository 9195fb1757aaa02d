"""The same journey with PostgreSQL instead of SQLite."""

import asyncio
import itertools
from pathlib import Path

import asyncpg
import pytest
from tests.journeys.command import Shell, until

_names = (f"journey_{number}" for number in itertools.count())


@pytest.fixture
def shell(tmp_path: Path, postgres_dsn: str) -> Shell:
    return Shell(tmp_path, ENTREPOT_DATABASE=_new_database(postgres_dsn))


def _new_database(dsn: str) -> str:
    name = next(_names)

    async def create() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())
    return dsn.replace("/postgres?", f"/{name}?")


def test_a_node_on_postgres_starts_counts_and_comes_back_from_a_backup(shell: Shell) -> None:
    with shell.up() as node:
        kept = node.new_key("kept")["key"]["id"]
        until(lambda: node.served("POST /api/keys") == 1)
        shell.ok("backup", "b.tar", "--data", "data")
        node.new_key("lost")
        assert node.interrupt() == 0
        assert not list(node.folder.glob("*.sqlite"))
    assert shell.refused("restore", "b.tar", "--data", "data") == (
        "A restore into PostgreSQL replaces what is there. Use --replace."
    )
    shell.ok("restore", "b.tar", "--replace", "--data", "data")
    with shell.up() as node:
        assert [key["id"] for key in node.all_keys()] == [kept]
        assert node.served("POST /api/keys") == 1
        node.new_key("new")
        until(lambda: node.served("POST /api/keys") == 2)


def test_a_postgres_that_does_not_answer_is_said(tmp_path: Path) -> None:
    shell = Shell(tmp_path, ENTREPOT_DATABASE="postgresql://u:hush@127.0.0.1:1/d")
    said = shell.refused("up", "--port", "0", "--data", "data")
    assert "database" in said
    assert "hush" not in said
