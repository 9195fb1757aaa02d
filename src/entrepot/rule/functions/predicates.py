"""The conditions of rules. Each says whether it holds of what is known, why, and what to ask if that cannot
be told. Equal conditions are one object, so a check tests each only once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as computed
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Protocol

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.facts import BITS, Known
from entrepot.rule.functions.yaml_format import number
from entrepot.rule.model import truth
from entrepot.rule.model.check import ConditionReason, Question
from entrepot.rule.model.rule import Choice, Condition, Rule
from entrepot.rule.model.truth import Truth
from entrepot.rule.model.vocabulary import DATE_BASES, MEASURES, MODES, MONEY, TRAITS
from entrepot.trade import markets, units

OPERATORS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lt, "<=": le, "=": eq, "!=": ne, ">=": ge, ">": gt,
}  # fmt: skip
# How far another day of the same shipment may lie from the one that was given.
_PLAUSIBLE = timedelta(days=60)
_NOT_SAID = "not said"


class Predicate(Protocol):
    """One condition."""

    def test(self, known: Known) -> Truth: ...
    def explain(self, known: Known) -> ConditionReason: ...
    def questions(self, known: Known) -> Iterator[Question]: ...


@dataclass(frozen=True, eq=True)
class Market:
    """Where the goods go, come from, or pass through."""

    way: str
    within: tuple[str, ...]
    but: tuple[str, ...]
    expected: str = computed(init=False, compare=False)

    def __post_init__(self) -> None:
        but = f", not {', '.join(self.but)}" if self.but else ""
        object.__setattr__(self, "expected", ", ".join(self.within) + but)

    def test(self, known: Known) -> Truth:
        for country in self._countries(known):
            if self._fits(country, known.day):
                return truth.TRUE
        return truth.FALSE

    def explain(self, known: Known) -> ConditionReason:
        return ConditionReason(self.way, self.expected, ", ".join(self._countries(known)) or _NOT_SAID)

    def questions(self, known: Known) -> Iterator[Question]:
        return iter(())

    def _fits(self, country: str, day: date) -> bool:
        return _in_any(country, self.within, day) and not _in_any(country, self.but, day)

    def _countries(self, known: Known) -> tuple[str, ...]:
        if self.way == "transit":
            return known.facts.transit
        return (known.facts.destination if self.way == "destination" else known.facts.origin,)


@lru_cache(maxsize=8192)
def _in_any(country: str, named: tuple[str, ...], day: date) -> bool:
    return any(markets.within(country, each, day) for each in named)


@dataclass(frozen=True, eq=True)
class Code:
    """What kind of goods, by their code."""

    include: tuple[str, ...]
    exclude: tuple[str, ...]
    nomenclature: str

    def test(self, known: Known) -> Truth:
        if known.code is None:
            return truth.UNKNOWN
        same = known.facts.nomenclature == self.nomenclature
        included = _in_spans(known.code, self.include, same) if self.include else truth.TRUE
        if not self.exclude:
            return included
        return truth.both(included, truth.negation(_in_spans(known.code, self.exclude, same)))

    def explain(self, known: Known) -> ConditionReason:
        hit = [span for span in self.include if known.code and self._one(known, known.code, span)]
        expected = ", ".join(hit[:3] or self.include[:6]) or "any"
        if len(self.include) > 6 and not hit:
            expected += ", …"
        if self.exclude:
            expected += f", not {', '.join(self.exclude[:6])}"
        return ConditionReason("hs_code", expected, known.code or _NOT_SAID)

    def questions(self, known: Known) -> Iterator[Question]:
        code = known.code
        open = [
            span for span in self.include if code is None or self._one(known, code, span) == truth.UNKNOWN
        ]
        text = "What is its HS code?" if code is None else f"How does its code go on after {code}?"
        yield Question(
            "hs_code", "hs_code", text, "code", [Choice(id=each, title=each) for each in open[:20]]
        )

    def _one(self, known: Known, code: str, span: str) -> Truth:
        return _in_spans(code, (span,), known.facts.nomenclature == self.nomenclature)


@lru_cache(maxsize=65536)
def _in_spans(code: str, spans: tuple[str, ...], same_nomenclature: bool) -> Truth:
    return truth.any_of(
        hs_spans.matches(hs_spans.comparable(code, span, same_nomenclature=same_nomenclature), span)
        for span in spans
    )


@dataclass(frozen=True, eq=True)
class TraitCondition:
    """What is true of the goods: `how` is all, any or none."""

    how: str
    names: tuple[str, ...]
    mask: int = computed(init=False, compare=False)
    expected: str = computed(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "mask", sum(BITS[name] for name in set(self.names)))
        object.__setattr__(self, "expected", ", ".join(self.names))

    def test(self, known: Known) -> Truth:
        mask = self.mask
        if self.how == "all":
            return truth.FALSE if mask & known.no else truth.of(True if mask & known.yes == mask else None)
        found: Truth = (
            truth.TRUE if mask & known.yes else truth.of(False if mask & known.no == mask else None)
        )
        return found if self.how == "any" else truth.negation(found)

    def explain(self, known: Known) -> ConditionReason:
        said = ", ".join(f"{name}: {('no', 'unknown', 'yes')[known.trait(name)]}" for name in self.names)
        return ConditionReason(f"traits_{self.how}", self.expected, said)

    def questions(self, known: Known) -> Iterator[Question]:
        for name in self.names:
            if known.trait(name) == truth.UNKNOWN:
                trait = TRAITS[name]
                yield Question(
                    f"trait:{name}", f"traits.{name}", trait.question, "yes_no", expert=trait.expert
                )


@dataclass(frozen=True, eq=True)
class NumberLimit:
    """A number within a limit. Money is only held against money of the same currency."""

    field: str
    op: str
    value: float
    unit: str
    currency: str
    edge: Fraction = computed(init=False, compare=False)
    expected: str = computed(init=False, compare=False)

    def __post_init__(self) -> None:
        edge = units.in_first_unit(self.value, self.unit) if self.unit else units.exact(self.value)
        object.__setattr__(self, "edge", edge)
        expected = f"{self.op} {number(self.value)} {self.unit or self.currency}".rstrip()
        object.__setattr__(self, "expected", expected)

    def test(self, known: Known) -> Truth:
        found = self._found(known)
        return truth.UNKNOWN if found is None else truth.of(OPERATORS[self.op](found, self.edge))

    def explain(self, known: Known) -> ConditionReason:
        return ConditionReason(self.field, self.expected, self._said(known))

    def questions(self, known: Known) -> Iterator[Question]:
        if self.field == MONEY:
            elsewhere = bool(known.amounts)
            yield Question(
                f"value:{self.currency}", f"values.{self.currency}" if elsewhere else "value",
                _worth(self.currency, known), "money", currency=self.currency,
            )  # fmt: skip
        else:
            measure = MEASURES[self.field]
            yield Question(
                f"measure:{self.field}", f"measures.{self.field}", measure.question, "number",
                units=units.units_like(measure.unit),
            )  # fmt: skip

    def _found(self, known: Known) -> Fraction | None:
        return known.amounts.get(self.currency) if self.field == MONEY else known.measures.get(self.field)

    def _said(self, known: Known) -> str:
        facts = known.facts
        if self.field == MONEY:
            money = facts.values.get(self.currency, facts.value if facts.currency == self.currency else None)
            return _NOT_SAID if money is None else f"{number(money)} {self.currency}"
        if self.field == "quantity" and facts.quantity is not None:
            return f"{number(facts.quantity)} pcs"
        said = facts.measures.get(self.field)
        return _NOT_SAID if said is None else f"{number(said.value)} {said.unit}"


def _worth(currency: str, known: Known) -> str:
    """Ask for the currency of the law's limit. There is no rate here to hold another one against it."""
    said = known.facts.currency
    if said is None or said == currency:
        return f"What is the consignment worth in {currency}?"
    return f"What is the consignment worth in {currency}, the law's currency (you said it in {said})?"


@dataclass(frozen=True, eq=True)
class Modes:
    """How the goods travel."""

    modes: tuple[str, ...]

    def test(self, known: Known) -> Truth:
        mode = known.facts.mode
        return truth.of(None if mode is None else mode in self.modes)

    def explain(self, known: Known) -> ConditionReason:
        return ConditionReason("mode", ", ".join(self.modes), known.facts.mode or _NOT_SAID)

    def questions(self, known: Known) -> Iterator[Question]:
        options = [Choice(id=id, title=title) for id, title in MODES.items()]
        yield Question("mode", "mode", "How does it travel?", "choice", options)


@dataclass(frozen=True, eq=True)
class DutyRoles:
    """Whose duty it is. Whoever does not say who they are sees everybody's."""

    roles: tuple[str, ...]

    def test(self, known: Known) -> Truth:
        return truth.of(known.facts.role is None or known.facts.role in self.roles)

    def explain(self, known: Known) -> ConditionReason:
        return ConditionReason("role", ", ".join(self.roles), known.facts.role or "anybody")

    def questions(self, known: Known) -> Iterator[Question]:
        return iter(())


@dataclass(frozen=True, eq=True)
class InForce:
    """Between the first and the last day of the rule."""

    basis: str
    since: date | None
    until: date | None
    expected: str = computed(init=False, compare=False)

    def __post_init__(self) -> None:
        said = (f"from {self.since}" if self.since else "", f"to {self.until}" if self.until else "")
        object.__setattr__(self, "expected", " ".join(said).strip())

    def test(self, known: Known) -> Truth:
        first, last = _days(known, self.basis)
        since, until = self.since or date.min, self.until or date.max
        if last < since or first > until:
            return truth.FALSE
        return truth.TRUE if since <= first and last <= until else truth.UNKNOWN

    def explain(self, known: Known) -> ConditionReason:
        return ConditionReason(self.basis, self.expected, _said_day(known, self.basis))

    def questions(self, known: Known) -> Iterator[Question]:
        yield _ask_day(self.basis)


@dataclass(frozen=True, eq=True)
class InSeason:
    """On some days of every year."""

    basis: str
    seasons: tuple[tuple[str, str], ...]

    def test(self, known: Known) -> Truth:
        first, last = _days(known, self.basis)
        count = (last - first).days + 1
        return _throughout(self.holds_on(first + timedelta(days=offset)) for offset in range(count))

    def holds_on(self, day: date) -> bool:
        at = f"{day.month:02}-{day.day:02}"
        return any(
            begins <= at <= ends if begins <= ends else at >= begins or at <= ends
            for begins, ends in self.seasons
        )

    def explain(self, known: Known) -> ConditionReason:
        expected = ", ".join(f"{begins} to {ends} of any year" for begins, ends in self.seasons)
        return ConditionReason(self.basis, expected, _said_day(known, self.basis))

    def questions(self, known: Known) -> Iterator[Question]:
        yield _ask_day(self.basis)


@dataclass(frozen=True, eq=True)
class Doubt:
    """That the law means these goods, where nobody is sure that it does: whoever knows the law says so."""

    rule: str
    title: str
    authority: str

    def test(self, known: Known) -> Truth:
        return truth.of(known.facts.answers.get(self.rule))

    def explain(self, known: Known) -> ConditionReason:
        said = known.facts.answers.get(self.rule)
        fact = _NOT_SAID if said is None else "answered " + ("yes" if said else "no")
        return ConditionReason("doubt", "somebody who knows the law says that it applies", fact)

    def questions(self, known: Known) -> Iterator[Question]:
        text = f"“{self.title}”: does it apply to these goods? Ask {self.authority} or a professional."
        yield Question(f"answer:{self.rule}", f"answers.{self.rule}", text, "yes_no", expert=True)


def _days(known: Known, basis: str) -> tuple[date, date]:
    """Return the day of this basis; where only another is known, the days among which it plausibly lies."""
    if (day := known.days.get(basis)) is not None:
        return day, day
    return known.day - _PLAUSIBLE, known.day + _PLAUSIBLE


def _throughout(holds: Iterator[bool]) -> Truth:
    found = set(holds)
    return truth.UNKNOWN if len(found) == 2 else truth.of(found.pop())


def _said_day(known: Known, basis: str) -> str:
    day = known.days.get(basis)
    return str(day) if day is not None else f"not said; about {known.day}"


def _ask_day(basis: str) -> Question:
    field = "date" if basis == "entry" else f"dates.{basis}"
    return Question(f"date:{basis}", field, DATE_BASES[basis], "date")


def limit(condition: Condition) -> NumberLimit:
    return NumberLimit(condition.field, condition.op, condition.value, condition.unit, condition.currency)


def predicates(rule: Rule) -> Iterator[Predicate]:
    """Yield a rule's conditions in the order in which they are tried: what narrows most, first. Where it
    applies and to which code come first, always.
    """
    yield from place_and_code(rule)
    if rule.modes:
        yield Modes(rule.modes)
    for how in ("all", "any", "none"):
        if names := getattr(rule, f"traits_{how}"):
            yield TraitCondition(how, names)
    yield from map(limit, rule.numeric)
    if rule.valid_from is not None or rule.valid_to is not None:
        yield InForce(rule.date_basis, rule.valid_from, rule.valid_to)
    if rule.seasons:
        yield InSeason(rule.date_basis, tuple((each.begins, each.ends) for each in rule.seasons))
    if rule.roles:
        yield DutyRoles(rule.roles)


def place_and_code(rule: Rule) -> Iterator[Predicate]:
    here = Market(
        "transit" if rule.direction == "transit" else "destination",
        rule.destinations, rule.exclude_destinations,
    )  # fmt: skip
    there = Market("origin", rule.origins, rule.exclude_origins)
    if rule.direction == "export":
        here, there = there, here
    yield here
    if rule.hs_include or rule.hs_exclude:
        yield Code(rule.hs_include, rule.hs_exclude, rule.nomenclature)
    if there.within != (markets.ANYWHERE,) or there.but:
        yield there
