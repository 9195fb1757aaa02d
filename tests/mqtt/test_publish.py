"""A publish is acknowledged when it is on disk, in order, and once where the client was promised that."""

import asyncio

import pytest
from tests.mqtt.house import House, open_house, until

from entrepot.mqtt.gate import Ending
from entrepot.mqtt.packets import PINGREQ, PUBACK, PUBCOMP, PUBREC, PUBREL, AckPacket, Bare, Publish, reply

TOPIC = "owntracks/ann/phone"


def publish(payload: bytes = b"x", qos: int = 1, packet_id: int = 0, **options: object) -> Publish:
    return Publish(TOPIC, payload, qos, packet_id=packet_id, **options)


async def test_qos_0_is_taken_and_not_answered(house: House) -> None:
    ann = await house.client()
    ann.send(publish(b"here", 0))
    await until(lambda: house.gate.taken == [("ann", TOPIC, b"here", False)])
    assert await ann.silent()


async def test_qos_1_is_acknowledged_only_after_the_disk(house: House) -> None:
    ann = await house.client()
    house.gate.disk.clear()
    ann.send(publish(packet_id=7))
    assert await ann.silent()
    house.gate.disk.set()
    assert await ann.read() == AckPacket(PUBACK, 7)


async def test_many_are_under_way_at_once_and_acknowledged_in_order(house: House) -> None:
    ann = await house.client()
    house.gate.disk.clear()
    ann.send(*(publish(b"%d" % n, packet_id=n) for n in range(1, 101)))
    assert await ann.silent()
    house.gate.disk.set()
    assert [await ann.read() for _ in range(100)] == [AckPacket(PUBACK, n) for n in range(1, 101)]
    assert house.gate.payloads == [b"%d" % n for n in range(1, 101)]


async def test_qos_2_is_taken_once_however_often_it_is_sent(house: House) -> None:
    ann = await house.client()
    assert await ann.exchange(publish(b"once", 2, 5)) == AckPacket(PUBREC, 5)
    assert await ann.exchange(publish(b"once", 2, 5, duplicate=True)) == AckPacket(PUBREC, 5)
    assert house.gate.payloads == [b"once"]
    assert await ann.exchange(AckPacket(PUBREL, 5)) == AckPacket(PUBCOMP, 5)
    assert await ann.exchange(AckPacket(PUBREL, 5)) == AckPacket(PUBCOMP, 5)
    assert await ann.exchange(publish(b"another", 2, 5)) == AckPacket(PUBREC, 5)
    assert house.gate.payloads == [b"once", b"another"]


async def test_qos_2_sent_again_before_the_disk_waits_for_the_first(house: House) -> None:
    ann = await house.client()
    house.gate.disk.clear()
    ann.send(publish(b"once", 2, 5), publish(b"once", 2, 5, duplicate=True))
    assert await ann.silent()
    house.gate.disk.set()
    assert [await ann.read(), await ann.read()] == [AckPacket(PUBREC, 5)] * 2
    assert house.gate.payloads == [b"once"]


async def test_qos_2_stays_once_when_the_connection_breaks_in_between(house: House) -> None:
    ann = await house.client(clean=False)
    house.gate.disk.clear()
    ann.send(publish(b"once", 2, 5))
    assert await ann.silent()
    ann.abort()
    await until(lambda: house.gate.ended)
    again = await house.client(clean=False)
    again.send(publish(b"once", 2, 5, duplicate=True))
    house.gate.disk.set()
    assert await again.read() == AckPacket(PUBREC, 5)
    assert house.gate.payloads == [b"once"]


async def test_qos_2_stays_once_across_a_restart(house: House) -> None:
    ann = await house.client(clean=False)
    assert await ann.exchange(publish(b"once", 2, 5)) == AckPacket(PUBREC, 5)
    assert await ann.exchange(publish(b"whole", 2, 6)) == AckPacket(PUBREC, 6)
    assert await ann.exchange(AckPacket(PUBREL, 6)) == AckPacket(PUBCOMP, 6)
    await house.restart()
    again = await house.client(clean=False)
    assert again.session_present
    assert await again.exchange(publish(b"once", 2, 5, duplicate=True)) == AckPacket(PUBREC, 5)
    assert await again.exchange(publish(b"new", 2, 6)) == AckPacket(PUBREC, 6)
    assert house.gate.payloads == [b"once", b"whole", b"new"]


@pytest.mark.parametrize("qos", [1, 2])
async def test_what_cannot_be_stored_is_not_acknowledged_and_the_client_let_go(
    house: House, qos: int
) -> None:
    ann = await house.client(clean=False)
    house.gate.broken = True
    ann.send(publish(b"late", qos, 3))
    assert await ann.closed()
    await until(lambda: house.gate.ended == [("ann", "phone", Ending.UNAVAILABLE)])
    house.gate.broken = False
    again = await house.client(clean=False)
    answer = await again.exchange(publish(b"late", qos, 3, duplicate=True))
    assert answer == AckPacket(PUBACK if qos == 1 else PUBREC, 3)
    assert house.gate.payloads == [b"late"]


async def test_qos_0_that_cannot_be_stored_is_counted_and_the_client_goes_on(house: House) -> None:
    ann = await house.client()
    house.gate.broken = True
    ann.send(publish(b"lost", 0), Bare(PINGREQ))
    await ann.read()
    await until(lambda: house.listener.counters.unavailable == 1)
    assert not house.gate.ended


async def test_what_a_device_may_not_publish_is_acknowledged_and_dropped(house: House) -> None:
    ann = await house.client()
    answer = await ann.exchange(Publish("owntracks/bob/phone", b"not mine", 1, packet_id=4))
    assert answer == AckPacket(PUBACK, 4)
    assert await ann.exchange(Publish("owntracks/bob/phone", b"no", 2, packet_id=4)) == AckPacket(PUBREC, 4)
    assert house.gate.taken == [] and house.listener.counters.forbidden == 2


async def test_a_client_with_too_much_under_way_is_not_read_until_the_disk_follows(tmp_path) -> None:
    async with open_house(tmp_path, pending=10) as house:
        ann = await house.client()
        house.gate.disk.clear()
        ann.send(*(publish(b"x" * 100, packet_id=n) for n in range(1, 12)))
        await until(lambda: house.listener.counters.pending == 11)
        ann.send(*(publish(b"x" * 100, packet_id=n) for n in range(12, 30)))
        await asyncio.sleep(0.05)
        assert house.listener.counters.pending == 11
        house.gate.disk.set()
        assert [await ann.read() for _ in range(29)] == [AckPacket(PUBACK, n) for n in range(1, 30)]
        assert house.listener.counters.pending == house.listener.counters.pending_bytes == 0


async def test_too_much_under_way_in_the_whole_listener_holds_everybody(tmp_path) -> None:
    async with open_house(tmp_path, pending_bytes_of_all=5_000) as house:
        ann, bob = await house.client(), await house.client("bob")
        house.gate.disk.clear()
        ann.send(publish(b"x" * 6_000, packet_id=1))
        await until(lambda: house.listener.counters.pending == 1)
        bob.send(Publish("owntracks/bob/phone", b"x", 1, packet_id=1))
        await until(lambda: house.listener.counters.pending == 2)
        bob.send(Publish("owntracks/bob/phone", b"x", 1, packet_id=2))
        await asyncio.sleep(0.05)
        assert house.listener.counters.pending == 2
        house.gate.disk.set()
        assert [await bob.read(), await bob.read()] == [AckPacket(PUBACK, 1), AckPacket(PUBACK, 2)]


async def test_a_release_before_the_message_is_on_disk_is_a_violation(house: House) -> None:
    ann = await house.client()
    house.gate.disk.clear()
    ann.send(publish(b"x", 2, 5), reply(PUBREL, 5))
    assert await ann.closed()
    house.gate.disk.set()


async def test_a_listener_that_closes_acknowledges_what_is_under_way(house: House) -> None:
    ann = await house.client()
    house.gate.disk.clear()
    ann.send(publish(b"last", packet_id=9))
    await until(lambda: house.listener.counters.pending == 1)
    closing = asyncio.create_task(house.restart())
    await asyncio.sleep(0.05)
    house.gate.disk.set()
    assert await ann.read() == AckPacket(PUBACK, 9)
    await closing
    assert house.gate.ended == [("ann", "phone", Ending.CLOSING)]
