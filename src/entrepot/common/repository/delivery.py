"""Deliveries: what waits to be sent, and the record of what was."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from entrepot.common.model.delivery import LATEST, Channel, Delivery, DeliveryQuery, DeliveryStatus
from entrepot.core.ids import new_id
from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us

_COLUMNS = (
    "id, notice_id, kind, channel, recipient, status, withdrawal, attempts, created_at_us, due_us,"
    " done_at_us, code, error"
)
_DUE = "(due_us <= ? OR due_us > ?)"
_LAST = "g"  # after every id, in every collation


class NewDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery to be recorded."""

    organisation: str
    notice_id: str
    kind: str
    channel: Channel
    recipient: str
    status: DeliveryStatus
    due_at: datetime | None = None
    withdrawal: bool = False
    unsent: int = 0
    letter_id: str | None = None
    id: str = msgspec.field(default_factory=new_id)


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that this process sends now; `attempts` distinguishes its claim from a later one."""

    id: str
    organisation: str
    notice_id: str
    kind: str
    webhook_id: str
    withdrawal: bool
    attempts: int


class WaitingLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that waited for the end of quiet hours."""

    id: str
    notice_id: str
    withdrawal: bool
    unsent: int


async def add(tx: Transaction, new: Iterable[NewDelivery], *, at: datetime) -> None:
    at_us = to_us(at)
    await tx.execute_many(
        "INSERT INTO delivery (id, organisation, notice_id, kind, channel, recipient, status, withdrawal,"
        " unsent, attempts, created_at_us, due_us, done_at_us, error, letter_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, '', ?)",
        [
            (
                each.id, each.organisation, each.notice_id, each.kind, each.channel, each.recipient,
                each.status, int(each.withdrawal), each.unsent, at_us,
                None if each.due_at is None else to_us(each.due_at),
                at_us if each.status == "delivered" else None, each.letter_id,
            )
            for each in new
        ],
    )  # fmt: skip


async def find(tx: Reading, id: str, *, organisation: str) -> Delivery | None:
    row = await tx.fetch_one(
        f"SELECT {_COLUMNS} FROM delivery WHERE id = ? AND organisation = ?", id, organisation
    )
    return None if row is None else _delivery(row)


async def page(tx: Reading, *, organisation: str, query: DeliveryQuery) -> Sequence[Delivery]:
    """Return deliveries, the newest first, and one more than asked for if there is one."""
    chosen = {"status": query.status, "channel": query.channel, "recipient": query.recipient}
    chosen = {column: value for column, value in chosen.items() if value}
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM delivery WHERE organisation = ? AND id < ?"
        + "".join(f" AND {column} = ?" for column in chosen)
        + " ORDER BY id DESC LIMIT ?",
        organisation, query.cursor or _LAST, *chosen.values(), query.limit + 1,
    )  # fmt: skip
    return [_delivery(row) for row in rows]


async def to(tx: Reading, recipient: str) -> list[Delivery]:
    rows = await tx.fetch(f"SELECT {_COLUMNS} FROM delivery WHERE recipient = ? ORDER BY id", recipient)
    return [_delivery(row) for row in rows]


async def of_notice(tx: Reading, notice_id: str) -> Sequence[Delivery]:
    rows = await tx.fetch(
        f"SELECT {_COLUMNS} FROM delivery WHERE notice_id = ? AND withdrawal = 0 ORDER BY id", notice_id
    )
    return [_delivery(row) for row in rows]


async def settle(
    tx: Transaction,
    id: str,
    *,
    status: DeliveryStatus,
    at: datetime,
    code: int | None = None,
    error: str = "",
) -> None:
    """End a delivery: it is not tried again by itself."""
    await tx.execute(
        "UPDATE delivery SET status = ?, due_us = NULL, done_at_us = ?, code = ?, error = ? WHERE id = ?",
        status, to_us(at), code, error, id,
    )  # fmt: skip


async def again(tx: Transaction, id: str, *, at: datetime) -> None:
    """Try a delivery again from the beginning, as if it were new."""
    await tx.execute(
        "UPDATE delivery SET status = 'waiting', attempts = 0, due_us = ?, done_at_us = NULL WHERE id = ?",
        to_us(at), id,
    )  # fmt: skip


async def give_up(
    tx: Transaction, recipient: str, *, organisation: str, status: DeliveryStatus, at: datetime, error: str
) -> None:
    """Give up everything that still waits for this recipient."""
    await tx.execute(
        "UPDATE delivery SET status = ?, due_us = NULL, done_at_us = ?, error = ? WHERE recipient = ?"
        " AND status IN ('waiting', 'held') AND letter_id IS NULL AND organisation = ?",
        status, to_us(at), error, recipient, organisation,
    )  # fmt: skip


async def make_nobodys(tx: Transaction, recipient: str, *, name: str) -> None:
    await tx.execute("UPDATE delivery SET recipient = ? WHERE recipient = ?", name, recipient)


async def forget(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM delivery WHERE created_at_us < ?", to_us(before))


# ---- webhooks -------------------------------------------------------------------------------------


async def is_due(tx: Reading, *, at: datetime) -> bool:
    row = await tx.fetch_one(
        f"SELECT 1 FROM delivery WHERE channel = 'webhook' AND status = 'waiting' AND {_DUE} LIMIT 1",
        *_due(at),
    )
    return row is not None


async def claim(
    tx: Transaction, *, at: datetime, until: datetime, limit: int, each: int, under_way: Mapping[str, int]
) -> Sequence[Claimed]:
    """Claim some that are due, the longest waiting first, but no more than `each` for one webhook, with those
    that are `under_way`. A claim that nobody settles is void at `until`.
    """
    busy = [webhook for webhook, count in under_way.items() if count >= each]
    spare = f" AND recipient NOT IN ({', '.join('?' * len(busy))})" if busy else ""
    rows = await tx.fetch(
        "SELECT id, organisation, notice_id, kind, recipient, withdrawal, attempts FROM delivery"
        f" WHERE channel = 'webhook' AND status = 'waiting' AND {_DUE}{spare}"
        " ORDER BY due_us LIMIT ?",
        *_due(at), *busy, limit,
    )  # fmt: skip
    shares, claimed = Counter(under_way), list[Claimed]()
    for row in rows:
        found = _claimed(row)
        shares[found.webhook_id] += 1
        if shares[found.webhook_id] <= each:
            claimed.append(found)
    await tx.execute_many(
        "UPDATE delivery SET attempts = ?, due_us = ? WHERE id = ?",
        [(found.attempts, to_us(until), found.id) for found in claimed],
    )
    return claimed


async def still_claimed(tx: Reading, claim: Claimed) -> bool:
    row = await tx.fetch_one(
        "SELECT 1 FROM delivery WHERE id = ? AND status = 'waiting' AND attempts = ?",
        claim.id,
        claim.attempts,
    )
    return row is not None


async def postpone(tx: Transaction, id: str, *, to: datetime, code: int, error: str) -> None:
    await tx.execute(
        "UPDATE delivery SET due_us = ?, code = ?, error = ? WHERE id = ?", to_us(to), code or None, error, id
    )


# ---- letters --------------------------------------------------------------------------------------


async def someone_awake(tx: Reading, *, at: datetime) -> tuple[str, str] | None:
    """Return (organisation, person) whose quiet hours are over and whose letters wait."""
    row = await tx.fetch_one(
        "SELECT organisation, recipient FROM delivery"
        f" WHERE channel = 'email' AND status = 'held' AND {_DUE} ORDER BY due_us LIMIT 1",
        *_due(at),
    )
    return None if row is None else (row[0], row[1])


async def held(tx: Reading, person: str, *, organisation: str) -> Sequence[WaitingLetter]:
    """Return the letters that wait for a person, the oldest first."""
    rows = await tx.fetch(
        "SELECT id, notice_id, withdrawal, unsent FROM delivery"
        " WHERE recipient = ? AND status = 'held' AND organisation = ? ORDER BY id",
        person, organisation,
    )  # fmt: skip
    return [
        WaitingLetter(id=id, notice_id=notice_id, withdrawal=bool(withdrawal), unsent=unsent)
        for id, notice_id, withdrawal, unsent in rows
    ]


async def hold_until(tx: Transaction, person: str, *, organisation: str, until: datetime) -> None:
    await tx.execute(
        "UPDATE delivery SET due_us = ? WHERE recipient = ? AND status = 'held' AND organisation = ?",
        to_us(until), person, organisation,
    )  # fmt: skip


async def write_letter(tx: Transaction, ids: Iterable[str], *, letter_id: str, expires_at: datetime) -> None:
    """Note that the waiting ones go out in this letter."""
    await tx.execute_many(
        "UPDATE delivery SET status = 'waiting', due_us = ?, letter_id = ? WHERE id = ?",
        [(to_us(expires_at), letter_id, id) for id in ids],
    )


async def letter_done(
    tx: Transaction, letter_id: str, *, status: DeliveryStatus, at: datetime, error: str = ""
) -> None:
    await tx.execute(
        "UPDATE delivery SET status = ?, due_us = NULL, done_at_us = ?, attempts = attempts + 1, error = ?"
        " WHERE letter_id = ?",
        status, to_us(at), error, letter_id,
    )  # fmt: skip


async def overdue_letters(tx: Transaction, *, at: datetime) -> None:
    """Letters that the post did not take in time, which lie among the dead letters."""
    await tx.execute(
        "UPDATE delivery SET status = 'dead', due_us = NULL, done_at_us = ?,"
        " error = 'The post did not take it in time.'"
        " WHERE channel = 'email' AND status = 'waiting' AND due_us < ?",
        to_us(at), to_us(at),
    )  # fmt: skip


def _due(at: datetime) -> tuple[int, int]:
    return to_us(at), to_us(at + LATEST)


def _claimed(row: Row) -> Claimed:
    id, organisation, notice_id, kind, webhook_id, withdrawal, attempts = row
    return Claimed(
        id=id,
        organisation=organisation,
        notice_id=notice_id,
        kind=kind,
        webhook_id=webhook_id,
        withdrawal=bool(withdrawal),
        attempts=attempts + 1,
    )


def _delivery(row: Row) -> Delivery:
    (id, notice_id, kind, channel, recipient, status, withdrawal, attempts, created_us, due_us, done_us, code,
     error) = row  # fmt: skip
    return Delivery(
        id=id,
        notice_id=notice_id,
        kind=kind,
        channel=channel,
        recipient=recipient,
        status=status,
        withdrawal=bool(withdrawal),
        attempts=attempts,
        created_at=from_us(created_us),
        due_at=None if due_us is None else from_us(due_us),
        done_at=None if done_us is None else from_us(done_us),
        code=code,
        error=error,
    )
