"""Devices over MQTT: who may do what, and where their messages go. Every device has topics of its own, as its
family says, and sees of others only what friends share.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import time_ns
from typing import Any

from entrepot.core.errors import Unavailable
from entrepot.device.door.admission import Admission, NotAdmitted, TooOften
from entrepot.device.families import FAMILIES
from entrepot.device.functions.others import read_by_others
from entrepot.device.functions.privacy import sees
from entrepot.device.functions.topics import FamilyTopics
from entrepot.device.model.arrival import Unreadable
from entrepot.device.model.family import Family
from entrepot.device.model.unused import EXAMPLE_BYTES, UnusedReason
from entrepot.device.service import decoding
from entrepot.device.service.intake import QUARANTINED_BYTES, DeviceMessage, HeldBack, Intake
from entrepot.device.service.roster import NOBODY, SendingDevice
from entrepot.mqtt.gate import STRANGER, ConnectRefusal, Ending, Identity, NotUsed
from entrepot.mqtt.topics import matches
from entrepot.tracking.model.fix import Fix

_AFTER_SUBACK_S = 0.05
_Done = asyncio.Future[Any]


class DeviceGate:
    """What the MQTT listener asks."""

    def __init__(
        self,
        intake: Intake,
        admission: Admission,
        *,
        on_listening: Callable[[SendingDevice], None],
        families: Sequence[Family] = FAMILIES,
    ) -> None:
        """`on_listening` is called when a device has subscribed to its commands, when it comes back to such
        a subscription, and when it sends.
        """
        self._intake, self._admission, self._on_listening = intake, admission, on_listening
        self._roster = intake.roster
        self._topics = FamilyTopics(families)
        self._homes: dict[str, tuple[str, str]] = {}  # (family, topic) by device
        self._bridged: set[str] = set()

    def messages_about(self, device: SendingDevice, fix: Fix) -> list[tuple[str, bytes]]:
        """Topics and messages with which friends of the device learn where it is."""
        return [
            (self._home(device, name), mqtt.show(device.access, fix))
            for name, mqtt in self._topics.families.items()
            if mqtt.show is not None
        ]

    def command_topics(self, device: SendingDevice) -> list[str]:
        """Where a device listens to commands, as far as that is known; where it spoke last comes first."""
        last = self._homes.get(device.id, ("", ""))[0]
        families = self._topics.families
        names = sorted((name for name in families if families[name].commands), key=lambda name: name != last)
        return [f"{self._home(device, name)}/{families[name].commands}" for name in names]

    def _home(self, device: SendingDevice, family: str) -> str:
        known, topic = self._homes.get(device.id, ("", ""))
        return topic if known == family else self._topics.home(family, device.access.username)

    def by_topic(self, topic: str) -> Identity | None:
        """Whose message it is that a broker in front has let through, by the username in the topic. The
        broker has asked for the password.
        """
        sent = self._topics.sent(topic)
        device = None if sent is None else self._roster.named(sent.username)
        if device is None:
            return None
        self._bridged.add(device.id)
        return Identity(device.id, device.access.username)

    def bridged(self, device_id: str) -> bool:
        """Whether the device sends by way of the broker in front."""
        return device_id in self._bridged

    async def admit(
        self, username: str | None, password: bytes | None, client_id: str, address: str
    ) -> Identity | ConnectRefusal:
        """By username and password; or, as ThingsBoard's devices do it, by the password as username."""
        if not username:
            return ConnectRefusal.CREDENTIALS

        def find() -> SendingDevice | None:
            if password:
                return self._roster.with_password(username, password)
            return self._roster.with_token(username.encode())

        try:
            device = find() or await self._admission.wait_for(find, address=address)
        except NotAdmitted:
            return ConnectRefusal.CREDENTIALS
        except TooOften:
            return ConnectRefusal.UNAVAILABLE
        return Identity(device.id, device.access.username)

    def may_publish(self, identity: Identity, topic: str) -> bool:
        device = self._roster.get(identity.id)
        sent = self._topics.sent(topic)
        if device is None or sent is None or not sent.listens:
            return False
        return not sent.username or sent.username == device.access.username

    def readable(self, identity: Identity, topic_filter: str) -> str | None:
        """Friends may ask for all; whoever has none gets their own part of what they ask for."""
        device = self._roster.get(identity.id)
        if device is None:
            return None
        access = device.access
        last = self._homes.get(device.id, ("", ""))[0]
        granted = self._topics.granted(
            topic_filter, username=access.username, friends=access.friends, first=last
        )
        if granted is not None:
            self._tell_soon(device, (granted,))
        return granted

    def resumed(self, identity: Identity, granted: Sequence[str]) -> None:
        if (device := self._roster.get(identity.id)) is not None:
            self._tell_soon(device, granted)

    def _tell_soon(self, device: SendingDevice, granted: Sequence[str]) -> None:
        """What waits for a device that listens from now on, after it was answered."""
        topics = self.command_topics(device)
        if any(matches(each, topic) for each in granted for topic in topics):
            asyncio.get_running_loop().call_later(_AFTER_SUBACK_S, self._on_listening, device)

    def may_read(self, identity: Identity, topic: str) -> bool:
        device = self._roster.get(identity.id)
        read = self._topics.read(topic)
        if device is None or read is None:
            return False
        if read.username == device.access.username:
            return True
        other = self._roster.named(read.username) if read.friends else None
        return other is not None and sees(device.access, other.access)

    def shown(self, topic: str, payload: bytes) -> bytes | None:
        """What others read of a device's message by the privacy that holds now. Commands are the house's."""
        sent = self._topics.sent(topic)
        if sent is None or not sent.listens or not payload:
            return payload
        device = self._roster.named(sent.username)
        if device is None:
            return None
        understand = partial(decoding.arrivals, sent.protocol, payload, device, 0)
        return read_by_others(device.access, sent.family, payload, understand)

    def take(
        self, identity: Identity, topic: str, payload: bytes, *, retain: bool
    ) -> Awaitable[bytes | None]:
        """Into the intake; friends read it as the device's privacy leaves it."""
        outcome: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        device, sent = self._roster.get(identity.id), self._topics.sent(topic)
        if device is None or sent is None:  # revoked a moment ago: it is told that all is well, and no more
            outcome.set_result(None)
            return outcome
        if sent.home:
            self._homes[device.id] = sent.family.name, topic
        self._on_listening(device)
        message = decoding.message(sent.protocol, payload, device, time_ns() // 1000)
        shown = read_by_others(device.access, sent.family, payload, lambda: message.arrivals)
        message.passed_on = shown is not None
        self._put(device, message, outcome, shown)
        return outcome

    def set_aside(
        self, identity: Identity, topic: str, payload: bytes, *, size: int, why: NotUsed
    ) -> Awaitable[None]:
        """Into the quarantine if it is only too large; otherwise it is counted, for its owner to see."""
        outcome: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        device = NOBODY if identity == STRANGER else self._roster.get(identity.id)
        if device is None:
            outcome.set_result(None)
            return outcome
        sent, at_us = self._topics.sent(topic), time_ns() // 1000
        if why is NotUsed.TOO_LARGE and sent is not None:
            reason = Unreadable(f"It is too large: {size} bytes in one message.")
            kept = payload[:QUARANTINED_BYTES]
            message = DeviceMessage(device, sent.protocol, kept, at_us, (reason,), size=size)
        else:
            aside: UnusedReason = "not_retained" if why is NotUsed.NOT_RETAINED else "foreign"
            kept = payload[:EXAMPLE_BYTES]
            message = DeviceMessage(device, "", kept, at_us, (), size=size, set_aside=(topic, aside))
        self._put(device, message, outcome, None)
        return outcome

    def _put(self, device: SendingDevice, message: DeviceMessage, outcome: _Done, shown: Any) -> None:
        """Set the outcome when the message is on disk."""
        try:
            if device is not NOBODY:
                self._admission.charge(device)
            stored = self._intake.put(message)
        except Unavailable as error:
            outcome.set_exception(error)
            return

        def settle(done: "asyncio.Future[HeldBack]") -> None:
            if outcome.done():
                return
            if done.cancelled():
                outcome.cancel()
            elif (error := done.exception()) is not None:
                outcome.set_exception(error)
            else:
                outcome.set_result(shown)

        stored.add_done_callback(settle)

    def gone(self, identity: Identity, client_id: str, ending: Ending) -> None:
        """Wills are messages of their own; what was subscribed is asked for again."""
