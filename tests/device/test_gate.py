"""Over MQTT a device has its own topics, and sees of others what friends share."""

import asyncio

import pytest
from tests.device.site import T0_US, device, standing

from entrepot.device.door.admission import Admission
from entrepot.device.door.mqtt import DeviceGate
from entrepot.device.service.intake import Intake
from entrepot.device.service.roster import Roster, SendingDevice
from entrepot.infra.database.migrate import Migratable
from entrepot.mqtt.gate import ConnectRefusal, Identity
from entrepot.tracking.model.device import Privacy

ANN, BOB = device(username="ann", friends=True), device(username="bob", friends=True)
LONE = device(username="lone", password="tok en")
OTHER = device(username="other", friends=True, organisation="elsewhere")


@pytest.fixture
def gate() -> DeviceGate:
    return gate_of(Intake(Roster()))


def gate_of(intake: Intake) -> DeviceGate:
    for each in (ANN, BOB, LONE, OTHER):
        intake.roster.put(each)
    return DeviceGate(intake, Admission(intake.roster), on_listening=lambda device: None)


def who(of: SendingDevice) -> Identity:
    return Identity(of.id, of.access.username)


async def test_device_is_known_by_its_password_or_by_its_token(gate: DeviceGate) -> None:
    assert await gate.admit("lone", b"tok en", "phone", "1.2.3.4") == who(LONE)
    assert await gate.admit("tok en", None, "", "1.2.3.4") == who(LONE)
    assert await gate.admit("tok en", b"", "", "1.2.3.4") == who(LONE)


@pytest.mark.parametrize(
    ("username", "password"),
    [("lone", b"wrong"), ("lone", None), ("", b"tok en"), (None, None), ("x", b"tok en")],
)
async def test_nobody_else_is_admitted(
    gate: DeviceGate, username: str | None, password: bytes | None
) -> None:
    assert await gate.admit(username, password, "phone", "1.2.3.4") is ConnectRefusal.CREDENTIALS


@pytest.mark.parametrize(
    ("topic", "may"),
    [
        ("owntracks/lone/phone", True), ("owntracks/lone/phone/event", True),
        ("v1/devices/me/telemetry", True), ("owntracks/ann/phone", False), ("owntracks/lone", False),
        ("owntracks/lone/phone/cmd", False), ("v1/gateway/telemetry", False), ("$SYS/x", False),
        ("owntracks//phone", False), ("lone/phone", False), ("owntracks/lone/a/b/c/d", False),
    ],
)  # fmt: skip
def test_device_publishes_its_own_topics_alone(gate: DeviceGate, topic: str, may: bool) -> None:
    assert gate.may_publish(who(LONE), topic) is may


@pytest.mark.parametrize(
    ("of", "asked", "granted"),
    [
        (LONE, "owntracks/lone/phone/cmd", "owntracks/lone/phone/cmd"),
        (LONE, "owntracks/+/+", "owntracks/lone/+"), (LONE, "#", "owntracks/lone/#"),
        (LONE, "owntracks/#", "owntracks/lone/#"), (LONE, "owntracks/ann/#", None), (LONE, "$SYS/#", None),
        (LONE, "v1/devices/me/rpc/request/+", "v1/devices/me/rpc/request/+"), (LONE, "+/ann/#", None),
        (LONE, "+/+/phone", "owntracks/lone/phone"), (LONE, "+", None),
        (ANN, "owntracks/+/+", "owntracks/+/+"), (ANN, "owntracks/#", "owntracks/+/#"),
    ],
)  # fmt: skip
def test_subscription_is_granted_as_far_as_it_may_see(
    gate: DeviceGate, of: SendingDevice, asked: str, granted: str | None
) -> None:
    async def ask() -> str | None:
        return gate.readable(who(of), asked)

    assert asyncio.run(ask()) == granted


@pytest.mark.parametrize(
    ("of", "topic", "may"),
    [
        (ANN, "owntracks/bob/phone", True), (ANN, "owntracks/bob/phone/event", True),
        (ANN, "owntracks/bob/phone/cmd", False), (ANN, "owntracks/lone/phone", False),
        (ANN, "owntracks/other/phone", False), (LONE, "owntracks/ann/phone", False),
        (LONE, "owntracks/lone/phone/cmd", True), (ANN, "v1/devices/me/telemetry", False),
    ],
)  # fmt: skip
def test_message_is_delivered_to_its_device_and_to_friends(
    gate: DeviceGate, of: SendingDevice, topic: str, may: bool
) -> None:
    assert gate.may_read(who(of), topic) is may


def test_revoked_device_may_nothing(gate: DeviceGate) -> None:
    gone = who(device())
    assert not gate.may_publish(gone, "v1/devices/me/telemetry")
    assert not gate.may_read(gone, "owntracks/ann/phone") and gate.readable(gone, "#") is None


def test_topic_names_the_device_behind_a_broker_in_front(gate: DeviceGate) -> None:
    assert gate.by_topic("owntracks/ann/phone") == gate.by_topic("v1/devices/ann/telemetry") == who(ANN)
    assert gate.by_topic("owntracks/nobody/phone") is gate.by_topic("x/ann/y") is None


async def test_others_read_what_privacy_leaves(database: Migratable) -> None:
    blurred = device(username="blurred", friends=True, privacy=Privacy(precision_m=1000.0))
    hidden = device(username="hidden", friends=True, privacy=Privacy(consent=False))
    sent = b'{"_type":"location","lat":52.123456,"lon":5.123456,"tst":%d}' % (T0_US // 1_000_000)
    async with standing(database, ANN, blurred, hidden) as site:
        gate = gate_of(site.intake)
        assert await gate.take(who(ANN), "owntracks/ann/phone", sent, retain=True) == sent
        seen = await gate.take(who(blurred), "owntracks/blurred/phone", sent, retain=True)
        assert seen is not None and b'"_type":"location"' in seen and b"52.1234" not in seen
        assert await gate.take(who(hidden), "owntracks/hidden/phone", sent, retain=True) is None
        assert await gate.take(who(ANN), "v1/devices/me/telemetry", b'{"t":1}', retain=False) is None


async def test_device_listens_to_commands_where_it_publishes(database: Migratable) -> None:
    async with standing(database, ANN) as site:
        gate = gate_of(site.intake)
        assert gate.command_topics(ANN) == ["owntracks/ann/phone/cmd"]
        await gate.take(who(ANN), "owntracks/ann/pixel", b"", retain=False)
        assert gate.command_topics(ANN) == ["owntracks/ann/pixel/cmd"]


async def test_device_is_told_when_it_subscribes_or_comes_back(database: Migratable) -> None:
    told: list[SendingDevice] = []
    async with standing(database, ANN) as site:
        gate = DeviceGate(site.intake, Admission(site.intake.roster), on_listening=told.append)
        gate.readable(who(ANN), "owntracks/ann/+")
        gate.resumed(who(ANN), ["owntracks/ann/+"])
        await asyncio.sleep(0.1)
        assert told == []
        gate.readable(who(ANN), "owntracks/ann/phone/cmd")
        gate.resumed(who(ANN), ["owntracks/ann/+", "owntracks/ann/+/cmd"])
        await asyncio.sleep(0.1)
        assert told == [ANN, ANN]
