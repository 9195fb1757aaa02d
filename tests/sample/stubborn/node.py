"""Entrepot's own commands on a node with the stubborn context: `python -m tests.sample.stubborn.node …`.

`STUBBORN_UNTIL` names the file that makes it give in.
"""

import os
from functools import partial
from pathlib import Path

import msgspec

from entrepot import cli, wiring
from entrepot.core.context import Context
from entrepot.core.ports import Reading, Transaction
from entrepot.core.routes import Cursor, Page, Principal, Route
from entrepot.infra.mailbox import Backoff, Pace
from entrepot.node import run
from entrepot.user.events import KeyCreated

OPERATE = "node:operate"


class GaveIn(msgspec.Struct, frozen=True):
    key_id: str


async def on_key_created(tx: Transaction, event: KeyCreated) -> None:
    if not Path(os.environ["STUBBORN_UNTIL"]).exists():
        raise RuntimeError("I will not")
    await tx.execute("INSERT INTO gave_in (key_id) VALUES (?)", event.key_id)


async def gave_in(tx: Reading, who: Principal, *, query: Cursor) -> Page[GaveIn]:
    return Page([GaveIn(row[0]) for row in await tx.fetch("SELECT key_id FROM gave_in ORDER BY key_id")])


ROUTES = (Route("GET", "/api/gave-in", gave_in, takes=Cursor, gives=Page[GaveIn], scope=OPERATE),)
CONTEXT = Context(
    name="stubborn",
    package="tests.sample.stubborn",
    routes=ROUTES,
    hears=((KeyCreated, on_key_created),),
)
CONTEXTS = (*wiring.CONTEXTS, CONTEXT)
PACE = Pace(attempts=3, retry=Backoff(0.01, 0.05))


if __name__ == "__main__":
    run.up, run.serve = (partial(each, contexts=CONTEXTS, pace=PACE) for each in (run.up, run.serve))
    cli.app()
