"""Whoever breaks the standard is closed, and nobody else notices."""

import asyncio
import random

import pytest
from tests.mqtt.house import House, open_house, until

from entrepot.mqtt.gate import Ending
from entrepot.mqtt.packets import (
    PINGREQ,
    PINGRESP,
    PUBACK,
    PUBREL,
    AckPacket,
    Bare,
    Connack,
    Connect,
    Publish,
    Subscribe,
    Will,
    encode,
)

HELLO = encode(Connect(client_id="phone", username="ann"))


def connect(flags: int, rest: bytes, *, name: bytes = b"\x00\x04MQTT\x04") -> bytes:
    body = name + bytes((flags, 0, 60)) + rest
    return bytes((0x10, len(body))) + body


BEFORE_CONNECT = {
    "a publish": encode(Publish("a", b"")),
    "a ping": b"\xc0\x00",
    "a packet type that does not exist": b"\x00\x00",
    "another that does not exist": b"\xf0\x00",
    "flags in the fixed header": b"\x11" + HELLO[1:],
    "no MQTT": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b" " * 100,
    "another protocol": connect(2, b"\x00\x01a", name=b"\x00\x04MQTX\x04"),
    "the reserved flag": connect(0x03, b"\x00\x01a"),
    "a will of QoS 3": connect(0x1E, b"\x00\x01a\x00\x01t\x00\x00"),
    "a will's QoS without a will": connect(0x0A, b"\x00\x01a"),
    "a will's retain without a will": connect(0x22, b"\x00\x01a"),
    "a password without a username": connect(0x42, b"\x00\x01a\x00\x01p"),
    "a username that is announced and missing": connect(0x82, b"\x00\x01a"),
    "more after the end": connect(0x02, b"\x00\x01ax"),
    "a client id that is not UTF-8": connect(0x02, b"\x00\x02\xc3\x28"),
    "a client id with a surrogate": connect(0x02, b"\x00\x03\xed\xa0\x80"),
    "a client id with U+0000": connect(0x02, b"\x00\x01\x00"),
    "an overlong form": connect(0x02, b"\x00\x02\xc0\xaf"),
    "a will's topic with a wildcard": connect(0x06, b"\x00\x01a\x00\x01#\x00\x00"),
    "an empty CONNECT": b"\x10\x00",
    "a remaining length of five bytes": b"\x10\xff\xff\xff\xff\x01",
    "a CONNECT of 32 KiB": b"\x10\x80\x80\x02",
}
AFTER_CONNECT = {
    "a second CONNECT": HELLO,
    "a CONNACK": b"\x20\x02\x00\x00",
    "a SUBACK": b"\x90\x03\x00\x01\x00",
    "an UNSUBACK": b"\xb0\x02\x00\x01",
    "a PINGRESP": b"\xd0\x00",
    "QoS 3": b"\x36\x05\x00\x01a\x00\x01",
    "a duplicate of QoS 0": b"\x38\x03\x00\x01a",
    "packet id 0": b"\x32\x05\x00\x01a\x00\x00",
    "no packet id": b"\x32\x03\x00\x01a",
    "an empty topic": b"\x30\x02\x00\x00",
    "a topic with +": b"\x30\x05\x00\x03a/+",
    "a topic with #": b"\x30\x03\x00\x01#",
    "a topic with U+0000": b"\x30\x03\x00\x01\x00",
    "a topic that is not UTF-8": b"\x30\x03\x00\x01\xff",
    "a topic longer than its packet": b"\x30\x03\x00\x09a",
    "an empty PUBLISH": b"\x30\x00",
    "flags of PUBACK": b"\x41\x02\x00\x01",
    "a PUBREL without its flags": b"\x60\x02\x00\x01",
    "a short PUBACK": b"\x40\x01\x00",
    "a long PUBACK": b"\x40\x03\x00\x01\x00",
    "packet id 0 of PUBACK": b"\x40\x02\x00\x00",
    "a SUBSCRIBE without its flags": b"\x80\x06\x00\x01\x00\x01a\x00",
    "a SUBSCRIBE with packet id 0": b"\x82\x06\x00\x00\x00\x01a\x00",
    "a SUBSCRIBE without filters": b"\x82\x02\x00\x01",
    "a SUBSCRIBE without QoS": b"\x82\x05\x00\x01\x00\x01a",
    "a SUBSCRIBE of QoS 3": b"\x82\x06\x00\x01\x00\x01a\x03",
    "a SUBSCRIBE with reserved bits": b"\x82\x06\x00\x01\x00\x01a\x81",
    "an empty filter": b"\x82\x05\x00\x01\x00\x00\x00",
    "# before the end": b"\x82\x08\x00\x01\x00\x03#/a\x00",
    "# inside a level": b"\x82\x07\x00\x01\x00\x02a#\x00",
    "+ inside a level": b"\x82\x07\x00\x01\x00\x02a+\x00",
    "an UNSUBSCRIBE without filters": b"\xa2\x02\x00\x01",
    "an UNSUBSCRIBE without its flags": b"\xa0\x05\x00\x01\x00\x01a",
    "a PINGREQ with a body": b"\xc0\x01\x00",
    "a DISCONNECT with flags": b"\xe1\x00",
    "a packet type that does not exist": b"\xf0\x00",
    "a SUBSCRIBE of 1 MiB": b"\x82\x80\x80\x40",
}


@pytest.mark.parametrize("data", BEFORE_CONNECT.values(), ids=BEFORE_CONNECT.keys())
async def test_a_stranger_who_breaks_the_standard_is_closed_without_a_word(house: House, data: bytes) -> None:
    client = await house.raw()
    client.send(data)
    assert await client.closed()
    assert house.listener.counters.ended == {"violation": 1}


@pytest.mark.parametrize("data", AFTER_CONNECT.values(), ids=AFTER_CONNECT.keys())
async def test_a_client_who_breaks_the_standard_is_closed_and_its_will_published(
    house: House, data: bytes
) -> None:
    will = Will(topic="owntracks/ann/phone", payload=b"gone")
    client = await house.client(will=will)
    client.send(data)
    assert await client.closed()
    await until(lambda: house.gate.payloads == [b"gone"])
    assert house.gate.ended == [("ann", "phone", Ending.VIOLATION)]


async def test_what_came_before_a_violation_counts(house: House) -> None:
    client = await house.client()
    client.send(Publish("owntracks/ann/phone", b"good", 1, packet_id=1), b"\xf0\x00")
    await until(lambda: house.gate.payloads == [b"good"])


@pytest.mark.parametrize("level", [5, 6])
async def test_mqtt_5_hears_in_its_own_words_that_it_is_not_spoken_here(house: House, level: int) -> None:
    client = await house.raw()
    # MQTT 5 puts properties behind the keep-alive.
    client.send(connect(0x02, b"\x00\x00\x01a", name=b"\x00\x04MQTT" + bytes((level,))))
    expected = b"\x20\x03\x00\x84\x00" if level == 5 else b"\x20\x02\x00\x01"
    assert await client.reader.read() == expected


@pytest.mark.parametrize("name", [b"\x00\x06MQIsdp\x03", b"\x00\x04MQTT\x03", b"\x00\x04MQTT\x84"])
async def test_mqtt_3_1_hears_that_its_version_is_not_spoken_here(house: House, name: bytes) -> None:
    client = await house.raw()
    client.send(connect(0x02, b"\x00\x01a", name=name))
    assert await client.reader.read() == b"\x20\x02\x00\x01"
    assert house.listener.counters.refused == {"version": 1}


async def test_wrong_credentials_are_refused(house: House) -> None:
    for username, password in (("eve", None), ("ann", b"wrong")):
        client = await house.raw()
        await client.connect(username, password=password, code=4)
        assert await client.closed()
    nobody = await house.raw()
    assert await nobody.exchange(Connect(client_id="x")) == Connack(4)
    assert house.gate.ended == []


async def test_a_username_needs_no_password_here(house: House) -> None:
    await house.client(password=None)
    await house.client("bob", password=b"bob")


async def test_who_cannot_be_looked_up_is_told_to_come_again(house: House) -> None:
    client = await house.raw()
    await client.connect("broken", code=3)
    assert await client.closed()


async def test_an_empty_client_id_is_for_clean_sessions(house: House) -> None:
    client = await house.raw()
    await client.connect(client_id="", clean=False, code=2)
    assert await client.closed()
    one, two = await house.client(client_id=""), await house.client(client_id="")
    assert [await one.exchange(Bare(PINGREQ)), await two.exchange(Bare(PINGREQ))] == [Bare(PINGRESP)] * 2


async def test_a_client_id_that_is_too_long_is_refused(house: House) -> None:
    client = await house.raw()
    await client.connect(client_id="x" * 257, code=2)


async def test_a_will_where_the_device_may_not_publish_refuses_the_connection(house: House) -> None:
    client = await house.raw()
    await client.connect(will=Will(topic="owntracks/bob/phone", payload=b""), code=5)


async def test_a_client_need_not_wait_for_connack(house: House) -> None:
    house.gate.admitting.clear()
    client = await house.raw()
    publishes = [Publish("owntracks/ann/phone", b"x" * 90, 1, packet_id=n) for n in range(1, 50)]
    client.send(HELLO, *publishes, Subscribe(50, (("house/#", 1),)), Bare(PINGREQ))
    assert await client.silent()
    assert house.gate.taken == []
    house.gate.admitting.set()
    assert await client.read() == Connack(0)
    rest = [await client.read() for _ in range(51)]
    assert [each for each in rest if isinstance(each, AckPacket)] == [
        AckPacket(PUBACK, n) for n in range(1, 50)
    ]


async def test_a_client_that_is_not_admitted_yet_cannot_fill_the_memory(house: House) -> None:
    house.gate.admitting.clear()
    client = await house.raw()
    client.send(HELLO)
    await until(lambda: house.listener._connections)
    [connection] = house.listener._connections
    await until(lambda: not connection.reading)
    house.gate.admitting.set()
    assert await client.read() == Connack(0)
    assert connection.reading


async def test_who_says_nothing_is_closed(tmp_path) -> None:
    async with open_house(tmp_path, connect_s=0.1) as house:
        mute, slow = await house.raw(), await house.raw()
        slow.send(HELLO[:5])
        assert await mute.closed() and await slow.closed()
        house.gate.admitting.clear()
        waiting = await house.raw()
        waiting.send(HELLO)
        assert await waiting.closed()
        house.gate.admitting.set()


async def test_keep_alive_is_one_and_a_half_times_what_was_asked_for(house: House) -> None:
    will = Will(topic="owntracks/ann/phone", payload=b"gone")
    ann, bob = await house.client(keep_alive_s=2, will=will), await house.client("bob", keep_alive_s=0)
    loop = asyncio.get_running_loop()
    for _ in range(5):  # together longer than the three seconds after which silence ends a connection
        await asyncio.sleep(0.7)
        assert await ann.exchange(Bare(PINGREQ)) == Bare(PINGRESP)
    began_at = loop.time()
    ann.send(b"\x30")  # a packet that does not become whole does not count
    assert await ann.closed()
    assert loop.time() - began_at >= 2.9
    await until(lambda: house.gate.payloads == [b"gone"])
    assert house.gate.ended == [("ann", "phone", Ending.SILENT)]
    assert await bob.exchange(Bare(PINGREQ)) == Bare(PINGRESP)


async def test_a_device_that_is_not_read_is_not_silent(tmp_path) -> None:
    async with open_house(tmp_path, pending=0) as house:
        ann = await house.client(keep_alive_s=1)
        house.gate.disk.clear()
        ann.send(Publish("owntracks/ann/phone", b"x", 1, packet_id=1))
        await asyncio.sleep(2.2)
        house.gate.disk.set()
        assert await ann.read() == AckPacket(PUBACK, 1)


async def test_connections_are_bounded_by_address_and_by_device(tmp_path) -> None:
    async with open_house(tmp_path, connections_per_address=3, connections_per_identity=2) as house:
        await house.client(client_id="1")
        await house.client(client_id="2")
        third = await house.raw()
        await third.connect(client_id="3", code=3)
        assert await third.closed()
        await until(lambda: house.listener.counters.connected == 2)
        await house.client("bob")
        fourth = await house.raw()
        assert await fourth.closed()
        assert house.listener.counters.refused == {"unavailable": 1, "connections_per_address": 1}


async def test_thousands_of_mad_clients_leave_nothing_behind(house: House) -> None:
    chance = random.Random(2_000)
    packets = [
        encode(Publish("owntracks/ann/phone", b"x" * 20, qos, packet_id=9 if qos else 0)) for qos in (0, 1, 2)
    ] + [encode(Subscribe(1, (("a/+", 1), ("b/#", 2)))), encode(AckPacket(PUBREL, 9)), b"\xc0\x00"]
    for _ in range(2_000):
        client = await house.raw()
        client.send(HELLO if chance.random() < 0.9 else chance.randbytes(20))
        for _ in range(3):
            data = bytearray(chance.choice(packets))
            if chance.random() < 0.5:
                data[chance.randrange(len(data))] = chance.randrange(256)
            client.send(bytes(data))
        if chance.random() < 0.5:
            await asyncio.sleep(0.001)
        client.abort()
        house.clients.clear()
    await until(lambda: house.listener.counters.connected == 0)
    await until(lambda: house.listener.counters.pending == house.listener.counters.pending_bytes == 0)
    assert house.listener.broker.find("id of ann", "phone") is None
    assert house.listener.counters.received > 300
    assert house.listener.counters.ended["violation"] > 300
    await (await house.client()).exchange(Bare(PINGREQ))


async def test_who_does_not_read_is_not_read_either(house: House) -> None:
    """Answers that nobody fetches must not pile up."""
    await house.listener.publish("house/picture", b"x" * 60_000, qos=0, retain=True)
    ann = await house.client()
    ann.writer.transport.pause_reading()
    [connection] = house.listener._connections
    asking = encode(Subscribe(1, (("house/picture", 0),)))
    for _ in range(1_000):
        ann.send(asking)
        await asyncio.sleep(0)
        if not connection.reading:
            break
    assert not connection.reading
    ann.writer.transport.resume_reading()
    while not connection.reading:
        await ann.read()
