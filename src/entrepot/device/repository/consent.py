"""What was said about being tracked, and who belongs where."""

from collections.abc import Sequence
from datetime import datetime

from entrepot.core.ports import Reading, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.device.model.preferences import ConsentWord

_MOST = 100


async def add(tx: Transaction, device_no: int, word: ConsentWord) -> None:
    """One word a microsecond."""
    at_us = to_us(word.at)
    row = await tx.fetch_one("SELECT MAX(at_us) FROM device_consent WHERE device_no = ?", device_no)
    if row is not None and row[0] is not None:
        at_us = max(at_us, row[0] + 1)
    await tx.execute(
        "INSERT INTO device_consent (device_no, at_us, person_id, given, purposes) VALUES (?, ?, ?, ?, ?)",
        device_no, at_us, word.person, int(word.given), "\n".join(word.purposes),
    )  # fmt: skip


async def words(tx: Reading, device_no: int) -> list[ConsentWord]:
    """The newest first."""
    rows = await tx.fetch(
        "SELECT at_us, person_id, given, purposes FROM device_consent WHERE device_no = ?"
        " ORDER BY at_us DESC LIMIT ?",
        device_no, _MOST,
    )  # fmt: skip
    return [
        ConsentWord(
            at=from_us(at_us),
            person=person,
            given=bool(given),
            purposes=purposes.split("\n") if purposes else [],
        )
        for at_us, person, given, purposes in rows
    ]


async def join(tx: Transaction, person: str, *, organisation: str) -> None:
    await tx.execute(
        "INSERT INTO member (person_id, organisation) VALUES (?, ?)"
        " ON CONFLICT (person_id, organisation) DO NOTHING",
        person, organisation,
    )  # fmt: skip


async def leave(tx: Transaction, person: str, *, organisation: str) -> None:
    await tx.execute("DELETE FROM member WHERE person_id = ? AND organisation = ?", person, organisation)


async def is_member(tx: Reading, person: str, *, organisation: str) -> bool:
    row = await tx.fetch_one(
        "SELECT 1 FROM member WHERE person_id = ? AND organisation = ?", person, organisation
    )
    return row is not None


async def forget_member(tx: Transaction, person: str) -> None:
    await tx.execute("DELETE FROM member WHERE person_id = ?", person)


async def forget_device(tx: Transaction, device_no: int) -> None:
    await tx.execute("DELETE FROM device_consent WHERE device_no = ?", device_no)


async def make_nobodys(tx: Transaction, person: str, *, called: str) -> None:
    await tx.execute("UPDATE device_consent SET person_id = ? WHERE person_id = ?", called, person)


async def said_by(tx: Reading, person: str) -> Sequence[tuple[str, datetime, bool, str]]:
    """(device id, when, yes or no, what for) of all that this person said."""
    rows = await tx.fetch(
        "SELECT device.id, at_us, given, purposes FROM device_consent JOIN device ON no = device_no"
        " WHERE device_consent.person_id = ? ORDER BY at_us",
        person,
    )
    return [(id, from_us(at_us), bool(given), purposes) for id, at_us, given, purposes in rows]
