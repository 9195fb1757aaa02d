"""Keeps copies of memberships, and exports or erases what this context holds about a person."""

import msgspec

from entrepot.common.model.delivery import ERASED, Delivery
from entrepot.common.model.inbox import Notification
from entrepot.common.model.preference import NoticePreferences
from entrepot.common.repository import delivery, inbox, member
from entrepot.core.notices import NoticeKinds
from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import now
from entrepot.user.events import MembershipChanged

_GONE = "The person no longer belongs here."


class CommonPersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What this context holds about a person. `preferences` are by organisation."""

    preferences: dict[str, NoticePreferences]
    notifications: list[Notification]
    deliveries: list[Delivery]


async def on_membership_changed(tx: Transaction, event: MembershipChanged) -> None:
    if event.roles:
        await member.join(tx, event.person_id, organisation=event.organisation, scopes=event.scopes)
        return
    await delivery.give_up(
        tx, event.person_id, organisation=event.organisation, status="cancelled", at=now(), error=_GONE
    )
    await member.leave(tx, event.person_id, organisation=event.organisation)


async def export(tx: Reading, person: str, *, kinds: NoticeKinds) -> CommonPersonData:
    """Return what is held about the person."""
    return CommonPersonData(
        preferences={
            organisation: await member.preferences(tx, person, organisation=organisation)
            for organisation in await member.organisations(tx, person)
        },
        notifications=await inbox.all_of(tx, person, kinds=kinds),
        deliveries=await delivery.to(tx, person),
    )


async def erase(tx: Transaction, person: str) -> None:
    """Forget the person. That something was sent stays on record, but not to whom."""
    for organisation in await member.organisations(tx, person):
        await delivery.give_up(
            tx, person, organisation=organisation, status="cancelled", at=now(), error=_GONE
        )
    await member.remove_person(tx, person)
    await delivery.make_nobodys(tx, person, name=ERASED)
