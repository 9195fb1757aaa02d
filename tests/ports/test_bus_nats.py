"""What a bus goes through only with a real NATS: killed, slow, stopped and deaf servers."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import nats
import pytest
from nats.aio.msg import Msg
from tests.ports.bus_parts import Heard, connect, echo, nothing, numbers, yes
from tests.suite.patience import NEVER_S, PATIENCE_S

from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.ports import Message, NobodyAnswers
from entrepot.infra.bus.nats import NatsBus
from entrepot.infra.bus.nats_subscription import MAX_WAITING_BYTES
from entrepot.infra.bus.outgoing import MAX_PAYLOAD_BYTES
from entrepot.infra.bus.server import NatsServer


@pytest.fixture
async def server(tmp_path: Path):
    server = NatsServer(tmp_path / "bus")
    await server.start()
    yield server
    await server.stop()


async def test_two_deployments_on_one_server_never_hear_or_answer_each_other(server: NatsServer):
    ours, theirs = await connect(server, "ours"), await connect(server, "theirs", deployment="theirs")
    beside = await connect(server, "beside")
    heard, all_heard = Heard(), Heard()
    await theirs.subscribe("event.tracking@hub", heard)
    await theirs.subscribe("event.>", all_heard)
    await theirs.answer("call.user.read", echo)
    for _ in range(3):
        await ours.publish("event.tracking@hub", b"secret")
        with pytest.raises(NobodyAnswers):
            await ours.request("call.user.read", b"x", timeout_s=2)
        with pytest.raises(NobodyAnswers):
            async with ours.stream("call.user.read", b"x", timeout_s=2):
                pass
    assert (await theirs.request("call.user.read", b"x", timeout_s=2)).data == b"x"
    await theirs.publish("event.tracking@hub", b"own")
    await all_heard.reach(1)
    assert [(message.subject, message.data) for message in all_heard] == [("event.tracking@hub", b"own")]
    assert [message.data for message in heard] == [b"own"]

    await beside.answer("call.user.read", echo)
    assert (await ours.request("call.user.read", b"y", timeout_s=2)).subject == "call.user.read"
    for bus in (ours, theirs, beside):
        await bus.close()


async def test_every_subject_on_the_wire_begins_with_the_deployment(server: NatsServer):
    """So that an operator can give each deployment an account that may use `<id>.>` and nothing else."""
    ours, address = await connect(server, "ours"), server.address(server._folder)
    seen: list[str] = []

    async def see(message: Msg) -> None:
        seen.append(message.subject)

    spy = await nats.connect(address.url, token=address.token)
    await spy.subscribe(">", cb=see)
    await spy.flush()
    await ours.answer("q", numbers)
    await ours.publish("a.b", b"")
    await ours.request("q", b"1", timeout_s=2)
    async with ours.stream("q", b"3", timeout_s=2) as parts:
        assert len([part async for part in parts]) == 3
    await spy.flush()
    assert len(seen) >= 8
    assert {subject.split(".")[0] for subject in seen} == {"ours"}
    await spy.close()
    await ours.close()


@pytest.mark.parametrize("deployment", ["", "a.b", "A", ">", "*", "a b", "-a", "x" * 41])
async def test_an_id_that_is_no_word_of_a_subject_is_refused(server: NatsServer, deployment: str):
    with pytest.raises(Invalid):
        await connect(server, "x", deployment=deployment)


async def test_a_killed_server_comes_back_and_nothing_hangs(server: NatsServer):
    here, there = await connect(server, "here"), await connect(server, "there")
    told: list[str] = []
    here.on_reconnect(lambda: told.append("here"))
    there.on_reconnect(lambda: told.append("there"))
    heard = Heard()
    await there.subscribe("a", heard)
    await there.answer("q", echo)
    stop = asyncio.Event()
    outcomes: list[str] = []

    async def traffic() -> None:
        while not stop.is_set():
            try:
                await here.publish("a", b"")
                await here.request("q", b"x", timeout_s=NEVER_S)
                outcome = "answered"
            except Unavailable as error:
                outcome = type(error).__name__
            outcomes.append(outcome)
            await asyncio.sleep(0.001)

    async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(traffic())
        await asyncio.sleep(0.1)
        old_pid = server.pid
        os.kill(old_pid, signal.SIGKILL)
        await asyncio.sleep(0.05)
        while set(told) != {"here", "there"} or outcomes[-1] != "answered":
            await asyncio.sleep(0.01)
        stop.set()

    assert server.pid != old_pid
    assert "Unavailable" in outcomes
    before = len(heard)
    await here.publish("a", b"")
    await heard.reach(before + 1)
    await here.close()
    await there.close()


async def test_a_stream_breaks_off_at_once_when_the_server_is_killed(server: NatsServer):
    here, there = await connect(server, "here"), await connect(server, "there")
    closed = asyncio.Event()

    async def endless(asked: Message):
        try:
            yield Message("", b"first")
            await asyncio.sleep(NEVER_S)
        finally:
            closed.set()

    await there.answer("q", endless)
    async with here.stream("q", b"", timeout_s=NEVER_S) as parts:
        await anext(parts)
        os.kill(server.pid, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(Unavailable):
                await anext(parts)
            await closed.wait()
    await here.close()
    await there.close()


CALLER = """
import asyncio, sys
from entrepot.infra.bus.nats import NatsBus

async def main():
    bus = await NatsBus.connect(sys.argv[1], deployment="ours", token=sys.argv[2], name="caller")
    async with bus.stream("q", b"", timeout_s=3600) as parts:
        async for part in parts:
            print(part.data, flush=True)

asyncio.run(main())
"""


async def test_a_stream_ends_soon_when_its_caller_is_killed(server: NatsServer):
    there = await connect(server, "there")
    closed = asyncio.Event()

    async def silent(asked: Message):
        try:
            yield Message("", b"first")
            await asyncio.sleep(NEVER_S)
        finally:
            closed.set()

    await there.answer("q", silent)
    address = server.address(server._folder)
    command = (sys.executable, "-c", CALLER, address.url, address.token)
    caller = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    await caller.stdout.readline()
    caller.kill()
    async with asyncio.timeout(PATIENCE_S):
        await closed.wait()
    await caller.wait()
    await there.close()


async def test_a_connection_that_is_closed_for_good_is_opened_again(server: NatsServer):
    here, there = await connect(server, "here"), await connect(server, "there")
    told = asyncio.Event()
    here.on_reconnect(told.set)
    closed = asyncio.Event()

    async def silent(asked: Message):
        try:
            yield Message("", b"first")
            await asyncio.sleep(NEVER_S)
        finally:
            closed.set()

    heard = Heard()
    await here.subscribe("a", heard)
    await there.answer("q", silent)
    async with here.stream("q", b"", timeout_s=NEVER_S) as parts:
        await anext(parts)
        await here._client.close()  # as nats-py does on some errors of the server
        with pytest.raises(Unavailable):
            await anext(parts)
        async with asyncio.timeout(PATIENCE_S):
            await told.wait()
            await closed.wait()
    await there.publish("a", b"")
    await heard.reach(1)
    await here.close()
    await there.close()


async def test_stopping_while_the_server_is_away_finishes_the_message_under_way(server: NatsServer):
    here = await connect(server, "here")
    begun, go_on, finished = asyncio.Event(), asyncio.Event(), []

    async def handle(message: Message) -> None:
        begun.set()
        await go_on.wait()
        finished.append(message.data)

    subscription = await here.subscribe("a", handle)
    await here.publish("a", b"1")
    await here.publish("a", b"2")
    await begun.wait()
    await server.stop()
    stopping = asyncio.create_task(subscription.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    go_on.set()
    async with asyncio.timeout(PATIENCE_S):
        await stopping
    assert finished == [b"1"]
    await here.close()


async def test_a_stream_ends_soon_when_its_answerer_vanishes(server: NatsServer):
    here, there = await connect(server, "here"), await connect(server, "there")

    async def silent(asked: Message):
        yield Message("", b"first")
        await asyncio.sleep(NEVER_S)

    await there.answer("q", silent)
    async with here.stream("q", b"", timeout_s=NEVER_S) as parts:
        await anext(parts)
        await there._client.close()
        async with asyncio.timeout(PATIENCE_S):
            with pytest.raises(Unavailable):
                await anext(parts)
    await there.close()
    await here.close()


async def test_while_the_server_is_away_everything_is_refused_at_once(server: NatsServer):
    here = await connect(server, "here")
    await server.stop()
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                await here.publish("a", b"")
            except Unavailable:
                break
            await asyncio.sleep(0.001)
    heard = Heard()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(Unavailable):
            await here.request("q", b"", timeout_s=NEVER_S)
        await here.subscribe("a", heard)
    await server.start()
    async with asyncio.timeout(PATIENCE_S):
        while not heard:
            with suppress(Unavailable):
                await here.publish("a", b"")
            await asyncio.sleep(0.01)
    await here.close()


async def test_closing_breaks_off_the_requests_that_wait(server: NatsServer):
    here, there = await connect(server, "here"), await connect(server, "there")
    begun = asyncio.Event()

    async def silent(asked: Message):
        begun.set()
        await asyncio.sleep(NEVER_S)
        yield Message("", b"late")

    await there.answer("q", silent)
    waiting = asyncio.create_task(here.request("q", b"", timeout_s=NEVER_S))
    await begun.wait()
    await here.close()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(Unavailable):
            await waiting
    await there.close()


async def test_messages_that_a_slow_handler_missed_are_told(server: NatsServer):
    here, there = await connect(server, "here"), await connect(server, "there")
    told: list[str] = []

    def fails() -> None:
        raise RuntimeError("a bad callback")

    there.on_reconnect(fails)
    there.on_reconnect(lambda: told.append("missed"))
    release = asyncio.Event()

    async def handle(message: Message) -> None:
        await release.wait()

    await there.subscribe("a", handle)
    data = bytes(MAX_PAYLOAD_BYTES)
    for _ in range(MAX_WAITING_BYTES // MAX_PAYLOAD_BYTES + 4):
        await here.publish("a", data)
    async with asyncio.timeout(PATIENCE_S):
        while not told:
            await asyncio.sleep(0.01)
    release.set()
    await here.close()
    await there.close()


async def test_a_wrong_token_is_refused(server: NatsServer):
    url = server.address(server._folder).url
    with pytest.raises(Unavailable):
        await NatsBus.connect(url, deployment="ours", token="wrong", name="stranger", within_s=0.3)


async def test_a_server_that_answers_too_late_does_not_deafen_the_bus(server: NatsServer) -> None:
    bus = await connect(server, "patient")
    await bus.answer("alive", yes)
    os.kill(server.pid, signal.SIGSTOP)
    try:
        await bus.subscribe("late", nothing)  # its flush gives up before the server's answer comes
    finally:
        os.kill(server.pid, signal.SIGCONT)
    await asyncio.sleep(0.2)
    assert (await bus.request("alive", b"", timeout_s=PATIENCE_S)).data == b"yes"
    await bus.close()
