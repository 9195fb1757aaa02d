"""A node that could not do what it promises does not start, and says in one sentence what helps."""

import asyncio
import base64
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import msgspec
import pytest
from tests.context_database import new_database
from tests.journeys.command import Shell, until
from tests.suite.ports import free_port

from entrepot.infra.bus.outgoing import LARGEST_BYTES
from entrepot.infra.bus.server import _binary
from entrepot.infra.database.encrypted_folder import wrap_again
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.keys.key_file import KeyFile, Stored
from entrepot.infra.keys.local import LocalKeys
from entrepot.infra.keys.wrapping import key_id

FIRST, SECOND, THIRD = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
PASSWORD = "correct horse battery staple"


@pytest.fixture(params=["sqlite", "postgres"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    if request.param == "sqlite":
        return Shell(tmp_path)
    return Shell(tmp_path, ENTREPOT_DATABASE=new_database(request.getfixturevalue("postgres_dsn")))


def _ann_moves_in(shell: Shell) -> None:
    """She has an account, so something is sealed."""
    done = subprocess.run(
        shell.command("admin", "create", "ann@example.org", "--data", "data"), cwd=shell.folder,
        env=shell.env, input=f"{PASSWORD}\n", text=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _refused(shell: Shell) -> str:
    return shell.refused("up", "--port", "0", "--data", "data")


def _ids(keys: Path) -> list[str]:
    stored = msgspec.json.decode((keys / "keys.json").read_bytes(), type=Stored)
    return [key_id(pair.master).hex() for pair in stored.pairs]


def test_restore_without_its_keys_is_refused_and_makes_no_others(shell: Shell) -> None:
    keys = shell.folder / "data" / "keys"
    with shell.up() as node:
        _ann_moves_in(shell)
        deployment = LocalKeys.open(keys).deployment
        assert node.interrupt() == 0
    shutil.move(keys, shell.folder / "safe")
    said = _refused(shell)
    if shell.env.get("ENTREPOT_DATABASE"):
        assert said == (
            f"There are data of deployment {deployment}, and no keys that open them: put your copy of"
            " keys.json into data/keys, or give the node the `master_key` that it had. If they are gone for"
            f" good, set deployment = {deployment}."
        )
    else:
        assert said == (
            "The databases in data are encrypted, and their keys are gone: put your copy of keys.json into"
            " data/keys, or give the node the `master_key` that it had. Without them nothing there opens"
            " again."
        )
    assert not (keys / "keys.json").exists()
    shutil.rmtree(keys, ignore_errors=True)
    shutil.copytree(shell.folder / "safe", keys)
    with shell.up() as node:
        assert node.ask("POST", "/api/tokens", {"email": "ann@example.org", "password": PASSWORD})


def test_tables_that_nobody_has_moved_into_need_no_keys(shell: Shell) -> None:
    shell.run("migrate", "--data", "data")
    with shell.up() as node:
        _ann_moves_in(shell)
        assert node.interrupt() == 0


def test_keys_of_another_folder_are_refused_before_anybody_gets_a_403(shell: Shell) -> None:
    keys = shell.folder / "data" / "keys"
    with shell.up() as node:
        _ann_moves_in(shell)
        assert node.interrupt() == 0
    [missing] = _ids(keys)
    LocalKeys.open(shell.folder / "others")
    shutil.copy(shell.folder / "others" / "keys.json", keys / "keys.json")
    said = _refused(shell)
    if shell.env.get("ENTREPOT_DATABASE"):
        assert said.startswith(f"The keys here do not open the database of user: master key {missing} ")
        assert "lost_master_keys" in said
    else:
        assert said.startswith(f"The databases in data are encrypted under master key {missing}, ")
    assert "Put the copy of keys.json" in said


def test_rotation_that_stopped_half_way_starts_with_both_keys_and_not_with_the_newer_alone(
    shell: Shell,
) -> None:
    keys = shell.folder / "data" / "keys"
    with shell.up() as node:
        _ann_moves_in(shell)
        assert node.interrupt() == 0
    asyncio.run(LocalKeys.open(keys).rotate())  # and no data key is wrapped anew
    if not shell.env.get("ENTREPOT_DATABASE"):
        asyncio.run(wrap_again(shell.folder / "data", LocalKeys.open(keys)))  # the folder's comes first
    with shell.up() as node:
        assert node.interrupt() == 0
    older, _ = _ids(keys)
    deployment = LocalKeys.open(keys).deployment
    KeyFile(keys).change(lambda stored: msgspec.structs.replace(stored, pairs=stored.pairs[1:]))
    assert f"master key {older} wrapped " in _refused(shell)
    shell.env |= {"ENTREPOT_DEPLOYMENT": deployment, "ENTREPOT_LOST_MASTER_KEYS": older}
    with shell.up() as node:  # what it sealed stays closed, and the operator has said so
        assert '"keys.given_up"' in node.said()


def test_operators_new_master_key_needs_the_retired_one(shell: Shell) -> None:
    shell.env["ENTREPOT_MASTER_KEY"] = FIRST
    with shell.up() as node:
        _ann_moves_in(shell)
        assert node.interrupt() == 0
    shell.env["ENTREPOT_MASTER_KEY"] = SECOND
    assert "Put the copy of keys.json" in _refused(shell)
    shell.env["ENTREPOT_RETIRED_MASTER_KEYS"] = FIRST
    with shell.up() as node:
        assert node.interrupt() == 0
    shell.env |= {"ENTREPOT_MASTER_KEY": THIRD, "ENTREPOT_RETIRED_MASTER_KEYS": SECOND}
    assert "Put the copy of keys.json" in _refused(shell)
    assert not (shell.folder / "data" / "keys" / "keys.json").exists()


def test_letters_in_a_folder_of_one_machine_are_refused_on_postgres_unless_said(
    tmp_path: Path, postgres_dsn: str
) -> None:
    shell = Shell(tmp_path, ENTREPOT_DATABASE=new_database(postgres_dsn), ENTREPOT_SMTP="")
    folder = (tmp_path / "data" / "mail").as_uri()
    said = _refused(shell)
    assert "Name your mail server in `smtp`" in said and f"smtp = {folder}" in said
    shell.env["ENTREPOT_SMTP"] = folder
    with shell.up() as node:
        asked = {"email": "bob@example.org", "password": PASSWORD, "name": "Bob"}
        node.ask("POST", "/api/users", asked)
        assert until(lambda: list((tmp_path / "data" / "mail").glob("*.eml")))
        assert "mail.in_the_clear" in node.said(), "they are for developers, and it says so"
    shell.env["ENTREPOT_SMTP"] = "file://mail"
    assert "three slashes" in _refused(shell)


@contextmanager
def nats(config: Path, text: str, *, port: int = 0) -> Iterator[str]:
    """A NATS server as an operator runs one."""
    port = port or free_port()
    config.write_text(f'listen: "127.0.0.1:{port}"\n{text}\n')
    with subprocess.Popen([_binary(), "-c", config], stderr=subprocess.DEVNULL) as server:
        try:
            until(lambda: _listens(port))
            yield f"nats://127.0.0.1:{port}"
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def test_nats_that_takes_less_than_rows_promise_is_refused(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with nats(tmp_path / "nats.conf", "") as url:  # as it comes: one megabyte
        shell.env["ENTREPOT_NATS"] = url
        said = _refused(shell)
    assert said == (
        f"NATS at {url.removeprefix('nats://')} takes messages of 1,048,576 bytes, and we send up to"
        f" {LARGEST_BYTES:,}. Set `max_payload: {LARGEST_BYTES}` in the server's configuration, and load it"
        " again."
    )
    with nats(tmp_path / "nats.conf", f"max_payload: {LARGEST_BYTES}") as url:
        shell.env["ENTREPOT_NATS"] = url
        with shell.up() as node:
            assert node.ask("GET", "/readyz")["status"] == "ready"
            assert node.interrupt() == 0


@contextmanager
def pgbouncer(dsn: str, *, mode: str) -> Iterator[str]:
    """A pooler before a PostgreSQL; the address of the same database behind it."""
    if (binary := shutil.which("pgbouncer", path="/usr/sbin:/usr/bin")) is None:
        pytest.skip("pgbouncer is missing; Debian's package of that name brings it")
    url, port = urlsplit(dsn), free_port()
    host, name = Path(parse_qs(url.query)["host"][0]), url.path.removeprefix("/")
    owner = host.owner()  # of the socket; as root it would not run anyway
    with tempfile.TemporaryDirectory(prefix="bouncer-", dir="/tmp") as folder:
        config = Path(folder) / "pgbouncer.ini"
        config.parent.chmod(0o755)
        config.write_text(f"""
            [databases]
            {name} = host={host} dbname={name} user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            auth_type = any
            pool_mode = {mode}
            unix_socket_dir =
            max_client_conn = 500
            default_pool_size = 100
            ignore_startup_parameters = {", ".join(_PARAMETERS)}
            """)
        config.chmod(0o644)  # whatever another test left of this process's umask and working folder
        as_owner = {"user": owner} if os.geteuid() == 0 else {}
        said = Path(folder) / "said"
        with (
            said.open("wb") as out,
            subprocess.Popen([binary, config], stderr=out, cwd="/", **as_owner) as server,
        ):
            try:
                until(lambda: _listens(port) or server.poll() is not None)
                assert server.poll() is None, said.read_text()
                yield f"postgresql://postgres@127.0.0.1:{port}/{name}"
            finally:
                server.kill()


# What an operator adds, one after the other, until a program gets through.
_PARAMETERS = (
    "search_path", "synchronous_commit", "jit", "statement_timeout", "tcp_keepalives_idle",
    "tcp_keepalives_interval", "tcp_keepalives_count", "idle_in_transaction_session_timeout",
)  # fmt: skip


def test_pooler_that_shares_sessions_is_refused_before_a_table_is_made(
    tmp_path: Path, postgres_dsn: str
) -> None:
    dsn = new_database(postgres_dsn)
    with pgbouncer(dsn, mode="transaction") as behind:
        shell = Shell(tmp_path, ENTREPOT_DATABASE=behind)
        said = _refused(shell)
        assert "A pooler such as PgBouncer stands before PostgreSQL" in said and "`database`" in said
        assert shell.refused("migrate", "--data", "data") == said
    assert _tables(dsn) == []


def test_pooler_that_keeps_sessions_and_drops_what_they_set_at_first_makes_no_table_in_public(
    postgres_dsn: str,
) -> None:
    dsn = new_database(postgres_dsn)

    async def make(at: str) -> object:
        database = await Postgres.open(at, "user")
        try:
            return await database.exclusively(lambda tx: tx.execute("CREATE TABLE made_here (id integer)"))
        finally:
            await database.close()

    with pgbouncer(dsn, mode="session") as behind:
        asyncio.run(make(behind))
    assert _tables(dsn) == ["user.made_here"]


def _tables(dsn: str) -> list[str]:
    async def look() -> list[str]:
        connection = await asyncpg.connect(dsn)
        try:
            rows = await connection.fetch(
                "SELECT schemaname || '.' || tablename FROM pg_tables"
                " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            )
            return [row[0] for row in rows]
        finally:
            await connection.close()

    return asyncio.run(look())
