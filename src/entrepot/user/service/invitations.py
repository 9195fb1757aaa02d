"""Inviting colleagues."""

import msgspec

from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.passwords import Passwords
from entrepot.core.ports import Read, Reading, Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Cursor, Page, Principal
from entrepot.core.sealing import Sealing
from entrepot.core.time import now
from entrepot.user.model import address, letter, password
from entrepot.user.model import ticket as tickets
from entrepot.user.model.invitation import (
    Acceptance,
    AccountNeeded,
    Invitation,
    InvitationNotFound,
    NewInvitation,
)
from entrepot.user.model.throttle import TriedTooOften
from entrepot.user.model.ticket import INVITES_FOR, TicketSpent
from entrepot.user.repository import invitation, person
from entrepot.user.repository.invitation import StoredInvitation
from entrepot.user.service import letters, lineage, membership, people, registration, vault
from entrepot.user.service.registration import Hashed

_EMAIL = "invitation.email"


async def invite(
    tx: Transaction,
    who: Principal,
    *,
    new: NewInvitation,
    sealing: Sealing,
    house: House,
    house_roles: Roles,
) -> Invitation:
    """Invite somebody into the caller's organisation; a letter with a link goes to the address."""
    await people.check_roles(tx, who, new.roles, house_roles=house_roles)
    to, index, at = address.normalised(new.email), await vault.index_made(tx, sealing), now()
    if not await registration.may_write(tx, index.failures(to, caller=who.organisation, purpose="letters")):
        raise TriedTooOften(60)
    secret, id = tickets.new(), new_id()
    sealer = await vault.key_made(tx, sealing, id)
    made = StoredInvitation(
        id=id,
        organisation=who.organisation,
        email_index=index.email(to),
        email=sealer.seal(to, _EMAIL),
        roles=sorted(set(new.roles)),
        inviter=who.id,
        inviter_kind=who.kind,
        ticket=tickets.digest(secret),
        made_at=at,
        expires_at=at + INVITES_FOR,
    )
    await invitation.add(tx, made)
    await letters.write(tx, sealing, to=to, letter=letter.invited(house.url, secret), lasts=INVITES_FOR)
    return await _shown(tx, made, sealing=sealing)


async def invitations(tx: Reading, who: Principal, *, query: Cursor, sealing: Sealing) -> Page[Invitation]:
    """The invitations into the caller's organisation that were not accepted yet."""
    found = await invitation.page(tx, who.organisation, after=query.cursor or "", limit=query.limit + 1)
    items = [await _shown(tx, each, sealing=sealing) for each in found[: query.limit]]
    return Page(items, items[-1].id if len(found) > query.limit else None)


async def revoke_invitation(tx: Transaction, who: Principal, *, id: str) -> None:
    """Take an invitation back: its link opens nothing."""
    if not await invitation.remove(tx, id, organisation=who.organisation):
        raise InvitationNotFound("There is no such invitation.")


class OpenedInvitation(msgspec.Struct, frozen=True):
    """The password of whoever has no account yet, hashed."""

    hashed: Hashed | None


async def open_letter(
    read: Read, who: Principal, *, acceptance: Acceptance, passwords: Passwords, sealing: Sealing,
    house_roles: Roles,
) -> OpenedInvitation:  # fmt: skip
    """Raises: TicketSpent before any work, AccountNeeded, WeakPassword, Busy."""

    async def check(tx: Reading) -> bool:
        found = await _find(tx, acceptance, house_roles=house_roles)
        if await person.by_email(tx, found.email_index) is not None:
            return False
        to = (await vault.key_of(tx, sealing, found.id)).open(found.email, _EMAIL)
        if acceptance.name is None or acceptance.password is None:
            raise AccountNeeded("Choose a name and a password.")
        password.check(acceptance.password, about=(to, acceptance.name))
        return True

    if not await read(check):
        return OpenedInvitation(None)
    return OpenedInvitation(Hashed(await passwords.hash(acceptance.password or "")))


async def accept_invitation(
    tx: Transaction,
    who: Principal,
    *,
    acceptance: Acceptance,
    opened: OpenedInvitation,
    sealing: Sealing,
    house_roles: Roles,
) -> None:
    """Join with the secret of the letter, which proves that the address is one's own. Whoever belongs here
    already gets these roles besides.
    """
    found = await _find(tx, acceptance, house_roles=house_roles)
    known = await person.by_email(tx, found.email_index)
    if known is not None:
        person_id = known.id
    elif opened.hashed is None or acceptance.name is None:
        raise TicketSpent("This account was erased a moment ago.")
    else:
        to = (await vault.key_of(tx, sealing, found.id)).open(found.email, _EMAIL)
        person_id = await registration.add_person(
            tx, sealing, email=to, name=acceptance.name, hashed=opened.hashed
        )
    await invitation.remove(tx, found.id, organisation=found.organisation)
    before = await person.membership(tx, person_id, organisation=found.organisation)
    await membership.join(
        tx,
        person_id,
        organisation_id=found.organisation,
        roles=sorted({*found.roles, *(() if before is None else before.roles)}),
        at=now() if before is None else before.joined_at,
        house_roles=house_roles,
    )


async def _find(tx: Reading, acceptance: Acceptance, *, house_roles: Roles) -> StoredInvitation:
    found = await invitation.by_ticket(tx, tickets.digest(acceptance.token), at=now())
    if found is None or not await lineage.still_holds(tx, found, house_roles=house_roles):
        raise TicketSpent("This link was used, taken back, or is too old.")
    return found


async def _shown(tx: Reading, stored: StoredInvitation, *, sealing: Sealing) -> Invitation:
    sealer = await vault.key_of(tx, sealing, stored.id)
    return Invitation(
        id=stored.id,
        email=address.shown(sealer.open(stored.email, _EMAIL)),
        roles=stored.roles,
        inviter=stored.inviter,
        made_at=stored.made_at,
        expires_at=stored.expires_at,
    )
