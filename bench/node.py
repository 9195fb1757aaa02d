"""A whole node that hosts the bench contexts beside all others: `python -m bench.node DATA PORT`."""

import sys
from pathlib import Path

import uvloop

from bench.position.api import ROUTES
from bench.position.events import PositionReported
from bench.tally.service import on_position_reported
from entrepot import wiring
from entrepot.core.context import Context
from entrepot.node import run
from entrepot.settings import Settings

UNOWNED = {"/api/bench/positions/{id}": "a number of the bench"}
CONTEXTS = (
    *wiring.CONTEXTS,
    Context(name="position", package="bench.position", routes=ROUTES, unowned=UNOWNED),
    Context(name="tally", package="bench.tally", hears=((PositionReported, on_position_reported),)),
)


def settings(data: Path, port: int = 0, database: str = "") -> Settings:
    """What `entrepot up` would have, with the access log as JSON and no doors for devices."""
    return Settings(
        data=data, port=port, database=database,
        smtp=f"file://{data}/mail", osmand_port=None, mqtt_port=None, log_format="json",
        log_level="warning",
    )  # fmt: skip


def main() -> None:
    data, port = Path(sys.argv[1]), int(sys.argv[2])
    uvloop.run(run.up(settings(data, port, *sys.argv[3:4]), contexts=CONTEXTS, ready=lambda url: None))


if __name__ == "__main__":
    main()
