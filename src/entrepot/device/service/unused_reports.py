"""What came and was not used, shown: how often, why, and an example. Who runs the node also sees what a
broker in front let through of nobody.
"""

from base64 import b64encode

from entrepot.core.errors import NotFound
from entrepot.core.paging import cursor_of_moment, moment_in, page_of
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.routes import Page, Principal
from entrepot.core.time import from_us
from entrepot.device.events import QuarantineRead
from entrepot.device.model.unused import NotUsedExample, NotUsedView
from entrepot.device.repository import unused as unused_rows
from entrepot.device.service.intake_reports import OfDevice, check_shown
from entrepot.device.service.roster import Roster


class NothingUnused(NotFound):
    """Nothing of that kind came, or somebody took note of it."""


async def not_used(tx: Reading, who: Principal, *, query: OfDevice) -> Page[NotUsedView]:
    """Topics and fields of the organisation's devices that were not used, those that came last first."""
    rows = await unused_rows.page(
        tx, _organisations(who), device=query.device, before=moment_in(query.cursor), limit=query.limit + 1
    )
    return page_of(
        [_view(row) for row in rows],
        limit=query.limit,
        cursor=lambda last: cursor_of_moment(last.last_at, last.id),
    )


async def not_used_example(tx: Transaction, who: Principal, *, id: str, roster: Roster) -> NotUsedExample:
    """One of them, with an example. It may tell where a device was, so who looks is written down.

    Raises: NothingUnused; MessageIsPrivate when only the device's person may know where it was.
    """
    found = await unused_rows.find(tx, _organisations(who), id)
    if found is None:
        raise NothingUnused("There is nothing of that kind.")
    row, example, size = found
    shown = _view(row)
    if shown.has_example and shown.device_id:
        check_shown(roster.get(shown.device_id), who)
        tx.emit(
            QuarantineRead(
                device_id=shown.device_id, organisation=who.organisation, reader=who.id,
                reader_kind=who.kind, received_at=shown.last_at,
            )
        )  # fmt: skip
    return _with(shown, example, size)


async def take_note(tx: Transaction, who: Principal, *, id: str) -> None:
    """Remove one; it appears again when it comes again. Raises: NothingUnused."""
    if not await unused_rows.remove(tx, _organisations(who), id):
        raise NothingUnused("There is nothing of that kind.")


def _organisations(who: Principal) -> tuple[str, ...]:
    return (who.organisation, "") if who.allows("node:operate") else (who.organisation,)


def _view(row: Row) -> NotUsedView:
    id, device_id, kind, name, reason, count, first_at_us, last_at_us, length = row
    return NotUsedView(
        id=id,
        device_id=device_id,
        kind=kind,
        name=name,
        reason=reason,
        count=count,
        first_at=from_us(first_at_us),
        last_at=from_us(last_at_us),
        has_example=length > 0,
    )


def _with(shown: NotUsedView, example: bytes, size: int) -> NotUsedExample:
    known = {name: getattr(shown, name) for name in shown.__struct_fields__}
    whole = len(example) == size
    text = _text(example, whole=whole)
    if text is None:
        content = b64encode(example).decode()
        return NotUsedExample(**known, content=content, encoding="base64", bytes=size, whole=whole)
    return NotUsedExample(**known, content=text, encoding="text", bytes=size, whole=whole)


def _text(example: bytes, *, whole: bool) -> str | None:
    """None if it is none. One that was cut may end within a letter, of four bytes at most."""
    for end in range(len(example), max(-1, len(example) - (1 if whole else 4)), -1):
        try:
            return example[:end].decode()
        except UnicodeDecodeError:
            continue
    return None
