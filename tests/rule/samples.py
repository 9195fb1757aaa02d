"""Rules, packs and facts for tests, small and valid unless a test says otherwise."""

from datetime import date
from typing import Any

import msgspec

from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import normalised
from entrepot.rule.model.check import CheckAnswer, PackRef
from entrepot.rule.model.domain import DOMAINS
from entrepot.rule.model.pack import Cover, Document, Pack
from entrepot.rule.model.rule import Citation, ProductFacts, Rule, RuleTest

TODAY = date(2026, 11, 20)


def facts(**said: Any) -> ProductFacts:
    return msgspec.convert({"origin": "CN", "destination": "NZ"} | said, ProductFacts)


def rule(id: str = "nz-battery", **said: Any) -> Rule:
    """A rule for batteries into New Zealand."""
    base: dict[str, Any] = {
        "title": f"Do what {id} says",
        "destinations": ("NZ",),
        "traits_all": ("battery",),
        "severity": "document",
        "authority": "The authority",
        "citation": Citation(law="Act 1", checked_on=date(2026, 11, 1)),
        "confidence": "known",
        "tests": (
            RuleTest(facts=facts(traits=["battery"]), expect="matched"),
            RuleTest(facts=facts(not_traits=["battery"]), expect="not_matched"),
        ),
    }
    return Rule(id=id, **(base | said))


def pack(*rules: Rule, name: str = "test", **said: Any) -> Pack:
    said.setdefault("documents", (Document(id="declaration", title="Declaration"),))
    return Pack(name=name, title="A pack for tests", rules=rules, **said)


# A pack that claims to hold every domain of law, everywhere.
ALL_OF_IT = tuple(
    Cover(domain=name, markets=("INT",), way=way, complete=True, about="All.", checked_on=date(2026, 11, 1))
    for name in DOMAINS
    for way in ("entering", "leaving")
)


def book(*rules: Rule, covers: tuple[Cover, ...] = ALL_OF_IT) -> Rulebook:
    return Rulebook([(PackRef("test", 1, "0" * 64), pack(*rules, covers=covers))])


def checked(*rules: Rule, **said: Any) -> CheckAnswer:
    return book(*rules).check(normalised(facts(**said), today=TODAY))


def ids(requirements: list[Any]) -> list[str]:
    return [each.rule.id for each in requirements]
