"""A disk that is full: no position is acknowledged that is not kept, and phones are asked to try again."""

from pathlib import Path

from tests.device.phones import Phone, location, owner
from tests.gateway.client import Node, fresh_address, node_process, until
from tests.sample.node import settings

LARGEST_FILE = 1 << 20


def test_nothing_is_acknowledged_that_cannot_be_kept(tmp_path: Path) -> None:
    with node_process("up", tmp_path, str(LARGEST_FILE)) as (process, said):
        node = Node(said.removeprefix("ready "), settings(tmp_path))
        by = owner(node)
        fields = {"name": "Van", "filter": {"drift_m": None, "min_distance_m": None, "min_period_s": None}}
        made = by.post("/api/devices", fields).json()
        phone = Phone(node, by, made["id"], made["username"], made["password"], address=fresh_address())
        acknowledged = 0
        for number in range(2000):
            reply = phone.owntracks(*(location(-5000 + 2 * number, note="x" * 7000) for _ in range(1)))
            if reply.status != 200:
                break
            acknowledged += 1
        assert reply.status == 503 and reply.header("retry-after") == "1"
        assert 5 < acknowledged < 1000
        assert phone.owntracks(location(note="x" * 7000)).status == 503
        assert process.poll() is None
        until(lambda: by.get(f"/api/intake/summary?device={phone.id}").json()["messages"] == acknowledged)
