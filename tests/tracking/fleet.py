"""People who run devices, and what they may."""

import asyncio
import base64
import http.client
import itertools
import json
import re
import socket
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tests.at_rest import opened
from tests.gateway.client import Caller, Node, until

from entrepot.alert import events as alert_events
from entrepot.core.events import Event, decode, open_envelope
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading, Row
from entrepot.core.time import to_us
from entrepot.device import events as device_events
from entrepot.tracking import events

KINDS = {
    kind.TYPE: kind
    for kind in (*vars(events).values(), *vars(alert_events).values(), *vars(device_events).values())
    if isinstance(kind, type) and hasattr(kind, "TYPE")
}

SCOPES = (
    "device:read device:write position:read geofence:read geofence:write alert:read alert:write share:write"
)


def manager(node: Node, scopes: str = SCOPES, **claims: Any) -> Caller:
    """A person with these scopes, in an organisation of their own if the claims name none."""
    return node.caller(scopes, **({"org": f"fleet-{new_id()}", "kind": "person"} | claims))


def enrolled(caller: Caller, **what: Any) -> dict[str, Any]:
    """What came of enrolling a device."""
    reply = caller.post("/api/devices", {"name": "Anna's phone"} | what)
    assert reply.status == 201, reply
    told: dict[str, Any] = reply.json()
    return told


async def said(database: Database) -> list[Event]:
    """What this database's context says: all that lies in its outbox, in order."""

    async def look(tx: Reading) -> Sequence[Row]:
        key = "sequence" if tx.dialect == "sqlite" else "id"
        return await tx.fetch(f"SELECT body FROM outbox ORDER BY {key}")

    told = [decode(bytes(row[0])) for row in await database.read(look)]
    return [open_envelope(each, KINDS[each.type]) for each in told]


def add_positions(
    node: Node, device_id: str, places: Iterable[tuple[datetime, float, float]], **columns: Any
) -> None:
    """As if the device had told them: (when, latitude, longitude), and the same `columns` for each."""
    columns = {"rejected": 0} | columns
    names = ["device_no", "fixed_at_us", "received_at_us", "latitude_e7", "longitude_e7", *columns]
    rows = [
        (to_us(moment), to_us(moment) + 1, round(latitude * 1e7), round(longitude * 1e7), *columns.values())
        for moment, latitude, longitude in places
    ]
    sql = (
        f"INSERT INTO position ({', '.join(names)})"
        f" SELECT no, {', '.join('?' * (len(names) - 1))} FROM device WHERE id = ?"
    )
    directly(node, sql, [(*row, device_id) for row in rows])


def directly(node: Node, sql: str, rows: Sequence[Sequence[Any]], *, context: str = "tracking") -> None:
    """Change a context's database of a running node, from beside it."""
    if not node.settings.database:
        with closing(opened(node.settings.data, context)) as connection:
            with connection:
                connection.executemany(sql, rows)
        return
    numbers = itertools.count(1)
    numbered = re.sub(r"\?", lambda _: f"${next(numbers)}", sql)

    async def change() -> None:
        connection = await asyncpg.connect(node.settings.database)
        await connection.execute(f"SET search_path TO {context}")
        await connection.executemany(numbered, rows)
        await connection.close()

    with ThreadPoolExecutor(1) as thread:  # a loop may run in this one
        thread.submit(asyncio.run, change()).result()


def tell(node: Node, device: dict[str, Any], moment: datetime, latitude: float, longitude: float) -> None:
    """What the device's phone does: one OwnTracks message, acknowledged."""
    message = {"_type": "location", "lat": latitude, "lon": longitude, "tst": int(moment.timestamp()),
               "acc": 8, "vel": 36, "cog": 90, "batt": 77, "alt": 30}  # fmt: skip
    send(node, device, message)


def send(node: Node, device: dict[str, Any], message: dict[str, Any]) -> None:
    """Until it is acknowledged: the door hears of a device that was just enrolled a moment later."""
    basic = base64.b64encode(f"{device['username']}:{device['password']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    until(lambda: node.stranger().post("/owntracks", message, headers=headers).status == 200)


class Watching:
    """A server-sent stream, read in a thread of its own; `None` among the heard is a sign of life."""

    def __init__(self, caller: Caller, target: str) -> None:
        headers = {} if caller.credential is None else {"Authorization": f"Bearer {caller.credential}"}
        split = urlsplit(caller.url)
        self._connection = http.client.HTTPConnection(
            str(split.hostname), split.port, timeout=30, source_address=(caller.address, 0)
        )
        self._connection.request("GET", target, headers=headers)
        self._answer = self._connection.getresponse()
        assert self._answer.status == 200, self._answer.read()
        self.heard: list[Any] = []
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with suppress(OSError, ValueError, http.client.HTTPException, AttributeError):
            for line in self._answer:
                if line.startswith(b"data: "):
                    self.heard.append(json.loads(line[6:]))
        self.ended.set()

    def __enter__(self) -> "Watching":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError, AttributeError):
            self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._connection.close()
