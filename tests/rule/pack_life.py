"""The steps of a pack's life, as two people take them."""

from typing import Any

from tests.gateway.client import Caller, Reply
from tests.rule.samples import pack

from entrepot.core.ids import new_id
from entrepot.rule.functions import formats
from entrepot.rule.model.rule import Rule

WHY = {"reason": "a test"}


def fresh() -> str:
    """A word for ids that no other test uses."""
    return f"t{new_id().replace('-', '')[-12:]}"


def file_of(name: str, *rules: Rule, kind: str = "yaml", **said: Any) -> dict[str, Any]:
    return {"file": f"{name}.{kind}", "content": formats.write(pack(*rules, name=name, **said), kind=kind)}


def drafted(who: Caller, name: str, *rules: Rule) -> dict[str, Any]:
    reply = who.post("/api/packs", file_of(name, *rules))
    assert reply.status == 201, reply
    made: dict[str, Any] = reply.json()["pack"]
    return made


def step(who: Caller, made: dict[str, Any], action: str, **more: Any) -> Reply:
    return who.post(f"/api/packs/{made['id']}/{action}", WHY | more)


def activated(ada: Caller, bob: Caller, name: str, *rules: Rule) -> dict[str, Any]:
    made = drafted(ada, name, *rules)
    assert step(ada, made, "submit").status == 200
    assert step(bob, made, "approve").status == 200
    reply = step(bob, made, "activate")
    assert reply.status == 200, reply
    active: dict[str, Any] = reply.json()
    return active


def problem(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.json()["type"].rpartition(":")[2]


def found_by(who: Caller, id: str, **said: Any) -> bool:
    """Whether a check of a battery into New Zealand shows this rule."""
    reply = who.post("/api/checks", {"origin": "CN", "destination": "NZ", "hs_code": "8507"} | said)
    assert reply.status == 201, reply
    return id in [each["rule"]["id"] for each in reply.json()["requirements"]]
