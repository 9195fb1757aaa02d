"""`entrepot` and `python -m entrepot`."""

import gc
import signal
import sys

_NODES = {"up", "serve"}  # commands that run until they are stopped
# New containers between two looks for garbage, 700 by default. Imports make 190,000 that stay; finding that
# out again and again takes a tenth of a start.
COLLECTS_AFTER = 250_000


def main() -> None:
    """Answer `--version` before anything heavy is imported; everything else is `cli`'s.

    SIGHUP asks a node to read its settings anew, and never ends it. Until the node can, it is ignored. Why
    from here on? The imports take most of a start, and a service manager may reload what it just started.
    """
    if _NODES.intersection(sys.argv[1:2]):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if sys.argv[1:] == ["--version"]:
        from entrepot import __version__

        print(f"entrepot {__version__}")
        return
    gc.set_threshold(COLLECTS_AFTER)
    from entrepot.cli import app

    app()


if __name__ == "__main__":
    main()
