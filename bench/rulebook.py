"""10,000 synthetic rules and products, and the same rules for three engines: ours, zen's decision tables and
CEL programs.
"""

import json
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import cel
import msgspec
import zen

from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import Known, normalised
from entrepot.rule.functions.match import match
from entrepot.rule.model import truth
from entrepot.rule.model.check import PackRef
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.rule import SEVERITIES, Citation, Condition, Evidence, ProductFacts, Rule
from entrepot.trade import markets

_DAY = date(2026, 5, 1)
_MARKETS = ("EU", "US", "GB", "CN", "AU", "JP", "BR")
_CHAPTERS = ("39", "61", "73", "84", "85", "94", "95")
_TRAITS = ("battery", "radio", "toy", "consumer", "electrical", "food_contact", "laser", "packaging")


def rules(count: int) -> list[Rule]:
    """A third for all goods of a chapter, a third for headings, a third for subheadings; half want a trait, a
    fifth a value, all have a first day.
    """
    dice = random.Random(5)
    return [_rule(dice, number) for number in range(count)]


def _rule(dice: random.Random, number: int) -> Rule:
    code = f"{dice.choice(_CHAPTERS)}{dice.randrange(1, 6):02}{dice.choice((10, 20, 30))}"
    limit = Condition(field="value", op="<=", value=dice.choice((150, 800, 5000)), currency="EUR")
    return Rule(
        id=f"rule-{number}",
        title=f"Requirement {number}",
        summary="What to do about it, in a sentence of usual length, as the forms would hold it.",
        destinations=(dice.choice(_MARKETS),),
        hs_include=(code[: dice.choice((2, 4, 6))],),
        traits_all=(dice.choice(_TRAITS),) if dice.random() < 0.5 else (),
        numeric=(limit,) if dice.random() < 0.2 else (),
        valid_from=date(dice.randrange(2018, 2029), 1, 1),
        severity=dice.choice(tuple(SEVERITIES)),  # type: ignore[arg-type]
        evidence=(Evidence(all_of=("declaration", "report")),),
        authority="Market surveillance authority",
        citation=Citation(law="Regulation 1", article="Art. 2", checked_on=date(2026, 1, 1)),
        confidence="known",
    )


def products(count: int) -> list[ProductFacts]:
    """Fully described, so that no engine needs a third value."""
    dice = random.Random(7)
    return [
        normalised(
            ProductFacts(
                hs_code=f"{dice.choice(_CHAPTERS)}{dice.randrange(1, 6):02}{dice.choice((10, 20, 30))}",
                origin="CN",
                destination=dice.choice(("DE", "FR", "US", "GB", "JP")),
                date=_DAY,
                traits=tuple(dice.sample(_TRAITS, 6)),
                no_other_traits=True,
                value=float(dice.choice((50, 400, 2000))),
                currency="EUR",
            ),
            today=_DAY,
        )
        for _ in range(count)
    ]


# ---- ours -------------------------------------------------------------------------------------------


class Ours:
    """With the full explanation: every reason, evidence, near misses, coverage, hashes."""

    name = "ours, indexed, fully explained"

    def __init__(self, made: Sequence[Rule]) -> None:
        documents = (Document(id="declaration", title="D"), Document(id="report", title="R"))
        pack = Pack(name="bench", title="Bench", documents=documents, rules=tuple(made))
        self.book = Rulebook([(PackRef("bench", 1, "0" * 64), pack)])

    def prepared(self, facts: ProductFacts) -> ProductFacts:
        return facts

    def evaluate(self, facts: ProductFacts) -> set[str]:
        return {each.rule.id for each in self.ask(facts).requirements}

    def ask(self, facts: ProductFacts) -> Any:
        return self.book.check(facts)


class OursWithoutIndex(Ours):
    """The same matcher over every rule, without explanations."""

    name = "ours, full scan, not explained"

    def evaluate(self, facts: ProductFacts) -> set[str]:
        found = self.ask(facts).truths
        return {self.book.index.rules[no].rule.id for no, held in found.items() if held == truth.TRUE}

    def ask(self, facts: ProductFacts) -> Any:
        return match(self.book.index, Known(facts), range(len(self.book.index.rules)))


# ---- the others -------------------------------------------------------------------------------------


def _plain(facts: ProductFacts) -> dict[str, Any]:
    known = Known(facts)
    return {
        "destination": facts.destination,
        "hs": facts.hs_code,
        "value": facts.value,
        "day": int(f"{facts.date:%Y%m%d}"),
        "traits": {name: known.trait(name) == truth.TRUE for name in _TRAITS},  # a toy is for consumers too
    }


def _countries(rule: Rule) -> list[str]:
    [place] = rule.destinations
    return sorted(each for each in markets.ever_within(place) if markets.within(each, place, _DAY))


def _first_day(rule: Rule) -> int:
    return int(f"{rule.valid_from:%Y%m%d}")


class Zen:
    """One decision table that collects; a row per rule."""

    name = "zen-engine, collecting table"

    def __init__(self, made: Sequence[Rule]) -> None:
        self._decision = zen.ZenEngine().create_decision(json.dumps(_table([_row(each) for each in made])))

    def prepared(self, facts: ProductFacts) -> dict[str, Any]:
        return _plain(facts)

    def ask(self, facts: dict[str, Any]) -> Any:
        return self._decision.evaluate(facts)["result"]

    def evaluate(self, facts: dict[str, Any]) -> set[str]:
        return {each["rule"] for each in self.ask(facts)}


_COLUMNS = ("destination", "hs", "value", "day", *(f"traits.{name}" for name in _TRAITS))


def _row(rule: Rule) -> dict[str, str]:
    limits = [f"<= {each.value}" for each in rule.numeric]
    return {
        "_id": rule.id,
        "destination": " , ".join(f"'{each}'" for each in _countries(rule)),
        "hs": f"startsWith($, '{rule.hs_include[0]}')",
        "value": limits[0] if limits else "",
        "day": f">= {_first_day(rule)}",
        **{f"traits.{name}": "true" if name in rule.traits_all else "" for name in _TRAITS},
        "rule": f"'{rule.id}'",
    }


def _table(rows: list[dict[str, str]]) -> dict[str, Any]:
    content = {
        "hitPolicy": "collect",
        "rules": rows,
        "inputs": [{"id": each, "name": each, "field": each} for each in _COLUMNS],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "passThrough": False,
        "executionMode": "single",
    }
    at = {"position": {"x": 0, "y": 0}}
    return {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "content": {}, **at},
            {"id": "table", "type": "decisionTableNode", "name": "table", "content": content, **at},
            {"id": "out", "type": "outputNode", "name": "out", "content": {}, **at},
        ],
        "edges": [
            {"id": "1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }


class Cel:
    """One compiled program per rule, all with one context."""

    name = "common-expression-language, a program per rule"

    def __init__(self, made: Sequence[Rule]) -> None:
        self._programs = [(each.id, cel.compile(_expression(each))) for each in made]

    def prepared(self, facts: ProductFacts) -> Any:
        return cel.Context(variables=_plain(facts))

    def ask(self, context: Any) -> Any:
        return [id for id, program in self._programs if program.execute(context)]

    def evaluate(self, context: Any) -> set[str]:
        return set(self.ask(context))


def _expression(rule: Rule) -> str:
    parts = [
        f"hs.startsWith('{rule.hs_include[0]}')",
        f"destination in {_countries(rule)}",
        *(f"traits.{name}" for name in rule.traits_all),
        *(f"value <= {each.value:.1f}" for each in rule.numeric),
        f"day >= {_first_day(rule)}",
    ]
    return " && ".join(parts)


ENGINES = (Ours, OursWithoutIndex, Zen, Cel)


def encoded_bytes(facts: ProductFacts, ours: Ours) -> int:
    return len(msgspec.json.encode(ours.ask(facts)))
