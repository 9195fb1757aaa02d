"""One suite over every bus. `buses` are two connections to it, as two processes would have."""

import asyncio
import os
import random
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.ports.bus_parts import Heard, connect, echo, nothing, numbers, says, yes
from tests.suite.patience import NEVER_S, PATIENCE_S

from entrepot.core import trace
from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.ports import Bus, Message, NobodyAnswers, TooSlow
from entrepot.infra.bus.answering import CREDIT
from entrepot.infra.bus.memory import MemoryBus
from entrepot.infra.bus.outgoing import MAX_PAYLOAD_BYTES, check_pattern, check_subject, matches
from entrepot.infra.bus.server import NatsServer


@pytest.fixture(params=["memory", "nats"])
async def buses(request, tmp_path: Path):
    if request.param == "memory":
        bus = MemoryBus()
        yield bus, bus
        await bus.close()
        return
    server = NatsServer(tmp_path / "bus")
    await server.start()
    here, there = await connect(server, "here"), await connect(server, "there")
    yield here, there
    await here.close()
    await there.close()
    await server.stop()


# ---- publish and subscribe ------------------------------------------------------------------------


async def test_messages_arrive_in_the_order_of_their_sender(buses: tuple[Bus, Bus]):
    here, there = buses
    heard = Heard()
    await there.subscribe("tracking.position", heard)
    for number in range(1000):
        await here.publish("tracking.position", b"%d" % number)
    await heard.reach(1000)
    assert [int(message.data) for message in heard] == list(range(1000))


async def test_everything_below_a_wildcard_is_heard_and_nothing_else(buses: tuple[Bus, Bus]):
    here, there = buses
    heard = Heard()
    await there.subscribe("a.>", heard)
    for subject in ("a", "ab.c", "b.a", "a.b", "a.b.c", "a.last"):
        await here.publish(subject, b"")
    await heard.reach(3)
    assert [message.subject for message in heard] == ["a.b", "a.b.c", "a.last"]


async def test_every_subscription_gets_every_message(buses: tuple[Bus, Bus]):
    here, there = buses
    first, second, third = Heard(), Heard(), Heard()
    await here.subscribe("a.b", first)
    await there.subscribe("a.b", second)
    await there.subscribe("a.>", third)
    for number in range(10):
        await here.publish("a.b", b"%d" % number)
    for heard in (first, second, third):
        await heard.reach(10)
    assert first == second == third


async def test_a_handler_gets_one_message_at_a_time(buses: tuple[Bus, Bus]):
    here, there = buses
    spans: list[tuple[float, float]] = []

    async def handle(message: Message) -> None:
        began = time.perf_counter()
        await asyncio.sleep(0.002)
        spans.append((began, time.perf_counter()))

    await there.subscribe("a", handle)
    for _ in range(10):
        await here.publish("a", b"")
    async with asyncio.timeout(PATIENCE_S):
        while len(spans) < 10:
            await asyncio.sleep(0.002)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


async def test_a_failing_handler_hears_the_next_message(buses: tuple[Bus, Bus]):
    here, there = buses
    heard = Heard()

    async def handle(message: Message) -> None:
        if message.data == b"bad":
            raise RuntimeError("a bad message")
        await heard(message)

    await there.subscribe("a", handle)
    for data in (b"good", b"bad", b"better"):
        await here.publish("a", data)
    await heard.reach(2)
    assert [message.data for message in heard] == [b"good", b"better"]


async def test_publishing_does_not_run_the_handler_in_the_publisher(buses: tuple[Bus, Bus]):
    here, there = buses
    trace.request_id.set("mine")
    heard: list[str] = []

    async def handle(message: Message) -> None:
        heard.append(trace.request_id.get())

    await there.subscribe("a", handle)
    await here.publish("a", b"")
    async with asyncio.timeout(PATIENCE_S):
        while not heard:
            await asyncio.sleep(0.002)
    assert heard == [""]


async def test_stopping_finishes_the_message_under_way_and_takes_no_more(buses: tuple[Bus, Bus]):
    here, there = buses
    finished: list[bytes] = []
    begun = asyncio.Event()

    async def handle(message: Message) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        finished.append(message.data)

    subscription = await there.subscribe("a", handle)
    await here.publish("a", b"before")
    await begun.wait()
    await subscription.stop()
    await here.publish("a", b"after")
    await asyncio.sleep(0.1)
    assert finished == [b"before"]


async def test_headers_pass_through(buses: tuple[Bus, Bus]):
    here, there = buses
    headers = {
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "X-Colon": "a: b;c",
        "Empty": "",
        "Spaced": " in  it ",
    }
    expected = headers | {"Spaced": "in  it"}
    heard = Heard()
    await there.subscribe("a", heard)
    await there.answer("q", echo)
    await here.publish("a", b"", headers)
    await heard.reach(1)
    assert heard[0].headers == expected
    assert (await here.request("q", b"", headers, timeout_s=PATIENCE_S)).headers == expected
    async with here.stream("q", b"", headers, timeout_s=PATIENCE_S) as parts:
        assert [part.headers async for part in parts] == [expected]


@pytest.mark.parametrize(
    "headers", [{"Status": "503"}, {"a b": ""}, {"a": "1\r\nb: 2"}, {"ä": "1"}, {"": ""}]
)
async def test_a_header_that_could_be_misread_is_refused(buses: tuple[Bus, Bus], headers: dict[str, str]):
    with pytest.raises(Invalid):
        await buses[0].publish("a", b"", headers)


@pytest.mark.parametrize(
    "subject", ["", "a b", "a..b", ".a", "a.", "a.*", "a.>", ">", "a\r\nPUB", "ä", "x" * 600]
)
async def test_no_message_goes_to_a_subject_that_is_none(buses: tuple[Bus, Bus], subject: str):
    with pytest.raises(Invalid):
        await buses[0].publish(subject, b"")
    with pytest.raises(Invalid):
        await buses[0].request(subject, b"", timeout_s=1)


async def test_a_message_of_the_largest_size_passes_and_a_larger_is_refused(buses: tuple[Bus, Bus]):
    here, there = buses
    await there.answer("q", echo)
    data = os.urandom(MAX_PAYLOAD_BYTES)
    assert (await here.request("q", data, {"a": "b" * 1000}, timeout_s=PATIENCE_S)).data == data
    with pytest.raises(Invalid):
        await here.request("q", data + b"!", timeout_s=PATIENCE_S)


# ---- request and answer ---------------------------------------------------------------------------


async def test_a_request_gets_the_first_message_of_the_answer(buses: tuple[Bus, Bus]):
    here, there = buses
    await there.answer("q", numbers)
    assert await here.request("q", b"3", timeout_s=PATIENCE_S) == Message("q", b"0")


async def test_many_requests_are_answered_at_the_same_time(buses: tuple[Bus, Bus]):
    here, there = buses
    all_there = asyncio.Barrier(50)

    async def answerer(asked: Message):
        await all_there.wait()
        yield Message("", asked.data)

    await there.answer("q", answerer)
    answers = await asyncio.gather(*(here.request("q", b"%d" % n, timeout_s=PATIENCE_S) for n in range(50)))
    assert [int(answer.data) for answer in answers] == list(range(50))


async def test_two_answerers_share_the_requests(buses: tuple[Bus, Bus]):
    here, there = buses
    await here.answer("q", says(b"here"))
    await there.answer("q", says(b"there"))
    answers = [(await here.request("q", b"", timeout_s=PATIENCE_S)).data for _ in range(200)]
    assert 40 < answers.count(b"here") < 160
    assert answers.count(b"here") + answers.count(b"there") == 200


async def test_one_answerer_takes_over_when_the_other_stops(buses: tuple[Bus, Bus]):
    here, there = buses
    await here.answer("q", says(b"here"))
    leaving = await there.answer("q", says(b"there"))
    await leaving.stop()
    assert {(await here.request("q", b"", timeout_s=PATIENCE_S)).data for _ in range(20)} == {b"here"}


async def test_that_nobody_answers_is_known_at_once(buses: tuple[Bus, Bus]):
    here, there = buses
    await there.subscribe("other", Heard())
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(NobodyAnswers):
            await here.request("q", b"", timeout_s=NEVER_S)
        with pytest.raises(NobodyAnswers):
            async with here.stream("q", b"", timeout_s=NEVER_S):
                pass


async def test_a_late_answer_is_too_slow(buses: tuple[Bus, Bus]):
    here, there = buses

    async def answerer(asked: Message):
        await asyncio.sleep(0.3)
        yield Message("", b"late")

    await there.answer("q", answerer)
    with pytest.raises(TooSlow):
        await here.request("q", b"", timeout_s=0.05)
    async with here.stream("q", b"", timeout_s=0.05) as parts:
        with pytest.raises(TooSlow):
            await anext(parts)


async def test_a_failing_answerer_is_unavailable_and_answers_the_next(buses: tuple[Bus, Bus]):
    here, there = buses

    async def answerer(asked: Message):
        if asked.data == b"bad":
            raise RuntimeError("secret detail")
        yield Message("", b"good")

    await there.answer("q", answerer)
    with pytest.raises(Unavailable) as refused:
        await here.request("q", b"bad", timeout_s=PATIENCE_S)
    assert not isinstance(refused.value, TooSlow | NobodyAnswers)
    assert "secret" not in str(refused.value)
    assert (await here.request("q", b"", timeout_s=PATIENCE_S)).data == b"good"


async def test_an_answerer_without_an_answer_is_unavailable(buses: tuple[Bus, Bus]):
    here, there = buses
    await there.answer("q", numbers)
    with pytest.raises(Unavailable):
        await here.request("q", b"0", timeout_s=PATIENCE_S)


async def test_stopping_an_answerer_finishes_the_requests_under_way(buses: tuple[Bus, Bus]):
    here, there = buses
    begun = asyncio.Event()

    async def answerer(asked: Message):
        begun.set()
        await asyncio.sleep(0.1)
        yield Message("", b"done")

    answering = await there.answer("q", answerer)
    waiting = asyncio.create_task(here.request("q", b"", timeout_s=PATIENCE_S))
    await begun.wait()
    await answering.stop()
    assert (await waiting).data == b"done"
    with pytest.raises(NobodyAnswers):
        await here.request("q", b"", timeout_s=PATIENCE_S)


# ---- streams --------------------------------------------------------------------------------------


async def test_a_stream_gives_all_parts_in_order(buses: tuple[Bus, Bus]):
    here, there = buses
    await there.answer("q", numbers)
    async with here.stream("q", b"1000", timeout_s=PATIENCE_S) as parts:
        assert [int(part.data) async for part in parts] == list(range(1000))
    async with here.stream("q", b"0", timeout_s=PATIENCE_S) as parts:
        assert [part async for part in parts] == []


async def test_streams_do_not_mix(buses: tuple[Bus, Bus]):
    here, there = buses

    async def tell(asked: Message):
        for number in range(200):
            yield Message("", asked.data + b"%d" % number)

    async def take(name: bytes) -> list[bytes]:
        async with here.stream("q", name, timeout_s=PATIENCE_S) as parts:
            return [part.data async for part in parts]

    await there.answer("q", tell)
    names = [b"a", b"b", b"c", b"d"]
    for name, taken in zip(names, await asyncio.gather(*map(take, names)), strict=True):
        assert taken == [name + b"%d" % number for number in range(200)]


async def test_a_stream_goes_no_further_than_its_caller_wants(buses: tuple[Bus, Bus]):
    here, there = buses
    made = 0

    async def endless(asked: Message):
        nonlocal made
        while True:
            made += 1
            yield Message("", b"%d" % made)

    await there.answer("q", endless)
    async with here.stream("q", b"", timeout_s=PATIENCE_S) as parts:
        await asyncio.sleep(0.2)
        assert made <= CREDIT + 1
        taken = [int((await anext(parts)).data) for _ in range(500)]
        await asyncio.sleep(0.1)
        assert taken == list(range(1, 501))
        assert made <= 500 + CREDIT + 1


async def test_leaving_a_stream_closes_the_answerer(buses: tuple[Bus, Bus]):
    here, there = buses
    closed = asyncio.Event()

    async def endless(asked: Message):
        try:
            yield Message("", b"first")
            await asyncio.sleep(NEVER_S)
        finally:
            closed.set()

    await there.answer("q", endless)
    async with here.stream("q", b"", timeout_s=PATIENCE_S) as parts:
        await anext(parts)
    async with asyncio.timeout(PATIENCE_S):
        await closed.wait()


async def test_an_error_in_a_stream_comes_after_its_parts(buses: tuple[Bus, Bus]):
    here, there = buses

    async def breaks(asked: Message):
        yield Message("", b"1")
        yield Message("", b"2")
        raise RuntimeError("broken")

    await there.answer("q", breaks)
    async with here.stream("q", b"", timeout_s=PATIENCE_S) as parts:
        assert [(await anext(parts)).data, (await anext(parts)).data] == [b"1", b"2"]
        with pytest.raises(Unavailable):
            await anext(parts)


async def test_a_closed_bus_refuses(buses: tuple[Bus, Bus]):
    here, _ = buses
    await here.answer("q", echo)
    await here.close()
    with pytest.raises(Unavailable):
        await here.publish("a", b"")
    with pytest.raises(Unavailable):
        await here.request("q", b"", timeout_s=1)
    with pytest.raises(Unavailable):
        await here.subscribe("a", Heard())


# ---- subjects -------------------------------------------------------------------------------------

words = st.text("ab-_$/:0", min_size=1, max_size=3)
subjects = st.lists(words, min_size=1, max_size=4).map(".".join)


@given(subjects, subjects)
def test_a_pattern_matches_exactly_what_is_below_it(above: str, subject: str):
    check_subject(subject)
    check_pattern(f"{above}.>")
    below = subject.split(".")[: above.count(".") + 1] == above.split(".")
    assert matches(f"{above}.>", subject) == (below and subject != above)
    assert matches(above, subject) == (above == subject)
    assert matches(f"{above}.>", f"{above}.{subject}")


@given(st.text(max_size=20))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_accepted_is_printable_and_has_no_empty_word(subject: str):
    with suppress(Invalid):
        check_subject(subject)
        assert subject.isascii() and subject.isprintable() and not set(subject) & set(" *>")
        assert all(subject.split("."))


async def test_a_cancelled_task_ends_whatever_it_asked_of_the_bus(buses) -> None:
    here, there = buses
    rounds = random.Random(7)

    async def busy(number: int) -> None:
        subscription = await here.subscribe(f"busy.{number}", nothing)
        try:
            while True:
                await here.publish(f"busy.{number}", b"x")
                await asyncio.sleep(0)  # the others want their turn too
        finally:
            await subscription.stop()

    tasks = [asyncio.create_task(busy(number)) for number in range(40)]
    for task in tasks:
        for _ in range(rounds.randrange(8)):
            await asyncio.sleep(0)
        task.cancel()
    _, still_running = await asyncio.wait(tasks, timeout=PATIENCE_S)
    assert not still_running
    await there.answer("alive", yes)
    assert (await here.request("alive", b"", timeout_s=PATIENCE_S)).data == b"yes"
