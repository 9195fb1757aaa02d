"""The broker needs no memory: it may be killed, and come back empty, while events flow."""

import asyncio
import os
import signal
from pathlib import Path

import structlog
from tests.infra.mailbox.station import Said, Station

from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.server import NatsServer
from entrepot.infra.database.sqlite import SQLite
from entrepot.infra.mailbox import Outbox


async def test_events_survive_the_death_of_the_broker(tmp_path: Path) -> None:
    async def opens(name: str, outbox: Outbox) -> SQLite:
        return SQLite.open(tmp_path / f"{name}.db", closing=outbox)

    server = NatsServer(tmp_path / "nats")
    address = await server.start()
    buses = [
        await NatsBus.connect(address.url, deployment="test", token=address.token, name=name)
        for name in ("shop", "desk")
    ]
    shop = Station("shop", opens, buses[0], readers=["desk"])
    desk = Station("desk", opens, buses[1], hears=["shop"])
    with structlog.testing.capture_logs():
        await shop.start()
        await desk.start()
        for n in range(300):
            await shop.say(Said(who="ann", n=n))
            if n in (50, 180):
                os.kill(server.pid or 0, signal.SIGKILL)
            await asyncio.sleep(0.003)
        await desk.hears(*range(300))
        await shop.stop()
        await desk.stop()
        for bus in buses:
            await bus.close()
        await server.stop()
