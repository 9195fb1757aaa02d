"""Entrepot's own commands on a node with the stubborn context: `python -m tests.sample.stubborn.node …`.

`STUBBORN_UNTIL` names the file that makes it give in.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from importlib.resources import files
from pathlib import Path

import msgspec

from entrepot import cli, wiring
from entrepot.core.events import placed
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Cursor, Page, Principal, Route
from entrepot.infra.mailbox import Backoff, Pace
from entrepot.infra.mailbox.dead_letters import DeadLetter, page, replay, show
from entrepot.node import run
from entrepot.node.hosting import Context
from entrepot.user.events import KeyCreated

OPERATE = "node:operate"
PATH = "/api/dead-letters/stubborn"


class GaveIn(msgspec.Struct, frozen=True):
    key_id: str


async def on_key_created(tx: Transaction, event: KeyCreated) -> None:
    if not Path(os.environ["STUBBORN_UNTIL"]).exists():
        raise RuntimeError("I will not")
    await tx.execute("INSERT INTO gave_in (key_id) VALUES (?)", event.key_id)


async def gave_in(tx: Reading, who: Principal, *, query: Cursor) -> Page[GaveIn]:
    return Page([GaveIn(row[0]) for row in await tx.fetch("SELECT key_id FROM gave_in ORDER BY key_id")])


ROUTES = (
    Route("GET", "/api/gave-in", gave_in, takes=Cursor, gives=Page[GaveIn], scope=OPERATE),
    Route("GET", PATH, page, takes=Cursor, gives=Page[DeadLetter], scope=OPERATE),
    Route("GET", f"{PATH}/{{id}}", show, gives=DeadLetter, scope=OPERATE),
    Route("POST", f"{PATH}/{{id}}/replay", replay, gives=DeadLetter, scope=OPERATE),
)


def contexts() -> Sequence[Context]:
    stubborn = Context(
        name="stubborn",
        about="It refuses.",
        routes=ROUTES,
        schema=files("tests.sample.stubborn") / "schema",
        hears={placed("user"): [(KeyCreated, on_key_created)]},
        readers=frozenset(),
        pace=Pace(attempts=3, retry=Backoff(0.01, 0.05)),
    )
    return (*(_heard(each) for each in wiring.contexts()), stubborn)


def _heard(context: Context) -> Context:
    return (
        replace(context, readers=context.readers | {placed("stubborn")})
        if context.name == "user"
        else context
    )


if __name__ == "__main__":
    run.up, run.serve = partial(run.up, described=contexts()), partial(run.serve, described=contexts())
    cli.app()
