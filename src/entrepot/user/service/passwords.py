"""Forgotten and changed passwords."""

import msgspec

from entrepot.core.house import House
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.routes import Caller, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import address, letter, origin, password
from entrepot.user.model import ticket as tickets
from entrepot.user.model.person import Forgotten, NewPassword, Person, Reset, WrongPassword
from entrepot.user.model.ticket import RESETS_FOR, TicketSpent
from entrepot.user.repository import person, session, ticket
from entrepot.user.service import letters, membership, registration, sessions, vault
from entrepot.user.service.registration import Hashed


async def forgot_password(
    tx: Transaction, who: Principal, *, forgotten: Forgotten, caller: Caller, sealing: Sealing, house: House
) -> None:
    """Ask for a letter with a link to choose a new password. It goes out only if the address is known."""
    to, index = address.normalised(forgotten.email), await vault.index_made(tx, sealing)
    if not await registration.may_write(tx, index.failures(to, caller=caller.address, purpose="letters")):
        return
    secret, asked = tickets.new(), origin.in_words(caller, at=now())
    # Sealed for whoever is unknown too: the answer takes as long.
    reset = letter.reset(house.url, secret, asked=asked)
    written = await letters.compose(sealing, to=to, letter=reset, lasts=RESETS_FOR)
    found = await person.by_email(tx, index.email(to))
    if found is not None:
        digest, expires_at = tickets.digest(secret), now() + RESETS_FOR
        await ticket.add(tx, digest, purpose="reset", subject=found.id, expires_at=expires_at)
        tx.emit(written)


async def hash_reset(
    read: Read, who: Principal, *, reset: Reset, passwords: Passwords, sealing: Sealing
) -> Hashed:
    """Raises: TicketSpent before any work, WeakPassword, Busy."""

    async def check(tx: Reading) -> None:
        subject = await ticket.find(tx, tickets.digest(reset.token), purpose="reset", at=now())
        found = None if subject is None else await person.by_id(tx, subject)
        if found is None:
            raise TicketSpent("This link was used, or is too old.")
        await _check(tx, found, reset.password, sealing=sealing)

    await read(check)
    return Hashed(await passwords.hash(reset.password))


async def reset_password(
    tx: Transaction, who: Principal, *, reset: Reset, hashed: Hashed, sealing: Sealing, house: House
) -> None:
    """Choose a new password with the secret of the letter; all sessions end."""
    digest = tickets.digest(reset.token)
    subject = await ticket.find(tx, digest, purpose="reset", at=now())
    found = None if subject is None else await person.by_id(tx, subject)
    if found is None:
        raise TicketSpent("This link was used, or is too old.")
    await ticket.spend(tx, digest)
    await _change(tx, found, hashed=hashed, sealing=sealing, house=house)


class Changed(msgspec.Struct, frozen=True):
    """Whether the present password was right, and the new one, hashed."""

    was: str
    hashed: Hashed


async def hash_change(
    read: Read, who: Principal, *, change: NewPassword, passwords: Passwords, sealing: Sealing
) -> Changed:
    """Raises: PersonNeeded, WrongPassword, WeakPassword, Busy."""

    async def check(tx: Reading) -> Person:
        me = await membership.myself(tx, who)
        await _check(tx, me, change.new_password, sealing=sealing)
        return me

    me = await read(check)
    if not await passwords.fits(change.password, me.password_hash):
        raise WrongPassword("Your present password is another.")
    return Changed(me.password_hash, Hashed(await passwords.hash(change.new_password)))


async def change_password(
    tx: Transaction, who: Principal, *, changed: Changed, sealing: Sealing, house: House
) -> None:
    """Another password from now on; all other sessions end."""
    me = await membership.myself(tx, who)
    if me.password_hash != changed.was:
        raise WrongPassword("Your password was changed a moment ago.")
    await _change(tx, me, hashed=changed.hashed, sealing=sealing, house=house, but=who.credential)


async def _check(tx: Reading, who: Person, text: str, *, sealing: Sealing) -> None:
    sealer = await vault.key_of(tx, sealing, who.id)
    password.check(text, about=(sealer.open(who.email, "person.email"), sealer.open(who.name, "person.name")))


async def _change(
    tx: Transaction, who: Person, *, hashed: Hashed, sealing: Sealing, house: House, but: str = ""
) -> None:
    await person.set_password(tx, who.id, hashed=hashed.text)
    await sessions.end_these(tx, await session.ids(tx, who.id), but=but)
    await ticket.drop_of(tx, who.id)
    to = (await vault.key_of(tx, sealing, who.id)).open(who.email, "person.email")
    await letters.write(tx, sealing, to=to, letter=letter.changed(house.url), lasts=RESETS_FOR)
