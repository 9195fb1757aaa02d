"""The same journey with PostgreSQL instead of SQLite."""

import asyncio
import itertools
import re
from pathlib import Path

import asyncpg
import pytest
from tests.journeys.command import Node, Shell, until

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
        with node.open("GET", "/metrics") as shown:
            assert b'entrepot_database_connections{state="open"}' in shown.read()
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


def test_a_node_outlives_its_postgres(shell: Shell, postgres_dsn: str) -> None:
    name = re.search(r"/(\w+)\?", shell.env["ENTREPOT_DATABASE"])
    assert name is not None
    with shell.up() as node:
        node.new_key("before")
        until(lambda: node.served("POST /api/keys") == 1)  # the journal of the last moment may be lost
        _switch(postgres_dsn, name[1], on=False)
        until(lambda: _status(node, "/readyz") == 503)
        assert _status(node, "/healthz") == 200
        assert _status(node, "/api/keys") == 503
        _switch(postgres_dsn, name[1], on=True)
        until(lambda: _status(node, "/readyz") == 200)
        node.new_key("after")
        assert [key["name"] for key in node.all_keys()] == ["before", "after"]
        until(lambda: node.served("POST /api/keys") == 2)


def _switch(dsn: str, name: str, *, on: bool) -> None:
    """Let nobody into a database, and throw out who is there; or open it again."""

    async def switch() -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(on).lower()}")
        if not on:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
            )
        await connection.close()

    asyncio.run(switch())


def _status(node: Node, path: str) -> int:
    with node.open("GET", path) as answer:
        answer.read()
        return answer.status
