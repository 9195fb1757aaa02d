"""What holds of every rule and every product, however odd."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.rule.samples import ALL_OF_IT, TODAY, book, pack
from tests.rule.strategies import FEW_TRAITS, all_facts, codes, days, rule_sets, rules

from entrepot.rule.functions import check as function
from entrepot.rule.functions import formats, hs_spans
from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import Known, normalised
from entrepot.rule.functions.index import Compiled, RuleIndex
from entrepot.rule.functions.match import match
from entrepot.rule.functions.predicates import InForce, InSeason
from entrepot.rule.model import truth
from entrepot.rule.model.check import PackRef
from entrepot.rule.model.rule import Dates, ProductFacts, Rule

fewer = settings(max_examples=40)  # each example is a whole rulebook


def known(facts: ProductFacts) -> Known:
    return Known(normalised(facts, today=TODAY))


def rule_truth(index: RuleIndex, known: Known, rule: Compiled) -> truth.Truth:
    """One rule by itself, every condition tried."""
    return truth.all_of(index.conditions[condition].test(known) for condition in rule.conditions)


# ---- codes ------------------------------------------------------------------------------------------


@given(code=codes, span=codes)
def test_prefix_matches_as_a_scan_of_all_longer_codes_would(code: str, span: str) -> None:
    """Against the plain reading: extend the code in every way, and see whether all or none begin with it."""
    held = hs_spans.matches(code, span)
    if code.startswith(span):
        assert held == truth.TRUE
    elif span.startswith(code):
        assert held == truth.UNKNOWN
    else:
        assert held == truth.FALSE


@given(code=codes, ends=st.tuples(st.integers(1, 97), st.integers(1, 97)), depth=st.sampled_from((2, 4)))
def test_range_matches_as_its_prefixes_do(code: str, ends: tuple[int, int], depth: int) -> None:
    low, high = (f"{number:02}".ljust(depth, "0") for number in sorted(ends))
    each = [hs_spans.matches(code, f"{number:0{depth}}") for number in range(int(low), int(high) + 1)]
    held = hs_spans.matches(code, f"{low}-{high}")
    if held != truth.TRUE:  # every longer code may lie in one of several prefixes
        assert held == truth.any_of(each)
    else:
        assert truth.any_of(each) != truth.FALSE


@given(code=codes, span=codes, more=st.sampled_from(("00", "10", "99")))
def test_more_digits_only_settle_what_was_open(code: str, span: str, more: str) -> None:
    assume(len(code) < 10)
    before, after = hs_spans.matches(code, span), hs_spans.matches(code + more, span)
    assert before in (truth.UNKNOWN, after)


# ---- days -------------------------------------------------------------------------------------------


@given(day=days, since=st.one_of(st.none(), days), until=st.one_of(st.none(), days))
def test_rule_is_in_force_from_its_first_to_its_last_day(
    day: date, since: date | None, until: date | None
) -> None:
    facts = known(ProductFacts(origin="CN", destination="DE", date=day))
    held = InForce("entry", since, until).test(facts)
    assert held == truth.of((since is None or since <= day) and (until is None or day <= until))


@given(day=days, begins=days, ends=days)
def test_season_comes_every_year_and_may_cross_it(day: date, begins: date, ends: date) -> None:
    season = InSeason("entry", ((f"{begins:%m-%d}", f"{ends:%m-%d}"),))
    here = (day.month, day.day)
    first, last = (begins.month, begins.day), (ends.month, ends.day)
    inside = first <= here <= last if first <= last else here >= first or here <= last
    facts = known(ProductFacts(origin="CN", destination="DE", date=day))
    assert season.test(facts) == truth.of(inside)


@given(day=days, since=days, offset=st.integers(-60, 60))
def test_another_day_of_the_shipment_only_settles_what_was_open(day: date, since: date, offset: int) -> None:
    """Who gives only the day of entry gets "unknown", or the same answer as with the day of loading."""
    force = InForce("shipped_on_board", since, None)
    before = force.test(known(ProductFacts(origin="CN", destination="DE", date=day)))
    said = Dates(shipped_on_board=day + timedelta(offset))
    after = force.test(known(ProductFacts(origin="CN", destination="DE", date=day, dates=said)))
    assert before in (truth.UNKNOWN, after)


# ---- the whole --------------------------------------------------------------------------------------


@fewer
@given(made=rule_sets(), facts=all_facts())
def test_index_finds_what_a_full_scan_finds(made: list[Rule], facts: ProductFacts) -> None:
    index = RuleIndex([(PackRef("test", 1, ""), pack(*made))])
    here = known(facts)
    quick, full = match(index, here), match(index, here, range(len(index.rules)))
    assert quick.truths == full.truths
    assert quick.near == full.near
    assert (quick.superseded, quick.exempted, quick.doubts) == (full.superseded, full.exempted, full.doubts)


@fewer
@given(made=rule_sets(), facts=all_facts(), seed=st.randoms(use_true_random=False))
def test_order_of_rules_and_packs_means_nothing(made: list[Rule], facts: ProductFacts, seed: object) -> None:
    shuffled = list(made)
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    here = normalised(facts, today=TODAY)
    assert function.encoded(book(*made).check(here)) == function.encoded(book(*shuffled).check(here))


@fewer
@given(made=rule_sets(), facts=all_facts())
def test_answer_replays_byte_for_byte(made: list[Rule], facts: ProductFacts) -> None:
    """Also from packs that were written, stored and read again, and from the facts in the answer."""
    before = function.encoded(book(*made).check(normalised(facts, today=TODAY)))
    stored = formats.read(formats.write(pack(*made, covers=ALL_OF_IT), kind="yaml"), file="a.yaml")
    again = Rulebook([(PackRef("test", 1, "0" * 64), stored)])
    kept = msgspec.json.decode(before, type=_Kept).facts
    assert function.encoded(again.check(kept)) == before
    assert normalised(kept, today=date(1999, 1, 1)) == kept


class _Kept(msgspec.Struct):
    facts: ProductFacts


@given(rule=rules(), facts=all_facts())
def test_condition_may_be_unknown_only_if_a_question_would_settle_it(rule: Rule, facts: ProductFacts) -> None:
    [each] = RuleIndex([(PackRef("test", 1, ""), pack(rule))]).rules
    index = RuleIndex([(PackRef("test", 1, ""), pack(rule))])
    here = known(facts)
    held = rule_truth(index, here, each)
    unsettled = [c for c in each.conditions if index.conditions[c].test(here) == truth.UNKNOWN]
    assert (held == truth.UNKNOWN) <= bool(unsettled)
    assert all(list(index.conditions[c].questions(here)) for c in unsettled)


@pytest.mark.parametrize("answer", [True, False])
@fewer
@given(rule=rules(), facts=all_facts(), data=st.data())
def test_answering_only_settles_what_was_open(
    answer: bool, rule: Rule, facts: ProductFacts, data: st.DataObject
) -> None:
    """Kleene's strength: a definite answer stays, whatever else is said of what was unknown."""
    open_traits = [name for name in FEW_TRAITS if known(facts).trait(name) == truth.UNKNOWN]
    assume(open_traits)
    name = data.draw(st.sampled_from(open_traits))
    where = data.draw(st.sampled_from(("traits_all", "traits_any", "traits_none")))
    asking = msgspec.structs.replace(rule, **{where: (*getattr(rule, where), name)})
    index = RuleIndex([(PackRef("test", 1, ""), pack(asking))])
    [each] = index.rules
    before = rule_truth(index, known(facts), each)
    field = "traits" if answer else "not_traits"
    more = msgspec.structs.replace(facts, **{field: (*getattr(facts, field), name)})
    assert before in (truth.UNKNOWN, rule_truth(index, known(more), each))


# ---- succession -------------------------------------------------------------------------------------


@fewer
@given(made=rule_sets(), facts=all_facts())
def test_rule_is_set_aside_exactly_if_a_successor_or_standing_exemption_matches(
    made: list[Rule], facts: ProductFacts
) -> None:
    """Against the definition, written out plainly."""
    index = RuleIndex([(PackRef("test", 1, ""), pack(*made))])
    here = known(facts)
    alone = {each.rule.id: rule_truth(index, here, each) for each in index.rules}
    standing = {
        rule.id: truth.both(
            alone[rule.id], truth.negation(truth.any_of(alone[s.id] for s in made if rule.id in s.supersedes))
        )
        for rule in made
    }
    final = {
        rule.id: truth.both(
            standing[rule.id],
            truth.negation(truth.any_of(standing[e.id] for e in made if rule.id in e.exempts)),
        )
        for rule in made
    }
    found = match(index, here)
    got = {each.rule.id: found.truths.get(each.no, truth.FALSE) for each in index.rules}
    assert got == final
    assert {no for no in found.doubts if found.truths.get(no) != truth.UNKNOWN} == set()
