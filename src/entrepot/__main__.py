"""`entrepot` and `python -m entrepot`."""

import gc
import sys

# New containers between two looks for garbage, 700 by default. Imports make 190,000 that stay; finding that
# out again and again takes a tenth of a start.
COLLECTS_AFTER = 250_000


def main() -> None:
    """Answer `--version` before anything heavy is imported; everything else is `cli`'s."""
    if sys.argv[1:] == ["--version"]:
        from entrepot import __version__

        print(f"entrepot {__version__}")
        return
    gc.set_threshold(COLLECTS_AFTER)
    from entrepot.cli import app

    app()


if __name__ == "__main__":
    main()
