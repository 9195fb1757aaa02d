"""A fact is told once; rules say whether, when and how often; what was wrong is taken back."""

import asyncio
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.alert.desk import ANN, NOON, Desk, crossed, passed
from tests.context_database import context_database
from tests.tracking.fleet import said

from entrepot.alert.events import AlertRaised
from entrepot.alert.functions.judging import AlertChange, concerns, within_reach
from entrepot.alert.model.alert import Alert, FactIdTaken
from entrepot.alert.model.rule import AlertRule, AlertRuleKey, AlertRuleNotFound
from entrepot.alert.service import rules
from entrepot.core.errors import Unfit
from entrepot.core.time import to_us
from entrepot.tracking.facts import fact_of


async def test_fact_is_told_at_once_and_once(desk: Desk) -> None:
    await desk.hear(*[passed("enter", value=3.0)] * 2)
    [raised] = [each for each in await said(desk.database) if isinstance(each, AlertRaised)]
    assert (raised.alert_id, raised.device_id, raised.device_name) == ("d1/enter/f1/0.0", "d1", "Van 3")
    assert (raised.geofence_id, raised.geofence_name, raised.occurred_at) == ("f1", "Depot", NOON)
    assert (raised.latitude, raised.longitude, raised.value) == (52.5, 13.4, 3.0)
    [alert] = await desk.listed()
    assert (alert.id, alert.kind, alert.device_id, alert.repeats) == (raised.alert_id, "enter", "d1", 0)


async def test_what_is_known_better_is_corrected_without_telling_again(desk: Desk) -> None:
    await desk.hear(crossed("overspeed", value=30.0), crossed("overspeed", value=33.5))
    assert await desk.said() == ["+overspeed"]
    assert [each.value for each in await desk.listed()] == [33.5]


async def test_fact_that_was_wrong_takes_its_alert_back_once_and_may_come_again(desk: Desk) -> None:
    fact = passed("enter")
    await desk.hear(fact)
    await desk.deny(fact, fact, passed("exit"))
    assert await desk.said() == ["+enter", "-enter"]
    [alert] = await desk.listed()
    assert alert.withdrawn_at == NOON
    await desk.hear(fact)
    assert await desk.said() == ["+enter", "-enter", "+enter"]
    assert await desk.standing() == {fact.fact_id}


async def test_denial_of_another_organisation_takes_nothing_back(desk: Desk) -> None:
    await desk.hear(passed("enter"))
    await desk.deny(replace(passed("enter"), organisation="other"))
    assert await desk.said() == ["+enter"]


async def test_fact_with_the_id_of_another_organisation_s_changes_nothing(desk: Desk) -> None:
    await desk.hear(passed("enter", value=1.0))
    with pytest.raises(FactIdTaken):
        await desk.hear(replace(passed("enter", value=2.0), organisation="other"))
    assert [each.value for each in await desk.listed()] == [1.0]


# ---- rules ------------------------------------------------------------------------------------------


async def test_closest_rule_counts(desk: Desk) -> None:
    await desk.rule(tells=False)
    await desk.rule(kind="enter", tells=True)
    await desk.rule(device="d2", tells=True)
    await desk.rule(kind="enter", device="d2", tells=False)
    for device in ("d1", "d2"):
        await desk.hear(passed("enter", device=device), passed("exit", device=device))
    assert await desk.standing() == {"d1/enter/f1/0.0", "d2/exit/f1/0.0"}
    await desk.hear(replace(passed("exit", minute=1), organisation="other"))
    assert (await desk.said())[-1] == "+exit"  # what one organisation wants counts for no other


async def test_rule_counts_from_its_moment_on(desk: Desk) -> None:
    await desk.hear(passed("enter"))
    await desk.rule(tells=False)
    await desk.hear(passed("enter"), passed("enter", minute=1))
    assert await desk.said() == ["+enter"]


async def test_what_does_not_hold_is_not_told(desk: Desk) -> None:
    await desk.rule(kind="enter", holds_for_s=600)
    await desk.hear(passed("enter"), passed("exit", fence="f2", minute=1), passed("enter", minute=20))
    await desk.hear(passed("exit", minute=25))
    await desk.at(9)
    assert await desk.said() == ["+exit", "+exit"]
    await desk.at(11)
    assert (await desk.said())[2:] == ["+enter"]
    await desk.at(60)
    assert len(await desk.said()) == 3


async def test_late_fact_takes_back_what_did_not_hold_and_gives_it_back(desk: Desk) -> None:
    await desk.rule(kind="enter", holds_for_s=600)
    await desk.hear(passed("enter"))
    await desk.at(11)
    left = passed("exit", minute=5, late=True)
    await desk.hear(left)
    assert await desk.said() == ["+enter", "+exit", "-enter"]
    await desk.deny(left)
    assert (await desk.said())[3:] == ["-exit", "+enter"]
    assert await desk.standing() == {"d1/enter/f1/0.0"}


async def test_fact_waits_for_another_that_confirms_it(desk: Desk) -> None:
    await desk.rule(kind="overspeed", confirmed_by="exit", confirmed_within_s=300)
    await desk.hear(crossed("overspeed"), crossed("overspeed", minute=60))
    assert await desk.said() == []
    sure = passed("exit", minute=4)
    await desk.hear(sure)
    assert await desk.said() == ["+exit", "+overspeed"]
    await desk.at(70)
    assert len(await desk.said()) == 2
    await desk.deny(sure)
    assert (await desk.said())[2:] == ["-exit", "-overspeed"]


async def test_same_kind_so_soon_again_only_counts(desk: Desk) -> None:
    await desk.rule(kind="enter", again_after_s=600)
    facts = [passed("enter", minute=minute) for minute in (0, 4, 9.9, 10)]
    await desk.hear(*facts, passed("enter", device="d2", minute=1))
    assert [(each.id, each.repeats) for each in await desk.listed()] == [
        ("d1/enter/f1/10", 0), ("d2/enter/f1/1", 0), ("d1/enter/f1/0", 2),
    ]  # fmt: skip
    await desk.deny(facts[0])  # then the next was the first; what was told stays told
    assert [(each.id, each.repeats) for each in await desk.listed(unacknowledged=True)] == [
        ("d1/enter/f1/10", 2), ("d2/enter/f1/1", 0),
    ]  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["enter", "exit"]), min_size=1, max_size=7), st.integers(0, 10_000))
def test_what_holds_does_not_depend_on_the_order_of_hearing(kinds: list[str], seed: int) -> None:
    facts = [passed(kind, minute=4.0 * number) for number, kind in enumerate(kinds)]
    shuffled = list(facts)
    random.Random(seed).shuffle(shuffled)

    async def told(order: list[object], *, hears_at: float) -> set[str]:
        with TemporaryDirectory() as folder:
            async with context_database("alert", folder=Path(folder)) as database:
                desk = Desk(database)
                await desk.rule(holds_for_s=600)
                for fact in order:
                    desk.minute += hears_at
                    await desk.hear(fact)  # type: ignore[arg-type]
                    await desk.at(desk.minute)
                await desk.at(1_000)
                return await desk.standing()

    async def both() -> None:
        holds = {
            each.fact_id for number, each in enumerate(facts)
            if not any(kind != each.kind for kind in kinds[number + 1 : number + 3])
        }  # fmt: skip
        assert await told(shuffled, hears_at=7.0) == holds
        assert await told(facts, hears_at=0.0) == holds

    asyncio.run(both())


# ---- setting them -----------------------------------------------------------------------------------


def _storm(facts: int) -> list[Alert]:
    """A device that goes in and out at a fence twice a minute."""
    kinds = ("exit", "enter")
    heard = [fact_of(passed(kinds[number % 2], minute=number / 2)) for number in range(facts)]
    return [
        Alert(fact=fact, occurred_at_us=to_us(fact.occurred_at), rule="x", raised_at_us=0) for fact in heard
    ]


@pytest.mark.parametrize(
    ("rule", "concerned"),
    [
        (AlertRule(again_after_s=86_400), 0),
        (AlertRule(holds_for_s=70), 1),  # the exit before it; the one before that is older
        (AlertRule(confirmed_by="enter", confirmed_within_s=60), 2),
        (AlertRule(confirmed_by="offline", confirmed_within_s=86_400), 0),
    ],
)
def test_fact_of_a_device_that_comes_and_goes_concerns_few_others(rule: AlertRule, concerned: int) -> None:
    *before, new = _storm(1_000)
    assert sum(concerns(AlertChange(new, heard=True), each, rule) for each in before) == concerned


def test_rule_looks_only_as_far_as_it_reaches() -> None:
    storm = _storm(1_000)
    near = within_reach(storm, storm[500], AlertRule(holds_for_s=60, again_after_s=90))
    assert near == storm[497:504]
    assert (
        within_reach(storm, storm[0], AlertRule()) == storm[:1]
    )  # what is confirmed by nothing waits for none


async def test_rules_are_listed_replaced_and_removed(desk: Desk) -> None:
    await desk.rule(kind="exit", again_after_s=60)
    await desk.rule(kind="exit", again_after_s=90)
    await desk.rule(kind="enter", device="d1", tells=False)
    first = await desk.database.read(lambda tx: rules.rules(tx, ANN, query=rules.AlertRuleQuery(limit=1)))
    assert [(each.kind, each.device) for each in first.items] == [("enter", "d1")]
    rest = await desk.database.read(
        lambda tx: rules.rules(tx, ANN, query=rules.AlertRuleQuery(limit=1, cursor=first.next))
    )
    assert (rest.items, rest.next) == ([AlertRule(kind="exit", again_after_s=90.0)], None)
    key = AlertRuleKey(kind="exit")
    await desk.database.write(lambda tx: rules.remove_rule(tx, ANN, query=key))
    with pytest.raises(AlertRuleNotFound):
        await desk.database.write(lambda tx: rules.remove_rule(tx, ANN, query=key))
    await desk.hear(passed("exit"), passed("exit", minute=1))
    assert await desk.said() == ["+exit", "+exit"]


@pytest.mark.parametrize(
    ("wanted", "field"),
    [({"kind": "departed"}, "kind"), ({"confirmed_by": "departed"}, "confirmed_by"),
     ({"kind": "exit", "confirmed_by": "exit"}, "confirmed_by")],
)  # fmt: skip
async def test_rule_of_what_nobody_says_is_refused(desk: Desk, wanted: dict[str, str], field: str) -> None:
    with pytest.raises(Unfit) as caught:
        await desk.rule(**wanted)
    assert caught.value.field == field
