"""Processes that host the sample context: `python -m tests.sample.node up|serve DATA [LARGEST_FILE]`."""

import resource
import sys
from pathlib import Path

import uvloop
from tests.sample.context import CONTEXT as SAMPLE
from tests.toy.context import CONTEXT as TOY

from entrepot import wiring
from entrepot.node import run
from entrepot.settings import Settings

CORS_ORIGIN = "https://console.example"


# Every context of the program, and the tests' own.
CONTEXTS = (*wiring.CONTEXTS, SAMPLE, TOY)


def settings(data: Path, *, hosts: tuple[str, ...] = ()) -> Settings:
    """A quiet node on a free port."""
    return Settings(
        data=data, port=0, osmand_port=None, mqtt_port=None, contexts=hosts, log_format="json",
        log_level="error", access_log=False, cors_origins=(CORS_ORIGIN,), header_timeout_s=2.0,
        shutdown_s=2.0, drain_s=0.0,
    )  # fmt: skip


def main() -> None:
    """Print `ready`, and for `up` the URL, as soon as it serves."""
    command, data, largest_file = sys.argv[1], Path(sys.argv[2]), [int(text) for text in sys.argv[3:]]
    if largest_file:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file[0], largest_file[0]))
    if command == "up":
        uvloop.run(
            run.up(settings(data), contexts=CONTEXTS, ready=lambda url: print("ready", url, flush=True))
        )
    else:
        uvloop.run(
            run.serve(
                settings(data, hosts=("sample",)),
                contexts=CONTEXTS,
                ready=lambda: print("ready", flush=True),
            )
        )


if __name__ == "__main__":
    main()
