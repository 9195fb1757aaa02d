"""The people of an organisation and their roles, as its administrators see and change them."""

from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.user.events import MembershipChanged
from entrepot.user.model import address, role
from entrepot.user.model.person import Member, Membership, PersonNotFound, RoleChange
from entrepot.user.model.role import Role, RoleInUse, RoleKnown, RoleView, UnknownRole
from entrepot.user.repository import invitation, organisation, person
from entrepot.user.service import administrators, factors, lineage, membership, vault

_AT_ONCE = 500  # members read at a time


async def members(tx: Reading, who: Principal, *, query: Cursor, sealing: Sealing) -> Page[Member]:
    """The people of the caller's organisation, the oldest account first."""
    found = await person.members(tx, who.organisation, after=query.cursor or "", limit=query.limit + 1)
    items = [await _member(tx, each, sealing=sealing) for each in found[: query.limit]]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def change_roles(
    tx: Transaction, who: Principal, *, id: str, change: RoleChange, sealing: Sealing, house_roles: Roles
) -> Member:
    """Give somebody other roles. Their sessions here end, and what they gave others gives no more than they
    may. The last administrator stays one.
    """
    before = await _within_reach(tx, who, id, house_roles=house_roles)
    await check_roles(tx, who, change.roles, house_roles=house_roles)
    own = await organisation.own_roles(tx, who.organisation)
    if not role.administers(house_roles.scopes(change.roles, own=own)):
        await administrators.check_another(tx, id, organisation_id=who.organisation, house_roles=house_roles)
    await membership.join(
        tx,
        id,
        organisation_id=who.organisation,
        roles=sorted(set(change.roles)),
        at=before.joined_at,
        house_roles=house_roles,
    )
    await lineage.narrow_all_of(tx, id, organisation_id=who.organisation, house_roles=house_roles)
    await end_invitations_to(tx, id, organisation_id=who.organisation, sealing=sealing)
    after = await person.membership(tx, id, organisation=who.organisation)
    assert after is not None
    return await _member(tx, after, sealing=sealing)


async def remove_member(
    tx: Transaction, who: Principal, *, id: str, sealing: Sealing, house_roles: Roles
) -> None:
    """Somebody no longer belongs to the caller's organisation; the account stays theirs. Their keys here end,
    and no invitation that they sent, or got, brings them back.
    """
    await _within_reach(tx, who, id, house_roles=house_roles)
    await administrators.check_another(tx, id, organisation_id=who.organisation, house_roles=house_roles)
    await person.leave(tx, id, organisation=who.organisation)
    tx.emit(MembershipChanged(person_id=id, organisation=who.organisation, roles=[]))
    await lineage.end_all_of(tx, id, organisation_id=who.organisation)
    await end_invitations_to(tx, id, organisation_id=who.organisation, sealing=sealing)


async def end_invitations_to(tx: Transaction, id: str, *, organisation_id: str, sealing: Sealing) -> None:
    """What somebody was offered before this decision no longer holds."""
    found = await person.by_id(tx, id)
    assert found is not None
    email = (await vault.key_of(tx, sealing, id)).open(found.email, "person.email")
    index = (await vault.index_made(tx, sealing)).email(email)
    await invitation.remove_to(tx, index, organisation=organisation_id)


async def check_roles(tx: Reading, who: Principal, roles: list[str], *, house_roles: Roles) -> None:
    """Raises: UnknownRole; ScopesTooWide, for nobody gives away more than they have."""
    own = await organisation.own_roles(tx, who.organisation)
    role.check_known(roles, house=house_roles, own=own)
    role.check_within(house_roles.scopes(roles, own=own), who)


async def _within_reach(tx: Reading, who: Principal, id: str, *, house_roles: Roles) -> Membership:
    """Raises: PersonNotFound; ScopesTooWide for somebody who may do more than the caller."""
    found = await person.membership(tx, id, organisation=who.organisation)
    if found is None:
        raise PersonNotFound("There is no such person in your organisation.")
    theirs = await membership.scopes_of(
        tx, found.roles, organisation_id=who.organisation, house_roles=house_roles
    )
    role.check_within(theirs, who)
    return found


async def _member(tx: Reading, found: Membership, *, sealing: Sealing) -> Member:
    who, sealer = await person.by_id(tx, found.person), await vault.key_of(tx, sealing, found.person)
    assert who is not None
    return Member(
        id=who.id,
        email=address.shown(sealer.open(who.email, "person.email")),
        name=sealer.open(who.name, "person.name"),
        roles=found.roles,
        second_factor=await factors.has_any(tx, who),
        suspended=who.suspended_at is not None,
        joined_at=found.joined_at,
    )


# ---- roles ------------------------------------------------------------------------------------------


async def roles(tx: Reading, who: Principal, *, house_roles: Roles) -> Page[RoleView]:
    """The roles that may be given: the house's, then the organisation's own."""
    own = await organisation.own_roles(tx, who.organisation)
    house = [
        RoleView(name=name, scopes=sorted(each), own=False) for name, each in house_roles.allowed.items()
    ]
    return Page([*house, *(RoleView(name=name, scopes=sorted(each), own=True) for name, each in own.items())])


async def set_role(tx: Transaction, who: Principal, *, new: Role, house_roles: Roles) -> RoleView:
    """Make or change a role of the organisation; whoever has it signs in again. The last administrator stays
    one.
    """
    if new.name in house_roles.allowed:
        raise RoleKnown("The house has a role of this name.")
    role.check_within(new.scopes, who)
    had = await administrators.there_are(tx, who.organisation, house_roles=house_roles)
    await organisation.set_role(tx, who.organisation, name=new.name, scopes=sorted(set(new.scopes)))
    if had and not await administrators.there_are(tx, who.organisation, house_roles=house_roles):
        raise administrators.refusal()
    for each in await _having(tx, who, new.name):
        await membership.say(tx, each, house_roles=house_roles)
        await lineage.narrow_all_of(
            tx, each.person, organisation_id=who.organisation, house_roles=house_roles
        )
    return RoleView(name=new.name, scopes=sorted(set(new.scopes)), own=True)


async def drop_role(tx: Transaction, who: Principal, *, name: str) -> None:
    """Remove a role of the organisation that nobody has."""
    if await _having(tx, who, name):
        raise RoleInUse("Somebody has this role.")
    if not await organisation.drop_role(tx, who.organisation, name=name):
        raise UnknownRole("Your organisation has no such role of its own.")


async def _having(tx: Reading, who: Principal, name: str) -> list[Membership]:
    having, after = [], ""
    while found := await person.members(tx, who.organisation, after=after, limit=_AT_ONCE):
        having += [each for each in found if name in each.roles]
        after = found[-1].person
    return having
