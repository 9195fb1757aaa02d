"""One-time links, and failures in a row."""

from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import to_us
from entrepot.user.model.throttle import Failures
from entrepot.user.model.ticket import TicketPurpose


async def add(
    tx: Transaction, digest: str, *, purpose: TicketPurpose, subject: str, expires_at: datetime
) -> None:
    """Add a ticket; earlier ones for its purpose and subject are void."""
    await tx.execute("DELETE FROM ticket WHERE purpose = ? AND subject = ?", purpose, subject)
    await tx.execute(
        "INSERT INTO ticket (digest, purpose, subject, expires_at_us) VALUES (?, ?, ?, ?)",
        digest, purpose, subject, to_us(expires_at),
    )  # fmt: skip


async def find(tx: Reading, digest: str, *, purpose: TicketPurpose, at: datetime) -> str | None:
    """Return the subject of a ticket, while it is valid."""
    row = await tx.fetch_one(
        "SELECT subject FROM ticket WHERE digest = ? AND purpose = ? AND expires_at_us > ?",
        digest, purpose, to_us(at),
    )  # fmt: skip
    return None if row is None else row[0]


async def spend(tx: Transaction, digest: str) -> None:
    await tx.execute("DELETE FROM ticket WHERE digest = ?", digest)


async def drop_of(tx: Transaction, subject: str) -> None:
    """Drop all tickets of a subject, also those that name more than it after a blank."""
    await tx.execute("DELETE FROM ticket WHERE subject = ? OR subject LIKE ?", subject, f"{subject} %")


async def drop_old(tx: Transaction, *, at: datetime) -> None:
    await tx.execute("DELETE FROM ticket WHERE expires_at_us < ?", to_us(at))


async def failures(tx: Reading, bucket: str) -> Failures:
    row = await tx.fetch_one("SELECT failures, until_us FROM throttle WHERE bucket = ?", bucket)
    return Failures() if row is None else Failures(*row)


async def set_failures(tx: Transaction, bucket: str, *, failures: Failures) -> None:
    await tx.execute(
        "INSERT INTO throttle (bucket, failures, until_us) VALUES (?, ?, ?)"
        " ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures, until_us = excluded.until_us",
        bucket, failures.count, failures.until_us,
    )  # fmt: skip


async def forgive(tx: Transaction, bucket: str) -> None:
    await tx.execute("DELETE FROM throttle WHERE bucket = ?", bucket)


async def drop_old_failures(tx: Transaction, *, before: datetime) -> None:
    await tx.execute("DELETE FROM throttle WHERE until_us < ?", to_us(before))
