"""Pins every library with its hash, for running and for developing, without naming where it came from."""

import subprocess
import sys

_COMPILE = (
    sys.executable, "-m", "uv", "pip", "compile", "--universal", "--python-version", "3.11",
    "--no-header", "--no-annotate", "--generate-hashes", "--quiet", "--upgrade",
)  # fmt: skip
_PROJECT = "pyproject.toml"
_LOCKS = {
    "requirements.lock": (_PROJECT,),
    "requirements-dev.lock": (
        _PROJECT, "--group", f"{_PROJECT}:dev", "--group", f"{_PROJECT}:bench", "-c", "requirements.lock",
    ),
    "requirements-console.lock": ("--group", f"{_PROJECT}:console"),
}  # fmt: skip


def main() -> None:
    for lock, what in _LOCKS.items():
        subprocess.run((*_COMPILE, *what, "-o", lock), check=True)


if __name__ == "__main__":
    main()
