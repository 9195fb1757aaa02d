"""Brings a database's tables up to date with numbered SQL files: forward only, all or none. It refuses a
database whose record differs from the files.
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

_MARK = 0  # a step of this number says nothing but that programs before the first relocation are too old
STEPS = f"number <> {_MARK} AND part NOT LIKE '% %'"  # of all that stands in `migration`, what files did
_MOVED = re.compile(r"^-- After the move of ([\w, ]+)\.", re.MULTILINE)
_NAME = re.compile(r"(?P<number>\d{4})(?:\.(?P<dialect>sqlite|postgres))?\.sql")
_EXISTS = {
    "sqlite": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'",
    # Not information_schema, which hides what our role may not read: that would look like an empty database.
    "postgres": "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'migration'",
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


class MigrationRefused(Conflict):
    """The migrations cannot be applied to this database."""

    fields: ClassVar[tuple[str, ...]] = ("part", "number")

    def __init__(self, message: str, *, part: str, number: int) -> None:
        super().__init__(message)
        self.part = part
        self.number = number


class FromTheFuture(MigrationRefused):
    """A newer version of the program has already changed this database."""


class Rewritten(MigrationRefused):
    """A file was changed after it had been applied."""


class NotMoved(MigrationRefused):
    """A step would drop rows that belong to another context now, which has not taken them."""


class MigrationStep(NamedTuple):
    """One file, as this dialect reads it."""

    part: str
    number: int
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()

    @property
    def moved(self) -> tuple[str, ...]:
        """The tables that another context must have taken before this step; see `relocate`."""
        found = _MOVED.search(self.sql)
        return tuple(name.strip() for name in found[1].split(",")) if found else ()


class Migratable(Database, Protocol):
    """A database whose tables can be changed under a lock that other processes wait for."""

    dialect: Dialect

    async def exclusively(self, work: Callable[[Transaction], Awaitable[T]]) -> T: ...


async def migrate(
    database: Migratable, parts: Mapping[str, Traversable], *, through: Mapping[str, int] | None = None
) -> Sequence[MigrationStep]:
    """Apply what is pending in every part, in the order of `parts`, in one transaction; what was applied.

    A part is a folder of `NNNN.sql`, or `NNNN.sqlite.sql` and `NNNN.postgres.sql` where dialects differ.
    Of a part that `through` names, only steps up to that number are applied.
    Raises: FromTheFuture, Rewritten, NotMoved.
    """
    ends = through or {}
    steps = [step for part, folder in parts.items() for step in read(part, folder, database.dialect)]

    async def look(tx: Reading) -> Sequence[MigrationStep]:
        todo = pending(steps, await recorded(tx))
        return [step for step in todo if step.number <= ends.get(step.part, step.number)]

    async def apply(tx: Transaction) -> Sequence[MigrationStep]:
        if await tx.fetch_one(_EXISTS[tx.dialect]) is None:
            await tx.execute(_TABLE)
        todo = await look(tx)
        for step in todo:
            await _apply(tx, step)
        return todo

    return await database.exclusively(apply) if await database.read(look) else ()


async def repeat(
    tx: Transaction, parts: Mapping[str, Traversable], done: Mapping[tuple[str, int], str]
) -> None:
    """Apply in an empty database exactly what was `done` to another. Raises: FromTheFuture, Rewritten."""
    steps = [step for part, folder in parts.items() for step in read(part, folder, tx.dialect)]
    todo = pending(steps, done)
    await tx.execute(_TABLE)
    for step in steps:
        if step not in todo:
            await _apply(tx, step)


def read(part: str, folder: Traversable, dialect: Dialect) -> Sequence[MigrationStep]:
    """Return the files of one part in order. Raises: Error when a number is missing or comes twice."""
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
    return [MigrationStep(part, number, found[number]) for number in sorted(found)]


def pending(
    steps: Sequence[MigrationStep], applied: Mapping[tuple[str, int], str]
) -> Sequence[MigrationStep]:
    """Return the steps still to do. Raises: FromTheFuture, Rewritten."""
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


async def recorded(tx: Reading) -> dict[tuple[str, int], str]:
    """(part, number) → digest of what was applied; empty for a database that has no tables yet."""
    if await tx.fetch_one(_EXISTS[tx.dialect]) is None:
        return {}
    rows = await tx.fetch("SELECT part, number, sha256 FROM migration WHERE number <> ?", _MARK)
    return {(part, number): digest for part, number, digest in rows}


async def record(tx: Transaction, part: str, number: int, *, sha256: str = "") -> None:
    """Record that a step was done. A part with a space in its name stands for no folder of files."""
    sql = "INSERT INTO migration (part, number, sha256, applied_at_us) VALUES (?, ?, ?, ?)"
    await tx.execute(sql, part, number, sha256, to_us(now()))


async def keep_older_programs_out(tx: Transaction) -> None:
    """Make programs from before the first relocation refuse this database: to them it comes from the
    future.
    """
    if await tx.fetch_one(_EXISTS[tx.dialect]) is None:
        await tx.execute(_TABLE)
    if await tx.fetch_one("SELECT 1 FROM migration WHERE number = ?", _MARK) is None:
        await record(tx, "mailbox", _MARK)


def given(table: str) -> str:
    """Return the part under which a context records that another has taken its table."""
    return f"given {table}"


async def _apply(tx: Transaction, step: MigrationStep) -> None:
    for table in step.moved:
        await _check_moved(tx, step, table)
    await tx.execute(step.sql)
    await record(tx, step.part, step.number, sha256=step.sha256)


async def _check_moved(tx: Transaction, step: MigrationStep, table: str) -> None:
    """Raises: NotMoved."""
    if await tx.fetch_one("SELECT 1 FROM migration WHERE part = ?", given(table)) is not None:
        return
    if await tx.fetch_one(f'SELECT 1 FROM "{table}" LIMIT 1') is not None:
        raise NotMoved(
            f"{step.part} {step.number:04} would drop rows of {table} that its new context has not taken",
            part=step.part,
            number=step.number,
        )
