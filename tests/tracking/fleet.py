"""People who run devices, and what they may."""

from collections.abc import Sequence
from typing import Any

from tests.gateway.client import Caller, Node

from entrepot.core.events import Event, decode, open_envelope
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading, Row
from entrepot.tracking import events

KINDS = {
    kind.TYPE: kind for kind in vars(events).values() if isinstance(kind, type) and hasattr(kind, "TYPE")
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
