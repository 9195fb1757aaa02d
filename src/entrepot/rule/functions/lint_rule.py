"""What is wrong with one rule: words that do not exist, and conditions that nothing can meet."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from entrepot.rule.functions import hs_spans, residual, tries
from entrepot.rule.functions.facts import ALL_TRAITS, BITS, digits_of, with_implied
from entrepot.rule.model import truth
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.rule import DIGITS, Charge, Condition, Nomenclature, Rule, Waiver
from entrepot.rule.model.vocabulary import MEASURES, MONEY, TRAITS
from entrepot.trade import markets, money, units
from entrepot.trade.countries import COUNTRIES

# Whether a code is one, for codes deeper than a chapter; None where nobody knows.
KnowsCode = Callable[[str], bool | None]

_ALWAYS = (date.min, date.max)
_FIRST_CHECKED = date(1990, 1, 1)  # a day before is a slip


def flaws_of(
    rule: Rule, *, rules: Collection[str], documents: Collection[str], knows_code: KnowsCode
) -> Iterator[Flaw]:
    """`rules` and `documents` are the ids that it may refer to."""
    for check in _CHECKS:
        yield from check(rule)
    yield from _dangling(rule, rules, documents)
    for field in ("hs_include", "hs_exclude"):
        for number, span in enumerate(getattr(rule, field)):
            yield from _bad_span(rule, span, f"{field}[{number}]", knows_code)
    yield from _bad_tests(rule, knows_code)


def flaw(rule: Rule, code: str, reason: str, field: str = "") -> Flaw:
    return Flaw(code=code, rule=rule.id, reason=reason, field=field)


def _bad_words(rule: Rule) -> Iterator[Flaw]:
    for at, part in _conditional(rule):
        for field in ("traits_all", "traits_any", "traits_none"):
            for number, name in enumerate(getattr(part, field, ())):
                if name not in TRAITS:
                    yield flaw(rule, "unknown_trait", f"there is no trait {name}.", f"{at}{field}[{number}]")
        for number, condition in enumerate(part.numeric):
            yield from _bad_condition(rule, condition, f"{at}numeric[{number}]")


def _conditional(rule: Rule) -> Iterator[tuple[str, Rule | Waiver]]:
    """Yield everything that has traits and limits: the rule and its waivers, each with its path."""
    yield "", rule
    for group, evidence in enumerate(rule.evidence):
        for number, waiver in enumerate(evidence.waivers):
            yield f"evidence[{group}].waivers[{number}].", waiver


def _bad_condition(rule: Rule, condition: Condition, at: str) -> Iterator[Flaw]:
    name = condition.field
    if name == MONEY:
        if condition.unit or condition.currency not in money.CURRENCIES:
            yield flaw(rule, "currency", "a value is held against an amount with a currency.", at)
        return
    if name not in MEASURES:
        yield flaw(rule, "unknown_measure", f"there is no measure {name}.", at)
    elif condition.currency:
        yield flaw(rule, "unit", f"{name} has a unit, not a currency.", at)
    else:
        try:
            units.convert(condition.value, condition.unit, MEASURES[name].unit)
        except units.UnitMismatch as error:
            yield flaw(rule, "unit", f"{name}: {error}", at)


def _bad_places(rule: Rule) -> Iterator[Flaw]:
    for field in ("destinations", "exclude_destinations", "origins", "exclude_origins"):
        named = getattr(rule, field)
        for number, place in enumerate(named):
            if not markets.known(place):
                reason = f"there is no country or group {place}."
                yield flaw(rule, "unknown_market", reason, f"{field}[{number}]")
        if len(set(named)) < len(named):
            yield flaw(rule, "twice", "a place is named twice.", field)


def _bad_span(rule: Rule, span: str, at: str, knows_code: KnowsCode) -> Iterator[Flaw]:
    if reason := fault_of_span(span, rule.nomenclature, knows_code):
        yield flaw(rule, "hs_code", reason, at)


def fault_of_span(span: str, nomenclature: Nomenclature, knows_code: KnowsCode) -> str:
    """Return why a prefix or range of codes cannot be; empty if it can."""
    first, last = hs_spans.ends(span)
    if len(first) != len(last) or first > last:
        return f"{span} is no range: both ends have as many digits, the lower first."
    if len(first) not in (2, 4, 6, 8, 10) or len(first) > DIGITS[nomenclature]:
        return f"{span} has {len(first)} digits; {nomenclature} has other codes."
    for code in (first, last):
        if not "01" <= code[:2] <= "97" or code[:2] == "77":
            return f"there is no chapter {code[:2]} in the Harmonized System."
    none = all(knows_code(code) is False for code in _codes(first, last))
    return f"there is no code {span}." if none else ""


def _codes(first: str, last: str) -> Iterator[str]:
    """Yield what a range goes through: its headings, or the subheadings of one."""
    first, last = first[: hs_spans.COMMON_DIGITS], last[: hs_spans.COMMON_DIGITS]
    if first[:4] != last[:4]:
        first, last = first[:4], last[:4]
    for number in range(int(first), int(last) + 1):
        yield f"{number:0{len(first)}}"


def _bad_tests(rule: Rule, knows_code: KnowsCode) -> Iterator[Flaw]:
    for number, test in enumerate(rule.tests):
        code = digits_of(test.facts.hs_code or "")[: hs_spans.COMMON_DIGITS]
        if len(code) > 1 and knows_code(code) is False:
            yield flaw(rule, "hs_code", f"there is no code {code}.", f"tests[{number}].facts.hs_code")


def _bad_days(rule: Rule) -> Iterator[Flaw]:
    since, until = rule.valid_from or _ALWAYS[0], rule.valid_to or _ALWAYS[1]
    if since > until:
        yield flaw(rule, "contradiction", "it ends before it begins.", "valid_to")
    elif rule.seasons and not _season_meets(rule, since, until):
        yield flaw(
            rule, "never_matches", "no day of its seasons lies between its first and last day.", "seasons"
        )
    for number, season in enumerate(rule.seasons):
        for day in (season.begins, season.ends):
            try:
                date.fromisoformat(f"2024-{day}")
            except ValueError:
                yield flaw(rule, "season", f"{day} is no day of the year.", f"seasons[{number}]")


def _season_meets(rule: Rule, since: date, until: date) -> bool:
    if rule.valid_from is None or rule.valid_to is None or (until - since).days > 4 * 366:
        return True
    seasons = [(each.begins, each.ends) for each in rule.seasons]
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return any(
        begins <= at <= ends if begins <= ends else at >= begins or at <= ends
        for at in (f"{day.month:02}-{day.day:02}" for day in days)
        for begins, ends in seasons
    )


def _never(rule: Rule) -> Iterator[Flaw]:
    """Yield conditions that no facts can meet."""
    if not _somewhere(rule.destinations, rule.exclude_destinations):
        yield flaw(
            rule, "never_matches", "its destinations are all taken away again.", "exclude_destinations"
        )
    if not _somewhere(rule.origins, rule.exclude_origins):
        yield flaw(rule, "never_matches", "its origins are all taken away again.", "exclude_origins")
    if rule.hs_include and all(
        any(_covers(outer, span) for outer in rule.hs_exclude) for span in rule.hs_include
    ):
        yield flaw(rule, "never_matches", "its codes are all taken away again.", "hs_exclude")
    yield from _impossible_traits(rule)
    yield from _impossible_numbers(rule)


def _somewhere(within: Sequence[str], but: Sequence[str]) -> bool:
    inside = {country for place in within for country in markets.ever_within(place)}
    # A group's members change, so only what is taken away by the same name or as a whole is gone for good.
    gone = {place for place in but if place in COUNTRIES}
    return markets.ANYWHERE not in but and bool(inside - gone) and not set(within) <= set(but)


def _covers(outer: str, span: str) -> bool:
    first, last = hs_spans.ends(span)
    return hs_spans.matches(first, outer) == hs_spans.matches(last, outer) == truth.TRUE


def _impossible_traits(rule: Rule) -> Iterator[Flaw]:
    if {*rule.traits_all, *rule.traits_any, *rule.traits_none} - set(TRAITS):
        return
    yes = with_implied(rule.traits_all)
    none = sum(BITS[name] for name in set(rule.traits_none))
    if clash := [name for name, bit in BITS.items() if yes & none & bit]:
        yield flaw(rule, "contradiction", f"it wants {clash[0]} and wants it not.", "traits_none")
    elif rule.traits_any and not any(with_implied((name,)) & none == 0 for name in rule.traits_any):
        yield flaw(rule, "never_matches", "all of its traits_any are ruled out by traits_none.", "traits_any")
    elif none == ALL_TRAITS:
        yield flaw(rule, "never_matches", "it rules out every trait.", "traits_none")


def _impossible_numbers(rule: Rule) -> Iterator[Flaw]:
    by_scale: dict[tuple[str, str], list[Condition]] = {}
    for condition in rule.numeric:
        by_scale.setdefault((condition.field, condition.currency), []).append(condition)
    for (name, _), conditions in by_scale.items():
        if not _satisfiable(conditions):
            yield flaw(rule, "contradiction", f"no {name} meets all of its limits.", "numeric")


def _satisfiable(conditions: Sequence[Condition]) -> bool:
    """Whether some number of at least zero meets all limits. It is enough to try their edges and between."""
    try:
        edges = sorted({tries.limit_of(each) for each in conditions} | {Fraction(0)})
    except units.UnitMismatch:
        return True
    tried = [*edges, *((low + high) / 2 for low, high in pairwise(edges)), edges[-1] + 1]
    return any(number >= 0 and all(tries.meets(number, each) for each in conditions) for number in tried)


def _bad_charges(rule: Rule) -> Iterator[Flaw]:
    for number, charge in enumerate(rule.charges):
        for code, reason in _faults(charge):
            yield flaw(rule, code, f"{charge.title}: {reason}", f"charges[{number}]")


def _faults(charge: Charge) -> Iterator[tuple[str, str]]:
    by_rate = charge.basis in ("value", "value_and_duty")
    if (charge.rate is None) == (charge.amount is None) or by_rate != (charge.rate is not None):
        yield "charge", "a rate goes with a value, an amount with a count."
    if charge.amount is not None and not charge.currency:
        yield "currency", "an amount has a currency."
    has_threshold = charge.above is not None or charge.up_to is not None
    if has_threshold != bool(charge.threshold_currency):
        yield "currency", "a threshold has a currency, and only a threshold."
    if charge.above is not None and charge.up_to is not None and charge.above >= charge.up_to:
        yield "contradiction", "no value lies between its thresholds."
    for code in (charge.currency, charge.threshold_currency):
        if code and code not in money.CURRENCIES:
            yield "currency", f"there is no currency {code}."


def _bad_exemption(rule: Rule) -> Iterator[Flaw]:
    if rule.exempts and rule.severity == "prohibited":
        yield flaw(rule, "contradiction", "it prohibits, and exempts from another rule.", "exempts")
    if set(rule.exempts) & set(rule.supersedes):
        yield flaw(rule, "contradiction", "it exempts from a rule that it supersedes.", "exempts")


def _bad_evidence(rule: Rule) -> Iterator[Flaw]:
    for number, group in enumerate(rule.evidence):
        if not group.all_of and not group.any_of:
            yield flaw(rule, "evidence", "a group of evidence names no document.", f"evidence[{number}]")
        for at, waiver in enumerate(group.waivers):
            where = f"evidence[{number}].waivers[{at}]"
            if not (waiver.traits_all or waiver.traits_any or waiver.numeric):
                yield flaw(rule, "evidence", "a waiver without a condition always waives.", where)
            elif waiver.numeric and not _satisfiable(waiver.numeric):
                yield flaw(
                    rule, "contradiction", "no number meets all limits of this waiver.", f"{where}.numeric"
                )


def _bad_source(rule: Rule) -> Iterator[Flaw]:
    for field, text in (
        ("title", rule.title), ("authority", rule.authority), ("citation.law", rule.citation.law),
    ):  # fmt: skip
        if not text.strip():
            yield flaw(rule, "citation", "it is blank.", field)
    if rule.citation.checked_on < _FIRST_CHECKED:
        reason = f"nobody looked at {rule.citation.checked_on}."
        yield flaw(rule, "citation", reason, "citation.checked_on")


def _bad_expression(rule: Rule) -> Iterator[Flaw]:
    if rule.residual_condition:
        try:
            residual.compiled(rule.residual_condition)
        except residual.BadExpression as error:
            yield flaw(rule, "residual_condition", f"{error}.", "residual_condition")
        for name in residual.strange_names(rule.residual_condition):
            yield flaw(rule, "residual_condition", f"There is no fact {name}.", "residual_condition")


def _untested(rule: Rule) -> Iterator[Flaw]:
    expected = {each.expect for each in rule.tests}
    if "matched" not in expected:
        yield flaw(rule, "untested", "no test expects it to match.", "tests")
    if expected <= {"matched", "unknown"}:
        yield flaw(rule, "untested", "no test expects it not to match.", "tests")


def _dangling(rule: Rule, rules: Collection[str], documents: Collection[str]) -> Iterator[Flaw]:
    for field in ("supersedes", "exempts"):
        for number, id in enumerate(getattr(rule, field)):
            if id not in rules:
                yield flaw(rule, "dangling", f"there is no rule {id}.", f"{field}[{number}]")
    for number, group in enumerate(rule.evidence):
        for field in ("all_of", "any_of"):
            for at, id in enumerate(getattr(group, field)):
                if id not in documents:
                    where = f"evidence[{number}].{field}[{at}]"
                    yield flaw(rule, "dangling", f"the pack has no document {id}.", where)


_CHECKS: tuple[Callable[[Rule], Iterator[Flaw]], ...] = (
    _bad_words, _bad_places, _bad_days, _never, _bad_charges, _bad_exemption, _bad_evidence, _bad_source,
    _bad_expression, _untested,
)  # fmt: skip
