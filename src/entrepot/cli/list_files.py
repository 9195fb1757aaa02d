"""Imports files into a node for `entrepot rules import-hs` and `import-parties`, and reports what changed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from entrepot.cli.rule_files import Flawed
from entrepot.cli.running import NodeRefused, RunningNode
from entrepot.core.errors import Invalid

_LISTS = (".csv", ".tsv", ".txt", ".json", ".xml")
_SHOWN = 20  # problems; a screen full


def table_brought_in(node: RunningNode, file: Path, *, edition: str, shrinks: bool) -> Iterator[str]:
    """Import a table of the Harmonized System. Raises: Flawed; the node's refusals."""
    body = {"text": _text(file), "file": file.name, "edition": edition, "shrinks": shrinks}
    report = _told(node, "/api/hs/import", body, file)
    counts = (
        f"{report['chapters']} chapters, {report['headings']} headings, {report['subheadings']} subheadings"
    )
    yield f"{report['edition']} {report['state']}: {counts}; {report['digest'][:12]}."
    yield _differences(report)
    for each in report["skipped"]:
        yield f"{file}:{each['line']}: left out: {each['reason']}"


def list_brought_in(
    node: RunningNode, file: Path, *, name: str, more: Sequence[Path], named: Mapping[str, str | bool | None]
) -> Iterator[str]:
    """Import a list of restricted parties; what it holds tells its form. Raises: Flawed; Invalid; the node's
    refusals.
    """
    if file.suffix.lower() not in _LISTS:
        raise Invalid(f"{file} is neither .csv nor .json nor .xml.")
    body = {
        "list": name, "format": "auto", "text": _text(file), "more": [_text(each) for each in more], **named,
    }  # fmt: skip
    report = _told(node, "/api/parties/import", body, file)
    counts = f"{report['entries']} entries with {report['names']} names"
    yield f"{report['list']} {report['version']} {report['state']}: {counts}; {report['digest'][:12]}."
    yield from report["notes"]
    yield _differences(report)
    for each in report["changes"][:_SHOWN]:
        fields = f" ({', '.join(each['fields'])})" if each["fields"] else ""
        yield f"  {each['change']}: {each['id']} {each['name']}{fields}"


def _differences(report: Mapping[str, Any]) -> str:
    return f"{report['added']} added, {report['changed']} changed, {report['removed']} removed."


def _told(node: RunningNode, path: str, body: Mapping[str, object], file: Path) -> Any:
    try:
        return node.post(path, body)
    except NodeRefused as error:
        if problems := error.problem.get("problems"):
            raise Flawed([f"{file}:{each['line']}: {each['reason']}" for each in problems]) from error
        raise


def _text(file: Path) -> str:
    """Raises: Invalid."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{file} is not in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.") from error
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}.") from error
