"""The NATS server as a child: who may reach it, and that it lives exactly as long as its parent."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.suite.patience import PATIENCE_S

from entrepot.core.errors import Conflict, NotFound, Unavailable
from entrepot.core.ports import Message
from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.server import NatsServer

PARENT = """
import asyncio, sys
from pathlib import Path
from entrepot.infra.bus.server import NatsServer

async def main():
    server = NatsServer(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until_dead(pid: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while alive(pid):
            await asyncio.sleep(0.01)


def start_parent(folder: Path) -> tuple[subprocess.Popen[str], int]:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(folder)], stdout=subprocess.PIPE, text=True)
    return parent, int(parent.stdout.readline())


async def test_it_is_ready_soon_and_gone_after_stop(tmp_path: Path):
    server = NatsServer(tmp_path / "bus")
    async with asyncio.timeout(PATIENCE_S):
        address = await server.start()
    pid = server.pid
    socket.create_connection(("127.0.0.1", address.port)).close()
    await server.stop()
    assert not alive(pid)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", address.port))


async def test_a_second_process_and_a_restart_find_it(tmp_path: Path):
    server = NatsServer(tmp_path)
    first = await server.start()
    assert NatsServer.address(tmp_path) == first
    await server.stop()
    again = NatsServer(tmp_path)
    assert await again.start() == first
    await again.stop()


def test_a_folder_without_a_server_has_no_address(tmp_path: Path):
    with pytest.raises(NotFound):
        NatsServer.address(tmp_path)


async def test_its_secrets_are_for_its_owner_only(tmp_path: Path):
    server = NatsServer(tmp_path / "bus")
    await server.start()
    modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "bus").iterdir()}
    await server.stop()
    assert modes["nats.conf"] == modes["nats.json"] == 0
    assert (tmp_path / "bus").stat().st_mode & 0o077 == 0


async def test_it_chooses_another_port_when_its_own_was_taken(tmp_path: Path):
    server = NatsServer(tmp_path)
    first = await server.start()
    await server.stop()
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", first.port))
        taker.listen()
        second = await server.start()
        assert second.port != first.port
        assert second.token == first.token
        await server.stop()


async def test_a_fixed_port_that_is_taken_is_unavailable(tmp_path: Path):
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", 0))
        taker.listen()
        server = NatsServer(tmp_path, port=taker.getsockname()[1])
        with pytest.raises(Unavailable):
            await server.start()


async def test_two_processes_cannot_run_the_server_of_one_folder(tmp_path: Path):
    server = NatsServer(tmp_path)
    await server.start()
    with pytest.raises(Conflict):
        await NatsServer(tmp_path).start()
    assert alive(server.pid)
    await server.stop()


async def test_it_comes_back_on_the_same_port_each_time_it_is_killed(tmp_path: Path):
    server = NatsServer(tmp_path)
    address = await server.start()
    for _ in range(3):
        pid = server.pid
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_S):
            while server.pid == pid:
                await asyncio.sleep(0.01)
        bus = await NatsBus.connect(address.url, deployment="test", token=address.token, name="test")

        async def answer(asked: Message):
            yield asked

        await bus.answer("q", answer)
        assert (await bus.request("q", b"x", timeout_s=PATIENCE_S)).data == b"x"
        await bus.close()
    await server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a child with its parent")
async def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path):
    parent, pid = start_parent(tmp_path)
    assert alive(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    await until_dead(pid)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_stale_server_is_killed_and_a_stranger_with_its_pid_is_not(tmp_path: Path):
    server = NatsServer(tmp_path)
    await server.start()
    binary = os.readlink(f"/proc/{server.pid}/exe")
    await server.stop()
    stale = subprocess.Popen([binary, "-c", str(tmp_path / "nats.conf")], start_new_session=True)
    while not Path(f"/proc/{stale.pid}/cmdline").read_bytes():  # empty in the midst of exec
        await asyncio.sleep(0.001)
    (tmp_path / "nats.pid").write_text(str(stale.pid))
    await server.start()
    assert stale.wait(timeout=PATIENCE_S) == -signal.SIGKILL
    await server.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    (tmp_path / "nats.pid").write_text(str(stranger.pid))
    await server.start()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    await server.stop()


async def test_it_does_not_get_the_terminals_interrupt(tmp_path: Path):
    server = NatsServer(tmp_path)
    await server.start()
    assert os.getsid(server.pid) != os.getsid(0)
    assert os.getpgid(server.pid) != os.getpgid(0)
    await server.stop()
