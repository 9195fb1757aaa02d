"""The check: facts against all active rules, with everything that explains the answer."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from entrepot.rule.functions import formats, landed_cost
from entrepot.rule.functions.coverage import Coverage
from entrepot.rule.functions.facts import Known, with_implied
from entrepot.rule.functions.index import Compiled, RuleIndex
from entrepot.rule.functions.match import Matched, match
from entrepot.rule.functions.predicates import Predicate, TraitCondition, limit
from entrepot.rule.model import truth
from entrepot.rule.model.check import (
    MOST_NEAR_MISSES,
    MOST_QUESTIONS,
    CheckAnswer,
    CheckVerdict,
    ConditionReason,
    Covered,
    EvidenceGroup,
    NearMiss,
    PackRef,
    Question,
    Requirement,
    SetAside,
)
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import SEVERITIES, Evidence, ProductFacts, Rule, Waiver
from entrepot.rule.model.truth import Truth
from entrepot.rule.model.vocabulary import TRAITS

_WAY = "mode"  # decides at once most of what the law of transport asks
_encoder = msgspec.json.Encoder(order="deterministic")


class Rulebook:
    """All packs that are active together, ready to be asked."""

    def __init__(self, packs: Sequence[tuple[PackRef, Pack]]) -> None:
        packs = sorted(packs, key=lambda each: each[0].name)
        self.index = RuleIndex(packs)
        self.coverage = Coverage(self.index, (pack for _, pack in packs))
        self.packs = packs
        self.hash = set_hash((ref.name, ref.version, ref.hash) for ref, _ in packs)

    def check(self, facts: ProductFacts) -> CheckAnswer:
        """Check normalised facts."""
        return _answer(self, Known(facts))


def set_hash(packs: Iterable[tuple[str, int, str]]) -> str:
    """Return the hash that names a set of packs, each given by name, version and hash."""
    return hashlib.sha256("\n".join(sorted(f"{n} {v} {h}" for n, v, h in packs)).encode()).hexdigest()


def encoded(answer: CheckAnswer) -> bytes:
    """Return the answer in its canonical bytes."""
    return _encoder.encode(answer)


def input_hash(facts: ProductFacts) -> str:
    return formats.digest(_encoder.encode(facts))


def verdict(
    *, sure: bool, open: bool, doubtful: bool, prohibited: bool, about_goods: bool, covered: Covered
) -> CheckVerdict:
    """Return the first that holds, given whether something applies for sure or perhaps (`open`), whether
    something may forbid or restrict and only somebody who knows the law can tell (`doubtful`), and whether
    one of these rules speaks of the goods:

    prohibited     something that applies forbids it
    not_covered    no pack knows the market, or none the code and nothing found speaks of these goods; or
                   nothing was found, and a domain of law that can touch them is not covered completely; or
                   nothing is open but what only an expert can tell, which may forbid it
    unknown        an answer is missing that can change the list (also which code it has)
    requirements   this list, and as far as the packs know nothing else
    clear          the packs know the code and cover every domain that can touch it, and nothing applies
    """
    if prohibited:
        return "prohibited"
    known = covered.level in ("specific", "open") or (covered.level == "general" and about_goods)
    if not known:
        return "not_covered"
    if covered.level == "open" or open:
        return "unknown"
    if doubtful:
        return "not_covered"
    return "requirements" if sure else "clear" if covered.whole else "not_covered"


def _answer(book: Rulebook, known: Known) -> CheckAnswer:
    index = book.index
    matched = match(index, known)
    reasons = _Reasons(index, known)
    open = doubtful = False
    applying: list[Requirement] = []
    possible: list[Requirement] = []
    exemptions: list[Requirement] = []
    charging: tuple[list[Rule], list[Rule]] = ([], [])  # for sure, and perhaps
    for no, held in matched.truths.items():
        each = index.rules[no]
        shown = _requirement(each, matched, reasons)
        if each.exempts:
            exemptions.append(shown)
            continue
        if each.charges:
            charging[held != truth.TRUE].append(each.rule)
        if held == truth.TRUE:
            applying.append(shown)
            continue
        possible.append(shown)
        if _waits_for_expert(each, matched):
            doubtful = doubtful or each.rule.severity in ("prohibited", "restricted")
        else:
            open = True
    covered = book.coverage.of(known)
    said = verdict(
        sure=bool(applying),
        open=open,
        doubtful=doubtful,
        prohibited=bool(applying) and applying[0].rule.severity == "prohibited",
        about_goods=book.coverage.speaks_of(matched.truths, known),
        covered=covered,
    )
    return CheckAnswer(
        verdict=said,
        requirements=applying,
        possible=possible,
        questions=_questions(matched, reasons),
        near_misses=_near_misses(matched, reasons),
        exemptions=exemptions,
        exempted=_set_aside(index, matched.exempted),
        superseded=_set_aside(index, matched.superseded),
        landed_cost=landed_cost.landed_cost(charging[0], charging[1], known, covered=said != "not_covered"),
        coverage=covered,
        facts=known.facts,
        input_hash=input_hash(known.facts),
        pack=book.hash,
        packs=index.packs,
        notices=index.notices,
    )


def _waits_for_expert(each: Compiled, matched: Matched) -> bool:
    """Whether nothing else of a possible rule is open."""
    if each.doubt < 0 or each.no in matched.doubts:
        return False
    open = [condition for condition in each.conditions if matched.memo[condition] == truth.UNKNOWN]
    return open == [each.doubt]


class _Reasons(dict[int, ConditionReason]):
    """Reasons by number of condition, written when first asked for; many rules share them."""

    def __init__(self, index: RuleIndex, known: Known) -> None:
        self.rules, self.known = index.rules, known
        self._conditions = index.conditions
        self._questions: dict[int, list[Question]] = {}

    def __missing__(self, condition: int) -> ConditionReason:
        reason = self[condition] = self._conditions[condition].explain(self.known)
        return reason

    def questions(self, condition: int) -> list[Question]:
        if (found := self._questions.get(condition)) is None:
            found = self._questions[condition] = list(self._conditions[condition].questions(self.known))
        return found


def _requirement(each: Compiled, matched: Matched, reasons: _Reasons) -> Requirement:
    why = list(map(reasons.__getitem__, each.conditions))
    evidence = _evidence(each, reasons.known) if each.has_waivers else each.evidence
    if matched.truths[each.no] == truth.TRUE:
        return Requirement(each.face, why, evidence)
    open = [
        asked.id
        for condition in each.conditions
        if matched.memo[condition] == truth.UNKNOWN
        for asked in reasons.questions(condition)
    ]
    unless = [reasons.rules[no].rule.id for no in matched.doubts.get(each.no, ())]
    return Requirement(each.face, why, evidence, open, unless)


def _evidence(each: Compiled, known: Known) -> list[EvidenceGroup]:
    return [
        _waived(group, asked, known) for group, asked in zip(each.evidence, each.rule.evidence, strict=True)
    ]


def _waived(group: EvidenceGroup, asked: Evidence, known: Known) -> EvidenceGroup:
    held = [(waiver.reason, _waiver_truth(waiver, known)) for waiver in asked.waivers]
    return msgspec.structs.replace(
        group,
        waived=next((reason for reason, each in held if each == truth.TRUE), ""),
        may_be_waived=[reason for reason, each in held if each == truth.UNKNOWN],
    )


def _waiver_truth(waiver: Waiver, known: Known) -> Truth:
    conditions: list[Predicate] = [*map(limit, waiver.numeric)]
    for how, names in (("all", waiver.traits_all), ("any", waiver.traits_any)):
        if names:
            conditions.append(TraitCondition(how, names))
    return truth.all_of(each.test(known) for each in conditions)


def _questions(matched: Matched, reasons: _Reasons) -> list[Question]:
    """Return the questions that settle the open rules: the code first, then those of the gravest and of
    most rules.
    """
    asked: dict[str, tuple[Question, list[Compiled]]] = {}
    doubtful = {by for doubts in matched.doubts.values() for by in doubts}
    for no, held in matched.truths.items():
        each = reasons.rules[no]
        if no not in doubtful and (held == truth.TRUE or each.exempts):
            continue
        for question in _open_to(each, matched, reasons):
            asked.setdefault(question.id, (question, []))[1].append(each)
    _common_first(asked, reasons.known)
    _widest_first(asked)
    # Rules come the gravest first, so the first of each question tells how grave it is.
    ordered = sorted(
        asked.items(),
        key=lambda item: (
            item[1][0].expert, item[0] != "hs_code", item[0] != _WAY, SEVERITIES[item[1][1][0].rule.severity],
            -len(item[1][1]), item[0],
        ),
    )  # fmt: skip
    return [
        msgspec.structs.replace(
            question, severity=settled[0].rule.severity, rules=[each.rule.id for each in settled[:20]]
        )
        for _, (question, settled) in ordered[:MOST_QUESTIONS]
    ]


def _open_to(each: Compiled, matched: Matched, reasons: _Reasons) -> Iterator[Question]:
    """Yield the questions of a rule, in the order of its conditions. Nobody is asked for a measure before
    it is sure that the thing is there: how far a battery is charged waits for whether there is one. Nor for
    what only counts on some ways of transport before the way is known.
    """
    vague = False
    for condition in each.conditions:
        if matched.memo[condition] != truth.UNKNOWN:
            continue
        for question in reasons.questions(condition):
            if question.kind == "number" and vague:
                continue
            vague = vague or question.kind == "yes_no"
            yield question
            if question.id == _WAY:
                return


def _widest_first(asked: dict[str, tuple[Question, list[Compiled]]]) -> None:
    """Leave only the widest questions. While it is open whether a battery is a lithium one, nobody asks
    which: "no" answers both.
    """
    for id in sorted(asked, key=_depth, reverse=True):
        trait = TRAITS.get(id.removeprefix("trait:"))
        wider = [f"trait:{each}" for each in trait.implies if f"trait:{each}" in asked] if trait else []
        for each in wider:
            rules = {rule.no: rule for rule in (*asked[each][1], *asked[id][1])}
            asked[each] = (asked[each][0], [rules[no] for no in sorted(rules)])
        if wider:
            del asked[id]


# Asked in place of what follows from it: "no" answers all of these, and most goods have none.
_COMMON = ("battery", "electrical")


def _common_first(asked: dict[str, tuple[Question, list[Compiled]]], known: Known) -> None:
    """Ask for a battery before two of its kinds, though no rule asks for just any battery."""
    for name in _COMMON:
        id = f"trait:{name}"
        kinds = [
            each for each in asked
            if name in TRAITS.get(each.removeprefix("trait:"), TRAITS[name]).implies
        ]  # fmt: skip
        if len(kinds) > 1 and id not in asked and known.trait(name) == truth.UNKNOWN:
            rules = {rule.no: rule for each in kinds for rule in asked[each][1]}
            question = Question(id, f"traits.{name}", TRAITS[name].question, "yes_no")
            asked[id] = (question, [rules[no] for no in sorted(rules)])


def _depth(id: str) -> int:
    name = id.removeprefix("trait:")
    return with_implied((name,)).bit_count() if name in TRAITS else 0


def _near_misses(matched: Matched, reasons: _Reasons) -> list[NearMiss]:
    """Return near misses: rules that name the code before rules for all goods, and the gravest first."""
    rules = reasons.rules
    found = sorted((rules[no].rank, no, condition) for no, condition in matched.near)
    return [
        NearMiss(face.id, face.title, face.severity, reasons[condition])
        for _, no, condition in found[:MOST_NEAR_MISSES]
        for face in (rules[no].face,)
    ]


def _set_aside(index: RuleIndex, aside: dict[int, list[int]]) -> list[SetAside]:
    return [
        SetAside(index.rules[no].face, [index.rules[other].rule.id for other in by])
        for no, by in sorted(aside.items())
    ]
