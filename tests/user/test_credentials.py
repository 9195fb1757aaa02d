"""API keys and revoked tokens: who may make them, who finds them, and that they end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.house import ROLES

from entrepot.core import api_keys
from entrepot.core.credentials import Credential, Recognised
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Caller, Cursor, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import key as model
from entrepot.user.model.key import ApiKey, KeyNotFound, NewKey, NotAToken
from entrepot.user.model.role import ScopesTooWide
from entrepot.user.service import keys, retention, sessions

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANN = Principal("ann", "acme", frozenset({"key:write", "a:b", "c:d"}), "operator", "token-1")
EVE = Principal("eve", "other", frozenset({"*"}), "operator", "token-2")

scopes = st.sampled_from(["a:b", "c:d", "e:f", "*"])


async def make(
    database: Database, sealing: Sealing, who: Principal = ANN, **more: object
) -> model.ApiKeyWithSecret:
    new = NewKey(**({"name": "till", "scopes": ["a:b"]} | more))
    house = House("entrepot", "http://localhost", "house@localhost")
    return await database.write(
        lambda tx: keys.create_key(tx, who, new=new, caller=Caller(), sealing=sealing, house=house)
    )


async def recognised(database: Database, secret: str) -> Recognised:
    credential = Credential(key_digest=api_keys.digest(secret))
    return await database.read(lambda tx: keys.recognise(tx, ANN, credential=credential, house_roles=ROLES))


async def test_key_is_recognised_by_its_secret_alone(database: Database, sealing: Sealing) -> None:
    made = await make(database, sealing)
    found = (await recognised(database, made.secret)).principal
    assert found == Principal(made.key.id, "acme", frozenset({"a:b"}), "program", made.key.id)
    assert not (await recognised(database, api_keys.new_secret())).known


async def test_secret_is_stored_nowhere(database: Database, sealing: Sealing) -> None:
    made = await make(database, sealing)
    rows = await database.read(lambda tx: tx.fetch("SELECT * FROM api_key"))
    said = await database.read(lambda tx: tx.fetch("SELECT * FROM outbox"))
    assert rows and made.secret not in repr(rows) + repr(said)


@given(held=st.sets(scopes), wanted=st.lists(scopes, min_size=1))
def test_key_never_holds_more_than_its_maker(held: set[str], wanted: list[str]) -> None:
    maker = Principal("ann", "acme", frozenset(held), "person")
    try:
        key, _ = model.mint(NewKey(name="n", scopes=wanted), maker=maker, at=NOON)
    except ScopesTooWide as error:
        assert set(error.missing) == {scope for scope in wanted if not maker.allows(scope)}
    else:
        assert set(key.scopes) == set(wanted)
        assert "*" in held or set(wanted) <= held


async def test_key_of_another_organisation_is_not_there(database: Database, sealing: Sealing) -> None:
    made = await make(database, sealing)
    with pytest.raises(KeyNotFound):
        await database.write(lambda tx: keys.revoke_key(tx, EVE, id=made.key.id))
    assert (await database.read(lambda tx: keys.keys(tx, EVE, query=Cursor(), sealing=sealing))).items == []
    assert (await recognised(database, made.secret)).known


async def test_revoked_key_is_not_recognised_and_ends_once(database: Database, sealing: Sealing) -> None:
    made = await make(database, sealing)
    await database.write(lambda tx: keys.revoke_key(tx, ANN, id=made.key.id))
    assert not (await recognised(database, made.secret)).known
    with pytest.raises(KeyNotFound):
        await database.write(lambda tx: keys.revoke_key(tx, ANN, id=made.key.id))


def test_key_ends_with_its_last_day() -> None:
    key, _ = model.mint(NewKey(name="n", scopes=["a:b"], expires_in_days=1), maker=ANN, at=NOON)
    assert model.usable(key, at=NOON + timedelta(days=1, microseconds=-1))
    assert not model.usable(key, at=NOON + timedelta(days=1))


async def test_pages_show_every_key_of_the_organisation_once(database: Database, sealing: Sealing) -> None:
    made = [(await make(database, sealing)).key for _ in range(7)]
    await make(database, sealing, EVE)
    found, cursor = list[ApiKey](), None
    while True:
        query = Cursor(limit=3, cursor=cursor)
        page = await database.read(lambda tx, query=query: keys.keys(tx, ANN, query=query, sealing=sealing))
        found += page.items
        if (cursor := page.next) is None:
            break
    assert found == made


async def token_is_known(database: Database, token_id: str) -> bool:
    async def ask(tx: Reading) -> Recognised:
        return await keys.recognise(tx, ANN, credential=Credential(token_id=token_id), house_roles=ROLES)

    return (await database.read(ask)).known


async def test_token_that_signed_out_is_not_recognised_and_others_are(database: Database) -> None:
    for _ in range(2):
        await database.write(lambda tx: sessions.sign_out(tx, ANN))
    assert not await token_is_known(database, "token-1")
    assert await token_is_known(database, "token-2")


async def test_key_cannot_sign_out(database: Database) -> None:
    till = Principal(new_id(), "acme", frozenset({"token:self"}), "program", "k")
    with pytest.raises(NotAToken):
        await database.write(lambda tx: sessions.sign_out(tx, till))


async def test_revocation_is_remembered_as_long_as_a_token_can_live(database: Database) -> None:
    await database.write(lambda tx: sessions.sign_out(tx, ANN))
    made_us = int((now() - model.LONGEST_TOKEN).timestamp() * 1e6)
    await database.write(lambda tx: tx.execute("UPDATE revoked_token SET revoked_at_us = ?", made_us))
    await database.write(retention.tidy)
    assert not await token_is_known(database, "token-1")
