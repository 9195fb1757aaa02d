"""How far the active packs know a market and a heading. What nobody wrote rules about is not "clear"."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.facts import Known
from entrepot.rule.functions.index import Index
from entrepot.rule.model import places
from entrepot.rule.model.check import Covered
from entrepot.rule.model.rule import Rule
from entrepot.rule.model.vocabulary import TRAITS

# What is asked about the shipment or the trade; a rule that needs only such things speaks of all goods.
_OF_SHIPMENT = frozenset((
    "packaging", "wood_packaging", "container", "business_to_consumer", "commercial", "seller_abroad",
    "small_enterprise", "value", "quantity", "net_weight", "gross_weight", "yearly_weight",
))  # fmt: skip
CHAPTERS = tuple(f"{number:02}" for number in range(1, 98) if number != 77)


class ChapterCount(msgspec.Struct, frozen=True):
    """Rules of a market that name this chapter."""

    chapter: str
    rules: int


class MarketCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the packs hold for a market: `general` rules are for goods of any code, `chapters` counts those
    that name a chapter. A country has those of its groups too: `rules_of` are the markets whose rules count.
    """

    market: str
    title: str
    rules_of: list[str]
    general: int
    chapters: list[ChapterCount]


class Coverage:
    """Counts over an index, made once."""

    def __init__(self, index: Index) -> None:
        self._chapters: dict[str, Counter[str]] = {}
        self._headings: dict[str, Counter[str]] = {}  # with the rules for a whole chapter under its number
        self._general: Counter[str] = Counter()
        self._naming_goods = frozenset(each.no for each in index.rules if _names_goods(each.rule))
        for each in index.rules:
            named = _named(each.rule)
            for market in _markets(each.rule):
                if named:
                    self._headings.setdefault(market, Counter()).update(named)
                    self._chapters.setdefault(market, Counter()).update({key[:2] for key in named})
                else:
                    self._general[market] += 1

    def of(self, known: Known) -> Covered:
        """For the destination of these facts; rules for anywhere do not count as knowing a market."""
        country = known.facts.destination
        markets = places.markets_of(country, known.day)
        code = known.code or ""
        chapter, heading = code[:2], code[:4] if len(code) > 2 else ""
        general = sum(self._general[market] for market in markets)
        specific = sum(
            self._headings[market][heading] + self._headings[market][chapter]
            if heading
            else self._chapters[market][chapter]
            for market in markets
            if market in self._headings
        )
        if not general and not any(market in self._headings for market in markets):
            level = "none"
        elif not chapter:
            level = "open"
        else:
            level = "specific" if specific else "general" if general else "none"
        return Covered(country, chapter, heading, level, specific, general)  # type: ignore[arg-type]

    def speaks_of(self, found: Iterable[int]) -> bool:
        """Whether one of these rules, by number, says something about these goods and not about all."""
        return not self._naming_goods.isdisjoint(found)

    def map(self, day: date, market: str | None = None) -> list[MarketCoverage]:
        """Every market that rules name, and every country that is in one of them on that day."""
        named = set(self._general) | set(self._chapters)
        members = {country for country in places.COUNTRIES if named & set(places.markets_of(country, day))}
        found = sorted(named | members)
        return [
            MarketCoverage(
                market=each,
                title=places.title(each),
                rules_of=[name for name in _with_groups(each, day) if name in named],
                general=sum(self._general[name] for name in _with_groups(each, day)),
                chapters=[
                    ChapterCount(chapter, count)
                    for chapter, count in sorted(self._of_market(each, day).items())
                ],
            )
            for each in found
            if market is None or each == market
        ]

    def _of_market(self, market: str, day: date) -> Counter[str]:
        found: Counter[str] = Counter()
        for name in _with_groups(market, day):
            found.update(self._chapters.get(name, {}))
        return found


def _with_groups(market: str, day: date) -> Collection[str]:
    return places.markets_of(market, day) if market in places.COUNTRIES else (market,)


def _markets(rule: Rule) -> tuple[str, ...]:
    """Where a rule makes goods known; one for some origins says nothing about those of others."""
    if rule.direction not in ("import", "sale") or rule.exempts or rule.severity == "duty":
        return ()
    if places.ANYWHERE not in rule.origins:
        return ()
    return tuple(place for place in rule.destinations if place != places.ANYWHERE)


def _names_goods(rule: Rule) -> bool:
    """Whether a market's rule speaks of some goods, by code, trait or measure, and not of all."""
    asked = (*rule.traits_all, *rule.traits_any, *(each.field for each in rule.numeric))
    named = bool(rule.hs_include or rule.residual_condition) or not _OF_SHIPMENT.issuperset(asked)
    return named and bool(_markets(rule))


def _named(rule: Rule) -> frozenset[str]:
    """The chapters and headings that a rule names: those of its codes; or, if it needs traits, those whose
    codes have all of them for sure.
    """
    if rule.hs_include:
        return _keys(rule.hs_include)
    named: frozenset[str] | None = None
    for trait in rule.traits_all:
        here = _keys(TRAITS[trait].hs)
        named = here if named is None else _in_both(named, here)
    return named or frozenset()


def _keys(spans: Iterable[str]) -> frozenset[str]:
    return frozenset(key for span in spans for key in hs_spans.keys(span))


def _in_both(one: Collection[str], other: Collection[str]) -> frozenset[str]:
    """A chapter holds its headings."""
    within = {key for key in one if key in other or key[:2] in other}
    return frozenset(within | {key for key in other if key in one or key[:2] in one})
