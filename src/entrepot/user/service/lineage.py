"""What people and keys gave to others, and when it ends: `docs/people.md` has the table.

An invitation opens only what whoever sent it may still give. A key made with a key ends with it. Both are
checked where they are used, and swept where the right is lost, so that lists show what still works.
"""

from collections.abc import Iterable
from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Principal
from entrepot.core.time import now
from entrepot.user.events import KeyNarrowed, KeyRevoked
from entrepot.user.model import key as model
from entrepot.user.model import role
from entrepot.user.repository import invitation, key, organisation, session
from entrepot.user.repository.invitation import StoredInvitation
from entrepot.user.repository.key import StoredKey
from entrepot.user.service import membership, sessions

_HOUSE = "operator"  # who wrote invitations before their kind was kept, if it was nobody that is known
_AT_ONCE = 500  # expired keys said in one transaction, so that it stays short


# ---- what still holds -------------------------------------------------------------------------------


async def still_holds(tx: Reading, sent: StoredInvitation, *, house_roles: Roles) -> bool:
    """Whether the inviter may still invite, and still has all that the invitation gives."""
    giver = await _giver(tx, sent, house_roles=house_roles)
    if giver is None:
        return False
    own = await organisation.own_roles(tx, sent.organisation)
    given = house_roles.scopes(sent.roles, own=own) - role.OF_EVERYBODY
    return giver.allows(role.ADMINISTERS) and all(giver.allows(scope) for scope in given)


async def _giver(tx: Reading, sent: StoredInvitation, *, house_roles: Roles) -> Principal | None:
    """Return the inviter with what they may do now; None for one who is gone."""
    if sent.inviter_kind == "operator" or (not sent.inviter_kind and sent.inviter == _HOUSE):
        return Principal(sent.inviter, sent.organisation, frozenset("*"), "operator")
    made = await key.find(tx, sent.inviter)
    if made is not None:
        return await bearer(tx, made, house_roles=house_roles)
    scopes = await membership.scopes_in(
        tx, sent.inviter, organisation_id=sent.organisation, house_roles=house_roles
    )
    return Principal(sent.inviter, sent.organisation, scopes, "person")


async def bearer(tx: Reading, found: StoredKey, *, house_roles: Roles) -> Principal | None:
    """Return the holder of a key with what it allows now; None for one that ended."""
    if not model.usable(found.key, at=now()):
        return None
    within = None
    if found.owner:
        within = await membership.scopes_in(
            tx, found.owner, organisation_id=found.organisation, house_roles=house_roles
        )
    return model.bearer(found.key, organisation=found.organisation, within=within)


# ---- what ends --------------------------------------------------------------------------------------


async def end_key(tx: Transaction, id: str, *, organisation_id: str, at: datetime) -> bool:
    """End a key, the keys that were made with it, and what they invited to. Whether it still worked."""
    ended = await key.revoke(tx, id, organisation=organisation_id, at=at)
    if ended:
        tx.emit(KeyRevoked(key_id=id, organisation=organisation_id))
    await end_invitations(tx, id, organisation_id=organisation_id)
    for each in await key.made_with(tx, id):
        await end_key(tx, each.key.id, organisation_id=each.organisation, at=at)
    return ended


async def end_invitations(tx: Transaction, inviter: str, *, organisation_id: str) -> None:
    for each in await invitation.sent_by(tx, inviter, organisation=organisation_id):
        await invitation.remove(tx, each.id, organisation=organisation_id)


async def end_all_of(tx: Transaction, person_id: str, *, organisation_id: str) -> None:
    """Whoever leaves an organisation takes their sessions, keys and invitations along."""
    await sessions.end_these(tx, await session.ids(tx, person_id, organisation=organisation_id))
    await end_invitations(tx, person_id, organisation_id=organisation_id)
    for each in await _keys(tx, person_id, organisation_id):
        await end_key(tx, each.key.id, organisation_id=organisation_id, at=now())


async def narrow_all_of(tx: Transaction, person_id: str, *, organisation_id: str, house_roles: Roles) -> None:
    """Whoever may do something else now signs in again; their keys are bounded by it, and their invitations
    end where they give more.
    """
    await sessions.end_these(tx, await session.ids(tx, person_id, organisation=organisation_id))
    keys = await _keys(tx, person_id, organisation_id)
    await say_narrowed(tx, keys, house_roles=house_roles)
    for inviter in (person_id, *(each.key.id for each in keys)):
        for sent in await invitation.sent_by(tx, inviter, organisation=organisation_id):
            if not await still_holds(tx, sent, house_roles=house_roles):
                await invitation.remove(tx, sent.id, organisation=organisation_id)


async def say_narrowed(tx: Transaction, keys: Iterable[StoredKey], *, house_roles: Roles) -> None:
    """Say what keys allow from now on: gateways forget them, and others end what was done with them."""
    for each in keys:
        holder = await bearer(tx, each, house_roles=house_roles)
        scopes = [] if holder is None else sorted(holder.scopes)
        tx.emit(KeyNarrowed(key_id=each.key.id, organisation=each.organisation, scopes=scopes))


async def say_expired(tx: Transaction) -> None:
    """Keys that reached their last day: what others keep in their name ends too."""
    for each in await key.newly_expired(tx, at=now(), limit=_AT_ONCE):
        tx.emit(KeyRevoked(key_id=each.key.id, organisation=each.organisation))
        await end_invitations(tx, each.key.id, organisation_id=each.organisation)


async def _keys(tx: Reading, person_id: str, organisation_id: str) -> list[StoredKey]:
    return [each for each in await key.of_owner(tx, person_id) if each.organisation == organisation_id]
