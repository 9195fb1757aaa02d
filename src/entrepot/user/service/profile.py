"""One's own account, and the name of one's organisation."""

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import address
from entrepot.user.model.person import Change, Naming, Organisation, Profile
from entrepot.user.repository import organisation, person
from entrepot.user.service import membership, vault

_NAME = "organisation.name"


async def my_profile(tx: Reading, who: Principal, *, sealing: Sealing) -> Profile:
    """Who the caller is, in the organisation of this session."""
    found = await membership.myself(tx, who)
    sealer = await vault.key_of(tx, sealing, found.id)
    memberships = await person.memberships(tx, found.id)
    here = next((each for each in memberships if each.organisation == who.organisation), None)
    return Profile(
        id=found.id,
        email=address.shown(sealer.open(found.email, "person.email")),
        name=sealer.open(found.name, "person.name"),
        organisation=await organisation_of(tx, who, sealing=sealing),
        organisations=[each.organisation for each in memberships],
        roles=[] if here is None else here.roles,
        scopes=sorted(who.scopes),
        second_factor=found.totp is not None,
        recovery_codes=await person.recovery_codes(tx, found.id),
        created_at=found.created_at,
    )


async def change_profile(tx: Transaction, who: Principal, *, change: Change, sealing: Sealing) -> Profile:
    """Another name."""
    found = await membership.myself(tx, who)
    sealer = await vault.key_of(tx, sealing, found.id)
    await person.rename(tx, found.id, name=sealer.seal(change.name, "person.name"))
    return await my_profile(tx, who, sealing=sealing)


async def organisation_of(tx: Reading, who: Principal, *, sealing: Sealing) -> Organisation:
    """The caller's organisation."""
    sealed = await organisation.name(tx, who.organisation)
    if sealed is None:
        return Organisation(id=who.organisation, name="")
    sealer = await vault.key_of(tx, sealing, who.organisation)
    return Organisation(id=who.organisation, name=sealer.open(sealed, _NAME))


async def name_organisation(
    tx: Transaction, who: Principal, *, naming: Naming, sealing: Sealing
) -> Organisation:
    """What the caller's organisation is called from now on."""
    sealer = await vault.key_made(tx, sealing, who.organisation)
    await organisation.add(tx, who.organisation, at=now())
    await organisation.rename(tx, who.organisation, name=sealer.seal(naming.name, _NAME))
    return Organisation(id=who.organisation, name=naming.name)
