"""Devices over MQTT: who may do what, and where their messages go. Every device has its own topics,
`owntracks/<username>/…` and `v1/devices/me/…`, and sees of others only what friends share.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from time import time_ns

import msgspec

from entrepot.core.errors import Unavailable
from entrepot.device.door.admission import Admission, NotAdmitted, TooOften
from entrepot.device.functions import privacy
from entrepot.device.service import decoding
from entrepot.device.service.friends import location
from entrepot.device.service.friends import topic as topic_of
from entrepot.device.service.intake import Intake, Message
from entrepot.device.service.roster import Device
from entrepot.mqtt.gate import Ending, Identity, Refusal
from entrepot.mqtt.topics import matches
from entrepot.tracking.model.fix import Fix

OWNTRACKS, ME = "owntracks", "v1/devices/me/"
_AFTER_SUBACK_S = 0.05
_TELEMETRY = frozenset(("v1/devices/me/telemetry", "v1/devices/me/attributes", "v2/t", "v2/a"))
_SHARED = frozenset(("event", "info"))  # beside the position, by topic suffix
_MOST_LEVELS = 5

_encode = msgspec.json.Encoder().encode


class DeviceGate:
    """What the MQTT listener asks."""

    def __init__(
        self, intake: Intake, admission: Admission, *, on_listening: Callable[[Device], None]
    ) -> None:
        """`on_listening` is called when a device has subscribed to its commands, when it comes back to such
        a subscription, and when it sends.
        """
        self._intake, self._admission, self._on_listening = intake, admission, on_listening
        self._roster = intake.roster
        self._base: dict[str, str] = {}
        self._bridged: set[str] = set()

    def topic(self, device: Device) -> str:
        """Where the device itself publishes, as far as that is known."""
        return self._base.get(device.id, topic_of(device))

    def command_topic(self, device: Device) -> str:
        return f"{self.topic(device)}/cmd"

    def by_topic(self, topic: str) -> Identity | None:
        """Whose message it is that a broker in front has let through: `owntracks/<username>/…` or
        `v1/devices/<username>/…`. The broker has asked for the password.
        """
        levels = topic.split("/")
        if levels[0] == OWNTRACKS and len(levels) >= 3:
            device = self._roster.named(levels[1])
        elif levels[:2] == ["v1", "devices"] and len(levels) >= 4:
            device = self._roster.named(levels[2])
        else:
            return None
        if device is None:
            return None
        self._bridged.add(device.id)
        return Identity(device.id, device.access.username)

    def bridged(self, device_id: str) -> bool:
        """Whether the device sends by way of the broker in front."""
        return device_id in self._bridged

    async def admit(
        self, username: str | None, password: bytes | None, client_id: str, address: str
    ) -> Identity | Refusal:
        """By username and password; or, as ThingsBoard's devices do it, by the password as username."""
        if not username:
            return Refusal.CREDENTIALS

        def find() -> Device | None:
            if password:
                return self._roster.with_password(username, password)
            return self._roster.with_token(username.encode())

        try:
            device = find() or await self._admission.wait_for(find, address=address)
        except NotAdmitted:
            return Refusal.CREDENTIALS
        except TooOften:
            return Refusal.UNAVAILABLE
        return Identity(device.id, device.access.username)

    def may_publish(self, identity: Identity, topic: str) -> bool:
        device = self._roster.get(identity.id)
        if device is None:
            return False
        if topic in _TELEMETRY:
            return True
        levels = topic.split("/")
        return (
            levels[0] == OWNTRACKS
            and 3 <= len(levels) <= _MOST_LEVELS
            and levels[1] == device.access.username
            and levels[-1] != "cmd"
        )

    def readable(self, identity: Identity, topic_filter: str) -> str | None:
        """Friends may ask for all; whoever has none gets their own part of what they ask for."""
        device = self._roster.get(identity.id)
        if device is None:
            return None
        granted = self._narrowed(device, topic_filter)
        if granted is not None:
            self._tell_soon(device, (granted,))
        return granted

    def resumed(self, identity: Identity, granted: Sequence[str]) -> None:
        if (device := self._roster.get(identity.id)) is not None:
            self._tell_soon(device, granted)

    def _tell_soon(self, device: Device, granted: Sequence[str]) -> None:
        """What waits for a device that listens from now on, after it was answered."""
        topic = self.command_topic(device)
        if any(matches(each, topic) for each in granted):
            asyncio.get_running_loop().call_later(_AFTER_SUBACK_S, self._on_listening, device)

    def _narrowed(self, device: Device, topic_filter: str) -> str | None:
        if topic_filter.startswith(ME):
            return topic_filter
        name, levels = device.access.username, topic_filter.split("/")
        if levels[0] == "#":
            return f"{OWNTRACKS}/#" if device.access.friends else f"{OWNTRACKS}/{name}/#"
        if levels[0] not in (OWNTRACKS, "+") or len(levels) < 2:
            return None
        if levels[1] == "#":
            levels[1:] = ["+", "#"]
        if levels[1] not in ("+", name) and not device.access.friends:
            return None
        if levels[1] == "+" and not device.access.friends:
            levels[1] = name
        return "/".join((OWNTRACKS, *levels[1:]))

    def may_read(self, identity: Identity, topic: str) -> bool:
        device = self._roster.get(identity.id)
        levels = topic.split("/")
        if device is None or levels[0] != OWNTRACKS or len(levels) < 3:
            return False
        access = device.access
        if levels[1] == access.username:
            return True
        other = self._roster.named(levels[1])
        return (
            other is not None
            and access.friends
            and other.access.friends
            and other.access.organisation == access.organisation
            and (len(levels) == 3 or (len(levels) == 4 and levels[3] in _SHARED))
        )

    def take(
        self, identity: Identity, topic: str, payload: bytes, *, retain: bool
    ) -> Awaitable[bytes | None]:
        """Into the intake; friends read it as the device's privacy leaves it."""
        outcome: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        device = self._roster.get(identity.id)
        if device is None:  # revoked a moment ago: it is told that all is well, and heard no more
            outcome.set_result(None)
            return outcome
        protocol = "owntracks" if topic.startswith(OWNTRACKS) else "thingsboard"
        if protocol == "owntracks" and topic.count("/") == 2:
            self._base[device.id] = topic
        self._on_listening(device)
        message = decoding.message(protocol, payload, device, time_ns() // 1000)
        shown = _for_others(message)
        message.passed_on = shown is not None
        try:
            self._admission.charge(device)
            stored = self._intake.put(message)
        except Unavailable as error:
            outcome.set_exception(error)
            return outcome

        def settle(done: "asyncio.Future[None]") -> None:
            if outcome.done():
                return
            if done.cancelled():
                outcome.cancel()
            elif (error := done.exception()) is not None:
                outcome.set_exception(error)
            else:
                outcome.set_result(shown)

        stored.add_done_callback(settle)
        return outcome

    def gone(self, identity: Identity, client_id: str, ending: Ending) -> None:
        """Wills are messages of their own; what was subscribed is asked for again."""


def _for_others(message: Message) -> bytes | None:
    """What friends, and the device's own other sessions, may read; None where privacy leaves nothing."""
    private = message.device.access.privacy
    if message.protocol != "owntracks" or not message.payload:
        return None
    if not private.consent or private.schedule:
        return None
    if not private.precision_m:
        return message.payload
    [only] = message.arrivals if len(message.arrivals) == 1 else [None]
    if not isinstance(only, Fix):
        return None
    return _encode(location(message.device, privacy.reduced(only, private.precision_m)))
