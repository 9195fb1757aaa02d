"""The packs that ship: sound, sourced, tested, and complete for a toy with a battery."""

import time
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from tests.gateway.client import Caller, Node, running_node
from tests.suite.patience import PATIENCE_S

from entrepot.rule.functions import formats, hs_table
from entrepot.rule.functions.lint import Around, lint
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Rule
from entrepot.rule.service.starter import shipped

PACKS = {pack.name: pack for pack in shipped()}
RULES: Mapping[str, Rule] = {rule.id: rule for pack in PACKS.values() for rule in pack.rules}
_FILE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "hs2022" / "harmonized-system.csv"

# A toy car with a lithium-ion battery inside, a charger cable, and a button cell in its remote control.
TOY = {
    "hs_code": "9503",
    "description": "toy car with a battery and a remote control",
    "traits": [
        "battery_inside", "button_cell", "child_product", "lithium_ion", "packaging", "portable_battery",
        "radio", "section_301", "svhc",
    ],
    "no_other_traits": True,
    "origin": "CN",
    "date": "2026-12-15",
}  # fmt: skip


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with running_node(tmp_path_factory.mktemp("starter")) as node:
        caller = _asking(node)
        until = time.monotonic() + PATIENCE_S
        while not caller.get("/api/rules?limit=1").json().get("items"):
            assert time.monotonic() < until, "the shipped packs did not become active"
            time.sleep(0.05)
        yield caller


def _asking(node: Node) -> Caller:
    return node.caller("rule:read check:read check:write")


def check(caller: Caller, **facts: Any) -> tuple[dict[str, Any], set[str]]:
    reply = caller.post("/api/checks", TOY | facts)
    assert reply.status in (200, 201), reply.body
    answer = reply.json()
    return answer, {each["rule"]["id"] for each in answer["requirements"]}


def test_every_pack_is_canonical_and_without_a_flaw() -> None:
    for name, pack in PACKS.items():
        text = (files("entrepot.rule") / "starter" / f"{name}.yaml").read_text(encoding="utf-8")
        assert formats.write(pack, kind="yaml") == text
        assert formats.ordered(
            formats.read(formats.write(pack, kind="csv"), file="a.csv")
        ) == formats.ordered(pack)
        others = {rule.id: rule for other in PACKS.values() if other.name != name for rule in other.rules}
        assert lint(pack, Around(others, lambda code: None)) == []


def test_every_code_that_a_rule_names_is_one() -> None:
    if not _FILE.exists():
        pytest.skip("the HS 2022 table for tests (shared/data/hs2022) is not here")
    known = hs_table.read_table(_FILE.read_text(encoding="utf-8")).rows
    for pack in PACKS.values():
        others = {
            rule.id: rule for other in PACKS.values() if other.name != pack.name for rule in other.rules
        }
        assert lint(pack, Around(others, lambda code: code in known)) == []


def test_there_are_facts_for_every_market_that_was_promised() -> None:
    about_law = [rule for name, pack in PACKS.items() if name != "vat" for rule in pack.rules]
    assert len(about_law) >= 370
    assert PACKS.keys() == {"au", "br", "ca", "cn", "eu", "gb", "in", "int", "jp", "kr", "more", "us", "vat"}


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.name)
def test_pack_says_that_it_is_no_legal_advice(pack: Pack) -> None:
    assert pack.notice.startswith("Information, not legal advice.")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_is_sourced_and_marked(rule: Rule) -> None:
    assert rule.summary and rule.authority and rule.citation.law
    assert rule.citation.checked_on.year == 2026
    assert (rule.confidence == "verified") == bool(rule.verified_by)
    assert {"matched", "not_matched"} <= {test.expect for test in rule.tests}


def test_uncertain_parts_are_said() -> None:
    for id in ("us-surcharge-after-july", "eu-low-value-duty", "cn-food"):
        assert RULES[id].confidence == "uncertain"
    for id in ("us-section-301", "us-section-122", "eu-low-value-duty", "cn-food", "au-stink-bugs"):
        assert RULES[id].notes


def test_toy_to_the_european_union_is_a_complete_list(caller: Caller) -> None:
    few = {"batteries_per_package": 12, "packages": 1}
    measures = {name: {"value": number, "unit": "pcs"} for name, number in few.items()}
    answer, ids = check(caller, destination="DE", mode="air", value=900, currency="EUR", measures=measures)
    assert answer["verdict"] == "requirements", answer["questions"]
    assert ids == {
        "int-lithium-un38-3", "int-air-lithium-inside", "eu-battery-conformity", "eu-battery-producer",
        "eu-battery-symbol", "eu-radio", "eu-rohs", "eu-weee", "eu-gpsr", "eu-economic-operator",
        "eu-toy-safety", "eu-svhc", "eu-packaging", "vat-de",
    }  # fmt: skip
    assert answer["questions"] == []


def test_toy_without_radio_is_checked_for_emc(caller: Caller) -> None:
    traits = [each for each in TOY["traits"] if each != "radio"] + ["electrical"]
    _, ids = check(caller, destination="DE", mode="sea", traits=traits, value=900, currency="EUR")
    assert {"eu-emc", "eu-toy-safety"} <= ids and "eu-radio" not in ids


def test_toy_to_the_united_states_is_a_complete_list(caller: Caller) -> None:
    traits = [*TOY["traits"], "transmitter", "container", "dangerous_goods"]
    few = {"batteries_per_package": 12, "packages": 1}
    measures = {name: {"value": number, "unit": "pcs"} for name, number in few.items()}
    answer, ids = check(
        caller, destination="US", mode="sea", traits=traits, value=500, currency="USD", measures=measures
    )
    assert answer["verdict"] == "requirements", answer["questions"]
    assert ids == {
        "int-lithium-un38-3", "int-sea-dangerous-goods", "int-surface-lithium",
        "us-childrens-product", "us-toy-standard",
        "us-cpsc-efiling", "us-button-cells-in-toys", "us-radio-transmitter", "us-no-de-minimis",
        "us-section-301", "us-surcharge-after-july", "us-origin-mark", "us-isf",
    }  # fmt: skip


def test_toy_of_which_little_is_known_leads_to_questions(caller: Caller) -> None:
    reply = caller.post("/api/checks", {"hs_code": "9503", "origin": "CN", "destination": "US"}).json()
    assert reply["verdict"] == "unknown"
    assert {"eu-toy-safety"}.isdisjoint(each["rule"]["id"] for each in reply["requirements"])
    assert "us-toy-standard" in {each["rule"]["id"] for each in reply["requirements"]}
    asked = {each["id"] for each in reply["questions"]}
    assert {"trait:child_product", "trait:lithium", "value:USD"} & asked


def test_input_from_xinjiang_is_prohibited(caller: Caller) -> None:
    answer, ids = check(caller, destination="US", mode="air", traits=[*TOY["traits"], "xinjiang_input"],
                        value=500, currency="USD")  # fmt: skip
    assert answer["verdict"] == "prohibited" and "us-forced-labour" in ids


def test_charges_keep_their_currency(caller: Caller) -> None:
    answer, ids = check(caller, destination="DE", mode="air", value=40, currency="EUR", quantity=1)
    assert "eu-low-value-duty" in ids
    assert "EUR" in str(answer["landed_cost"]) and "USD" not in str(answer["landed_cost"])


def test_market_without_rules_is_not_covered(caller: Caller) -> None:
    reply = caller.post(
        "/api/checks", {"hs_code": "9503", "origin": "CN", "destination": "BT", "no_other_traits": True}
    ).json()
    assert reply["verdict"] == "not_covered"
