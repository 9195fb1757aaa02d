"""Phones at a node: enrolled through the API, speaking as the apps do."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

from tests.gateway.client import Caller, Node, Reply, fresh_address, until

SCOPES = "device:read device:write position:read intake:read intake:write"


def owner(node: Node, organisation: str = "acme") -> Caller:
    return node.caller(SCOPES, org=organisation)


@dataclass(frozen=True)
class Phone:
    """A device with its credential, at an address of its own."""

    node: Node
    by: Caller
    id: str
    username: str
    password: str
    url: str = ""
    address: str = ""

    @property
    def at(self) -> Caller:
        return Caller(self.url or self.node.url, address=self.address)

    @property
    def basic(self) -> dict[str, str]:
        shown = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {shown}"}

    def owntracks(self, *messages: dict[str, Any], headers: dict[str, str] | None = None) -> Reply:
        body = messages[0] if len(messages) == 1 else list(messages)
        return self.at.post("/owntracks", body, headers=self.basic if headers is None else headers)

    def osmand(self, query: str) -> Reply:
        return self.at.get(f"/osmand?id={self.username}&token={self.password}&{query}")

    def positions(self) -> list[dict[str, Any]]:
        reply = self.by.get(f"/api/devices/{self.id}/positions?from={LONG_AGO}&to={LATER}&limit=1000")
        assert reply.status == 200, reply
        found: list[dict[str, Any]] = reply.json()["items"]
        return found

    def wait_for_positions(self, count: int) -> list[dict[str, Any]]:
        until(lambda: len(self.positions()) >= count)
        return self.positions()


def enrol(node: Node, by: Caller | None = None, **fields: Any) -> Phone:
    by = by or owner(node)
    reply = by.post("/api/devices", {"name": "Ann's phone", **fields})
    assert reply.status == 201, reply
    made = reply.json()
    return Phone(node, by, made["id"], made["username"], made["password"], address=fresh_address())


def location(at_s: float = 0.0, **more: Any) -> dict[str, Any]:
    """An OwnTracks position some seconds from now."""
    return {
        "_type": "location",
        "lat": 52.5,
        "lon": 13.4,
        "tst": int(time.time() + at_s),
        "tid": "an",
        **more,
    }


LONG_AGO, LATER = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"


def as_text(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()
