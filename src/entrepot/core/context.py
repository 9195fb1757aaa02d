"""A context describes itself here: one table in its `context.py` says all that the house must know.

The node derives everything else from these tables: the gateway's rows, who hears which event, roles and
scopes, kinds of notices, export and erasure of personal data, the rotation of keys, and the security tests.
A new context is one folder, one line in `wiring.py`, and its name in the import walls of `pyproject.toml`.

The life of a context in a process:
1. its database is opened and brought up to date (`schema/`);
2. `makes` are made, in the order of the wiring;
3. its rows are bound to their functions, and answer;
4. the process that leads it relays and hears events, and runs `tidies`, `duties` and `stands`;
5. when that process loses the lead they end, and begin again in the process that wins it;
6. at the end it finishes what is under way, and closes the database.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

from entrepot.core.events import Event
from entrepot.core.facts import Denial, Fact
from entrepot.core.file_form import ImportedFile
from entrepot.core.inheritance import Inherits
from entrepot.core.metrics import Measures
from entrepot.core.notices import News, NoticeKind, Recall
from entrepot.core.personal import Personal
from entrepot.core.rewrapping import Rewrap
from entrepot.core.roles import Scope
from entrepot.core.routes import Route

RunsAt = Literal["hub", "site"]

# `handler(tx, event, *, …)`. What it takes beyond that is supplied, here and below (see `core/supplies.py`).
ContextHandler = Callable[..., Awaitable[None]]
# `tidy(tx, *, …)`: forget what is old, now and then, in a transaction.
Tidy = Callable[..., Awaitable[None]]
# `duty(database, *, …)`: what a context does by itself, not inside a transaction.
Duty = Callable[..., Awaitable[None]]
# `listener(database, *, …)`: what stands as long as this process leads, such as a door for devices.
LeaderTask = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Every:
    """A duty that runs again `seconds` after it ended."""

    seconds: float
    duty: Duty


@dataclass(frozen=True)
class At:
    """A duty that follows a calendar: `cron` has five fields, read in the time zone `zone`. It runs once in
    a deployment for each moment. Moments that pass while no process leads, or while the duty still runs, are
    made up for by one run. The duty is called `duty(database, due, *, …)`, and again for the same `due` if
    its process died before it ended. `name` is unique among the context's duties.
    """

    name: str
    cron: str
    duty: Duty
    zone: str = "UTC"


@dataclass(frozen=True)
class Mount:
    """An ASGI application of a context's own at `paths` of the gateway, beside the rows, such as a door for
    devices. `app` is the type under which it is made; it returns who asked, the status and the bytes that
    it sent.
    """

    app: type[Any]
    paths: frozenset[str]


@dataclass(frozen=True)
class Context:
    """What the house knows about a context.

    name       its name everywhere: in rows, events and the database
    package    `__package__`; its docstring says what it is about, its folder `schema/` is the database's
    routes     rows of the gateway
    owned      path → what the id in it names; it has an owner, and everybody else gets 404
    unowned    path → why the id in it has no owner; every row with an id is under one of both
    hears      event, handler
    tidies, duties, stands   what it does by itself while it leads
    makes      what its own functions get: types, or functions that say what they return
    scopes     what somebody may do here
    notices    kinds of notices; `announces` and `recalls` make them out of events
    observes   its events that are facts, and how; `denies` those that say that one was wrong
    considers  where facts go: `considers(tx, event, *, fact_of, …)`; `reconsiders(tx, event, *, denial_of)`
    dispatches, withdraws   send news as notices: `dispatches(tx, event, *, news_of, …)`, and take them back:
               `withdraws(tx, event, *, recall_of, …)`
    personal   how it exports and erases personal data; `tells_personal` if it answers exports by itself
    gathers    takes what all contexts hold about a person
    revokes    events whose subject is a credential that gateways must forget
    rewraps    keys that a rotation wraps again
    mounts     applications beside the rows
    measures   what it measures, for /metrics
    files      files that it imports
    runs_at    where it may run
    formerly   the name that its database had in an older version
    inherits   tables that another context had in an older version
    """

    name: str
    package: str
    routes: tuple[Route, ...] = ()
    owned: Mapping[str, str] = field(default_factory=dict)
    unowned: Mapping[str, str] = field(default_factory=dict)
    hears: tuple[tuple[type[Event], ContextHandler], ...] = ()
    tidies: tuple[Tidy, ...] = ()
    duties: tuple[Every | At, ...] = ()
    stands: tuple[LeaderTask, ...] = ()
    makes: tuple[Callable[..., object], ...] = ()
    scopes: tuple[Scope, ...] = ()
    notices: tuple[NoticeKind, ...] = ()
    announces: tuple[tuple[type[Event], Callable[[Any], News]], ...] = ()
    recalls: tuple[tuple[type[Event], Callable[[Any], Recall]], ...] = ()
    observes: tuple[tuple[type[Event], Callable[[Any], Fact]], ...] = ()
    denies: tuple[tuple[type[Event], Callable[[Any], Denial]], ...] = ()
    considers: ContextHandler | None = None
    reconsiders: ContextHandler | None = None
    dispatches: ContextHandler | None = None
    withdraws: ContextHandler | None = None
    personal: Personal | None = None
    tells_personal: bool = False
    gathers: ContextHandler | None = None
    revokes: tuple[type[Event], ...] = ()
    rewraps: tuple[Rewrap, ...] = ()
    mounts: tuple[Mount, ...] = ()
    measures: tuple[Measures, ...] = ()
    files: tuple[ImportedFile, ...] = ()
    runs_at: tuple[RunsAt, ...] = ("hub",)
    formerly: str = ""
    inherits: tuple[Inherits, ...] = ()

    @property
    def about(self) -> str:
        """The first paragraph of the package's docstring."""
        return inspect.cleandoc(import_module(self.package).__doc__ or "").partition("\n\n")[0]

    @property
    def schema(self) -> Traversable | None:
        """The numbered steps of its database."""
        folder = files(self.package) / "schema"
        return folder if folder.is_dir() else None
