"""What is one person's, tried by another: somebody of another organisation, and a colleague without the role.
The rows are those that `tests/gateway/test_every_row.py` classifies as personal, so that none escapes.
"""

import pytest
from tests.gateway.client import Reply
from tests.gateway.test_every_row import OWNED, PERSONAL
from tests.user.authenticator import Authenticator
from tests.user.people import Person, letter, secret_in

from entrepot.core.ids import new_id

ROWS = sorted(name for name, what in OWNED.items() if what in PERSONAL)
# Of what everybody has, a colleague's is simply not there; for what a role gives, the role is missing.
COLLEAGUE_GETS = {"session": 404, "passkey": 404, "identity": 404, "person": 403, "invitation": 403}


async def owned_by(ada: Person, what: str) -> str:
    """The id of something that is Ada's."""
    match what:
        case "session":
            return str(ada.me.get("/api/sessions").json()["items"][0]["id"])
        case "passkey":
            options = ada.me.post("/api/passkeys/options").json()
            return str(ada.me.post("/api/passkeys", Authenticator().create(options)).json()["id"])
        case "identity":
            return new_id()  # needs a provider: see `test_providers.py`
        case "person":
            return str(ada.me.get("/api/users/me").json()["id"])
        case _:
            invited = {"email": f"x-{new_id()}@example.org", "roles": []}
            return str(ada.me.post("/api/invitations", invited).json()["id"])


async def colleague_of(ada: Person) -> Person:
    """Somebody in Ada's organisation who may only look after themselves."""
    bob = Person(ada.node, name="Bob")
    ada.me.post("/api/invitations", {"email": bob.email, "roles": ["customer"]})
    secret = secret_in(await letter(ada.node, bob.email, subject="You are invited"))
    told = {"token": secret, "name": bob.name, "password": bob.password}
    assert bob.nobody.post("/api/invitations/accept", told).status == 204
    return bob.sign_in()


def try_on(who: Person, name: str, id: str) -> Reply:
    method, path = name.split(" ")
    body = {"name": "mine"} if "passkeys" in path else {"roles": ["auditor"]}
    body = body if method == "PATCH" else None
    return who.me.ask(method, path.replace("{id}", id), body)


@pytest.mark.parametrize("name", ROWS)
async def test_another_organisations_administrator_finds_nothing(ada: Person, name: str) -> None:
    id = await owned_by(ada, OWNED[name])
    eve = (await Person(ada.node).register()).sign_in()
    assert try_on(eve, name, id).status == 404
    assert ada.me.get("/api/users/me").json()["id"]


@pytest.mark.parametrize("name", ROWS)
async def test_a_colleague_may_not(ada: Person, name: str) -> None:
    id = await owned_by(ada, OWNED[name])
    bob = await colleague_of(ada)
    assert try_on(bob, name, id).status == COLLEAGUE_GETS[OWNED[name]]
    assert ada.me.get("/api/users/me").json()["id"]
