"""Every kind of pack that must not be activated, and the reason that is given."""

from datetime import date
from typing import Any

import msgspec
import pytest
from tests.rule.samples import facts, pack, rule

from entrepot.rule.functions.lint import Around, lint
from entrepot.rule.functions.lint_overlap import idle, overlaps
from entrepot.rule.model.rule import Charge, Condition, Evidence, Rule, RuleTest, Season, Waiver


def codes(*rules: Rule, **said: Any) -> set[str]:
    return {each.code for each in lint(pack(*rules, **said))}


def energy(op: str, value: float, unit: str = "Wh") -> Condition:
    return Condition(field="battery_energy", op=op, value=value, unit=unit)  # type: ignore[arg-type]


def worth(op: str, value: float, currency: str = "EUR") -> Condition:
    return Condition(field="value", op=op, value=value, currency=currency)  # type: ignore[arg-type]


NEVER = Waiver(reason="x", numeric=(worth("<", 0),))


def test_sound_pack_has_no_flaws() -> None:
    other = rule("nz-other", severity="label", evidence=(Evidence(all_of=("declaration",)),))
    assert codes(rule(), other) == set()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"traits_all": ("flies",)}, "unknown_trait"),
        ({"numeric": (Condition(field="mood", op=">", value=1, unit="kg"),)}, "unknown_measure"),
        ({"numeric": (energy(">", 1, "kg"),)}, "unit"),
        ({"numeric": (energy(">", 1, "furlong"),)}, "unit"),
        ({"numeric": (energy(">", 1, ""),)}, "unit"),
        ({"numeric": (worth(">", 1, "EUX"),)}, "currency"),
        ({"numeric": (worth(">", 1, ""),)}, "currency"),
        ({"destinations": ("ZZ",)}, "unknown_market"),
        ({"exclude_origins": ("XYZ",)}, "unknown_market"),
        ({"destinations": ("NZ", "NZ")}, "twice"),
        ({"hs_include": ("77",)}, "hs_code"),
        ({"hs_include": ("98",)}, "hs_code"),
        ({"hs_include": ("850",)}, "hs_code"),
        ({"hs_include": ("85076000",)}, "hs_code"),
        ({"hs_include": ("50-4",)}, "hs_code"),
        ({"hs_include": ("63-50",)}, "hs_code"),
        ({"hs_exclude": ("00",)}, "hs_code"),
        ({"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1)}, "contradiction"),
        ({"numeric": (energy(">", 100), energy("<", 0.1, "kWh"))}, "contradiction"),
        ({"numeric": (worth("=", 1), worth("!=", 1))}, "contradiction"),
        ({"traits_all": ("lithium",), "traits_none": ("battery",)}, "contradiction"),
        ({"exempts": ("nz-second",), "severity": "prohibited"}, "contradiction"),
        ({"exempts": ("nz-second",), "supersedes": ("nz-second",)}, "contradiction"),
        ({"traits_all": (), "traits_any": ("lithium",), "traits_none": ("battery",)}, "never_matches"),
        ({"exclude_destinations": ("NZ",)}, "never_matches"),
        ({"origins": ("CN",), "exclude_origins": ("INT",)}, "never_matches"),
        ({"hs_include": ("8507",), "hs_exclude": ("85",)}, "never_matches"),
        (
            {
                "valid_from": date(2026, 5, 1), "valid_to": date(2026, 8, 1),
                "seasons": (Season(begins="09-01", ends="04-30"),),
            },
            "never_matches",
        ),
        ({"seasons": (Season(begins="02-30", ends="03-01"),)}, "season"),
        ({"charges": (Charge(kind="vat", title="VAT", basis="value"),)}, "charge"),
        ({"charges": (Charge(kind="fee", title="F", amount=1, currency="EUR", basis="value"),)}, "charge"),
        ({"charges": (Charge(kind="fee", title="F", amount=1, basis="item"),)}, "currency"),
        ({"charges": (Charge(kind="vat", title="V", rate=1, basis="value", above=1),)}, "currency"),
        ({"evidence": (Evidence(),)}, "evidence"),
        ({"evidence": (Evidence(any_of=("passport",)),)}, "dangling"),
        ({"supersedes": ("gone",)}, "dangling"),
        ({"exempts": ("gone",)}, "dangling"),
        ({"supersedes": ("nz-battery",)}, "cycle"),
        ({"residual_condition": "value >"}, "residual_condition"),
        ({"residual_condition": "traits.all(a, traits.all(b, traits.all(c, true)))"}, "residual_condition"),
        ({"residual_condition": "transit.existsOne(a, transit.existsOne(b, a == b))"}, "residual_condition"),
        ({"residual_condition": "transit.// one\nall(a, transit .all (b, a != b))"}, "residual_condition"),
        ({"residual_condition": "transit.map(a, a).exists(b, b == 'SG')"}, "residual_condition"),
        ({"residual_condition": "valeu > 10.0"}, "residual_condition"),
        ({"residual_condition": "traits.baterry"}, "residual_condition"),
        ({"residual_condition": "measures.height > 1.0"}, "residual_condition"),
        ({"tests": ()}, "untested"),
        ({"tests": (RuleTest(facts=facts(traits=["battery"]), expect="matched"),)}, "untested"),
        (
            {
                "evidence": (
                    Evidence(all_of=("declaration",), waivers=(Waiver(reason="x", traits_any=("flies",)),)),
                )
            },
            "unknown_trait",
        ),
    ],
)  # fmt: skip
def test_flawed_rule_is_found(said: dict[str, Any], code: str) -> None:
    assert code in codes(rule(**said), rule("nz-second"))


@pytest.mark.parametrize(
    "expression",
    [
        "traits.exists(name, name == 'x.all(y.all(') && value > 1.0",
        "has(measures.net_weight) && measures.net_weight > 3.0",
        "transit.all(country, country in ['SG', \"MY\"]) // .all( .all(",
        "size(transit) == 0 && destination.startsWith('N') && int(value) % 2 == 0",
        "values.USD > 800.0 || values['EUR'] > 700.0",
    ],
)
def test_sound_expression_is_taken(expression: str) -> None:
    assert "residual_condition" not in codes(rule(residual_condition=expression))


def test_failing_test_is_told_with_what_came_out() -> None:
    wrong = rule(hs_include=("8507",))
    [flaw] = [each for each in lint(pack(wrong)) if "test 1" in each.reason]
    assert (flaw.reason, flaw.field) == ("test 1 expects matched, but it is unknown.", "tests[0]")


def test_test_with_impossible_facts_is_told() -> None:
    odd = RuleTest(facts=facts(traits=["battery"], hs_code="7700"), expect="matched")
    assert codes(rule(tests=(odd, *rule().tests))) == {"test"}


def test_test_is_tried_while_the_rule_is_in_force() -> None:
    assert codes(rule(valid_from=date(2030, 1, 1))) == set()
    assert codes(rule(valid_to=date(2020, 1, 1))) == set()


def test_ids_are_unique_also_among_active_packs() -> None:
    assert codes(rule(), rule()) >= {"duplicate_rule"}
    elsewhere = Around({"nz-battery": rule()}, lambda code: None)
    assert {each.code for each in lint(pack(rule()), elsewhere)} == {"duplicate_rule"}


def test_references_may_lead_into_other_active_packs() -> None:
    elsewhere = Around({"int-battery": rule("int-battery")}, lambda code: None)
    assert lint(pack(rule(supersedes=("int-battery",))), elsewhere) == []


def test_circle_over_several_steps_and_packs_is_found() -> None:
    circle = rule("a", supersedes=("b",)), rule("b", exempts=("c",), severity="label")
    elsewhere = Around({"c": rule("c", supersedes=("a",))}, lambda code: None)
    [flaw] = [each for each in lint(pack(*circle), elsewhere) if each.code == "cycle"]
    assert "a → b → c → a" in flaw.reason


def test_nothing_is_told_twice() -> None:
    found = lint(pack(rule("a", supersedes=("a",), exempts=("a",))))
    assert len(found) == len(set(found))
    assert sum(each.code == "cycle" for each in found) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"traits_none": ("battery", "haunted")}, "traits_none[1]"),
        ({"destinations": ("NZ", "ZZ")}, "destinations[1]"),
        ({"hs_exclude": ("8507", "9999")}, "hs_exclude[1]"),
        ({"valid_from": date(2027, 1, 1), "valid_to": date(2026, 1, 1)}, "valid_to"),
        ({"supersedes": ("gone",)}, "supersedes[0]"),
        ({"tests": ()}, "tests"),
    ],
)
def test_flaw_points_at_its_field(said: dict[str, Any], field: str) -> None:
    assert field in [each.field for each in lint(pack(rule(**said)))]


def test_code_that_the_tables_do_not_know_is_refused() -> None:
    knows = Around({}, lambda code: code in ("8507", "850760"))
    assert [each.code for each in lint(pack(rule(hs_include=("8599",))), knows)] == ["hs_code"]
    sound = rule(hs_include=("8507",), tests=tuple(_with_code(each) for each in rule().tests))
    assert lint(pack(sound), knows) == []


def _with_code(test: RuleTest) -> RuleTest:
    return msgspec.structs.replace(test, facts=msgspec.structs.replace(test.facts, hs_code="8507"))


@pytest.mark.parametrize(
    ("said", "overlaps"),
    [
        ({}, True),
        ({"supersedes": ("nz-battery",)}, False),
        ({"destinations": ("AU",)}, False),
        ({"severity": "label"}, False),
        ({"valid_from": date(2030, 1, 1)}, True),
    ],
)
def test_two_rules_that_say_the_same_of_the_same_goods_are_refused(
    said: dict[str, Any], overlaps: bool
) -> None:
    tests = tuple(
        RuleTest(facts=facts(destination=said.get("destinations", ("NZ",))[0], **more), expect=expect)
        for more, expect in (
            ({"traits": ["battery"]}, "matched"),
            ({"not_traits": ["battery"]}, "not_matched"),
        )
    )
    twin = rule("nz-twin", title=rule().title, tests=tests, **said)
    assert ("overlap" in codes(rule(), twin)) == overlaps


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ({}, {}, "overlap"),
        ({}, {"supersedes": ("nz-battery",)}, None),
        ({}, {"origins": ("CN",)}, None),
        ({}, {"severity": "label"}, None),
        ({"severity": "prohibited"}, {"severity": "label"}, "contradiction"),
        ({"severity": "label"}, {"severity": "prohibited"}, "contradiction"),
        ({"severity": "prohibited"}, {"severity": "label", "exempts": ("nz-battery",)}, None),
        ({"severity": "prohibited", "supersedes": ("nz-second",)}, {"severity": "label"}, None),
        ({"severity": "prohibited"}, {"severity": "prohibited"}, "overlap"),
    ],
)
def test_equal_conditions_are_flawed_whatever_the_title(
    first: dict[str, Any], second: dict[str, Any], code: str | None
) -> None:
    assert codes(rule(**first), rule("nz-second", **second)) == ({code} if code else set())


def test_citation_is_not_checked_in_the_future() -> None:
    today = Around({}, lambda code: None, date(2026, 11, 1))
    yesterday = Around({}, lambda code: None, date(2026, 10, 31))
    assert lint(pack(rule()), today) == []
    assert [each.code for each in lint(pack(rule()), yesterday)] == ["citation"]


@pytest.mark.parametrize(
    ("said", "apart"),
    [
        ({"destinations": ("AU",)}, "destinations"), ({"origins": ("JP",)}, "origins"),
        ({"hs_include": ("9503",)}, "HS code"), ({"modes": ("sea",)}, "transport"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("field", ["supersedes", "exempts"])
def test_rule_that_never_meets_what_it_takes_away_is_refused(
    field: str, said: dict[str, Any], apart: str
) -> None:
    base = {"origins": ("CN",), "hs_include": ("8507",), "modes": ("air",)}
    one = rule("nz-one", severity="label", **{**base, field: ("nz-two",)})
    meets = lint(pack(one, rule("nz-two", **base)))
    assert [each for each in meets if each.code == "never_acts"] == []
    [found] = [
        each for each in idle([one, rule("nz-two", **{**base, **said})], {}) if each.code == "never_acts"
    ]
    assert (found.rule, found.field) == ("nz-one", f"{field}[0]")
    assert "nz-two" in found.reason and apart in found.reason


def test_rule_that_follows_another_in_time_may_say_so() -> None:
    old = rule("nz-old", valid_to=date(2026, 1, 1))
    new = rule("nz-new", valid_from=date(2026, 1, 1), supersedes=("nz-old",))
    assert [*idle([old, new], {})] == []


def test_what_another_pack_holds_is_held_against_too() -> None:
    one = rule("nz-one", destinations=("AU",), supersedes=("nz-two",))
    assert [each.code for each in idle([one], {"nz-two": rule("nz-two")})] == ["never_acts"]


# ---- beside other rules ------------------------------------------------------------------------------


def found(one: Any, *others: Any, around: tuple[Any, ...] = ()) -> set[tuple[str, str]]:
    near = {each.id: each for each in around}
    return {(each.rule, each.code) for each in overlaps([one, *others], near)}


@pytest.mark.parametrize(
    "wide",
    [
        {"hs_include": ("85",), "traits_all": ()}, {"hs_include": (), "traits_all": ()},
        {"destinations": ("NZ", "AU")}, {"origins": ("INT",), "modes": ()}, {"hs_include": ("8506-8507",)},
    ],
)  # fmt: skip
def test_rule_that_only_holds_where_another_prohibits_is_a_contradiction(wide: dict[str, Any]) -> None:
    asks = rule("nz-asks", hs_include=("8507",), origins=("CN",), modes=("air",))
    forbids = rule("nz-forbids", severity="prohibited", **{"hs_include": ("8507",)} | wide)
    told = {each for each in found(asks, forbids) if each[1] == "contradiction"}
    assert told == {("nz-asks", "contradiction")}
    assert not found(asks, around=(forbids,))  # another pack may be stricter on purpose
    settled = msgspec.structs.replace(forbids, supersedes=("nz-asks",))
    assert not {each for each in found(asks, settled) if each[1] == "contradiction"}


@pytest.mark.parametrize(
    "narrow",
    [
        {"hs_include": ("850760",)}, {"origins": ("RU",)}, {"modes": ("sea",)}, {"destinations": ("AU",)},
        {"traits_all": ("lithium",)}, {"valid_to": date(2026, 1, 1)}, {"numeric": (energy(">", 100),)},
        {"residual_condition": "value > 1"},
    ],
)  # fmt: skip
def test_prohibition_of_a_part_contradicts_nothing(narrow: dict[str, Any]) -> None:
    asks = rule("nz-asks", hs_include=("8507",), modes=("air",))
    forbids = rule("nz-forbids", severity="prohibited", **{"hs_include": ("8507",)} | narrow)
    assert "contradiction" not in {code for _, code in found(asks, forbids)}


def test_same_rule_in_another_active_pack_is_an_overlap() -> None:
    here, there = (rule(f"nz-{where}", title="Hold a test report") for where in ("here", "there"))
    assert ("nz-here", "overlap") in found(here, around=(there,))
    assert not found(here, around=(rule("nz-there"),))  # another pack may ask for more
    spelled = [
        rule(f"nz-{n}", hs_include=codes) for n, codes in enumerate((("8506", "8507"), ("8506-8507",)))
    ]
    assert ("nz-1", "overlap") in found(*spelled)


def test_same_rule_of_a_country_that_has_left_is_none() -> None:
    since = {"valid_from": date(2022, 1, 1)}
    eu, gb = rule("eu-a", destinations=("EU",), **since), rule("gb-a", destinations=("GB",), **since)
    assert "overlap" not in {code for _, code in found(eu, gb)}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"hs_include": ("8590-8599",)}, "hs_include[0]"),
        ({"hs_include": ("850791-850799",)}, "hs_include[0]"),
        ({"tests": (RuleTest(facts=facts(hs_code="8599"), expect="matched"),)}, "tests[0].facts.hs_code"),
    ],
)  # fmt: skip
def test_range_without_a_code_and_test_of_none_are_refused(said: dict[str, Any], field: str) -> None:
    known = {"85", "8507", "850760", "8506"}
    told = lint(pack(rule(**said)), Around({}, lambda code: code in known))
    assert field in {each.field for each in told if each.code == "hs_code"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"authority": "  "}, "citation"), ({"title": " "}, "citation"),
        ({"evidence": (Evidence(all_of=("declaration",), waivers=(Waiver(reason="ever"),)),)}, "evidence"),
        (
            {"evidence": (Evidence(all_of=("declaration",), waivers=(NEVER,)),)},
            "contradiction",
        ),
    ],
)  # fmt: skip
def test_blank_words_and_waivers_that_say_nothing_are_refused(said: dict[str, Any], code: str) -> None:
    assert code in codes(rule(**said))


def test_citation_of_a_day_on_which_nobody_looked_is_refused() -> None:
    source = msgspec.structs.replace(rule().citation, checked_on=date(1, 1, 1))
    assert "citation" in codes(rule(citation=source))
    assert "citation" in codes(rule(citation=msgspec.structs.replace(rule().citation, law=" ")))
