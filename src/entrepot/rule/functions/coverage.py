"""How far the active packs know a market and a chapter. What nobody wrote rules about is not "clear"."""

from collections import Counter

import msgspec

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.facts import Known
from entrepot.rule.functions.index import Index
from entrepot.rule.model import places
from entrepot.rule.model.check import Covered
from entrepot.rule.model.rule import Rule
from entrepot.rule.model.vocabulary import TRAITS

CHAPTERS = tuple(f"{number:02}" for number in range(1, 98) if number != 77)


class ChapterCount(msgspec.Struct, frozen=True):
    """Rules of a market that name this chapter."""

    chapter: str
    rules: int


class MarketCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the packs hold for a market: `general` rules are for goods of any code, `chapters` counts those
    that name a chapter. A country has those of its groups too.
    """

    market: str
    title: str
    general: int
    chapters: list[ChapterCount]


class Coverage:
    """Counts over an index, made once."""

    def __init__(self, index: Index) -> None:
        self._specific: dict[str, Counter[str]] = {}
        self._general: Counter[str] = Counter()
        for each in index.rules:
            for market in _markets(each.rule):
                chapters = _chapters(each.rule)
                if chapters:
                    self._specific.setdefault(market, Counter()).update(chapters)
                else:
                    self._general[market] += 1

    def of(self, known: Known) -> Covered:
        """For the destination of these facts; rules for anywhere do not count as knowing a market."""
        country = known.facts.destination
        markets = places.markets_of(country, known.day)
        chapter = (known.code or "")[:2]
        general = sum(self._general[market] for market in markets)
        by_chapter = [self._specific[market] for market in markets if market in self._specific]
        specific = sum(counter[chapter] for counter in by_chapter)
        if not general and not by_chapter:
            level = "none"
        elif not chapter:
            level = "open"
        else:
            level = "specific" if specific else "general" if general else "none"
        return Covered(country, chapter, level, specific, general)  # type: ignore[arg-type]

    def map(self, market: str | None = None) -> list[MarketCoverage]:
        """Every market that rules name, or the country with its groups."""
        found = sorted(set(self._general) | set(self._specific))
        return [
            MarketCoverage(
                market=each,
                title=places.GROUPS[each].title if each in places.GROUPS else each,
                general=self._general[each],
                chapters=[
                    ChapterCount(chapter, count)
                    for chapter, count in sorted(self._specific.get(each, Counter()).items())
                ],
            )
            for each in found
            if market is None or each == market
        ]


def _markets(rule: Rule) -> tuple[str, ...]:
    if rule.direction not in ("import", "sale") or rule.exempts:
        return ()
    return tuple(place for place in rule.destinations if place != places.ANYWHERE)


def _chapters(rule: Rule) -> set[str]:
    """Of its codes; or, if it needs a trait that codes have for sure, of those."""
    spans = rule.hs_include or [span for name in rule.traits_all for span in TRAITS[name].hs]
    return {key[:2] for span in spans for key in hs_spans.keys(span)}
