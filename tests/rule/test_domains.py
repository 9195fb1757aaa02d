"""What the packs do not cover is named, and nothing is clear while any of it can touch the goods."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from tests.rule.samples import ALL_OF_IT, TODAY, book, facts, ids, pack, rule

from entrepot.rule.functions.check import Rulebook
from entrepot.rule.functions.facts import normalised
from entrepot.rule.functions.lint import Around, lint
from entrepot.rule.model.check import CheckAnswer, PackRef
from entrepot.rule.model.domain import DOMAINS
from entrepot.rule.model.pack import Cover
from entrepot.rule.service.starter import shipped

CELLS = rule("nz-cells", hs_include=("8506",), traits_all=("lithium",))
SHIPPED = Rulebook([(PackRef(each.name, 1, each.name), each) for each in shipped()])


def cover(domain: str, *places: str, **said: Any) -> Cover:
    base = {"markets": places or ("NZ",), "about": "All.", "complete": True, "checked_on": date(2026, 11, 1)}
    return Cover(domain=domain, **base | said)


def asked(*covers: Cover, **said: Any) -> CheckAnswer:
    return book(CELLS, covers=covers).check(normalised(facts(**said), today=TODAY))


def level(answer: CheckAnswer, domain: str) -> str:
    told = answer.coverage.domains
    found = [name for name in ("complete", "partial", "none") if domain in getattr(told, name)]
    return found[0] if found else "untouched"


def without(*names: str) -> tuple[Cover, ...]:
    return tuple(each for each in ALL_OF_IT if each.domain not in names)


def test_nothing_is_clear_while_one_domain_that_can_touch_it_is_not_covered() -> None:
    code = {"hs_code": "850610", "no_other_traits": True}
    assert asked(*ALL_OF_IT, **code).verdict == "clear"
    left = asked(*without("trade_remedies"), **code)
    assert (left.verdict, left.coverage.domains.none) == ("not_covered", ["trade_remedies"])
    part = asked(*without("taxes"), cover("taxes", complete=False), **code)
    assert (part.verdict, part.coverage.domains.partial) == ("not_covered", ["taxes"])
    assert asked(*without("cosmetics", "tobacco"), **code).verdict == "clear"  # no batteries among them


def test_what_leaves_the_origin_counts_too() -> None:
    entering = tuple(each for each in ALL_OF_IT if each.way == "entering")
    left = asked(*entering, hs_code="850610", no_other_traits=True)
    assert (left.verdict, left.coverage.leaving.none) == ("not_covered", ["waste"])
    at_home = asked(*entering, hs_code="850610", origin="NZ", no_other_traits=True)
    assert at_home.coverage.leaving.none == []


def test_goods_that_stay_in_a_customs_union_are_not_asked_about_the_border() -> None:
    within = asked(hs_code="6109", origin="FR", destination="DE").coverage
    across = asked(hs_code="6109", origin="FR", destination="CH").coverage
    assert "trade_remedies" not in within.domains.none and "textiles" in within.domains.none
    assert "trade_remedies" in across.domains.none and "culture" not in across.leaving.none


@pytest.mark.parametrize(
    ("said", "touched", "untouched"),
    [
        ({"hs_code": "3303"}, "dangerous_goods", "medical"),
        ({"hs_code": "6109"}, "textiles", "dangerous_goods"),
        ({"hs_code": "6109", "traits": ["battery"]}, "dangerous_goods", "electrical"),
        ({"hs_code": "90", "not_traits": ["electrical", "battery"]}, "medical", "electrical"),
        ({"hs_code": "9018"}, "medical", "cosmetics"),
        ({"hs_code": "96"}, "cosmetics", "tobacco"),
        ({"hs_code": "9603", "not_traits": ["cosmetic"]}, "species", "cosmetics"),
        ({"hs_code": "87"}, "machines", "food"),
        ({}, "tobacco", "sanctions"),
        ({"hs_code": "6109", "origin": "KP"}, "sanctions", "food"),
        ({"hs_code": "6109", "transit": ["RU"]}, "sanctions", "culture"),
    ],
)
def test_domain_touches_by_code_trait_and_place(said: dict[str, Any], touched: str, untouched: str) -> None:
    answer = asked(**said)
    assert (level(answer, touched), level(answer, untouched)) == ("none", "untouched")


@dataclass(frozen=True)
class Case:
    cover: Cover
    level: str
    said: tuple[tuple[str, Any], ...] = (("hs_code", "850610"),)


@pytest.mark.parametrize(
    "case",
    [
        Case(cover("taxes"), "complete"),
        Case(cover("taxes", "INT"), "complete"),
        Case(cover("taxes", "AU"), "none"),
        Case(cover("taxes", complete=False), "partial"),
        Case(cover("taxes", hs_include=("8506",)), "complete"),
        Case(cover("taxes", hs_include=("850610-850630",)), "complete"),
        Case(cover("taxes", hs_include=("850650",)), "none"),
        Case(cover("taxes", hs_include=("850650",)), "partial", (("hs_code", "8506"),)),
        Case(cover("taxes", hs_include=("8506",)), "partial", ()),
        Case(cover("taxes", hs_exclude=("850610",)), "none"),
        Case(cover("taxes", hs_exclude=("850650",)), "partial", (("hs_code", "8506"),)),
        Case(cover("taxes", exclude_origins=("CN",)), "none"),
        Case(cover("taxes", exclude_origins=("EU",)), "complete"),
        Case(cover("taxes", valid_to=date(2026, 11, 19)), "none"),
        Case(cover("taxes", valid_from=date(2026, 11, 20)), "complete"),
        Case(cover("taxes", way="leaving"), "none"),
    ],
)
def test_cover_reaches_so_far(case: Case) -> None:
    assert level(asked(case.cover, **dict(case.said)), "taxes") == case.level


def test_best_of_several_covers_counts() -> None:
    both = (cover("taxes", complete=False), cover("taxes", hs_include=("8506",)))
    assert level(asked(*both, hs_code="8506"), "taxes") == "complete"
    assert level(asked(*both, hs_code="8517"), "taxes") == "partial"


def test_what_was_asked_before_changes_no_answer() -> None:
    """That a code makes food unlikely and that somebody denies it are two things, also when remembered."""
    plain = normalised(facts(hs_code="140190"), today=TODAY)
    denied = normalised(facts(hs_code="140190", not_traits=["food"]), today=TODAY)
    for first, then in ((plain, denied), (denied, plain)):
        made = book(CELLS, covers=())
        made.check(first)
        assert made.check(then) == book(CELLS, covers=()).check(then)
    assert "food" in made.check(plain).coverage.domains.none
    assert "food" not in made.check(denied).coverage.domains.none


def test_coverage_map_tells_each_domain_of_a_market() -> None:
    made = book(CELLS, covers=(cover("taxes"), cover("food", hs_include=("02",)), cover("species", "INT")))
    [market] = made.coverage.map(TODAY, "NZ")
    assert (market.domains.complete, market.domains.partial) == (["taxes", "species"], ["food"])
    assert len(market.domains.none) == len(DOMAINS) - 3


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"domain": "customs"}, "unknown_domain"),
        ({"markets": ("XX",)}, "unknown_market"),
        ({"exclude_origins": ("EEC",)}, "unknown_market"),
        ({"hs_include": ("9901",)}, "hs_code"),
        ({"hs_exclude": ("60-50",)}, "hs_code"),
        ({"valid_from": date(2027, 1, 1), "valid_to": date(2026, 1, 1)}, "never_matches"),
        ({"checked_on": date(2026, 12, 1)}, "citation"),
        ({"about": " "}, "unexplained"),
    ],
)
def test_flawed_cover_is_found(said: dict[str, Any], code: str) -> None:
    made = pack(rule(), covers=(cover(**{"domain": "taxes"} | said),))
    around = Around({}, lambda code: None, today=TODAY)
    [flaw] = [each for each in lint(made, around) if each.field.startswith("covers[0].")]
    assert flaw.code == code


# ---- what nobody is sure of -------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"confidence": "uncertain"}, {"mapping": "rough"}])
def test_nothing_is_forbidden_by_what_nobody_is_sure_of(said: dict[str, Any]) -> None:
    ban = rule("nz-ban", severity="prohibited", hs_include=("8506",), traits_all=(), **said)
    here = {"hs_code": "850610", "no_other_traits": True}
    open = book(ban).check(normalised(facts(**here), today=TODAY))
    assert (open.verdict, ids(open.possible), ids(open.requirements)) == ("not_covered", ["nz-ban"], [])
    [question] = open.questions
    assert (question.id, question.expert) == ("answer:nz-ban", True)
    for answer, verdict in ((True, "prohibited"), (False, "clear")):
        told = normalised(facts(**here, answers={"nz-ban": answer}), today=TODAY)
        assert book(ban).check(told).verdict == verdict


def test_what_only_an_expert_can_answer_is_asked_last() -> None:
    ban = rule("nz-ban", severity="prohibited", hs_include=("8506",), traits_all=(), mapping="rough")
    light = rule("nz-light", severity="label", hs_include=("8506",), traits_all=("consumer",))
    answer = book(ban, light).check(normalised(facts(hs_code="8506"), today=TODAY))
    assert [each.id for each in answer.questions] == ["trait:consumer", "answer:nz-ban"]
    assert answer.verdict == "unknown"


def test_rough_document_is_possible_and_leaves_the_list_as_it_is() -> None:
    rough = rule("nz-rough", hs_include=("8506",), traits_all=(), mapping="rough")
    sure = rule("nz-sure", hs_include=("8506",), traits_all=())
    answer = book(rough, sure).check(normalised(facts(hs_code="8506"), today=TODAY))
    assert (answer.verdict, ids(answer.requirements), ids(answer.possible)) == (
        "requirements", ["nz-sure"], ["nz-rough"],
    )  # fmt: skip


# ---- the packs that come with the program -----------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "domains"),
    [
        ({"hs_code": "330300", "mode": "air"}, {"dangerous_goods"}),
        ({"hs_code": "691110"}, {"trade_remedies"}),
        ({"hs_code": "220830"}, {"taxes", "food"}),
        ({"hs_code": "6109", "origin": "RU"}, {"sanctions"}),
        ({"hs_code": "970191"}, {"culture"}),
        ({"hs_code": "850760", "destination": "US"}, {"dangerous_goods", "trade_remedies"}),
    ],
)
def test_shipped_packs_say_what_they_do_not_hold(said: dict[str, Any], domains: set[str]) -> None:
    told = normalised(facts(**{"destination": "DE", "no_other_traits": True} | said), today=TODAY)
    covered = SHIPPED.check(told).coverage.domains
    assert domains <= {*covered.partial, *covered.none}


def test_shipped_packs_know_chapters_without_trade_remedies() -> None:
    def remedies(**said: Any) -> list[str]:
        told = normalised(facts(**{"destination": "DE"} | said), today=TODAY)
        return SHIPPED.check(told).coverage.domains.complete

    assert remedies(hs_code="6109") == ["trade_remedies"]
    assert remedies(hs_code="6109", origin="RU") == []
    assert remedies(hs_code="6911") == []
    assert remedies(hs_code="6109", destination="US") == []
    assert remedies(hs_code="6109", destination="US", origin="VN") == ["trade_remedies"]


def test_every_shipped_pack_says_what_it_covers() -> None:
    assert all(each.covers for each in shipped())
