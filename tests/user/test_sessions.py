"""Sessions as a state machine: whatever is tried in whatever order, only the newest refresh token renews,
and a copy ends its family.
"""

import asyncio
import secrets
import tempfile
from base64 import urlsafe_b64decode
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from tests.context_database import context_database
from tests.house import ROLES
from tests.suite.lengths import length

from entrepot.core.credentials import Tokens
from entrepot.core.house import House
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Transaction
from entrepot.core.routes import ANONYMOUS, Caller, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.user.model import session as model
from entrepot.user.model.person import Membership
from entrepot.user.model.session import Refresh, Renewal, SessionOver
from entrepot.user.repository import person, session
from entrepot.user.service import membership, registration, sessions
from entrepot.user.service.registration import Hashed

HOUSE = House("entrepot", "http://localhost", "house@localhost")
OLD_US = int(model.REPEAT.total_seconds() * 1e6) + 1
PHONE, LAPTOP = Caller("192.0.2.1", "Firefox", "phone"), Caller("192.0.2.1", "Firefox", "laptop")
PROGRAM = Caller("192.0.2.1", "sync/1.0")


class Bench:
    """A user database with one person in it."""

    def __init__(self, database: Migratable, keys: LocalKeys) -> None:
        self.database, self.keys, self.sealing = database, keys, Sealing(keys)

    async def begin(self) -> "Bench":
        async def add(tx: Transaction) -> Membership:
            email, hashed = "ada@example.org", Hashed("-")
            id = await registration.add_person(tx, self.sealing, email=email, name="Ada", hashed=hashed)
            return await membership.found(tx, id, at=now(), house_roles=ROLES)

        self.member = await self.database.write(add)
        return self

    async def open(self) -> Tokens:
        return await self.database.write(
            lambda tx: sessions.open_session(
                tx,
                self.member,
                agent="a",
                sealing=self.sealing,
                keys=self.keys,
                house=HOUSE,
                house_roles=ROLES,
            )
        )

    async def renew(self, token: str, caller: Caller = PHONE) -> Any:
        renewal = Renewal(refresh_token=token)
        return await self.database.write(
            lambda tx: sessions.renew_session(
                tx,
                ANONYMOUS,
                renewal=renewal,
                caller=caller,
                keys=self.keys,
                house=HOUSE,
                house_roles=ROLES,
            )
        )


@dataclass
class Family:
    """What a session should be."""

    id: str
    tokens: list[str] = field(default_factory=list)
    alive: bool = True
    may_repeat: bool = False


class Sessions(RuleBasedStateMachine):
    families = Bundle("families")

    def __init__(self) -> None:
        super().__init__()
        self.known: list[Family] = []
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.bench = self.runner.run(self._open())

    async def _open(self) -> Bench:
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        database = await self.stack.enter_async_context(context_database("user", folder=folder))
        return await Bench(database, LocalKeys.open(folder / "keys")).begin()

    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()

    @rule(target=families)
    def sign_in(self) -> Family:
        token = self.runner.run(self.bench.open()).refresh_token
        parsed = model.parse(token)
        assert parsed is not None
        family = Family(parsed.session, [token])
        self.known.append(family)
        return family

    @rule(family=families)
    def renew_with_the_newest(self, family: Family) -> None:
        said = self.runner.run(self.bench.renew(family.tokens[-1]))
        if not family.alive:
            assert isinstance(said, SessionOver)
            return
        assert isinstance(said, Tokens)
        family.tokens.append(said.refresh_token)
        family.may_repeat = True

    @rule(family=families, back=st.integers(1, 4), caller=st.sampled_from([PHONE, PHONE, LAPTOP]))
    def renew_with_an_older_one(self, family: Family, back: int, caller: Caller) -> None:
        if back >= len(family.tokens):
            return
        said = self.runner.run(self.bench.renew(family.tokens[-1 - back], caller))
        if family.alive and back == 1 and family.may_repeat and caller is PHONE:
            assert isinstance(said, Tokens) and said.refresh_token == family.tokens[-1]
        else:
            assert isinstance(said, SessionOver)
            family.alive = False

    @rule(family=families)
    def renew_with_a_forgery(self, family: Family) -> None:
        forged = Refresh(family.id, secrets.token_bytes(16), secrets.token_bytes(32)).text
        assert isinstance(self.runner.run(self.bench.renew(forged)), SessionOver)

    @rule(family=families)
    def let_time_pass(self, family: Family) -> None:
        family.may_repeat = False
        older = "UPDATE session SET rotated_at_us = rotated_at_us - ? WHERE id = ?"
        self.runner.run(self.bench.database.write(lambda tx: tx.execute(older, OLD_US, family.id)))

    @rule(family=families)
    def sign_out(self, family: Family) -> None:
        who = Principal(self.bench.member.person, "", frozenset(), "person", family.id)
        self.runner.run(self.bench.database.write(lambda tx: sessions.sign_out(tx, who)))
        family.alive = False

    @invariant()
    def exactly_the_living_are_there_and_the_others_are_revoked(self) -> None:
        async def look(tx: Any) -> tuple[set[str], list[bool]]:
            living = set(await session.ids(tx, self.bench.member.person))
            return living, [await session.token_is_revoked(tx, each.id) for each in self.known]

        living, revoked = self.runner.run(self.bench.database.read(look))
        assert living == {each.id for each in self.known if each.alive}
        assert revoked == [not each.alive for each in self.known]


Sessions.TestCase.settings = settings(
    max_examples=length(15, prove=150), stateful_step_count=20, deadline=None
)
TestSessions = Sessions.TestCase


@given(st.uuids(), st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_refresh_token_reads_as_it_was_written(id: Any, family: bytes, secret: bytes) -> None:
    token = Refresh(str(id), family, secret)
    assert model.parse(token.text) == token


@given(st.text(max_size=100))
def test_no_other_text_is_a_refresh_token(text: str) -> None:
    assert model.parse(text) is None


async def test_refreshes_at_once_get_the_same_successor_on_every_database(
    database: Migratable, tmp_path: Path
) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    token = (await bench.open()).refresh_token
    said = await asyncio.gather(*(bench.renew(token) for _ in range(4)))
    assert len({each.refresh_token for each in said}) == 1
    assert isinstance(await bench.renew(said[0].refresh_token), Tokens)


async def test_answer_that_was_lost_is_given_again_until_its_token_was_used(
    database: Migratable, tmp_path: Path
) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    first = (await bench.open()).refresh_token
    second = (await bench.renew(first)).refresh_token
    assert (await bench.renew(first)).refresh_token == second
    await bench.renew(second)
    assert isinstance(await bench.renew(first), SessionOver)
    assert isinstance(await bench.renew(second), SessionOver)  # and the family ended


@pytest.mark.parametrize(
    ("renewed", "repeated", "same"),
    [
        (PHONE, PHONE, True),
        (PHONE, LAPTOP, False),
        (PHONE, PROGRAM, False),  # leaving the cookie out is no way around it
        (PHONE, Caller("198.51.100.7", "Firefox", "phone"), True),  # from Wi-Fi to mobile
        (PROGRAM, PROGRAM, True),
        (PROGRAM, Caller("198.51.100.7", "sync/1.0"), False),  # a name is no proof (RFC 9700 §4.14.2)
        (Caller("2001:db8::1", "sync/1.0"), Caller("2001:db8::2", "sync/1.0"), True),  # one subscriber
        (PROGRAM, Caller("192.0.2.1", "curl"), False),
        (Caller("192.0.2.1", "Firefox"), PHONE, True),  # it got its cookie with the first answer
    ],
)
async def test_only_the_device_that_renewed_may_repeat(
    database: Migratable, tmp_path: Path, renewed: Caller, repeated: Caller, same: bool
) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    first = (await bench.open()).refresh_token
    second = (await bench.renew(first, renewed)).refresh_token
    said = await bench.renew(first, repeated)
    assert (isinstance(said, Tokens) and said.refresh_token == second) is same
    assert isinstance(await bench.renew(second, renewed), Tokens if same else SessionOver)


async def test_database_alone_gives_no_successor(database: Migratable, tmp_path: Path) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    first = (await bench.open()).refresh_token
    second = model.parse((await bench.renew(first)).refresh_token)
    rows = await database.read(lambda tx: tx.fetch("SELECT * FROM session"))
    assert second is not None and second.secret.hex() not in repr(rows)


async def test_session_from_before_repetitions_renews_and_repeats_nothing(
    database: Migratable, tmp_path: Path
) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    first = (await bench.open()).refresh_token
    second = (await bench.renew(first)).refresh_token
    await database.write(lambda tx: tx.execute("UPDATE session SET salt = '', renewed_by = ''"))
    third = await bench.renew(second)
    assert isinstance(third, Tokens) and (await bench.renew(second)).refresh_token == third.refresh_token


async def test_role_that_was_taken_is_missing_from_the_next_token(
    database: Migratable, tmp_path: Path
) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    token = (await bench.open()).refresh_token
    less = msgspec.structs.replace(bench.member, roles=["customer"])
    await database.write(lambda tx: person.join(tx, less))
    said = await bench.renew(token)
    body = said.access_token.split(".")[1]
    claims = msgspec.json.decode(urlsafe_b64decode(body + "=="))
    assert claims["scope"].split() == sorted(ROLES.allowed["customer"])
    assert claims["jti"] == model.parse(token).session


async def test_whoever_left_the_organisation_renews_nothing(database: Migratable, tmp_path: Path) -> None:
    bench = await Bench(database, LocalKeys.open(tmp_path / "keys")).begin()
    token, mine = (await bench.open()).refresh_token, bench.member
    await database.write(lambda tx: person.leave(tx, mine.person, organisation=mine.organisation))
    assert isinstance(await bench.renew(token), SessionOver)


async def test_hash_made_with_other_parameters_is_outdated_and_still_fits() -> None:
    from argon2 import PasswordHasher

    with Passwords(threads=1) as today:
        old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("plough")
        assert await today.fits("plough", old) and today.outdated(old)
        new = await today.hash("plough")
        assert new.startswith("$argon2id$v=19$m=19456,t=2,p=1$") and not today.outdated(new)
        assert not await today.fits("plough", None)
