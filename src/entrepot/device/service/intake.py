"""What arrives becomes durable: gathered while the last commit runs, held back as privacy asks, filtered, and
written in one transaction that also says it. Whoever brought it is told only then.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
import structlog

from entrepot.core.errors import Error, Unavailable
from entrepot.core.events import HUB
from entrepot.core.metrics import OPEN_CONNECTIONS, Measures, Metric, Sample
from entrepot.core.ports import Database, Reading, Transaction
from entrepot.core.time import from_us
from entrepot.device.events import DeviceReported, PositionsAccepted
from entrepot.device.functions import clocks, filtering
from entrepot.device.functions.filtering import DeviceFilter
from entrepot.device.functions.privacy import reduced_report
from entrepot.device.model.arrival import Arrival, DeviceReport, Ignored, Unreadable
from entrepot.device.model.recording import TakenPart
from entrepot.device.model.unused import UnusedCount, UnusedKey, UnusedKind, UnusedReason
from entrepot.device.repository import intake as intake_rows
from entrepot.device.repository import unused as unused_rows
from entrepot.device.repository.intake import Poison, StoredRejection, Tally
from entrepot.device.service import recorded, unused
from entrepot.device.service.roster import NOBODY, Roster, SendingDevice
from entrepot.mqtt.limits import Counters
from entrepot.tracking.functions import privacy
from entrepot.tracking.model.device import FilterSettings
from entrepot.tracking.model.fix import Fix
from entrepot.tracking.model.limits import fitted

log = structlog.get_logger()

QUARANTINED_BYTES = 64 * 1024  # of one message
_AT_ONCE = 1_000  # arrivals in one transaction: more would hold up the loop, and save nothing
_EVENT_FIXES = 1_000
_EVENT_BYTES = 512 * 1024
_REPORT_BYTES = 256 * 1024
_ROOM_BYTES = 64 * 1024 * 1024  # of messages that wait
_ROOM = 50_000  # arrivals that wait
_ON_TIME_US = -500 * clocks.WEEK_US  # before this, and after the arrival, a date may need putting right

_encode = msgspec.json.Encoder().encode

# How much of a device was not sent on in the transaction that took its message, by reason.
HeldBack = Mapping[str, int]
_NOTHING_HELD_BACK: HeldBack = {}


class Overloaded(Unavailable):
    """More waits to be written than may."""


class DeviceMessage(msgspec.Struct, eq=False):
    """One message of a device, and what it says. `passed_on`: the door that took it shows it to friends. Of
    one that is too large only the beginning is here, and `size` says how large it is. `set_aside`: it came on
    this topic, and was not used. `recorded`: it is a part of a file that somebody brought.
    """

    device: SendingDevice
    protocol: str
    payload: bytes
    received_at_us: int
    arrivals: Sequence[Arrival]
    passed_on: bool = False
    size: int = 0
    set_aside: tuple[str, UnusedReason] | None = None
    recorded: TakenPart | None = None

    @property
    def bytes_in(self) -> int:
        return self.size or len(self.payload)


class _Waiting(msgspec.Struct, eq=False):
    message: DeviceMessage
    done: "asyncio.Future[HeldBack]"


class Batch:
    """What one transaction writes, made before it begins: nothing in memory changes until it is on disk."""

    def __init__(self, filters: dict[str, DeviceFilter], messages: Sequence[DeviceMessage]) -> None:
        self.received_at_us = messages[-1].received_at_us if messages else 0
        self.tallies: dict[str, Tally] = {}
        self.rejections: list[StoredRejection] = []
        self.poisons: list[Poison] = []
        self.unused: unused.UnusedCounts = {}
        self.reports: list[DeviceReported] = []
        self.cards: dict[str, str] = {}
        self.accepted: list[Fix] = []
        self.heard: dict[str, int] = {}
        self.releases: list[tuple[SendingDevice, int]] = []
        self.filters: dict[str, DeviceFilter] = {}
        self.to_show = {each.device for each in messages if each.device.access.friends and not each.passed_on}
        self._known = filters
        self._recorded = messages[0].recorded if messages else None
        fixes: dict[SendingDevice, list[Fix]] = {}
        for message in messages:
            self._sort(message, fixes)
        for device, found in fixes.items():
            self._sift(device, found)

    @property
    def day(self) -> int:
        return self.received_at_us // intake_rows.DAY_US

    def _sort(self, message: DeviceMessage, fixes: dict[SendingDevice, list[Fix]]) -> None:
        device = message.device
        access = device.access
        if device is not NOBODY:
            tally = self.tallies.get(access.id)
            if tally is None:
                tally = self.tallies[access.id] = Tally(access.organisation)
            tally.messages += 1
            tally.bytes_in += message.bytes_in
        private = access.privacy
        unreadable: list[str] = []
        if message.set_aside is not None:
            topic, why = message.set_aside
            self._not_used(message, "topic", topic, reason=why, value=message.payload)
        for each in message.arrivals:
            if isinstance(each, Fix):
                if not _ON_TIME_US < each.fixed_at_us - each.received_at_us < 0:
                    each = filtering.dated(self._filter(device), each, access.filter)
                if private.schedule or not private.consent:
                    reason = privacy.withheld(private, each.fixed_at_us)
                    if reason:
                        self.rejections.append(StoredRejection(access.organisation, each, reason, kept=False))
                        continue
                if private.precision_m:
                    each = privacy.reduced(each, private.precision_m)
                if device in fixes:
                    fixes[device].append(each)
                else:
                    fixes[device] = [each]
            elif isinstance(each, DeviceReport):
                self._report(device, each, message.received_at_us)
            elif isinstance(each, Ignored):
                self._not_used(message, "field", each.field, reason=each.reason, value=each.value)
            else:
                unreadable.append(each.reason)
        if unreadable:
            self._poison(message, unreadable)

    def _report(self, device: SendingDevice, report: DeviceReport, received_at_us: int) -> None:
        private = device.access.privacy
        at_us = clocks.unrolled(report.at_us, received_at_us)
        if at_us > received_at_us:  # nothing arrives before it happens
            at_us = received_at_us
        if at_us != report.at_us:
            report = msgspec.structs.replace(report, at_us=at_us)
        if privacy.withheld(private, report.at_us):
            return
        if private.precision_m:
            report = reduced_report(report, private.precision_m)
        if report.kind == "card":
            self.cards[device.id] = report.body.decode()
        self.reports.append(
            DeviceReported(
                device_id=device.id,
                kind=report.kind,
                reported_at=from_us(report.at_us),
                body=_bounded(report.body),
            )
        )

    def _poison(self, message: DeviceMessage, reasons: list[str]) -> None:
        """What a device may not tell is not kept unread either."""
        access = message.device.access
        private = access.privacy
        if privacy.withheld(private, message.received_at_us):
            return
        more = f" ({len(reasons) - 1} more such parts)" if len(reasons) > 1 else ""
        body = b"" if private.schedule or private.precision_m else message.payload
        self.poisons.append(
            Poison(
                access.id, access.organisation, message.protocol, message.received_at_us,
                reasons[0] + more, message.bytes_in, body,
            )
        )  # fmt: skip

    def _not_used(
        self, message: DeviceMessage, kind: UnusedKind, name: str, *, reason: UnusedReason, value: object
    ) -> None:
        """It is counted whatever privacy says, as what is rejected is; an example may tell a place."""
        access, at_us = message.device.access, message.received_at_us
        private = access.privacy
        tells = private.consent and not private.schedule and not private.precision_m
        example, size = unused.example_of(value) if tells else (b"", 0)
        if kind == "topic" and message.size:
            size = message.size
        key = UnusedKey(access.id, kind, unused.cut_name(name), reason)
        unused.note(self.unused, key, UnusedCount(access.organisation, 1, at_us, at_us, example, size))

    def _filter(self, device: SendingDevice) -> DeviceFilter:
        """A copy, for this batch alone."""
        mine = self.filters.get(device.id)
        if mine is None:
            known = self._known.get(device.id)
            mine = self.filters[device.id] = DeviceFilter() if known is None else filtering.copy(known)
        return mine

    def _sift(self, device: SendingDevice, fixes: list[Fix]) -> None:
        filtered = filtering.sift(self._filter(device), fixes, _settings(device))
        if filtered.heard_at_us is not None:
            self.heard[device.id] = filtered.heard_at_us
        organisation = device.access.organisation
        self.accepted += filtered.accepted
        self.rejections += [StoredRejection(organisation, fix, reason) for fix, reason in filtered.rejected]
        if filtered.release_after_us is not None:
            self.releases.append((device, filtered.release_after_us))

    def held_back(self) -> dict[str, HeldBack]:
        """Of each device of which anything was."""
        counts: dict[str, Counter[str]] = {}
        for each in self.rejections:
            counts.setdefault(each.fix.device_id, Counter())[each.reason] += 1
        for poison in self.poisons:
            counts.setdefault(poison.device_id, Counter())[intake_rows.UNREADABLE] += 1
        return dict(counts)

    async def write(self, tx: Transaction, *, cards: dict[str, str], new_unused: unused.UnusedCounts) -> None:
        await intake_rows.add_rejections(tx, self.rejections, day=self.day)
        accepted = self.accepted
        for device, after_us in self.releases:
            released = await intake_rows.release(
                tx, device.id, after_us=after_us, reasons=filtering.NEIGHBOURS, day=self.day
            )
            private = device.access.privacy  # perhaps another than when these were held back
            accepted = accepted + [fix for each in released if (fix := privacy.shown(private, each))]
        tallies = {device_id: msgspec.structs.replace(tally) for device_id, tally in self.tallies.items()}
        own = len(self.accepted) if self._recorded is not None else 0
        recording = "" if self._recorded is None else self._recorded.recording_id
        for event in (*_events(accepted[:own], tallies, recording), *_events(accepted[own:], tallies)):
            tx.emit(event)
        if self.heard:
            tx.emit(PositionsAccepted(site=HUB, fixes=[], heard=self.heard))
        if self._recorded is not None:
            held_back = Counter(each.reason for each in self.rejections)
            await recorded.count_taken(tx, self._recorded, accepted=own, held_back=held_back)
        for report in self.reports:
            tx.emit(report)
        await intake_rows.add_tallies(tx, tallies, day=self.day)
        await intake_rows.add_poison(tx, self.poisons, most_bytes=QUARANTINED_BYTES, day=self.day)
        await unused_rows.add(tx, new_unused)
        changed = self.filters.keys() | self.cards.keys()
        await intake_rows.save_states(
            tx,
            [
                (
                    device_id,
                    filtering.pack(
                        self.filters.get(device_id) or self._known.get(device_id) or DeviceFilter()
                    ),
                    self.cards.get(device_id) or cards.get(device_id),
                )
                for device_id in changed
            ],
        )


def _events(
    accepted: Sequence[Fix], tallies: dict[str, Tally], recording: str = ""
) -> list[PositionsAccepted]:
    """Fixes in events that may travel; how many bytes each device sends on is added to its tally."""
    events: list[PositionsAccepted] = []
    part: list[Fix] = []
    size = 0
    for fix in accepted:
        length = len(_encode(fix))
        if part and (len(part) >= _EVENT_FIXES or size + length > _EVENT_BYTES):
            events.append(PositionsAccepted(site=HUB, fixes=part, recording=recording))
            part, size = [], 0
        part.append(fix)
        size += length
        tally = tallies[fix.device_id]
        tally.accepted += 1
        tally.bytes_on += length
    if part:
        events.append(PositionsAccepted(site=HUB, fixes=part, recording=recording))
    return events


def _settings(device: SendingDevice) -> FilterSettings:
    return fitted(device.access.filter, device.access.kind)


def _bounded(body: bytes) -> str:
    """A report must travel; one that is too large only says so."""
    return body.decode() if len(body) <= _REPORT_BYTES else f'{{"too_large_bytes":{len(body)}}}'


class Intake:
    """Where messages wait, and the task that writes them."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.filters: dict[str, DeviceFilter] = {}
        self.cards: dict[str, str] = {}
        self.unused = unused.UnusedBook()
        self.messages = self.refused = 0
        self.over_mqtt: Counters | None = None
        self.on_moved: Callable[[SendingDevice, Fix], None] | None = None  # for friends, after the commit
        roster.on_cut.append(self._cut)
        roster.on_privacy.append(self._changed)
        self._waiting: list[_Waiting] = []
        self._bytes = self._count = 0
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self.opened = asyncio.Event()

    def put(self, message: DeviceMessage) -> "asyncio.Future[HeldBack]":
        """Done when it is on disk, with what was held back of its device then; it fails with Unavailable
        when it is not. Raises: Unavailable at once when it cannot even wait.
        """
        if not self.opened.is_set():
            raise Unavailable("Nothing can be taken in here now.")
        if self._bytes > _ROOM_BYTES or self._count > _ROOM:
            self.refused += 1
            raise Overloaded("More waits to be written than may. Try again soon.")
        done = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(message, done))
        self._bytes += len(message.payload)
        self._count += len(message.arrivals)
        if self._bytes > _ROOM_BYTES // 2 or self._count > _ROOM // 2:
            self._room.clear()
        self._wake.set()
        return done

    async def room(self) -> None:
        """Wait until there is room for more: for those who can stop reading."""
        await self._room.wait()

    async def run(self, database: Database) -> None:
        """Until cancelled."""
        await database.read(self._remember)
        self.opened.set()
        counting = asyncio.create_task(self._count_on(database), name="intake counts")
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._waiting:
                    await self._write(database, self._next())
        finally:
            counting.cancel()
            await self._flush(database)
            self.opened.clear()
            for each in self._waiting:
                _settle(each, Unavailable("Nothing can be taken in here now."))
            self._waiting.clear()
            self._bytes = self._count = 0
            self._room.set()

    async def _count_on(self, database: Database) -> None:
        while True:
            await asyncio.sleep(unused.FLUSH_S)
            await self._flush(database)

    async def _flush(self, database: Database) -> None:
        """Write how often came again what was not used."""
        if not (counts := self.unused.take()):
            return
        try:
            await database.write(partial(unused_rows.add, counts=counts))
        except Unavailable as error:
            self.unused.put_back(counts)
            log.warning("intake.counts_wait", reason=str(error))

    async def _remember(self, tx: Reading) -> None:
        self.filters.clear()
        for device_id, packed, card in await intake_rows.states(tx):
            if self._remembers(device_id):
                self.filters[device_id] = filtering.unpack(bytes(packed))
            if card is not None:
                self.cards[device_id] = card

    def _remembers(self, device_id: str) -> bool:
        """Whether it may be known here where a device was: a message may be older than its person's word."""
        device = self.roster.get(device_id)
        return device is not None and device.access.privacy.consent

    @property
    def waiting(self) -> int:
        """Fixes and reports that wait to be written."""
        return self._count

    def _cut(self, device_id: str) -> None:
        if self.roster.get(device_id) is None:
            self.filters.pop(device_id, None)
            self.cards.pop(device_id, None)
            self.unused.forget(device_id)

    def _changed(self, device: SendingDevice) -> None:
        """Whoever agrees no more has told no place yet, should they agree again. So it is on disk."""
        if not device.access.privacy.consent:
            self.filters.pop(device.id, None)
            self.unused.forget(device.id)

    def _next(self) -> list[_Waiting]:
        """As many as fit into one transaction."""
        found: list[_Waiting] = []
        count = size = 0
        for each in self._waiting:
            if found and (each.message.recorded or found[0].message.recorded):
                break  # a part of a recording is counted by itself
            found.append(each)
            count += len(each.message.arrivals)
            size += len(each.message.payload)
            if count >= _AT_ONCE:
                break
        del self._waiting[: len(found)]
        self._count -= count
        self._bytes -= size
        if self._bytes < _ROOM_BYTES // 4 and self._count < _ROOM // 4:
            self._room.set()
        return found

    async def _write(self, database: Database, waiting: Sequence[_Waiting]) -> None:
        try:
            batch = Batch(self.filters, [each.message for each in waiting])
            new = self.unused.new(batch.unused)
            await database.write(partial(batch.write, cards=self.cards, new_unused=new))
        except asyncio.CancelledError:
            for each in waiting:
                _settle(each, Unavailable("Whether this was kept is unknown."))
            raise
        except Unavailable as error:
            for each in waiting:
                _settle(each, error)
            return
        except Exception as error:
            await self._one_by_one(database, waiting, error)
            return
        self._adopt(batch)
        held_back = batch.held_back() if batch.rejections or batch.poisons else {}
        for each in waiting:
            _settle(each, None, held_back.get(each.message.device.id, _NOTHING_HELD_BACK))

    async def _one_by_one(self, database: Database, waiting: Sequence[_Waiting], error: Exception) -> None:
        """One message that breaks the writing holds up no others: alone, it goes into quarantine."""
        if len(waiting) > 1:
            for each in waiting:
                await self._write(database, [each])
            return
        log.error("intake.broke", exc_info=error)
        [broken] = waiting
        reason = Unreadable(f"It could not be worked on ({type(error).__name__}).")
        if broken.message.arrivals == (reason,):
            _settle(broken, Unavailable("This cannot be written."))
            return
        message = msgspec.structs.replace(broken.message, arrivals=(reason,))
        await self._write(database, [_Waiting(message, broken.done)])

    def _adopt(self, batch: Batch) -> None:
        self.filters.update({id: each for id, each in batch.filters.items() if self._remembers(id)})
        self.cards.update(batch.cards)
        self.unused.adopt(batch.unused)
        self.messages += sum(each.messages for each in batch.tallies.values())
        if self.on_moved is None or not batch.to_show:
            return
        newest = {fix.device_id: fix for fix in batch.accepted}
        for device in batch.to_show:
            fix = newest.get(device.id)
            known = self.filters.get(device.id)
            if fix is not None and known is not None and fix is known.newest:
                self.on_moved(device, fix)


_MESSAGES = Metric("intake_messages_total", "Messages of devices that are on disk.", kind="counter")
_REFUSED = Metric("intake_refused_total", "Messages of devices that found no room.", kind="counter")
_WAITING = Metric("intake_waiting", "Fixes and reports that wait to be written.")
_DEVICES = Metric("intake_devices", "Devices that may send.")
_FORBIDDEN = Metric("mqtt_forbidden_total", "Messages on topics of others.", kind="counter")
_PENDING = Metric("mqtt_pending", "Messages over MQTT that wait for their acknowledgement.")
_MQTT_REFUSED = Metric("mqtt_refused_total", "MQTT connections refused, by reason.", ("reason",), "counter")
_MQTT_ENDED = Metric("mqtt_ended_total", "MQTT connections that we ended, by reason.", ("reason",), "counter")
_MQTT_DROPPED = Metric(
    "mqtt_dropped_total", "MQTT messages dropped at a limit, by limit.", ("limit",), "counter"
)


def _measured(*, intake: Intake) -> Iterator[Sample]:
    yield _MESSAGES.at(intake.messages)
    yield _REFUSED.at(intake.refused)
    yield _WAITING.at(intake.waiting)
    yield _DEVICES.at(len(intake.roster))
    if (over_mqtt := intake.over_mqtt) is not None:
        yield OPEN_CONNECTIONS.at(over_mqtt.connected, "mqtt")
        yield _FORBIDDEN.at(over_mqtt.forbidden)
        yield _PENDING.at(over_mqtt.pending)
        for metric, counts in (
            (_MQTT_REFUSED, over_mqtt.refused),
            (_MQTT_ENDED, over_mqtt.ended),
            (_MQTT_DROPPED, over_mqtt.dropped),
        ):
            yield from (metric.at(count, name) for name, count in counts.items())


MEASURES = Measures(
    (
        _MESSAGES, _REFUSED, _WAITING, _DEVICES, _FORBIDDEN, _PENDING, _MQTT_REFUSED, _MQTT_ENDED,
        _MQTT_DROPPED, OPEN_CONNECTIONS,
    ),
    _measured,
)  # fmt: skip


def _settle(waiting: _Waiting, error: Error | None, held_back: HeldBack = _NOTHING_HELD_BACK) -> None:
    if waiting.done.done():
        return
    if error is None:
        waiting.done.set_result(held_back)
    else:
        waiting.done.set_exception(type(error)(str(error)))
