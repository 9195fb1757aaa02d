"""Looking through what is active: rules by market, code or words, the vocabulary, and how far it all goes."""

from collections.abc import Iterator, Mapping
from datetime import date
from operator import itemgetter

from entrepot.core.paging import page_of
from entrepot.core.ports import Reading
from entrepot.core.routes import Page, Principal
from entrepot.core.time import now
from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.coverage import MarketCoverage
from entrepot.rule.functions.facts import checked_code
from entrepot.rule.model import truth
from entrepot.rule.model.check import CoverageQuery
from entrepot.rule.model.domain import DOMAINS
from entrepot.rule.model.life import RuleQuery
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import (
    DIGITS,
    SEVERITIES,
    Choice,
    DomainView,
    GroupView,
    MeasureView,
    MemberView,
    Rule,
    RuleNotFound,
    RuleView,
    TraitView,
    Vocabulary,
)
from entrepot.rule.model.vocabulary import DATE_BASES, MEASURES, MODES, ROLES, TRAITS
from entrepot.rule.repository import pack as packs
from entrepot.rule.service.library import Library
from entrepot.trade import markets, money, units
from entrepot.trade.countries import COUNTRIES


async def list_rules(tx: Reading, who: Principal, *, query: RuleQuery, library: Library) -> Page[RuleView]:
    """The active rules that fit."""
    code = checked_code(query.hs_code)
    placed = [(_place(view.rule, query.order), view) for view in await _views(tx, library)]
    views = [
        (place, view)
        for place, view in sorted(placed, key=itemgetter(0))
        if (query.cursor is None or place > query.cursor) and _fits(view, query, code)
    ]
    page = page_of(views, limit=query.limit, cursor=itemgetter(0))
    return Page([view for _, view in page.items], page.next)


def _place(rule: Rule, order: str) -> str:
    """Return where a rule stands in a list; also what a cursor says."""
    if order == "id":
        return rule.id
    anywhere = markets.ANYWHERE in (rule.origins if rule.direction == "export" else rule.destinations)
    return f"{SEVERITIES[rule.severity]}.{int(anywhere)}.{rule.id}"


async def one_rule(tx: Reading, who: Principal, *, id: str, library: Library) -> RuleView:
    """An active rule."""
    for view in await _views(tx, library):
        if view.rule.id == id:
            return view
    raise RuleNotFound("No active pack has this rule.")


async def coverage(
    tx: Reading, who: Principal, *, query: CoverageQuery, library: Library
) -> Page[MarketCoverage]:
    """How many rules there are per market and chapter. What has none is not covered, and never "clear"."""
    return Page((await library.current(tx)).coverage.map(now().date(), query.market))


async def vocabulary(tx: Reading, who: Principal) -> Vocabulary:
    """Every word that rules and checks may use, with the questions that settle them."""
    return Vocabulary(
        traits=[
            TraitView(
                id=id, question=each.question, implies=list(each.implies), implied_by_hs=list(each.hs),
                only_in_hs=list(each.only),
            )
            for id, each in TRAITS.items()
        ],
        measures=[
            MeasureView(id=id, question=each.question, units=units.units_like(each.unit))
            for id, each in MEASURES.items()
        ],
        domains=[DomainView(id=id, title=each.title, ask=each.ask) for id, each in DOMAINS.items()],
        modes=_choices(MODES),
        roles=_choices(ROLES),
        dates=_choices(DATE_BASES),
        severities=list(SEVERITIES),
        nomenclatures=dict(DIGITS),
        countries=sorted(COUNTRIES),
        groups=[_group(name) for name in markets.GROUPS],
        currencies=sorted(money.CURRENCIES),
    )  # fmt: skip


def is_stale(rule: Rule, pack: Pack, *, today: date) -> bool:
    """Whether nobody has checked its citation for longer than the pack allows."""
    day = rule.citation.checked_on
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return months >= pack.stale_after_months


async def _views(tx: Reading, library: Library) -> list[RuleView]:
    book, today = await library.current(tx), now().date()
    ids = {stored.name: stored.id for stored in await packs.active(tx)}
    return [
        RuleView(
            rule=rule, pack=ref.name, pack_id=ids.get(ref.name, ""), version=ref.version,
            stale=is_stale(rule, pack, today=today),
        )
        for ref, pack in book.packs
        for rule in pack.rules
    ]  # fmt: skip


def _fits(view: RuleView, query: RuleQuery, code: str | None) -> bool:
    return all(_tried(view, query, code))


def _tried(view: RuleView, query: RuleQuery, code: str | None) -> Iterator[bool]:
    rule = view.rule
    for asked, has in (
        (query.direction, rule.direction), (query.severity, rule.severity),
        (query.confidence, rule.confidence), (query.pack, view.pack), (query.stale, view.stale),
    ):  # fmt: skip
        if asked is not None:
            yield asked == has
    if query.market is not None:
        yield _of_market(rule, query.market)
    if code is not None:
        yield _of_code(rule, code)
    if query.trait is not None:
        yield query.trait in (*rule.traits_all, *rule.traits_any, *rule.traits_none)
    if query.q is not None:
        said = " ".join((rule.id, rule.title, rule.summary, rule.authority, rule.citation.law, rule.notes))
        yield all(word in said.casefold() for word in query.q.casefold().split())


def _of_market(rule: Rule, market: str) -> bool:
    named = rule.origins if rule.direction == "export" else rule.destinations
    wanted = {markets.ANYWHERE, *markets.with_groups(market, now().date())}
    return not wanted.isdisjoint(named)


def _of_code(rule: Rule, code: str) -> bool:
    held = [hs_spans.matches(code, span) for span in rule.hs_include]
    out = truth.any_of(hs_spans.matches(code, span) for span in rule.hs_exclude)
    return (not held or truth.any_of(held) != truth.FALSE) and out != truth.TRUE


def _choices(words: Mapping[str, str]) -> list[Choice]:
    return [Choice(id=id, title=title) for id, title in words.items()]


def _group(name: str) -> GroupView:
    group = markets.GROUPS[name]
    members = [
        MemberView(
            country=each.country, since=each.since, until=None if each.until == date.max else each.until
        )
        for each in group.members
    ]
    return GroupView(
        id=name, title=group.title, source=group.source, checked_on=group.checked_on, members=members
    )
