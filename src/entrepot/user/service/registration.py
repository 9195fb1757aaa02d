"""Signing up. The answer never tells whether the address is known; only a letter to it does."""

import msgspec

from entrepot.core.errors import Unfit
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Caller, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.user.model import address, letter, origin, password, role
from entrepot.user.model import ticket as tickets
from entrepot.user.model.person import (
    AddressTaken,
    Confirmation,
    FirstPerson,
    NewPerson,
    NotMine,
    Person,
    SomebodyThere,
    WrongPassword,
)
from entrepot.user.model.ticket import CONFIRMS_FOR, FIRST_FOR, TicketSpent
from entrepot.user.repository import person, ticket
from entrepot.user.repository.person import Registration
from entrepot.user.service import letters, membership, vault


class Hashed(msgspec.Struct, frozen=True):
    """A password that will do, hashed."""

    text: str


async def hash_password(read: Read, who: Principal, *, new: NewPerson, passwords: Passwords) -> Hashed:
    """Raises: NotAnAddress, WeakPassword, Busy."""
    password.check(new.password, about=(address.normalised(new.email), new.name))
    return Hashed(await passwords.hash(new.password))


async def register(
    tx: Transaction,
    who: Principal,
    *,
    new: NewPerson,
    hashed: Hashed,
    caller: Caller,
    sealing: Sealing,
    house: House,
) -> None:
    """Ask for an account. A letter with a link to confirm it goes to the address; earlier links end."""
    to, index, at = address.normalised(new.email), await vault.index_made(tx, sealing), now()
    if not await may_write(tx, index.failures(to, caller=caller.address, purpose="letters")):
        return
    email_index, secret, asked = index.email(to), tickets.new(), origin.in_words(caller, at=at)
    if await person.by_email(tx, email_index) is not None:
        known = letter.known(house.url, asked=asked)
        await letters.write(tx, sealing, to=to, letter=known, lasts=CONFIRMS_FOR)
        return
    id = new_id()
    sealer = await vault.key_made(tx, sealing, id)
    registration = Registration(
        id=id,
        email_index=email_index,
        email=sealer.seal(to, "person.email"),
        name=sealer.seal(new.name, "person.name"),
        password_hash=hashed.text,
        ticket=tickets.digest(secret),
        made_at=at,
    )
    await person.register(tx, registration)
    confirm = letter.confirm(house.url, secret, asked=asked)
    await letters.write(tx, sealing, to=to, letter=confirm, lasts=CONFIRMS_FOR)


class Chosen(msgspec.Struct, frozen=True):
    """A name and a password in place of those of the sign-up, if whoever confirms chose any."""

    name: str = ""
    hashed: Hashed | None = None


async def prove_choice(
    read: Read, who: Principal, *, confirmation: Confirmation, passwords: Passwords, sealing: Sealing
) -> Chosen:
    """Whoever signed up knows the password: so nobody confirms what a stranger asked for in their name.

    Raises: TicketSpent before any work, WrongPassword, WeakPassword, Busy.
    """

    async def look(tx: Reading) -> tuple[Registration, str]:
        found = await _open(tx, confirmation.token)
        return found, (await vault.key_of(tx, sealing, found.id)).open(found.email, "person.email")

    found, to = await read(look)
    if confirmation.password is None:
        if confirmation.name is not None:
            raise Unfit("password", "Choose a password too.")
        return Chosen()
    if confirmation.name is None:
        if not await passwords.fits(confirmation.password, found.password_hash):
            raise WrongPassword("At the sign-up, another password was chosen.")
        return Chosen()
    password.check(confirmation.password, about=(to, confirmation.name))
    return Chosen(confirmation.name, Hashed(await passwords.hash(confirmation.password)))


async def confirm_address(
    tx: Transaction,
    who: Principal,
    *,
    confirmation: Confirmation,
    chosen: Chosen,
    sealing: Sealing,
    house_roles: Roles,
) -> None:
    """Confirm an address with the secret of the letter: the account comes into being."""
    found = await _open(tx, confirmation.token)
    if await person.by_email(tx, found.email_index) is not None:
        raise TicketSpent("This account exists already.")
    if chosen.hashed is not None:
        name = (await vault.key_of(tx, sealing, found.id)).seal(chosen.name, "person.name")
        found = msgspec.structs.replace(found, name=name, password_hash=chosen.hashed.text)
    await person.add(tx, _person(found), email_index=found.email_index)
    await person.drop_registrations(tx, email_index=found.email_index, but=found.id)
    await membership.found(tx, found.id, at=now(), house_roles=house_roles)


async def decline(tx: Transaction, who: Principal, *, refused: NotMine) -> None:
    """Say that somebody else asked for an account with one's address: it will not come into being."""
    found = await _open(tx, refused.token)
    await person.drop_registrations(tx, email_index=found.email_index)


async def _open(tx: Reading, token: str) -> Registration:
    """Raises: TicketSpent."""
    found = await person.registration(tx, ticket=tickets.digest(token))
    if found is None or now() - found.made_at > CONFIRMS_FOR:
        raise TicketSpent("This link was used, replaced by a newer one, or is too old.")
    return found


async def may_write(tx: Transaction, bucket: str) -> bool:
    """Whether another letter may go to this address on behalf of this caller; counts it."""
    before, now_us = await ticket.failures(tx, bucket), to_us(now())
    if before.wait_s(now_us=now_us) > 0:
        return False
    await ticket.set_failures(tx, bucket, failures=before.one_more(now_us=now_us))
    return True


# ---- those who run the node -------------------------------------------------------------------------


async def first_secret(tx: Transaction) -> str | None:
    """Return the secret for the first administrator, or None once somebody has an account."""
    if await person.anybody(tx):
        return None
    secret = tickets.new()
    await ticket.add(tx, tickets.digest(secret), purpose="first", subject="", expires_at=now() + FIRST_FOR)
    return secret


class FirstSecret(msgspec.Struct, frozen=True):
    """What the first administrator begins with."""

    token: str


async def renew_first_secret(tx: Transaction, who: Principal) -> FirstSecret:
    """A new secret for the first administrator, in place of the one that the node printed."""
    secret = await first_secret(tx)
    if secret is None:
        raise SomebodyThere("Somebody has an account already; `entrepot admin create` makes another.")
    return FirstSecret(secret)


async def hash_first(read: Read, who: Principal, *, new: FirstPerson, passwords: Passwords) -> Hashed:
    """Raises: TicketSpent before any work, NotAnAddress, WeakPassword, Busy."""
    digest = tickets.digest(new.token)
    if await read(lambda tx: ticket.find(tx, digest, purpose="first", at=now())) is None:
        raise TicketSpent("This link was used, or is too old.")
    return await hash_password(
        read, who, new=NewPerson(email=new.email, password=new.password, name=new.name), passwords=passwords
    )


async def begin_house(
    tx: Transaction, who: Principal, *, new: FirstPerson, hashed: Hashed, sealing: Sealing, house_roles: Roles
) -> None:
    """The first administrator, with the link that the node printed when it had nobody."""
    digest = tickets.digest(new.token)
    if await ticket.find(tx, digest, purpose="first", at=now()) is None or await person.anybody(tx):
        raise TicketSpent("This link was used, or is too old.")
    await ticket.spend(tx, digest)
    person_id = await add_person(tx, sealing, email=new.email, name=new.name, hashed=hashed)
    await _make_operator(tx, person_id, house_roles=house_roles)


async def create_operator(
    tx: Transaction, who: Principal, *, new: NewPerson, hashed: Hashed, sealing: Sealing, house_roles: Roles
) -> None:
    """Another administrator of the node, without a letter."""
    person_id = await add_person(tx, sealing, email=new.email, name=new.name, hashed=hashed)
    await _make_operator(tx, person_id, house_roles=house_roles)


async def _make_operator(tx: Transaction, person_id: str, *, house_roles: Roles) -> None:
    roles = ["administrator", "operator"]
    await membership.join(
        tx, person_id, organisation_id=role.OPERATORS, roles=roles, at=now(), house_roles=house_roles
    )


async def add_person(tx: Transaction, sealing: Sealing, *, email: str, name: str, hashed: Hashed) -> str:
    """Add a person whose address needs no confirmation. Return the new id. Raises: AddressTaken."""
    index, to = await vault.index_made(tx, sealing), address.normalised(email)
    email_index, id = index.email(to), new_id()
    if await person.by_email(tx, email_index) is not None:
        raise AddressTaken("Somebody has this address.")
    sealer = await vault.key_made(tx, sealing, id)
    added = Person(
        id=id,
        email=sealer.seal(to, "person.email"),
        name=sealer.seal(name, "person.name"),
        password_hash=hashed.text,
        totp=None,
        totp_pending=None,
        totp_step=0,
        created_at=now(),
    )
    await person.add(tx, added, email_index=email_index)
    await person.drop_registrations(tx, email_index=email_index)
    return id


def _person(found: Registration) -> Person:
    return Person(
        id=found.id,
        email=found.email,
        name=found.name,
        password_hash=found.password_hash,
        totp=None,
        totp_pending=None,
        totp_step=0,
        created_at=now(),
    )
