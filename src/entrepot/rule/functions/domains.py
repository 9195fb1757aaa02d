"""Which domains of law can touch goods on their way, and how completely the active packs cover them."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.facts import BITS, Known
from entrepot.rule.model import truth
from entrepot.rule.model.check import CoveredDomains
from entrepot.rule.model.domain import DOMAINS
from entrepot.rule.model.pack import Cover, Pack
from entrepot.trade import markets

Level = Literal["none", "partial", "complete"]
_LEVELS: tuple[Level, ...] = ("none", "partial", "complete")
_MOST_KEPT = 10_000


class _Touch(NamedTuple):
    """A domain with its traits as bits."""

    name: str
    traits: int
    denied: int
    places: frozenset[str]
    border: bool
    leaving: bool


def _bits(names: Iterable[str]) -> int:
    return sum(BITS[name] for name in names)


_TOUCHES = tuple(
    _Touch(name, _bits(each.traits), _bits(each.denied), frozenset(each.places), each.border, each.leaving)
    for name, each in DOMAINS.items()
)
_DECIDING = _bits({trait for each in DOMAINS.values() for trait in (*each.traits, *each.denied)})


class Domains:
    """What the packs cover, asked by the goods, the way and the day."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        self._covers: dict[tuple[str, str], list[Cover]] = {}
        for pack in packs:
            for cover in pack.covers:
                self._covers.setdefault((cover.way, cover.domain), []).append(cover)
        self._found: dict[tuple[object, ...], tuple[CoveredDomains, CoveredDomains]] = {}

    def of(self, known: Known) -> tuple[CoveredDomains, CoveredDomains]:
        """Return what the law of the destination covers, and the origin's about goods that leave it."""
        facts = known.facts
        key = (
            known.code, facts.origin, facts.destination, facts.transit, known.day, known.yes & _DECIDING,
            known.denied & _DECIDING,
        )  # fmt: skip
        if (found := self._found.get(key)) is None:
            if len(self._found) > _MOST_KEPT:
                self._found.clear()
            found = self._found[key] = self._asked(known)
        return found

    def map(self, market: str, day: date) -> CoveredDomains:
        """Return how far each domain is covered of goods that enter a market: "complete" only of all goods
        that it can touch, whatever their origin.
        """
        named = {markets.ANYWHERE, *markets.with_groups(market, day)}
        levels = {name: self._widest(name, named, day) for name in DOMAINS}
        return _told(levels)

    def _asked(self, known: Known) -> tuple[CoveredDomains, CoveredDomains]:
        facts = known.facts
        touching = _touching(known)
        inside = markets.in_one_union(facts.origin, facts.destination, known.day)
        entering = [each for each in touching if not (each.border and inside)]
        leaving = [each for each in touching if each.leaving] if not inside else []
        return (
            _told(
                {each.name: self._level(each.name, "entering", facts.destination, known) for each in entering}
            ),
            _told({each.name: self._level(each.name, "leaving", facts.origin, known) for each in leaving}),
        )

    def _level(self, domain: str, way: str, country: str, known: Known) -> Level:
        named = {markets.ANYWHERE, *markets.markets_of(country, known.day)}
        best = 0
        for cover in self._covers.get((way, domain), ()):
            if _on(cover, known.day) and not named.isdisjoint(cover.markets):
                best = max(best, _fits(cover, known))
        return _LEVELS[best]

    def _widest(self, domain: str, named: set[str], day: date) -> Level:
        found = [
            cover
            for cover in self._covers.get(("entering", domain), ())
            if _on(cover, day) and not named.isdisjoint(cover.markets)
        ]
        whole = any(
            each.complete and not (each.hs_include or each.hs_exclude or each.exclude_origins)
            for each in found
        )
        return "complete" if whole else "partial" if found else "none"


def _touching(known: Known) -> list[_Touch]:
    by_code = _by_code(known.code)
    facts = known.facts
    places = {facts.origin, facts.destination, *facts.transit}
    return [
        each
        for each in _TOUCHES
        if (each.name in by_code or each.traits & known.yes)
        and not (each.denied and each.denied & known.denied == each.denied)
        and (not each.places or not each.places.isdisjoint(places))
    ]


@lru_cache(maxsize=8192)
def _by_code(code: str | None) -> frozenset[str]:
    """Return the domains whose codes this one is among, or may be once it is longer."""
    if code is None:
        return frozenset(DOMAINS)
    return frozenset(
        name for name, each in DOMAINS.items() if not each.hs or _within(code, each.hs) != truth.FALSE
    )


def _within(code: str, spans: Sequence[str]) -> truth.Truth:
    return truth.any_of(hs_spans.matches(code, span) for span in spans)


def _fits(cover: Cover, known: Known) -> int:
    """Return how far a cover of the right market and day reaches these goods, as a number of `_LEVELS`."""
    included: truth.Truth = truth.TRUE
    if cover.hs_include:
        included = truth.UNKNOWN if known.code is None else _within(known.code, cover.hs_include)
    excluded: truth.Truth = truth.FALSE
    if cover.hs_exclude:
        excluded = truth.UNKNOWN if known.code is None else _within(known.code, cover.hs_exclude)
    held = truth.both(included, truth.negation(excluded))
    if held == truth.FALSE or any(
        markets.within(known.facts.origin, each, known.day) for each in cover.exclude_origins
    ):
        return 0
    return 2 if cover.complete and held == truth.TRUE else 1


def _on(cover: Cover, day: date) -> bool:
    return (cover.valid_from or date.min) <= day <= (cover.valid_to or date.max)


def _told(levels: dict[str, Level]) -> CoveredDomains:
    by_level = {level: [name for name, found in levels.items() if found == level] for level in _LEVELS}
    return CoveredDomains(**by_level)
