"""What a check answers, and why."""

from datetime import date
from typing import Any

import pytest
from tests.rule.samples import TODAY, book, checked, facts, ids, rule

from entrepot.rule.functions.facts import BadFact, normalised
from entrepot.rule.model.check import CheckAnswer
from entrepot.rule.model.rule import Charge, Condition, Evidence, Season, Waiver

CHAPTER_85 = rule("nz-chapter-85", hs_include=("85",), traits_all=())


def asked(answer: CheckAnswer) -> list[str]:
    return [each.id for each in answer.questions]


# ---- verdicts ---------------------------------------------------------------------------------------


def test_prohibition_comes_first() -> None:
    answer = checked(CHAPTER_85, rule("nz-no", severity="prohibited", hs_include=("8507",)), hs_code="8507")
    assert answer.verdict == "prohibited"
    assert ids(answer.requirements) == ["nz-no", "nz-chapter-85"]


def test_unknown_market_is_not_covered_even_if_a_rule_for_anywhere_applies() -> None:
    everywhere = rule("int-lithium", destinations=("INT",), traits_all=("lithium",))
    answer = checked(everywhere, hs_code="8507", traits=["lithium"], destination="AQ")
    assert answer.verdict == "not_covered"
    assert ids(answer.requirements) == ["int-lithium"]
    assert answer.coverage.level == "none"


def test_nothing_found_in_a_chapter_that_no_rule_names_is_not_covered() -> None:
    general = rule("nz-toy", traits_all=("toy",))
    assert checked(general, CHAPTER_85, hs_code="0101", no_other_traits=True).verdict == "not_covered"


@pytest.mark.parametrize("also", [{}, {"traits_all": ("commercial",)}])
def test_what_all_goods_need_does_not_cover_a_chapter(also: dict[str, Any]) -> None:
    """A mark of origin says nothing about medicine."""
    mark = rule("nz-origin-mark", severity="label", **{"traits_all": ()} | also)
    medicine = {"hs_code": "3004", "traits": ["commercial"], "no_other_traits": True}
    answer = checked(mark, CHAPTER_85, **medicine)
    assert (answer.verdict, ids(answer.requirements)) == ("not_covered", ["nz-origin-mark"])
    horizontal = rule("nz-poison", traits_all=("hazardous",))
    assert checked(mark, horizontal, **medicine | {"traits": ["hazardous"]}).verdict == "not_covered"
    of_these = rule("nz-device", traits_all=("medical_device",))
    assert checked(mark, of_these, **medicine | {"traits": ["medical_device"]}).verdict == "requirements"


def test_a_rule_that_is_not_in_force_covers_nothing() -> None:
    """What the law will ask says nothing about what it asks today."""
    later = rule("nz-later", hs_include=("8507",), traits_all=(), valid_from=date(2027, 1, 1))
    assert checked(later, hs_code="8507", date="2026-06-01").verdict == "not_covered"
    assert checked(later, hs_code="8507", date="2027-06-01").verdict == "requirements"
    ended = rule("nz-ended", hs_include=("8507",), traits_all=(), valid_to=date(2020, 12, 31))
    answer = checked(ended, CHAPTER_85, hs_code="8507", date="2026-06-01")
    assert answer.coverage.specific == 1


def test_rule_for_some_origins_covers_no_chapter_for_others() -> None:
    coal = rule("nz-coal", severity="prohibited", origins=("RU",), hs_include=("2701",), traits_all=())
    oil = {"hs_code": "2709", "no_other_traits": True}
    assert checked(coal, CHAPTER_85, **oil).verdict == "not_covered"
    assert checked(coal, CHAPTER_85, hs_code="2701", origin="RU").verdict == "prohibited"


def test_clear_only_where_the_heading_is_known_and_nothing_applies() -> None:
    cells = rule("nz-cells", hs_include=("8506",), traits_all=("lithium",))
    answer = checked(cells, hs_code="850610", no_other_traits=True)
    assert answer.verdict == "clear"
    assert (answer.coverage.level, answer.coverage.heading) == ("specific", "8506")


def test_a_rule_for_one_subheading_says_nothing_about_its_neighbour() -> None:
    deep = rule("nz-cells", hs_include=("850650",), traits_all=())
    assert checked(deep, hs_code="850610").verdict == "not_covered"
    assert checked(deep, hs_code="8506").verdict == "unknown"
    assert checked(deep, hs_code="850650").verdict == "requirements"
    assert checked(deep, hs_code="85065010").coverage.specific == 1


def test_how_goods_work_says_nothing_about_goods_with_laws_of_their_own() -> None:
    radio = rule("nz-radio", hs_include=(), traits_all=("radio",))
    assert checked(radio, hs_code="8517", traits=("radio",)).verdict == "requirements"
    for said in ({"hs_code": "902150"}, {"hs_code": "8517", "traits": ("radio", "medical_device")}):
        assert checked(radio, **{"traits": ("radio",)} | said).verdict == "not_covered"
    either = rule("nz-either", hs_include=(), traits_all=(), traits_any=("radio", "toy"))
    assert checked(either, hs_code="9503", traits=("radio",)).verdict == "requirements"
    assert checked(either, hs_code="902150", traits=("radio",), not_traits=("toy",)).verdict == "not_covered"


def test_a_rule_for_one_heading_says_nothing_about_another() -> None:
    cells = rule("nz-cells", hs_include=("8506",), traits_all=())
    assert checked(cells, hs_code="8517").verdict == "not_covered"
    assert checked(cells, CHAPTER_85, hs_code="8517").coverage.specific == 1
    assert checked(cells, CHAPTER_85, hs_code="85").coverage.specific == 2


def test_a_rule_with_two_traits_names_only_headings_that_have_both() -> None:
    """One code of one trait is not enough: a toy with lithium is not each toy."""
    both = rule("nz-lithium-toy", traits_all=("toy", "lithium"))
    assert checked(both, hs_code="9503", no_other_traits=True).verdict == "not_covered"
    toy = rule("nz-child-toy", traits_all=("toy", "child_product"), traits_any=("lithium",))
    assert checked(toy, hs_code="9503", no_other_traits=True).verdict == "clear"


def test_without_a_code_nothing_is_certain() -> None:
    answer = checked(CHAPTER_85)
    assert answer.verdict == "unknown"
    assert asked(answer) == ["hs_code"]
    assert ids(answer.possible) == ["nz-chapter-85"]


def test_short_code_leaves_deeper_rules_open() -> None:
    deep = rule("nz-deep", hs_include=("850760",), traits_all=())
    assert ids(checked(deep, hs_code="85").possible) == ["nz-deep"]
    assert ids(checked(deep, hs_code="8507.60").requirements) == ["nz-deep"]
    assert checked(deep, hs_code="8506").possible == []


def test_national_digits_count_only_in_their_own_nomenclature() -> None:
    national = rule("nz-national", nomenclature="CN8", hs_include=("85076000",), traits_all=())
    assert ids(checked(national, hs_code="85076000", nomenclature="CN8").requirements) == ["nz-national"]
    assert ids(checked(national, hs_code="8507600090", nomenclature="HTS10").possible) == ["nz-national"]
    assert checked(national, hs_code="85076090", nomenclature="CN8").possible == []


# ---- questions --------------------------------------------------------------------------------------


def test_missing_fact_is_unknown_and_asked_for() -> None:
    small = rule(
        "nz-small", traits_all=(), modes=("air",),
        numeric=(Condition(field="battery_energy", op=">", value=100, unit="Wh"),),
    )  # fmt: skip
    answer = checked(small, hs_code="8507")
    assert answer.verdict == "unknown"
    by_id = {each.id: each for each in answer.questions}
    assert by_id.keys() == {"mode"}  # what only counts in the air waits for the way
    assert [choice.id for choice in by_id["mode"].options][:2] == ["air", "sea"]
    by_id = {each.id: each for each in checked(small, hs_code="8507", mode="air").questions}
    assert by_id["measure:battery_energy"].units[0] == "Wh"
    assert by_id["measure:battery_energy"].rules == ["nz-small"]


def test_a_measure_waits_until_the_thing_that_it_measures_is_there() -> None:
    charged = rule(
        "nz-charged", traits_all=("battery_inside",),
        numeric=(Condition(field="battery_charge", op=">", value=30, unit="%"),),
    )  # fmt: skip
    assert asked(checked(charged, hs_code="9503")) == ["trait:battery_inside"]
    assert asked(checked(charged, hs_code="9503", traits=["battery_inside"])) == ["measure:battery_charge"]


def test_gravest_question_comes_first() -> None:
    grave = rule("nz-grave", severity="prohibited", traits_all=("asbestos",))
    light = [rule(f"nz-light-{n}", severity="label", traits_all=("toy",)) for n in range(3)]
    assert asked(checked(grave, *light, hs_code="6811"))[0] == "trait:asbestos"


def test_wider_question_comes_before_those_that_it_may_spare() -> None:
    grave = rule("nz-ion", severity="prohibited", traits_all=("lithium_ion",))
    wide = rule("nz-lithium", traits_all=("lithium",))
    open_ = checked(grave, wide, hs_code="9503")
    assert [(each.id, each.rules) for each in open_.questions] == [
        ("trait:lithium", ["nz-ion", "nz-lithium"])
    ]
    assert asked(checked(grave, wide, hs_code="9503", traits=["lithium"])) == ["trait:lithium_ion"]
    assert asked(checked(grave, wide, hs_code="9503", not_traits=["lithium"])) == []


def test_question_is_not_asked_where_the_code_answers_it() -> None:
    assert ids(checked(rule(), hs_code="8507").requirements) == ["nz-battery"]
    mains = rule("nz-mains", traits_all=("mains",))
    assert asked(checked(mains, CHAPTER_85, hs_code="3304")) == []


def test_trait_follows_from_another_and_what_it_follows_from_is_denied_with_it() -> None:
    assert ids(checked(rule(), hs_code="9503", traits=["lithium_ion"]).requirements) == ["nz-battery"]
    lithium = rule("nz-lithium", traits_all=("lithium_ion",))
    answer = checked(lithium, hs_code="9503", not_traits=["battery"])
    assert answer.possible == []
    assert answer.near_misses[0].failed.fact == "lithium_ion: no"


def test_what_is_said_beats_what_the_code_suggests() -> None:
    toy = rule("nz-toy", traits_all=("toy",))
    assert checked(toy, hs_code="9503", not_traits=["toy"]).requirements == []
    any_toy = rule("nz-any", traits_all=(), traits_any=("toy", "radio"))
    assert checked(any_toy, hs_code="9503", not_traits=["toy", "radio"]).requirements == []


# ---- why --------------------------------------------------------------------------------------------


def test_every_condition_is_told_with_its_fact() -> None:
    [found] = checked(
        rule(hs_include=("85",), valid_from=date(2024, 1, 1)), hs_code="8507", date="2026-01-01"
    ).requirements
    assert [(each.condition, each.expected, each.fact) for each in found.why] == [
        ("destination", "NZ", "NZ"),
        ("hs_code", "85", "8507"),
        ("traits_all", "battery", "battery: yes"),
        ("entry", "from 2024-01-01", "2026-01-01"),
    ]


def test_near_miss_tells_the_first_condition_that_failed() -> None:
    other = rule("nz-other", hs_include=("8507",), origins=("AU",), modes=("sea",))
    answer = checked(other, hs_code="8507", mode="air")
    [miss] = answer.near_misses
    assert (miss.rule, miss.failed.condition, miss.failed.fact) == ("nz-other", "origin", "CN")


def test_near_misses_are_few_and_those_that_name_the_code_come_first() -> None:
    general = [rule(f"nz-g-{n}", traits_all=("toy",)) for n in range(30)]
    specific = rule("nz-z", hs_include=("8507",), traits_all=("toy",), severity="information")
    answer = checked(*general, specific, hs_code="8507", no_other_traits=True)
    assert len(answer.near_misses) == 10
    assert answer.near_misses[0].rule == "nz-z"


def test_rule_for_another_code_or_market_is_no_near_miss() -> None:
    answer = checked(rule("a", hs_include=("01",)), rule("b", destinations=("AU",)), hs_code="8507")
    assert answer.near_misses == []


# ---- numbers, money, days ---------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "unit", "hits"), [(0.1, "kWh", 0), (0.101, "kWh", 1), (360001, "J", 1)])
def test_units_are_converted(value: float, unit: str, hits: int) -> None:
    large = rule("nz-large", numeric=(Condition(field="battery_energy", op=">", value=100, unit="Wh"),))
    answer = checked(large, hs_code="8507", measures={"battery_energy": {"value": value, "unit": unit}})
    assert len(answer.requirements) == hits


def test_value_in_another_currency_answers_nothing() -> None:
    low = rule("nz-low", numeric=(Condition(field="value", op="<=", value=1000, currency="NZD"),))
    answer = checked(low, hs_code="8507", value=1, currency="USD")
    assert ids(answer.possible) == ["nz-low"]
    [question] = answer.questions
    assert (question.field, question.currency) == ("values.NZD", "NZD")
    again = checked(low, hs_code="8507", value=1, currency="USD", values={"NZD": 2})
    assert ids(again.requirements) == ["nz-low"]


def test_season_by_the_day_of_loading_is_asked_for_only_near_its_edge() -> None:
    bugs = rule(
        "nz-bugs", date_basis="shipped_on_board", seasons=(Season(begins="09-01", ends="04-30"),),
    )  # fmt: skip
    assert ids(checked(bugs, hs_code="8507", date="2026-01-10").requirements) == ["nz-bugs"]
    assert asked(checked(bugs, hs_code="8507", date="2026-09-10")) == ["date:shipped_on_board"]
    said = {"shipped_on_board": "2026-08-31"}
    assert checked(bugs, hs_code="8507", date="2026-09-10", dates=said).possible == []


def test_group_counts_on_the_day() -> None:
    union = rule("eu-battery", destinations=("EU",))
    before = checked(union, hs_code="8507", destination="GB", date="2020-06-01")
    after = checked(union, hs_code="8507", destination="GB", date="2021-06-01")
    assert (ids(before.requirements), ids(after.requirements)) == (["eu-battery"], [])


# ---- directions -------------------------------------------------------------------------------------


def test_export_rule_is_the_origin_s() -> None:
    leaving = rule("cn-out", direction="export", origins=("CN",), destinations=("INT",))
    assert ids(checked(leaving, CHAPTER_85, hs_code="8507").requirements) == ["cn-out", "nz-chapter-85"]
    assert ids(checked(leaving, CHAPTER_85, hs_code="8507", origin="AU").requirements) == ["nz-chapter-85"]


def test_transit_rule_is_that_of_the_countries_passed() -> None:
    passing = rule("sg-through", direction="transit", destinations=("SG",))
    assert checked(passing, hs_code="8507").requirements == []
    assert ids(checked(passing, hs_code="8507", transit=["AU", "SG"]).requirements) == ["sg-through"]


def test_role_shows_only_its_own_duties_and_nobody_sees_all() -> None:
    mine = rule("nz-importer", roles=("importer",))
    assert ids(checked(mine, hs_code="8507").requirements) == ["nz-importer"]
    assert checked(mine, hs_code="8507", role="carrier").requirements == []


# ---- succession and exemption -----------------------------------------------------------------------


def test_successor_replaces_only_where_it_matches() -> None:
    new = rule("nz-new", supersedes=("nz-battery",), valid_from=date(2026, 6, 1))
    after = checked(rule(), new, hs_code="8507", date="2026-06-01")
    assert (ids(after.requirements), after.superseded[0].by) == (["nz-new"], ["nz-new"])
    before = checked(rule(), new, hs_code="8507", date="2026-05-31")
    assert ids(before.requirements) == ["nz-battery"]


def test_exemption_is_shown_with_what_it_takes_away() -> None:
    free = rule("nz-free", exempts=("nz-battery",), traits_all=("toy",), severity="information")
    answer = checked(rule(), free, CHAPTER_85, hs_code="8507", traits=["toy"])
    assert ids(answer.requirements) == ["nz-chapter-85"]
    assert (ids(answer.exemptions), answer.exempted[0].by) == (["nz-free"], ["nz-free"])


def test_rule_that_may_be_exempt_is_only_possible() -> None:
    free = rule("nz-free", exempts=("nz-battery",), traits_all=("gift",), severity="information")
    answer = checked(rule(), free, hs_code="8507")
    assert answer.verdict == "unknown"
    assert answer.possible[0].unless == ["nz-free"]
    assert asked(answer) == ["trait:gift"]


def test_exemption_that_cannot_matter_is_not_asked_about() -> None:
    free = rule("nz-free", exempts=("nz-battery",), traits_all=("toy",), severity="information")
    other = rule("nz-other", exempts=("nz-battery",), traits_all=(), severity="information")
    assert asked(checked(rule(), free, other, hs_code="8507")) == []
    assert asked(checked(rule(), free, hs_code="8507", not_traits=["battery"])) == []


# ---- evidence and charges ---------------------------------------------------------------------------


def test_waiver_takes_a_group_of_evidence_away_and_says_why() -> None:
    waiver = Waiver(reason="Not for gifts.", traits_all=("gift",))
    needs = rule(evidence=(Evidence(all_of=("declaration",), waivers=(waiver,)),))
    [given] = checked(needs, hs_code="8507").requirements
    assert given.evidence[0].may_be_waived == ["Not for gifts."]
    [waived] = checked(needs, hs_code="8507", traits=["gift"]).requirements
    assert (waived.evidence[0].waived, waived.evidence[0].all_of[0].title) == (
        "Not for gifts.",
        "Declaration",
    )


def duty(**more: Any) -> Charge:
    return Charge(**({"kind": "duty", "title": "Duty", "rate": 10, "basis": "value"} | more))


def test_vat_is_taken_of_value_and_duty() -> None:
    vat = Charge(kind="vat", title="VAT", rate=20, basis="value_and_duty")
    cost = checked(
        rule("a", charges=(vat,)), rule("b", charges=(duty(),), hs_include=("8507",)), hs_code="8507",
        value=100, currency="NZD",
    ).landed_cost  # fmt: skip
    assert [(each.kind, each.comes_to) for each in cost.charges] == [("duty", "10.00"), ("vat", "22.00")]
    assert [(each.currency, each.amount) for each in cost.totals] == [("NZD", "32.00")]
    assert cost.complete


def test_vat_without_a_known_duty_says_that_it_may_be_more() -> None:
    vat = Charge(kind="vat", title="VAT", rate=20, basis="value_and_duty")
    cost = checked(rule(charges=(vat,)), hs_code="8507", value=100, currency="NZD").landed_cost
    [charge] = cost.charges
    assert charge.comes_to == "20.00" and "may be more" in charge.open
    assert not cost.complete and not any("VAT is open" in each for each in cost.missing)


def test_vat_of_a_duty_in_another_currency_stays_open() -> None:
    fixed = Charge(kind="duty", title="Duty", amount=3, currency="EUR", basis="item_type")
    vat = Charge(kind="vat", title="VAT", rate=20, basis="value_and_duty")
    cost = checked(rule(charges=(vat, fixed)), hs_code="8507", value=100, currency="NZD").landed_cost
    assert [(each.currency, each.amount) for each in cost.totals] == [("EUR", "3.00")]
    assert "currencies are not combined" in cost.charges[1].open


def test_charges_in_two_currencies_have_two_totals() -> None:
    fee = Charge(kind="fee", title="Fee", amount=3, currency="EUR", basis="item")
    cost = checked(
        rule(charges=(duty(), fee)), hs_code="8507", value=100, currency="NZD", quantity=2
    ).landed_cost
    assert [(each.currency, each.amount) for each in cost.totals] == [("EUR", "6.00"), ("NZD", "10.00")]


@pytest.mark.parametrize(
    ("charge", "said"),
    [
        (duty(), "The value is not known."),
        (duty(above=150, threshold_currency="EUR"), "It depends on the value in EUR"),
        (Charge(kind="fee", title="Fee", amount=1, currency="EUR", basis="kg"), "net weight"),
    ],
)
def test_charge_that_cannot_be_told_stays_open(charge: Charge, said: str) -> None:
    cost = checked(rule(charges=(charge,)), hs_code="8507").landed_cost
    assert said in cost.charges[0].open
    assert not cost.complete
    assert cost.totals == []


def test_charge_beyond_its_threshold_is_not_due() -> None:
    cost = checked(
        rule(charges=(duty(up_to=150, threshold_currency="NZD"),)), hs_code="8507", value=151, currency="NZD"
    ).landed_cost
    assert cost.charges == []


def test_landed_cost_says_what_it_leaves_out() -> None:
    unsaid = rule("nz-levy", severity="duty")
    maybe = rule("nz-maybe", severity="duty", traits_all=("gift",), charges=(duty(),))
    cost = checked(CHAPTER_85, unsaid, maybe, hs_code="8507", value=100, currency="NZD").landed_cost
    assert not cost.complete
    said = " ".join(cost.missing)
    assert "The amount is not known here: Do what nz-levy says." in said
    assert "whether this applies: Do what nz-maybe says." in said
    assert "ordinary customs duty" in said


def test_charges_alone_do_not_cover_a_market() -> None:
    vat = Charge(kind="vat", title="VAT", rate=20, basis="value")
    answer = checked(rule(severity="duty", charges=(vat,)), hs_code="8507", value=100, currency="NZD")
    assert answer.verdict == "not_covered"
    assert [each.comes_to for each in answer.landed_cost.charges] == ["20.00"]
    assert not answer.landed_cost.complete and "do not cover" in answer.landed_cost.missing[0]


def test_rules_of_a_union_count_for_its_members() -> None:
    found = book(rule("eu-cells", destinations=("EU",), hs_include=("8506",))).coverage.map(TODAY)
    assert {"EU", "DE", "FR"} <= {each.market for each in found}
    [germany] = [each for each in found if each.market == "DE"]
    assert (germany.title, [each.chapter for each in germany.chapters]) == ("Germany", ["85"])
    assert germany.rules_of == ["EU"]


# ---- what no field can say --------------------------------------------------------------------------


def test_residual_condition_reads_facts_and_can_be_answered() -> None:
    odd = rule("nz-odd", residual_condition="value > 10.0 && origin == 'CN'")
    assert ids(checked(odd, hs_code="8507", value=11, currency="NZD").requirements) == ["nz-odd"]
    assert checked(odd, hs_code="8507", value=9, currency="NZD").requirements == []
    open = checked(odd, hs_code="8507")
    assert asked(open) == ["answer:nz-odd"]
    assert ids(checked(odd, hs_code="8507", answers={"nz-odd": True}).requirements) == ["nz-odd"]


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("measures.net_weight > 3.0", "not said: net_weight"),
        ("traits.gift", "not said: gift"),
        ("values.USD > 3.0", "not said: USD"),
        ("mode == 'air'", "not said: mode"),
        ("transit[3] == 'SG'", "cannot be told: index out of bounds: 3"),
        ("1 / size(transit) > 0", "cannot be told: division by zero in CEL expression"),
        ("int(value) + 9223372036854775807 > 0", "cannot be told: Arithmetic overflow"),
        ("int(value * 1e30) > 0", "cannot be told: Function 'int' error"),
        ("timestamp(origin) > timestamp(date)", "cannot be told: Function 'timestamp' error"),
        ("value > 'a'", "cannot be told: No such overload"),
        ("origin.matches('(')", "cannot be told: Function 'matches' error"),
        ("value + 1.0", "cannot be told: float is no yes or no"),
    ],
)
def test_expression_that_cannot_be_computed_is_unknown_and_says_why(expression: str, reason: str) -> None:
    odd = rule("nz-odd", residual_condition=expression)
    answer = checked(odd, hs_code="8507", value=11, currency="NZD")
    assert answer.verdict == "unknown" and asked(answer) == ["answer:nz-odd"]
    assert answer.possible[0].why[-1].fact.startswith(reason)


# ---- bad facts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hs_code": "850"}, "hs_code"),
        ({"hs_code": "7701"}, "hs_code"),
        ({"hs_code": "9901"}, "hs_code"),
        ({"hs_code": "85076000", "nomenclature": "HS2022"}, "hs_code"),
        ({"origin": "ZZ"}, "origin"),
        ({"destination": "EU"}, "destination"),
        ({"transit": ["SG", "QQ"]}, "transit"),
        ({"date": "1492-10-12"}, "date"),
        ({"dates": {"order": "3000-01-01"}}, "dates.order"),
        ({"traits": ["flies"]}, "traits"),
        ({"traits": ["lithium"], "not_traits": ["battery"]}, "not_traits"),
        ({"value": 1}, "currency"),
        ({"currency": "EUR"}, "value"),
        ({"value": 1, "currency": "EUX"}, "currency"),
        ({"value": 1, "currency": "EUR", "values": {"EUR": 2}}, "values"),
        ({"measures": {"battery_energy": {"value": 1, "unit": "kg"}}}, "measures.battery_energy"),
        ({"measures": {"mood": {"value": 1, "unit": "kg"}}}, "measures.mood"),
        ({"quantity": 1, "measures": {"quantity": {"value": 1, "unit": "pcs"}}}, "measures.quantity"),
    ],
)
def test_impossible_fact_is_refused_by_name(said: dict[str, Any], field: str) -> None:
    with pytest.raises(BadFact) as refused:
        normalised(facts(**said), today=date(2026, 1, 1))
    assert refused.value.field == field
