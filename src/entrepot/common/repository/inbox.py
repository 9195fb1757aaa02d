"""The inboxes of people."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from entrepot.common.model.inbox import InboxQuery, Notification
from entrepot.common.model.template import RenderedNotice
from entrepot.core.notices import NoticeKinds
from entrepot.core.paging import Text, cursor_at, page_of, place_in
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.routes import Page
from entrepot.core.time import from_us, to_us

_facts = msgspec.json.Decoder(dict[str, str | float | bool | None]).decode
_COLUMNS = (
    "i.notice_id, n.kind, n.severity, i.subject, i.text, n.subject, n.occurred_at_us, i.filed_at_us, n.late,"
    " n.simulated, n.withdrawn_at_us, i.read_at_us, i.unread, n.facts"
)
_FROM = "FROM notification i JOIN notice n ON n.id = i.notice_id"


class _Place(NamedTuple):
    """Where a page ended."""

    unread: Annotated[int, Meta(ge=0, le=1)]
    id: Text


async def file(
    tx: Transaction,
    notice_id: str,
    *,
    organisation: str,
    written: Iterable[tuple[str, RenderedNotice]],
    at: datetime,
) -> None:
    """File a notice in each person's inbox, in the words for that person."""
    await tx.execute_many(
        "INSERT INTO notification (person, notice_id, organisation, subject, text, unread, filed_at_us)"
        " VALUES (?, ?, ?, ?, ?, 1, ?)",
        [(person, notice_id, organisation, each.subject, each.text, to_us(at)) for person, each in written],
    )  # fmt: skip


async def holders(tx: Reading, notice_id: str) -> list[str]:
    rows = await tx.fetch("SELECT person FROM notification WHERE notice_id = ? ORDER BY person", notice_id)
    return [row[0] for row in rows]


async def rewrite(tx: Transaction, notice_id: str, *, person: str, written: RenderedNotice) -> None:
    """Change what a notice says, which makes it unread again."""
    await tx.execute(
        "UPDATE notification SET subject = ?, text = ?, unread = 1, read_at_us = NULL"
        " WHERE notice_id = ? AND person = ?",
        written.subject, written.text, notice_id, person,
    )  # fmt: skip


async def page(
    tx: Reading, person: str, *, organisation: str, query: InboxQuery, kinds: NoticeKinds
) -> Page[Notification]:
    """Return notices of an inbox: the unread first, and then the newest."""
    unread, after = place_in(query.cursor, _Place) or (2, "")
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} {_FROM} WHERE i.person = ? AND i.organisation = ? AND (? = 0 OR i.unread = 1)"
        " AND (i.unread < ? OR (i.unread = ? AND i.notice_id < ?))"
        " ORDER BY i.unread DESC, i.notice_id DESC LIMIT ?",
        person, organisation, int(query.unread), unread, unread, after, query.limit + 1,
    )  # fmt: skip
    page = page_of(rows, limit=query.limit, cursor=lambda row: cursor_at(_Place(row[12], row[0])))
    return Page([_notification(row, kinds) for row in page.items], page.next)


async def all_of(tx: Reading, person: str, *, kinds: NoticeKinds) -> list[Notification]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} {_FROM} WHERE i.person = ? ORDER BY i.notice_id", person)
    return [_notification(row, kinds) for row in rows]


async def unread(tx: Reading, person: str, *, organisation: str) -> int:
    row = await tx.fetch_one(
        "SELECT COUNT(*) FROM notification WHERE person = ? AND organisation = ? AND unread = 1",
        person, organisation,
    )  # fmt: skip
    return 0 if row is None else row[0]


async def read(tx: Transaction, id: str, *, person: str, organisation: str, at: datetime) -> bool:
    """Whether there is such a notice; reading it again changes nothing."""
    return await tx.execute(
        "UPDATE notification SET unread = 0, read_at_us = COALESCE(read_at_us, ?)"
        " WHERE person = ? AND notice_id = ? AND organisation = ?",
        to_us(at), person, id, organisation,
    ) > 0  # fmt: skip


async def read_all(
    tx: Transaction, *, person: str, organisation: str, up_to: str | None, at: datetime
) -> None:
    await tx.execute(
        "UPDATE notification SET unread = 0, read_at_us = ?"
        " WHERE person = ? AND organisation = ? AND unread = 1 AND (? = 1 OR notice_id <= ?)",
        to_us(at), person, organisation, int(up_to is None), up_to or "",
    )  # fmt: skip


def _notification(row: Row, kinds: NoticeKinds) -> Notification:
    (id, kind, severity, subject, text, about, occurred_us, filed_us, late, simulated, withdrawn_us, read_us,
     _, facts) = row  # fmt: skip
    return Notification(
        id=id,
        kind=kind,
        severity=severity,
        subject=subject,
        text=text,
        subject_id=about,
        page=kinds.page_of(kind, _facts(facts)),
        occurred_at=from_us(occurred_us),
        filed_at=from_us(filed_us),
        late=bool(late),
        simulated=bool(simulated),
        withdrawn=withdrawn_us is not None,
        read_at=None if read_us is None else from_us(read_us),
    )
