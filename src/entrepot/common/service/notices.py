"""Tells notices: to people as they prefer, and to webhooks."""

from datetime import datetime

import msgspec

from entrepot.common.events import NoticeFiled
from entrepot.common.model import template as templates
from entrepot.common.model.delivery import Channel
from entrepot.common.model.letter import LASTS
from entrepot.common.model.notice import Notice
from entrepot.common.model.preference import NoticePreferences
from entrepot.common.model.template import Template, Written
from entrepot.common.repository import delivery, inbox, member, notice, template, webhook
from entrepot.common.repository.delivery import NewDelivery
from entrepot.common.service import letters
from entrepot.core.house import House
from entrepot.core.notices import NoticeKinds, matches
from entrepot.core.ports import Reading, Transaction
from entrepot.core.sealing import Sealing

WITHDRAWN = "It was withdrawn before it was sent."


class Means(msgspec.Struct, frozen=True, kw_only=True):
    """What telling takes beside the transaction: `at` is now."""

    sealing: Sealing
    house: House
    kinds: NoticeKinds
    at: datetime

    def link(self, told: Notice | None = None) -> str:
        """To what a notice is about; to all of them, if there are several."""
        page = "/notifications" if told is None else self.kinds.page_of(told.kind, told.facts)
        return f"{self.house.url}{page}"


async def tell(tx: Transaction, new: Notice, *, means: Means, only_for: str = "") -> None:
    """To everybody whom it concerns, once; or to one person, and then to no program either."""
    if not await notice.add(tx, new, at=means.at):
        return
    words = await words_for(tx, new, kinds=means.kinds)
    filed: list[tuple[str, Written]] = []
    sent: list[NewDelivery] = []
    if (scope := means.kinds.of(new.kind).scope) is not None:
        for each in await member.members(tx, new.organisation, scope=scope):
            if only_for not in ("", each.person):
                continue
            channels = each.preferences.channels_of(new)
            if not (channels.in_app or channels.email):
                continue
            unsent = await _unsent_before(tx, new, each, at=means.at)
            if unsent is None:
                continue
            if channels.in_app:
                written = _written(new, words, each.preferences, means, unsent=unsent)
                filed.append((each.person, written))
                sent.append(_to(new, "in_app", each.person, status="delivered"))
            if channels.email:
                sent.append(await _post(tx, new, words, each, means, unsent=unsent))
    hooks = [] if only_for else await webhook.all_of(tx, new.organisation)
    sent += [
        _to(new, "webhook", each.id, due_at=means.at)
        for each in hooks
        if each.active and matches(new.kind, each.kinds)
    ]
    await inbox.file(tx, new.id, organisation=new.organisation, written=filed, at=means.at)
    await delivery.add(tx, sent, at=means.at)
    _say_filed(tx, new, [person for person, _ in filed])


async def withdraw(tx: Transaction, key: str, *, organisation: str, means: Means) -> None:
    """Late data showed that a notice was wrong: whoever got it is told so, whoever did not never gets it."""
    wrong = await notice.by_key(tx, key, organisation=organisation)
    if wrong is None:
        return
    await notice.withdraw(tx, wrong.id, at=means.at)
    words = await words_for(tx, wrong, kinds=means.kinds)
    sent: list[NewDelivery] = []
    for each in await delivery.of_notice(tx, wrong.id):
        if each.status == "held" or (each.channel == "webhook" and not each.attempts):
            await delivery.settle(tx, each.id, status="cancelled", at=means.at, error=WITHDRAWN)
        elif each.channel == "webhook":
            sent.append(_to(wrong, "webhook", each.recipient, due_at=means.at, withdrawal=True))
        elif (
            each.channel == "email"
            and (told := await _member(tx, wrong, each.recipient, means.kinds)) is not None
        ):
            sent.append(await _post(tx, wrong, words, told, means, withdrawal=True))
    await delivery.add(tx, sent, at=means.at)
    people = await inbox.holders(tx, wrong.id)
    for person in people:
        preferences = await member.preferences(tx, person, organisation=organisation)
        written = _written(wrong, words, preferences, means, withdrawal=True)
        await inbox.rewrite(tx, wrong.id, person=person, written=written)
    _say_filed(tx, wrong, people)


async def words_for(tx: Reading, told: Notice, *, kinds: NoticeKinds) -> Template:
    """The organisation's own words for a kind, or the house's."""
    own = await template.find(tx, told.kind, organisation=told.organisation)
    return own or templates.houses(kinds.of(told.kind))


async def _unsent_before(tx: Transaction, new: Notice, told: member.Member, *, at: datetime) -> int | None:
    """How many of its like were not sent before it; None if it is not sent either."""
    if not told.preferences.throttle_minutes:
        return 0
    last, unsent = await notice.last_told(tx, new, person=told.person) or (None, 0)
    if last is not None and (at - last).total_seconds() < 60 * told.preferences.throttle_minutes:
        await notice.hold_back(tx, new, person=told.person)
        return None
    await notice.told(tx, new, person=told.person, at=at)
    return unsent


async def _post(
    tx: Transaction, told: Notice, words: Template, to: member.Member, means: Means, *, unsent: int = 0,
    withdrawal: bool = False,
) -> NewDelivery:  # fmt: skip
    """A letter, now or when quiet hours end."""
    if (until := to.preferences.quiet_until(means.at)) is not None:
        return _to(
            told, "email", to.person, status="held", due_at=until, unsent=unsent, withdrawal=withdrawal
        )
    written = _written(told, words, to.preferences, means, unsent=unsent, withdrawal=withdrawal)
    written = templates.letter(written, link=means.link(told))
    id = await letters.want(tx, written, person=to.person, at=means.at, sealing=means.sealing)
    return _to(
        told, "email", to.person, due_at=means.at + LASTS, letter_id=id, unsent=unsent, withdrawal=withdrawal
    )


async def _member(tx: Reading, told: Notice, person: str, kinds: NoticeKinds) -> member.Member | None:
    scope = kinds.of(told.kind).scope or ""
    found = await member.members(tx, told.organisation, scope=scope)
    return next((each for each in found if each.person == person), None)


def _written(
    told: Notice, words: Template, preferences: NoticePreferences, means: Means, *, unsent: int = 0,
    withdrawal: bool = False,
) -> Written:  # fmt: skip
    return templates.write(
        told,
        words,
        kind=means.kinds.of(told.kind),
        zone=preferences.zone,
        link=means.link(told),
        unsent=unsent,
        withdrawn=withdrawal,
    )


def _to(told: Notice, channel: Channel, recipient: str, **more: object) -> NewDelivery:
    made = NewDelivery(
        organisation=told.organisation, notice_id=told.id, kind=told.kind, channel=channel,
        recipient=recipient, status="waiting",
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def _say_filed(tx: Transaction, told: Notice, people: list[str]) -> None:
    if people:
        tx.emit(
            NoticeFiled(
                organisation=told.organisation,
                notice_id=told.id,
                kind=told.kind,
                severity=told.severity,
                people=people,
            )
        )
