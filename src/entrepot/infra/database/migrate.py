"""Brings a database's tables up to date: numbered SQL files, forward only, all or none, and refused
when the database and the files tell different stories.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from importlib.resources.abc import Traversable
from typing import ClassVar, NamedTuple, Protocol, TypeVar

from entrepot.core.errors import Conflict, Error
from entrepot.core.ports import Database, Dialect, Reading, Transaction
from entrepot.core.time import now, to_us

T = TypeVar("T")

_NAME = re.compile(r"(?P<number>\d{4})(?:\.(?P<dialect>sqlite|postgres))?\.sql")
_EXISTS = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
    "postgres": "SELECT 1 FROM information_schema.tables"
    " WHERE table_schema = current_schema() AND table_name = 'migration'",
}
_TABLE = """
CREATE TABLE migration (
    part text NOT NULL,
    number integer NOT NULL,
    sha256 text NOT NULL,
    applied_at_us bigint NOT NULL,
    PRIMARY KEY (part, number)
)
"""


class Refused(Conflict):
    """The migrations cannot be applied to this database."""

    fields: ClassVar[tuple[str, ...]] = ("part", "number")

    def __init__(self, message: str, *, part: str, number: int) -> None:
        super().__init__(message)
        self.part = part
        self.number = number


class FromTheFuture(Refused):
    """A newer version of the program has already changed this database."""


class Rewritten(Refused):
    """A file was changed after it had been applied."""


class Step(NamedTuple):
    """One file, as this dialect reads it."""

    part: str
    number: int
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


class Migratable(Database, Protocol):
    """A database whose tables can be changed under a lock that other processes wait for."""

    dialect: Dialect

    async def exclusively(self, work: Callable[[Transaction], Awaitable[T]]) -> T: ...


async def migrate(database: Migratable, parts: Mapping[str, Traversable]) -> Sequence[Step]:
    """Apply what is pending in every part, in the order of `parts`, in one transaction; what was applied.

    A part is a folder of `NNNN.sql`, or `NNNN.sqlite.sql` and `NNNN.postgres.sql` where dialects differ.
    Raises: FromTheFuture, Rewritten.
    """
    steps = [step for part, folder in parts.items() for step in read(part, folder, database.dialect)]

    async def look(tx: Reading) -> Sequence[Step]:
        return pending(steps, await _applied(tx))

    async def apply(tx: Transaction) -> Sequence[Step]:
        if await tx.fetch_one(_EXISTS[tx.dialect]) is None:
            await tx.execute(_TABLE)
        todo = await look(tx)
        for step in todo:
            await _apply(tx, step)
        return todo

    return await database.exclusively(apply) if await database.read(look) else ()


def read(part: str, folder: Traversable, dialect: Dialect) -> Sequence[Step]:
    """The files of one part in order. Raises: Error when a number is missing or comes twice."""
    found: dict[int, str] = {}
    for file in folder.iterdir():
        name = _NAME.fullmatch(file.name)
        if name is None or name["dialect"] not in (None, dialect):
            continue
        number = int(name["number"])
        if number in found:
            raise Error(f"{part} has two files numbered {number:04}")
        found[number] = file.read_text(encoding="utf-8")
    if sorted(found) != list(range(1, len(found) + 1)):
        raise Error(f"the files of {part} are not numbered 0001, 0002, … without a hole")
    return [Step(part, number, found[number]) for number in sorted(found)]


def pending(steps: Sequence[Step], applied: Mapping[tuple[str, int], str]) -> Sequence[Step]:
    """The steps still to do. Raises: FromTheFuture, Rewritten."""
    known = {(step.part, step.number) for step in steps}
    parts = {step.part for step in steps}
    for part, number in sorted(applied):
        if part in parts and (part, number) not in known:
            raise FromTheFuture(
                f"the database is newer than this program: {part} {number:04} is applied but not known here",
                part=part,
                number=number,
            )
    for step in steps:
        if applied.get((step.part, step.number), step.sha256) != step.sha256:
            raise Rewritten(
                f"{step.part} {step.number:04} was changed after it had been applied",
                part=step.part,
                number=step.number,
            )
    return [step for step in steps if (step.part, step.number) not in applied]


async def _applied(tx: Reading) -> Mapping[tuple[str, int], str]:
    if await tx.fetch_one(_EXISTS[tx.dialect]) is None:
        return {}
    rows = await tx.fetch("SELECT part, number, sha256 FROM migration")
    return {(part, number): digest for part, number, digest in rows}


async def _apply(tx: Transaction, step: Step) -> None:
    await tx.execute(step.sql)
    await tx.execute(
        "INSERT INTO migration (part, number, sha256, applied_at_us) VALUES (?, ?, ?, ?)",
        step.part,
        step.number,
        step.sha256,
        to_us(now()),
    )
