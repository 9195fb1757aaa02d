"""What contexts say on the bus, heard once in this process and passed on to everybody who watches.

A watcher that is slower than its devices gets the newest position of each, and misses those between.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import msgspec
import structlog

from entrepot.core.events import UNREADABLE, subject_of
from entrepot.core.ports import Bus, Message, Read, Subscription
from entrepot.device.events import DeviceChanged, DeviceEnrolled, DeviceRevoked, PositionsAccepted
from entrepot.tracking.model.device import Privacy
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.service import devices
from entrepot.user.events import KeyNarrowed, KeyRevoked, MembershipChanged, TokenRevoked

log = structlog.get_logger()


class _Envelope(msgspec.Struct):
    """As much of a CloudEvent as is needed here."""

    type: str
    subject: str
    data: msgspec.Raw


class _Revision(msgspec.Struct, frozen=True):
    revision: int = 0


class _Changed(msgspec.Struct, frozen=True):
    """As much of what is said about a device: its revision stands in its access, or beside it."""

    device_id: str
    access: _Revision = _Revision()
    revision: int = 0


_changed = msgspec.json.Decoder(_Changed).decode
_envelopes = msgspec.json.Decoder(list[_Envelope]).decode
_positions = msgspec.json.Decoder(PositionsAccepted).decode
_membership = msgspec.json.Decoder(MembershipChanged).decode
_DEVICES = frozenset((DeviceEnrolled.TYPE, DeviceChanged.TYPE, DeviceRevoked.TYPE))
_CREDENTIALS = frozenset((KeyRevoked.TYPE, KeyNarrowed.TYPE, TokenRevoked.TYPE))


class Watcher:
    """Somebody who watches some devices. `news` is set when `newest` holds something, when the devices may
    be others (`stale`), or when it is `over`. `awaited` are revisions of devices that were said, and that the
    copy here may not have yet; until it has, the devices are not shown. By `privacy` the news of a device are
    reduced.
    """

    def __init__(self, *, person: str = "", organisation: str = "", credential: str = "") -> None:
        self.person, self.organisation, self.credential = person, organisation, credential
        self.devices: frozenset[str] = frozenset()
        self.newest: dict[str, Fix] = {}
        self.told_us: dict[str, int] = {}
        self.awaited: dict[str, int] = {}
        self.privacy: Mapping[str, Privacy | None] = {}
        self.stale = self.over = False
        self.news = asyncio.Event()

    def hear(self, fix: Fix) -> None:
        """A late fix is history, and no news."""
        id = fix.device_id
        known = self.newest.get(id)
        if fix.fixed_at_us > (self.told_us.get(id, -1) if known is None else known.fixed_at_us):
            self.newest[id] = fix
            self.news.set()

    def take(self) -> list[Fix]:
        """The news, which is none from then on."""
        taken, self.newest = list(self.newest.values()), {}
        self.told_us.update((fix.device_id, fix.fixed_at_us) for fix in taken)
        self.news.clear()
        return taken

    def doubt(self, revisions: Mapping[str, int]) -> None:
        self.awaited.update(revisions)
        self.stale = True
        self.news.set()

    async def settle(self, read: Read) -> None:
        """Wait, once for everything that was said, until the copy here has it."""
        patience_s, self.stale = (devices.PATIENCE_S if self.stale else 0.0), False
        await devices.caught_up(read, self.awaited, patience_s=patience_s)

    def end(self) -> None:
        self.over = True
        self.news.set()


class Broadcaster:
    """Hears only while somebody watches."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._watchers: set[Watcher] = set()
        self._by_device: dict[str, set[Watcher]] = {}
        self._subscriptions: list[Subscription] = []
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def watching(self, watcher: Watcher) -> AsyncIterator[Watcher]:
        """Until the block is left."""
        self._watchers.add(watcher)
        try:
            await self._settle()
            yield watcher
        finally:
            self._watchers.discard(watcher)
            self.point(watcher, ())
            await self._settle()

    def point(self, watcher: Watcher, devices: Iterable[str]) -> None:
        """Watch these devices, and no others."""
        wanted = frozenset(devices)
        for gone in watcher.devices - wanted:
            there = self._by_device[gone]
            there.discard(watcher)
            watcher.newest.pop(gone, None)
            if not there:
                del self._by_device[gone]
        for new in wanted - watcher.devices:
            self._by_device.setdefault(new, set()).add(watcher)
        watcher.devices = wanted

    async def _settle(self) -> None:
        async with self._turn:
            if self._watchers and not self._subscriptions:
                for subject, hear in (
                    (subject_of(PositionsAccepted), self._hear_device),
                    (subject_of(MembershipChanged), self._hear_user),
                ):
                    self._subscriptions.append(await self._bus.subscribe(subject, hear))
            elif not self._watchers and self._subscriptions:
                ended, self._subscriptions = self._subscriptions, []
                for subscription in ended:
                    await subscription.stop()

    async def _hear_device(self, message: Message) -> None:
        revisions: dict[str, int] = {}
        for said in _read(message):
            if said.type == PositionsAccepted.TYPE:
                for fix in _positions(said.data).fixes:
                    for watcher in self._by_device.get(fix.device_id, ()):
                        watcher.hear(fix)

            elif said.type in _DEVICES:
                changed = _changed(said.data)
                revisions[changed.device_id] = max(changed.access.revision, changed.revision)
        if revisions:
            for watcher in self._watchers:
                watcher.doubt(revisions)

    async def _hear_user(self, message: Message) -> None:
        for said in _read(message):
            if said.type in _CREDENTIALS:
                _end(watcher for watcher in self._watchers if watcher.credential == said.subject)
            elif said.type == MembershipChanged.TYPE:
                changed = _membership(said.data)
                place = changed.person_id, changed.organisation
                _end(watcher for watcher in self._watchers if (watcher.person, watcher.organisation) == place)


def _end(watchers: Iterable[Watcher]) -> None:
    for watcher in watchers:
        watcher.end()


def _read(message: Message) -> list[_Envelope]:
    try:
        return _envelopes(message.data)
    except UNREADABLE as error:
        log.warning("broadcaster.garbage", subject=message.subject, reason=str(error))
        return []
