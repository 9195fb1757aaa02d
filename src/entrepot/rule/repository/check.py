"""Checks as they were answered."""

import sys
import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from entrepot.core.ports import Reading, Row, Transaction
from entrepot.core.time import from_us, to_us
from entrepot.rule.model.check import CheckQuery, CheckRow, CheckVerdict

# How an answer is stored; earlier versions wrote 0 (plain) and 1. Zstandard's level 1 makes answers a third
# in a quarter of zlib's time, so that a smaller row pays for it at once.
_ZLIB, _ZSTD = 1, 2
_compressor = zstd.ZstdCompressor(level=1)
_LIST = (
    "id, checked_at_us, verdict, hs_code, origin, destination, description, pack_set, todo,"
    " (SELECT COUNT(*) FROM tick WHERE tick.check_id = checked.id)"
)


class StoredCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A check as it is stored."""

    id: str
    organisation: str
    person_id: str
    checked_at: datetime
    verdict: CheckVerdict
    hs_code: str
    origin: str
    destination: str
    description: str
    pack_set: str
    past: bool
    todo: int
    answer: bytes


class KeptAnswer(NamedTuple):
    """An answer, who asked, and when."""

    checked_at: datetime
    person_id: str
    answer: bytes


async def add(tx: Transaction, stored: StoredCheck) -> None:
    await tx.execute(
        "INSERT INTO checked (id, organisation, person_id, checked_at_us, verdict, hs_code, origin,"
        " destination, description, pack_set, past, todo, packed, answer)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        stored.id, stored.organisation, stored.person_id, to_us(stored.checked_at), stored.verdict,
        stored.hs_code, stored.origin, stored.destination, stored.description, stored.pack_set,
        int(stored.past), stored.todo, _ZSTD,
        _compressor.compress(stored.answer, zstd.ZstdCompressor.FLUSH_FRAME),
    )  # fmt: skip


async def by_id(tx: Reading, id: str, *, organisation: str) -> KeptAnswer | None:
    row = await tx.fetch_one(
        "SELECT checked_at_us, person_id, packed, answer FROM checked WHERE id = ? AND organisation = ?",
        id, organisation,
    )  # fmt: skip
    return None if row is None else KeptAnswer(from_us(row[0]), row[1], opened(row[2], bytes(row[3])))


async def page(tx: Reading, *, organisation: str, query: CheckQuery) -> Sequence[CheckRow]:
    """Return checks, the newest first, and one more than asked for."""
    asked: list[tuple[str, Any]] = [("organisation = ?", organisation)]
    asked += [
        (sql, each)
        for sql, each in (
            ("verdict = ?", query.verdict), ("destination = ?", query.destination), ("id < ?", query.cursor),
        )
        if each
    ]  # fmt: skip
    rows = await tx.fetch(
        f"SELECT {_LIST} FROM checked WHERE {' AND '.join(sql for sql, _ in asked)} ORDER BY id DESC LIMIT ?",
        *(each for _, each in asked), query.limit + 1,
    )  # fmt: skip
    return [_row(row) for row in rows]


async def newest(tx: Reading, *, before: str, limit: int) -> Sequence[tuple[str, CheckRow, int, bytes]]:
    """(organisation, row, how the answer is packed, answer) of everybody's newest checks, but for those
    that asked what was known at a past moment; `before` is the id of a check.
    """
    older = (" AND id < ?", (before,)) if before else ("", ())
    rows = await tx.fetch(
        f"SELECT organisation, packed, answer, {_LIST} FROM checked WHERE past = 0{older[0]}"
        " ORDER BY id DESC LIMIT ?",
        *older[1], limit,
    )  # fmt: skip
    return [(row[0], _row(row[3:]), row[1], bytes(row[2])) for row in rows]


def opened(packed: int, answer: bytes) -> bytes:
    if packed == _ZSTD:
        return zstd.decompress(answer)
    return zlib.decompress(answer) if packed == _ZLIB else answer


async def of_person(tx: Reading, person_id: str) -> Sequence[CheckRow]:
    rows = await tx.fetch(f"SELECT {_LIST} FROM checked WHERE person_id = ? ORDER BY id", person_id)
    return [_row(row) for row in rows]


async def make_nobodys(tx: Transaction, person_id: str) -> None:
    """The checks are their organisation's; who asked is forgotten."""
    await tx.execute("UPDATE checked SET person_id = '' WHERE person_id = ?", person_id)


def _row(row: Row) -> CheckRow:
    id, at_us, verdict, hs_code, origin, destination, description, pack, todo, done = row
    return CheckRow(
        id=id, checked_at=from_us(at_us), verdict=verdict, hs_code=hs_code, origin=origin,
        destination=destination, description=description, pack=pack, todo=todo, done=done,
    )  # fmt: skip
