"""A file's tree as a pack, part by part: what is wrong with one rule hides nothing of the others."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from entrepot.core.validation import fault_of
from entrepot.rule.functions.lint import Around, lint
from entrepot.rule.functions.source import Located, Steps
from entrepot.rule.model.flaw import SHAPE, Flaw
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.rule import Rule

_STEP = re.compile(r"(\w+)|\[(\d+)\]")
_UNREAD = Pack(name="unread", title="Unread")
_MANY = ("documents", "rules")
# Of each member, a struct of nothing else.
_ALONE = {
    shape: {
        each.encode_name: msgspec.defstruct(shape.__name__, [(each.encode_name, each.type)])
        for each in msgspec.structs.fields(shape)
    }
    for shape in (Pack, Document, Rule)
}


@dataclass(frozen=True)
class Opened:
    """What could be read of a file: its `pack`, what could not (`flaws`), and where everything stands."""

    pack: Pack
    flaws: list[Flaw]
    located: Located
    numbers: Mapping[str, int]  # a rule's place in the file, by its id
    file: str

    def line(self, rule: str, field: str = "") -> int:
        """Of a rule's member; of the pack's, without a rule. 0 where nobody knows."""
        steps = steps_of(field)
        if rule in self.numbers:
            return self.located.line(("rules", self.numbers[rule], *steps))
        return self.located.line(steps) if steps and not rule else 0

    def linted(self, around: Around) -> list[Flaw]:
        """Return every flaw with its place: of what cannot be read, and of everything else."""
        unread = frozenset(each.rule for each in self.flaws if each.rule)
        told = {(each.code, each.rule) for each in self.flaws}
        found = lint(self.pack, replace(around, unread=unread))
        more = [self._placed(each) for each in found if (each.code, each.rule) not in told]
        return sorted([*self.flaws, *more], key=lambda each: each.line)

    def _placed(self, flaw: Flaw) -> Flaw:
        return msgspec.structs.replace(flaw, file=self.file, line=self.line(flaw.rule, flaw.field))


def steps_of(field: str) -> Steps:
    return tuple(name or int(number) for name, number in _STEP.findall(field))


def shaped(located: Located, *, file: str) -> Opened:
    """Turn a tree into a pack. Every value comes as text, so a country `NO` stays one, and a code `0402`
    keeps its zero.
    """
    tree = located.tree
    flaws = [
        Flaw(code=each.code, reason=each.reason, rule=each.rule, field=each.field, file=file, line=each.line)
        for each in located.faults
    ]
    flaws += _twice(located, file)
    try:
        pack = msgspec.convert(tree, Pack, strict=False)
    except msgspec.ValidationError as error:
        pack, more = _readable(located, file)
        flaws += more or [_unfit(error, located, file, ())]
    faulty = {each.rule for each in located.faults}
    pack = msgspec.structs.replace(pack, rules=tuple(each for each in pack.rules if each.id not in faulty))
    return Opened(pack, flaws, located, _numbers(tree), file)


def _readable(located: Located, file: str) -> tuple[Pack, list[Flaw]]:
    """Return the parts that have their shape, and what is wrong with the others."""
    tree = located.tree
    if not isinstance(tree, dict):
        reason = "The file is empty." if tree is None else "The file must begin with name, title and rules."
        return _UNREAD, [Flaw(code=SHAPE, reason=reason, file=file, line=located.line(()))]
    parts: dict[str, Any] = {name: each for name, each in tree.items() if name not in _MANY}
    about, flaws = _one(located, file, (), parts, Pack)
    documents, more = _each(located, file, "documents", Document)
    rules, most = _each(located, file, "rules", Rule)
    pack = msgspec.structs.replace(about or _UNREAD, documents=documents, rules=rules)
    return pack, [*flaws, *more, *most]


def _each(located: Located, file: str, name: str, shape: type[Any]) -> tuple[tuple[Any, ...], list[Flaw]]:
    listed = located.tree.get(name) or []
    if not isinstance(listed, list):
        reason = f"{name.capitalize()} must be a list."
        return (), [Flaw(code=SHAPE, reason=reason, field=name, file=file, line=located.line((name,)))]
    tried = [_one(located, file, (name, number), each, shape) for number, each in enumerate(listed)]
    found = tuple(each for each, _ in tried if each is not None)
    return found, [flaw for _, flaws in tried for flaw in flaws]


def _one(
    located: Located, file: str, at: Steps, said: Any, shape: type[Any]
) -> tuple[Any | None, list[Flaw]]:
    try:
        return msgspec.convert(said, shape, strict=False), []
    except msgspec.ValidationError as error:
        members = said if isinstance(said, dict) else {}
        unfit = [wrong for name in members if (wrong := _wrong_member(members, name, shape)) is not None]
        return None, [_unfit(each, located, file, at) for each in unfit or [error]]


def _wrong_member(said: dict[str, Any], name: str, shape: type[Any]) -> msgspec.ValidationError | None:
    """Find all wrong members: msgspec stops at the first, but people mend all faults of a rule at once."""
    alone = _ALONE[shape].get(name)
    if alone is None:
        return None
    try:
        msgspec.convert({name: said[name]}, alone, strict=False)
    except msgspec.ValidationError as error:
        return error
    return None


def _unfit(error: msgspec.ValidationError, located: Located, file: str, at: Steps) -> Flaw:
    told = fault_of(error, whole=f"The {str(at[0])[:-1]}" if at else "The file")
    said = located.tree
    for step in at:
        said = said[step]
    rule = said.get("id", "") if at[:1] == ("rules",) and isinstance(said, dict) else ""
    line = located.line((*at, *steps_of(told.field)))
    return Flaw(
        code=SHAPE, reason=str(told), rule=rule if isinstance(rule, str) else "", field=told.field, file=file,
        line=line,
    )  # fmt: skip


def _twice(located: Located, file: str) -> Iterator[Flaw]:
    """Rules with the id of one before; also those that cannot be read, which the linter never sees."""
    first: dict[str, int] = {}
    for number, id in _ids(located.tree):
        if id in first:
            reason = f"two rules have this id; the other stands in line {located.line(('rules', first[id]))}."
            line = located.line(("rules", number, "id"))
            yield Flaw(code="duplicate_rule", reason=reason, rule=id, field="id", file=file, line=line)
        first.setdefault(id, number)


def _numbers(tree: Any) -> dict[str, int]:
    return {id: number for number, id in _ids(tree)}


def _ids(tree: Any) -> Iterator[tuple[int, str]]:
    listed = tree.get("rules") if isinstance(tree, dict) else None
    for number, each in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(each, dict) and isinstance(id := each.get("id"), str):
            yield number, id
