"""`entrepot` and `python -m entrepot`."""

import sys


def main() -> None:
    """Answer `--version` before anything heavy is imported; everything else is `cli`'s."""
    if sys.argv[1:] == ["--version"]:
        from entrepot import __version__

        print(f"entrepot {__version__}")
        return
    from entrepot.cli import app

    app()


if __name__ == "__main__":
    main()
