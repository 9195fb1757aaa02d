"""What no field of a rule can say, as one CEL expression over the facts. Rarely needed, and bounded: an
expression is short, loops at most once and reads facts only.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import msgspec

from entrepot.rule.functions.facts import Known
from entrepot.rule.model import truth
from entrepot.rule.model.check import ConditionReason, Question
from entrepot.rule.model.rule import ProductFacts
from entrepot.rule.model.truth import Truth

_LOOP = re.compile(r"\.\s*(all|exists|exists_one|map|filter|map_filter)\s*\(")
_BROKEN = (ValueError, TypeError, RuntimeError)
_CONTEXT = "context"


class BadExpression(ValueError):
    """An expression that cannot be taken; the message says why."""


class Residual:
    """One expression of one rule. Whoever asks may also answer it outright, in `answers`."""

    __slots__ = ("expression", "program", "rule", "title")

    def __init__(self, rule: str, title: str, expression: str) -> None:
        """Raises: BadExpression."""
        self.rule, self.title, self.expression = rule, title, expression
        self.program = compiled(expression)

    def test(self, known: Known) -> Truth:
        if (said := known.facts.answers.get(self.rule)) is not None:
            return truth.of(said)
        try:
            found = self.program.execute(variables(known))
        except _BROKEN:  # it reads a fact that nobody has said
            return truth.UNKNOWN
        return truth.of(found if isinstance(found, bool) else None)

    def explain(self, known: Known) -> ConditionReason:
        said = known.facts.answers.get(self.rule)
        fact = "computed from the facts" if said is None else "answered " + ("yes" if said else "no")
        return ConditionReason("residual_condition", self.expression, fact)

    def questions(self, known: Known) -> Iterator[Question]:
        text = f"“{self.title}”: does this hold: {self.expression}?"
        yield Question(f"answer:{self.rule}", f"answers.{self.rule}", text, "yes_no")


def compiled(expression: str) -> Any:
    """Raises: BadExpression."""
    if len(_LOOP.findall(expression)) > 1:
        raise BadExpression("an expression loops at most once")
    try:
        return _cel().compile(expression)
    except _BROKEN as error:
        raise BadExpression(str(error).splitlines()[0]) from error


def variables(known: Known) -> Any:
    """Return the facts as CEL sees them; the same object for every expression of a check."""
    if (found := known.extras.get(_CONTEXT)) is None:
        found = known.extras[_CONTEXT] = _cel().Context(variables=said(known))
    return found


@cache
def _cel() -> ModuleType:
    """Return the library. A module's top would load its command line too (`cel.cli`, prompt_toolkit), a sixth
    of what every process of a node spends on imports, and few rules have an expression.
    """
    return import_module("cel")


def said(known: Known) -> dict[str, Any]:
    """Only what is known: an expression that reads anything else cannot be decided."""
    facts: ProductFacts = known.facts
    plain = msgspec.to_builtins(facts)
    words = {
        name: plain[name]
        for name in ("hs_code", "origin", "destination", "mode", "role", "value", "currency", "quantity")
        if plain.get(name) is not None
    }
    return words | {
        "date": str(known.day),
        "transit": list(facts.transit),
        "traits": {name: held == truth.TRUE for name, held in known.decided_traits()},
        "measures": {name: float(each) for name, each in known.measures.items()},
        "values": {code: float(each) for code, each in known.amounts.items()},
    }
