"""What a person says about being seen reaches every message that is still to be delivered, however old it is
and whichever way it goes.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any

import msgspec
import pytest
from tests.context_database import context_database
from tests.device.site import device, fix, on_disk
from tests.device.site import standing as only_the_intake
from tests.device.test_listening import standing
from tests.mqtt.house import Client, until
from tests.suite.patience import PATIENCE_S

from entrepot.core.ports import Reading, Transaction
from entrepot.core.sealing import Sealing
from entrepot.device.families import owntracks
from entrepot.device.model.access import Access
from entrepot.device.repository import device as devices_of
from entrepot.device.service import enrolment
from entrepot.device.service.friends import Friends
from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import Roster
from entrepot.infra.database.migrate import Migratable
from entrepot.infra.keys.local import LocalKeys
from entrepot.mqtt.packets import PUBACK, AckPacket, Packet, Publish, Suback, Subscribe, Will
from entrepot.tracking.model.device import Privacy, Window

HOME, EXACT = "owntracks/ann/phone", b"52.123456"
# Two days ago, for a minute: now is off duty, on every day on which this runs.
NEVER = (Window(days=frozenset({int(time() // 86_400 + 3 - 2) % 7}), begins="00:00", ends="00:01"),)
# What Ann may say, and whether friends see her roughly then.
WORDS: dict[str, tuple[dict[str, Any], bool]] = {
    "withdrawn": ({"privacy": Privacy(consent=False)}, False),
    "reduced": ({"privacy": Privacy(precision_m=10_000.0)}, True),
    "off duty": ({"privacy": Privacy(schedule=NEVER)}, False),
    "private": ({"private": True}, False),
    "no friends": ({"friends": False}, False),
}
AS_BEFORE: dict[str, Any] = {"privacy": Privacy(), "private": False, "friends": True}


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Migratable]:
    async with context_database("device", folder=tmp_path, dsn="") as opened:
        yield opened


class Friendship:
    """Ann and Bob, friends of each other, at the doors of a node."""

    def __init__(self, database: Migratable, sealing: Sealing) -> None:
        self.database, self._sealing = database, sealing
        self.ann = device(username="ann", friends=True, person="ann", kind="phone").access
        self.bob = device(username="bob", friends=True, person="bob", kind="phone").access
        self.clients: list[Client] = []
        self._number = 0

    async def enrol(self) -> None:
        for each in (self.ann, self.bob):
            await self.database.write(lambda tx, each=each: on_disk(tx, each))

    async def open(self) -> None:
        self.intake = Intake(Roster())
        self._standing = standing(self.database, self._sealing, intake=self.intake)
        self.port = await self._standing.__aenter__()

    async def close(self) -> None:
        for client in self.clients:
            client.abort()
        self.clients = []
        await self._standing.__aexit__(None, None, None)

    async def connect(self, who: Access, **more: Any) -> Client:
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
        self.clients.append(client)
        await client.connect(who.username, "phone", **more, password=f"password of {who.id}".encode())
        return client

    async def says(self, client: Client, *, retain: bool = False) -> None:
        """Ann's phone says where it is, and that is on disk."""
        self._number += 1
        said = Publish(HOME, self.place(), 1, retain=retain, packet_id=self._number)
        assert await client.exchange(said) == AckPacket(PUBACK, self._number)

    def place(self) -> bytes:
        self._number += 1  # no two are the same
        at_s = int(time()) + self._number
        return b'{"_type":"location","lat":52.123456,"lon":5.123456,"tst":%d}' % at_s

    async def hears(self, client: Client, qos: int = 1) -> None:
        client.send(Subscribe(9, (("owntracks/ann/+", qos),)))
        assert await client.read() == Suback(9, (qos,))

    async def word(self, **changes: Any) -> None:
        """Ann's person says something else, and the doors have heard it."""

        async def change(tx: Transaction) -> int:
            before = await devices_of.by_id(tx, self.ann.id)
            assert before is not None
            return (await enrolment.changed(tx, before, roster=self.intake.roster, **changes)).revision

        revision = await self.database.write(change)
        await until(lambda: self._known(revision))
        await asyncio.sleep(0)  # what waits for others is looked through at the loop's next turn

    async def leaves(self, client: Client) -> None:
        """Without a word, and the doors have noticed."""
        before = self._connected()
        client.abort()
        await until(lambda: self._connected() < before)

    async def takes_all(self) -> None:
        """The doors have taken everything that came before: what comes now is taken after it."""
        beat = Publish(f"{HOME}/event", b'{"_type":"lwt","tst":1}', 1, packet_id=1)
        assert await (await self.connect(self.ann)).exchange(beat) == AckPacket(PUBACK, 1)

    async def forgotten_on_disk(self) -> None:
        """Nothing exact waits for anybody, as it is stored; what was decided is on disk a moment later."""
        async with asyncio.timeout(PATIENCE_S):
            while EXACT in await self._on_disk():
                await asyncio.sleep(0.01)

    async def _on_disk(self) -> bytes:

        async def look(tx: Reading) -> list[bytes]:
            return [
                bytes(row[0])
                for table in ("mqtt_retained", "mqtt_outgoing")
                for row in await tx.fetch(f"SELECT payload FROM {table}")
            ]

        return b"".join(await self.database.read(look))

    def over_http(self) -> bytes:
        """What Bob's phone gets as the answer of `/owntracks`."""
        bob = self.intake.roster.get(self.bob.id)
        assert bob is not None
        found = Friends(self.intake).of(bob)
        return owntracks._answer((), found)

    def _connected(self) -> int:
        assert self.intake.over_mqtt is not None
        return self.intake.over_mqtt.connected

    def _known(self, revision: int) -> bool:
        ann = self.intake.roster.get(self.ann.id)
        return ann is not None and ann.access.revision >= revision


@pytest.fixture
async def friendship(database: Migratable, tmp_path: Path) -> AsyncIterator[Friendship]:
    made = Friendship(database, Sealing(LocalKeys.open(tmp_path / "keys")))
    await made.enrol()
    await made.open()
    yield made
    await made.close()


async def everything(client: Client, wait_s: float = 0.25) -> bytes:
    """The payloads of all that comes, confirmed."""
    heard: list[bytes] = []
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(wait_s):
                packet: Packet = await client.read()
            if isinstance(packet, Publish):
                heard.append(packet.payload)
                if packet.qos:
                    client.send(AckPacket(PUBACK, packet.packet_id))
    return b"\n".join(heard)


Change = Callable[[], Awaitable[None]]


async def live(its: Friendship, change: Change) -> bytes:
    ann, bob = await its.connect(its.ann), await its.connect(its.bob)
    await its.hears(bob)
    await change()
    await its.says(ann)
    return await everything(bob)


async def retained(its: Friendship, change: Change) -> bytes:
    await its.says(await its.connect(its.ann), retain=True)
    await change()
    bob = await its.connect(its.bob)
    await its.hears(bob)
    return await everything(bob)


async def queued(its: Friendship, change: Change) -> bytes:
    bob = await its.connect(its.bob, clean=False)
    await its.hears(bob)
    await its.leaves(bob)
    await its.says(await its.connect(its.ann))
    await change()
    return await everything(await its.connect(its.bob, clean=False))


async def unconfirmed(its: Friendship, change: Change) -> bytes:
    bob = await its.connect(its.bob, clean=False)
    await its.hears(bob)
    await its.says(await its.connect(its.ann))
    assert EXACT in (await bob.read_publish()).payload
    await change()
    bob.abort()
    return await everything(await its.connect(its.bob, clean=False))


async def will(its: Friendship, change: Change) -> bytes:
    ann = await its.connect(its.ann, will=Will(topic=HOME, payload=its.place(), qos=1, retain=True))
    await change()
    await its.leaves(ann)
    await its.takes_all()
    bob = await its.connect(its.bob)
    await its.hears(bob)
    return await everything(bob)


async def restarted(its: Friendship, change: Change) -> bytes:
    """The word comes while the doors are closed, as from another process."""
    bob = await its.connect(its.bob, clean=False)
    await its.hears(bob)
    await its.leaves(bob)
    ann = await its.connect(its.ann)
    await its.says(ann, retain=True)
    await change()
    await its.close()
    await its.open()
    return await everything(await its.connect(its.bob, clean=False))


async def by_another_door(its: Friendship, change: Change) -> bytes:
    bob = await its.connect(its.bob)
    await its.hears(bob)
    await its.says(await its.connect(its.ann))
    assert EXACT in await everything(bob)
    await change()
    return its.over_http()


PATHS = (live, retained, queued, unconfirmed, will, restarted, by_another_door)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("word", WORDS)
async def test_no_friend_sees_more_than_the_privacy_of_now(
    friendship: Friendship, word: str, path: Callable[[Friendship, Change], Awaitable[bytes]]
) -> None:
    said, roughly = WORDS[word]

    async def change() -> None:
        await friendship.word(**said)

    heard = await path(friendship, change)
    assert EXACT not in heard
    assert (b'"_type":"location"' in heard) is roughly
    if "privacy" in said:  # otherwise what waits may be its person's other devices'
        await friendship.forgotten_on_disk()


@pytest.mark.parametrize("path", (live, will))
@pytest.mark.parametrize("word", WORDS)
async def test_restored_privacy_holds_for_what_comes_next(
    friendship: Friendship, word: str, path: Callable[[Friendship, Change], Awaitable[bytes]]
) -> None:
    async def change() -> None:
        await friendship.word(**WORDS[word][0])
        await friendship.word(**AS_BEFORE)

    assert EXACT in await path(friendship, change)


@pytest.mark.parametrize("path", (retained, queued, by_another_door))
async def test_what_was_withdrawn_once_does_not_come_back(
    friendship: Friendship, path: Callable[[Friendship, Change], Awaitable[bytes]]
) -> None:
    async def change() -> None:
        await friendship.word(privacy=Privacy(consent=False))
        await friendship.word(**AS_BEFORE)

    assert EXACT not in await path(friendship, change)


async def test_friend_who_looks_on_forgets_what_was_withdrawn(friendship: Friendship) -> None:
    bob = await friendship.connect(friendship.bob)
    await friendship.hears(bob)
    await friendship.says(await friendship.connect(friendship.ann), retain=True)
    assert EXACT in (await bob.read_publish()).payload
    await friendship.word(privacy=Privacy(consent=False))
    assert (await bob.read_publish()).payload == b""  # OwnTracks takes the friend off its map


async def test_empty_will_takes_its_device_off_the_map(friendship: Friendship) -> None:
    """A will may be empty (MQTT 3.1.3.3); it clears what is retained, and those who look on hear of it
    [MQTT-3.3.1-10, -11].
    """
    bob = await friendship.connect(friendship.bob)
    await friendship.hears(bob)
    ann = await friendship.connect(friendship.ann, will=Will(topic=HOME, payload=b"", qos=1, retain=True))
    await friendship.says(ann, retain=True)
    assert EXACT in (await bob.read_publish()).payload
    await friendship.leaves(ann)
    assert (await bob.read_publish()).payload == b""
    later = await friendship.connect(friendship.bob)
    await friendship.hears(later)
    assert await everything(later) == b""


async def test_private_device_is_shown_to_the_other_devices_of_its_person(friendship: Friendship) -> None:
    watch = device(username="watch", friends=True, person="ann").access
    await friendship.database.write(lambda tx: on_disk(tx, watch))
    friendship.intake.roster.look()
    await until(lambda: friendship.intake.roster.get(watch.id) is not None)
    await friendship.word(private=True)
    listening = await friendship.connect(watch)
    await friendship.hears(listening)
    await friendship.says(await friendship.connect(friendship.ann))
    assert EXACT in await everything(listening)


async def test_fix_that_was_held_back_is_let_go_as_privacy_is_now(database: Migratable) -> None:
    van = device(person="ann")
    async with only_the_intake(database, van) as site:
        await site.take(van, fix(0, of=van, latitude=52.0))
        await site.take(van, fix(100, of=van, latitude=53.123456, accuracy_m=5.0))  # nobody drives so fast
        assert await site.reasons() == {"impossible_speed": 1}
        rough = msgspec.structs.replace(
            van, access=msgspec.structs.replace(van.access, revision=2, privacy=Privacy(precision_m=10_000.0))
        )
        site.intake.roster.put(rough)
        for at_s in (101, 102, 103, 104):
            await site.take(rough, fix(at_s, of=rough, latitude=53.123456, accuracy_m=5.0))
        assert 53.123456 not in [each.latitude for each in await site.accepted()]
        assert len(await site.accepted()) > 1
