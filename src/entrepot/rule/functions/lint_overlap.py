"""Rules that say the same of the same goods by mistake, or the contrary."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import combinations

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.lint_rule import flaw
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.rule import Rule
from entrepot.rule.model.vocabulary import TRAITS
from entrepot.trade import markets

# What decides whether a rule applies; the order within a list does not.
_LISTS = (
    "destinations", "exclude_destinations", "origins", "exclude_origins", "traits_all", "traits_any",
    "traits_none", "numeric", "modes", "roles", "seasons",
)  # fmt: skip
_WORDS = (
    "direction", "nomenclature", "date_basis", "valid_from", "valid_to", "residual_condition",
)  # fmt: skip


def overlaps(rules: Sequence[Rule], around: Mapping[str, Rule]) -> list[Flaw]:
    """Rules that say the same of the same as another, or ask for something where it prohibits: one must
    supersede the other, or be gone.
    """
    found = [*_same_conditions(rules), *_forbidden(rules)]
    told = {each.rule for each in found}
    return found + [each for each in _same_titles(rules, around) if each.rule not in told]


def _same_conditions(rules: Sequence[Rule]) -> Iterator[Flaw]:
    """Whatever their titles; in one pack, as another may well ask for more. Each rule is held against the
    first of its like.
    """
    firsts: dict[tuple[object, ...], Rule] = {}
    for rule in rules:
        first = firsts.setdefault((rule.severity, *_conditions(rule)), rule)
        if first is not rule and not _settled(first, rule):
            yield flaw(
                rule, "overlap",
                f"its conditions and severity are those of {first.id}; one supersedes the other, or both "
                "become one rule.",
            )  # fmt: skip


def _forbidden(rules: Sequence[Rule]) -> Iterator[Flaw]:
    """Rules that only ever hold where a prohibition of the pack does. Another pack may be stricter."""
    forbidding = [rule for rule in rules if rule.severity == "prohibited"]
    for rule in rules:
        if rule.severity in ("prohibited", "information"):
            continue
        for forbids in forbidding:
            if _within(rule, forbids) and not _settled(forbids, rule):
                yield flaw(
                    rule, "contradiction",
                    f"it asks for something where {forbids.id} prohibits the same goods; one supersedes or "
                    "exempts from the other, or goes.",
                )  # fmt: skip
                break


def _conditions(rule: Rule) -> tuple[object, ...]:
    lists = (frozenset(getattr(rule, field)) for field in _LISTS)
    codes = (tuple(_ranges(span)) for span in (rule.hs_include, rule.hs_exclude))
    return (*(getattr(rule, field) for field in _WORDS), *codes, *lists)


def _within(inner: Rule, outer: Rule) -> bool:
    """Whether the outer holds wherever the inner does, as far as their words tell."""
    traits = _with_implied(inner.traits_all)
    return (
        (outer.direction, outer.date_basis, outer.nomenclature)
        == (inner.direction, inner.date_basis, inner.nomenclature)
        and not outer.residual_condition
        and traits.issuperset(outer.traits_all)
        and (not outer.traits_any or not traits.isdisjoint(outer.traits_any))
        and set(outer.traits_none) <= set(inner.traits_none)
        and set(outer.numeric) <= set(inner.numeric)
        and (not outer.seasons or outer.seasons == inner.seasons)
        and all(
            not wide or (narrow and set(narrow) <= set(wide))
            for wide, narrow in ((outer.modes, inner.modes), (outer.roles, inner.roles))
        )
        and (outer.valid_from or date.min) <= (inner.valid_from or date.min)
        and (outer.valid_to or date.max) >= (inner.valid_to or date.max)
        and _places_of(inner.destinations, inner.exclude_destinations)
        <= _places_of(outer.destinations, outer.exclude_destinations)
        and _places_of(inner.origins, inner.exclude_origins)
        <= _places_of(outer.origins, outer.exclude_origins)
        and set(outer.hs_exclude) <= set(inner.hs_exclude)
        and _spans_within(inner.hs_include, outer.hs_include)
    )


def _places_of(named: tuple[str, ...], but: tuple[str, ...]) -> frozenset[str]:
    return _countries(named) - _countries(but)


@lru_cache(maxsize=4096)
def _with_implied(traits: tuple[str, ...]) -> frozenset[str]:
    found = set(traits)
    for trait in traits:
        found |= _with_implied(TRAITS[trait].implies)
    return frozenset(found)


def _spans_within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    if not outer:
        return True
    around = _ranges(outer)
    return bool(inner) and all(
        any(first <= low and high <= last for first, last in around) for low, high in _ranges(inner)
    )


def _same_titles(rules: Sequence[Rule], around: Mapping[str, Rule]) -> Iterator[Flaw]:
    alike: dict[tuple[object, ...], list[Rule]] = {}
    for rule in (*around.values(), *rules):
        alike.setdefault((rule.direction, rule.title.casefold(), rule.severity), []).append(rule)
    for group in alike.values():
        for one, other in combinations(group[:200], 2):
            if other.id not in around and _meet(one, other) and not _settled(one, other):
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
    """Return what two rules have so differently that they cannot both hold; empty if nothing. What leaves one
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
        and _places_meet(one, other)
        and _spans_meet(one.hs_include, other.hs_include)
    )


def _places_meet(one: Rule, other: Rule) -> bool:
    """Whether the places meet on the day from which both are in force: groups lose and gain members."""
    day = max(each.valid_from or date.min for each in (one, other))
    return all(
        not _members(getattr(one, field), day).isdisjoint(_members(getattr(other, field), day))
        for field in ("destinations", "origins")
    )


@lru_cache(maxsize=4096)
def _members(named: tuple[str, ...], day: date) -> frozenset[str]:
    if day == date.min:
        return _countries(named)
    return frozenset(
        each for each in _countries(named) if any(markets.within(each, name, day) for name in named)
    )


@lru_cache(maxsize=4096)
def _countries(named: tuple[str, ...]) -> frozenset[str]:
    return frozenset(country for place in named for country in markets.ever_within(place))


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
    """Yield ranges from the first code to the last, in order, with a gap before the next."""
    found: list[tuple[str, str]] = []
    for first, last in sorted(hs_spans.ends(span) for span in spans):
        low, high = first.ljust(10, "0"), last.ljust(10, "9")
        if found and int(low) <= int(found[-1][1]) + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found
