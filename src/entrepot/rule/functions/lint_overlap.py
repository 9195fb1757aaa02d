"""Rules that say the same of the same goods by mistake."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.lint_rule import flaw
from entrepot.rule.model import places
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.rule import Rule


def overlaps(rules: Sequence[Rule]) -> Iterator[Flaw]:
    """Rules that say the same of the same: one of them must supersede the other, or be gone."""
    alike: dict[tuple[object, ...], list[Rule]] = {}
    for rule in rules:
        alike.setdefault((rule.direction, rule.title.casefold(), rule.severity), []).append(rule)
    for group in alike.values():
        for one, other in combinations(group[:200], 2):
            if _meet(one, other) and not _settled(one, other):
                yield flaw(
                    other, "overlap",
                    f"it says the same as {one.id} for the same goods; one supersedes the other, or goes.",
                )  # fmt: skip


def _settled(one: Rule, other: Rule) -> bool:
    return one.id in (*other.supersedes, *other.exempts) or other.id in (*one.supersedes, *one.exempts)


def _meet(one: Rule, other: Rule) -> bool:
    """Whether both can hold of the same goods, as far as places, codes, days and modes tell."""
    return (
        _places_meet(one.destinations, other.destinations)
        and _places_meet(one.origins, other.origins)
        and _spans_meet(one.hs_include, other.hs_include)
        and (one.valid_from or date.min) <= (other.valid_to or date.max)
        and (other.valid_from or date.min) <= (one.valid_to or date.max)
        and (not one.modes or not other.modes or bool(set(one.modes) & set(other.modes)))
        and (one.traits_all, one.traits_any, one.traits_none, one.numeric, one.seasons, one.roles)
        == (other.traits_all, other.traits_any, other.traits_none, other.numeric, other.seasons, other.roles)
        and one.residual_condition == other.residual_condition
    )


def _places_meet(one: Sequence[str], other: Sequence[str]) -> bool:
    found = [{country for place in each for country in places.ever_within(place)} for each in (one, other)]
    return bool(found[0] & found[1])


def _spans_meet(one: Sequence[str], other: Sequence[str]) -> bool:
    if not one or not other:
        return True
    return any(_span_meets(a, b) for a in one for b in other)


def _span_meets(one: str, other: str) -> bool:
    (low, high), (first, last) = hs_spans.ends(one), hs_spans.ends(other)
    return low <= last.ljust(10, "9") and first <= high.ljust(10, "9")
