"""Which rules hold of what is known: each is matched, not matched or unknown, then successors and exemptions
have their say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from entrepot.rule.functions.facts import Known
from entrepot.rule.functions.index import Compiled, RuleIndex
from entrepot.rule.model import truth
from entrepot.rule.model.truth import Truth


@dataclass(slots=True)
class Matched:
    """What came out, by number of rule, in the order of answers."""

    memo: list[Truth | None]  # what each condition says of the facts, once somebody looked
    truths: dict[int, Truth] = field(default_factory=dict)
    near: list[tuple[int, int]] = field(default_factory=list)  # (rule, condition that failed first)
    superseded: dict[int, list[int]] = field(default_factory=dict)
    exempted: dict[int, list[int]] = field(default_factory=dict)
    doubts: dict[int, list[int]] = field(default_factory=dict)  # rule → rules that may take it away


def match(index: RuleIndex, known: Known, numbers: Sequence[int] | None = None) -> Matched:
    """`numbers` are the rules to try, by default those that the index holds for possible."""
    conditions, rules = index.conditions, index.rules
    memo: list[Truth | None] = [None] * len(conditions)
    found = Matched(memo)
    deciding: list[Compiled] = []
    for no in index.candidates(known.facts) if numbers is None else numbers:
        worst: Truth = truth.TRUE
        rule = rules[no]
        for condition in rule.conditions:
            held = memo[condition]
            if held is None:
                held = memo[condition] = conditions[condition].test(known)
            if held == 0:
                if rule.conditions.index(condition) >= rule.narrow:
                    found.near.append((no, condition))
                worst = truth.FALSE
                break
            if held == 1:
                worst = truth.UNKNOWN
        if worst:
            found.truths[no] = worst
            if rule.replaces or rule.exempts:
                deciding.append(rule)
    if deciding:
        _set_aside(found, deciding)
    return found


def _set_aside(found: Matched, deciding: list[Compiled]) -> None:
    """Both laws look only at what matched by itself, so no order of rules can matter: a successor that
    matches replaces, even if something exempts from it; an exemption counts unless it is replaced itself.
    """
    matched = dict(found.truths)
    for successor in deciding:
        for no in successor.replaces:
            _lower(found, no, successor.no, matched, found.superseded)
    remaining = dict(found.truths)
    for exemption in deciding:
        if exemption.no in remaining:
            for no in exemption.exempts:
                _lower(found, no, exemption.no, remaining, found.exempted)


def _lower(found: Matched, no: int, by: int, truths: dict[int, Truth], aside: dict[int, list[int]]) -> None:
    if no not in truths:
        return
    if truths[by] == truth.TRUE:
        aside.setdefault(no, []).append(by)
        found.truths.pop(no, None)
        found.doubts.pop(no, None)
    elif no in found.truths:
        found.doubts.setdefault(no, []).append(by)
        found.truths[no] = truth.UNKNOWN
