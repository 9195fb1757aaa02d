"""Warns people about what was done to their account: a new device, another factor, a new key."""

from datetime import timedelta

from entrepot.core.ports import Transaction
from entrepot.core.sealing import Sealing
from entrepot.user.model.letter import Letter
from entrepot.user.model.person import Person
from entrepot.user.repository import person
from entrepot.user.service import letters, registration, vault

LASTS = timedelta(days=3)  # a weekend without mail; later it would only startle


async def warn(tx: Transaction, who: Person, letter: Letter, *, sealing: Sealing) -> None:
    """Write to the person's address, unless very many letters went there just now."""
    if not await registration.may_write(tx, f"warnings {who.id}"):
        return
    to = (await vault.key_of(tx, sealing, who.id)).open(who.email, "person.email")
    await letters.write(tx, sealing, to=to, letter=letter, lasts=LASTS)


async def warn_by_id(tx: Transaction, person_id: str, letter: Letter, *, sealing: Sealing) -> None:
    """Write to a person, if there is one."""
    if (found := await person.by_id(tx, person_id)) is not None:
        await warn(tx, found, letter, sealing=sealing)
