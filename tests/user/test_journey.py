"""What people do, from the first letter to erasure, over real HTTP."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.gateway.client import Caller, Node, Reply, fresh_address
from tests.house import ASSEMBLY
from tests.suite.patience import PATIENCE_S
from tests.user.people import PASSWORD, Person, colleague, letter, letters, secret_in

from entrepot.core.ids import new_id
from entrepot.user.model import totp
from entrepot.user.model.throttle import FREE

OTHER_PASSWORD = "eleven grey herons wade"


def problem(reply: Reply) -> str:
    return reply.json()["type"].rpartition(":")[2]


async def soon(claim: Callable[[], Any]) -> Any:
    """What `claim` gives once it is true."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := claim()):
            await asyncio.sleep(0.02)
        return found


async def test_somebody_signs_up_confirms_and_signs_in(ada: Person) -> None:
    me = ada.me.get("/api/users/me").json()
    assert (me["email"], me["name"], me["roles"]) == (ada.email, ada.name, ["administrator", "customer"])
    assert ada.tokens["token_type"] == "Bearer" and ada.tokens["expires_in"] <= 900


async def test_nobody_signs_in_before_the_address_is_confirmed(node: Node) -> None:
    person = Person(node)
    assert person.ask_to_register().status == 202
    assert problem(person.ask_in()) == "wrong-credentials"


async def test_confirmation_counts_once(node: Node) -> None:
    person = Person(node)
    person.ask_to_register()
    told = {"token": secret_in(await letter(node, person.email, subject="Confirm your address"))}
    assert [person.nobody.post("/api/users/confirm", told).status for _ in range(2)] == [204, 403]


async def test_sign_up_answers_the_same_for_a_known_address_and_only_a_letter_tells(ada: Person) -> None:
    known, unknown = ada.ask_to_register(), Person(ada.node).ask_to_register()
    assert (known.status, known.body) == (unknown.status, unknown.body) == (202, b"")
    assert await letter(ada.node, ada.email, subject="You have an account already")
    assert ada.ask_in().status == 200


async def test_forgotten_password_answers_the_same_for_an_unknown_address(ada: Person) -> None:
    stranger = Person(ada.node)
    replies = [each.nobody.post("/api/passwords/forgot", {"email": each.email}) for each in (ada, stranger)]
    assert [(each.status, each.body) for each in replies] == [(202, b"")] * 2
    assert await letter(ada.node, ada.email, subject="Choose a new password")
    assert await letters(ada.node, stranger.email) == []


async def test_wrong_password_and_unknown_address_get_the_same_answer(ada: Person) -> None:
    wrong, unknown = ada.ask_in(password="wrong"), Person(ada.node).ask_in()
    same = [{k: v for k, v in each.json().items() if k != "request_id"} for each in (wrong, unknown)]
    assert same[0] == same[1] and wrong.status == 400


async def test_unknown_address_takes_as_long_as_a_wrong_password(ada: Person) -> None:
    def took_s(email: str) -> float:
        """Of the processor, whose other users do not count; the node is a thread of this process."""
        person, started = Person(ada.node, email=email), time.process_time()
        assert person.ask_in(password="wrong password").status == 400
        return time.process_time() - started

    # In turn, and the least of as many as are weighed at once: what the node does beside only ever adds.
    pairs = [(took_s(ada.email), took_s("nobody@example.org")) for _ in range(FREE)]
    known, unknown = (min(each) for each in zip(*pairs, strict=True))
    assert 0.6 < known / unknown < 1.6


async def test_spelling_of_an_address_does_not_matter(ada: Person) -> None:
    assert Person(ada.node, email=f"  {ada.email.upper()} ").ask_in().status == 200


@pytest.mark.parametrize(
    "password", ["short", "Passw0rd123!", "qwertyuiop", "aaaaaaaaaaaa", "ada lovelace 1"]
)
async def test_weak_password_is_refused(node: Node, password: str) -> None:
    reply = Person(node, password=password).ask_to_register()
    assert (reply.status, problem(reply)) == (422, "weak-password")


async def test_forgotten_password_is_replaced_and_every_session_ends(ada: Person) -> None:
    ada.nobody.post("/api/passwords/forgot", {"email": ada.email})
    secret = secret_in(await letter(ada.node, ada.email, subject="Choose a new password"))
    told = {"token": secret, "password": OTHER_PASSWORD}
    assert ada.nobody.post("/api/passwords/reset", told).status == 204
    await soon(lambda: ada.me.get("/api/users/me").status == 401)
    assert ada.refresh().status == 400
    assert ada.ask_in().status == 400
    assert ada.ask_in(password=OTHER_PASSWORD).status == 200
    assert ada.nobody.post("/api/passwords/reset", told).status == 403


async def test_changed_password_ends_the_other_sessions_only(ada: Person) -> None:
    elsewhere = Person(ada.node, ada.email).sign_in()
    change = {"password": PASSWORD, "new_password": OTHER_PASSWORD}
    refused = ada.me.post("/api/users/me/password", change | {"password": "another"})
    assert problem(refused) == "wrong-password"
    assert ada.me.post("/api/users/me/password", change).status == 204
    assert elsewhere.me.get("/api/users/me").status == 401
    assert ada.me.get("/api/users/me").status == 200


async def test_guessing_from_elsewhere_does_not_lock_the_owner_out(ada: Person) -> None:
    guesser = Person(ada.node, ada.email, password="wrong guess")
    said = [problem(guesser.ask_in()) for _ in range(FREE + 1)]
    assert said == ["wrong-credentials"] * FREE + ["tried-too-often"]
    assert problem(guesser.ask_in(password=PASSWORD)) == "tried-too-often"
    assert ada.ask_in().status == 200


async def test_refresh_rotates_and_a_copy_ends_the_family(ada: Person) -> None:
    stolen = ada.tokens["refresh_token"]
    for _ in range(2):
        ada.tokens = ada.refresh().json()
    assert problem(ada.refresh(stolen)) == "session-over"
    await soon(lambda: ada.me.get("/api/users/me").status == 401)
    assert problem(ada.refresh()) == "session-over"


async def test_two_parallel_refreshes_get_the_same_token_and_the_session_lives(ada: Person) -> None:
    replies = await asyncio.gather(*(asyncio.to_thread(ada.refresh) for _ in range(2)))
    assert [each.status for each in replies] == [200, 200]
    assert len({each.json()["refresh_token"] for each in replies}) == 1
    ada.tokens = replies[0].json()
    assert ada.refresh().status == 200


async def test_token_routes_refuse_as_rfc_6749_says(ada: Person) -> None:
    wrong, spent = ada.ask_in(password="wrong"), ada.refresh("er_" + "A" * 86)
    assert [(each.status, each.json()["error"]) for each in (wrong, spent)] == [(400, "invalid_grant")] * 2
    guesser = Person(ada.node, ada.email, password="wrong guess")
    while (reply := guesser.ask_in()).status == 400:
        pass
    assert reply.status == 429
    assert int(reply.header("retry-after") or 0) == reply.json()["wait_s"] >= 1


async def test_sign_out_ends_this_session_at_once(ada: Person) -> None:
    assert ada.me.ask("DELETE", "/api/tokens/current").status == 204
    assert ada.me.get("/api/users/me").status == 401
    assert ada.refresh().status == 400


async def test_sessions_are_seen_and_ended_one_by_one_and_all_at_once(ada: Person) -> None:
    elsewhere = [Person(ada.node, ada.email).sign_in() for _ in range(2)]
    seen = ada.me.get("/api/sessions").json()["items"]
    assert [each["current"] for each in seen] == [True, False, False]
    assert ada.me.ask("DELETE", f"/api/sessions/{seen[1]['id']}").status == 204
    assert elsewhere[0].me.get("/api/users/me").status == 401
    assert elsewhere[1].me.ask("DELETE", "/api/sessions?others=true").status == 204
    assert ada.me.get("/api/users/me").status == 401
    assert elsewhere[1].me.ask("DELETE", "/api/sessions").status == 204
    assert elsewhere[1].me.get("/api/users/me").status == 401


async def test_second_factor_is_needed_once_confirmed_and_no_code_opens_twice(ada: Person) -> None:
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    step = int(time.time()) // totp.STEP_S
    first = {"code": totp.code_at(secret, step)}
    codes = ada.me.post("/api/users/me/second-factor/confirm", first).json()["recovery_codes"]
    assert problem(ada.ask_in()) == "second-factor-needed"
    assert problem(ada.ask_in(**first)) == "wrong-code"
    next_code = totp.code_at(secret, step + 1)
    assert ada.ask_in(code=next_code).status == 200
    assert problem(ada.ask_in(code=next_code)) == "wrong-code"
    assert ada.ask_in(code=codes[0]).status == 200
    assert problem(ada.ask_in(code=codes[0])) == "wrong-code"
    assert ada.me.get("/api/users/me").json()["recovery_codes"] == 9
    assert ada.me.ask("DELETE", "/api/users/me/second-factor").status == 204
    assert ada.ask_in().status == 200


async def test_colleague_is_invited_joins_and_gets_other_roles(ada: Person) -> None:
    bob = Person(ada.node, name="Bob")
    made = ada.me.post("/api/invitations", {"email": bob.email, "roles": ["auditor"]}).json()
    assert [each["id"] for each in ada.me.get("/api/invitations").json()["items"]] == [made["id"]]
    secret = secret_in(await letter(ada.node, bob.email, subject="You are invited"))
    bare = bob.nobody.post("/api/invitations/accept", {"token": secret})
    assert problem(bare) == "account-needed"
    told = {"token": secret, "name": bob.name, "password": bob.password}
    assert bob.nobody.post("/api/invitations/accept", told).status == 204
    assert problem(bob.nobody.post("/api/invitations/accept", told)) == "ticket-spent"
    bob.sign_in()
    members = ada.me.get("/api/users").json()["items"]
    assert {each["email"]: each["roles"] for each in members} == {
        ada.email: ["administrator", "customer"], bob.email: ["auditor"],
    }  # fmt: skip
    assert bob.me.post("/api/invitations", {"email": "x@example.org", "roles": []}).status == 403
    bobs = bob.me.get("/api/users/me").json()["id"]
    assert ada.me.ask("PATCH", f"/api/users/{bobs}", {"roles": ["provider"]}).json()["roles"] == ["provider"]
    await soon(lambda: bob.me.get("/api/users/me").status == 401)
    assert bob.sign_in().me.get("/api/users").status == 403


async def test_nobody_gives_away_more_than_they_have(ada: Person) -> None:
    mine = ada.me.get("/api/users/me").json()["id"]
    raised = ada.me.ask("PATCH", f"/api/users/{mine}", {"roles": ["administrator", "operator"]})
    assert problem(raised) == "scopes-too-wide"
    assert problem(ada.me.post("/api/roles", {"name": "mighty", "scopes": ["*"]})) == "scopes-too-wide"
    invited = ada.me.post("/api/invitations", {"email": "x@example.org", "roles": ["operator"]})
    assert problem(invited) == "scopes-too-wide"


async def test_role_of_the_organisation_counts_and_cannot_go_while_it_is_used(ada: Person) -> None:
    role = {"name": "clerk", "scopes": ["account:self", "token:self", "key:read"]}
    assert ada.me.post("/api/roles", role).status == 200
    mine = ada.me.get("/api/users/me").json()["id"]
    ada.me.ask("PATCH", f"/api/users/{mine}", {"roles": ["administrator", "clerk"]})
    ada.sign_in()
    assert problem(ada.me.ask("DELETE", "/api/roles/clerk")) == "role-in-use"


async def test_key_allows_no_more_than_its_owner_may_now(ada: Person) -> None:
    made = ada.me.post("/api/keys", {"name": "till", "scopes": ["key:read", "user:read"]}).json()
    till = Caller(ada.node.url, made["secret"], address=fresh_address())
    assert till.get("/api/users").status == 200
    mine = ada.me.get("/api/users/me").json()["id"]
    await colleague(ada, ["administrator"])
    assert ada.me.ask("PATCH", f"/api/users/{mine}", {"roles": ["provider"]}).status == 200
    await soon(lambda: till.get("/api/users").status == 403)
    assert till.get("/api/keys").status == 200


async def test_program_has_no_account(ada: Person) -> None:
    made = ada.me.post("/api/keys", {"name": "till", "scopes": ["account:self"]}).json()
    till = Caller(ada.node.url, made["secret"], address=fresh_address())
    asked = [till.get("/api/users/me"), till.ask("DELETE", "/api/users/me"), till.get("/api/users/me/export")]
    assert [problem(each) for each in asked] == ["person-needed"] * 3


async def test_consent_is_recorded_and_taken_back(ada: Person) -> None:
    for given in (True, False):
        told = {"purpose": "product-news", "given": given}
        assert ada.me.post("/api/users/me/consents", told).status == 204
        now = {
            each["purpose"]: each["given"] for each in ada.me.get("/api/users/me/consents").json()["items"]
        }
        assert now == {"product-news": given, "usage-research": False}


async def test_export_holds_what_every_context_knows(ada: Person, operator: Caller) -> None:
    ada.me.post("/api/users/me/consents", {"purpose": "product-news", "given": True})
    mine = ada.me.get("/api/users/me").json()["id"]
    await soon(lambda: operator.get(f"/api/activity?principal={mine}").json()["items"])

    def ready() -> Any:
        export = ada.me.get("/api/users/me/export").json()
        return export if export["state"] == "ready" else None

    held = (await soon(ready))["held"]
    assert held.keys() == ASSEMBLY.holders.contexts | {"toy"}
    assert held["device"]["rejected"] == []
    assert held["user"]["profile"]["email"] == ada.email
    assert [each["given"] for each in held["user"]["consents"]] == [True]
    assert {each["principal"] for each in held["monitor"]["activity"]} == {mine}


async def test_erased_person_is_gone_everywhere_and_the_address_is_free(
    ada: Person, operator: Caller
) -> None:
    mine = ada.me.get("/api/users/me").json()["id"]
    made = ada.me.post("/api/keys", {"name": "till", "scopes": ["key:read"]}).json()
    till = Caller(ada.node.url, made["secret"], address=fresh_address())
    await soon(lambda: operator.get(f"/api/activity?principal={mine}").json()["items"])
    receipt = ada.me.ask("DELETE", "/api/users/me").json()
    assert receipt["id"] and "data key destroyed" in receipt["done"]
    assert "backups that were made before, until they expire" in receipt["remains"]
    await soon(lambda: ada.me.get("/api/users/me").status == 401 and till.get("/api/keys").status == 401)
    assert problem(ada.ask_in()) == "wrong-credentials"
    # Gateways tell what they served a second later, all at once: also what was served before the erasure.
    later = f"later-{new_id()}"
    caller = await asyncio.to_thread(ada.node.caller, "key:read", sub=later)
    assert caller.get("/api/keys").status == 200
    await soon(lambda: operator.get(f"/api/activity?principal={later}").json()["items"])
    assert operator.get(f"/api/activity?principal={mine}").json()["items"] == []
    assert operator.get("/api/activity?principal=erased").json()["items"]
    (await ada.register()).sign_in()
    assert ada.me.get("/api/users/me").json()["id"] != mine


async def test_person_knows_no_other_persons_session_and_no_other_organisations_people(ada: Person) -> None:
    eve = (await Person(ada.node).register()).sign_in()
    session = ada.me.get("/api/sessions").json()["items"][0]["id"]
    person = ada.me.get("/api/users/me").json()["id"]
    invited = ada.me.post("/api/invitations", {"email": f"x-{new_id()}@example.org", "roles": []}).json()[
        "id"
    ]
    tried = [
        eve.me.ask("DELETE", f"/api/sessions/{session}"),
        eve.me.ask("PATCH", f"/api/users/{person}", {"roles": []}),
        eve.me.ask("DELETE", f"/api/users/{person}"),
        eve.me.ask("DELETE", f"/api/invitations/{invited}"),
    ]
    assert [each.status for each in tried] == [404] * 4
    assert [each["email"] for each in eve.me.get("/api/users").json()["items"]] == [eve.email]
    assert ada.me.get("/api/users/me").status == 200


async def test_only_operators_read_the_mail_folder(ada: Person, operator: Caller) -> None:
    assert ada.me.get("/api/mail").status == 403
    newest = operator.get("/api/mail?limit=200").json()["items"]
    assert ada.email in [each["to"] for each in newest]


async def test_public_keys_are_published(ada: Person) -> None:
    published = ada.nobody.get("/.well-known/jwks.json").json()["keys"]
    assert [(each["kty"], each["crv"], "d" in each) for each in published] == [("OKP", "Ed25519", False)]
