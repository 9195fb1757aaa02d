"""Clocks that are wrong are put right by the arrival, or said to be wrong."""

import pytest
from tests.device.site import device, fix, standing

from entrepot.device.functions.clocks import ClockState, corrected, unrolled
from entrepot.infra.database.migrate import Migratable

NOW_US = 1_760_000_000_000_000
WEEKS_US = 1024 * 7 * 86_400_000_000
HOUR_US = 3_600_000_000
VAN = device()


@pytest.mark.parametrize(
    ("at_us", "right_us"),
    [
        (NOW_US - WEEKS_US, NOW_US),
        (NOW_US - 2 * WEEKS_US, NOW_US),
        (NOW_US - WEEKS_US - 24 * HOUR_US, NOW_US - 24 * HOUR_US),
        (NOW_US - WEEKS_US - 8 * 24 * HOUR_US, NOW_US - WEEKS_US - 8 * 24 * HOUR_US),  # a recording
        (NOW_US - WEEKS_US + HOUR_US, NOW_US - WEEKS_US + HOUR_US),
        (NOW_US - HOUR_US, NOW_US - HOUR_US),
    ],
)
def test_weeks_that_rolled_over_are_added_if_it_is_new_then(at_us: int, right_us: int) -> None:
    assert unrolled(at_us, NOW_US) == right_us


def test_clock_that_is_ahead_is_put_back_and_keeps_distances() -> None:
    state = ClockState()

    def at(said_us: int, received_us: int) -> tuple[int, int]:
        return corrected(state, said_us, received_us, most_future_us=60_000_000)

    assert at(NOW_US + HOUR_US, NOW_US) == (NOW_US, HOUR_US)
    kept = NOW_US + HOUR_US + 60_000_000  # waited for a line until two minutes later
    assert at(kept, NOW_US + 180_000_000) == (NOW_US + 60_000_000, HOUR_US)
    assert at(NOW_US + 30 * HOUR_US, NOW_US) == (NOW_US + 30 * HOUR_US, 0)  # nobody knows
    assert at(NOW_US + 50_000_000, NOW_US) == (NOW_US + 50_000_000, 0)


async def test_fix_from_the_future_is_kept_at_its_arrival_and_says_so(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(7_200, of=VAN, received_s=0))
        await site.take(VAN, fix(7_260, of=VAN, received_s=60, latitude=52.01))
        [first, second] = await site.accepted()
        assert second.fixed_at_us - first.fixed_at_us == 60_000_000
        assert first.fixed_at_us == first.received_at_us
        assert first.attributes == {"clock_ahead_s": 7_200}
        await site.take(VAN, fix(200_000, of=VAN, received_s=120))
        assert await site.reasons() == {"future": 1}


async def test_device_of_which_all_is_held_back_is_said_to_be_heard(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN))
        for second in range(10, 200, 10):
            await site.take(VAN, fix(second, of=VAN, accuracy_m=900.0))
        heard = [data["heard"] for each in await site.said() if (data := each["data"]).get("heard")]
        assert [at[VAN.id] - fix(0, of=VAN).received_at_us for at in heard] == [
            60_000_000, 120_000_000, 180_000_000,
        ]  # fmt: skip
        assert len(await site.accepted()) == 1


async def test_inaccurate_fix_brings_its_alarm_and_seldom_its_battery(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(0, of=VAN))
        rough = {"of": VAN, "accuracy_m": 900.0}
        await site.take(VAN, fix(10, **rough, attributes={"alarm": "sos"}))
        for second in range(20, 700, 10):
            await site.take(VAN, fix(second, **rough, battery_pct=10.0))
        passed = [each for each in await site.accepted() if each.accuracy_m]
        assert [bool(each.attributes) for each in passed] == [True, False, False]
        assert (await site.reasons())["inaccurate"] == 69


async def test_rolled_over_weeks_are_put_right_at_the_door_for_every_family(database: Migratable) -> None:
    async with standing(database, VAN) as site:
        await site.take(VAN, fix(-WEEKS_US / 1e6, of=VAN, received_s=5))
        [kept] = await site.accepted()
        assert kept.fixed_at_us == fix(0, of=VAN).fixed_at_us
        await site.take(VAN, fix(-WEEKS_US / 1e6 - 30 * 86_400, of=VAN, received_s=5))
        assert await site.reasons() == {"stale": 1}
