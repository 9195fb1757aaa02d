"""Checks the documents: every link leads somewhere, every ADR is short, every command that the README
shows and every test that a document names exists. Prints what is wrong, and exits with 1 then.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_MAKE = re.compile(r"\bmake ([a-z]+)\b")
_TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
_TEST = re.compile(r"`(test_\w+)`")
_TEST_FUNCTION = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)
_LONGEST_DECISION = 60


def documents() -> list[Path]:
    listed = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"),
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split() if (ROOT / name).exists()]


def dead_links(document: Path) -> Iterator[str]:
    for target in _LINK.findall(document.read_text()):
        path, _, anchor = target.partition("#")
        if ":" in path:
            continue
        found = document if not path else (document.parent / path)
        if not found.exists():
            yield f"{document.relative_to(ROOT)}: {target} leads nowhere"
        elif anchor and found.suffix == ".md" and anchor not in anchors(found):
            yield f"{document.relative_to(ROOT)}: {target} has no such heading"


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def long_decisions() -> Iterator[str]:
    for document in sorted((ROOT / "docs" / "decisions").glob("*.md")):
        if (lines := document.read_text().count("\n")) > _LONGEST_DECISION:
            yield f"{document.relative_to(ROOT)}: {lines} lines; a decision has {_LONGEST_DECISION} at most"


def unknown_targets() -> Iterator[str]:
    known = set(_TARGET.findall((ROOT / "Makefile").read_text()))
    for name in ("README.md", "ARCHITECTURE.md", "docs/operation.md"):
        for block in re.findall(r"```sh\n(.*?)```", (ROOT / name).read_text(), re.DOTALL):
            for target in set(_MAKE.findall(block)) - known:
                yield f"{name}: there is no make {target}"


def unknown_tests() -> Iterator[str]:
    sources = (ROOT / "tests").rglob("test_*.py")
    known = {name for source in sources for name in _TEST_FUNCTION.findall(source.read_text())}
    for document in (ROOT / "docs").glob("*.md"):
        for name in sorted(set(_TEST.findall(document.read_text())) - known):
            yield f"{document.relative_to(ROOT)}: there is no {name}"


def main() -> int:
    wrong = [line for document in documents() for line in dead_links(document)]
    wrong += [*long_decisions(), *unknown_targets(), *unknown_tests()]
    print("\n".join(wrong) or f"{len(documents())} documents are in order.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
