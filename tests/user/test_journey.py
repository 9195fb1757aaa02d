"""What people do, from the first letter to erasure, over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.gateway.client import Node, running_node
from tests.user.people import Person


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    data: Path = tmp_path_factory.mktemp("people")
    with running_node(data) as running:
        yield running


@pytest.fixture
async def ada(node: Node) -> Person:
    return (await Person(node).register()).sign_in()


def problem(reply: object) -> str:
    return reply.json()["type"].rpartition(":")[2]  # type: ignore[attr-defined]


async def test_somebody_signs_up_confirms_and_signs_in(ada: Person) -> None:
    me = ada.me.get("/api/users/me").json()
    assert (me["email"], me["name"], me["roles"]) == (ada.email, ada.name, ["administrator", "customer"])
    assert ada.tokens["token_type"] == "Bearer" and ada.tokens["expires_in"] <= 900
