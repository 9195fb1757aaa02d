"""Whoever waits for a log to settle finds it heard, and is not held up by readers that are away."""

from collections.abc import Callable

from tests.infra.mailbox.station import Said, Station

Make = Callable[..., Station]


async def test_what_was_said_is_heard_once_it_settled(station: Make) -> None:
    shop = await station("shop", readers=["desk"]).start()
    desk = await station("desk", hears=["shop"]).start()
    for n in range(5):
        await shop.say(Said(who="ann", n=n))
        await shop.relay.settled(within_s=30.0)
        assert await desk.heard() == list(range(n + 1))


async def test_reader_that_is_away_holds_up_nobody_for_longer_than_asked(station: Make) -> None:
    shop = await station("shop", readers=["desk"]).start()
    await shop.say(Said(who="ann", n=1))
    await shop.relay.settled(within_s=0.2)
    desk = await station("desk", hears=["shop"]).start()
    await shop.relay.settled(within_s=30.0)
    assert await desk.heard() == [1]


async def test_log_without_readers_is_settled(station: Make) -> None:
    shop = await station("shop").start()
    await shop.say(Said(who="ann", n=1))
    await shop.relay.settled(within_s=0.2)
