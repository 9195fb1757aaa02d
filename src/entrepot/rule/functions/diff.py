"""Compares two versions of a pack, field by field."""

from collections.abc import Iterator
from typing import Any

import msgspec

from entrepot.rule.model.life import Diff, FieldChange, RuleDiff, RuleName
from entrepot.rule.model.pack import Pack
from entrepot.rule.model.rule import Rule

_encode = msgspec.json.Encoder(order="deterministic").encode
_OWN = ("title", "notice", "stale_after_months", "covers", "documents")


def diff(before: Pack, after: Pack, *, names: tuple[str, str]) -> Diff:
    """Compare two versions; `names` are how the two are called."""
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    return Diff(
        before=names[0],
        after=names[1],
        pack=[each for each in changes(before, after) if each.field in _OWN],
        added=[_name(new[id]) for id in sorted(new.keys() - old.keys())],
        removed=[_name(old[id]) for id in sorted(old.keys() - new.keys())],
        changed=[
            RuleDiff(id=id, title=new[id].title, fields=list(changes(old[id], new[id])))
            for id in sorted(old.keys() & new.keys())
            if old[id] != new[id]
        ],
    )


def changes(before: msgspec.Struct, after: msgspec.Struct) -> Iterator[FieldChange]:
    """Return the fields that differ, in the order in which the shape names them."""
    for field in type(before).__struct_fields__:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield changed_field(field, old, new)


def changed_field(field: str, before: object, after: object) -> FieldChange:
    return FieldChange(field=field, before=_raw(before), after=_raw(after))


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(_encode(value))


def _name(rule: Rule) -> RuleName:
    return RuleName(id=rule.id, title=rule.title, severity=rule.severity)
