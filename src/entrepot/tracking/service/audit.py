"""Every look at somebody else's positions is written down, and only then shown."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

import msgspec
from msgspec import Meta

from entrepot.alert.events import AlertsRead
from entrepot.core.errors import Unfit
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import from_us, now, to_us
from entrepot.device.events import QuarantineRead
from entrepot.tracking.model.history import TimeSpan
from entrepot.tracking.model.look import EVERY, MINUTE_US, Look, Looked, LookQuery, What, check_sees
from entrepot.tracking.repository import audit
from entrepot.tracking.repository import device as device_of
from entrepot.tracking.service import devices

_Text = Annotated[str, Meta(pattern=r"^[^\x00]*$")]


class _Place(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a page ended."""

    minute_us: Annotated[int, Meta(ge=0, le=2**62)]
    reader: _Text
    what: _Text
    device_no: Annotated[int, Meta(ge=0, le=2**62)]


async def shown(tx: Transaction, who: Principal, looked: Looked) -> object:
    """What was looked up, once it is written down who looks."""
    if looked.device_no is not None:
        await note(tx, who, looked.what, device_no=looked.device_no, span=looked.span)
    return looked.answer


async def note(
    tx: Transaction, who: Principal, what: What, *, device_no: int, span: TimeSpan, at_us: int | None = None
) -> None:
    """The span is kept to whole minutes, so that a page that follows the clock is one look a minute."""
    await audit.note(
        tx,
        organisation=who.organisation,
        device_no=device_no,
        minute_us=_minute(to_us(now()) if at_us is None else at_us),
        reader=who.id,
        reader_kind=who.kind,
        what=what,
        from_us=_minute(span.begin_us),
        until_us=-_minute(-span.end_us),
    )


async def on_quarantine_read(tx: Transaction, event: QuarantineRead) -> None:
    """A message in quarantine may tell a place as well as a position does."""
    device = await device_of.find(tx, event.device_id, organisation=event.organisation)
    if device is None or device.person == event.reader:
        return
    reader = Principal(event.reader, event.organisation, frozenset(), event.reader_kind)
    received_us = to_us(event.received_at)
    span = TimeSpan(received_us, received_us + MINUTE_US)
    await note(tx, reader, "quarantine", device_no=device.no, span=span)


async def on_alerts_read(tx: Transaction, event: AlertsRead) -> None:
    """Alerts may be of every device of the organisation."""
    reader = Principal(event.reader, event.organisation, frozenset(), event.reader_kind)
    span = TimeSpan(to_us(event.begin), to_us(event.end) + 1)
    await note(tx, reader, "alerts", device_no=EVERY, span=span, at_us=to_us(event.read_at))


async def reads(tx: Reading, who: Principal, *, id: str, query: LookQuery) -> Page[Look]:
    """Who looked at where this device was, the newest first. Of a private one, only its person may know."""
    device = await devices.known(tx, who, id)
    check_sees(who, device)
    rows = await audit.page(
        tx, organisation=who.organisation, device_nos=[device.no] if device.private else [device.no, EVERY],
        since_us=_minute(to_us(device.created_at)), before=_before(query.cursor), limit=query.limit + 1,
    )  # fmt: skip
    shown = [
        Look(
            at=from_us(minute), reader=reader, reader_kind=kind, what=what, every=device_no == EVERY,
            begin=from_us(begin), end=from_us(end),
        )
        for minute, reader, what, device_no, kind, begin, end in rows[: query.limit]
    ]  # fmt: skip
    return Page(shown, _cursor(_Place(*rows[query.limit - 1][:4])) if len(rows) > query.limit else None)


def _minute(us: int) -> int:
    return us // MINUTE_US * MINUTE_US


def _cursor(place: _Place) -> str:
    return urlsafe_b64encode(msgspec.json.encode(place)).decode()


def _before(cursor: str | None) -> tuple[int, str, str, int] | None:
    if cursor is None:
        return None
    try:
        place = msgspec.json.decode(urlsafe_b64decode(cursor), type=_Place)
    except ValueError as error:  # msgspec's and base64's errors are ValueErrors
        raise Unfit("cursor", "This cursor is not one that a page gave.") from error
    return place.minute_us, place.reader, place.what, place.device_no
