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
from entrepot.rule.model.vocabulary import MEASURES, TRAITS

# Parts a text into tokens: comments and strings, in which no word counts, names, and single characters.
_TOKENS = re.compile(
    r"""(?P<apart>//[^\n]*|\s+)
      | (?P<text>[bBrR]{0,2}(?:\"{3}.*?\"{3}|\'{3}.*?\'{3}|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'))
      | (?P<name>[A-Za-z_]\w*)
      | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
# The macros of CEL and of its extensions that go through a list or a map. One may run through the facts,
# which are bounded; three within each other take seconds for lists of 200, and nothing can stop them.
_LOOPS = frozenset((
    "all", "exists", "exists_one", "existsOne", "map", "filter", "map_filter", "transformList",
    "transformMap", "transformMapEntry", "sortBy",
))  # fmt: skip
_UNSAID = re.compile(r"Undefined variable or function: '(\w+)'")
# All that the library raises at what an expression or the facts may hold; a bug of ours is none of them.
_BROKEN = (ValueError, TypeError, RuntimeError, LookupError, ArithmeticError)
_CONTEXT = "context"
_SCALARS = ("hs_code", "origin", "destination", "mode", "role", "value", "currency", "quantity")
_BY_NAME = {"traits": TRAITS, "measures": MEASURES}
_WORDS = frozenset((
    "true", "false", "null", "in", "int", "uint", "double", "string", "bool", "bytes", "list", "map", "type",
    "null_type", "dyn", "timestamp", "duration", *_SCALARS, "date", "transit", "values", *_BY_NAME,
))  # fmt: skip


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
        found = self._computed(known)
        return truth.UNKNOWN if isinstance(found, str) else truth.of(found)

    def explain(self, known: Known) -> ConditionReason:
        if (said := known.facts.answers.get(self.rule)) is not None:
            fact = "answered " + ("yes" if said else "no")
        else:
            found = self._computed(known)
            fact = found if isinstance(found, str) else "computed from the facts"
        return ConditionReason("residual_condition", self.expression, fact)

    def questions(self, known: Known) -> Iterator[Question]:
        text = f"“{self.title}”: does this hold: {self.expression}?"
        yield Question(f"answer:{self.rule}", f"answers.{self.rule}", text, "yes_no")

    def _computed(self, known: Known) -> bool | str:
        """Return what it comes to, or why that cannot be told."""
        try:
            found = self.program.execute(variables(known))
        except KeyError as error:  # a measure, trait or value that nobody has said
            return f"not said: {error.args[0]}"
        except _BROKEN as error:
            unsaid = _UNSAID.search(str(error))
            return f"not said: {unsaid[1]}" if unsaid else f"cannot be told: {_first_line(error)}"
        return found if isinstance(found, bool) else f"cannot be told: {type(found).__name__} is no yes or no"


def compiled(expression: str) -> Any:
    """Raises: BadExpression."""
    if len(list(_loops(expression))) > 1:
        raise BadExpression("an expression loops at most once")
    try:
        return _cel().compile(expression)
    except _BROKEN as error:
        raise BadExpression(_first_line(error)) from error


def _loops(expression: str) -> Iterator[str]:
    """Yield the macros that it calls: a name behind a dot and before a bracket, whatever stands between."""
    tokens = _tokens(expression)
    for before, name, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before == "." and after == "(" and name in _LOOPS:
            yield name


def strange_names(expression: str) -> list[str]:
    """Return what it reads and nobody can ever say: a name that is no fact, such as a misspelt trait."""
    tokens = ["", "", *_tokens(expression), "", ""]
    own = {tokens[at + 2] for at in range(len(tokens) - 2) if tokens[at] in _LOOPS and tokens[at + 1] == "("}
    found = []
    for at in range(2, len(tokens) - 2):
        name, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
        if not name.isidentifier() or after == "(":
            continue
        if before != "." and name not in _WORDS and name not in own:
            found.append(name)
        if before == "." and name not in _BY_NAME.get(tokens[at - 2], (name,)):
            found.append(f"{tokens[at - 2]}.{name}")
    return found


def _tokens(expression: str) -> list[str]:
    return [each[0] for each in _TOKENS.finditer(expression) if each.lastgroup != "apart"]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


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
    words = {name: plain[name] for name in _SCALARS if plain.get(name) is not None}
    return words | {
        "date": str(known.day),
        "transit": list(facts.transit),
        "traits": {name: held == truth.TRUE for name, held in known.decided_traits()},
        "measures": {name: float(each) for name, each in known.measures.items()},
        "values": {code: float(each) for code, each in known.amounts.items()},
    }
