"""Rules that say the same of the same goods by mistake, or the contrary."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.lint_rule import flaw
from entrepot.rule.model import places
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.rule import Rule

# What decides whether a rule applies; the order within a list does not.
_LISTS = (
    "destinations", "exclude_destinations", "origins", "exclude_origins", "hs_include", "hs_exclude",
    "traits_all", "traits_any", "traits_none", "numeric", "modes", "roles", "seasons",
)  # fmt: skip
_WORDS = ("direction", "nomenclature", "date_basis", "valid_from", "valid_to", "residual_condition")


def overlaps(rules: Sequence[Rule]) -> list[Flaw]:
    """Rules that say the same of the same, or the contrary: one must supersede the other, or be gone."""
    found = [*_same_conditions(rules)]
    told = {each.rule for each in found}
    return found + [each for each in _same_titles(rules) if each.rule not in told]


def _same_conditions(rules: Sequence[Rule]) -> Iterator[Flaw]:
    """Whatever their titles. Each rule is held against the first of its like, and against a prohibition."""
    groups: dict[tuple[object, ...], list[Rule]] = {}
    for rule in rules:
        groups.setdefault(_conditions(rule), []).append(rule)
    for group in groups.values():
        firsts: dict[str, Rule] = {}
        for rule in group:
            firsts.setdefault(rule.severity, rule)
        forbids = firsts.get("prohibited")
        for rule in group:
            first = firsts[rule.severity]
            if forbids is not None and rule.severity != "prohibited" and not _settled(forbids, rule):
                yield flaw(
                    rule, "contradiction",
                    f"it asks for something where {forbids.id} prohibits the same goods; one supersedes or "
                    "exempts from the other, or goes.",
                )  # fmt: skip
            elif first is not rule and not _settled(first, rule):
                yield flaw(
                    rule, "overlap",
                    f"its conditions and severity are those of {first.id}; one supersedes the other, or both "
                    "become one rule.",
                )  # fmt: skip


def _conditions(rule: Rule) -> tuple[object, ...]:
    lists = (frozenset(getattr(rule, field)) for field in _LISTS)
    return (*(getattr(rule, field) for field in _WORDS), *lists)


def _same_titles(rules: Sequence[Rule]) -> Iterator[Flaw]:
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


def idle(rules: Sequence[Rule], around: Mapping[str, Rule]) -> Iterator[Flaw]:
    """Rules that would take away one that never holds of the same goods. Days do not count: a law that
    followed another may say so.
    """
    every = {**around, **{rule.id: rule for rule in rules}}
    for rule in rules:
        for field in ("supersedes", "exempts"):
            for number, id in enumerate(getattr(rule, field)):
                apart = "" if id not in every else _apart(rule, every[id])
                if apart:
                    yield flaw(
                        rule, "never_acts", f"it and {id} are never about the same goods: {apart}.",
                        f"{field}[{number}]",
                    )  # fmt: skip


def _apart(one: Rule, other: Rule) -> str:
    """What two rules have so differently that they cannot both hold; empty if nothing. What leaves one
    country enters another, so rules of every direction can meet.
    """
    if not _modes_meet(one, other):
        return "they have no way of transport in common"
    for field in ("destinations", "origins"):
        if _countries(getattr(one, field)).isdisjoint(_countries(getattr(other, field))):
            return f"they have none of their {field} in common"
    return "" if _spans_meet(one.hs_include, other.hs_include) else "they have no HS code in common"


def _modes_meet(one: Rule, other: Rule) -> bool:
    return not one.modes or not other.modes or bool(set(one.modes) & set(other.modes))


def _settled(one: Rule, other: Rule) -> bool:
    return one.id in (*other.supersedes, *other.exempts) or other.id in (*one.supersedes, *one.exempts)


def _meet(one: Rule, other: Rule) -> bool:
    """Whether both can hold of the same goods, as far as places, codes, days and modes tell. What costs
    most is tried last.
    """
    return (
        (one.traits_all, one.traits_any, one.traits_none, one.numeric, one.seasons, one.roles)
        == (other.traits_all, other.traits_any, other.traits_none, other.numeric, other.seasons, other.roles)
        and one.residual_condition == other.residual_condition
        and (one.valid_from or date.min) <= (other.valid_to or date.max)
        and (other.valid_from or date.min) <= (one.valid_to or date.max)
        and _modes_meet(one, other)
        and not _countries(one.destinations).isdisjoint(_countries(other.destinations))
        and not _countries(one.origins).isdisjoint(_countries(other.origins))
        and _spans_meet(one.hs_include, other.hs_include)
    )


@lru_cache(maxsize=4096)
def _countries(named: tuple[str, ...]) -> frozenset[str]:
    return frozenset(country for place in named for country in places.ever_within(place))


def _spans_meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if not one or not other:
        return True
    mine, theirs = _ranges(one), _ranges(other)
    at = 0
    for low, high in mine:
        while at < len(theirs) and theirs[at][1] < low:
            at += 1
        if at < len(theirs) and theirs[at][0] <= high:
            return True
    return False


@lru_cache(maxsize=4096)
def _ranges(spans: tuple[str, ...]) -> list[tuple[str, str]]:
    """From the first code to the last, in order, none touching the next."""
    found: list[tuple[str, str]] = []
    for first, last in sorted(hs_spans.ends(span) for span in spans):
        low, high = first.ljust(10, "0"), last.ljust(10, "9")
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found
