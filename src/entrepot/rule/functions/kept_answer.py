"""What people act on in an answer, so that two answers to the same facts can be compared."""

from collections.abc import Iterator

import msgspec

from entrepot.rule.functions.diff import changes
from entrepot.rule.model.check import CheckAnswer, DueCharge, EvidenceGroup, RuleFace
from entrepot.rule.model.life import FieldChange

_COUNTED = "revision"  # goes up with every edit, and so says nothing


class AnsweredRule(msgspec.Struct, frozen=True):
    """What an answer says of one rule, as far as people act on it."""

    may: bool
    rule: RuleFace
    evidence: list[EvidenceGroup]
    open: list[str]
    charges: list[DueCharge]


def answered_rules(answer: CheckAnswer) -> dict[tuple[str, bool], AnsweredRule]:
    """Return what an answer says, by the rule's id and whether it only may apply."""
    charges: dict[str, list[DueCharge]] = {}
    for each in answer.landed_cost.charges:
        charges.setdefault(each.rule, []).append(each)
    return {
        (each.rule.id, may): AnsweredRule(
            may, each.rule, each.evidence, each.open, charges.get(each.rule.id, [])
        )
        for may, listed in (
            (False, answer.requirements),
            (True, answer.possible),
            (False, answer.exemptions),
        )
        for each in listed
    }


def differing(before: AnsweredRule, after: AnsweredRule) -> Iterator[FieldChange]:
    """Yield the differences in what a rule says, proves, asks and costs."""
    yield from (each for each in changes(before.rule, after.rule) if each.field != _COUNTED)
    yield from (each for each in changes(before, after) if each.field != "rule")


def differ(one: CheckAnswer, other: CheckAnswer) -> bool:
    """Whether somebody would have to act otherwise."""
    before, after = answered_rules(one), answered_rules(other)
    return (
        one.verdict != other.verdict
        or before.keys() != after.keys()
        or any(any(differing(before[key], after[key])) for key in before)
    )
