"""Eclipse Paho, as it is, against the listener."""

import asyncio
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tests.mqtt.house import SOON_S, House, until

MINE = "owntracks/ann/phone"


class Phone:
    """A Paho client in its own thread; what it hears waits in `heard`."""

    def __init__(self, name: str = "ann", *, clean: bool = True, version: int = MQTTProtocolVersion.MQTTv311):
        options: dict[str, Any] = {} if version == MQTTProtocolVersion.MQTTv5 else {"clean_session": clean}
        self.paho = paho.Client(
            CallbackAPIVersion.VERSION2, client_id="paho", protocol=MQTTProtocolVersion(version), **options
        )
        self.paho.username_pw_set(name, name)
        self.heard: queue.Queue[tuple[str, bytes, int, bool]] = queue.Queue()
        self.connected: queue.Queue[tuple[str, bool]] = queue.Queue()
        self.lost: queue.Queue[str] = queue.Queue()
        self.paho.on_message = lambda client, _, m: self.heard.put((m.topic, m.payload, m.qos, m.retain))
        self.paho.on_connect = self._on_connect
        self.paho.on_disconnect = lambda client, _, flags, reason, properties: self.lost.put(str(reason))

    def _on_connect(self, client: paho.Client, _: object, flags: Any, reason: Any, properties: Any) -> None:
        self.connected.put((str(reason), bool(flags.session_present)))

    async def hear(self) -> tuple[str, bytes, int, bool]:
        return await asyncio.to_thread(self.heard.get, timeout=SOON_S)

    async def subscribe(self, topic_filter: str, qos: int) -> None:
        answered: queue.Queue[Any] = queue.Queue()
        self.paho.on_subscribe = lambda client, _, mid, codes, properties: answered.put(codes)
        self.paho.subscribe(topic_filter, qos)
        await asyncio.to_thread(answered.get, timeout=SOON_S)

    async def publish(self, payload: bytes, qos: int, *, retain: bool = False, topic: str = MINE) -> None:
        info = self.paho.publish(topic, payload, qos, retain)
        await asyncio.to_thread(info.wait_for_publish, SOON_S)
        assert info.is_published()


@contextmanager
def phone(house: House, *args: Any, will: bytes | None = None, **options: Any) -> Iterator[Phone]:
    new = Phone(*args, **options)
    if will is not None:
        new.paho.will_set(MINE, will, 1, True)
    new.paho.connect_async("127.0.0.1", house.port)
    new.paho.loop_start()
    try:
        yield new
    finally:
        new.paho.disconnect()
        new.paho.loop_stop()


async def connected(new: Phone) -> bool:
    """Whether a session was there."""
    reason, present = await asyncio.to_thread(new.connected.get, timeout=SOON_S)
    assert reason == "Success"
    return present


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_paho_publishes_and_hears_at_every_qos(house: House, qos: int) -> None:
    with phone(house) as ann, phone(house, "bob") as bob:
        assert not await connected(ann) and not await connected(bob)
        await bob.subscribe("owntracks/+/+", qos)
        for n in range(50):
            await ann.publish(b"%d" % n, qos)
        assert [await bob.hear() for _ in range(50)] == [(MINE, b"%d" % n, qos, False) for n in range(50)]
        assert house.gate.payloads == [b"%d" % n for n in range(50)]


async def test_paho_finds_its_session_after_a_restart_of_the_listener(house: House) -> None:
    with phone(house, clean=False) as ann:
        assert not await connected(ann)
        await ann.subscribe("house/#", 2)
        await house.restart()  # Paho reconnects by itself
        assert await connected(ann)
        await house.listener.publish("house/news", b"hello", qos=2)
        assert await ann.hear() == ("house/news", b"hello", 2, False)


async def test_paho_gets_what_waited_for_it(house: House) -> None:
    with phone(house, clean=False) as ann:
        await connected(ann)
        await ann.subscribe("house/#", 1)
    await until(lambda: house.gate.ended)
    for n in range(60):
        await house.listener.publish("house/news", b"%d" % n)
    with phone(house, clean=False) as ann:
        assert await connected(ann)
        assert [(await ann.hear())[1] for _ in range(60)] == [b"%d" % n for n in range(60)]


async def test_paho_sends_again_what_could_not_be_stored(house: House) -> None:
    with phone(house, clean=False) as ann:
        ann.paho.reconnect_delay_set(0.1, 0.1)
        await connected(ann)
        house.gate.broken = True
        sent = [ann.paho.publish(MINE, b"%d" % n, qos=n % 2 + 1) for n in range(10)]
        await asyncio.to_thread(ann.lost.get, timeout=SOON_S)
        house.gate.broken = False
        for info in sent:
            await asyncio.to_thread(info.wait_for_publish, SOON_S)
        assert all(info.is_published() for info in sent)
        assert sorted(house.gate.payloads) == [b"%d" % n for n in range(10)]


async def test_pahos_will_and_retained_message_are_there_for_a_late_subscriber(house: House) -> None:
    with phone(house, will=b"gone") as ann, phone(house, "bob") as bob:
        await connected(ann)
        await connected(bob)
        await ann.publish(b"here", 1, retain=True)
        await bob.subscribe("owntracks/#", 1)
        assert await bob.hear() == (MINE, b"here", 1, True)
        ann.paho._sock_close()  # type: ignore[no-untyped-call]
        assert await bob.hear() == (MINE, b"gone", 1, False)


async def test_paho_is_taken_over_by_its_twin(house: House) -> None:
    with phone(house) as first:
        first.paho.reconnect_delay_set(60, 60)
        await connected(first)
        with phone(house) as second:
            await connected(second)
            await asyncio.to_thread(first.lost.get, timeout=SOON_S)
            await second.publish(b"x", 1)


async def test_paho_of_mqtt_5_says_why_it_does_not_connect(house: House) -> None:
    with phone(house, version=MQTTProtocolVersion.MQTTv5) as ann:
        reason, _ = await asyncio.to_thread(ann.connected.get, timeout=SOON_S)
        assert reason == "Unsupported protocol version"


async def test_paho_of_mqtt_3_1_says_why_it_does_not_connect(house: House) -> None:
    with phone(house, version=MQTTProtocolVersion.MQTTv31) as ann:
        await asyncio.to_thread(ann.lost.get, timeout=SOON_S)
        assert house.listener.counters.refused["version"] >= 1


async def test_paho_with_a_wrong_password_hears_so(house: House) -> None:
    with phone(house, "eve") as eve:
        reason, _ = await asyncio.to_thread(eve.connected.get, timeout=SOON_S)
        assert reason == "Bad user name or password"
