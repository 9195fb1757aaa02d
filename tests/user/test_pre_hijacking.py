"""A stranger who is there first gains nothing: the attacks of Sudhodanan and Paverd, "Pre-hijacked accounts"
(USENIX Security 2022), as far as they apply, and of keycloak/keycloak#48206.
"""

import asyncio

from tests.gateway.client import Node
from tests.user.people import Person, accept, invited, letter, letters, secret_in
from tests.user.test_journey import OTHER_PASSWORD, problem

from entrepot.core.ids import new_id

STRANGERS = "a password of the stranger's"


def pair(node: Node) -> tuple[Person, Person]:
    """(stranger, victim): two people who sign up with one address."""
    victim = Person(node)
    return Person(node, victim.email, STRANGERS, name="Mallory"), victim


async def secret_of(person: Person, *, after: int = 0) -> str:
    mail = await letter(person.node, person.email, subject="Confirm your address", after=after)
    return secret_in(mail)


async def test_victim_who_signs_up_later_wins_and_the_stranger_s_link_is_dead(node: Node) -> None:
    stranger, victim = pair(node)
    stranger.ask_to_register()
    older = await secret_of(victim)
    victim.ask_to_register()
    newer = await secret_of(victim, after=1)
    assert problem(victim.nobody.post("/api/users/confirm", {"token": older})) == "ticket-spent"
    assert (
        victim.nobody.post("/api/users/confirm", {"token": newer, "password": victim.password}).status == 204
    )
    assert problem(stranger.ask_in()) == "wrong-credentials"
    assert victim.sign_in().me.get("/api/users/me").json()["name"] == victim.name


async def test_stranger_who_signs_up_after_the_victim_is_not_confirmed_by_the_victim(node: Node) -> None:
    """The console asks for the password, so whoever expects a letter does not confirm another's."""
    stranger, victim = pair(node)
    victim.ask_to_register()
    await secret_of(victim)
    stranger.ask_to_register()
    token = await secret_of(victim, after=1)
    mine = {"token": token, "password": victim.password}
    assert problem(victim.nobody.post("/api/users/confirm", mine)) == "wrong-password"
    assert victim.nobody.post("/api/users/confirm", mine | {"name": "Ada"}).status == 204
    assert problem(stranger.ask_in()) == "wrong-credentials"
    assert victim.sign_in().me.get("/api/users/me").json()["name"] == "Ada"


async def test_whoever_did_not_sign_up_says_so_and_nothing_is_open_any_more(node: Node) -> None:
    stranger, victim = pair(node)
    stranger.ask_to_register()
    told = {"token": await secret_of(victim)}
    assert victim.nobody.post("/api/users/decline", told).status == 204
    assert problem(victim.nobody.post("/api/users/decline", told)) == "ticket-spent"
    assert problem(victim.nobody.post("/api/users/confirm", told)) == "ticket-spent"


async def test_new_password_at_the_confirmation_is_checked_as_any_other(node: Node) -> None:
    _, victim = pair(node)
    victim.ask_to_register()
    told = {"token": await secret_of(victim), "name": "Ada"}
    weak = victim.nobody.post("/api/users/confirm", told | {"password": "Passw0rd123!"})
    assert (weak.status, problem(weak)) == (422, "weak-password")
    assert victim.nobody.post("/api/users/confirm", told).status == 422


async def test_of_many_sign_ups_at_once_one_is_open(node: Node) -> None:
    people = [Person(node, "x@example.org") for _ in range(6)]
    email = f"many-{new_id()}@example.org"
    for each in people:
        each.email = email
    replies = await asyncio.gather(*(asyncio.to_thread(each.ask_to_register) for each in people))
    assert {each.status for each in replies} == {202}
    async with asyncio.timeout(20):
        while len(found := await letters(node, email)) < len(people):
            await asyncio.sleep(0.02)
    said = [
        people[0].node.stranger().post("/api/users/confirm", {"token": secret_in(mail)}).status
        for mail in found
    ]
    assert sorted(said) == [204] + [403] * 5


# ---- the paper's five -------------------------------------------------------------------------------


async def test_classic_federated_merge_another_way_in_makes_an_account_of_its_own(
    node: Node, ada: Person
) -> None:
    """Whoever proves the address in another way (here: invited) gets nothing of what a stranger chose."""
    stranger, victim = pair(node)
    stranger.ask_to_register()
    planted = await secret_of(victim)
    _, secret = await invited(ada.me, node, roles=["auditor"], email=victim.email)
    assert accept(node, secret).status == 204
    assert problem(stranger.ask_in()) == "wrong-credentials"
    assert problem(stranger.nobody.post("/api/users/confirm", {"token": planted})) == "ticket-spent"
    assert victim.sign_in().me.get("/api/users/me").json()["name"] == "Guest"


async def test_unexpired_session_there_is_none_before_the_confirmation_and_none_after_a_reset(
    node: Node,
) -> None:
    stranger, victim = pair(node)
    stranger.ask_to_register()
    assert problem(stranger.ask_in()) == "wrong-credentials"
    await victim.register()
    thief = Person(node, victim.email).sign_in()
    victim.nobody.post("/api/passwords/forgot", {"email": victim.email})
    secret = secret_in(await letter(node, victim.email, subject="Choose a new password"))
    told = {"token": secret, "password": OTHER_PASSWORD}
    assert victim.nobody.post("/api/passwords/reset", told).status == 204
    assert problem(thief.refresh()) == "session-over"


async def test_trojan_identifier_an_unconfirmed_address_opens_and_recovers_nothing(node: Node) -> None:
    """keycloak/keycloak#48206: a forgotten password must not confirm what a stranger asked for."""
    stranger, victim = pair(node)
    stranger.ask_to_register()
    await secret_of(victim)
    victim.nobody.post("/api/passwords/forgot", {"email": victim.email})
    assert problem(stranger.ask_in()) == "wrong-credentials"
    assert [each.subject for each in await letters(node, victim.email)] == ["Confirm your address"]


async def test_letters_say_when_from_where_and_with_what_and_nothing_that_the_caller_wrote(
    node: Node,
) -> None:
    stranger, victim = pair(node)
    told = {"email": victim.email, "password": STRANGERS, "name": "Buy gold"}
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0 buy.gold.example"}
    stranger.nobody.post("/api/users", told, headers=agent)
    text = (await letter(node, victim.email, subject="Confirm your address")).text
    assert f"from {stranger.address}, with Firefox on Linux" in text.replace("\n", " ")
    assert " UTC" in text and "gold" not in text.lower()
    await victim.register()
    victim.nobody.post("/api/passwords/forgot", {"email": victim.email})
    victim.ask_to_register()
    for subject in ("Choose a new password", "You have an account already"):
        assert victim.address in (await letter(node, victim.email, subject=subject)).text
