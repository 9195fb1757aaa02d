"""Which devices may send: all of them in memory, because every message asks, as they are on disk."""

import asyncio
import hmac
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from functools import partial
from hashlib import sha256

import msgspec

from entrepot.core.errors import Unavailable
from entrepot.core.ports import Database, Reading
from entrepot.core.routes import Principal
from entrepot.core.sealing import Sealing, Unsealable
from entrepot.device.model.access import PAYLOAD_KEY, Access
from entrepot.device.repository import device as devices_of
from entrepot.device.service.lookout import Lookout

PATIENCE_S = 0.5  # a device may come before its enrolment is known here


class SendingDevice(msgspec.Struct, frozen=True, eq=False):
    """A device that may send. `payload_key` is the secret that opens what it encrypts."""

    access: Access
    principal: Principal
    payload_key: bytes | None = None

    @property
    def id(self) -> str:
        return self.access.id


# Behind a message that a broker in front let through, from no device that is known.
NOBODY = SendingDevice(
    Access(id="", organisation="", username="", password_digest=b"", name="", revision=0),
    Principal("devices", "", frozenset(), "device"),
)


class Roster:
    """The devices of this site."""

    def __init__(self) -> None:
        self._by_id: dict[str, SendingDevice] = {}
        self._by_username: dict[str, SendingDevice] = {}
        self._by_digest: dict[bytes, SendingDevice] = {}
        self._changed = asyncio.Event()
        # Each is called with the id of a device whose credential opens nothing any more.
        self.on_cut: list[Callable[[str], None]] = []
        # Each is called with a device of which others may see less now, or more.
        self.on_privacy: list[Callable[[SendingDevice], None]] = []
        self.lookout = Lookout()

    def look(self) -> None:
        """Somebody changes a device: look at it as soon as that is on disk."""
        self.lookout.soon()

    def __len__(self) -> int:
        return len(self._by_id)

    def put(self, device: SendingDevice) -> None:
        """The newest revision stays."""
        known = self._by_id.get(device.id)
        if known is not None:
            if known.access.revision > device.access.revision:
                return
            self._drop(known)
            if known.access.password_digest != device.access.password_digest:
                self._cut(device.id)
        access = device.access
        self._by_id[access.id] = self._by_username[access.username] = device
        self._by_digest[access.password_digest] = device
        if known is not None and _shows(known.access) != _shows(access):
            for heard in self.on_privacy:
                heard(device)
        self._tell()

    def remove(self, device_id: str) -> None:
        if (known := self._by_id.pop(device_id, None)) is not None:
            self._drop(known)
            self._cut(device_id)
            self._tell()

    def keep(self, ids: Collection[str]) -> None:
        """Remove all others."""
        for id in [id for id in self._by_id if id not in ids]:
            self.remove(id)

    def get(self, device_id: str) -> SendingDevice | None:
        return self._by_id.get(device_id)

    def named(self, username: str) -> SendingDevice | None:
        return self._by_username.get(username)

    def of_organisation(self, organisation: str) -> Iterable[SendingDevice]:
        return (each for each in self._by_id.values() if each.access.organisation == organisation)

    def with_password(self, username: str, password: bytes) -> SendingDevice | None:
        """The device that shows this credential."""
        device = self._by_username.get(username)
        digest = sha256(password).digest()
        known = device.access.password_digest if device is not None else digest[::-1]
        return device if hmac.compare_digest(known, digest) else None

    def with_token(self, token: bytes) -> SendingDevice | None:
        """The device whose password this is. It is looked up by its digest, which tells a guesser nothing."""
        return self._by_digest.get(sha256(token).digest())

    def open_to_all(self, username: str) -> SendingDevice | None:
        """The device, if it may send without a password."""
        device = self._by_username.get(username)
        return None if device is None or device.access.needs_password else device

    async def changed(self, *, within_s: float) -> bool:
        """Whether anything changed before the time was over."""
        try:
            async with asyncio.timeout(within_s):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def _drop(self, known: SendingDevice) -> None:
        access = known.access
        if self._by_username.get(access.username) is known:
            del self._by_username[access.username]
        if self._by_digest.get(access.password_digest) is known:
            del self._by_digest[access.password_digest]

    def _cut(self, device_id: str) -> None:
        for heard in self.on_cut:
            heard(device_id)

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _shows(access: Access) -> tuple[object, ...]:
    """What decides what others see of a device."""
    return access.privacy, access.friends, access.private_to, access.organisation, access.username


async def load(tx: Reading, *, roster: Roster, sealing: Sealing) -> None:
    """Everybody who may send, and nobody else."""
    working = await devices_of.working(tx)
    roster.keep({each.id for each in working})
    for each in working:
        roster.put(await _ready(each.access(), sealing))


async def follow(database: Database, *, roster: Roster, sealing: Sealing) -> None:
    """Until cancelled: what was changed here or in another process."""
    while True:
        since_us = await roster.lookout.next()
        with suppress(Unavailable):
            await database.read(partial(look, roster=roster, sealing=sealing, since_us=since_us))


async def look(tx: Reading, *, roster: Roster, sealing: Sealing, since_us: int) -> None:
    for id, revision, works in await devices_of.changed_since(tx, since_us=since_us):
        known = roster.get(id)
        if not works:
            roster.remove(id)
        elif known is None or known.access.revision < revision:
            found = await devices_of.by_id(tx, id)
            if found is not None and found.revoked_at is None:
                roster.put(await _ready(found.access(), sealing))


async def _ready(access: Access, sealing: Sealing) -> SendingDevice:
    key = None
    if access.payload_key:
        opener = await sealing.key(access.id, access.wrapped_key)
        try:
            key = opener.open(access.payload_key, PAYLOAD_KEY).encode()
        except Unsealable:  # another house's key: what it encrypts is quarantined, and says so
            key = None
    principal = Principal("devices", access.organisation, frozenset(), "device")
    return SendingDevice(access, principal, key)
