"""Checks the console: where its folders stand, the walls between them, the length of its files, the shapes of
the routes, types and form. Prints what is wrong, and exits with 1 then.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import build_console

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")
_PASSED_ON = re.compile(r"""^export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;\n]*\sfrom\s""", re.MULTILINE)
_FEATURE_ROW = re.compile(r"^\| `([\w-]+)` ", re.MULTILINE)
_LONGEST = 250
_WRITTEN = {"api/routes.ts"}

# Who may import whom; a feature also itself. A folder that is not named here stands nowhere.
_BELOW = {"texts", "api", "ui"}
_MAY = {
    "texts": {"texts"},
    "api": {"api"},
    "ui": _BELOW,
    "map": _BELOW | {"map"},
    "trade": _BELOW | {"trade"},
    "features": _BELOW | {"map", "trade"},
    "app": _BELOW | {"map", "trade", "features", "app"},
}


def unplaced(web: Path = WEB) -> Iterator[str]:
    """Folders that stand nowhere, and features that are not described: in web/README.md and by themselves."""
    for folder in _folders(web / "src"):
        if folder not in _MAY:
            yield f"web/src/{folder}: tools/check_console.py does not say who may import it"
    named = set(_FEATURE_ROW.findall((web / "README.md").read_text()))
    there = set(_folders(web / "src" / "features"))
    for name in sorted(there - named):
        yield f"web/src/features/{name}: the table of web/README.md does not name it"
    for name in sorted(named - there):
        yield f"web/README.md: there is no feature {name}"
    for name in sorted(there):
        if not (web / "src" / "features" / name / "feature.ts").is_file():
            yield f"web/src/features/{name}: it has no feature.ts, so nothing of it is shown"


def _folders(place: Path) -> list[str]:
    return sorted(each.name for each in place.iterdir() if each.is_dir())


def crossings(web: Path = WEB) -> Iterator[str]:
    for name, file in sources(web):
        own = _room(name)
        for target in _IMPORT.findall(file.read_text()):
            there = _room((file.parent / target).resolve().relative_to((web / "src").resolve()).as_posix())
            if own[0] in _MAY and there != own and there[0] not in _MAY[own[0]]:
                yield f"web/src/{name}: {'/'.join(own)} must not import {'/'.join(there)}"


def _room(name: str) -> tuple[str, ...]:
    """(`ui`,), or (`features`, `devices`)."""
    parts = tuple(name.split("/"))
    return parts[:2] if parts[0] == "features" else parts[:1]


def barrels(web: Path = WEB) -> Iterator[str]:
    """Files that only pass on what others hold; the tables of languages and of texts hold it together."""
    for name, file in sources(web):
        if _PASSED_ON.search(file.read_text()) or (
            file.stem == "index" and not name.startswith("texts/") and file.suffix != ".css"
        ):
            yield f"web/src/{name}: import from where it is written, not through a file in between"


def too_long(web: Path = WEB) -> Iterator[str]:
    for name, file in sources(web):
        if name not in _WRITTEN and (lines := file.read_text().count("\n")) > _LONGEST:
            yield f"web/src/{name}: {lines} lines; a file has {_LONGEST} at most"


def sources(web: Path = WEB) -> list[tuple[str, Path]]:
    """(name within src, file)."""
    files = (each for kind in ("*.ts", "*.tsx", "*.css") for each in (web / "src").rglob(kind))
    return sorted((file.relative_to(web / "src").as_posix(), file) for file in files)


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
    wrong = [*unplaced(), *crossings(), *barrels(), *too_long(), *outside()]
    print("\n".join(wrong) or f"{len(sources())} files of the console are in order.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
