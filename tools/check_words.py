"""Checks the words of the code: no two public classes or types share a name, words that were replaced do not
come back, and no function takes a long row of arguments without names. Prints what is wrong, and exits with
1 then.

A name that means two things costs every reader a search, and `from x import Held` does not say which `Held`.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent / "src" / "entrepot"

# Longer rows of values are mixed up at the call: new code names all arguments after the second. Typer
# calls commands with the names of options.
MOST_POSITIONAL = 4


class Replaced(NamedTuple):
    """A word that the house no longer uses in names, and what it says instead. `within` limits it to a
    folder, where the word means something else elsewhere.
    """

    word: str
    say: str
    within: str = ""


REPLACED = (
    Replaced("sieve", "filter state"),
    Replaced("newsroom", "broadcaster"),
    Replaced("misfit", "validation error"),
    Replaced("misfits", "validation errors"),
    Replaced("telling", "notice"),
    Replaced("tellings", "notices"),
    Replaced("stretch", "timeline"),
    Replaced("stretches", "timeline"),
    Replaced("merging", "late data"),
    Replaced("standings", "memberships, listeners"),
    Replaced("hall", "listener, shared parts", within="mqtt"),
    Replaced("place", "upstream", within="gateway"),
    Replaced("places", "upstream", within="gateway"),
    Replaced("there", "remote", within="gateway"),
    Replaced("counter", "responder", within="gateway"),
    Replaced("question", "call", within="gateway"),
    Replaced("books", "repository", within="device"),
    Replaced("ledger", "repository", within="device"),
)

# What stands from before the rule. Nothing may be added here; what is gone must be taken out.
KNOWN = frozenset(
    {
        "arguments rule/functions/csv_format.py _armed",
        "arguments rule/functions/index.py _compiled",
        "arguments rule/functions/match.py _lower",
        "arguments rule/functions/shaped.py _one",
        "arguments tracking/functions/days.py _day",
        "arguments tracking/functions/fence_index.py _note",
        "arguments tracking/functions/fences.py due",
        "arguments tracking/functions/filter.py impossible_speed",
        "arguments tracking/functions/filter.py min_distance",
        "arguments tracking/functions/filter.py min_period",
        "arguments tracking/functions/filter.py static_drift",
        "arguments tracking/functions/motion.py _begin_standing",
        "arguments tracking/functions/motion.py move",
        "arguments tracking/functions/patterns/habits.py _add",
        "arguments tracking/functions/patterns/habits.py _bits_without",
        "arguments tracking/functions/patterns/habits.py _lived",
        "arguments tracking/functions/patterns/habits.py _strangest",
        "arguments tracking/functions/patterns/habits.py _without",
        "arguments tracking/model/look.py of_device",
        "arguments tracking/service/late_data.py _refold",
        "arguments tracking/service/timeline.py _looked",
        "arguments tracking/service/timeline.py _page",
    }
)


_TYPE = re.compile(r"[A-Z]+[a-z]\w*")


class Found(NamedTuple):
    """A name and where it is given."""

    name: str
    at: str


def names(tree: ast.Module, at: str) -> Iterator[Found]:
    """The public classes and types of a module."""
    for node in tree.body:
        match node:
            case ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)]) if _TYPE.fullmatch(name):
                pass
            case ast.AnnAssign(target=ast.Name(id=name)) if _TYPE.fullmatch(name):
                pass
            case _:
                continue
        if not name.startswith("_"):
            yield Found(name, f"{at}:{node.lineno}")


def shared_names(trees: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    places: dict[str, list[str]] = {}
    for at, tree in trees.items():
        for found in names(tree, at):
            places.setdefault(found.name, []).append(found.at)
    for name, where in sorted(places.items()):
        if len(where) > 1:
            yield f"class {name}", f"{name} names {len(where)} things: {', '.join(where)}"


def identifiers(tree: ast.Module, at: str) -> Iterator[Found]:
    """How modules, classes and functions are called."""
    yield Found(Path(at).stem, at)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield Found(node.name, f"{at}:{node.lineno}")


def replaced_words(trees: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    for at, tree in trees.items():
        for found in identifiers(tree, at):
            parts = {part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", found.name)}
            for word in REPLACED:
                if word.word in parts and at.startswith(word.within):
                    yield f"word {at} {found.name}", f"{found.at}: {found.name}: say {word.say}"


def long_rows(trees: dict[str, ast.Module]) -> Iterator[tuple[str, str]]:
    for at, tree in trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or _is_command(node):
                continue
            taken = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
            count = len([each for each in taken if each not in ("self", "cls")])
            if count > MOST_POSITIONAL:
                wrong = (
                    f"{at}:{node.lineno}: {node.name} takes {count} arguments by position; name some with *"
                )
                yield f"arguments {at} {node.name}", wrong


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(".command" in ast.unparse(each) for each in node.decorator_list)


def faults(root: Path, *, known: frozenset[str]) -> list[str]:
    trees = {str(path.relative_to(root)): ast.parse(path.read_text()) for path in sorted(root.rglob("*.py"))}
    found = [*shared_names(trees), *replaced_words(trees), *long_rows(trees)]
    wrong = [line for key, line in found if key not in known]
    gone = sorted(known - {key for key, _ in found})
    return wrong + [f"{key} is gone: take it out of KNOWN in {Path(__file__).name}" for key in gone]


def main() -> int:
    wrong = faults(ROOT, known=KNOWN)
    print("\n".join(wrong) or "Every name has one meaning.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
