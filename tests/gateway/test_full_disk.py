"""A database that cannot grow: writes are refused as unavailable, and everything else goes on."""

from pathlib import Path

from tests.gateway.client import Node, node_process
from tests.sample.node import settings

LARGEST_FILE = 1 << 20


def test_write_on_a_full_disk_is_unavailable_and_reads_go_on(tmp_path: Path) -> None:
    with node_process("up", tmp_path, str(LARGEST_FILE)) as (process, said):
        node = Node(said.removeprefix("ready "), settings(tmp_path))
        ann = node.caller()
        written = []
        for number in range(200):
            reply = ann.post("/api/notes", {"title": f"note {number}", "text": "x" * 20_000})
            if reply.status != 201:
                break
            written.append(reply.json()["id"])
        assert reply.status == 503, reply
        assert reply.header("content-type") == "application/problem+json"
        assert reply.json()["type"] == "urn:entrepot:problem:unavailable"
        assert b"sqlite" not in reply.body.lower()
        assert 10 < len(written) < 100
        assert [ann.get(f"/api/notes/{id}").status for id in written] == [200] * len(written)
        assert ann.post("/api/notes", {"title": "again", "text": "x" * 20_000}).status == 503
        assert node.stranger().get("/healthz").status == 200
        assert process.poll() is None
