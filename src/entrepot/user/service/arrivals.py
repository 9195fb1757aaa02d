"""People whom outside providers bring: they become somebody here, or are linked."""

from entrepot.core.credentials import Tokens
from entrepot.core.errors import Error
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.ports import Keys, Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Caller, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.functions import arrival
from entrepot.user.functions.arrival import Arrived
from entrepot.user.model import address, security_letter
from entrepot.user.model import ticket as tickets
from entrepot.user.model.identity import (
    AddressUnverified,
    IdentityNotFound,
    IdentityTaken,
    IdentityView,
    LinkedIdentity,
    LinkFirst,
    NotInvited,
    ReturnSpent,
    SecondProof,
)
from entrepot.user.model.session import ALL_FACTORS, Proof
from entrepot.user.model.ticket import SECOND_FOR
from entrepot.user.repository import identity, person, ticket
from entrepot.user.service import (
    factors,
    granted,
    membership,
    registration,
    second_factor,
    security_letters,
    sessions,
    sign_in,
    vault,
)
from entrepot.user.service.providers import Providers
from entrepot.user.service.registration import Hashed

_ACCOUNT = "identity.account"


async def sign_in_from_provider(
    tx: Transaction,
    who: Principal,
    *,
    arrived: Arrived,
    caller: Caller,
    sealing: Sealing,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens | Error:
    """Open a session for somebody whom an outside service brought."""
    person_id = await _become(tx, arrived, caller=caller, sealing=sealing, house=house)
    await membership.check_works(tx, person_id)
    refused = await granted.take_roles(tx, person_id, arrived, sealing=sealing, house_roles=house_roles)
    if refused is not None:
        return refused  # returned: what was taken away stays so
    me, wanted = await person.by_id(tx, person_id), arrived.provider.organisation
    assert me is not None
    ways = None if arrived.strong else await second_factor.methods(tx, me, house=house)
    if ways is not None:
        goes_on = tickets.new()
        subject, until = f"{person_id} {wanted}", now() + SECOND_FOR
        await ticket.add(tx, tickets.digest(goes_on), purpose="second", subject=subject, expires_at=until)
        return await second_factor.ask(tx, me, ways, sealing=sealing, house=house, goes_on=goes_on)
    at = now()
    proof = Proof(ALL_FACTORS if arrived.strong else 1, arrived.proved_at or at)
    return await sign_in.enter(
        tx, person_id, wanted=wanted or None, proof=proof, caller=caller, sealing=sealing, keys=keys,
        house=house, house_roles=house_roles,
    )  # fmt: skip


async def go_on(
    tx: Transaction,
    who: Principal,
    *,
    proof: SecondProof,
    caller: Caller,
    sealing: Sealing,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens | Error:
    """Open the session of somebody whom an outside service brought, with their second factor."""
    digest = tickets.digest(proof.ticket)
    subject = await ticket.find(tx, digest, purpose="second", at=now())
    person_id, _, wanted = (subject or "").partition(" ")
    me = await person.by_id(tx, person_id)
    if me is None:
        raise ReturnSpent("This took too long. Start again.")
    refused = await second_factor.prove_one(
        tx, me, code=proof.code, said=proof.passkey, caller=caller, sealing=sealing, house=house,
        first="provider",
    )  # fmt: skip
    if refused is not None:
        return refused
    await ticket.spend(tx, digest)
    return await sign_in.enter(
        tx, me.id, wanted=wanted or None, proof=Proof(ALL_FACTORS, now()), caller=caller, sealing=sealing,
        keys=keys, house=house, house_roles=house_roles,
    )  # fmt: skip


async def _become(
    tx: Transaction, arrived: Arrived, *, caller: Caller, sealing: Sealing, house: House
) -> str:
    """Return whose account it is: that which is linked; or, by a verified address, one that becomes linked
    or new.
    """
    known = await identity.by_subject(tx, await _subject_index(tx, arrived, sealing=sealing))
    if known is not None:
        sealer = await vault.key_of(tx, sealing, known.person)
        account = sealer.seal(arrived.email, _ACCOUNT)
        await identity.use(tx, known.id, account=account, at=now())
        return known.person
    if not arrived.verified:
        raise AddressUnverified("The sign-in service does not say that your address was verified.")
    provider = arrived.provider
    authority = arrival.is_authority(provider, arrived.email)
    if provider.domains and not authority:
        raise NotInvited("People with your address do not sign in through this service.")
    index = await vault.index_made(tx, sealing)
    mine = await person.by_email(tx, index.email(arrived.email))
    if mine is not None and not authority:
        raise LinkFirst("There is an account with your address. Sign in to it, and link the service there.")
    if mine is None and not provider.creates:
        raise NotInvited("You have no account here yet. Ask for an invitation.")
    person_id = mine.id if mine is not None else await _add(tx, arrived, sealing=sealing)
    await _link(tx, arrived, person_id, caller=caller, sealing=sealing, house=house)
    return person_id


async def _add(tx: Transaction, arrived: Arrived, *, sealing: Sealing) -> str:
    """No password fits an empty hash; a forgotten one can be chosen anew."""
    nobody = Hashed("")
    return await registration.add_person(tx, sealing, email=arrived.email, name=arrived.name, hashed=nobody)


# ---- links -----------------------------------------------------------------------------------------------


async def link_identity(
    tx: Transaction, who: Principal, *, arrived: Arrived, caller: Caller, sealing: Sealing, house: House,
    providers: Providers,
) -> IdentityView:  # fmt: skip
    """Link an account at an outside service to the caller's, who departed to do this."""
    me = await membership.myself(tx, who)
    if arrived.person != me.id:
        raise ReturnSpent("Somebody else began this. Start again.")
    index = await _subject_index(tx, arrived, sealing=sealing)
    if await identity.by_subject(tx, index) is not None:
        raise IdentityTaken("This account is linked already.")
    linked = await _link(tx, arrived, me.id, caller=caller, sealing=sealing, house=house)
    return await _shown(tx, linked, sealing=sealing, providers=providers)


async def identities(
    tx: Reading, who: Principal, *, sealing: Sealing, providers: Providers
) -> Page[IdentityView]:
    """The outside services through which the caller may sign in."""
    me = await membership.myself(tx, who)
    found = await identity.of_person(tx, me.id)
    return Page([await _shown(tx, each, sealing=sealing, providers=providers) for each in found])


async def unlink_identity(
    tx: Transaction, who: Principal, *, id: str, caller: Caller, sealing: Sealing, house: House
) -> None:
    """End a link, unless nothing else opens the account."""
    me = await membership.myself(tx, who)
    await sessions.check_fresh(tx, who)
    if id not in {each.id for each in await identity.of_person(tx, me.id)}:
        raise IdentityNotFound("You have no such link.")
    await factors.check_other_way_in(tx, me, but=id)
    await identity.remove(tx, id)
    letter = security_letter.factor_removed(house.url, "provider", caller=caller, at=now())
    await security_letters.warn(tx, me, letter, sealing=sealing)


async def _link(
    tx: Transaction, arrived: Arrived, person_id: str, *, caller: Caller, sealing: Sealing, house: House
) -> LinkedIdentity:
    sealer, at = await vault.key_of(tx, sealing, person_id), now()
    linked = LinkedIdentity(
        id=new_id(),
        subject_index=await _subject_index(tx, arrived, sealing=sealing),
        person=person_id,
        provider=arrived.provider.name,
        account=sealer.seal(arrived.email, _ACCOUNT),
        linked_at=at,
        used_at=at,
    )
    await identity.add(tx, linked)
    letter = security_letter.factor_added(house.url, "provider", caller=caller, at=at)
    await security_letters.warn_by_id(tx, person_id, letter, sealing=sealing)
    return linked


async def _subject_index(tx: Transaction, arrived: Arrived, *, sealing: Sealing) -> str:
    index = await vault.index_made(tx, sealing)
    return index.subject(arrived.provider.issuer, arrived.subject)


async def _shown(
    tx: Reading, linked: LinkedIdentity, *, sealing: Sealing, providers: Providers
) -> IdentityView:
    sealer = await vault.key_of(tx, sealing, linked.person)
    return IdentityView(
        id=linked.id,
        provider=linked.provider,
        title=providers.title_of(linked.provider),
        account=address.shown(sealer.open(linked.account, _ACCOUNT)),
        linked_at=linked.linked_at,
        used_at=linked.used_at,
    )
