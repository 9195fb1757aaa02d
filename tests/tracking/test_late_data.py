"""Late, repeated and shuffled fixes: in the end it is as if they had come in order."""

import asyncio
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.context_database import context_database
from tests.suite.lengths import length
from tests.tracking import fleet
from tests.tracking.tracks import (
    Track,
    Walk,
    circle,
    enrolled,
    fenced,
    found,
    in_some_order,
    polygon,
    said,
    send,
)

from entrepot.core.geo import destination
from entrepot.infra.database.migrate import Migratable
from entrepot.tracking.events import DeviceFact, FactWithdrawn
from entrepot.tracking.functions.filter import sift
from entrepot.tracking.model.alert import AlertSettings
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.state import FilterState
from entrepot.tracking.service import clock

HERE = (50.0, 8.0)
WATCHED = AlertSettings(overspeed_mps=18, low_battery_pct=15)


async def prepared(database: Migratable) -> None:
    await enrolled(database, "d1", alerts=WATCHED)
    await fenced(database, "home", circle(*HERE, 150, dwell_s=240))
    await fenced(database, "town", polygon((8.0, 50.02), (8.05, 50.02), (8.05, 50.06), (8.0, 50.06)))
    await fenced(database, "kiosk", circle(*destination(*HERE, course_deg=20, distance_m=900), 40))


def journey(seed: int) -> Track:
    """Rests and rides at chance, with noise, jumps and a battery that runs low."""
    chance = random.Random(seed)
    walk = Walk(noise_m=chance.choice([0, 3, 10]), seed=seed, speeds=chance.random() < 0.5)
    for _ in range(chance.randint(1, 5)):
        every_s = chance.choice([5, 20, 60])
        walk.rest(s=chance.choice([60, 300, 900]), every_s=every_s)
        walk.ride(s=chance.choice([60, 300]), mps=chance.uniform(2, 25), course_deg=20 * chance.randint(0, 2),
                  every_s=every_s)  # fmt: skip
        if chance.random() < 0.3:
            walk.jump(course_deg=chance.uniform(0, 360), m=chance.choice([200, 5_000, 90_000]))
        if chance.random() < 0.2:
            walk.jump(course_deg=0, m=chance.choice([5, 3_000]), s=5_000)
    levels = [chance.uniform(5, 30) for _ in walk.fixes]
    return [
        msgspec.structs.replace(fix, battery_pct=level) for fix, level in zip(walk.fixes, levels, strict=True)
    ]


async def concluded(deliveries: Sequence[Sequence[Fix]]) -> dict[str, list[tuple[Any, ...]]]:
    """What a new house makes of these, one delivery after the other."""
    with TemporaryDirectory() as folder:
        async with context_database("tracking", folder=Path(folder)) as database:
            await prepared(database)
            for delivery in deliveries:
                await send(database, delivery)
            await clock.watch_the_clock(database)
            return await found(database)


def cut(track: Track, sizes: Sequence[int]) -> list[Track]:
    parts, start = [], 0
    for size in sizes:
        parts.append(track[start : start + size])
        start += size
    return [*parts, track[start:]]


@settings(max_examples=length(12, prove=120))
@given(
    st.integers(0, 10_000),
    st.integers(0, 10_000),
    st.lists(st.integers(1, 60), max_size=6),
)
def test_any_order_and_any_batches_end_in_the_same(seed: int, order: int, sizes: list[int]) -> None:
    track = journey(seed)

    async def both() -> None:
        straight = await concluded([track])
        assert await concluded(cut(in_some_order(track, order), sizes)) == straight

    asyncio.run(both())


@settings(max_examples=length(8, prove=80))
@example(seed=0, order=10, size=2)  # suspects at a checkpoint are redeemed after it
@example(seed=175, order=0, size=1)  # an open stop at a checkpoint stays where it began
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 40))
def test_latecomers_end_in_the_same(seed: int, order: int, size: int) -> None:
    """Most comes in order, one by one or in small batches; some comes hours later."""
    track, chance = journey(seed), random.Random(order)
    late = [fix for fix in track if chance.random() < 0.1]
    punctual = [fix for fix in track if fix not in late]
    parts = [punctual[start : start + size] for start in range(0, len(punctual), size)]
    for fix in late:
        parts.insert(chance.randint(0, len(parts)), [fix])

    async def both() -> None:
        assert await concluded(parts) == await concluded([track])

    asyncio.run(both())


@settings(max_examples=length(6, prove=60))
@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 200))
def test_second_delivery_changes_nothing_and_says_nothing(seed: int, order: int, size: int) -> None:
    track = journey(seed)

    async def twice() -> None:
        with TemporaryDirectory() as folder:
            async with context_database("tracking", folder=Path(folder)) as database:
                await prepared(database)
                await send(database, track, batch=50)
                await clock.watch_the_clock(database)
                before, events = await found(database), await said(database)
                await send(database, in_some_order(track, order), batch=size)
                await send(database, track, batch=size)
                assert await found(database) == before
                assert await said(database) == events

    asyncio.run(twice())


@settings(max_examples=length(8, prove=80))
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_what_the_edge_left_out_is_not_missed(seed: int, size: int) -> None:
    """The door ran the same filter; nothing that follows differs."""
    track = journey(seed)
    state, thinned = FilterState(), []
    for fix in track:
        reason, believed = sift(state, fix, FilterSettings())
        thinned += believed if reason else [*believed, fix]

    async def both() -> None:
        whole = await concluded([track])
        less = await concluded([thinned[start : start + size] for start in range(0, len(thinned), size)])
        for what in ("segments", "fence_events", "incidents"):
            assert less[what] == whole[what]

    asyncio.run(both())


async def test_of_two_fixes_at_the_same_time_the_better_one_counts(database: Migratable) -> None:
    await enrolled(database, "d1", "d2")
    track = Walk().ride(s=100, mps=9, course_deg=0).fixes
    better = [msgspec.structs.replace(fix, accuracy_m=2.0, longitude=8.0001) for fix in track]
    await send(database, track)
    await send(database, better)
    await send(database, [msgspec.structs.replace(fix, device_id="d2") for fix in [*better, *track]])
    await send(database, [msgspec.structs.replace(fix, device_id="d2") for fix in track])
    positions = (await found(database))["positions"]
    ones, twos = ([each[1:] for each in positions if each[0] == no] for no in (1, 2))
    assert ones == twos
    assert {each[3] for each in ones} == {20}


async def test_late_fix_corrects_the_trip_and_says_so(database: Migratable) -> None:
    """A stop that nobody knew of splits the trip; its alerts are marked late."""
    await prepared(database)
    walk = Walk(at=destination(*HERE, course_deg=180, distance_m=3_000)).rest(s=600)
    walk.ride(s=300, mps=10, course_deg=0, every_s=10)
    stop = len(walk.fixes)
    walk.rest(s=900, every_s=30)
    resume = len(walk.fixes)
    walk.ride(s=300, mps=10, course_deg=0, every_s=10).rest(s=600)
    punctual, late = (
        [*walk.fixes[: stop - 20], *walk.fixes[resume + 20 :]],
        walk.fixes[stop - 20 : resume + 20],
    )
    await send(database, punctual, batch=10)
    assert [each[1] for each in (await found(database))["segments"]].count("trip") == 1
    before = [each for each in await fleet.said(database) if isinstance(each, DeviceFact)]
    await send(database, late, batch=10)
    assert [each[1] for each in (await found(database))["segments"]].count("trip") == 2
    after = [each for each in await fleet.said(database) if isinstance(each, DeviceFact)]
    new = after[len(before) :]
    assert {each.kind for each in new} >= {"enter", "exit", "dwell"}
    assert all(each.late for each in new)


async def test_alert_that_late_data_disprove_is_withdrawn(database: Migratable) -> None:
    """Both ends of a leg lie outside, and it seems to lead through; in truth the device went around."""
    await enrolled(database, "d1")
    await fenced(database, "home", circle(*HERE, 150))
    west, north, east = (destination(*HERE, course_deg=course, distance_m=800) for course in (270, 0, 90))
    start = Walk(at=west).rest(s=60, every_s=30)
    first, at_us = start.fixes[-1], start.at_us

    def at(place: tuple[float, float], after_s: float) -> Fix:
        moment = at_us + int(after_s * 1e6)
        return Fix("d1", moment, moment, *place, 5.0)

    await send(database, [first, at(east, 120), at(east, 240)])
    await send(database, [at(north, 60)])
    told = await fleet.said(database)
    raised = [each.kind for each in told if isinstance(each, DeviceFact)]
    withdrawn = [each.kind for each in told if isinstance(each, FactWithdrawn)]
    assert (raised, withdrawn) == (["enter", "exit"], ["enter", "exit"])
    assert (await found(database))["fence_events"] == []
    assert (await found(database))["incidents"] == []


async def test_alert_that_moves_names_the_one_that_it_corrects(database: Migratable) -> None:
    await enrolled(database, "d1")
    await fenced(database, "home", circle(*HERE, 150))
    walk = Walk(at=destination(*HERE, course_deg=180, distance_m=600)).rest(s=60)
    walk.ride(s=60, mps=10, course_deg=0, every_s=5).rest(s=60)
    first_inside = next(n for n, fix in enumerate(walk.fixes) if fix.latitude > 50 - 145 / 111_195)
    late = walk.fixes[first_inside]
    await send(database, [fix for fix in walk.fixes if fix is not late])
    await send(database, [late])
    raised = [each for each in await fleet.said(database) if isinstance(each, DeviceFact)]
    assert [each.kind for each in raised] == ["enter", "enter"]
    assert raised[1].occurred_at < raised[0].occurred_at
    assert raised[1].corrects == raised[0].fact_id


async def test_long_history_is_derived_again_only_as_far_as_it_changes(
    database: Migratable, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await enrolled(database, "d1")
    walk = Walk(noise_m=3)
    for number in range(12):
        walk.rest(s=600).ride(s=300, mps=12, course_deg=30 * number)
    late = walk.fixes[200]
    punctual = [fix for fix in walk.fixes if fix is not late]
    await send(database, punctual, batch=20)
    await send(database, [late])
    revised = await database.read(lambda tx: tx.fetch("SELECT COUNT(*) FROM segment WHERE revised_at_us > 0"))
    assert revised[0][0] <= 2
    async with context_database("tracking", folder=tmp_path_factory.mktemp("fresh")) as fresh:
        await enrolled(fresh, "d1")
        await send(fresh, walk.fixes)
        assert await found(fresh) == await found(database)
