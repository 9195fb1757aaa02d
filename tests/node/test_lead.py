"""A node that starts beside the process which leads the devices, and so has their ports, sees that."""

import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from tests.context_database import new_database
from tests.journeys.command import Shell

from entrepot.infra.database.migrate import Migratable
from entrepot.infra.mailbox.outbox import Outbox
from entrepot.node.platform import choice
from entrepot.settings import Settings


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else new_database(request.getfixturevalue("postgres_dsn"))


@asynccontextmanager
async def opened(settings: Settings, name: str) -> AsyncIterator[Migratable]:
    async with AsyncExitStack() as stack:
        found = await choice.databases(settings, stack)(name, Outbox(name))
        stack.push_async_callback(found.close)
        yield found


async def test_a_lead_is_seen_from_outside_as_long_as_it_is_held(tmp_path: Path, database: str) -> None:
    settings = Settings(data=tmp_path, database=database)
    assert not await choice.led(settings, "scales")
    async with opened(settings, "scales") as scales, opened(settings, "shelves") as shelves:
        assert not await choice.led(settings, "scales"), "who opened it does not lead it yet"
        assert await scales.lead()
        assert await choice.led(settings, "scales")
        assert not await choice.led(settings, "shelves")
        assert await shelves.lead(), "looking takes no lead from anybody"
    assert not await choice.led(settings, "scales")


def test_a_node_starts_beside_the_process_that_has_the_devices_ports(tmp_path: Path, database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    shell = Shell(tmp_path, ENTREPOT_DATABASE=database, ENTREPOT_MQTT_PORT=str(port))
    with shell.up("--only", "user") as first:
        with shell.start("serve", "device", "--data", "data", ready="Ctrl-C stops it.") as edge:
            assert first.interrupt() == 0
            with shell.up() as second:
                with socket.create_connection(("127.0.0.1", port)):
                    assert second.interrupt() == 0
            assert edge.interrupt() == 0
