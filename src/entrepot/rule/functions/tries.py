"""A rule's own tests: facts, and what the rule must say about them."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from entrepot.rule.functions.facts import BadFact, Known, normalised
from entrepot.rule.functions.predicates import OPERATORS, predicates
from entrepot.rule.functions.residual import Residual
from entrepot.rule.model import truth
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.rule import Condition, ProductFacts, Rule
from entrepot.trade import units


def failures(rule: Rule) -> Iterator[Flaw]:
    """Yield each test that does not come out as expected."""
    for number, test in enumerate(rule.tests, start=1):
        try:
            said = outcome(rule, test.facts)
        except BadFact as error:
            reason = f"test {number} has impossible facts: {error}"
        else:
            if said == test.expect:
                continue
            reason = f"test {number} expects {test.expect}, but it is {said}."
        yield Flaw(code="test", rule=rule.id, reason=reason, field=f"tests[{number - 1}]")


def outcome(rule: Rule, facts: ProductFacts) -> str:
    """Return `matched`, `not_matched` or `unknown` for the rule alone. Raises: BadFact."""
    known = Known(normalised(facts, today=usual_day(rule)))
    held = truth.all_of(each.test(known) for each in predicates(rule))
    if held and rule.residual_condition:
        held = truth.both(held, Residual(rule.id, rule.title, rule.residual_condition).test(known))
    return truth.NAMES[held]


def usual_day(rule: Rule) -> date:
    """Return the day on which a test without one is tried: when the citation was checked, while it is in
    force.
    """
    day = max(rule.citation.checked_on, rule.valid_from or date.min)
    return min(day, rule.valid_to or date.max)


def meets(number: Fraction, condition: Condition) -> bool:
    """Whether a number, in the dimension's first unit, is within the limit."""
    return OPERATORS[condition.op](number, limit_of(condition))


def limit_of(condition: Condition) -> Fraction:
    """Return the limit in the first unit of its dimension; money as it is."""
    if not condition.unit:
        return units.exact(condition.value)
    return units.in_first_unit(condition.value, condition.unit)
