"""People at a node: they sign up, read their letters and sign in."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.at_rest import mail_folder
from tests.gateway.client import Caller, Node, Reply, fresh_address
from tests.suite.patience import PATIENCE_S

from entrepot.core.ids import new_id

PASSWORD = "plough the 7 seas at dawn"


async def letters(node: Node, to: str) -> list[Any]:
    """What lies in the node's mail folder for an address, the oldest first."""
    folder = mail_folder(node.settings.data)
    return [each.mail for each in await folder.letters() if each.mail.to == to]


async def letter(node: Node, to: str, *, subject: str, after: int = 0) -> Any:
    """The newest letter, once it is there, but for the first `after`."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if found := [each for each in (await letters(node, to))[after:] if each.subject == subject]:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(
        f"no letter {subject!r} came; there are {[x.subject for x in await letters(node, to)]}"
    )


def secret_in(mail: Any) -> str:
    [line] = [line for line in mail.text.splitlines() if "#token=" in line]
    return line.partition("#token=")[2]


@dataclass
class Person:
    """Somebody with an account, signed in."""

    node: Node
    email: str = field(default_factory=lambda: f"ada-{new_id()}@example.org")
    password: str = PASSWORD
    name: str = "Ada Lovelace"
    address: str = field(default_factory=fresh_address)
    tokens: dict[str, Any] = field(default_factory=dict)

    @property
    def me(self) -> Caller:
        return Caller(self.node.url, self.tokens["access_token"], address=self.address)

    @property
    def nobody(self) -> Caller:
        return Caller(self.node.url, address=self.address)

    def ask_to_register(self) -> Reply:
        told = {"email": self.email, "password": self.password, "name": self.name}
        return self.nobody.post("/api/users", told)

    async def register(self) -> "Person":
        before = len(await letters(self.node, self.email))
        assert self.ask_to_register().status == 202
        mail = await letter(self.node, self.email, subject="Confirm your address", after=before)
        secret = secret_in(mail)
        assert self.nobody.post("/api/users/confirm", {"token": secret}).status == 204
        return self

    def ask_in(self, **more: Any) -> Reply:
        return self.nobody.post("/api/tokens", {"email": self.email, "password": self.password} | more)

    def sign_in(self, **more: Any) -> "Person":
        reply = self.ask_in(**more)
        assert reply.status == 200, reply
        self.tokens = reply.json()
        return self

    def refresh(self, token: str | None = None) -> Reply:
        token = token or self.tokens["refresh_token"]
        return self.nobody.post("/api/tokens/refresh", {"refresh_token": token})


def id_of(person: Person) -> str:
    return str(person.me.get("/api/users/me").json()["id"])


async def invited(by: Caller, node: Node, *, roles: list[str], email: str = "") -> tuple[str, str]:
    """(the address, the secret of its letter)."""
    email = email or f"guest-{new_id()}@example.org"
    before = len(await letters(node, email))
    reply = by.post("/api/invitations", {"email": email, "roles": roles})
    assert reply.status == 201, reply
    return email, secret_in(await letter(node, email, subject="You are invited", after=before))


def accept(node: Node, secret: str) -> Any:
    told = {"token": secret, "name": "Guest", "password": PASSWORD}
    return node.stranger().post("/api/invitations/accept", told)


async def colleague(of: Person, roles: list[str]) -> Person:
    """Somebody who joined the organisation, signed in."""
    email, secret = await invited(of.me, of.node, roles=roles)
    assert accept(of.node, secret).status == 204
    return Person(of.node, email).sign_in()


def key(by: Caller, node: Node, *scopes: str, **more: Any) -> tuple[str, Caller]:
    made = by.post("/api/keys", {"name": "till", "scopes": list(scopes)} | more)
    assert made.status == 201, made
    return made.json()["key"]["id"], Caller(node.url, made.json()["secret"], address=fresh_address())
