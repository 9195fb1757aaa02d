"""A watched party's walk: a list changes, the subject is screened again, and its people are told."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.gateway.client import Caller, Node, running_node, until
from tests.user.people import Person

LIST = "id,kind,name,aliases,birth_dates,countries,programme\n1,person,Ivan Petrovsky,,1961,RU,ONE\n"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    with running_node(tmp_path_factory.mktemp("watched")) as running:
        yield running


def take(writer: Caller, text: str) -> None:
    new = {"list": "example", "format": "csv", "text": text}
    assert writer.post("/api/parties/import", new).status == 200


@pytest.fixture
def writer(node: Node) -> Caller:
    return node.caller("rule:write")


@pytest.fixture
async def ada(node: Node) -> Person:
    return (await Person(node).register()).sign_in()


async def test_people_are_told_when_a_list_names_whom_they_watch(writer: Caller, ada: Person) -> None:
    take(writer, LIST)
    watched = ada.me.post("/api/screenings", {"name": "Grace Hopper", "watch": True}).json()
    assert watched["state"] == "clear"
    take(writer, LIST + "2,person,Grace Hopper,,1906,US,TWO\n")

    def told() -> list[Any]:
        items: list[Any] = ada.me.get("/api/notifications").json()["items"]
        return items

    until(lambda: bool(told()))
    [notice] = told()
    assert (notice["kind"], notice["page"]) == ("rule.party_matched", f"/screenings/{watched['id']}")
    assert notice["subject"] == "A watched party: 1 appeared"
    assert "Hopper" not in notice["text"]
