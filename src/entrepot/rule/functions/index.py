"""Rules made ready for many checks: compiled, in the order of answers, and filed by country and code."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from entrepot.rule.functions import hs_spans
from entrepot.rule.functions.predicates import Doubt, Predicate, place_and_code, predicates
from entrepot.rule.functions.residual import Residual
from entrepot.rule.model.check import EvidenceGroup, PackRef, RuleFace
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import SEVERITIES, Choice, ProductFacts, Rule
from entrepot.trade import markets

_ANY_CODE = ""
_COUNTRY_FIELDS = {"import": "in", "sale": "in", "export": "out", "transit": "through"}


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A rule with its conditions by number. The first `narrow` of them say where and which code."""

    no: int
    rule: Rule
    face: RuleFace
    conditions: tuple[int, ...]
    narrow: int
    doubt: int  # the condition that asks somebody who knows the law; -1 without one
    evidence: list[EvidenceGroup]
    has_waivers: bool
    replaces: tuple[int, ...]
    exempts: tuple[int, ...]
    rank: int  # among near misses: rules that name codes come first
    charges: bool


class RuleIndex:
    """All rules that are active together."""

    def __init__(self, packs: Sequence[tuple[PackRef, Pack]]) -> None:
        found = [(rule, ref, pack) for ref, pack in packs for rule in pack.rules]
        found.sort(key=lambda each: (SEVERITIES[each[0].severity], each[0].id))
        self.packs = [ref for ref, _ in packs]
        self.notices = sorted({pack.notice for _, pack in packs if pack.notice})
        self.conditions: list[Predicate] = []
        self._numbers: dict[Predicate, int] = {}
        numbers = {rule.id: no for no, (rule, _, _) in enumerate(found)}
        titles = {ref.name: {each.id: each.title for each in pack.documents} for ref, pack in packs}
        self.rules = [
            self._compiled(no, rule, ref, numbers, titles[ref.name])
            for no, (rule, ref, _) in enumerate(found)
        ]
        # Rules with a condition of their own, which a person answers.
        self.asking = frozenset(
            each.rule.id for each in self.rules if each.rule.residual_condition or each.rule.doubtful
        )
        self._filed: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for each in self.rules:
            self._file(each)
        self._merged: dict[tuple[str, ...], list[int]] = {}
        self._money = [_currencies(each.rule) for each in self.rules]

    def candidates(self, facts: ProductFacts) -> Sequence[int]:
        """Return the numbers, in order, of every rule whose place and code may fit these normalised facts."""
        key = (facts.origin, facts.destination, *facts.transit, "", facts.hs_code or "")
        if (found := self._merged.get(key)) is None:
            if len(self._merged) > 10_000:
                self._merged.clear()
            found = self._merged[key] = sorted(self._near(facts))
        return found

    def currencies(self, facts: ProductFacts) -> frozenset[str]:
        """Return the currencies that the rules for these facts ask about."""
        return frozenset[str]().union(*(self._money[no] for no in self.candidates(facts)))

    def _near(self, facts: ProductFacts) -> set[int]:
        ways = (("in", facts.destination), ("out", facts.origin), *(("through", c) for c in facts.transit))
        found: set[int] = set()
        for way, country in ways:
            for filed in (self._filed.get((way, country)), self._filed.get((way, markets.ANYWHERE))):
                if filed is not None:
                    for key in self._keys(facts.hs_code, filed):
                        found.update(filed.get(key, ()))
        return found

    def _keys(self, code: str | None, filed: dict[str, list[int]]) -> Iterable[str]:
        if code is None:
            return filed
        if len(code) == 2:
            return (_ANY_CODE, *(key for key in filed if key.startswith(code)))
        return (_ANY_CODE, code[:2], code[:4])

    def _compiled(
        self, no: int, rule: Rule, ref: PackRef, numbers: dict[str, int], titles: dict[str, str]
    ) -> Compiled:
        conditions = [self._number(each) for each in predicates(rule)]
        if rule.residual_condition:
            self.conditions.append(Residual(rule.id, rule.title, rule.residual_condition))
            conditions.append(len(self.conditions) - 1)
        doubt = -1
        if rule.doubtful:
            doubt = len(self.conditions)
            self.conditions.append(Doubt(rule.id, rule.title, rule.authority))
            conditions.append(doubt)
        narrow = sum(1 for each in place_and_code(rule) if getattr(each, "way", "") != _far(rule))
        return Compiled(
            no=no,
            rule=rule,
            face=_face(rule, ref),
            conditions=tuple(conditions),
            narrow=narrow,
            doubt=doubt,
            evidence=[_group(each.all_of, each.any_of, titles) for each in rule.evidence],
            has_waivers=any(each.waivers for each in rule.evidence),
            replaces=tuple(numbers[id] for id in rule.supersedes if id in numbers),
            exempts=tuple(numbers[id] for id in rule.exempts if id in numbers),
            rank=no if rule.hs_include else no + len(numbers),
            charges=rule.severity == "duty" or bool(rule.charges),
        )

    def _number(self, predicate: Predicate) -> int:
        if (found := self._numbers.get(predicate)) is None:
            found = self._numbers[predicate] = len(self.conditions)
            self.conditions.append(predicate)
        return found

    def _file(self, each: Compiled) -> None:
        rule = each.rule
        named = rule.origins if rule.direction == "export" else rule.destinations
        countries = (
            (markets.ANYWHERE,)
            if markets.ANYWHERE in named
            else {country for place in named for country in markets.ever_within(place)}
        )
        keys = {key for span in rule.hs_include for key in hs_spans.keys(span)} or {_ANY_CODE}
        for country in countries:
            filed = self._filed[_COUNTRY_FIELDS[rule.direction], country]
            for key in keys:
                filed[key].append(each.no)


def _currencies(rule: Rule) -> frozenset[str]:
    waivers = (waiver for group in rule.evidence for waiver in group.waivers)
    limits = (*rule.numeric, *(each for waiver in waivers for each in waiver.numeric))
    charged = (code for each in rule.charges for code in (each.threshold_currency, each.currency))
    return frozenset(filter(None, (*(each.currency for each in limits), *charged)))


def _far(rule: Rule) -> str:
    """Return the other end of the way, which the index does not know."""
    return "destination" if rule.direction == "export" else "origin"


def _face(rule: Rule, ref: PackRef) -> RuleFace:
    return RuleFace(
        id=rule.id, revision=rule.revision, pack=ref.name, title=rule.title, severity=rule.severity,
        direction=rule.direction, authority=rule.authority, citation=rule.citation,
        confidence=rule.confidence, mapping=rule.mapping, summary=rule.summary,
        verified_by=rule.verified_by, roles=rule.roles, valid_from=rule.valid_from, valid_to=rule.valid_to,
    )  # fmt: skip


def _group(all_of: tuple[str, ...], any_of: tuple[str, ...], titles: dict[str, str]) -> EvidenceGroup:
    return EvidenceGroup(
        [Choice(id=id, title=titles.get(id, id)) for id in all_of],
        [Choice(id=id, title=titles.get(id, id)) for id in any_of],
    )
