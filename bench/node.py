"""A whole node that hosts the bench contexts beside all others: `python -m bench.node DATA PORT`."""

import sys
from importlib.resources import files
from pathlib import Path

import uvloop

from bench import position, tally
from bench.position.api import ROUTES
from bench.position.events import PositionReported
from bench.tally.service import on_position_reported
from entrepot import wiring
from entrepot.node import run
from entrepot.node.hosting import Context
from entrepot.settings import Settings

_HEARS = {"position": ((PositionReported, on_position_reported),)}


def contexts() -> tuple[Context, ...]:
    """Every context of the program, and ours."""
    schemas = files("bench")
    return (
        *wiring.contexts(),
        Context(
            "position", position.__doc__ or "", ROUTES, schemas / "position" / "schema", {},
            frozenset({"tally"}),
        ),
        Context("tally", tally.__doc__ or "", (), schemas / "tally" / "schema", _HEARS, frozenset()),
    )  # fmt: skip


def settings(data: Path, port: int = 0) -> Settings:
    """What `entrepot up` would have, with the access log as JSON and no doors for devices."""
    return Settings(
        data=data, port=port, osmand_port=None, mqtt_port=None, log_format="json", log_level="warning"
    )


def main() -> None:
    data, port = Path(sys.argv[1]), int(sys.argv[2])
    uvloop.run(run.up(settings(data, port), described=contexts(), ready=lambda url: None))


if __name__ == "__main__":
    main()
