"""Moves the databases of the version before, as a program of today does at its start; in a process of its own
it may be killed between two stages.
"""

import asyncio
import os
import signal
from pathlib import Path

from tests.infra.relocation.toys import Place, Stage, relocate_all

from entrepot import wiring
from entrepot.infra.database.relocate import Owner
from entrepot.node.hosting import parts_of


def move(place: Place, *, stage: Stage = lambda name: None) -> None:
    owners = [Owner(each.name, parts_of(each), each.formerly, each.inherits) for each in wiring.CONTEXTS]
    asyncio.run(relocate_all(place, owners, stage=stage))


def die(where: Path | str, stage: str) -> None:
    """Move, and be killed at a stage."""

    def kill(name: str) -> None:
        if name == stage:
            os.kill(os.getpid(), signal.SIGKILL)

    move(Place(str(where)), stage=kill)
