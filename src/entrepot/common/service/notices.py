"""Sends notices: to people as they prefer, and to webhooks."""

from datetime import datetime

import msgspec

from entrepot.common.events import NoticeFiled
from entrepot.common.model import template as templates
from entrepot.common.model.delivery import Channel
from entrepot.common.model.letter import LASTS
from entrepot.common.model.notice import Notice
from entrepot.common.model.preference import NoticePreferences
from entrepot.common.model.template import RenderedNotice, Template
from entrepot.common.repository import delivery, inbox, member, template, webhook
from entrepot.common.repository import notice as notice_rows
from entrepot.common.repository.delivery import NewDelivery
from entrepot.common.service import letters
from entrepot.core.house import House
from entrepot.core.notices import NoticeKinds, matches
from entrepot.core.ports import Reading, Transaction
from entrepot.core.sealing import Sealing

WITHDRAWN = "It was withdrawn before it was sent."


class DispatchContext(msgspec.Struct, frozen=True, kw_only=True):
    """What sending a notice takes beside the transaction: `at` is now."""

    sealing: Sealing
    house: House
    kinds: NoticeKinds
    at: datetime

    def link(self, about: Notice | None = None) -> str:
        """Return the address of the page about a notice, or of the page with all notices."""
        page = "/notifications" if about is None else self.kinds.page_of(about.kind, about.facts)
        return f"{self.house.url}{page}"


async def send(tx: Transaction, new: Notice, *, dispatch: DispatchContext, only_for: str = "") -> None:
    """Send a notice once to everybody whom it concerns and to webhooks; with `only_for` to one person."""
    if not await notice_rows.add(tx, new, at=dispatch.at):
        return
    words = await words_for(tx, new, kinds=dispatch.kinds)
    filed: list[tuple[str, RenderedNotice]] = []
    sent: list[NewDelivery] = []
    if (scope := dispatch.kinds.of(new.kind).scope) is not None:
        for each in await member.members(tx, new.organisation, scope=scope):
            if only_for not in ("", each.person):
                continue
            channels = each.preferences.channels_of(new, dispatch.kinds.of(new.kind))
            if not (channels.in_app or channels.email):
                continue
            unsent = await _unsent_before(tx, new, each, at=dispatch.at)
            if unsent is None:
                continue
            if channels.in_app:
                written = _written(new, words, each.preferences, dispatch, unsent=unsent)
                filed.append((each.person, written))
                sent.append(_to(new, "in_app", each.person, status="delivered"))
            if channels.email:
                sent.append(await _post(tx, new, words, each, dispatch=dispatch, unsent=unsent))
    hooks = [] if only_for else await webhook.all_of(tx, new.organisation)
    sent += [
        _to(new, "webhook", each.id, due_at=dispatch.at)
        for each in hooks
        if each.active and matches(new.kind, each.kinds)
    ]
    await inbox.file(tx, new.id, organisation=new.organisation, written=filed, at=dispatch.at)
    await delivery.add(tx, sent, at=dispatch.at)
    _say_filed(tx, new, [person for person, _ in filed])


async def withdraw(tx: Transaction, key: str, *, organisation: str, dispatch: DispatchContext) -> None:
    """Take back a notice that late data proved wrong: cancel what waits, and correct what was sent."""
    wrong = await notice_rows.by_key(tx, key, organisation=organisation)
    if wrong is None:
        return
    await notice_rows.withdraw(tx, wrong.id, at=dispatch.at)
    words = await words_for(tx, wrong, kinds=dispatch.kinds)
    sent: list[NewDelivery] = []
    for each in await delivery.of_notice(tx, wrong.id):
        if each.status == "held" or (each.channel == "webhook" and not each.attempts):
            await delivery.settle(tx, each.id, status="cancelled", at=dispatch.at, error=WITHDRAWN)
        elif each.channel == "webhook":
            sent.append(_to(wrong, "webhook", each.recipient, due_at=dispatch.at, withdrawal=True))
        elif (
            each.channel == "email"
            and (to := await _recipient(tx, wrong, each.recipient, dispatch.kinds)) is not None
        ):
            sent.append(await _post(tx, wrong, words, to, dispatch=dispatch, withdrawal=True))
    await delivery.add(tx, sent, at=dispatch.at)
    people = await inbox.holders(tx, wrong.id)
    for person in people:
        preferences = await member.preferences(tx, person, organisation=organisation)
        written = _written(wrong, words, preferences, dispatch, withdrawal=True)
        await inbox.rewrite(tx, wrong.id, person=person, written=written)
    _say_filed(tx, wrong, people)


async def words_for(tx: Reading, notice: Notice, *, kinds: NoticeKinds) -> Template:
    """Return the organisation's own template for a kind, or else the built-in one."""
    own = await template.find(tx, notice.kind, organisation=notice.organisation)
    return own or templates.houses(kinds.of(notice.kind))


async def _unsent_before(tx: Transaction, new: Notice, to: member.Recipient, *, at: datetime) -> int | None:
    """Return how many like it were held back before it; None if it is held back, too."""
    if not to.preferences.throttle_minutes:
        return 0
    last, unsent = await notice_rows.last_sent(tx, new, person=to.person) or (None, 0)
    # What a clock that was ahead called later holds nothing back.
    if last is not None and 0 <= (at - last).total_seconds() < 60 * to.preferences.throttle_minutes:
        await notice_rows.hold_back(tx, new, person=to.person)
        return None
    await notice_rows.note_sent(tx, new, person=to.person, at=at)
    return unsent


async def _post(
    tx: Transaction, notice: Notice, words: Template, to: member.Recipient, *, dispatch: DispatchContext,
    unsent: int = 0, withdrawal: bool = False,
) -> NewDelivery:  # fmt: skip
    """Write a letter, now or when quiet hours end."""
    if (until := to.preferences.quiet_until(dispatch.at)) is not None:
        return _to(
            notice, "email", to.person, status="held", due_at=until, unsent=unsent, withdrawal=withdrawal
        )
    written = _written(notice, words, to.preferences, dispatch, unsent=unsent, withdrawal=withdrawal)
    written = templates.letter(written, link=dispatch.link(notice))
    id = await letters.want(tx, written, person=to.person, at=dispatch.at, sealing=dispatch.sealing)
    return _to(
        notice,
        "email",
        to.person,
        due_at=dispatch.at + LASTS,
        letter_id=id,
        unsent=unsent,
        withdrawal=withdrawal,
    )


async def _recipient(tx: Reading, notice: Notice, person: str, kinds: NoticeKinds) -> member.Recipient | None:
    scope = kinds.of(notice.kind).scope or ""
    found = await member.members(tx, notice.organisation, scope=scope)
    return next((each for each in found if each.person == person), None)


def _written(
    notice: Notice, words: Template, preferences: NoticePreferences, dispatch: DispatchContext, *,
    unsent: int = 0, withdrawal: bool = False,
) -> RenderedNotice:  # fmt: skip
    return templates.write(
        notice,
        words,
        kind=dispatch.kinds.of(notice.kind),
        zone=preferences.zone,
        link=dispatch.link(notice),
        unsent=unsent,
        withdrawn=withdrawal,
    )


def _to(notice: Notice, channel: Channel, recipient: str, **more: object) -> NewDelivery:
    made = NewDelivery(
        organisation=notice.organisation, notice_id=notice.id, kind=notice.kind, channel=channel,
        recipient=recipient, status="waiting",
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


def _say_filed(tx: Transaction, notice: Notice, people: list[str]) -> None:
    if people:
        tx.emit(
            NoticeFiled(
                organisation=notice.organisation,
                notice_id=notice.id,
                kind=notice.kind,
                severity=notice.severity,
                people=people,
            )
        )
