"""Weighs no more proofs for an account than its limits allow, counted for the whole deployment.

A try is counted before it is weighed. Why not after? Weighing takes 20 ms, and a thousand addresses that ask
within those would all be weighed.
"""

from datetime import datetime

import msgspec

from entrepot.core.house import House
from entrepot.core.network import counted_as
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Caller
from entrepot.core.sealing import Sealing
from entrepot.core.time import now, to_us
from entrepot.user.model import guessing as model
from entrepot.user.model import security_letter
from entrepot.user.model.guessing import STRANGERS
from entrepot.user.repository import guessing, ticket
from entrepot.user.service import letters
from entrepot.user.service.security_letters import LASTS
from entrepot.user.service.vault import BlindIndex


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try, counted; or, with `wait_s`, one that must wait and is not weighed."""

    account: str
    ground: str
    quick: str
    count: int = 0
    wait_s: float = 0.0


async def take(tx: Transaction, account: str, *, person: str, caller: Caller, index: BlindIndex) -> Attempt:
    """Count a try for an account; `person` is whose it is, or empty."""
    at = now()
    ground, device = await _ground(tx, person, caller=caller, index=index, at=at)
    here = ground if device else counted_as(caller.address)
    quick, now_us = index.quick(account, here), to_us(at)
    before, slow = await ticket.failures(tx, quick), await guessing.guesses(tx, account, ground=ground)
    if (wait_s := max(before.wait_s(now_us=now_us), slow.wait_s(now_us=now_us))) > 0:
        return Attempt(account=account, ground=ground, quick=quick, wait_s=wait_s)
    after = slow.one_more(now_us=now_us)
    await ticket.set_failures(tx, quick, failures=before.one_more(now_us=now_us))
    await guessing.set_guesses(tx, account, ground=ground, guesses=after)
    return Attempt(account=account, ground=ground, quick=quick, count=after.count)


async def right(tx: Transaction, attempt: Attempt) -> None:
    """Forgive what was wrong before it, on this ground."""
    await ticket.forgive(tx, attempt.quick)
    await guessing.forgive(tx, attempt.account, ground=attempt.ground)


async def wrong(
    tx: Transaction, attempt: Attempt, *, to: str, known: bool, sealing: Sealing, house: House
) -> None:
    """Tell the owner, now and then. The letter is sealed for accounts that do not exist too: the answer takes
    as long.
    """
    if attempt.count in model.TOLD_AT and attempt.ground == STRANGERS:
        told = security_letter.guessed(house.url, attempt.count, closed=attempt.count >= model.MOST)
        written = await letters.compose(sealing, to=to, letter=told, lasts=LASTS)
        if known:
            tx.emit(written)


async def remember(tx: Transaction, person: str, *, caller: Caller, index: BlindIndex) -> bool:
    """Know this place from now on. Return whether the device is a new one; the first of all is not."""
    at = now()
    marks = _marks(person, caller, index)
    known = await guessing.places(tx, person, since=at - model.KNOWN_FOR)
    await guessing.remember_places(tx, person, places=marks, at=at, most=model.MOST_PLACES)
    return bool(known and marks) and marks[0] not in known


async def forgive_all(tx: Transaction, person: str, *, email: str, index: BlindIndex) -> None:
    """A new password: what was guessed before says nothing about it."""
    for account in (index.account(email), index.proof(person, "password")):
        await guessing.forgive_all(tx, account)


async def forgive_codes(tx: Transaction, person: str, *, index: BlindIndex) -> None:
    """There is no second factor any more whose codes could be guessed."""
    await guessing.forgive_all(tx, index.proof(person, "code"))


async def forget(tx: Transaction, person: str, *, email: str, index: BlindIndex) -> None:
    """Of somebody who is erased."""
    await forgive_all(tx, person, email=email, index=index)
    await forgive_codes(tx, person, index=index)
    await guessing.drop_places_of(tx, person)


async def _ground(
    tx: Reading, person: str, *, caller: Caller, index: BlindIndex, at: datetime
) -> tuple[str, bool]:
    """Return the caller's ground, and whether it is a known device."""
    known = await guessing.places(tx, person, since=at - model.KNOWN_FOR)
    marks = _marks(person, caller, index)
    ground = model.ground_of(marks, known=known)
    return ground, bool(caller.device) and ground == marks[0]


def _marks(person: str, caller: Caller, index: BlindIndex) -> list[str]:
    """Return under what the caller's places are known, the device first."""
    return [index.place(person, kind, place) for kind, place in model.places_of(caller).items()]
