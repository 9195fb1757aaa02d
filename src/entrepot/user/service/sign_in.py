"""Signing in. Whoever is unknown costs the same work and gets the same answer as a wrong password."""

import msgspec

from entrepot.core.credentials import Tokens
from entrepot.core.errors import Error, Forbidden
from entrepot.core.house import House
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Keys, Read, Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Caller, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.user.model.person import Membership, Person
from entrepot.user.model.session import SignIn, WrongCredentials
from entrepot.user.model.throttle import TriedTooOften
from entrepot.user.model.totp import SecondFactorNeeded
from entrepot.user.repository import person, ticket
from entrepot.user.service import membership, second_factor, sessions, vault


class NotAMember(Forbidden):
    """The caller does not belong to this organisation."""


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What the password turned out to be, without having changed anything."""

    bucket: str
    wait_s: float = 0.0
    person: str | None = None
    hashed: str = ""
    anew: str | None = None


async def weigh(
    read: Read, who: Principal, *, claim: SignIn, caller: Caller, passwords: Passwords, sealing: Sealing
) -> Weighed:
    """Verify the password, which takes long, without a transaction."""

    async def look(tx: Reading) -> tuple[str, float, Person | None]:
        index = await vault.index(tx, sealing)
        bucket = index.failures(claim.email, caller=caller.address, purpose="sign-in")
        wait_s = (await ticket.failures(tx, bucket)).wait_s(now_us=to_us(now()))
        return bucket, wait_s, await person.by_email(tx, index.email(claim.email))

    bucket, wait_s, found = await read(look)
    if wait_s > 0:
        return Weighed(bucket=bucket, wait_s=wait_s)
    hashed = None if found is None else found.password_hash
    if not await passwords.fits(claim.password, hashed) or found is None or hashed is None:
        return Weighed(bucket=bucket)
    anew = await passwords.hash(claim.password) if passwords.outdated(hashed) else None
    return Weighed(bucket=bucket, person=found.id, hashed=hashed, anew=anew)


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
    if weighed.wait_s > 0:
        return TriedTooOften(weighed.wait_s)
    found = None if weighed.person is None else await person.by_id(tx, weighed.person)
    if found is None or found.password_hash != weighed.hashed:
        return await _failed(tx, weighed.bucket, WrongCredentials("The address or the password is wrong."))
    if found.totp is not None:
        if claim.code is None:
            raise SecondFactorNeeded("A code of your second factor is needed too.")
        if (refused := await second_factor.prove(tx, found, code=claim.code, sealing=sealing)) is not None:
            return refused
    await ticket.forgive(tx, weighed.bucket)
    if weighed.anew is not None:
        await person.set_password(tx, found.id, hashed=weighed.anew)
    member = await _membership(tx, found.id, wanted=claim.organisation, house_roles=house_roles)
    return await sessions.open_session(
        tx, member, agent=caller.agent, sealing=sealing, keys=keys, house=house, house_roles=house_roles
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


async def _failed(tx: Transaction, bucket: str, error: Error) -> Error:
    """Returned, not raised: the failure must be remembered."""
    before = await ticket.failures(tx, bucket)
    await ticket.set_failures(tx, bucket, failures=before.one_more(now_us=to_us(now())))
    return error
