"""Notice preferences of people, and templates of organisations."""

from zoneinfo import ZoneInfo

from entrepot.common.model import kind as rules_of
from entrepot.common.model import preference as rules
from entrepot.common.model import template as words
from entrepot.common.model.notice import Notice
from entrepot.common.model.preference import NoticePreferences, PeopleOnly
from entrepot.common.model.template import Draft, RenderedNotice, Template, TemplateView
from entrepot.common.repository import delivery, member, template
from entrepot.core.house import House
from entrepot.core.ids import new_id
from entrepot.core.notices import NoticeKind, NoticeKinds
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now


async def preferences(tx: Reading, who: Principal, *, kinds: NoticeKinds) -> NoticePreferences:
    """Return the caller's preferences in this organisation, with every kind of notice that they may get."""
    return _whole(who, kinds, await member.preferences(tx, who.id, organisation=who.organisation))


async def prefer(
    tx: Transaction, who: Principal, *, preferences: NoticePreferences, kinds: NoticeKinds
) -> NoticePreferences:
    """Say anew what the caller wants to hear. What is not said is the default."""
    if who.kind != "person":
        raise PeopleOnly("Only people have an inbox. Programs get notices by webhooks.")
    rules.check(preferences, known=kinds)
    await member.prefer(tx, who.id, organisation=who.organisation, preferences=preferences)
    at = now()
    until = preferences.quiet_until(at) or at
    await delivery.hold_until(tx, who.id, organisation=who.organisation, until=until)
    return _whole(who, kinds, preferences)


def _whole(who: Principal, kinds: NoticeKinds, preferences: NoticePreferences) -> NoticePreferences:
    visible = {name: kind for name, kind in kinds.shown.items() if who.allows(kind.scope or "")}
    return rules.whole(preferences, of=visible)


# ---- templates --------------------------------------------------------------------------------------


async def templates(tx: Reading, who: Principal, *, kinds: NoticeKinds) -> Page[TemplateView]:
    """What the notices of every kind say."""
    own = await template.all_of(tx, who.organisation)
    return Page([_view(name, kind, own.get(name)) for name, kind in kinds.shown.items()])


async def set_template(
    tx: Transaction, who: Principal, *, kind: str, new: Template, kinds: NoticeKinds
) -> TemplateView:
    """Say notices of a kind in the organisation's own words."""
    known = rules_of.known(kinds, kind)
    words.check(new, kind=known)
    await template.save(tx, kind, organisation=who.organisation, template=new)
    return _view(kind, known, new)


async def drop_template(tx: Transaction, who: Principal, *, kind: str, kinds: NoticeKinds) -> None:
    """Say notices of a kind in the house's words again."""
    rules_of.known(kinds, kind)
    await template.remove(tx, kind, organisation=who.organisation)


async def preview(
    tx: Reading, who: Principal, *, draft: Draft, house: House, kinds: NoticeKinds
) -> RenderedNotice:
    """What a template makes of its kind's sample."""
    known = rules_of.known(kinds, draft.kind)
    words.check(draft, kind=known)
    sample = Notice(
        id=new_id(), key="", organisation=who.organisation, kind=draft.kind, severity=known.severity,
        subject="", place="", occurred_at=now(), facts=dict(known.sample),
    )  # fmt: skip
    zone = ZoneInfo((await member.preferences(tx, who.id, organisation=who.organisation)).time_zone)
    link = f"{house.url}{kinds.page_of(draft.kind, known.sample)}"
    return words.write(sample, draft, kind=known, zone=zone, link=link)


def _view(name: str, kind: NoticeKind, own: Template | None) -> TemplateView:
    shown = own or words.houses(kind)
    return TemplateView(
        kind=name,
        about=kind.about,
        severity=kind.severity,
        subject=shown.subject,
        text=shown.text,
        own=own is not None,
        placeholders=words.placeholders(kind),
    )
