"""Checks the console: the walls between its folders, the length of its files, the shapes of the routes, types
and form. Prints what is wrong, and exits with 1 then.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import build_console

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "web" / "src"
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
_LONGEST = 250
_WRITTEN = {"api/routes.ts"}

# Who may import whom; a feature also itself. `app` may import everything.
_BELOW = {"texts", "api", "ui"}
_MAY = {
    "texts": {"texts"},
    "api": {"api"},
    "ui": _BELOW,
    "map": _BELOW | {"map"},
    "features": _BELOW | {"map"},
}


def crossings() -> Iterator[str]:
    for file in sources():
        own = _room(file)
        for target in _IMPORT.findall(file.read_text()):
            there = _room((file.parent / target).resolve())
            if own[0] in _MAY and there != own and there[0] not in _MAY[own[0]]:
                yield f"{file.relative_to(ROOT)}: {'/'.join(own)} must not import {'/'.join(there)}"


def _room(path: Path) -> tuple[str, ...]:
    """(`ui`,), or (`features`, `user`)."""
    parts = path.relative_to(SOURCES).parts
    return parts[:2] if parts[0] == "features" else parts[:1]


def too_long() -> Iterator[str]:
    for file in sources():
        name = file.relative_to(SOURCES).as_posix()
        if name not in _WRITTEN and (lines := file.read_text().count("\n")) > _LONGEST:
            yield f"web/src/{name}: {lines} lines; a file has {_LONGEST} at most"


def sources() -> list[Path]:
    return sorted(each for kind in ("*.ts", "*.tsx", "*.css") for each in SOURCES.rglob(kind))


def outside() -> Iterator[str]:
    """What the console's own tools say."""
    client = subprocess.run((sys.executable, "tools/api_client.py", "--check"), cwd=ROOT, check=False)
    if client.returncode:
        yield "The console's client is not up to date."
    build_console.install(for_tests=True)
    for script, *arguments in (
        ("node_modules/typescript/bin/tsc", "--noEmit"),
        ("node_modules/prettier/bin/prettier.cjs", "--check", "--log-level=warn", "."),
        ("node_modules/vitest/vitest.mjs", "run", "--silent", "--reporter=dot"),
    ):
        try:
            build_console.run(script, *arguments, quiet=True)
        except build_console.CannotBuild as error:
            yield str(error)


def main() -> int:
    wrong = [*crossings(), *too_long(), *outside()]
    print("\n".join(wrong) or f"{len(sources())} files of the console are in order.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
