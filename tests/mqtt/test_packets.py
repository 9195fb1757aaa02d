"""The codec: what is written is read, however the stream is cut; and no bytes upset it."""

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.mqtt.test_topics import FILTERS, TOPICS

from entrepot.mqtt import packets, reading
from entrepot.mqtt.frames import Frames
from entrepot.mqtt.packets import (
    AckPacket,
    Bare,
    Connack,
    Connect,
    Malformed,
    Packet,
    Publish,
    Suback,
    Subscribe,
    Unsubscribe,
    Will,
    encode,
)
from entrepot.mqtt.reading import decode

IDS = st.integers(1, 65_535)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
BYTES = st.binary(max_size=300)
QOS = st.integers(0, 2)

WILLS = st.builds(Will, topic=TOPICS, payload=BYTES, qos=QOS, retain=st.booleans())
CONNECTS = st.builds(
    Connect,
    client_id=TEXTS,
    clean=st.booleans(),
    keep_alive_s=st.integers(0, 65_535),
    will=st.none() | WILLS,
    username=TEXTS,
    password=st.none() | BYTES,
)
PUBLISHES = st.builds(Publish, TOPICS, BYTES, st.just(0), st.booleans()) | st.builds(
    Publish, TOPICS, BYTES, st.integers(1, 2), st.booleans(), st.booleans(), IDS
)
REPLIES = st.sampled_from([packets.PUBACK, packets.PUBREC, packets.PUBREL, packets.PUBCOMP, packets.UNSUBACK])
PACKETS: st.SearchStrategy[Packet] = st.one_of(
    CONNECTS,
    st.builds(Connack, st.integers(0, 5)),
    st.just(Connack(0, True)),
    PUBLISHES,
    st.builds(AckPacket, REPLIES, IDS),
    st.builds(Subscribe, IDS, st.lists(st.tuples(FILTERS, QOS), min_size=1, max_size=4).map(tuple)),
    st.builds(Suback, IDS, st.lists(st.sampled_from([0, 1, 2, 128]), min_size=1, max_size=4).map(tuple)),
    st.builds(Unsubscribe, IDS, st.lists(FILTERS, min_size=1, max_size=4).map(tuple)),
    st.builds(Bare, st.sampled_from([packets.PINGREQ, packets.PINGRESP, packets.DISCONNECT])),
)


def read(frames: Frames) -> Iterator[Packet]:
    while (found := frames.take()) is not None:
        yield decode(*found)


@given(st.lists(PACKETS, max_size=8), st.randoms(use_true_random=False), st.sampled_from([1, 7, 100, 5_000]))
def test_what_is_written_is_read_however_the_stream_is_cut(
    written: list[Packet], chance: random.Random, most: int
) -> None:
    data, frames, seen = b"".join(map(encode, written)), Frames(10_000), []
    while data:
        size = chance.randint(1, most)
        frames.add(data[:size])
        data = data[size:]
        seen += read(frames)
    assert seen == written


@given(st.lists(PACKETS, min_size=1, max_size=5))
def test_packets_that_are_left_for_later_are_not_lost(written: list[Packet]) -> None:
    """Who asks for one packet at a time may get more bytes in between."""
    frames, seen = Frames(10_000), []
    for each in written:
        frames.add(encode(each))
    while (found := frames.take()) is not None:
        seen.append(decode(*found))
    assert seen == written


@pytest.mark.parametrize("size", [0, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152])
def test_lengths_take_one_to_four_bytes(size: int) -> None:
    packet = Publish("t", b"x" * size)
    frames = Frames(packets.MOST_BYTES)
    frames.add(encode(packet))
    assert list(read(frames)) == [packet]


def test_a_big_packet_in_small_pieces_costs_no_more_than_its_size() -> None:
    data, frames = encode(Publish("t", b"x" * 500_000)), Frames(1_000_000)
    tracemalloc.start()
    for at in range(0, len(data) - 1, 100):
        frames.add(data[at : min(at + 100, len(data) - 1)])
        assert frames.take() is None
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1_000_000
    frames.add(data[-1:])
    assert len(list(read(frames))) == 1


def test_a_packet_that_is_too_big_is_refused_by_its_announcement() -> None:
    frames = Frames(100)
    frames.add(b"\x30\x65")
    with pytest.raises(Malformed):
        frames.take()


def held_by_reading() -> int:
    """Bytes that our reading took and did not give back; nodes of other tests may run in this process."""
    ours = tracemalloc.Filter(True, str(Path(packets.__file__).parent / "*"))
    return sum(each.size for each in tracemalloc.take_snapshot().filter_traces([ours]).statistics("filename"))


def test_100_000_random_packets_are_read_or_refused() -> None:
    """Nothing but Malformed comes out, and nothing stays behind."""
    chance = random.Random(311)
    valid = [
        encode(Connect(client_id="c", username="u", password=b"p", will=Will(topic="t", payload=b"w"))),
        encode(Publish("a/b", b"payload", 1, packet_id=1)),
        encode(Subscribe(1, (("a/+", 1), ("b/#", 2)))),
        encode(AckPacket(packets.PUBREL, 7)),
    ]

    def some() -> bytes:
        if chance.random() < 0.5:
            return chance.randbytes(chance.randint(0, 40))
        data = bytearray(chance.choice(valid))
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        return bytes(data)

    refused = 0
    tracemalloc.start()
    reading._short_topic.cache_clear()
    before = held_by_reading()
    for _ in range(100_000):
        frames = Frames(10_000)
        frames.add(some())
        try:
            list(read(frames))
        except Malformed:
            refused += 1
    reading._short_topic.cache_clear()
    after = held_by_reading()
    tracemalloc.stop()
    assert refused > 10_000
    assert after - before < 100_000
