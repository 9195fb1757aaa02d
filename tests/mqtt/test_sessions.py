"""What waits for a client: subscriptions, messages, wills; across connections and restarts."""

import asyncio

import pytest
from tests.mqtt.house import Client, House, open_house, until

from entrepot.mqtt.gate import Ending, Identity, NotUsed
from entrepot.mqtt.packets import (
    DISCONNECT,
    PINGREQ,
    PUBACK,
    PUBCOMP,
    PUBREC,
    PUBREL,
    UNSUBACK,
    AckPacket,
    Bare,
    Publish,
    Suback,
    Subscribe,
    Unsubscribe,
    Will,
)

MINE, HOUSE = "owntracks/ann/phone", "house/news"
LAST_WORDS = Will(topic=MINE, payload=b"gone", qos=1)


async def subscribe(client: Client, topic_filter: str = HOUSE, qos: int = 1) -> None:
    answer = await client.exchange(Subscribe(1, ((topic_filter, qos),)))
    assert answer == Suback(1, (qos,))


def said(payload: bytes, qos: int = 0, packet_id: int = 0, **options: bool) -> Publish:
    return Publish(HOUSE, payload, qos, packet_id=packet_id, **options)


# ---- subscriptions -------------------------------------------------------------------------------


async def test_suback_has_a_code_for_every_filter(house: House) -> None:
    ann = await house.client()
    filters = (("owntracks/#", 2), ("secret/#", 1), ("/".join("x" * 33), 0), ("house/+", 0))
    assert await ann.exchange(Subscribe(9, filters)) == Suback(9, (2, 0x80, 0x80, 0))


async def test_a_message_comes_once_with_the_highest_granted_qos(house: House) -> None:
    ann = await house.client()
    await ann.exchange(Subscribe(1, ((HOUSE, 0), ("house/#", 1), ("+/news", 0))))
    await house.listener.publish(HOUSE, b"hello", qos=2)
    assert await ann.read() == said(b"hello", 1, 1)
    assert await ann.silent()


async def test_qos_is_the_lower_of_what_is_sent_and_what_was_asked_for(house: House) -> None:
    ann = await house.client()
    await subscribe(ann, qos=2)
    await house.listener.publish(HOUSE, b"zero", qos=0)
    await house.listener.publish(HOUSE, b"two", qos=2)
    assert await ann.read() == said(b"zero")
    assert await ann.read() == said(b"two", 2, 1)
    assert await ann.exchange(AckPacket(PUBREC, 1)) == AckPacket(PUBREL, 1)
    assert await ann.exchange(AckPacket(PUBREC, 1)) == AckPacket(PUBREL, 1)
    ann.send(AckPacket(PUBCOMP, 1))
    assert await ann.exchange(AckPacket(PUBREC, 1)) == AckPacket(PUBREL, 1), (
        "what is forgotten is released again"
    )


async def test_a_device_hears_others_as_the_gate_lets_it(house: House) -> None:
    ann, bob = await house.client(), await house.client("bob")
    await subscribe(bob, "owntracks/+/+", 1)
    assert await ann.exchange(Publish(MINE, b"here", 1, packet_id=1)) == AckPacket(PUBACK, 1)
    assert await bob.read() == Publish(MINE, b"here", 1, packet_id=1)
    await ann.exchange(Publish(MINE, b"private", 1, packet_id=2))
    house.gate.readable_topics = []
    await ann.exchange(Publish(MINE, b"hidden", 1, packet_id=3))
    assert await bob.silent()


async def test_what_is_unsubscribed_does_not_come(house: House) -> None:
    ann = await house.client()
    await subscribe(ann)
    assert await ann.exchange(Unsubscribe(2, (HOUSE, "never/asked"))) == AckPacket(UNSUBACK, 2)
    await house.listener.publish(HOUSE, b"hello")
    assert await ann.silent()


async def test_the_house_can_speak_to_one_device(house: House) -> None:
    ann, bob = await house.client(), await house.client("bob")
    for client in (ann, bob):
        await subscribe(client, "v1/devices/me/rpc/request/+", 0)
    await house.listener.publish("v1/devices/me/rpc/request/1", b"{}", qos=0, to="id of bob")
    assert (await bob.read_publish()).payload == b"{}"
    assert await ann.silent()


async def test_subscriptions_of_a_session_are_bounded(tmp_path) -> None:
    async with open_house(tmp_path, subscriptions=2) as house:
        ann = await house.client()
        filters = tuple((f"house/{n}", 0) for n in range(3))
        assert await ann.exchange(Subscribe(1, filters)) == Suback(1, (0, 0, 0x80))
        assert await ann.exchange(Subscribe(2, (("house/1", 1),))) == Suback(2, (1,))


# ---- messages that wait --------------------------------------------------------------------------


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_kept_session_waits_with_its_messages(house: House, restarts: bool) -> None:
    ann = await house.client(clean=False)
    assert not ann.session_present
    await subscribe(ann, qos=2)
    ann.send(Bare(DISCONNECT))
    await until(lambda: house.gate.ended)
    for qos in (0, 1, 2):
        await house.listener.publish(HOUSE, b"%d" % qos, qos=qos)
    if restarts:
        await house.restart()
    again = await house.client(clean=False)
    assert again.session_present
    seen = [await again.read_publish(), await again.read_publish()]
    assert [(each.payload, each.qos, each.packet_id) for each in seen] == [(b"1", 1, 1), (b"2", 2, 2)]
    await house.listener.publish(HOUSE, b"live", qos=0)
    assert await again.read() == said(b"live")


async def test_what_was_not_confirmed_comes_again_in_its_order(house: House) -> None:
    ann = await house.client(clean=False)
    await subscribe(ann, qos=2)
    for n in range(1, 5):
        await house.listener.publish(HOUSE, b"%d" % n, qos=2 if n % 2 else 1)
    assert [(await ann.read_publish()).packet_id for _ in range(4)] == [1, 2, 3, 4]
    ann.send(AckPacket(PUBACK, 2))
    assert await ann.exchange(AckPacket(PUBREC, 1)) == AckPacket(PUBREL, 1)
    ann.abort()
    await until(lambda: house.gate.ended)
    again = await house.client(clean=False)
    assert await again.read() == AckPacket(PUBREL, 1)
    assert await again.read() == said(b"3", 2, 3, duplicate=True)
    assert await again.read() == said(b"4", 1, 4, duplicate=True)


async def test_a_released_message_is_not_sent_again_after_a_restart(house: House) -> None:
    ann = await house.client(clean=False)
    await subscribe(ann, qos=2)
    await house.listener.publish(HOUSE, b"once", qos=2)
    await ann.read_publish()
    assert await ann.exchange(AckPacket(PUBREC, 1)) == AckPacket(PUBREL, 1)
    await house.restart()
    again = await house.client(clean=False)
    assert await again.read() == AckPacket(PUBREL, 1)
    again.send(AckPacket(PUBCOMP, 1), Bare(PINGREQ))
    await again.read()
    await house.restart()
    third = await house.client(clean=False)
    assert third.session_present and await third.silent()


async def test_only_a_window_is_under_way_and_the_rest_follows(tmp_path) -> None:
    async with open_house(tmp_path, window=3) as house:
        ann = await house.client()
        await subscribe(ann)
        for n in range(10):
            await house.listener.publish(HOUSE, b"%d" % n)
        first = [await ann.read_publish() for _ in range(3)]
        assert await ann.silent()
        for each in first:
            ann.send(AckPacket(PUBACK, each.packet_id))
        rest = []
        for _ in range(7):
            rest.append(await ann.read_publish())
            ann.send(AckPacket(PUBACK, rest[-1].packet_id))
        assert [each.payload for each in first + rest] == [b"%d" % n for n in range(10)]


async def test_a_full_queue_lets_the_oldest_go(tmp_path) -> None:
    async with open_house(tmp_path, queue=5) as house:
        ann = await house.client(clean=False)
        await subscribe(ann)
        ann.abort()
        await until(lambda: house.gate.ended)
        for n in range(8):
            await house.listener.publish(HOUSE, b"%d" % n)
        await house.restart()
        again = await house.client(clean=False)
        assert [(await again.read_publish()).payload for _ in range(5)] == [b"3", b"4", b"5", b"6", b"7"]


async def test_what_was_confirmed_takes_no_room(tmp_path) -> None:
    async with open_house(tmp_path, queue_bytes=1_000) as house:
        ann = await house.client(clean=False)
        await subscribe(ann, qos=2)
        for n in range(1, 11):
            await house.listener.publish(HOUSE, b"x" * 400, qos=2)
            assert (await ann.read_publish()).packet_id == n
            assert await ann.exchange(AckPacket(PUBREC, n)) == AckPacket(PUBREL, n)
            ann.send(AckPacket(PUBCOMP, n))
        ann.send(Bare(DISCONNECT))
        await until(lambda: house.gate.ended)
        for _ in range(3):
            await house.listener.publish(HOUSE, b"x" * 400, qos=2)
        again = await house.client(clean=False)
        assert [(await again.read_publish()).packet_id for _ in range(2)] == [12, 13]


async def test_a_message_of_qos_2_leaves_only_when_its_id_is_on_disk(house: House) -> None:
    ann = await house.client(clean=False)
    await subscribe(ann, qos=2)
    release = asyncio.Event()
    holding = asyncio.create_task(house.database.write(lambda tx: release.wait()))
    await asyncio.sleep(0.01)
    publishing = asyncio.create_task(house.listener.publish(HOUSE, b"once", qos=2))
    silent, done = await ann.silent(), publishing.done()
    release.set()
    assert silent and not done
    assert await ann.read() == said(b"once", 2, 1)
    await asyncio.gather(publishing, holding)


async def test_a_clean_session_begins_with_nothing_and_leaves_nothing(house: House) -> None:
    ann = await house.client(clean=False)
    await subscribe(ann)
    clean = await house.client(clean=True)
    await house.listener.publish(HOUSE, b"hello")
    assert not clean.session_present and await clean.silent()
    clean.abort()
    again = await house.client(clean=False)
    assert not again.session_present
    kept = await house.store.load()
    assert len(kept.sessions) <= 1 and not kept.subscriptions and not kept.outgoing


async def test_a_session_that_nobody_uses_is_forgotten(tmp_path) -> None:
    async with open_house(tmp_path, session_s=0.05) as house:
        ann = await house.client(clean=False)
        await subscribe(ann)
        ann.abort()
        await until(lambda: house.gate.ended)
        await asyncio.sleep(0.1)
        await house.restart()
        again = await house.client(clean=False)
        assert not again.session_present


async def test_only_so_many_sessions_of_a_device_are_kept(tmp_path) -> None:
    async with open_house(tmp_path, sessions_per_identity=2) as house:
        for n in range(4):
            client = await house.client(client_id=f"c{n}", clean=False)
            client.abort()
            await until(lambda n=n: len(house.gate.ended) == n + 1)
        present = [(await house.client(client_id=f"c{n}", clean=False)).session_present for n in (3, 2, 0)]
        assert present == [True, True, False]


async def test_client_ids_belong_to_their_device(house: House) -> None:
    ann, bob = await house.client("ann", "same"), await house.client("bob", "same")
    for client in (ann, bob):
        client.send(Bare(PINGREQ))
        await client.read()
    assert house.gate.ended == []


async def test_the_second_connection_of_a_client_ends_the_first(house: House) -> None:
    first = await house.client(clean=False, will=LAST_WORDS)
    await subscribe(first)
    second = await house.client(clean=False)
    assert second.session_present and await first.closed()
    assert house.gate.ended == [("ann", "phone", Ending.TAKEN_OVER)]
    await until(lambda: house.gate.payloads == [b"gone"])
    await house.listener.publish(HOUSE, b"hello")
    assert (await second.read_publish()).payload == b"hello"


# ---- retained ------------------------------------------------------------------------------------


@pytest.mark.parametrize("restarts", [False, True])
async def test_a_retained_message_is_set_replaced_and_cleared(house: House, restarts: bool) -> None:
    await house.listener.publish(HOUSE, b"old", retain=True)
    await house.listener.publish(HOUSE, b"new", retain=True)
    await house.listener.publish("house/other", b"x", retain=True)
    await house.listener.publish("house/other", b"", retain=True)
    if restarts:
        await house.restart()
    ann = await house.client()
    await subscribe(ann, "house/#")
    assert await ann.read() == said(b"new", 1, 1, retain=True)
    await house.listener.publish(HOUSE, b"live", retain=True)
    assert await ann.read() == said(b"live", 1, 2), "to who is there it is not marked"
    await subscribe(ann, "house/#", 0)
    assert await ann.read() == said(b"live", retain=True), "a new subscription hears it again"


async def test_what_a_device_retains_is_its_own_and_survives(house: House) -> None:
    ann = await house.client()
    assert await ann.exchange(Publish(MINE, b"here", 1, retain=True, packet_id=1)) == AckPacket(PUBACK, 1)
    assert await ann.exchange(Publish(MINE, b"private", 1, retain=True, packet_id=2)) == AckPacket(PUBACK, 2)
    await house.restart()
    bob = await house.client("bob")
    await subscribe(bob, "owntracks/#", 0)
    assert await bob.read() == Publish(MINE, b"here", retain=True)
    house.listener.cut("id of ann", forget=True)
    assert len(house.listener.broker.retained) == 0
    await house.restart()
    assert len(house.listener.broker.retained) == 0


async def test_a_device_retains_only_so_much(tmp_path) -> None:
    async with open_house(tmp_path, retained_per_identity=2, retained_bytes=10) as house:
        ann = await house.client()
        for n, payload in enumerate((b"1", b"2"), start=1):
            await ann.exchange(Publish(f"{MINE}/{n}", payload, 1, retain=True, packet_id=n))
        ann.send(Publish(f"{MINE}/3", b"3", 1, retain=True, packet_id=7))
        assert await ann.closed()
        ann = await house.client()
        again = Publish(f"{MINE}/3", b"3", 1, retain=True, duplicate=True, packet_id=7)
        assert await ann.exchange(again) == AckPacket(PUBACK, 7), "it would come again for ever"
        too_long = Publish(f"{MINE}/1", b"x" * 11, 1, retain=True, packet_id=8)
        assert await ann.exchange(too_long) == AckPacket(PUBACK, 8), "it was told already"
        assert house.listener.broker.retained.owned() == [f"{MINE}/2"], "what is newer went, so what was goes"
        assert house.listener.counters.dropped == {"retained_too_much": 3}
        await until(lambda: len(house.gate.aside) == 3)
        assert {each[4] for each in house.gate.aside} == {NotUsed.NOT_RETAINED}


@pytest.mark.parametrize("qos", [1, 2])
async def test_a_device_with_more_topics_than_it_may_retain_is_cut_once(tmp_path, qos: int) -> None:
    """Whatever its topics and values are, and however often they change."""
    async with open_house(tmp_path, retained_per_identity=2) as house:
        cuts = 0
        ann = await house.client(clean=False)
        for n in range(12):
            packet = Publish(f"{MINE}/{n % 4}", b"%d" % n, qos, retain=True, packet_id=n + 1)
            ann.send(packet)
            if await ann.closed():
                cuts += 1
                ann = await house.client(clean=False)
                await ann.exchange(packet)
        assert cuts == 1
        ann.abort()
        house.listener.broker.forget("ann")
        assert house.listener.broker.refuses(Identity("ann")), "somebody new under an old name was not told"


async def test_what_cannot_be_retained_at_qos_0_is_dropped_and_noted(tmp_path) -> None:
    async with open_house(tmp_path, retained_per_identity=1) as house:
        ann = await house.client()
        for n in (1, 2):
            ann.send(Publish(f"{MINE}/{n}", b"here", 0, retain=True))
        await ann.exchange(Bare(PINGREQ))
        await until(lambda: house.gate.aside)
        assert house.gate.aside == [("ann", f"{MINE}/2", b"here", 4, NotUsed.NOT_RETAINED)]


# ---- what came and was never sent on, what is too large ------------------------------------------------


@pytest.mark.parametrize("restarts", [False, True])
async def test_only_what_was_sent_before_is_a_duplicate(house: House, restarts: bool) -> None:
    ann = await house.client(clean=False)
    await subscribe(ann, qos=1)
    await house.listener.publish(HOUSE, b"sent", qos=1)
    assert await ann.read() == said(b"sent", 1, 1)
    ann.abort()
    await until(lambda: house.gate.ended)
    await house.listener.publish(HOUSE, b"waits", qos=1)
    if restarts:
        await house.restart()
    ann = await house.client(clean=False)
    assert await ann.read() == said(b"sent", 1, 1, duplicate=True)
    assert await ann.read() == said(b"waits", 1, 2)


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("size", [300 * 1024, 3_000_000])
async def test_a_message_that_is_too_large_is_set_aside_and_acknowledged(
    house: House, qos: int, size: int
) -> None:
    ann = await house.client(clean=False)
    large = b"x" * size
    ann.send(Publish(MINE, large, qos, packet_id=5 if qos else 0))
    if qos:
        assert await ann.read() == AckPacket(PUBACK if qos == 1 else PUBREC, 5)
    answer = await ann.exchange(Publish(MINE, b"next", 1, packet_id=6))
    assert answer == AckPacket(PUBACK, 6), "it does not stand in the way of what follows"
    [(who, topic, kept, whole, why)] = house.gate.aside
    assert (who, topic, whole - len(b"\0\x13" + MINE.encode()) - 2 * bool(qos), why) == (
        "ann", MINE, size, NotUsed.TOO_LARGE,
    )  # fmt: skip
    assert kept == large[: len(kept)] and 64 * 1024 < len(kept) <= 128 * 1024
    assert house.gate.payloads == [b"next"]


async def test_a_message_on_a_foreign_topic_is_set_aside_and_acknowledged(house: House) -> None:
    ann = await house.client()
    answer = await ann.exchange(Publish("owntracks/bob/phone", b"hello", 1, packet_id=1))
    assert answer == AckPacket(PUBACK, 1)
    assert house.gate.aside == [("ann", "owntracks/bob/phone", b"hello", 5, NotUsed.FOREIGN)]
    house.gate.broken = True
    ann.send(Publish("owntracks/bob/phone", b"hello", 1, packet_id=2))
    assert await ann.closed(), "it is acknowledged only when somebody can see it"


async def test_an_empty_message_clears_what_is_retained_and_is_delivered(house: House) -> None:
    ann, bob = await house.client(), await house.client("bob")
    await ann.exchange(Publish(MINE, b"here", 1, retain=True, packet_id=1))
    await subscribe(bob, MINE)
    assert (await bob.read_publish()).payload == b"here"
    await ann.exchange(Publish(MINE, b"", 1, retain=True, packet_id=2))
    assert await bob.read() == Publish(MINE, b"", 1, packet_id=2)
    assert not len(house.listener.broker.retained)


async def test_thousands_of_retained_messages_come_and_others_are_served(house: House) -> None:
    for n in range(3_000):
        house.listener.broker.route(f"house/{n}", b"x", 0, retain=True, by="")
    ann, bob = await house.client(), await house.client("bob")
    await subscribe(ann, "house/+", 0)
    bob.send(Bare(PINGREQ))
    await bob.read()
    assert len({(await ann.read_publish()).topic for _ in range(3_000)}) == 3_000


# ---- wills ---------------------------------------------------------------------------------------


async def test_a_will_is_published_when_the_device_goes_without_a_word(house: House) -> None:
    bob = await house.client("bob")
    await subscribe(bob, "owntracks/#")
    ann = await house.client(will=Will(topic=MINE, payload=b"gone", qos=1, retain=True))
    ann.abort()
    assert await bob.read() == Publish(MINE, b"gone", 1, packet_id=1)
    assert house.gate.taken == [("ann", MINE, b"gone", True)]
    assert house.listener.broker.retained.get(MINE) is not None


async def test_an_empty_will_is_published_and_clears_what_is_retained(house: House) -> None:
    """[MQTT-3.3.1-10, -11]"""
    bob = await house.client("bob")
    await subscribe(bob, MINE)
    ann = await house.client(will=Will(topic=MINE, payload=b"", qos=1, retain=True))
    assert await ann.exchange(Publish(MINE, b"here", 1, retain=True, packet_id=1)) == AckPacket(PUBACK, 1)
    assert (await bob.read_publish()).payload == b"here"
    ann.abort()
    left = await bob.read_publish()
    assert (left.payload, left.retain) == (b"", False)
    assert house.listener.broker.retained.owned() == []


async def test_a_will_is_dropped_when_the_device_says_goodbye(house: House) -> None:
    ann = await house.client(will=LAST_WORDS)
    ann.send(Bare(DISCONNECT))
    assert await ann.closed()
    await until(lambda: house.gate.ended == [("ann", "phone", Ending.LEFT)])
    assert house.gate.taken == []


async def test_a_will_waits_for_a_database_that_cannot_write(house: House) -> None:
    ann = await house.client(will=LAST_WORDS)
    house.gate.broken = True
    ann.abort()
    await until(lambda: house.gate.ended)
    house.gate.broken = False
    await until(lambda: house.gate.payloads == [b"gone"])


# ---- revoked -------------------------------------------------------------------------------------


async def test_a_revoked_device_is_cut_off_at_once_and_leaves_nothing(house: House) -> None:
    ann = await house.client(clean=False, will=LAST_WORDS)
    other = await house.client(client_id="watch")
    bob = await house.client("bob")
    await subscribe(ann)
    house.listener.cut("id of ann", forget=True)
    assert await ann.closed() and await other.closed()
    bob.send(Bare(PINGREQ))
    await bob.read()
    assert {ending for _, _, ending in house.gate.ended} == {Ending.CUT}
    assert house.gate.taken == [] and house.listener.connected("id of ann") == 0
    again = await house.client(clean=False)
    assert not again.session_present


async def test_a_device_that_changed_reconnects_to_its_session(house: House) -> None:
    ann = await house.client(clean=False)
    await subscribe(ann)
    house.listener.cut("id of ann")
    assert await ann.closed()
    assert (await house.client(clean=False)).session_present


async def test_who_was_revoked_while_nobody_listened_leaves_nothing_either(house: House) -> None:
    for name in ("ann", "bob"):
        client = await house.client(name, clean=False)
        await client.exchange(Publish(f"owntracks/{name}/phone", b"x", 1, retain=True, packet_id=1))
    await house.listener.publish(HOUSE, b"x", retain=True)
    house.revoked = {"id of ann"}
    await house.restart()
    await house.restart()
    kept = await house.store.load()
    assert [row[1] for row in kept.sessions] == ["id of bob"]
    assert sorted(row[0] for row in kept.retained) == [HOUSE, "owntracks/bob/phone"]
