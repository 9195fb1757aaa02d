"""Says how far the active packs know a market and a code. What nobody wrote rules about is not "clear"."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date

import msgspec

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.domains import Domains
from entrepot.rule.functions.facts import BITS, Known
from entrepot.rule.functions.index import RuleIndex
from entrepot.rule.model.check import CoverageLevel, Covered, CoveredDomains
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Rule
from entrepot.rule.model.vocabulary import GOVERNED_CODES, GOVERNED_TRAITS, HORIZONTAL, TECHNOLOGY, TRAITS
from entrepot.trade import markets
from entrepot.trade.countries import COUNTRIES

Days = tuple[date, date]  # the first and the last
Counts = dict[str, dict[str, Counter[Days]]]  # by market and code
_DEPTHS = (2, 4, 6)
_GOVERNED = sum(BITS[trait] for trait in GOVERNED_TRAITS)
_GOVERNED_KEYS = frozenset(
    key for span in GOVERNED_CODES for key in hs_spans.keys(span, hs_spans.COMMON_DIGITS)
)


class ChapterCount(msgspec.Struct, frozen=True):
    """Rules of a market that name this chapter."""

    chapter: str
    rules: int


class MarketCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the packs hold for a market: `general` rules are for goods of any code, `chapters` counts those
    that name a chapter. A country has those of its groups too: `rules_of` are the markets whose rules count.
    `domains` says how far they cover each domain of law.
    """

    market: str
    title: str
    rules_of: list[str]
    general: int
    chapters: list[ChapterCount]
    domains: CoveredDomains


class Coverage:
    """Counts over an index, made once; a rule counts on the days on which it is in force."""

    def __init__(self, index: RuleIndex, packs: Iterable[Pack]) -> None:
        self._domains = Domains(packs)
        # By chapter, heading and subheading, each with the rules for all of it under its number; then the
        # same without the rules about how goods work.
        self._named: tuple[Counts, ...] = ({}, {}, {})
        self._own: tuple[Counts, ...] = ({}, {}, {})
        self._general: dict[str, Counter[Days]] = {}
        # Of the rules that name goods, the kinds that they ask for; None if they name codes or conditions.
        self._kinds = {each.no: _kinds(each.rule) for each in index.rules if _names_goods(each.rule)}
        for each in index.rules:
            rule, named = each.rule, _named(each.rule)
            days = (rule.valid_from or date.min, rule.valid_to or date.max)
            for market in _markets(rule):
                if not named:
                    self._general.setdefault(market, Counter())[days] += 1
                for counts in (self._named, self._own)[: 1 if self._kind_of(each.no) == 0 else 2]:
                    _count(counts, market, named, days)

    def of(self, known: Known) -> Covered:
        """Return the coverage for the destination of these facts. Rules for anywhere do not count as
        knowing a market.
        """
        country, day = known.facts.destination, known.day
        named = markets.markets_of(country, day)
        code = known.code or ""
        chapter, heading = code[:2], code[:4] if len(code) > 2 else ""
        general = sum(_on(day, self._general.get(market)) for market in named)
        depth = min(max(len(code) // 2, 1), len(_DEPTHS))
        counts = (self._own if _is_governed(known) else self._named)[depth - 1]
        keys = [code[:digits] for digits in _DEPTHS[:depth]]
        specific = sum(
            _on(day, of_market.get(key))
            for market in named
            if (of_market := counts.get(market))
            for key in keys
        )
        if not general and not any(self._named[0].get(market) for market in named):
            level: CoverageLevel = "none"
        elif not chapter:
            level = "open"
        else:
            level = "specific" if specific else "general" if general else "none"
        domains, leaving = self._domains.of(known)
        return Covered(country, chapter, heading, level, specific, general, domains, leaving)

    def _kind_of(self, no: int) -> int | None:
        """Return the kinds of goods that a rule names: 0 if it names none, None if it names them
        by code."""
        return self._kinds.get(no, 0)

    def speaks_of(self, found: Iterable[int], known: Known) -> bool:
        """Whether one of these rules, by number, says something about these goods and not about all. Of goods
        that have laws of their own, those about how they work do not.
        """
        if not _is_governed(known):
            return not self._kinds.keys().isdisjoint(found)
        possible = ~known.no
        return any(kinds is None or kinds & possible for kinds in map(self._kind_of, found))

    def map(self, day: date, market: str | None = None) -> list[MarketCoverage]:
        """Return every market that rules name, and every country that is in one of them on that day."""
        named = set(self._general) | {name for name, found in self._named[0].items() if found}
        members = {country for country in COUNTRIES if named & set(markets.markets_of(country, day))}
        found = sorted(named | members)
        return [
            MarketCoverage(
                market=each,
                title=markets.title(each),
                rules_of=[name for name in markets.with_groups(each, day) if name in named],
                general=sum(_on(day, self._general.get(name)) for name in markets.with_groups(each, day)),
                chapters=[
                    ChapterCount(chapter, count)
                    for chapter, count in sorted(self._of_market(each, day).items())
                    if count
                ],
                domains=self._domains.map(each, day),
            )
            for each in found
            if market is None or each == market
        ]

    def _of_market(self, market: str, day: date) -> Counter[str]:
        found: Counter[str] = Counter()
        for name in markets.with_groups(market, day):
            for chapter, days in self._named[0].get(name, {}).items():
                found[chapter] += _on(day, days)
        return found


def _count(counts: tuple[Counts, ...], market: str, named: Collection[str], days: Days) -> None:
    for each, depth in zip(counts, _DEPTHS, strict=True):
        of_market = each.setdefault(market, {})
        for key in {key[:depth] for key in named}:
            of_market.setdefault(key, Counter())[days] += 1


def _on(day: date, counted: Counter[Days] | None) -> int:
    """Return how many rules are in force on that day."""
    if counted is None:
        return 0
    return sum(count for (since, until), count in counted.items() if since <= day <= until)


def _markets(rule: Rule) -> tuple[str, ...]:
    """Return the markets in which a rule makes goods known. A rule for some origins says nothing about
    others.
    """
    if rule.direction not in ("import", "sale") or rule.exempts or rule.severity == "duty":
        return ()
    if markets.ANYWHERE not in rule.origins:
        return ()
    return tuple(place for place in rule.destinations if place != markets.ANYWHERE)


def _names_goods(rule: Rule) -> bool:
    """Whether a market's rule speaks of some goods, by code, trait or measure, and not of all kinds."""
    asked = (*rule.traits_all, *rule.traits_any, *(each.field for each in rule.numeric))
    named = bool(rule.hs_include or rule.residual_condition) or not HORIZONTAL.issuperset(asked)
    return named and bool(_markets(rule))


def _kinds(rule: Rule) -> int | None:
    """Return the kinds of goods as bits, or None if the rule names goods by code."""
    if rule.hs_include or rule.residual_condition:
        return None
    asked = {*rule.traits_all, *rule.traits_any}
    return sum(BITS[each] for each in asked - HORIZONTAL - TECHNOLOGY)


def _is_governed(known: Known) -> bool:
    code = known.code or ""
    return bool(known.yes & _GOVERNED) or any(code[:digits] in _GOVERNED_KEYS for digits in _DEPTHS)


def _named(rule: Rule) -> frozenset[str]:
    """Return the chapters, headings and subheadings that a rule names: those of its codes; or, if it needs
    traits that are not horizontal, those whose codes have all of them for sure.
    """
    if rule.hs_include:
        return _keys(rule.hs_include)
    if HORIZONTAL.issuperset(rule.traits_all):
        return frozenset()
    named: frozenset[str] | None = None
    for trait in rule.traits_all:
        here = _keys(TRAITS[trait].hs)
        named = here if named is None else _in_both(named, here)
    return named or frozenset()


def _keys(spans: Iterable[str]) -> frozenset[str]:
    return frozenset(key for span in spans for key in hs_spans.keys(span, hs_spans.COMMON_DIGITS))


def _in_both(one: Collection[str], other: Collection[str]) -> frozenset[str]:
    """Return the codes of both: a chapter includes its headings, and these their subheadings."""
    return frozenset(_below(one, other) | _below(other, one))


def _below(keys: Iterable[str], above: Collection[str]) -> set[str]:
    return {key for key in keys if any(key[:depth] in above for depth in _DEPTHS)}
