"""Assembles contexts. It derives from their tables the rows, who hears whom, roles, kinds of notices, and
who takes part in export and erasure of personal data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources.abc import Traversable

import msgspec

from entrepot.core.context import AsSet, At, Context, ContextHandler, RunsAt
from entrepot.core.events import Event, placed, sources
from entrepot.core.file_form import ImportedFiles
from entrepot.core.notices import NoticeKinds
from entrepot.core.personal import Holders, Personal, told_by
from entrepot.core.ports import Transaction
from entrepot.core.roles import Roles
from entrepot.core.routes import Cursor, Page, Route
from entrepot.core.sealing import Sealing
from entrepot.core.supplies import Supplies
from entrepot.core.time import now
from entrepot.infra.calendar.moments import BadCalendar, following
from entrepot.infra.mailbox import dead_letters, reader_rows
from entrepot.user.events import PersonErased, PersonExportRequested

Hears = tuple[type[Event], ContextHandler]


class BadContext(TypeError):
    """The contexts do not fit together; the node does not start then."""


@dataclass(frozen=True)
class Assembled:
    """A context among the others: all its `rows`, what it hears by log (`tracking@hub`), and who reads its
    own (`monitor@hub`).
    """

    context: Context
    rows: tuple[Route, ...]
    hears: Mapping[str, Sequence[Hears]]
    readers: frozenset[str]

    @property
    def name(self) -> str:
        return self.context.name

    @property
    def schema(self) -> Traversable | None:
        return self.context.schema

    def owner_of(self, row: Route) -> str | None:
        """Return what the id in a row's path names, or None if that has no owner."""
        owned = {**self.context.owned, f"/api/dead-letters/{self.name}/{{id}}": "dead letter"}
        return next((what for path, what in owned.items() if _is_under(row, path)), None)


@dataclass(frozen=True)
class Assembly:
    """All contexts of a program."""

    contexts: tuple[Assembled, ...]
    roles: Roles
    kinds: NoticeKinds
    holders: Holders
    files: ImportedFiles
    revokes: frozenset[str]

    def __iter__(self) -> Iterator[Assembled]:
        return iter(self.contexts)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.contexts)


def assemble(contexts: Sequence[Context], *, place: RunsAt = "hub") -> Assembly:
    """Put together the contexts that run at this kind of place. Raises: BadContext."""
    _check(contexts)
    contexts = [each for each in contexts if place in each.runs_at]
    hears = {each.name: _all_heard(each, contexts) for each in contexts}
    return Assembly(
        contexts=tuple(
            Assembled(each, _rows(each), _by_source(each.name, hears), _readers(each.name, hears))
            for each in contexts
        ),
        roles=Roles.of(scope for each in contexts for scope in each.scopes),
        kinds=NoticeKinds(kind for each in contexts for kind in each.notices),
        files=ImportedFiles({file.name: file.form for each in contexts for file in each.files}),
        holders=Holders(frozenset(each.name for each in contexts if _holds(each))),
        revokes=frozenset(event.TYPE for each in contexts for event in each.revokes),
    )


def _check(contexts: Sequence[Context]) -> None:
    """Check that names are unique, and that every scope of a row is declared."""
    for what, names in (
        ("context", [each.name for each in contexts]),
        ("scope", [scope.name for each in contexts for scope in each.scopes]),
        ("kind of notices", [kind.name for each in contexts for kind in each.notices]),
        ("imported file", [file.name for each in contexts for file in each.files]),
        ("duty", [f"{each.name} {name}" for each in contexts for name in _calendar_duties(each)]),
        ("row", [row.name for each in contexts for row in _rows(each)]),
    ):
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise BadContext(f"There are two of the {what} {', '.join(twice)}.")
    for each in contexts:
        for at in _calendars(each):
            try:
                following(at.cron, at.zone, now())
            except BadCalendar as error:
                raise BadContext(f"The duty {at.name} of {each.name}: {error}") from error
        for row in each.routes:
            if "{" in row.path and len(_said_of(row, each)) != 1:
                raise BadContext(f"{each.name} does not say whose the id of {row.name} is.")
    known = {scope.name for each in contexts for scope in each.scopes}
    for each in contexts:
        if unknown := sorted({row.scope for row in _rows(each) if row.scope} - known):
            raise BadContext(f"Nobody declares the scope {', '.join(unknown)} of {each.name}'s rows.")


def _calendars(context: Context) -> list[At]:
    return [each for each in context.duties if isinstance(each, At)]


def _calendar_duties(context: Context) -> list[str]:
    return [each.name for each in context.duties if isinstance(each, At | AsSet)]


def _said_of(row: Route, context: Context) -> list[str]:
    """Return the paths of the table that say who owns this row's id."""
    return [path for path in (*context.owned, *context.unowned) if _is_under(row, path)]


def _is_under(row: Route, path: str) -> bool:
    return f"{row.path}/".startswith(f"{path}/")


def _rows(context: Context) -> tuple[Route, ...]:
    rewraps = (each.route for each in context.rewraps)
    return (*context.routes, *rewraps, *_dead_letters(context.name), *_readers_of(context.name))


def _dead_letters(context: str) -> tuple[Route, ...]:
    path, letter = f"/api/dead-letters/{context}", dead_letters.DeadLetter
    page = Page[letter]  # type: ignore[valid-type]
    return (
        Route("GET", path, dead_letters.page, takes=Cursor, gives=page, scope="node:operate"),
        Route("GET", f"{path}/{{id}}", dead_letters.show, gives=letter, scope="node:operate"),
        Route("POST", f"{path}/{{id}}/replay", dead_letters.replay, gives=letter, scope="node:operate"),
    )


def _readers_of(context: str) -> tuple[Route, ...]:
    path, reader = f"/api/readers/{context}", reader_rows.LogReader
    page = Page[reader]  # type: ignore[valid-type]
    new, gone, scope = reader_rows.NewReader, reader_rows.GoneReader, "node:operate"
    return (
        Route("GET", path, reader_rows.list_readers, takes=Cursor, gives=page, scope=scope),
        Route("POST", path, reader_rows.add_reader, takes=new, gives=reader, status=201, scope=scope),
        Route("DELETE", path, reader_rows.remove_reader, takes=gone, scope=scope),
    )


# ---- who hears whom --------------------------------------------------------------------------------


def _all_heard(context: Context, contexts: Sequence[Context]) -> list[Hears]:
    """Return what its table hears, and what follows from the tables of the others."""
    found = list(context.hears)
    for handler, word, said in (
        (context.dispatches, "news_of", [pair for each in contexts for pair in each.announces]),
        (context.withdraws, "recall_of", [pair for each in contexts for pair in each.recalls]),
        (context.considers, "fact_of", [pair for each in contexts for pair in each.observes]),
        (context.reconsiders, "denial_of", [pair for each in contexts for pair in each.denies]),
    ):
        if handler is not None:
            found += [(event, partial(handler, **{word: made_of})) for event, made_of in said]
    if (gathers := context.gathers) is not None:
        others = (each.name for each in contexts if _holds(each) and each is not context)
        found += [(told_by(name), gathers) for name in others]
    if context.personal is not None:
        found += [
            (PersonExportRequested, partial(_export, context=context.name, personal=context.personal)),
            (PersonErased, partial(_erase, personal=context.personal)),
        ]
    return found


def _holds(context: Context) -> bool:
    return context.personal is not None or context.tells_personal or context.gathers is not None


def _by_source(context: str, hears: Mapping[str, Sequence[Hears]]) -> dict[str, list[Hears]]:
    """Group events by the log that holds them; also by one that held them, if its context still exists. A
    context does not follow its own log: what it said itself, before an event became another's, it knows.
    """
    logs = {placed(name) for name in hears} - {placed(context)}
    found: dict[str, list[Hears]] = {}
    for event, handler in hears[context]:
        for source in sources(event):
            if source not in logs:
                continue
            found.setdefault(source, []).append((event, handler))
    return found


def _readers(context: str, hears: Mapping[str, Sequence[Hears]]) -> frozenset[str]:
    log = placed(context)
    return frozenset(
        placed(name)
        for name, heard in hears.items()
        if name != context and any(log in sources(event) for event, _ in heard)
    )


async def _export(
    tx: Transaction, event: PersonExportRequested, *, context: str, personal: Personal, sealing: Sealing,
    supplies: Supplies,
) -> None:  # fmt: skip
    """Emit what this context holds about the person, sealed, for the context that gathers the export."""
    held = await supplies.fill(personal.export, own=2)(tx, event.person_id)
    key = await sealing.key(event.export_id, event.wrapped)
    sealed = key.seal(msgspec.json.encode(held).decode(), f"export.{context}")
    tx.emit(told_by(context)(export_id=event.export_id, sealed=sealed))


async def _erase(tx: Transaction, event: PersonErased, *, personal: Personal, supplies: Supplies) -> None:
    await supplies.fill(personal.erase, own=2)(tx, event.person_id)
