"""The people of an organisation and their roles, as its administrators see and change them."""

from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.user.events import KeyNarrowed, MembershipChanged
from entrepot.user.model import role
from entrepot.user.model.person import Member, Membership, PersonNotFound, RoleChange
from entrepot.user.model.role import Role, RoleInUse, RoleKnown, RoleView, UnknownRole
from entrepot.user.repository import key, organisation, passkey, person, session
from entrepot.user.service import membership, sessions, vault

_AT_ONCE = 500  # members read at a time


async def members(tx: Reading, who: Principal, *, query: Cursor, sealing: Sealing) -> Page[Member]:
    """The people of the caller's organisation, the oldest account first."""
    found = await person.members(tx, who.organisation, after=query.cursor or "", limit=query.limit + 1)
    items = [await _member(tx, each, sealing=sealing) for each in found[: query.limit]]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def change_roles(
    tx: Transaction, who: Principal, *, id: str, change: RoleChange, sealing: Sealing, house_roles: Roles
) -> Member:
    """Give somebody other roles. Their sessions here end, and their API keys allow no more than they may."""
    before = await _within_reach(tx, who, id, house_roles=house_roles)
    await check_roles(tx, who, change.roles, house_roles=house_roles)
    await membership.join(
        tx,
        id,
        organisation_id=who.organisation,
        roles=sorted(set(change.roles)),
        at=before.joined_at,
        house_roles=house_roles,
    )
    await forget(tx, id, organisation_id=who.organisation)
    after = await person.membership(tx, id, organisation=who.organisation)
    assert after is not None
    return await _member(tx, after, sealing=sealing)


async def remove_member(tx: Transaction, who: Principal, *, id: str, house_roles: Roles) -> None:
    """Somebody no longer belongs to the caller's organisation; the account stays theirs."""
    await _within_reach(tx, who, id, house_roles=house_roles)
    await person.leave(tx, id, organisation=who.organisation)
    tx.emit(MembershipChanged(person_id=id, organisation=who.organisation, roles=[]))
    await forget(tx, id, organisation_id=who.organisation)


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


async def forget(tx: Transaction, id: str, *, organisation_id: str) -> None:
    """What gateways remember of this person's credentials here no longer holds."""
    await sessions.end_these(tx, await session.ids(tx, id, organisation=organisation_id))
    for each in await key.of_owner(tx, id):
        if each.organisation == organisation_id:
            tx.emit(KeyNarrowed(key_id=each.key.id))


async def is_last_administrator(tx: Reading, member: Membership, *, house_roles: Roles) -> bool:
    """Whether nobody else could give roles in this organisation."""
    if not administrative(member):
        return False
    after = ""
    while found := await person.members(tx, member.organisation, after=after, limit=_AT_ONCE):
        if any(each.person != member.person and administrative(each) for each in found):
            return False
        after = found[-1].person
    return True


def administrative(member: Membership) -> set[str]:
    return {"administrator"} & set(member.roles)


async def _member(tx: Reading, found: Membership, *, sealing: Sealing) -> Member:
    who, sealer = await person.by_id(tx, found.person), await vault.key_of(tx, sealing, found.person)
    assert who is not None
    return Member(
        id=who.id,
        email=sealer.open(who.email, "person.email"),
        name=sealer.open(who.name, "person.name"),
        roles=found.roles,
        second_factor=who.totp is not None or bool(await passkey.of_person(tx, who.id)),
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
    """Make or change a role of the organisation; whoever has it signs in again."""
    if new.name in house_roles.allowed:
        raise RoleKnown("The house has a role of this name.")
    role.check_within(new.scopes, who)
    await organisation.set_role(tx, who.organisation, name=new.name, scopes=sorted(set(new.scopes)))
    for each in await _having(tx, who, new.name):
        await membership.say(tx, each, house_roles=house_roles)
        await forget(tx, each.person, organisation_id=who.organisation)
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
