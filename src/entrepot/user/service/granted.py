"""Roles that an outside provider gives: they come and go with what it says at each sign-in."""

import structlog

from entrepot.core.errors import Error
from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import MembershipChanged
from entrepot.user.functions import arrival
from entrepot.user.functions.arrival import Arrived
from entrepot.user.model import role
from entrepot.user.model.identity import NotInvited
from entrepot.user.model.person import Membership
from entrepot.user.model.role import LastAdministrator
from entrepot.user.repository import organisation, person
from entrepot.user.service import administrators, lineage, membership, people

log = structlog.get_logger()


async def take_roles(
    tx: Transaction, person_id: str, arrived: Arrived, *, sealing: Sealing, house_roles: Roles
) -> Error | None:
    """Give somebody the roles that the provider says, and take those away that it does not say any more;
    what an administrator gave stays. Return an error for somebody who has no role any more.

    Raises: NotInvited for somebody who never had one: they get no account.
    """
    provider = arrived.provider
    if not provider.organisation:
        if not await person.memberships(tx, person_id):
            await membership.found(tx, person_id, at=now(), house_roles=house_roles)
        return None
    refusal = NotInvited("The sign-in service gives you no role here.")
    before = await person.membership(tx, person_id, organisation=provider.organisation)
    said = await _known(tx, arrived, house_roles=house_roles)
    had = frozenset(before.roles) if before is not None else frozenset()
    roles = sorted((had - provider.managed) | said)
    if before is None and not roles:
        raise refusal
    if before is not None:
        roles = await _with_last(tx, before, roles, house_roles=house_roles)
    if set(roles) != had or before is None:
        await _set(
            tx, person_id, before, roles=roles, arrived=arrived, sealing=sealing, house_roles=house_roles
        )
    return None if roles else refusal


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


async def _with_last(tx: Reading, before: Membership, roles: list[str], *, house_roles: Roles) -> list[str]:
    """Return the roles, with those by which the last administrator of an organisation is one: a provider may
    not take away what nobody could give back.
    """
    place = before.organisation
    own = await organisation.own_roles(tx, place)
    if role.administers(house_roles.scopes(roles, own=own)):
        return roles
    try:
        await administrators.check_another(tx, before.person, organisation_id=place, house_roles=house_roles)
    except LastAdministrator:
        kept = {each for each in before.roles if role.administers(house_roles.scopes([each], own=own))}
        log.warning("provider.last_administrator", organisation=place, person=before.person)
        return sorted({*roles, *kept})
    return roles


async def _set(
    tx: Transaction,
    person_id: str,
    before: Membership | None,
    *,
    roles: list[str],
    arrived: Arrived,
    sealing: Sealing,
    house_roles: Roles,
) -> None:
    place = arrived.provider.organisation
    if roles:
        at = before.joined_at if before is not None else now()
        await membership.join(
            tx, person_id, organisation_id=place, roles=roles, at=at, house_roles=house_roles
        )
    if before is None:
        return
    if roles:
        await lineage.narrow_all_of(tx, person_id, organisation_id=place, house_roles=house_roles)
    else:
        await person.leave(tx, person_id, organisation=place)
        tx.emit(MembershipChanged(person_id=person_id, organisation=place, roles=[]))
        await lineage.end_all_of(tx, person_id, organisation_id=place)
    await people.end_invitations_to(tx, person_id, organisation_id=place, sealing=sealing)
