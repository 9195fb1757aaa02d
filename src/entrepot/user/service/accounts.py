"""What operators do to accounts from the command line. Each step is an event, and a letter to its person."""

from collections.abc import Callable
from datetime import timedelta

from entrepot.core.house import House
from entrepot.core.paging import page_of
from entrepot.core.ports import Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.events import (
    AccountEvent,
    AccountResumed,
    AccountSuspended,
    AddressChanged,
    AdministratorNamed,
    SecondFactorReset,
)
from entrepot.user.model import account as model
from entrepot.user.model import address, key, letter, role
from entrepot.user.model.account import (
    Account,
    AccountMembership,
    AccountNotFound,
    AccountQuery,
    AlreadySo,
    Appointment,
    NewAddress,
    WhichOrganisation,
)
from entrepot.user.model.letter import Letter
from entrepot.user.model.person import AddressTaken, Person
from entrepot.user.repository import key as keys_of
from entrepot.user.repository import organisation, person, session, ticket
from entrepot.user.service import (
    administrators,
    factors,
    guessing,
    letters,
    lineage,
    membership,
    sessions,
    vault,
)

_EMAIL = "person.email"
_NEWS_FOR = timedelta(days=7)  # a week of holidays


async def accounts(tx: Reading, who: Principal, *, query: AccountQuery, sealing: Sealing) -> Page[Account]:
    """The accounts of this node, the oldest first."""
    model.check_command_line(who)
    if query.email is not None:
        found = await person.by_email(tx, (await vault.index(tx, sealing)).email(query.email))
        return Page([] if found is None else [await _shown(tx, found, sealing=sealing)])
    people = await person.page(tx, suspended=query.suspended, after=query.cursor or "", limit=query.limit + 1)
    items = [await _shown(tx, each, sealing=sealing) for each in people]
    return page_of(items, limit=query.limit, cursor=lambda last: last.id)


async def account(tx: Reading, who: Principal, *, id: str, sealing: Sealing) -> Account:
    """One account."""
    return await _shown(tx, await _find(tx, who, id), sealing=sealing)


async def suspend_account(
    tx: Transaction, who: Principal, *, id: str, sealing: Sealing, house: House, house_roles: Roles
) -> Account:
    """End all sessions of an account, refuse its API keys and its sign-ins, and end what it invited to and
    shared. No organisation loses its last administrator so.
    """
    found = await _find(tx, who, id)
    if found.suspended_at is not None:
        raise AlreadySo("This account is suspended already.")
    for each in await person.memberships(tx, id):
        keeps = (
            administrators.check_another  # the node needs its last operator, also one who is alone
            if each.organisation == role.OPERATORS
            else administrators.check_others_keep_one
        )
        await keeps(tx, id, organisation_id=each.organisation, house_roles=house_roles)
    await person.suspend(tx, id, at=now())
    await sessions.end_these(tx, await session.ids(tx, id))
    await ticket.drop_of(tx, id)
    for each in await person.memberships(tx, id):
        await lineage.narrow_all_of(tx, id, organisation_id=each.organisation, house_roles=house_roles)
    await _tell(tx, who, found, AccountSuspended, written=letter.suspended, sealing=sealing, house=house)
    return await account(tx, who, id=id, sealing=sealing)


async def resume_account(
    tx: Transaction, who: Principal, *, id: str, sealing: Sealing, house: House, house_roles: Roles
) -> Account:
    """Let an account work again, with its API keys; what ended stays ended."""
    found = await _find(tx, who, id)
    if found.suspended_at is None:
        raise AlreadySo("This account is not suspended.")
    await person.suspend(tx, id, at=None)
    await lineage.say_narrowed(tx, await keys_of.of_owner(tx, id), house_roles=house_roles)
    await _tell(tx, who, found, AccountResumed, written=letter.resumed, sealing=sealing, house=house)
    return await account(tx, who, id=id, sealing=sealing)


async def reset_second_factor(
    tx: Transaction, who: Principal, *, id: str, sealing: Sealing, house: House
) -> Account:
    """Remove every second factor of somebody who lost it; all sessions end."""
    found = await _find(tx, who, id)
    if not await factors.has_any(tx, found):
        raise AlreadySo("This account has no second factor.")
    await factors.drop_factors(tx, id)
    await guessing.forgive_codes(tx, id, index=await vault.index_made(tx, sealing))
    await _tell(
        tx, who, found, SecondFactorReset, written=letter.second_factor_reset, sealing=sealing, house=house
    )
    return await account(tx, who, id=id, sealing=sealing)


async def change_address(
    tx: Transaction, who: Principal, *, id: str, new: NewAddress, sealing: Sealing, house: House
) -> Account:
    """Give an account another address. What letters to the old one opened ends, and so do all sessions; both
    addresses are told.
    """
    found, to, index = (
        await _find(tx, who, id),
        address.normalised(new.email),
        await vault.index_made(tx, sealing),
    )
    if (taken := await person.by_email(tx, index.email(to))) is not None:
        raise (
            AlreadySo("This is its address.")
            if taken.id == id
            else AddressTaken("Somebody has this address.")
        )
    await _write(tx, found, letter.address_changed(house.url), sealing=sealing)
    sealer = await vault.key_of(tx, sealing, id)
    await person.move(tx, id, email=sealer.seal(to, _EMAIL), email_index=index.email(to))
    await person.drop_registrations(tx, email_index=index.email(to))
    await ticket.drop_of(tx, id)
    await sessions.end_these(tx, await session.ids(tx, id))
    moved = await _find(tx, who, id)
    await _tell(tx, who, moved, AddressChanged, written=letter.address_changed, sealing=sealing, house=house)
    return await account(tx, who, id=id, sealing=sealing)


async def make_administrator(
    tx: Transaction, who: Principal, *, id: str, new: Appointment, sealing: Sealing, house: House,
    house_roles: Roles,
) -> Account:  # fmt: skip
    """Make somebody an administrator of an organisation, beside what they are there."""
    found = await _find(tx, who, id)
    organisation_id = await _where(tx, id, new.organisation)
    before = await person.membership(tx, id, organisation=organisation_id)
    roles = {"administrator", *(["operator"] if organisation_id == role.OPERATORS else [])}
    if before is not None and roles <= set(before.roles):
        raise AlreadySo("This person is an administrator there already.")
    await membership.join(
        tx, id,
        organisation_id=organisation_id,
        roles=sorted({*roles, *(() if before is None else before.roles)}),
        at=now() if before is None else before.joined_at,
        house_roles=house_roles,
    )  # fmt: skip
    await sessions.end_these(tx, await session.ids(tx, id, organisation=organisation_id))
    tx.emit(_event(AdministratorNamed, found, who, [organisation_id]))
    await _write(tx, found, letter.made_administrator(house.url), sealing=sealing)
    return await account(tx, who, id=id, sealing=sealing)


async def _find(tx: Reading, who: Principal, id: str) -> Person:
    """Raises: CommandLineNeeded, AccountNotFound."""
    model.check_command_line(who)
    found = await person.by_id(tx, id)
    if found is None:
        raise AccountNotFound("There is no such account on this node.")
    return found


async def _where(tx: Reading, id: str, wanted: str | None) -> str:
    """Raises: WhichOrganisation."""
    theirs = [each.organisation for each in await person.memberships(tx, id)]
    if wanted is None and len(theirs) == 1:
        return theirs[0]
    known = wanted == role.OPERATORS or (wanted is not None and await organisation.exists(tx, wanted))
    if wanted is None or not known:
        raise WhichOrganisation(sorted(theirs))
    return wanted


async def _tell(
    tx: Transaction, who: Principal, whom: Person, kind: type[AccountEvent], *,
    written: Callable[[str], Letter], sealing: Sealing, house: House,
) -> None:  # fmt: skip
    theirs = [each.organisation for each in await person.memberships(tx, whom.id)]
    tx.emit(_event(kind, whom, who, theirs))
    await _write(tx, whom, written(house.url), sealing=sealing)


def _event(kind: type[AccountEvent], whom: Person, who: Principal, organisations: list[str]) -> AccountEvent:
    return kind(person_id=whom.id, organisations=organisations, by=who.id, at=now())


async def _write(tx: Transaction, whom: Person, text: Letter, *, sealing: Sealing) -> None:
    to = (await vault.key_of(tx, sealing, whom.id)).open(whom.email, _EMAIL)
    await letters.write(tx, sealing, to=to, letter=text, lasts=_NEWS_FOR)


async def _shown(tx: Reading, found: Person, *, sealing: Sealing) -> Account:
    sealer, at = await vault.key_of(tx, sealing, found.id), now()
    return Account(
        id=found.id,
        email=address.shown(sealer.open(found.email, _EMAIL)),
        name=sealer.open(found.name, "person.name"),
        memberships=[
            AccountMembership(organisation=each.organisation, roles=each.roles)
            for each in await person.memberships(tx, found.id)
        ],
        second_factor=await factors.has_any(tx, found),
        sessions=len(await session.ids(tx, found.id)),
        keys=sum(key.usable(each.key, at=at) for each in await keys_of.of_owner(tx, found.id)),
        created_at=found.created_at,
        suspended_at=found.suspended_at,
    )
