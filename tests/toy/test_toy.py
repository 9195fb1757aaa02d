"""A context is one folder and one line: everything else follows from its table.

The line stands in `tests/sample/node.py`. That toys are refused to strangers, to the unentitled and to
neighbours, and that their rows are documented, the tests of every row and of OpenAPI say too: they hold for
every context, and so for this one.
"""

import asyncio
from pathlib import Path

import pytest
from tests.gateway.client import Caller, until
from tests.gateway.test_every_row import OWNED, ROWS
from tests.sample.node import settings
from tests.toy.service import erase
from tests.user.people import Person

from entrepot import wiring
from entrepot.cli.running import RunningNode
from entrepot.core.context import Context
from entrepot.core.personal import Personal
from entrepot.core.routes import Route
from entrepot.core.supplies import NotSupplied
from entrepot.node import run
from entrepot.node.assembly import BadContext, assemble


@pytest.fixture
async def ada(node) -> Person:  # type: ignore[no-untyped-def]
    return (await Person(node).register()).sign_in()


def toys(caller: Caller) -> list[str]:
    return [each["name"] for each in caller.get("/api/toys").json()["items"]]


async def test_its_rows_answer_whoever_has_a_role_of_its_scopes(ada: Person) -> None:
    assert ada.me.post("/api/toys", {"name": "Doll"}).status == 201
    assert toys(ada.me) == ["Doll"]


def test_its_scopes_are_in_roles_and_its_rows_in_the_document(node, ada: Person) -> None:  # type: ignore[no-untyped-def]
    roles = {each["name"]: each["scopes"] for each in ada.me.get("/api/roles").json()["items"]}
    assert {"toy:read", "toy:write"} <= set(roles["customer"]) and "toy:read" not in roles["provider"]
    paths = ada.nobody.get("/openapi.json").json()["paths"]
    assert {"/api/toys", "/api/toys/{id}", "/api/toy-keys/rewrap", "/api/dead-letters/toy"} <= set(paths)


def test_the_security_tests_know_it() -> None:
    assert OWNED["GET /api/toys/{id}"] == OWNED["DELETE /api/toys/{id}"] == "toy"
    assert {"POST /api/toys", "GET /api/toys"} <= set(ROWS)


async def test_its_notices_reach_an_inbox_in_its_words(ada: Person) -> None:
    id = ada.me.post("/api/toys", {"name": "Ball"}).json()["id"]
    assert ada.me.ask("DELETE", f"/api/toys/{id}").status == 204

    def told() -> list[str]:
        return [each["subject"] for each in ada.me.get("/api/notifications").json()["items"]]

    until(lambda: "A toy is broken" in told())
    assert "toy.broken" in ada.me.get("/api/notifications/preferences").json()["channels"]


async def test_a_rotation_wraps_its_keys_again(node, ada: Person) -> None:  # type: ignore[no-untyped-def]
    ada.me.post("/api/toys", {"name": "Kite"})

    def rotate() -> None:
        running = RunningNode(node.settings)
        rows = [row.path for row in ROWS.values() if row.path.endswith("/rewrap")]
        assert sorted(running.rewraps()) == sorted(rows) and "/api/toy-keys/rewrap" in rows
        assert running.rewrap() > 0
        running.close()

    await asyncio.to_thread(rotate)
    assert toys(ada.me) == ["Kite"]


async def test_a_person_is_told_of_their_toys_and_takes_them_along(ada: Person) -> None:
    ada.me.post("/api/toys", {"name": "Robot"})
    until(lambda: ada.me.get("/api/users/me/export").json()["state"] == "ready")
    held = ada.me.get("/api/users/me/export").json()["held"]
    assert [each["name"] for each in held["toy"]] == ["Robot"]


async def test_of_an_erased_person_no_toy_is_left(node, ada: Person) -> None:  # type: ignore[no-untyped-def]
    organisation = ada.me.get("/api/organisation").json()["id"]
    ada.me.post("/api/toys", {"name": "Bear"})
    neighbour = await asyncio.to_thread(node.caller, "toy:read", org=organisation)
    assert toys(neighbour) == ["Bear"]
    assert ada.me.ask("DELETE", "/api/users/me").status == 200
    until(lambda: toys(neighbour) == [])


# ---- contexts that do not fit do not load ------------------------------------------------------------


def toy(**more: object) -> Context:
    return Context(**({"name": "other", "package": "tests.toy"} | more))  # type: ignore[arg-type]


async def _nothing(tx: object, who: object, *, id: str) -> None: ...


@pytest.mark.parametrize(
    ("context", "why"),
    [
        (toy(routes=(Route("GET", "/api/x", _nothing, scope="nobody:says"),)), "nobody:says"),
        (toy(routes=(Route("GET", "/api/x/{id}", _nothing, public=True),)), "whose the id of"),
        (toy(name="toy"), "two of the context toy"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(context: Context, why: str) -> None:
    from tests.sample.node import CONTEXTS

    with pytest.raises(BadContext, match=why):
        assemble((*CONTEXTS, context))


def test_a_context_is_only_where_it_may_run() -> None:
    everywhere = toy(runs_at=("hub", "site"))
    assert "other" in assemble((*wiring.CONTEXTS, everywhere), place="site").names
    assert "other" not in assemble((*wiring.CONTEXTS, toy()), place="site").names
    assert "other" in assemble((*wiring.CONTEXTS, toy())).names


async def test_an_export_that_wants_what_nobody_gives_is_refused_at_the_start(tmp_path: Path) -> None:
    async def export(tx: object, person: str, *, missing: Nothing) -> list[str]:
        return []

    greedy = Context(name="greedy", package=__package__, personal=Personal(export=export, erase=erase))
    with pytest.raises(NotSupplied, match="missing of"):
        await run.up(settings(tmp_path), contexts=(*wiring.CONTEXTS, greedy), ready=lambda url: None)


class Nothing:
    """What nobody gives."""
