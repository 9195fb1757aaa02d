"""The doors as they stand in a process that leads: what the doors for devices know when they open."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import time_ns
from typing import Any

import pytest
from tests.device.site import device, on_disk
from tests.mqtt.house import Client, until

from entrepot.core.house import DevicePorts
from entrepot.core.sealing import Sealing
from entrepot.device.door.admission import Admission
from entrepot.device.door.http import Doors
from entrepot.device.door.listening import Listening, stand
from entrepot.device.service import decoding
from entrepot.device.service.commands import Command, Commands
from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import Roster, SendingDevice
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.mqtt.packets import PUBACK, AckPacket, Publish, Suback, Subscribe
from entrepot.net.arriving import PLAINLY
from entrepot.net.trusted import TrustedProxies

ANN, BOB = (device(username=name, friends=True, needs_password=False) for name in ("ann", "bob"))


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(LocalKeys.open(tmp_path / "keys"))


@asynccontextmanager
async def standing(
    database: Migratable, sealing: Sealing, commands: Commands | None = None, intake: Intake | None = None
) -> AsyncIterator[int]:
    """The port where devices speak MQTT."""
    intake, ports = intake or Intake(Roster()), DevicePorts()

    def take(door: str) -> socket.socket | None:
        return socket.create_server(("127.0.0.1", 0)) if door == "mqtt" else None

    admission = Admission(intake.roster)
    commands = commands or Commands()
    listening = Listening(
        take,
        lambda *_: pytest.fail("nothing listens over HTTP"),
        arrive=lambda _: PLAINLY,
        proxies=TrustedProxies(),
        families_tls=False,
        remote=None,
        ending=asyncio.Event(),
    )
    leading = asyncio.create_task(
        stand(
            database, intake=intake, admission=admission, commands=commands,
            doors=Doors(intake, admission, commands), listening=listening, ports=ports, sealing=sealing,
        )
    )  # fmt: skip
    try:
        await until(lambda: intake.over_mqtt is not None or leading.done())
        yield ports.mqtt
    finally:
        leading.cancel()
        with suppress(asyncio.CancelledError):
            await leading


@asynccontextmanager
async def connected(port: int, username: str, client_id: str = "phone", **more: Any) -> AsyncIterator[Client]:
    client = Client(*await asyncio.open_connection("127.0.0.1", port))
    await client.connect(username, client_id, **more, password=f"password of {id_of(username)}".encode())
    try:
        yield client
    finally:
        client.abort()


def id_of(username: str) -> str:
    return {"ann": ANN, "bob": BOB}[username].id


async def test_what_a_device_retained_is_gone_when_it_was_revoked_while_nobody_listened(
    database: Migratable, sealing: Sealing
) -> None:
    for each in (ANN, BOB):
        await enrolled(database, each)
    async with standing(database, sealing) as port:
        for name in ("ann", "bob"):
            async with connected(port, name) as client:
                said = Publish(f"owntracks/{name}/phone", b"{}", 1, retain=True, packet_id=1)
                assert await client.exchange(said) == AckPacket(PUBACK, 1)
    await database.write(
        lambda tx: tx.execute("UPDATE device SET revoked_at_us = 1, revision = 2 WHERE id = ?", ANN.id)
    )
    async with standing(database, sealing) as port, connected(port, "bob") as client:
        client.send(Subscribe(1, (("owntracks/#", 0),)))
        heard = [await client.read(), await client.read()]
        assert await client.silent()
    assert Suback(1, (0,)) in heard
    assert Publish("owntracks/bob/phone", b"{}", retain=True) in heard
    kept = await database.read(lambda tx: tx.fetch("SELECT topic FROM mqtt_retained"))
    assert kept == [("owntracks/bob/phone",)]


async def test_device_is_told_commands_as_long_as_one_of_its_connections_listens(
    database: Migratable, sealing: Sealing
) -> None:
    await enrolled(database)
    commands = Commands()
    async with standing(database, sealing, commands) as port, connected(port, "ann") as listening:
        assert await listening.exchange(Subscribe(1, (("owntracks/ann/phone/cmd", 0),))) == Suback(1, (0,))
        async with connected(port, "ann", "tablet"):
            pass
        await asyncio.sleep(0.1)
        commands.put(ANN.id, Command("1", "{}"))
        assert await listening.read() == Publish("owntracks/ann/phone/cmd", b"{}")


async def test_device_that_comes_back_to_its_session_is_told_what_waited(
    database: Migratable, sealing: Sealing
) -> None:
    await enrolled(database)
    commands = Commands()
    async with standing(database, sealing, commands) as port:
        async with connected(port, "ann", clean=False) as listening:
            assert await listening.exchange(Subscribe(1, (("owntracks/ann/+/cmd", 0),))) == Suback(1, (0,))
        await asyncio.sleep(0.1)
        commands.put(ANN.id, Command("1", "{}"))
        assert commands.waiting(ANN.id)
        async with connected(port, "ann", clean=False) as again:
            assert await again.read() == Publish("owntracks/ann/phone/cmd", b"{}")


async def test_friend_over_mqtt_sees_a_position_that_came_over_http(
    database: Migratable, sealing: Sealing
) -> None:
    for each in (ANN, BOB):
        await enrolled(database, each)
    intake = Intake(Roster())
    async with standing(database, sealing, intake=intake) as port, connected(port, "bob") as bob:
        assert await bob.exchange(Subscribe(1, (("owntracks/+/+", 0),))) == Suback(1, (0,))
        ann = intake.roster.get(ANN.id)
        assert ann is not None
        await intake.put(decoding.message("osmand", b"lat=52.5&lon=13.4", ann, time_ns() // 1000))
        seen = await bob.read_publish()
        assert seen.topic == "owntracks/ann/phone" and b'"lat":52.5,"lon":13.4' in seen.payload
        async with connected(port, "ann") as over_mqtt:
            said = b'{"_type":"location","lat":52.6,"lon":13.5,"tst":%d}' % (time_ns() // 10**9 + 1)
            sent = Publish("owntracks/ann/phone", said, 1, packet_id=1)
            assert await over_mqtt.exchange(sent) == AckPacket(PUBACK, 1)
            assert (await bob.read_publish()).payload == said
            assert await bob.silent()


async def enrolled(database: Migratable, who: SendingDevice = ANN) -> None:
    await database.write(lambda tx: on_disk(tx, who.access))
