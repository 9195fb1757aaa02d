"""Pins every library with its hash, for running and for developing, without naming where it came from."""

import subprocess
import sys

_COMPILE = (
    sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11",
    "--no-header", "--no-annotate", "--generate-hashes", "--quiet", "--upgrade",
)  # fmt: skip
_DEVELOPING = ("--group", "pyproject.toml:dev", "--group", "pyproject.toml:bench", "-c", "requirements.lock")


def main() -> None:
    subprocess.run((*_COMPILE, "-o", "requirements.lock"), check=True)
    subprocess.run((*_COMPILE, *_DEVELOPING, "-o", "requirements-dev.lock"), check=True)


if __name__ == "__main__":
    main()
