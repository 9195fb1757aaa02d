"""What a family of devices says about itself: one row in one file of `families/`, which the doors read. They
know no family by name, so that a new one touches no other file.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from entrepot.core.house import DevicePorts
from entrepot.device.model.access import Access
from entrepot.device.model.arrival import Decode
from entrepot.tracking.model.fix import Fix

MAX_BODY_BYTES = 1024 * 1024


class Friend(msgspec.Struct, frozen=True, kw_only=True):
    """Another device that shares with friends: where it is, and the card (JSON) that it made for them."""

    access: Access
    fix: Fix
    card: str | None
    card_is_new: bool


# ---- over HTTP --------------------------------------------------------------------------------------


class Request(msgspec.Struct, frozen=True):
    """A request of a device."""

    query: bytes
    content_type: bytes
    body: bytes


class DeviceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says: a message of a protocol, and if it names its device itself, who that is and the
    password it shows. `expects_404`: such a client wants to hear that there is no such device.
    """

    protocol: str
    payload: bytes
    name: str = ""
    token: str | None = None
    expects_404: bool = False


# `answer(commands, friends)`: what the device hears once its message is on disk.
ReplyWriter = Callable[[Sequence[str], Sequence[Friend]], bytes]


@dataclass(frozen=True)
class OverHttp:
    """How a family speaks HTTP.

    paths            where it sends, at the gateway and at every port for devices
    methods          what it sends with
    read             what a request says
    names_itself     whether the message may name its device; otherwise only an Authorization header does
    answer           what it hears then, as `media_type`
    commands         how many commands one answer may hold
    shows_friends    whether the answer shows where friends are
    keeps_too_large  a message beyond MAX_BODY_BYTES is quarantined, and answered as if it were good: a
                     client that sends again until it is would never send what follows
    port             a port of its own, where it may also send to `/`. The setting `<family>_port`, or
                     `device_ports`, says another
    """

    paths: frozenset[str]
    read: Callable[[Request], DeviceRequest]
    answer: ReplyWriter
    methods: frozenset[str] = frozenset(("POST",))
    names_itself: bool = False
    media_type: bytes = b"text/plain; charset=utf-8"
    commands: int = 1
    shows_friends: bool = False
    keeps_too_large: bool = False
    port: int | None = None


# ---- over MQTT --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OverMqtt:
    """How a family speaks MQTT. In its filters `{device}` stands for the device's username; a filter without
    it is everybody's, as with `v1/devices/me/…`.

    publishes     what a device may publish, and in which protocol
    never         what of that it may not
    in_front      what an operator's own broker lets through besides, where topics must name the device
    reads         what it may subscribe to of its own
    friends_read  what of a friend's it may read
    grants        what it may subscribe to though nothing comes there: a refusal would make it loop
    home          where a device publishes that we set up; `homes`, where others do
    commands      below its home: where it listens to commands
    show          a friend's position as this family shows it, on the friend's home topic
    """

    publishes: Mapping[str, str]
    never: tuple[str, ...] = ()
    in_front: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    friends_read: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    home: str = ""
    homes: str = ""
    commands: str = ""
    show: Callable[[Access, Fix], bytes] | None = None


# ---- setting up -------------------------------------------------------------------------------------


class Enrolled(msgspec.Struct, frozen=True, kw_only=True):
    """A device whose credential is new. `url` is where the node is reached from outside, `ports` the ports
    for devices there.
    """

    username: str
    password: str
    name: str
    url: str
    ports: DevicePorts


@dataclass(frozen=True)
class SetUp:
    """A way to set a device up in a minute, shown as `name`. What `make` says that it returns is the shape
    in the API's documentation; None: this node does not offer it.
    """

    name: str
    make: Callable[[Enrolled], object]


@dataclass(frozen=True)
class Family:
    """A family of devices, as its file in `families/` describes it.

    name       of the file, and of its port
    about      one sentence
    protocols  decoders by name. The name stays beside what is quarantined, so that it can be read again:
               it is never given to another decoder
    http, mqtt how it speaks; None if it does not
    set_up     ways to set a device up
    """

    name: str
    about: str
    protocols: Mapping[str, Decode]
    http: OverHttp | None = None
    mqtt: OverMqtt | None = None
    set_up: tuple[SetUp, ...] = ()
