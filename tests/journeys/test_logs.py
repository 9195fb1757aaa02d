"""The log of a node: JSON where nobody looks, one line per request, and no secret in it."""

import json

import pytest
from tests.journeys.command import Refused, Shell

from entrepot.gateway.pages.console import Console


def test_the_log_is_json_with_a_line_per_request_and_holds_no_secret(shell: Shell) -> None:
    shell.env["ENTREPOT_LOG_LEVEL"] = "debug"
    with shell.up() as node:
        secret = node.new_key()["secret"]
        node.ask("GET", "/api/keys", token=secret)
        with pytest.raises(Refused, match="401"):
            node.ask("GET", "/api/keys", token="forged-token")
        assert node.interrupt() == 0
        said = node.said()
    entries = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    rows = [(entry["row"], entry["status"]) for entry in entries if entry["event"] == "http.served"]
    assert rows == [("POST /api/keys", 201), ("GET /api/keys", 200), ("GET /api/keys", 401)]
    plain = [line for line in said.splitlines() if not line.startswith("{")]
    # The welcome (one line more where a console was built), where the keys are, and how people begin.
    assert len(plain) == (7 if Console.built() is None else 8), plain
    assert "#token=" not in said
    bus_token = json.loads((node.folder / "nats" / "nats.json").read_bytes())["token"]
    nats_log = (node.folder / "nats" / "nats.log").read_text()
    keys = json.loads((node.folder / "keys" / "keys.json").read_bytes())["pairs"][0]
    for hidden in (secret, node.token, "forged-token", bus_token, keys["master"], keys["signing"]):
        assert hidden not in said
        assert hidden not in nats_log


def test_a_log_without_requests_can_be_had(shell: Shell) -> None:
    shell.env.update(ENTREPOT_ACCESS_LOG="no", ENTREPOT_LOG_LEVEL="error")
    with shell.up() as node:
        node.new_key()
        assert node.interrupt() == 0
        assert not [line for line in node.said().splitlines() if line.startswith("{")]
