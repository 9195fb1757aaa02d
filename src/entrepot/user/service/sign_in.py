"""Signing in. Whoever is unknown costs the same work and gets the same answer as a wrong password."""

import msgspec

from entrepot.core.credentials import Tokens
from entrepot.core.errors import Error, Unproven
from entrepot.core.house import House
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Database, Keys, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Caller, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import address, security_letter
from entrepot.user.model.passkey import PasskeySignIn
from entrepot.user.model.person import Membership, Person
from entrepot.user.model.session import ALL_FACTORS, Proof, SignIn, WrongCredentials
from entrepot.user.model.throttle import TriedTooOften
from entrepot.user.repository import person
from entrepot.user.service import (
    guessing,
    membership,
    passkeys,
    second_factor,
    security_letters,
    sessions,
    vault,
)
from entrepot.user.service.guessing import Attempt


class NotAMember(Unproven):
    """The caller does not belong to this organisation."""


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What the password turned out to be, without having changed anything."""

    attempt: Attempt
    known: bool = False
    person: str | None = None
    hashed: str = ""
    anew: str | None = None


async def weigh(
    database: Database,
    who: Principal,
    *,
    claim: SignIn,
    caller: Caller,
    passwords: Passwords,
    sealing: Sealing,
) -> Weighed:
    """Count the try, and then verify the password, which takes long, without a transaction."""

    async def begin(tx: Transaction) -> tuple[Attempt, Person | None]:
        index = await vault.index_made(tx, sealing)
        found = await person.by_email(tx, index.email(claim.email))
        attempt = await guessing.take(
            tx,
            index.account(claim.email),
            person="" if found is None else found.id,
            caller=caller,
            index=index,
        )
        return attempt, found

    attempt, found = await database.write(begin)
    if attempt.wait_s > 0:
        return Weighed(attempt=attempt)
    hashed = None if found is None else found.password_hash
    if not await passwords.fits(claim.password, hashed) or found is None or hashed is None:
        return Weighed(attempt=attempt, known=found is not None)
    anew = await passwords.hash(claim.password) if passwords.outdated(hashed) else None
    return Weighed(attempt=attempt, known=True, person=found.id, hashed=hashed, anew=anew)


async def sign_in(
    tx: Transaction,
    who: Principal,
    *,
    claim: SignIn,
    weighed: Weighed,
    caller: Caller,
    sealing: Sealing,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens | Error:
    """Open a session with an address, a password and, if the person has one, a second factor."""
    if weighed.attempt.wait_s > 0:
        return TriedTooOften(weighed.attempt.wait_s)
    found = None if weighed.person is None else await person.by_id(tx, weighed.person)
    if found is None or found.password_hash != weighed.hashed:
        to, known = address.normalised(claim.email), weighed.known
        await guessing.wrong(tx, weighed.attempt, to=to, known=known, sealing=sealing, house=house)
        return WrongCredentials("The address or the password is wrong.")
    await guessing.right(tx, weighed.attempt)
    factors = 1
    if (ways := await second_factor.methods(tx, found, house=house)) is not None:
        if claim.code is None and claim.passkey is None:
            return await second_factor.ask(tx, found, ways, sealing=sealing, house=house)
        refused = await second_factor.prove_one(
            tx, found, code=claim.code, said=claim.passkey, caller=caller, sealing=sealing, house=house
        )
        if refused is not None:
            return refused
        factors = ALL_FACTORS
    if weighed.anew is not None:
        await person.set_password(tx, found.id, hashed=weighed.anew)
    return await enter(
        tx, found.id, wanted=claim.organisation, proof=Proof(factors, now()), caller=caller, sealing=sealing,
        keys=keys, house=house, house_roles=house_roles,
    )  # fmt: skip


async def sign_in_with_passkey(
    tx: Transaction,
    who: Principal,
    *,
    claim: PasskeySignIn,
    caller: Caller,
    sealing: Sealing,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens | Error:
    """Open a session with a passkey alone. It verified its person, so it counts as two factors."""
    proved = await passkeys.prove_alone(
        tx, claim.passkey, person_id=claim.person, caller=caller, sealing=sealing, house=house
    )
    if isinstance(proved, Error):
        return proved
    return await enter(
        tx, proved, wanted=claim.organisation, proof=Proof(ALL_FACTORS, now()), caller=caller,
        sealing=sealing, keys=keys, house=house, house_roles=house_roles,
    )  # fmt: skip


async def enter(
    tx: Transaction,
    person_id: str,
    *,
    wanted: str | None,
    proof: Proof,
    caller: Caller,
    sealing: Sealing,
    keys: Keys,
    house: House,
    house_roles: Roles,
) -> Tokens:
    """Open a session for somebody who proved who they are, in whatever way. Raises: Suspended, NotAMember."""
    await membership.check_works(tx, person_id)
    await _know(tx, person_id, caller=caller, sealing=sealing, house=house)
    member = await _membership(tx, person_id, wanted=wanted, house_roles=house_roles)
    return await sessions.open_session(
        tx,
        member,
        proof=proof,
        agent=caller.agent,
        sealing=sealing,
        keys=keys,
        house=house,
        house_roles=house_roles,
    )


async def _membership(
    tx: Transaction, person_id: str, *, wanted: str | None, house_roles: Roles
) -> Membership:
    """Return the organisation that is wanted, or the one joined last. Raises: NotAMember."""
    memberships = await person.memberships(tx, person_id)
    if wanted is None:
        if memberships:
            return memberships[0]
        return await membership.found(tx, person_id, at=now(), house_roles=house_roles)
    for each in memberships:
        if each.organisation == wanted:
            return each
    raise NotAMember("You do not belong to this organisation.")


async def _know(tx: Transaction, person_id: str, *, caller: Caller, sealing: Sealing, house: House) -> None:
    """Know this place from now on, and tell the owner of a new device."""
    index = await vault.index_made(tx, sealing)
    if await guessing.remember(tx, person_id, caller=caller, index=index):
        letter = security_letter.new_device(house.url, caller=caller, at=now())
        await security_letters.warn_by_id(tx, person_id, letter, sealing=sealing)
