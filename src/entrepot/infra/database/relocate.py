"""Brings the databases of an older deployment to where today's contexts have them: a database gets its
context's new name, and tables move to the context that owns them now. It runs before any context opens.

How a context inherits tables
1. Its schema makes them in one step, in the very shape that they have in the source (`Inherits.at`); what it
   wants otherwise it does in later steps. `Taken` gives a row what it needs of a table that stays behind.
2. The source's schema gets a step (`Inherits.before`) whose first line is `-- After the move of a, b.` and
   which drops them, after it copied what the source goes on needing into tables of other names. A program
   from before then refuses the source, because it does not know that step.
3. The context says `Inherits("tracking", tables=("a", "b"), before=6)`, and `formerly="edge"` if its database
   had another name. Both stay for as long as data from before may come, in old folders or backups.
A fresh deployment takes the same steps, over empty tables.

Why not one transaction over both? SQLite's is not atomic over two files in WAL mode. So each stage is one
transaction in one database, on disk before the next begins, and recorded there: kill -9 between any two of
them, run it again, and what is done is not done twice.
1. The source is marked, so that an older program, which would write to it, refuses it from here on.
2. Source and receiver come to the steps at which both have the tables; the receiver takes all rows, and in
   the same transaction records `from tracking`.
3. The source records `given a`. Only then does the migration of step 2 above let itself be applied.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from time import monotonic
from typing import Protocol, TypeVar

import structlog

from entrepot.core.errors import Conflict, Error
from entrepot.core.inheritance import Inherits
from entrepot.core.ports import Dialect, Transaction
from entrepot.infra.database.migrate import (
    Migratable,
    given,
    keep_older_programs_out,
    migrate,
    read,
    record,
)
from entrepot.infra.database.takeover import Holds, take

T = TypeVar("T")

log = structlog.get_logger()

_CONTEXT, _RENAMED = "context", "renamed to "
_MOVE_ENDS_S = 600.0  # how long another process may take that moves the same
_LOOK_AGAIN_S = 0.1

Records = Mapping[tuple[str, int], str]
# What other contexts keep of one whose name changes: `rename(tx, old, new)` in each of their databases;
# whether there was any.
Rename = Callable[[Transaction, str, str], Awaitable[bool]]


class Databases(Protocol):
    """All databases of a deployment, also those whose names no context has any more."""

    dialect: Dialect

    async def records(self, name: str) -> Records | None:
        """Return what was applied to a database; None where there is none, or one that got another name."""

    async def open(self, name: str) -> Migratable:
        """Whoever opens it closes it."""

    async def claim(self, name: str) -> bool:
        """Try to keep all others from leading a database, whether it exists or not."""

    async def release(self, name: str) -> None:
        """Let others lead it again."""

    async def check_rights(self, source: str, receiver: str, *, renames: bool) -> None:
        """Look, before anything is changed, whether we may move tables between two databases, or give the
        one the name of the other. Raises: Conflict.
        """

    async def led(self, name: str) -> bool:
        """Whether a process leads a database now."""

    async def rename(self, old: str, new: str) -> None:
        """Give a database that nobody uses a new name, and leave under the old one what makes programs
        that know only that refuse it. It may be called again after it was killed. Raises: Conflict.
        """


@dataclass(frozen=True)
class Owner:
    """A context, as its database knows it."""

    name: str
    parts: Mapping[str, Traversable]
    formerly: str = ""
    inherits: tuple[Inherits, ...] = ()


class Relocation:
    """One run over all contexts there are, whichever of them this process hosts."""

    def __init__(
        self,
        owners: Sequence[Owner],
        databases: Databases,
        *,
        rename: Rename,
        stage: Callable[[str], None] = lambda name: None,
        leader_ends_s: float = 5.0,
    ) -> None:
        """A process that leads a database has `leader_ends_s` to stop. `stage` hears of each stage when it is
        on disk; a test kills the process there.
        """
        self._owners = {owner.name: owner for owner in owners}
        self._databases, self._rename, self._stage = databases, rename, stage
        self._leader_ends_s = leader_ends_s
        self._claimed: set[str] = set()

    async def run(self) -> None:
        """Raises: Conflict when another process works on what must move; Refused; Unavailable."""
        check(self._owners, self._databases.dialect)
        for owner in self._owners.values():
            if owner.formerly:
                await self._give_name(owner, owner.formerly)
        for owner in self._owners.values():
            for inherits in owner.inherits:
                await self._inherit(owner, inherits)

    # ---- names ----------------------------------------------------------------------------------------

    async def _give_name(self, owner: Owner, old: str) -> None:
        if await self._databases.records(old) is None:
            return
        async with self._alone(owner.name, [old, *self._owners]):
            if await self._databases.records(old) is None:
                return  # another process did it meanwhile
            await self._databases.check_rights(old, owner.name, renames=True)
            await self._in(old, keep_older_programs_out)
            self._stage(f"{old} is marked")
            for name in (old, *self._owners):
                await self._tell(name, old, owner.name)
            await self._databases.rename(old, owner.name)
            self._stage(f"{old} is renamed")
        log.info("database.renamed", old=old, new=owner.name)

    async def _tell(self, name: str, old: str, new: str) -> None:
        async def tell(tx: Transaction) -> None:
            if await self._rename(tx, old, new):
                await keep_older_programs_out(tx)

        if await self._databases.records(name):
            await self._in(name, tell)
            self._stage(f"{name} knows of {new}")

    # ---- tables ---------------------------------------------------------------------------------------

    async def _inherit(self, owner: Owner, inherits: Inherits) -> None:
        if await self._settled(inherits):
            return
        async with self._alone(owner.name, [inherits.source]):
            if await self._settled(inherits):
                return
            await self._databases.check_rights(inherits.source, owner.name, renames=False)
            await self._in(inherits.source, keep_older_programs_out)
            self._stage(f"{inherits.source} is marked for {owner.name}")
            await self._prepare(owner, inherits)
            await self._take(owner, inherits)
            await self._in(inherits.source, lambda tx: _record_given(tx, inherits))
            self._stage(f"{inherits.source} has given to {owner.name}")

    async def _settled(self, inherits: Inherits) -> bool:
        """Whether the source holds nothing any more that would have to move."""
        source = await self._databases.records(inherits.source)
        if source is None or (_CONTEXT, inherits.before) in source:
            return True
        return all((given(each.table), inherits.before) in source for each in inherits.taken)

    async def _prepare(self, owner: Owner, inherits: Inherits) -> None:
        """Bring both to where they have the tables, and what they take and give before that."""
        source = self._owners[inherits.source]
        await self._bring(source, through=inherits.before - 1)
        self._stage(f"{source.name} is ready to give to {owner.name}")
        await self._bring(owner, through=inherits.at)
        self._stage(f"{owner.name} is ready to take")

    async def _bring(self, owner: Owner, *, through: int) -> None:
        for receiver in self._owners.values():
            for each in receiver.inherits:
                gives = each.source == owner.name and each.before <= through
                if gives or (receiver is owner and each.at < through):
                    await self._inherit(receiver, each)
        database = await self._databases.open(owner.name)
        try:
            await migrate(database, owner.parts, through={_CONTEXT: through})
        finally:
            await database.close()

    async def _take(self, owner: Owner, inherits: Inherits) -> None:
        done = (_taken(inherits), inherits.before)
        records = await self._databases.records(owner.name) or {}
        if done in records:
            return
        if (_CONTEXT, inherits.at + 1) in records:
            raise _begun(owner, inherits)
        source = await self._databases.open(inherits.source)
        try:

            async def take_all(tx: Transaction) -> dict[str, int]:
                rows = {each.table: await take(tx, source, each) for each in inherits.taken}
                await record(tx, *done)
                self._stage(f"{owner.name} is about to commit")
                return rows

            rows = await self._in(owner.name, take_all)
        except Holds as error:
            raise _begun(owner, inherits) from error
        finally:
            await source.close()
        self._stage(f"{owner.name} has taken")
        log.info("tables.moved", source=inherits.source, to=owner.name, rows=rows)

    # ---- databases ------------------------------------------------------------------------------------

    async def _in(self, name: str, work: Callable[[Transaction], Awaitable[T]]) -> T:
        database = await self._databases.open(name)
        try:
            return await database.exclusively(work)
        finally:
            await database.close()

    @asynccontextmanager
    async def _alone(self, first: str, others: Iterable[str]) -> AsyncIterator[None]:
        """Keep all others from leading these databases. Two processes that move the same meet at `first`,
        and one waits there; whoever leads one of the others is at work with what is to move.
        """
        wanted = {first: _MOVE_ENDS_S, **{name: self._leader_ends_s for name in others if name != first}}
        taken: list[str] = []
        try:
            for name, within_s in wanted.items():
                if name not in self._claimed:
                    await self._claim(name, within_s=within_s)
                    taken.append(name)
            yield
        finally:
            for name in taken:
                self._claimed.discard(name)
                await self._databases.release(name)

    async def _claim(self, name: str, *, within_s: float) -> None:
        began_s, waits = monotonic(), False
        while not await self._databases.claim(name):
            if not waits:
                log.info("relocation.waits", database=name, at_most_s=within_s)
            waits = True
            if monotonic() - began_s > within_s:
                raise Conflict(
                    f"Another process works on the database {name}, which this version must change first."
                    " Stop every node on this data, then start this one."
                )
            await asyncio.sleep(_LOOK_AGAIN_S)
        self._claimed.add(name)


def check(owners: Mapping[str, Owner], dialect: Dialect) -> None:
    """Raises: Error when a source has no step that waits for the move."""
    for inherits in (each for owner in owners.values() for each in owner.inherits):
        steps = read(_CONTEXT, owners[inherits.source].parts[_CONTEXT], dialect)
        waits = {name for step in steps if step.number == inherits.before for name in step.moved}
        if hasty := sorted({each.table for each in inherits.taken} - waits):
            raise Error(
                f"step {inherits.before:04} of {inherits.source} does not begin with:"
                f" -- After the move of {', '.join(hasty)}."
            )


def is_renamed(records: Records) -> bool:
    """Whether this is what a renamed database left under its old name."""
    return any(part.startswith(_RENAMED) for part, _ in records)


async def record_renamed(tx: Transaction, new: str) -> None:
    await record(tx, f"{_RENAMED}{new}", 1)


def _taken(inherits: Inherits) -> str:
    return f"from {inherits.source}"


async def _record_given(tx: Transaction, inherits: Inherits) -> None:
    for each in inherits.taken:
        await record(tx, given(each.table), inherits.before)


def _begun(owner: Owner, inherits: Inherits) -> Conflict:
    return Conflict(
        f"{owner.name} already has rows of its own, so it cannot take those of {inherits.source}."
        " One of the two databases comes from elsewhere: put the right pair into place."
    )
