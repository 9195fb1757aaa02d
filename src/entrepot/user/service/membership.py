"""Finds the caller's account, their organisations, and what they may do there."""

from datetime import datetime

from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Principal
from entrepot.user.events import MembershipChanged
from entrepot.user.model import role
from entrepot.user.model.person import Membership, Person, PersonNeeded, Suspended
from entrepot.user.repository import organisation, person


async def myself(tx: Reading, who: Principal) -> Person:
    """Raises: PersonNeeded."""
    found = await person.by_id(tx, who.id) if who.kind == "person" else None
    if found is None:
        raise PersonNeeded("Sign in to do this.")
    return found


async def check_works(tx: Reading, person_id: str) -> None:
    """Raises: Suspended, also for whoever gave every proof."""
    found = await person.by_id(tx, person_id)
    if found is None or found.suspended_at is not None:
        raise Suspended("This account is suspended. Whoever runs this node knows more.")


async def scopes_of(
    tx: Reading, roles: list[str], *, organisation_id: str, house_roles: Roles
) -> frozenset[str]:
    """Return what a person with these roles may do."""
    return role.OF_EVERYBODY | house_roles.scopes(
        roles, own=await organisation.own_roles(tx, organisation_id)
    )


async def scopes_in(
    tx: Reading, person_id: str, *, organisation_id: str, house_roles: Roles
) -> frozenset[str]:
    """Return what a person may do in an organisation: nothing, if they do not belong to it, or are suspended
    and so may do nothing anywhere.
    """
    found = await person.membership(tx, person_id, organisation=organisation_id)
    who = None if found is None else await person.by_id(tx, person_id)
    if found is None or who is None or who.suspended_at is not None:
        return frozenset()
    return await scopes_of(tx, found.roles, organisation_id=organisation_id, house_roles=house_roles)


async def join(
    tx: Transaction,
    person_id: str,
    *,
    organisation_id: str,
    roles: list[str],
    at: datetime,
    house_roles: Roles,
) -> Membership:
    await organisation.add(tx, organisation_id, at=at)
    joined = Membership(person=person_id, organisation=organisation_id, roles=roles, joined_at=at)
    await person.join(tx, joined)
    await say(tx, joined, house_roles=house_roles)
    return joined


async def say(tx: Transaction, member: Membership, *, house_roles: Roles) -> None:
    """Say to other contexts what a person may do in an organisation."""
    scopes = await scopes_of(tx, member.roles, organisation_id=member.organisation, house_roles=house_roles)
    tx.emit(
        MembershipChanged(
            person_id=member.person,
            organisation=member.organisation,
            roles=member.roles,
            scopes=sorted(scopes),
        )
    )


async def found(tx: Transaction, person_id: str, *, at: datetime, house_roles: Roles) -> Membership:
    """Make an organisation for a new person."""
    return await join(
        tx, person_id, organisation_id=new_id(), roles=list(role.FOUNDER), at=at, house_roles=house_roles
    )
