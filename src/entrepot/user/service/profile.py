"""One's own account, and the name of one's organisation."""

from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import address
from entrepot.user.model.person import Change, Organisation, OrganisationChange, OwnFactorNeeded, Profile
from entrepot.user.model.session import ALL_FACTORS
from entrepot.user.repository import organisation, passkey, person, session
from entrepot.user.service import membership, second_factor, sessions, vault

_NAME = "organisation.name"


async def my_profile(tx: Reading, who: Principal, *, sealing: Sealing) -> Profile:
    """Who the caller is, in the organisation of this session."""
    found = await membership.myself(tx, who)
    sealer = await vault.key_of(tx, sealing, found.id)
    memberships = await person.memberships(tx, found.id)
    here = next((each for each in memberships if each.organisation == who.organisation), None)
    opened = await session.find(tx, who.credential)
    return Profile(
        id=found.id,
        email=address.shown(sealer.open(found.email, "person.email")),
        name=sealer.open(found.name, "person.name"),
        organisation=await organisation_of(tx, who, sealing=sealing),
        organisations=[each.organisation for each in memberships],
        roles=[] if here is None else here.roles,
        scopes=sorted(who.scopes),
        second_factor=second_factor.is_on(found),
        recovery_codes=await person.recovery_codes(tx, found.id),
        authenticator=found.totp is not None,
        passkeys=len(await passkey.of_person(tx, found.id)),
        password=bool(found.password_hash),
        limited=opened is not None and await sessions.lacks_factor(tx, opened),
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
    name = ""
    if sealed is not None:
        name = (await vault.key_of(tx, sealing, who.organisation)).open(sealed, _NAME)
    return Organisation(
        id=who.organisation,
        name=name,
        demands_second_factor=await organisation.demands_second_factor(tx, who.organisation),
    )


async def change_organisation(
    tx: Transaction, who: Principal, *, change: OrganisationChange, sealing: Sealing
) -> Organisation:
    """What the caller's organisation is called, and whether its people need a second factor. API keys go
    on.
    """
    await organisation.add(tx, who.organisation, at=now())
    if change.name is not None:
        sealer = await vault.key_made(tx, sealing, who.organisation)
        await organisation.rename(tx, who.organisation, name=sealer.seal(change.name, _NAME))
    if change.demands_second_factor is not None:
        await _check_strong(tx, who)
        demanded = change.demands_second_factor
        await organisation.demand_second_factor(tx, who.organisation, demanded=demanded)
    return await organisation_of(tx, who, sealing=sealing)


async def _check_strong(tx: Reading, who: Principal) -> None:
    """Who demands a second factor signed in with one, so that they do not lock themselves out; who stops to
    demand it, too, so that a stolen password does not. Raises: PersonNeeded, SignInAgain, OwnFactorNeeded.
    """
    await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    opened = await session.find(tx, who.credential)
    if opened is None or opened.factors < ALL_FACTORS:
        raise OwnFactorNeeded("Set up a second factor of your own first, and sign in with it.")
