"""An export holds what the contexts of today hold: one that others were asked for begins anew."""

from tests.house import ROLES

from entrepot.core.personal import Holders
from entrepot.core.ports import Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.providers.http import HttpProviderCaller
from entrepot.user.model.privacy import Export
from entrepot.user.service import membership, privacy, registration
from entrepot.user.service.providers import Providers
from entrepot.user.service.registration import Hashed

BEFORE = Holders(frozenset({"user"}))
TODAY = Holders(frozenset({"user", "orders"}))


async def test_an_export_that_others_were_asked_for_begins_anew(
    database: Migratable, sealing: Sealing
) -> None:
    async def sign_up(tx: Transaction) -> Principal:
        made = await registration.add_person(
            tx, sealing, email="ada@example.org", name="Ada", hashed=Hashed("x")
        )
        member = await membership.found(tx, made, at=now(), house_roles=ROLES)
        return Principal(made, member.organisation, frozenset(), "person")

    ada = await database.write(sign_up)

    nobody = Providers([], HttpProviderCaller())

    async def ask(holders: Holders) -> Export:
        return await database.write(
            lambda tx: privacy.my_export(tx, ada, sealing=sealing, holders=holders, providers=nobody)
        )

    ready = await ask(BEFORE)
    assert (ready.state, (await ask(BEFORE)).id) == ("ready", ready.id)
    anew = await ask(TODAY)
    assert (anew.state, anew.missing) == ("gathering", ["orders"]) and anew.id != ready.id
    assert (await ask(TODAY)).id == anew.id
