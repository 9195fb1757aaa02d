"""Tries the files of `entrepot rules` without a node, and imports them into one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from entrepot.cli.running import NodeRefused, RunningNode
from entrepot.core.errors import Invalid, Unavailable
from entrepot.core.time import now
from entrepot.rule.functions import formats
from entrepot.rule.functions.lint import Around
from entrepot.rule.model.flaw import Flaw, FlawedPack
from entrepot.rule.service.starter import shipped


class Flawed(Invalid):
    """A file with flaws; `lines` names the place of each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(f"{len(lines)} flaws." if len(lines) > 1 else "1 flaw.")
        self.lines = lines


def tried(file: Path) -> str:
    """Check a file against the packs that come with the program. Return a sentence if it has no flaws.

    Raises: Flawed.
    """
    try:
        opened = formats.opened(_bytes(file), file=str(file))
    except FlawedPack as error:
        raise Flawed([str(flaw) for flaw in error.flaws]) from error
    pack = opened.pack
    others = {rule.id: rule for each in shipped() if each.name != pack.name for rule in each.rules}
    if flaws := opened.linted(Around(others, lambda code: None, now().date())):
        raise Flawed([str(flaw) for flaw in flaws])
    tests = sum(len(rule.tests) for rule in pack.rules)
    return f"{file}: {len(pack.rules)} rules, {tests} tests pass."


def brought_in(node: RunningNode, file: Path) -> Iterator[str]:
    """Make a draft of a file. Return lines for the operator. Raises: Flawed; the node's refusals."""
    report = _report(node, file, dry_run=False)
    pack = report["pack"]
    yield f"{pack['name']} {pack['version']} is a draft of {report['rules']} rules: {pack['id']}"
    yield from _changes(report["changes"])
    yield "A person submits it in the console, and another approves it."


def compared(node: RunningNode, file: Path) -> Iterator[str]:
    """Return how a file differs from the active version. Raises: Flawed; the node's refusals."""
    report = _report(node, file, dry_run=True)
    if report["flaws"]:
        raise Flawed([str(Flaw(**each)) for each in report["flaws"]])
    if report["changes"] is None:
        yield f"No version of {report['name']} is active: all of its {report['rules']} rules are new."
    yield from _changes(report["changes"])


def written_out(node: RunningNode, file: Path, *, name: str) -> str:
    """Write the active version of a pack into a file. Raises: Invalid."""
    kind = file.suffix.removeprefix(".").lower()
    if kind not in ("yaml", "csv"):
        raise Invalid(f"{file} is neither .yaml nor .csv.")
    found = node.get("/api/packs", {"name": name, "state": "active"})["items"]
    if not found:
        raise Invalid(f"No version of {name} is active. Name another pack with --pack.")
    size = node.download(f"/api/packs/{found[0]['id']}/file", {"kind": kind}, file)
    return f"{file}: {name} {found[0]['version']}, {found[0]['rules']} rules, {size:,} bytes."


def _report(node: RunningNode, file: Path, *, dry_run: bool) -> Any:
    try:
        content = formats.text_of(_bytes(file), file=str(file))
        return node.post("/api/packs", {"file": str(file), "content": content, "dry_run": dry_run})
    except FlawedPack as error:
        raise Flawed([str(flaw) for flaw in error.flaws]) from error
    except NodeRefused as error:
        if flaws := error.problem.get("flaws"):
            raise Flawed([str(Flaw(**each)) for each in flaws]) from error
        raise


def _changes(changes: Any) -> Iterator[str]:
    if changes is None:
        return
    for each in changes["pack"]:
        yield f"  pack: {each['field']}"
    for sign, what in (("+", "added"), ("-", "removed")):
        for each in changes[what]:
            yield f"  {sign} {each['id']}  {each['title']}"
    for each in changes["changed"]:
        yield f"  ~ {each['id']}  {', '.join(field['field'] for field in each['fields'])}"
    if not any(changes[what] for what in ("pack", "added", "removed", "changed")):
        yield "It changes nothing."


def _bytes(file: Path) -> bytes:
    """Raises: Unavailable."""
    try:
        with file.open("rb") as opened:
            return opened.read(formats.MAX_BYTES + 1)
    except OSError as error:
        raise Unavailable(f"{file} cannot be read: {error.strerror}.") from error
