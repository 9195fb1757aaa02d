"""Roles that an outside provider gives: they come and go with what it says at each sign-in."""

import structlog

from entrepot.core.errors import Error
from entrepot.core.ports import Transaction
from entrepot.core.roles import Roles
from entrepot.core.time import now
from entrepot.user.events import MembershipChanged
from entrepot.user.functions import arrival
from entrepot.user.functions.arrival import Arrived
from entrepot.user.model.identity import NotInvited
from entrepot.user.model.person import Membership
from entrepot.user.repository import organisation, person
from entrepot.user.service import membership, people

log = structlog.get_logger()


async def take_roles(
    tx: Transaction, person_id: str, arrived: Arrived, *, house_roles: Roles
) -> Error | None:
    """Give somebody the roles that the provider says, and take those away that it does not say any more;
    what an administrator gave stays. Return an error for somebody without any role.
    """
    provider = arrived.provider
    if not provider.organisation:
        if not await person.memberships(tx, person_id):
            await membership.found(tx, person_id, at=now(), house_roles=house_roles)
        return None
    before = await person.membership(tx, person_id, organisation=provider.organisation)
    said = await _known(tx, arrived, house_roles=house_roles)
    had = frozenset(before.roles) if before is not None else frozenset()
    roles = sorted((had - provider.managed) | said)
    if before is not None and await people.is_last_administrator(tx, before, house_roles=house_roles):
        # The provider may not take away what nobody could give back.
        roles = sorted({*roles, *people.administrative(before)})
    if set(roles) != had or before is None:
        await _set(tx, person_id, before, roles=roles, arrived=arrived, house_roles=house_roles)
    return None if roles else NotInvited("The sign-in service gives you no role here.")


async def _known(tx: Transaction, arrived: Arrived, *, house_roles: Roles) -> frozenset[str]:
    """A role that does not exist is no reason to refuse somebody; the operator reads of it."""
    provider = arrived.provider
    if provider.roles and arrived.groups is None:
        log.warning("provider.no_roles", provider=provider.name, claim=provider.role_claim)
    said = arrival.roles_of(provider, arrived.groups or ())
    own = await organisation.own_roles(tx, provider.organisation)
    unknown = {each for each in said if each not in house_roles.allowed and each not in own}
    if unknown:
        log.warning("provider.unknown_roles", provider=provider.name, roles=sorted(unknown))
    return said - unknown


async def _set(
    tx: Transaction,
    person_id: str,
    before: Membership | None,
    *,
    roles: list[str],
    arrived: Arrived,
    house_roles: Roles,
) -> None:
    place = arrived.provider.organisation
    if roles:
        at = before.joined_at if before is not None else now()
        await membership.join(
            tx, person_id, organisation_id=place, roles=roles, at=at, house_roles=house_roles
        )
    elif before is not None:
        await person.leave(tx, person_id, organisation=place)
        tx.emit(MembershipChanged(person_id=person_id, organisation=place, roles=[]))
    if before is not None:
        await people.forget(tx, person_id, organisation_id=place)
