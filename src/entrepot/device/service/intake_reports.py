"""What devices sent in vain, shown: the quarantine, what was rejected and why, what the filters saved.
Places are not shown here: reading somebody's position is `tracking`'s to allow and to audit.
"""

from base64 import b64encode
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, Forbidden, NotFound
from entrepot.core.ports import Read, Reading, Row, Transaction
from entrepot.core.routes import Cursor, Input, Page, Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.device.events import QuarantineRead
from entrepot.device.model.arrival import DeviceReport, Unreadable
from entrepot.device.repository import device as devices_of
from entrepot.device.repository.intake import DAY_US, DROPPED, UNREADABLE
from entrepot.device.service import decoding
from entrepot.device.service.intake import DeviceMessage, Intake
from entrepot.device.service.roster import Roster, SendingDevice
from entrepot.tracking.model.fix import Fix

KEPT_REJECTED_US = 7 * DAY_US
KEPT_QUARANTINED_US = 30 * DAY_US
KEPT_COUNTS_DAYS = 400
_REJECTED_OF_DEVICE = 20_000
_AFTER_ALL = "g"  # every id, in every collation

_decode_fix = msgspec.json.Decoder(Fix).decode
DeviceId = Annotated[str, Meta(max_length=64)]


class OfDevice(Cursor, frozen=True, kw_only=True):
    """A part of a list, of one device or of all."""

    device: DeviceId | None = None


class SummaryQuery(Input, frozen=True, kw_only=True):
    """Of one device or of all, over the last `days` (UTC, today included)."""

    device: DeviceId | None = None
    days: Annotated[int, Meta(ge=1, le=KEPT_COUNTS_DAYS)] = 1


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A message that could not be understood."""

    id: str
    device_id: str
    protocol: str
    received_at: datetime
    reason: str
    bytes: int


class QuarantinedMessage(Quarantined, frozen=True, kw_only=True):
    """With its content, as text where it is one; `whole` False when it was too large to keep it all."""

    content: str
    encoding: Literal["text", "base64"]
    whole: bool


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of trying again: what was understood has left the quarantine."""

    understood: bool
    fixes: int
    reports: int
    reason: str


class RejectedFix(msgspec.Struct, frozen=True, kw_only=True):
    """A fix that was not sent on."""

    id: str
    device_id: str
    fixed_at: datetime
    received_at: datetime
    reason: str
    accuracy_m: float | None
    speed_mps: float | None


class DaySummary(msgspec.Struct, frozen=True, kw_only=True):
    """What came and what was sent on in one day."""

    day: str
    messages: int
    bytes_in: int
    accepted: int
    bytes_on: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came in and what was sent on, measured; `saved_share` is the part of the bytes that went no
    further. `rejected` counts fixes by reason; unreadable messages are counted apart.
    """

    messages: int
    bytes_in: int
    accepted: int
    bytes_on: int
    saved_share: float
    rejected: dict[str, int]
    unreadable: int
    quarantine_dropped: int
    days: list[DaySummary]


class NotKeptWhole(Conflict):
    """The message was too large to be kept whole, or its device's privacy forbade it."""


class MessageIsPrivate(Forbidden):
    """The message is of a private device."""


class NoLongerSends(Conflict):
    """The device was revoked."""


_POISON = "id, device_id, protocol, received_at_us, reason, size"


class _Kept(msgspec.Struct, frozen=True):
    """A message in quarantine, of `size` bytes, of which `body` was kept."""

    id: str
    device_id: str
    protocol: str
    received_at_us: int
    reason: str
    size: int
    body: bytes

    @property
    def whole(self) -> bool:
        return len(self.body) == self.size


# ---- the quarantine ---------------------------------------------------------------------------------


async def quarantine(tx: Reading, who: Principal, *, query: OfDevice) -> Page[Quarantined]:
    """Messages of the organisation's devices that could not be understood, the newest first."""
    rows = await tx.fetch(
        f"SELECT {_POISON}, '' FROM quarantine"
        f" WHERE organisation = ? AND id < ?{_and_device(query.device)} ORDER BY id DESC LIMIT ?",
        who.organisation, query.cursor or _AFTER_ALL, *_given(query.device), query.limit + 1,
    )  # fmt: skip
    items = [_shown(_poison(row)) for row in rows[: query.limit]]
    return Page(items, items[-1].id if len(rows) > query.limit else None)


async def quarantined(tx: Transaction, who: Principal, *, id: str, roster: Roster) -> QuarantinedMessage:
    """One of them, with its content. It may tell where a device was, so who looks is written down.

    Raises: NotFound; MessageIsPrivate when only the device's person may know where it was.
    """
    kept = await _kept(tx, who, id)
    device = roster.get(kept.device_id)
    check_shown(device, who)
    tx.emit(
        QuarantineRead(
            device_id=kept.device_id, organisation=who.organisation, reader=who.id, reader_kind=who.kind,
            received_at=from_us(kept.received_at_us),
        )
    )  # fmt: skip
    shown = msgspec.structs.asdict(_shown(kept))
    try:
        return QuarantinedMessage(**shown, content=kept.body.decode(), encoding="text", whole=kept.whole)
    except UnicodeDecodeError:
        content = b64encode(kept.body).decode()
        return QuarantinedMessage(**shown, content=content, encoding="base64", whole=kept.whole)


def check_shown(device: SendingDevice | None, who: Principal) -> None:
    """Whether what a device sent may be shown as it came, by the privacy that holds now. Raises:
    MessageIsPrivate.
    """
    access = None if device is None else device.access
    if access is None or (access.person and access.person == who.id):
        return
    if access.private_to not in ("", who.id):
        raise MessageIsPrivate("Only the person whose device this is sees where it was.")
    if access.privacy.schedule or access.privacy.precision_m:
        raise MessageIsPrivate("Its person wants it seen less exactly, or not always; this may tell more.")


async def try_again(read: Read, who: Principal, *, id: str, intake: Intake) -> Retried:
    """Understand it now, and take it in as if it had just come. Raises: NotFound, Conflict, Unavailable."""
    kept = await read(lambda tx: _kept(tx, who, id))
    device = intake.roster.get(kept.device_id)
    if device is None:
        raise NoLongerSends("This device sends no more.")
    if not kept.whole:
        raise NotKeptWhole("This message was not kept whole.")
    arrivals = decoding.again(kept.protocol, kept.body, device, kept.received_at_us)
    reasons = [each.reason for each in arrivals if isinstance(each, Unreadable)]
    found = Retried(
        understood=not reasons,
        fixes=sum(isinstance(each, Fix) for each in arrivals),
        reports=sum(isinstance(each, DeviceReport) for each in arrivals),
        reason=reasons[0] if reasons else "",
    )
    if found.understood:
        await intake.put(DeviceMessage(device, kept.protocol, kept.body, kept.received_at_us, arrivals))
    return found


async def retry(tx: Transaction, who: Principal, *, id: str, retried: Retried) -> Retried:
    """Try again to understand a message, after its device's key or this program has changed."""
    if retried.understood:
        await discard(tx, who, id=id)
    return retried


async def discard(tx: Transaction, who: Principal, *, id: str) -> None:
    """Give up a message."""
    removed = await tx.execute(
        "DELETE FROM quarantine WHERE id = ? AND organisation = ?", id, who.organisation
    )
    if not removed:
        raise NotFound("There is no such message.")


# ---- what was rejected, and what was saved ----------------------------------------------------------


async def rejected(tx: Reading, who: Principal, *, query: OfDevice) -> Page[RejectedFix]:
    """Fixes of the last days that were not sent on, the newest first."""
    rows = await tx.fetch(
        "SELECT id, device_id, reason, fix FROM rejected"
        f" WHERE organisation = ? AND id < ?{_and_device(query.device)} ORDER BY id DESC LIMIT ?",
        who.organisation, query.cursor or _AFTER_ALL, *_given(query.device), query.limit + 1,
    )  # fmt: skip
    items = [_rejected(row) for row in rows[: query.limit]]
    return Page(items, items[-1].id if len(rows) > query.limit else None)


async def summary(tx: Reading, who: Principal, *, query: SummaryQuery) -> Summary:
    """What devices sent, what was sent on, and why the rest was not."""
    first = to_us(now()) // DAY_US - query.days + 1
    chosen = f"organisation = ? AND day >= ?{_and_device(query.device)}"
    given = (who.organisation, first, *_given(query.device))
    days = await tx.fetch(
        "SELECT day, sum(messages), sum(bytes_in), sum(accepted), sum(bytes_on) FROM intake_day"
        f" WHERE {chosen} GROUP BY day ORDER BY day",
        *given,
    )
    counted = await tx.fetch(
        f"SELECT reason, sum(fixes) FROM rejected_day WHERE {chosen} GROUP BY reason ORDER BY reason", *given
    )
    counts = {reason: int(fixes) for reason, fixes in counted if fixes}
    messages, bytes_in, accepted, bytes_on = (sum(int(row[at]) for row in days) for at in range(1, 5))
    return Summary(
        messages=messages,
        bytes_in=bytes_in,
        accepted=accepted,
        bytes_on=bytes_on,
        saved_share=round(max(0.0, 1 - bytes_on / bytes_in), 4) if bytes_in else 0.0,
        unreadable=counts.pop(UNREADABLE, 0),
        quarantine_dropped=counts.pop(DROPPED, 0),
        rejected=counts,
        days=[
            DaySummary(
                day=f"{from_us(row[0] * DAY_US):%Y-%m-%d}",
                messages=int(row[1]),
                bytes_in=int(row[2]),
                accepted=int(row[3]),
                bytes_on=int(row[4]),
            )
            for row in days
        ],
    )


# ---- forgetting -------------------------------------------------------------------------------------


async def tidy(tx: Transaction) -> None:
    """Old rejections, messages and counts go; of a device's rejections only the newest stay."""
    now_us = to_us(now())
    await devices_of.forget_purged(tx, before_us=now_us - DAY_US)
    await tx.execute("DELETE FROM rejected WHERE id < ?", _id_at(now_us - KEPT_REJECTED_US))
    await tx.execute("DELETE FROM quarantine WHERE received_at_us < ?", now_us - KEPT_QUARANTINED_US)
    await tx.execute("DELETE FROM unused WHERE last_at_us < ?", now_us - KEPT_QUARANTINED_US)
    for table in ("intake_day", "rejected_day"):
        await tx.execute(f"DELETE FROM {table} WHERE day < ?", now_us // DAY_US - KEPT_COUNTS_DAYS)
    for table in ("device_state", "command"):  # what came while its device was being revoked
        await tx.execute(f"DELETE FROM {table} WHERE device_id NOT IN (SELECT id FROM device)")
    many = await tx.fetch(
        "SELECT device_id FROM rejected GROUP BY device_id HAVING count(*) > ?", _REJECTED_OF_DEVICE
    )
    for (device_id,) in many:
        await tx.execute(
            "DELETE FROM rejected WHERE device_id = ? AND id <= ("
            "SELECT id FROM rejected WHERE device_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
            device_id, device_id, _REJECTED_OF_DEVICE,
        )  # fmt: skip


def _id_at(us: int) -> str:
    """Before every id (UUIDv7) that was made at this time or later."""
    text = f"{us // 1000:012x}"
    return f"{text[:8]}-{text[8:]}"


def _and_device(device: str | None) -> str:
    return "" if device is None else " AND device_id = ?"


def _given(device: str | None) -> tuple[str, ...]:
    return () if device is None else (device,)


async def _kept(tx: Reading, who: Principal, id: str) -> _Kept:
    """Raises: NotFound."""
    row = await tx.fetch_one(
        f"SELECT {_POISON}, body FROM quarantine"
        " WHERE id = ? AND organisation = ?",
        id, who.organisation,
    )  # fmt: skip
    if row is None:
        raise NotFound("There is no such message.")
    return _poison(row)


def _poison(row: Row) -> _Kept:
    id, device_id, protocol, received_at_us, reason, size, body = row
    return _Kept(id, device_id, protocol, received_at_us, reason, size, bytes(body or b""))


def _shown(kept: _Kept) -> Quarantined:
    return Quarantined(
        id=kept.id,
        device_id=kept.device_id,
        protocol=kept.protocol,
        received_at=from_us(kept.received_at_us),
        reason=kept.reason,
        bytes=kept.size,
    )


def _rejected(row: Row) -> RejectedFix:
    id, device_id, reason, text = row
    fix = _decode_fix(text)
    return RejectedFix(
        id=id,
        device_id=device_id,
        fixed_at=from_us(fix.fixed_at_us),
        received_at=from_us(fix.received_at_us),
        reason=reason,
        accuracy_m=fix.accuracy_m,
        speed_mps=fix.speed_mps,
    )
