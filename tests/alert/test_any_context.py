"""A context raises alerts with nothing but its own table."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.alert.cold_store import CONTEXT
from tests.gateway.client import Node, running_node, until
from tests.sample.node import CONTEXTS
from tests.user.people import Person


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("cold"), contexts=(*CONTEXTS, CONTEXT)) as running:
        yield running


async def test_fact_of_any_context_becomes_an_alert_and_a_notice(node: Node) -> None:
    ada = (await Person(node).register()).sign_in().me

    def measured(**reading: Any) -> None:
        assert ada.post("/api/test/readings", reading).status == 204

    def items(path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ada.get(path).json()["items"]
        return found

    measured(reading_id="r1", celsius=9.5)
    until(lambda: items("/api/notifications"))
    [alert] = items("/api/alerts?kind=too_warm")
    assert (alert["id"], alert["device_id"], alert["device_name"]) == ("r1", "store-1", "Cold store")
    [notice] = items("/api/notifications")
    assert (notice["kind"], notice["subject"]) == ("alert.too_warm", "Cold store is too warm: 9.5 °C")
    assert ada.ask("PUT", "/api/alert-rules", {"kind": "too_warm", "again_after_s": 600}).status == 200
    measured(reading_id="r2", celsius=9.9)
    measured(reading_id="r1")
    until(lambda: [each["id"] for each in items("/api/alerts?unacknowledged=true")] == ["r2"])
    until(lambda: sorted(each["withdrawn"] for each in items("/api/notifications")) == [False, True])
    assert [each["withdrawn_at"] is None for each in items("/api/alerts")] == [True, False]
