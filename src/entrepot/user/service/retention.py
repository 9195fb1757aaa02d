"""Forgets what is old, now and then, and repeats events for contexts that are new."""

from entrepot.core.ports import Transaction
from entrepot.core.roles import Roles
from entrepot.core.time import now
from entrepot.user.model import guessing as guesses
from entrepot.user.model import privacy as rules
from entrepot.user.model import throttle
from entrepot.user.model import ticket as tickets
from entrepot.user.model.key import LONGEST_TOKEN
from entrepot.user.repository import (
    guessing,
    identity,
    invitation,
    passkey,
    person,
    privacy,
    session,
    ticket,
)
from entrepot.user.service import membership

_AT_ONCE = 1_000  # memberships said again in one transaction, so that it stays short


async def tidy(tx: Transaction) -> None:
    """Unconfirmed accounts, sessions, links, invitations, exports and failures that are over."""
    at = now()
    await person.drop_old_registrations(tx, before=at - tickets.CONFIRMS_FOR)
    await session.drop_old(tx, at=at)
    await session.forget_revoked_tokens(tx, before=at - 2 * LONGEST_TOKEN)
    await ticket.drop_old(tx, at=at)
    await passkey.drop_old_challenges(tx, at=at)
    await identity.drop_old_departures(tx, at=at)
    await ticket.drop_old_failures(tx, before=at - throttle.FORGOTTEN_AFTER)
    await guessing.drop_old_guesses(tx, before=at - guesses.FORGOTTEN_AFTER)
    await guessing.drop_old_places(tx, before=at - guesses.KNOWN_FOR)
    await invitation.drop_old(tx, at=at)
    await privacy.drop_old_exports(tx, before=at - rules.EXPORT_KEPT_FOR)


async def say_memberships(tx: Transaction, *, house_roles: Roles) -> None:
    """Those from before other contexts were told what roles allow."""
    for each in await person.unsaid(tx, limit=_AT_ONCE):
        await membership.say(tx, each, house_roles=house_roles)
