"""Guessing one account from many addresses, while its owner goes on."""

import asyncio
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.gateway.client import fresh_address
from tests.user.people import PASSWORD, Person, letter, letters, secret_in
from tests.user.test_console_cookies import Browser
from tests.user.test_journey import OTHER_PASSWORD, problem

from entrepot.core.ports import Database, Transaction
from entrepot.core.routes import Caller
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.user.model import guessing as model
from entrepot.user.model import totp
from entrepot.user.model.guessing import FREE, MOST, STRANGERS, Guesses
from entrepot.user.repository import guessing as repository
from entrepot.user.service import guessing, retention, vault

HOUR_US = int(3600e6)
GUESSED = "Somebody guesses your password"


def stranger(ada: Person, password: str = "wrong guess") -> Person:
    """Somebody at an address from which the account was never opened."""
    return Person(ada.node, ada.email, password=password, address=fresh_address())


def until_slowed(ada: Person) -> int:
    """How many guesses, each from an address of its own, were weighed."""
    weighed = 0
    while problem(stranger(ada).ask_in()) == "wrong-credentials":
        weighed += 1
    return weighed


async def test_guesses_from_many_addresses_are_slowed_together(ada: Person) -> None:
    assert until_slowed(ada) == FREE
    reply = stranger(ada).ask_in()
    assert (reply.status, problem(reply)) == (429, "tried-too-often")


async def test_guesses_that_come_at_once_are_counted_before_they_are_weighed(ada: Person) -> None:
    guessers = [stranger(ada) for _ in range(4 * FREE)]
    replies = await asyncio.gather(*(asyncio.to_thread(each.ask_in) for each in guessers))
    assert sum(each.status == 400 for each in replies) == FREE


async def test_owner_stays_in_where_they_were_before(ada: Person) -> None:
    until_slowed(ada)
    assert ada.ask_in().status == 200
    assert ada.ask_in(password="mistyped").status == 400
    assert ada.ask_in().status == 200
    # And what strangers did wrong is not forgiven by it.
    assert problem(stranger(ada, PASSWORD).ask_in()) == "tried-too-often"


async def test_known_browser_stays_in_from_wherever_it_is(ada: Person) -> None:
    browser = Browser(ada)
    assert browser.sign_in().status == 200
    until_slowed(ada)
    browser.person = stranger(ada, PASSWORD)
    assert browser.sign_in().status == 200
    browser.kept = {}
    browser.person = stranger(ada, PASSWORD)
    assert problem(browser.sign_in()) == "tried-too-often"


async def test_owner_at_a_new_place_chooses_a_new_password_and_is_in(ada: Person) -> None:
    until_slowed(ada)
    away = stranger(ada, OTHER_PASSWORD)
    away.nobody.post("/api/passwords/forgot", {"email": ada.email})
    told = {
        "token": secret_in(await letter(ada.node, ada.email, subject="Choose a new password")),
        "password": OTHER_PASSWORD,
    }
    assert away.nobody.post("/api/passwords/reset", told).status == 204
    assert away.ask_in().status == 200


async def test_owner_is_told_by_letter(ada: Person) -> None:
    until_slowed(ada)
    mail = await letter(ada.node, ada.email, subject=GUESSED)
    assert f"{FREE} times in a row" in mail.text and "/forgot" in mail.text


async def test_unknown_account_is_slowed_in_the_same_way_and_nobody_is_told(ada: Person) -> None:
    nobody = Person(ada.node)
    known, unknown = [stranger(ada) for _ in range(FREE + 2)], [stranger(nobody) for _ in range(FREE + 2)]

    def said(each: Person) -> tuple[Any, ...]:
        """But for the seconds, which pass meanwhile."""
        reply = each.ask_in()
        told = {name: text for name, text in reply.json().items() if name not in ("request_id", "wait_s")}
        body = {name: re.sub(r"\d+ s", "", str(text)) for name, text in told.items()}
        return reply.status, body, reply.header("retry-after") is None

    assert [said(each) for each in known] == [said(each) for each in unknown]
    await letter(ada.node, ada.email, subject=GUESSED)
    assert await letters(ada.node, nobody.email) == []


async def test_wrong_codes_count_wherever_they_come_from_and_the_owner_hears_of_them(ada: Person) -> None:
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    step = int(now().timestamp()) // totp.STEP_S
    proof = {"code": totp.code_at(secret, step)}
    codes = ada.me.post("/api/users/me/second-factor/confirm", proof).json()["recovery_codes"]
    said = [problem(stranger(ada, PASSWORD).ask_in(code="000000")) for _ in range(FREE + 1)]
    assert said == ["wrong-code"] * FREE + ["tried-too-often"]
    assert await letter(ada.node, ada.email, subject="Somebody knows your password")
    assert problem(stranger(ada, PASSWORD).ask_in(code=codes[0])) == "tried-too-often"
    assert ada.ask_in(code=codes[0]).status == 200


async def test_asking_for_the_code_counts_as_no_failure(ada: Person) -> None:
    secret = ada.me.post("/api/users/me/second-factor").json()["secret"]
    step = int(now().timestamp()) // totp.STEP_S
    ada.me.post("/api/users/me/second-factor/confirm", {"code": totp.code_at(secret, step)})
    assert {problem(ada.ask_in()) for _ in range(2 * FREE)} == {"second-factor-needed"}


async def test_stolen_session_guesses_the_password_no_faster(ada: Person) -> None:
    def guess() -> str:
        told = {"password": "wrong guess", "new_password": OTHER_PASSWORD}
        return problem(ada.me.post("/api/users/me/password", told))

    said = [guess() for _ in range(6)]
    assert said == ["wrong-password"] * 5 + ["tried-too-often"]


# ---- the limit alone --------------------------------------------------------------------------------


def weighed_within(hours: float) -> int:
    """How many tries of somebody who never waits longer than needed are weighed."""
    guesses, now_us, count = Guesses(), HOUR_US, 0
    while now_us < HOUR_US * (1 + hours):
        if (wait_s := guesses.wait_s(now_us=now_us)) > 0:
            now_us += round(wait_s * 1e6)
        else:
            guesses, count = guesses.one_more(now_us=now_us), count + 1
    return count


def test_few_guesses_are_weighed_in_an_hour_and_a_hundred_in_a_month() -> None:
    assert weighed_within(1) <= 20
    assert weighed_within(24) <= MOST
    assert weighed_within(29 * 24) == MOST


def test_a_clock_that_was_ahead_keeps_nobody_out() -> None:
    guesses = Guesses(FREE + 5, until_us=to_us(now()) + 10 * HOUR_US, last_us=to_us(now()) + 10 * HOUR_US)
    assert guesses.wait_s(now_us=to_us(now())) == 0


@given(st.integers(0, MOST - 1), st.integers(0, 2**40))
def test_wait_never_shrinks_while_it_goes_on(count: int, now_us: int) -> None:
    before, after = Guesses(count, now_us, now_us), Guesses(count, now_us, now_us).one_more(now_us=now_us)
    assert after.count == count + 1
    assert after.wait_s(now_us=now_us) >= before.wait_s(now_us=now_us)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("2001:db8::1", "2001:db8::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_addresses_count_by_network(address: str, network: str) -> None:
    assert model.places_of(Caller(address)).get("address", "") == network


# ---- what is kept -----------------------------------------------------------------------------------

HOME, WORK = Caller("192.0.2.1", "a", "browser-1"), Caller("192.0.2.2", "a")


async def remember(database: Database, sealing: Sealing, caller: Caller, *, person: str = "ada") -> bool:
    async def work(tx: Transaction) -> bool:
        index = await vault.index_made(tx, sealing)
        return await guessing.remember(tx, person, caller=caller, index=index)

    return await database.write(work)


async def known(database: Database, person: str = "ada") -> Collection[str]:
    since = now() - model.KNOWN_FOR
    return await database.read(lambda tx: repository.places(tx, person, since=since))


async def test_new_device_is_noticed_but_not_the_first(database: Database, sealing: Sealing) -> None:
    assert not await remember(database, sealing, HOME)
    assert not await remember(database, sealing, HOME)
    assert await remember(database, sealing, WORK)
    assert not await remember(database, sealing, WORK)
    assert await remember(database, sealing, Caller("192.0.2.1", "a", "browser-2"))
    assert not await remember(database, sealing, WORK, person="bob")


async def test_places_are_kept_as_keyed_hashes_and_not_for_ever(database: Database, sealing: Sealing) -> None:
    for number in range(model.MOST_PLACES + 5):
        await remember(database, sealing, Caller(f"192.0.2.{number}", "a"))
    rows = await database.read(lambda tx: tx.fetch("SELECT * FROM known_place"))
    assert len(rows) == model.MOST_PLACES and "192.0.2" not in repr(rows)
    old_us = to_us(now() - model.KNOWN_FOR - timedelta(days=1))
    await database.write(lambda tx: tx.execute("UPDATE known_place SET seen_at_us = ?", old_us))
    assert await known(database) == set()
    await database.write(retention.tidy)
    assert await database.read(lambda tx: tx.fetch("SELECT * FROM known_place")) == []


async def test_guesses_are_kept_for_a_month(database: Database, sealing: Sealing) -> None:
    async def guess(tx: Transaction) -> int:
        index = await vault.index_made(tx, sealing)
        account = index.account("ada@example.org")
        taken = await guessing.take(tx, account, person="", caller=WORK, index=index)
        assert taken.ground == STRANGERS
        return taken.count

    assert [await database.write(guess) for _ in range(2)] == [1, 2]
    week_us = to_us(now() - timedelta(days=7))
    await database.write(lambda tx: tx.execute("UPDATE guess SET last_us = ?", week_us))
    await database.write(retention.tidy)
    assert await database.write(guess) == 3
    month_us = to_us(now() - model.FORGOTTEN_AFTER - timedelta(days=1))
    await database.write(lambda tx: tx.execute("UPDATE guess SET last_us = ?", month_us))
    assert await database.write(guess) == 1


async def test_erased_person_leaves_no_places_and_no_guesses(database: Database, sealing: Sealing) -> None:
    email = "ada@example.org"
    await remember(database, sealing, HOME)

    async def guess_and_forget(tx: Transaction) -> None:
        index = await vault.index_made(tx, sealing)
        for account in (index.account(email), index.proof("ada", "code"), index.proof("ada", "password")):
            await guessing.take(tx, account, person="ada", caller=HOME, index=index)
        await guessing.forget(tx, "ada", email=email, index=index)

    await database.write(guess_and_forget)
    assert await known(database) == set()
    assert await database.read(lambda tx: tx.fetch("SELECT * FROM guess")) == []
